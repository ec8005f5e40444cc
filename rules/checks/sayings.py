"""Sentences one by one, and words that stand as words of their own. Shared by families."""

import re
from collections.abc import Iterator
from typing import Final

from rules.checks.reading import Reading

_SENTENCE: Final = re.compile(r"[^。!?\n]+[。!?]?")


def sentences_with(reading: Reading, pattern: "re.Pattern[str]") -> Iterator[tuple[int, str]]:
    """Where each sentence begins in the folded view that has the pattern, and the sentence. No words are looked at."""
    text = reading.folded.text
    if not pattern.search(text):
        return
    for found in _SENTENCE.finditer(text):
        if pattern.search(found[0]):
            yield found.start(), found[0]


def words_found(reading: Reading, pattern: "re.Pattern[str]") -> Iterator["re.Match[str]"]:
    """What the pattern finds in the folded view where Sudachi sees words begin and end, too: バカ, but not in バカンス."""
    text = reading.folded.text
    if not pattern.search(text):
        return
    begins, ends = {word.begin for word in reading.tokens}, {word.end for word in reading.tokens}
    yield from (each for each in pattern.finditer(text) if each.start() in begins and each.end() in ends)
