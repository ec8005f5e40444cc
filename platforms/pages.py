"""The pages of posts on each network: whose post an address shows, as far as the address tells.

Facts of the networks as of November 2026. Nothing is fetched here, and no address is judged but by its letters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Pages:
    """A network's domains, whether the account's own server counts besides, and how an address of a post names the
    account, where it does."""

    domains: tuple[str, ...] = ()
    own_server: bool = False
    named: re.Pattern[str] | None = None


def _pages(*domains: str, named: str = "", own_server: bool = False) -> Pages:
    return Pages(domains, own_server, re.compile(named) if named else None)


_PAGES: Final[Mapping[str, Pages]] = MappingProxyType(
    {
        "x": _pages("x.com", "twitter.com", named=r"/([^/]+)/status(?:es)?/\d+"),
        "facebook": _pages("facebook.com", "fb.com", "fb.watch"),
        "instagram": _pages("instagram.com", named=r"/([^/]+)/(?:p|reel)/"),
        "threads": _pages("threads.net", "threads.com", named=r"/@([^/]+)/post/"),
        "line": _pages("line.me", "lin.ee"),
        "youtube": _pages("youtube.com", "youtu.be"),
        "tiktok": _pages("tiktok.com", named=r"/@([^/]+)/"),
        "bluesky": _pages("bsky.app", named=r"/profile/([^/]+)/post/", own_server=True),
        "mastodon": _pages(named=r"/@([^/@]+)/\d+", own_server=True),
        "note": _pages("note.com", named=r"/([^/]+)/n/"),
    }
)
# What stands where a name would: the address is the network's own short form and names nobody.
_NOBODY: Final = frozenset({"i", "web"})
# Networks where a message has no page of its own.
WITHOUT_PAGES: Final = frozenset({"line"})


def whose(network: str, *, handle: str, home: str, url: str) -> str:
    """ "" for this account's post as far as the address tells, "elsewhere" for no page of that network, "another" for
    another account's. `home` is the account's own page. An address that cannot be read is nobody's: "elsewhere"."""
    host, path = _parts(url)
    pages = _PAGES.get(network, Pages(own_server=True))
    here = (*pages.domains, *((_parts(home)[0],) if pages.own_server else ()))
    if not host or not any(is_under(host, domain) for domain in here if domain):
        return "elsewhere"
    found = pages.named.match(path) if pages.named else None
    name = found.group(1).lower() if found else ""
    return "another" if name and name not in _NOBODY | {_plain(handle)} else ""


def domains(network: str) -> tuple[str, ...]:
    """The network's own domains; none for one that may be on any server."""
    return _PAGES.get(network, Pages()).domains


def is_under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _plain(handle: str) -> str:
    """As an address writes it: without the sign before it and without a server behind it."""
    bare = handle.strip().lstrip("@").lower()
    return bare.partition("@")[0]


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").removeprefix("www."), unquote(parts.path)
    except ValueError:
        return "", ""
