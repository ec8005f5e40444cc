"""One tokenisation for all checks: Sudachi's shortest units (mode A), with the place of each in the view.

The dictionary is read from disk once per process, when first asked for.
"""

import threading
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from sudachipy import Dictionary, SplitMode
from sudachipy.tokenizer import Tokenizer

# Sudachi takes 49,149 bytes at once; a character has at most four.
_AT_ONCE = 12_000


class Token(NamedTuple):
    """A word: its letters, its place in the view, what kind of word it is (Sudachi's parts of speech), and its
    dictionary form (行った → 行く)."""

    surface: str
    begin: int
    end: int
    pos: tuple[str, ...]
    plain: str


@cache
def _dictionary() -> Dictionary:
    return Dictionary(dict="small")


# A tokenizer serves one thread at a time.
_own = threading.local()


def _tokenizer() -> Tokenizer:
    if not hasattr(_own, "tokenizer"):
        _own.tokenizer = _dictionary().create(mode=SplitMode.A)
    tokenizer: Tokenizer = _own.tokenizer
    return tokenizer


def tokens_of(text: str) -> tuple[Token, ...]:
    """All words of a text without lone surrogates, blanks and signs among them."""
    return tuple(token for begin, part in _parts(text) for token in _tokens(begin, part))


def _tokens(begin: int, part: str) -> Iterator[Token]:
    for word in _tokenizer().tokenize(part):
        yield Token(
            word.surface(),
            begin + word.begin(),
            begin + word.end(),
            word.part_of_speech(),
            word.dictionary_form(),
        )


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Pieces that Sudachi takes, cut at a line break where there is one."""
    begin = 0
    while len(text) - begin > _AT_ONCE:
        cut = text.rfind("\n", begin, begin + _AT_ONCE) + 1 or begin + _AT_ONCE
        yield begin, text[begin:cut]
        begin = cut
    yield begin, text[begin:]
