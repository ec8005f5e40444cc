"""The links in a text: with a scheme or bare, in full width, with Japanese letters right behind them. Shared by the
families that judge where a link leads."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rules.checks.findings import Span
from rules.checks.material import World
from rules.checks.reading import Reading
from rules.checks.views import is_inside

# Endings that a host has when it stands without a scheme; others are file names, numbers, abbreviations.
_TLDS: Final = (
    "com|net|org|info|biz|jp|io|co|me|tv|gd|ly|gl|nu|in|app|dev|page|link|site|online|shop|store|club|xyz|top|cc|us|uk"
    "|eu|asia|blog|cloud|tokyo|osaka|example|test|tokushima|edu|gov|to|be|ee|gle|am|fm|st|im|ac"
)
_HOST: Final = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}"
_REST: Final = r"(?::\d{1,5})?(?:[/?#][!-~]{0,2000})?"
_SCHEME: Final = re.compile(
    r"(?<![a-z0-9])([a-z][a-z0-9+.-]{1,15})://([^\s/?#<>「」『』【】()（）、。]{1,255})([/?#][!-~]{0,2000})?",
    re.IGNORECASE,
)
_UNUSUAL: Final = re.compile(r"(?<![a-z0-9])(javascript|data|file|vbscript):[!-~]{1,2000}", re.IGNORECASE)
_BARE: Final = re.compile(
    rf"(?<![a-z0-9@./_:-])({_HOST}(?:{_TLDS}))(?![a-z0-9-]|\.[a-z0-9]){_REST}", re.IGNORECASE
)
_TRAILING: Final = ".,;:!?'\")]}>"


@dataclass(frozen=True)
class Link:
    """One link: as it is written but for its width, its host in lower case (as IDNA where it is not ASCII), and where it
    stands in the original text. `scheme` is "" for one without; `userinfo`: something stands before an @."""

    url: str
    scheme: str
    host: str
    userinfo: bool
    span: Span


def links_of(reading: Reading) -> tuple[Link, ...]:
    """All links of a text, in their order."""
    view = reading.folded
    if "." not in view.text and ":" not in view.text:
        return ()
    return tuple(Link(*row[:4], view.span(*row[4:])) for row in _links_in(view.text))


@lru_cache(maxsize=64)
def _links_in(text: str) -> tuple[tuple[str, str, str, bool, int, int], ...]:
    found = [_with_scheme(match) for match in _SCHEME.finditer(text)]
    found += [(match[0], match[1].lower(), "", False, *match.span()) for match in _UNUSUAL.finditer(text)]
    taken = sorted((begin, end) for *_, begin, end in found)
    found += [row for row in map(_bare, _BARE.finditer(text)) if not is_inside(row[-2], taken)]
    return tuple(sorted(found, key=lambda row: row[-2]))


def _with_scheme(match: re.Match[str]) -> tuple[str, str, str, bool, int, int]:
    url = match[0].rstrip(_TRAILING)
    before, at, behind = match[2].rpartition("@")
    return url, match[1].lower(), _host(behind), bool(at and before), match.start(), match.start() + len(url)


def _bare(match: re.Match[str]) -> tuple[str, str, str, bool, int, int]:
    url = match[0].rstrip(_TRAILING)
    return url, "", _host(match[1]), False, match.start(), match.start() + len(url)


def _host(netloc: str) -> str:
    """Japanese letters behind a host that ends in ASCII belong to the sentence."""
    bare = netloc if netloc.startswith("[") else netloc.partition(":")[0]
    ascii_part = re.match(r"[!-~]+", bare)
    if ascii_part and re.search(rf"\.(?:{_TLDS})$|^[\d.]+$", ascii_part[0], re.IGNORECASE):
        bare = ascii_part[0]
    bare = bare.rstrip(".").lower()
    try:
        return bare if bare.isascii() else bare.encode("idna").decode()
    except UnicodeError:
        return bare


def host_behind(link: Link, world: World) -> str:
    """The host where the link was seen to lead; "" where nobody looked."""
    return world.leads_to.get(link.url, "").partition("://")[2].partition("/")[0].partition(":")[0].lower()


def is_under(host: str, domains: frozenset[str] | tuple[str, ...]) -> bool:
    """Whether it is one of these domains or below one."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in domains for at in range(len(labels)))
