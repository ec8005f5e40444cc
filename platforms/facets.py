"""Links and hashtags in a text, at UTF-8 byte offsets, as Bluesky wants them. The text is not changed.

A hashtag is what Bluesky's own apps see as one (after a blank or at the start, # or ＃). A link is narrower
than theirs, for Japanese runs on after a URL without a blank: it is made of URL characters only and does not
end in punctuation. Bare domains and mentions (whose owner would have to be looked up) stay text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import regex

from platforms.counting import utf16_units

_LINK: Final = regex.compile(
    r"(?<![A-Za-z0-9+.-])https?://[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?"
    r"(?:[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)?",
    regex.IGNORECASE,
)
_LINK_END: Final = ".,;:!?'\"*"
# Characters that end a tag without being blanks: soft hyphen, hair space, zero width ones, keycap mark.
_TAG: Final = regex.compile(r"(?<!\S)[#＃](?!\ufe0f)([^\s\u00ad\u2060\u200a-\u200d\u20e2]+)")
_TAG_END: Final = regex.compile(r"\p{P}+$")
_HAS_WORD: Final = regex.compile(r"[^\d\p{P}]")
_TAG_LIMIT: Final = 64  # UTF-16 units, as Bluesky's apps count it
_FIELD: Final = {"link": "uri", "tag": "tag"}

Kind = Literal["link", "tag"]
_Piece = tuple[Kind, int, int, str]


@dataclass(frozen=True)
class Facet:
    """A piece of a text, `start` to `end` in UTF-8 bytes. `value`: the address, or the tag without sign."""

    kind: Kind
    start: int
    end: int
    value: str


def find(text: str) -> list[Facet]:
    """Every link and hashtag, in order, never overlapping (the earlier wins)."""
    found = sorted([*_links(text), *_tags(text)], key=lambda piece: piece[1])
    facets: list[Facet] = []
    past = 0
    for kind, start, end, value in found:
        if start >= past:
            facets.append(Facet(kind, _offset(text, start), _offset(text, end), value))
            past = end
    return facets


def as_json(facet: Facet) -> Mapping[str, object]:
    """One facet as the lexicon app.bsky.richtext.facet writes it."""
    feature = {"$type": f"app.bsky.richtext.facet#{facet.kind}", _FIELD[facet.kind]: facet.value}
    return {"index": {"byteStart": facet.start, "byteEnd": facet.end}, "features": [feature]}


def _links(text: str) -> Iterator[_Piece]:
    for match in _LINK.finditer(text):
        link = _trimmed(match.group())
        yield "link", match.start(), match.start() + len(link), link


def _trimmed(link: str) -> str:
    """Without the sentence's own punctuation; a closing bracket stays when it was opened inside."""
    while True:
        kept = link.rstrip(_LINK_END)
        if kept.endswith(")") and kept.count("(") < kept.count(")"):
            kept = kept[:-1]
        if kept == link:
            return link
        link = kept


def _tags(text: str) -> Iterator[_Piece]:
    for match in _TAG.finditer(text):
        tag = _TAG_END.sub("", match.group(1))
        if _HAS_WORD.search(tag) and utf16_units(tag) <= _TAG_LIMIT:
            yield "tag", match.start(), match.start() + 1 + len(tag), tag


def _offset(text: str, position: int) -> int:
    return len(text[:position].encode())
