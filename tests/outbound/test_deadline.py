"""Deadlines."""

import time

from outbound.deadline import Deadline


def test_deadline_has_nothing_left_and_not_less_when_it_is_past() -> None:
    past = Deadline(time.monotonic() - 5)
    assert past.remaining() == 0.0
    assert past.expired


def test_deadline_counts_down_when_time_goes_by() -> None:
    deadline = Deadline.after(10)
    first = deadline.remaining()
    time.sleep(0.01)
    assert 9 < deadline.remaining() < first <= 10
    assert not deadline.expired
