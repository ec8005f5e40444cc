"""Timestamp identifiers: the AT protocol's record keys, 13 characters that sort by time. No network here.

Source: the AT protocol's specification of TIDs (53 bits of microseconds, 10 bits to tell clocks apart).
"""

import secrets
import threading
from datetime import UTC, datetime, timedelta
from typing import Final

_ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH: Final = 13
_CLOCK_BITS: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class TidClock:
    """Gives identifiers that only ever rise, also when the time it is told stands still or goes back."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self, now: datetime) -> str:
        """A new identifier. Clock bits are drawn each time, so that forked processes do not share them."""
        with self._lock:
            self._last = max((now - _EPOCH) // timedelta(microseconds=1), self._last + 1)
            value = self._last << _CLOCK_BITS | secrets.randbelow(1 << _CLOCK_BITS)
        return _encoded(value)


def _encoded(value: int) -> str:
    shifts = range(5 * (_LENGTH - 1), -1, -5)
    return "".join(_ALPHABET[value >> shift & 31] for shift in shifts)
