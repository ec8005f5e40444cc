"""The pages of posts on each network: whose post an address shows, as far as the address tells.

Facts of the networks as of November 2026. Nothing is fetched here, and no address is judged but by its letters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Pages:
    """A network's domains, whether the account's own server counts besides, and what the path of a post looks like:
    `who` in it names the account, `server` a server that it is at home on. `shorts` are hosts of short forms, which
    name nobody."""

    domains: tuple[str, ...] = ()
    own_server: bool = False
    post: re.Pattern[str] = re.compile(r"/.+")
    shorts: tuple[str, ...] = ()


def _pages(
    *domains: str, post: str = r"/.+", own_server: bool = False, shorts: tuple[str, ...] = ()
) -> Pages:
    return Pages(domains, own_server, re.compile(f"(?:{post})/?"), shorts)


_PAGES: Final[Mapping[str, Pages]] = MappingProxyType(
    {
        "x": _pages(
            "x.com",
            "twitter.com",
            post=r"/i/(?:web/)?status/\d+|/(?P<who>\w{1,15})/status(?:es)?/\d+(?:/(?:photo|video)/\d)?",
        ),
        "facebook": _pages(
            "facebook.com",
            "fb.com",
            shorts=("fb.watch",),
            post=r"/(?:share/(?:p|v|r)|reel)/[^/]+|/(?:permalink|story|photo)\.php|/(?:photo|watch)"
            r"|/(?:\d+|(?P<who>[^/]+))/(?:posts|videos|photos|reels)/.+",
        ),
        "instagram": _pages(
            "instagram.com",
            post=r"/(?:p|reel|tv)/[^/]+|/stories/(?P<story>[^/]+)/\d+|/(?P<who>[^/]+)/(?:p|reel)/[^/]+",
        ),
        "threads": _pages("threads.net", "threads.com", post=r"/t/[^/]+|/@(?P<who>[^/]+)/post/[^/]+"),
        "line": _pages("line.me", "lin.ee"),
        "youtube": _pages("youtube.com", post=r"/watch|/(?:shorts|live|post)/[^/]+", shorts=("youtu.be",)),
        "tiktok": _pages(
            "tiktok.com",
            post=r"/t/[^/]+|/@(?P<who>[^/]+)/(?:video|photo)/\d+",
            shorts=("vt.tiktok.com", "vm.tiktok.com"),
        ),
        "bluesky": _pages(
            "bsky.app", post=r"/profile/(?:did:[^/]+|(?P<who>[^/]+))/post/[^/]+", own_server=True
        ),
        "mastodon": _pages(
            post=r"/@(?P<who>[^/@]+)(?:@(?P<server>[^/]+))?/\w+|/users/(?P<user>[^/]+)/statuses/\w+"
            r"|/(?:notes|notice|objects)/[^/]+",
            own_server=True,
        ),
        "note": _pages("note.com", post=r"/(?P<who>[^/]+)/n/[^/]+"),
    }
)
_SHORT: Final = re.compile(r"/[\w-]+/?")
# Networks where a message has no page of its own.
WITHOUT_PAGES: Final = frozenset({"line"})
# What of an address's query names the post; the rest only says where somebody came from.
_NAMING: Final = ("v", "story_fbid", "fbid", "id")


def whose(network: str, *, handle: str, home: str, url: str) -> str:
    """ "" for this account's post as far as the address tells, "elsewhere" for no page of a post on that network,
    "another" for another account's. `home` is the account's own page. An address that cannot be read is nobody's:
    "elsewhere"."""
    host, path = _parts(url)
    pages = _PAGES.get(network, Pages(own_server=True))
    own = _parts(home)
    if host in pages.shorts:
        return "" if _SHORT.fullmatch(path) else "elsewhere"
    here = (*pages.domains, *((own[0],) if pages.own_server else ()))
    found = pages.post.fullmatch(path)
    is_here = bool(host) and any(is_under(host, domain) for domain in here if domain)
    if not is_here or found is None or (host, path.rstrip("/")) == (own[0], own[1].rstrip("/")):
        return "elsewhere"
    return "" if _may_be(found.groupdict(), handle, own[0]) else "another"


def _may_be(named: Mapping[str, str | None], handle: str, server: str) -> bool:
    """Whoever the address names is this account; one that names nobody may be anybody's."""
    name = named.get("who") or named.get("user") or named.get("story")
    at = named.get("server")
    return (not name or name.lower() == _plain(handle)) and (not at or at.lower() == server)


def same_post(one: str, other: str) -> bool:
    """Two addresses of one post: whatever stands around it, whichever form of the host."""
    return bool(one and other) and _key(one) == _key(other)


def _key(url: str) -> tuple[str, str, tuple[str, ...]]:
    host, path = _parts(url)
    try:
        asked = parse_qs(urlsplit(url).query)
    except ValueError:
        asked = {}
    bare = host.removeprefix("m.").removeprefix("mobile.")
    return bare, path.rstrip("/"), tuple(asked[name][0] for name in _NAMING if name in asked)


def domains(network: str) -> tuple[str, ...]:
    """The network's own domains; none for one that may be on any server."""
    pages = _PAGES.get(network, Pages())
    return (*pages.domains, *pages.shorts)


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
