"""Calling a network in a thread of its own, so that none can hold a worker longer than the deadline.

Nothing about posts here: what is called, and what a late answer is good for, is said by who calls.
"""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connections

T = TypeVar("T")


class Call(Generic[T]):
    """One call. Its answer goes either to who waits for it or, when nobody waits any more, to `late`."""

    def __init__(self, name: str, work: Callable[[], T], late: Callable[[T], None]) -> None:
        self._work, self._late = work, late
        self._lock = threading.Lock()
        self._answers: list[T] = []
        self._given_up = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def answer(self, seconds: float) -> T | None:
        """Make the call and wait that long; None when there is no answer by then."""
        self._thread.start()
        self._thread.join(seconds)
        with self._lock:
            self._given_up = not self._answers
            return None if self._given_up else self._answers[0]

    def _run(self) -> None:
        try:
            answer = self._work()
            with self._lock:
                self._answers.append(answer)
                is_late = self._given_up
            if is_late:
                self._late(answer)
        finally:
            connections.close_all()
