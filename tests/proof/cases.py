"""Which situations are asked: the whole product, an even spread over it, and every three facts together."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from math import gcd
from typing import Final

from tests.proof.oracle import (
    Bearing,
    Confirmation,
    Decider,
    Ground,
    Held,
    Hours,
    Hq,
    Road,
    Since,
    Situation,
    Suspension,
    Urgency,
    axes,
)

# How many situations `make test` spreads over each road; PROOF_SAMPLE=N takes N of each instead.
SPREAD: Final = {Road.APPROVAL: 65_000, Road.CHECK: 120_000, Road.WAIVER: 75_000}
SEED: Final = 20_261_121
# A post that goes out on its road on a quiet day.
_QUIET: Final = Situation(
    registered_device=True,
    hq=Hq.NONE,
    suspension=Suspension.NONE,
    flaming=False,
    bearing=Bearing.ORDINARY,
    road=Road.APPROVAL,
    ground=Ground.NONE,
    decider=Decider.CHIEF,
    urgency=Urgency.NONE,
    hours=Hours.IN,
    confirmation=Confirmation.NONE,
    named=False,
    chief_confirmed=False,
    since=Since.DURING,
    held=Held.NO,
)
QUIET: Final = {
    Road.APPROVAL: _QUIET,
    Road.CHECK: replace(_QUIET, road=Road.CHECK, ground=Ground.PUBLIC, decider=Decider.OTHER),
    Road.WAIVER: replace(_QUIET, road=Road.WAIVER, ground=Ground.PUBLIC, urgency=Urgency.LISTED),
}
_FIELDS: Final = tuple(Situation.__slots__)


def size(road: Road) -> int:
    count = 1
    for axis in axes(road):
        count *= len(axis)
    return count


def at(road: Road, index: int) -> Situation:
    """The situation of that number, in the order of `oracle.situations()`."""
    facts: list[object] = []
    for axis in reversed(axes(road)):
        index, place = divmod(index, len(axis))
        facts.append(axis[place])
    return Situation(*reversed(facts))  # type: ignore[arg-type]


def sample(road: Road) -> int:
    """How many are spread over this road here."""
    wanted = os.environ.get("PROOF_SAMPLE")
    return min(int(wanted) if wanted else SPREAD[road], size(road))


def spread(road: Road, share: int, shares: int) -> Iterator[Situation]:
    """One share of an even spread: steps of a fixed stride without a common factor with the product's size."""
    count, whole = sample(road), size(road)
    stride = _stride(whole)
    for number in range(share * count // shares, (share + 1) * count // shares):
        yield at(road, number * stride % whole)


def _stride(whole: int) -> int:
    """The golden section of the product, moved on until it is coprime: neighbours differ in every fact."""
    stride = int(whole * 0.618)
    while gcd(stride, whole) != 1:
        stride += 1
    return stride


def triples(road: Road, share: int, shares: int) -> Iterator[Situation]:
    """Every combination of values of every three facts: once on a quiet day, once in a random situation.

    With PROOF_SAMPLE only every so many of them, in the same order.
    """
    chance = random.Random(SEED)
    step = _thinned()
    number = 0
    free = [(name, axis) for name, axis in zip(_FIELDS, axes(road), strict=True) if len(axis) > 1]
    for three in combinations(free, 3):
        for values in product(*(axis for _, axis in three)):
            fixed = {name: value for (name, _), value in zip(three, values, strict=True)}
            elsewhere = at(road, chance.randrange(size(road)))
            number += 1
            if number % (shares * step) == share * step:
                yield replace(QUIET[road], **fixed)  # type: ignore[arg-type]
                yield replace(elsewhere, **fixed)  # type: ignore[arg-type]


def _thinned() -> int:
    wanted = os.environ.get("PROOF_SAMPLE")
    return max(1, SPREAD[Road.CHECK] // int(wanted)) if wanted else 1
