"""Five races on real connections: a few of each in the suite, RACES=2000 of each in `make races`, with the figures.

Whoever wins, nothing may escape: no second decision, no clearance of a text nobody saw, nobody who both wrote and
decided, nothing sent that was cancelled, nothing armed at or after a restriction's epoch.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from unittest.mock import patch

import pytest

from audit.verification import verify
from tests.races.contests import CONTESTS, Ground
from tests.races.pairs import Tally, quick_commits, two_hands
from tests.sending.stubs import Stub, connected
from tests.support.cast import let_draft, make_account, make_cast

IN_SUITE = 40
REPETITIONS = int(os.environ.get("RACES", IN_SUITE))
NUDGES = ("review", "held", "emergency", "confirming")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.both_databases,
    pytest.mark.timeout(240 if REPETITIONS == IN_SUITE else 1800),
]


@pytest.fixture
def ground(db: None) -> Iterator[Ground]:
    """One committed cast for all repetitions; a network that takes everything; no broker."""
    quick_commits()
    cast = make_cast()
    account = make_account(cast)
    let_draft(account, cast.mori)
    with ExitStack() as stack:
        for module in NUDGES:
            stack.enter_context(patch(f"posts.actions.{module}.nudge"))
        stack.enter_context(connected(Stub()))
        yield Ground(cast, account)


def run(name: str, ground: Ground, repetitions: int) -> Tally:
    """All repetitions, with the hands of the same two people."""
    tally, begun = Tally(name), time.monotonic()
    with two_hands() as pair:
        for turn in range(repetitions):
            result = CONTESTS[name](ground, pair, turn)
            tally.repetitions += 1
            tally.outcomes[result.said] += 1
            tally.escapes.update(result.escapes)
    tally.seconds = time.monotonic() - begun
    return tally


@pytest.mark.slow
@pytest.mark.clause("mima:5-本文")
@pytest.mark.clause("mima:5-ただし書")
@pytest.mark.clause("mima:8-1-停止")
@pytest.mark.clause("mima:7-4-反論禁止")
@pytest.mark.parametrize("name", CONTESTS)
def test_nothing_escapes_when_two_press_at_once(name: str, ground: Ground) -> None:
    tally = run(name, ground, REPETITIONS)
    if REPETITIONS != IN_SUITE:
        sys.stdout.write("\n" + "\n".join(tally.lines()) + "\n")
    assert tally.escapes == {}, list(tally.lines())
    assert len(tally.outcomes) > 1, "one of the two always wins: this is no race"
    assert verify().finding is None
