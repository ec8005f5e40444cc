"""How a network shows a text: what it makes a link or a hashtag, how it shortens a link, what it folds away.

For previews only. What is sent, and to the letter, is the text itself; every run here keeps its own piece of it,
so that all runs of a look together are the text. Here must not live: HTML, colours, adapters.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal
from unicodedata import east_asian_width
from urllib.parse import urlsplit

import regex

from platforms import facets
from platforms.base import Capabilities
from platforms.counting import MASTODON_ENTITY, NETWORKS

Kind = Literal["text", "link", "tag"]
_Span = tuple[int, int, Kind]
# A line is left without its last letter rather than a wide letter cut in half.
_WIDE: Final = frozenset({"W", "F", "A"})
_CUT: Final = "…"
# X's own hashtag, after twitter-text 3.1: what it may stand behind, and which marks count as letters.
_X_LETTER: Final = r"\p{L}\p{M}\p{Nd}_\u200c\u200d\u309b\u309c\u30a0\u30fb\u3003\u301c\uff5e\u00b7"
_X_TAG: Final = regex.compile(
    rf"(?<![{_X_LETTER}&])[#＃](?!\ufe0f|\u20e3)(?=[{_X_LETTER}]*[\p{{L}}\p{{M}}])[{_X_LETTER}]++(?![#＃]|://)"
)
# Mastodon's, after its Tag::Naming as read in November 2026: only at a line's start or after a blank.
_WORD: Final = r"\p{L}\p{M}\p{Nd}\p{Pc}"
_SEPARATED: Final = rf"[{_WORD}\u00b7\u30fb\u200c]{{0,99}}"  # bounded: a row of dots must not take long
_MASTODON_TAG: Final = regex.compile(
    rf"(?<!\S)[#＃](?:[{_WORD}]{_SEPARATED}[\p{{L}}\p{{M}}_\u00b7\u30fb\u200c]{_SEPARATED}[{_WORD}]"
    rf"|[{_WORD}]*[\p{{L}}\p{{M}}][{_WORD}]*)"
)


@dataclass(frozen=True)
class Run:
    """A piece of a text: `text` as typed, `shown` as the network shows it."""

    kind: Kind
    text: str
    shown: str

    @property
    def is_shortened(self) -> bool:
        return self.shown != self.text


@dataclass(frozen=True)
class Look:
    """A text on one network: what one sees at once, what is `folded` behind a press, what is `beyond` its length.

    `style`: whose layout, "plain" where we draw none of our own. The three parts together are the text.
    """

    style: str
    seen: tuple[Run, ...]
    folded: tuple[Run, ...] = ()
    beyond: tuple[Run, ...] = ()

    @property
    def shortened(self) -> tuple[str, ...]:
        """The links that are shown shorter than they are, as typed, each once."""
        every = (*self.seen, *self.folded, *self.beyond)
        return tuple(dict.fromkeys(run.text for run in every if run.kind == "link" and run.is_shortened))


@dataclass(frozen=True)
class Style:
    """One network's ways. `fold`: lines seen at once and full-width letters in each; `longest`: in graphemes."""

    find: Callable[[str], Iterator[_Span]]
    link: Callable[[str], str] = str
    fold: tuple[int, int] | None = None
    longest: int | None = None


def look_of(network: str, text: str) -> Look:
    """How this network shows the text, as far as one can tell before it is there."""
    style = STYLES.get(network)
    if style is None:
        return Look("plain", _kept((Run("text", text, text),)))
    fits, beyond = _parted(runs(network, text), _end_of_letters(text, style.longest))
    seen, folded = _parted(fits, _end_of_lines(text, style.fold))
    return Look(network, seen, folded, beyond)


def runs(network: str, text: str) -> tuple[Run, ...]:
    """The text in plain runs, links and hashtags, in order; together they are the text."""
    style = STYLES[network]
    # Half a surrogate pair, which a paste can leave behind, makes readers of links stumble.
    whole = regex.sub(r"\p{Cs}", "\N{REPLACEMENT CHARACTER}", text)
    found: list[Run] = []
    past = 0
    for start, end, kind in sorted(style.find(whole)):
        if start >= past:
            piece = text[start:end]
            found += [
                _plain(text[past:start]),
                Run(kind, piece, style.link(piece) if kind == "link" else piece),
            ]
            past = end
    return _kept([*found, _plain(text[past:])])


def address_of(network: str, handle: str, url: str) -> str:
    """What stands under the name there: with @, on Mastodon with its server, on LINE nothing."""
    if network not in STYLES:
        return handle
    if network == "line":
        return ""
    bare = handle.lstrip("@＠")
    server = urlsplit(url).hostname if network == "mastodon" and "@" not in bare else ""
    return f"@{bare}@{server}" if server else f"@{bare}"


# --- what cannot be undone

CORRECTED_JA: Final = "まちがいは訂正の投稿で知らせます。"
# Nobody takes a message of an official account back there, neither by the API nor on its own screens.
_NEVER_TAKEN_BACK: Final = frozenset({"line"})


def lasting_ja(network: str, able: Capabilities) -> tuple[str, ...]:
    """What a sender cannot undo there, in sentences for whoever sends, checks or approves."""
    if network in _NEVER_TAKEN_BACK:
        return (f"{NETWORKS[network].name_ja}は、送ったあとで直すことも消すこともできません。", CORRECTED_JA)
    if able.by_hand:
        return ("手作業の送り先は、サービスの画面で消します。", f"あとから直せません。{CORRECTED_JA}")
    if not able.withdraws:
        return ("この送り先は、送ったあとで直すことも消すこともできません。", CORRECTED_JA)
    return (f"あとから直せません。{CORRECTED_JA}",)


# --- links and hashtags


def x_link(link: str) -> str:
    """X's display_url: no scheme, no www., and of the path with its query the first 15 letters."""
    host, rest = _host_and_rest(link)
    return host + (rest[:15] + _CUT if len(rest) > 15 else "" if rest == "/" else rest)


def mastodon_link(link: str) -> str:
    """After Mastodon's TextFormatter: no scheme, no www., and the first 30 letters."""
    shown = "".join(_host_and_rest(link))
    return shown[:30] + _CUT if len(shown) > 30 else shown


def _host_and_rest(link: str) -> tuple[str, str]:
    shown = regex.sub(r"^(?:https?://)?(?:www\.)?", "", link, flags=regex.IGNORECASE)
    host: str = regex.split(r"[/?#]", shown, maxsplit=1)[0]
    return host, shown[len(host) :]


def _of_x(text: str) -> Iterator[_Span]:
    # Imported late: the list of top-level domains it compiles costs a noticeable part of a start.
    from twitter_text import extract_urls_with_indices

    for link in extract_urls_with_indices(text):
        yield *link["indices"], "link"
    for tag in _X_TAG.finditer(text):
        yield *tag.span(), "tag"


def _of_mastodon(text: str) -> Iterator[_Span]:
    for entity in MASTODON_ENTITY.finditer(text):
        if entity["user"] is None:
            yield *entity.span(), "link"
    for tag in _MASTODON_TAG.finditer(text):
        yield *tag.span(), "tag"


def _of_bluesky(text: str) -> Iterator[_Span]:
    """What our posts there are marked with: nothing else is a link or a hashtag."""
    whole = text.encode()
    for facet in facets.find(text):
        start, end = (len(whole[:at].decode()) for at in (facet.start, facet.end))
        yield start, end, facet.kind


def _of_line(text: str) -> Iterator[_Span]:
    """Addresses can be pressed; a hashtag of an official account is plain text."""
    return (span for span in _of_bluesky(text) if span[2] == "link")


# Lines before a fold: Mastodon's web client (MAX_HEIGHT), Bluesky's app (MAX_POST_LINES); letters at 15 px in theirs.
STYLES: Final[Mapping[str, Style]] = MappingProxyType(
    {
        "x": Style(_of_x, x_link),
        "line": Style(_of_line),
        "mastodon": Style(_of_mastodon, mastodon_link, fold=(32, 37)),
        "bluesky": Style(_of_bluesky, fold=(25, 34), longest=300),
    }
)


# --- cutting


def _plain(text: str) -> Run:
    return Run("text", text, text)


def _kept(found: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(run for run in found if run.text)


def _parted(found: Sequence[Run], at: int) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The runs before that place in the text and those after; a link or hashtag across it stays whole, after."""
    before: list[Run] = []
    for index, run in enumerate(found):
        if len(run.text) > at:
            head = run.text[:at] if run.kind == "text" else ""
            rest = (_plain(run.text[at:]),) if head else (run,)
            return _kept([*before, _plain(head)]), (*rest, *found[index + 1 :])
        before.append(run)
        at -= len(run.text)
    return tuple(before), ()


def _end_of_letters(text: str, longest: int | None) -> int:
    """Where the graphemes that fit end."""
    if longest is None or len(text) <= longest:
        return len(text)
    return sum(len(letter) for letter in regex.findall(r"\X", text)[:longest])


def _end_of_lines(text: str, fold: tuple[int, int] | None) -> int:
    """Where the lines that are seen at once end, roughly: fonts and screens differ."""
    if fold is None:
        return len(text)
    lines, letters = fold
    line, used, at = 1, 0.0, 0
    for letter in regex.findall(r"\X", text):
        breaks = letter.endswith("\n")
        wide = 1.0 if east_asian_width(letter[0]) in _WIDE else 0.5
        if breaks or used + wide > letters:
            if line == lines:
                return at + (len(letter) if breaks else 0)
            line, used = line + 1, 0.0
        used += 0.0 if breaks else wide
        at += len(letter)
    return len(text)
