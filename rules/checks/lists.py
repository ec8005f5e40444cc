"""The lists that the checks read: what comes with the program, and what the city has added or taken out.

The program's own are data in `data/*.toml`. A city's entries arrive as facts. Here must not live: any check.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType


@dataclass(frozen=True)
class Lists:
    """What each list holds for this city.

    `words`: the entries in their order; `instead`: for lists of words to replace, what to say instead (a part of
    `words`). `version` names this very content: an old finding still explains itself.
    """

    version: str
    words: Mapping[str, tuple[str, ...]]
    instead: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, key: str) -> frozenset[str]:
        """A list as a set, for whole entries."""
        return self._sets.get(key, frozenset())

    @cached_property
    def _sets(self) -> Mapping[str, frozenset[str]]:
        return {key: frozenset(words) for key, words in self.words.items()}

    def found_by(self, key: str) -> re.Pattern[str]:
        """One alternation over a list, the longest first; a list without words is found nowhere."""
        return alternation(self.words.get(key, ()))

    def changed(
        self, *, version: str, added: Mapping[str, Mapping[str, str]], removed: Mapping[str, Collection[str]]
    ) -> "Lists":
        """The same with a city's own entries (word → what to say instead, or "") and without what it took out."""
        words, instead = dict(self.words), dict(self.instead)
        for key in {*added, *removed}:
            new, out = added.get(key, {}), set(removed.get(key, ()))
            words[key] = tuple(dict.fromkeys([*(w for w in words.get(key, ()) if w not in out), *new]))
            told = {**instead.get(key, {}), **{word: says for word, says in new.items() if says}}
            instead[key] = {word: says for word, says in told.items() if word in words[key]}
        return Lists(version, words, instead)


@lru_cache(maxsize=256)
def alternation(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these words, the longest first."""
    ordered = sorted(filter(None, words), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)) if ordered else r"(?!)")


@cache
def base() -> Lists:
    """The program's own: `data/*.toml`, a table for each list, with `words`, or with `instead` (word = "better")."""
    words: dict[str, tuple[str, ...]] = {}
    instead: dict[str, Mapping[str, str]] = {}
    texts = [entry.read_text(encoding="utf-8") for entry in _data()]
    for key, table in ((key, table) for text in texts for key, table in tomllib.loads(text).items()):
        instead[key] = table.get("instead", {})
        words[key] = (*table.get("words", ()), *instead[key])
    return Lists(sha256("".join(texts).encode()).hexdigest()[:12], words, instead)


def _data() -> list[Traversable]:
    found = files("rules.checks").joinpath("data").iterdir()
    return sorted((entry for entry in found if entry.name.endswith(".toml")), key=lambda entry: entry.name)
