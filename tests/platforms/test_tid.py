"""Record keys of the AT protocol."""

import re
import threading
from datetime import UTC, datetime, timedelta

from platforms.tid import TidClock

NOW = datetime(2026, 11, 21, 3, 4, 5, 678_901, tzinfo=UTC)
FORM = re.compile(r"[234567a-j][234567a-z]{12}")
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


def microseconds(tid: str) -> int:
    value = 0
    for sign in tid:
        value = value * 32 + ALPHABET.index(sign)
    return value >> 10


def test_key_tells_the_time_when_it_is_read() -> None:
    moment = timedelta(microseconds=microseconds(TidClock().next(NOW)))
    assert datetime(1970, 1, 1, tzinfo=UTC) + moment == NOW


def test_key_has_the_protocols_form_when_it_is_made() -> None:
    clock = TidClock()
    assert all(FORM.fullmatch(clock.next(NOW + timedelta(days=days))) for days in range(0, 36_500, 365))


def test_keys_rise_when_time_stands_still_or_goes_back() -> None:
    clock = TidClock()
    keys = [clock.next(NOW - timedelta(seconds=second % 3)) for second in range(500)]
    assert keys == sorted(set(keys))


def test_keys_differ_when_many_threads_ask_at_once() -> None:
    clock, keys = TidClock(), []
    threads = [
        threading.Thread(target=lambda: keys.extend(clock.next(NOW) for _ in range(500))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 4000
