"""Two people, each with a thread and a database connection of their own for the whole race, who press at once."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Queue

from django.db import connection, connections

from accounts.acts import ActRefused, ActStale

Act = Callable[[], object]
# One of the two presses this much later, in turn: so that every order in time comes up, and not only the start.
STAGGER_MS = (0, 1, 2, 3, 4, 6, 8, 11, 14, 18)
PATIENCE = 30.0


def outcome(act: Act) -> str:
    """ "done" or what the act itself says; otherwise why it was refused."""
    try:
        said = act()
    except ActRefused as error:
        return "+".join(sorted(error.refusal.codes))
    except ActStale:
        return "stale"
    return said if isinstance(said, str) else "done"


def quick_commits() -> None:
    """This connection's commits do not wait for the disk; what others see of them, and when, is the same."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")


class Hand:
    """A thread with one connection, which does what it is given."""

    def __init__(self) -> None:
        self._work: Queue[Act | None] = Queue()
        self._done: Queue[str | Exception] = Queue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def begin(self, act: Act) -> None:
        self._work.put(act)

    def end(self) -> str:
        said = self._done.get(timeout=PATIENCE)
        if isinstance(said, Exception):
            raise said
        return said

    def close(self) -> None:
        self._work.put(None)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            quick_commits()
            while (act := self._work.get()) is not None:
                self._done.put(self._try(act))
        finally:
            connections.close_all()

    def _try(self, act: Act) -> str | Exception:
        try:
            return outcome(act)
        except Exception as error:  # noqa: BLE001  # told to the race, which fails with it
            return error


class Pair:
    """Both press together; `turn` chooses who waits a moment, and how long."""

    def __init__(self) -> None:
        self._hands = (Hand(), Hand())

    def press(self, first: Act, second: Act, turn: int) -> tuple[str, str]:
        barrier = threading.Barrier(2)
        late, wait = turn % 2, STAGGER_MS[turn // 2 % len(STAGGER_MS)] / 1000
        for place, (hand, act) in enumerate(zip(self._hands, (first, second), strict=True)):
            hand.begin(_after(barrier, act, wait if place == late else 0.0))
        return self._hands[0].end(), self._hands[1].end()

    def close(self) -> None:
        for hand in self._hands:
            hand.close()


def _after(barrier: threading.Barrier, act: Act, wait: float) -> Act:
    def pressed() -> object:
        barrier.wait(PATIENCE)
        if wait:
            time.sleep(wait)
        return act()

    return pressed


@contextmanager
def two_hands() -> Iterator[Pair]:
    pair = Pair()
    try:
        yield pair
    finally:
        pair.close()


@dataclass
class Tally:
    """What a race came to: how often each pair of outcomes, and every escape in words."""

    name: str
    repetitions: int = 0
    outcomes: Counter[tuple[str, ...]] = field(default_factory=Counter)
    escapes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def lines(self) -> Iterator[str]:
        escaped = sum(self.escapes.values())
        yield f"{self.name}: {self.repetitions:,} repetitions in {self.seconds:.0f} s, escapes {escaped}"
        for said, times in sorted(self.outcomes.items(), key=lambda item: -item[1]):
            yield f"  {times:>6,}  {' | '.join(said)}"
        for what, times in self.escapes.items():
            yield f"  ESCAPED {times:,}: {what}"
