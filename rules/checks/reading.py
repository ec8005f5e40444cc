"""A text as all checks read it: its views, words and sentences, each made once and only when somebody asks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rules.checks.tokens import Token, tokens_of
from rules.checks.views import View, folded, joined, numeric

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SENTENCE: Final = re.compile(r"[^。!?\n]+[。!?]*[」』）)\]]*")


@dataclass(frozen=True)
class Sentence:
    """From `begin` to `end` in the folded view, its full stop included, and its words."""

    text: str
    begin: int
    end: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Reading:
    """One text. `text` is the original; every check searches one of the views and reports spans of the original."""

    text: str

    @cached_property
    def folded(self) -> View:
        """NFKC with a way back; the usual view."""
        return folded(_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", self.text))

    @cached_property
    def joined(self) -> View:
        """The folded text without line breaks: for dates, and for numbers that run on in the next line."""
        return joined(self.folded)

    @cached_property
    def numbers(self) -> View:
        """The joined text with kanji digits as digits: for numbers only."""
        return numeric(self.joined)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The words of the folded view."""
        return tokens_of(self.folded.text)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the folded view: to a full stop, a question or exclamation mark or a line's end."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[Sentence]:
        words, at = self.tokens, 0
        for found in _SENTENCE.finditer(self.folded.text):
            while at < len(words) and words[at].begin < found.start():
                at += 1
            first = at
            while at < len(words) and words[at].begin < found.end():
                at += 1
            yield Sentence(found[0], found.start(), found.end(), words[first:at])
