"""The pages of posts on each network: whose post an address shows, as far as the address tells.

Facts of the networks as of November 2026. Nothing is fetched here, and no address is judged but by its letters.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

# Forms of a domain's name that lead to the same pages.
_FRONTS: Final = ("www", "m", "mobile")


@dataclass(frozen=True)
class Form:
    """What the address of a post looks like: the path, and the query's word that names the post where the path does
    not. In the path `id` is the post, `who` the account, `server` a server that it is at home on."""

    path: re.Pattern[str]
    asked: str = ""


@dataclass(frozen=True)
class Pages:
    """A network's domains, the hosts where its posts stand, whether the account's own server counts besides, and the
    forms of its posts' addresses. `shorts` are hosts of short forms, which name nobody; `short_is_id`: there the path
    is the post."""

    domains: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()
    forms: tuple[Form, ...] = ()
    own_server: bool = False
    shorts: tuple[str, ...] = ()
    short_is_id: bool = False


def _form(path: str, asked: str = "") -> Form:
    """Digits and letters are ASCII's: full-width ones are no address of any network."""
    return Form(re.compile(f"(?:{path})/?", re.ASCII), asked)


def _pages(
    *domains: str,
    forms: tuple[Form, ...],
    fronts: tuple[str, ...] = _FRONTS,
    hosts: tuple[str, ...] = (),
    own_server: bool = False,
    shorts: tuple[str, ...] = (),
    short_is_id: bool = False,
) -> Pages:
    """`hosts` where posts stand elsewhere than on the domains themselves."""
    usual = (*domains, *(f"{front}.{domain}" for front in fronts for domain in domains))
    return Pages(domains, frozenset(hosts or usual), forms, own_server, shorts, short_is_id)


_PAGES: Final[Mapping[str, Pages]] = MappingProxyType(
    {
        "x": _pages(
            "x.com",
            "twitter.com",
            forms=(
                _form(r"/i/(?:web/)?status/(?P<id>\d+)"),
                _form(r"/(?P<who>\w{1,15})/status(?:es)?/(?P<id>\d+)(?:/(?:photo|video)/\d)?"),
            ),
        ),
        "facebook": _pages(
            "facebook.com",
            "fb.com",
            fronts=(*_FRONTS, "mbasic", "web", "ja-jp"),
            shorts=("fb.watch",),
            forms=(
                _form(r"/(?:share/(?:p|v|r)|reel)/(?P<id>[^/]+)"),
                _form(r"/(?:permalink|story)\.php", "story_fbid"),
                _form(r"/photo(?:\.php)?", "fbid"),
                _form(r"/watch", "v"),
                _form(r"/(?:\d+|(?P<who>[^/]+))/(?:posts|videos|photos|reels)/(?:[^/]+/)*(?P<id>[^/]+)"),
            ),
        ),
        "instagram": _pages(
            "instagram.com",
            forms=(
                _form(r"/(?:p|reel|tv)/(?P<id>[^/]+)"),
                _form(r"/stories/(?P<who>[^/]+)/(?P<id>\d+)"),
                _form(r"/(?P<who>[^/]+)/(?:p|reel)/(?P<id>[^/]+)"),
            ),
        ),
        "threads": _pages(
            "threads.net",
            "threads.com",
            forms=(_form(r"/t/(?P<id>[^/]+)"), _form(r"/@(?P<who>[^/]+)/post/(?P<id>[^/]+)")),
        ),
        # A message has no page; a post on LINE VOOM has one.
        "line": _pages(
            "line.me",
            hosts=("linevoom.line.me", "timeline.line.me"),
            shorts=("lin.ee",),
            forms=(_form(r"/post/(?:[^/]+/)?(?P<id>[^/]+)"),),
        ),
        "youtube": _pages(
            "youtube.com",
            shorts=("youtu.be",),
            short_is_id=True,
            forms=(_form(r"/watch", "v"), _form(r"/(?:shorts|live|post)/(?P<id>[^/]+)")),
        ),
        "tiktok": _pages(
            "tiktok.com",
            shorts=("vt.tiktok.com", "vm.tiktok.com"),
            forms=(_form(r"/t/(?P<id>[^/]+)"), _form(r"/@(?P<who>[^/]+)/(?:video|photo)/(?P<id>\d+)")),
        ),
        "bluesky": _pages(
            "bsky.app",
            own_server=True,
            forms=(_form(r"/profile/(?:did:[^/]+|(?P<who>[^/]+))/post/(?P<id>[^/]+)"),),
        ),
        "mastodon": _pages(
            own_server=True,
            forms=(
                _form(r"/@(?P<who>[^/@]+)(?:@(?P<server>[^/]+))?/(?:statuses/)?(?P<id>\w+)"),
                _form(r"/users/(?P<who>[^/]+)/statuses/(?P<id>\w+)"),
                _form(r"/(?:notes|notice|objects)/(?P<id>[^/]+)"),
            ),
        ),
        "note": _pages("note.com", forms=(_form(r"/(?P<who>[^/]+)/n/(?P<id>[^/]+)"),)),
    }
)
_UNKNOWN: Final = Pages(forms=(_form(r"/(?:.*/)?(?P<id>[^/]+)"),), own_server=True)
_SHORT: Final = re.compile(r"/(?P<id>[\w-]+)/?", re.ASCII)
# A slash in disguise: what is one part for us may be two for the network.
_DISGUISED: Final = re.compile(r"%(?:2f|5c)|\\", re.IGNORECASE)
# Networks where a message has no page of its own.
WITHOUT_PAGES: Final = frozenset({"line"})


@dataclass(frozen=True)
class _Address:
    host: str
    path: str
    query: Mapping[str, list[str]]


def whose(network: str, *, handle: str, home: str, url: str) -> str:
    """ "" for this account's post as far as the address tells, "elsewhere" for no page of a post on that network,
    "another" for another account's. `home` is the account's own page. An address that cannot be read is nobody's:
    "elsewhere"."""
    pages, there, own = _PAGES.get(network, _UNKNOWN), _address(url), _address(home)
    if there is None or own is None or (there.host, there.path) == (own.host, own.path):
        return "elsewhere"
    if there.host in pages.shorts:
        return "" if _SHORT.fullmatch(there.path) else "elsewhere"
    is_here = there.host in pages.hosts or (pages.own_server and there.host == own.host)
    named = _named(pages, there) if is_here else None
    if named is None:
        return "elsewhere"
    return "" if _may_be(named, handle, own.host) else "another"


def post_id(network: str, url: str) -> str:
    """What the network itself calls the post at that address; "" where the address does not tell."""
    pages, there = _PAGES.get(network, _UNKNOWN), _address(url)
    if there is None:
        return ""
    if there.host in pages.shorts:
        found = _SHORT.fullmatch(there.path) if pages.short_is_id else None
        return found["id"] if found else ""
    if there.host not in pages.hosts and not pages.own_server:
        return ""
    return (_named(pages, there) or {}).get("id") or ""


def same_post(network: str, one: str, other: str) -> bool:
    """Two addresses of one post of one account: by the network's own name for it, else by host and path."""
    ids = post_id(network, one), post_id(network, other)
    if all(ids):
        return ids[0] == ids[1]
    here, there = _address(one), _address(other)
    return here is not None and there is not None and (here.host, here.path) == (there.host, there.path)


def domains(network: str) -> tuple[str, ...]:
    """The network's own domains; none for one that may be on any server."""
    pages = _PAGES.get(network, Pages())
    return (*pages.domains, *pages.shorts)


def is_under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _named(pages: Pages, there: _Address) -> dict[str, str | None] | None:
    """Whom and what the address names, by the first form that it has; None for no address of a post."""
    return next(_readings(pages, there), None)


def _readings(pages: Pages, there: _Address) -> Iterator[dict[str, str | None]]:
    for form in pages.forms:
        found = form.path.fullmatch(there.path)
        named = {**found.groupdict(), **_asked(form, there)} if found else {}
        post = named.get("id") or ""
        if post and post.isascii():  # no network has an id with full-width digits or the like
            yield named


def _asked(form: Form, there: _Address) -> dict[str, str]:
    return {"id": there.query.get(form.asked, [""])[0]} if form.asked else {}


def _may_be(named: Mapping[str, str | None], handle: str, server: str) -> bool:
    """Whoever the address names is this account; one that names nobody may be anybody's. An account may be at home on
    another domain than its server's: its handle says so."""
    name, at = named.get("who"), named.get("server")
    plain, _, domain = handle.strip().lstrip("@").lower().partition("@")
    return (not name or name.lower() == plain) and (not at or at.lower() in {server, domain})


def _address(url: str) -> _Address | None:
    """The parts that tell, or None for what cannot be read or hides a part."""
    try:
        parts = urlsplit(url)
        host, query = parts.hostname or "", parse_qs(parts.query)
    except ValueError:
        return None
    if not host or _DISGUISED.search(parts.path):
        return None
    path = unquote(parts.path).rstrip("/")
    return _Address(host.removeprefix("www."), path, query)
