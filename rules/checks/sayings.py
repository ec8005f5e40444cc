"""How a sentence means what it says: sentences one by one, and whether one warns, denies or forbids. Shared by families."""

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
