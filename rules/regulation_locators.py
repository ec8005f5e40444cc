"""Which words of a regulation each clause id names: the locators in `rules/places/`, and putting them to a text.

A locator is a fact about the text, never its wording: a place, and short anchors where only a part is meant.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from rules.regulation import Place, Regulation, bodies, by_path, label_of
from rules.regulation_lines import fold

LONGEST_ANCHOR: Final = 8
_KEYS: Final = {"place", "from", "after", "to"}


class LocatorError(ValueError):
    """A file of locators is wrong; the message names the file, the clause and the fault."""


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a clause's words are: from `start` or behind `after`, to the end of `end`; "" for the place's own ends."""

    clause_id: str
    path: tuple[str, ...]
    start: str = ""
    after: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """The official words of one clause. `whole`: they are all the words of the place."""

    clause_id: str
    place: Place
    words: str

    @property
    def whole(self) -> bool:
        return self.words == self.place.words


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A clause whose words were not found, and why: a Japanese sentence."""

    clause_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """Clauses with their words in the order of the locators, those without, and places that no clause names."""

    attached: tuple[Attached, ...]
    unplaced: tuple[Unplaced, ...]
    unclaimed: tuple[Place, ...]


@cache
def locators_of(rulebook: str) -> tuple[Locator, ...]:
    """The locators of a rulebook that comes with the program; none for a city's own. Raises LocatorError."""
    names = {entry.name for entry in files("rules").joinpath("places").iterdir()}
    name = f"{rulebook}.toml"
    if name not in names:
        return ()
    return parse(files("rules").joinpath("places", name).read_text(encoding="utf-8"), source=name)


def parse(text: str, source: str) -> tuple[Locator, ...]:
    """Locators from TOML, in its order. Raises LocatorError at the first fault, naming `source`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LocatorError(f"{source}: not TOML: {error}") from error
    if not all(isinstance(row, dict) for row in table.values()):
        raise LocatorError(f"{source}: every entry must be a table")
    return tuple(_locator(f"{source} {key}", key, row) for key, row in table.items())


def _locator(where: str, key: str, row: dict[str, object]) -> Locator:
    if unknown := row.keys() - _KEYS:
        raise LocatorError(f"{where}: unknown {', '.join(sorted(unknown))}")
    path = row.get("place")
    if not isinstance(path, list) or not path or not all(isinstance(part, str) for part in path):
        raise LocatorError(f"{where}: place must be a list of texts")
    if "from" in row and "after" in row:
        raise LocatorError(f"{where}: has both from and after")
    start, after, end = (_anchor(where, row, name) for name in ("from", "after", "to"))
    return Locator(key, tuple(path), start, after, end)


def _anchor(where: str, row: dict[str, object], key: str) -> str:
    anchor = row.get(key, "")
    if not isinstance(anchor, str) or (key in row and not anchor):
        raise LocatorError(f"{where}: {key} must be text and not empty")
    if len(anchor) > LONGEST_ANCHOR or any(char.isspace() for char in anchor):
        raise LocatorError(f"{where}: {key} is longer than {LONGEST_ANCHOR} characters or has a blank")
    return anchor


def attach(regulation: Regulation, locators: Sequence[Locator]) -> Attachment:
    """Puts the locators to the text. Anchors are found whatever the blanks and the width of letters."""
    places = by_path(regulation)
    found = [_found(locator, places.get(locator.path)) for locator in locators]
    attached = tuple(one for one in found if isinstance(one, Attached))
    claimed = {one.place.path for one in attached} | {locator.path for locator in locators}
    return Attachment(
        attached=attached,
        unplaced=tuple(one for one in found if isinstance(one, Unplaced)),
        unclaimed=tuple(place for place in bodies(regulation) if place.path not in claimed),
    )


def _found(locator: Locator, place: Place | None) -> Attached | Unplaced:
    if place is None:
        return Unplaced(locator.clause_id, f"{label_of(locator.path)}がありません。")
    kept = [index for index, char in enumerate(place.words) if not char.isspace()]
    plain = fold("".join(place.words[index] for index in kept))
    try:
        start, end = _part(plain, locator)
    except LookupError as missing:
        return Unplaced(locator.clause_id, f"{place.label}に{missing.args[0]}がありません。")
    return Attached(locator.clause_id, place, place.words[kept[start] : kept[end - 1] + 1])


def _part(plain: str, locator: Locator) -> tuple[int, int]:
    """Where the part begins and ends in folded words without white space. LookupError names what is missing."""
    begins = locator.after or locator.start
    start = _position(plain, begins, 0) + (len(begins) if locator.after else 0)
    end = _position(plain, locator.end, start) + len(locator.end) if locator.end else len(plain)
    if end <= start:
        raise LookupError("文")
    return start, end


def _position(plain: str, anchor: str, start: int) -> int:
    position = plain.find(fold(anchor), start)
    if position < 0:
        raise LookupError(f"「{anchor}」")
    return position
