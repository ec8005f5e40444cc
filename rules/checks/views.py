"""One normalisation for all checks: a text as it is compared, and the way back to the letters as they were written.

A check searches a `View` and reports spans of the original text. Nothing here changes what goes out.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

import regex

from rules.checks.findings import Span

_KANJI_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
# A letter with the marks that belong to it, so that decomposed kana are compared as what they look like.
_WITH_MARKS: Final = regex.compile(r".[\p{M}\uff9e\uff9f]*", regex.DOTALL)
_BREAK: Final = re.compile(r"[ \t\u3000]*\r?\n[ \t\u3000]*")


@dataclass(frozen=True, slots=True)
class View:
    """A text to search in. `begins` and `ends`: for each of its characters, where it stands in the original."""

    text: str
    begins: Sequence[int]
    ends: Sequence[int]

    def span(self, begin: int, end: int) -> Span:
        """The original letters behind a part of this view; an empty part stands before the letter at `begin`."""
        if begin >= end:
            at = self.begins[begin] if begin < len(self.begins) else (self.ends[-1] if self.ends else 0)
            return Span(at, at)
        return Span(self.begins[begin], self.ends[end - 1])

    def of(self, match: "re.Match[str] | regex.Match[str]", group: int | str = 0) -> Span:
        """The original letters behind what a pattern found."""
        return self.span(match.start(group), match.end(group))

    def without(self, found: re.Pattern[str]) -> "View":
        """The same without what the pattern finds."""
        kept = list(_outside(found, self.text))
        if kept == [(0, len(self.text))]:
            return self
        return View(
            "".join(self.text[begin:end] for begin, end in kept),
            [at for begin, end in kept for at in self.begins[begin:end]],
            [at for begin, end in kept for at in self.ends[begin:end]],
        )


def is_inside(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place lies in one of these; `spans` are in order and do not overlap."""
    before = bisect_right(spans, at, key=itemgetter(0))
    return before > 0 and at < spans[before - 1][1]


def _outside(found: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in found.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def folded(text: str) -> View:
    """As it is compared: NFKC, letter by letter (full width, half-width kana and decomposed kana are one)."""
    if unicodedata.is_normalized("NFKC", text):
        return View(text, range(len(text)), range(1, len(text) + 1))
    letters: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for match in _WITH_MARKS.finditer(text):
        plain = unicodedata.normalize("NFKC", match[0])
        letters.append(plain)
        begins += [match.start()] * len(plain)
        ends += [match.end()] * len(plain)
    return View("".join(letters), begins, ends)


def joined(view: View) -> View:
    """Without line breaks and the blanks around them: a number or a date may run on in the next line."""
    return view.without(_BREAK) if "\n" in view.text else view


def numeric(view: View) -> View:
    """With kanji digits as ASCII digits, one for one. For numbers only: 一 is also a word."""
    return View(view.text.translate(_KANJI_DIGITS), view.begins, view.ends)
