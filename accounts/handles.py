"""ユーザー名: whether the one a network knows us by is the one in the register. Plain values only."""

from collections.abc import Collection
from urllib.parse import unquote, urlsplit

from platforms.base import Profile

NOT_REGISTERED = "台帳にユーザー名がないので、「@{found}」が市の公式アカウントか、確かめられません"


def plain(handle: str) -> str:
    """For comparing only: without the sign before it, in small letters."""
    return handle.strip().removeprefix("@").casefold()


def is_same(registered: str, found: Collection[str], hosts: Collection[str] = ()) -> bool:
    """Whether one of the names found is the registered one; `user@host` also needs the host we are connected to."""
    user, _, host = plain(registered).partition("@")
    known = [plain(each).partition("@") for each in found]
    return any(name == user and (not host or host in {there, *hosts}) for name, _, there in known)


def mismatch(registered: str, found: str) -> str:
    """The sentence about two names that differ."""
    return f"つながったのは「@{_shown(found)}」で、台帳の「@{_shown(registered)}」ではありません"


def not_registered(found: str) -> str:
    return NOT_REGISTERED.format(found=_shown(found))


def is_ours(registered: str, profile: Profile, address: str) -> bool:
    """Whether the network's answer is about the registered account. `address` is where we are connected to.

    The end of the page's address is a name of the account, too: LINE has two, one given and one chosen.
    """
    there = urlsplit(profile.url)
    last = unquote(there.path.rstrip("/").rpartition("/")[2])
    hosts = {urlsplit(address).hostname or "", there.hostname or ""} - {""}
    return is_same(registered, [each for each in (profile.handle, last) if each], hosts)


def _shown(handle: str) -> str:
    return handle.strip().removeprefix("@")
