"""What can go wrong between the claim and the record of its outcome, one fault to one worker process.

A worker is a fork of the process that holds the networks; `befall` makes it die, or its database fail, at the named
place. Patched functions do their own work first where the fault comes after it. Beside all that the worker's clock may
jump by an hour once the delivery is claimed.
"""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection

from platforms.base import Adapter
from posts.actions import arming, recording, sending

NONE = "none"


HOUR = timedelta(hours=1)
RIGHT = "clock right"
# Jump → how wrong the worker's clock is when it claims, and afterwards until the outcome is written down. The networks'
# clocks stay right.
JUMPS: Mapping[str, tuple[timedelta, timedelta]] = {
    "clock jumps an hour forwards": (timedelta(), HOUR),
    "clock jumps an hour backwards": (timedelta(), -HOUR),
    "clock an hour ahead is set right": (HOUR, timedelta()),
    "clock an hour behind is set right": (-HOUR, timedelta()),
}


@dataclass
class Clock:
    """A worker's clock, and what is still to happen to it."""

    now: datetime
    wrong: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return self.now + self.wrong

    def jump(self, name: str) -> None:
        """As `JUMPS` says; the second part comes with the end of the claim."""
        if name not in JUMPS:
            return
        self.wrong, after = JUMPS[name]

        def set_clock() -> None:
            self.wrong = after

        _around(sending, "arm", set_clock, first=True)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def cut() -> None:
    """The connection to the database goes, or its disk is full."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    raise OperationalError("database or disk is full")


def _around(module: Any, name: str, fault: Callable[[], None], *, first: bool) -> None:
    """`first`: the function's own work is done before the fault comes."""
    original = getattr(module, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not first:
            fault()
        answer = original(*args, **kwargs)
        fault()
        return answer

    setattr(module, name, wrapped)


# Fault → what it does to this process; those of the network are told to the network itself.
POINTS: Mapping[str, Callable[[Adapter], None]] = {
    "killed before arming is committed": lambda _: _around(arming, "write_attempt", die, first=True),
    "killed after arming": lambda _: _around(sending, "_publish", die, first=False),
    "killed before the call": lambda adapter: _around(adapter, "publish", die, first=False),
    "killed after the network took it": lambda adapter: _around(adapter, "publish", die, first=True),
    "killed before recording is committed": lambda _: _around(recording, "_move", die, first=True),
    "killed after recording": lambda _: _around(sending, "_record", die, first=True),
    "database gone while arming": lambda _: _around(arming, "write_attempt", cut, first=True),
    "database gone while recording": lambda _: _around(recording, "_move", cut, first=True),
}
# What the network does instead of answering: after it took the post, or before.
LOST = ("answer lost", "answer is a 500")
REFUSED = ("too many calls",)
ALL = (*POINTS, *LOST, *REFUSED)


def befall(fault: str, adapter: Adapter) -> None:
    if fault in POINTS:
        POINTS[fault](adapter)
