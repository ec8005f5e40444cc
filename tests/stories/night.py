"""An installation in which nobody is at work now, whatever the clock says, and what stories of the night share."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from policies.actions import hours, lists
from policies.models import CalendarDay, Urgency
from rules.calendar import day_of
from tests.stories import installation
from tests.support.cast import Cast


@contextmanager
def night_shift(env: Mapping[str, str]) -> Iterator[str]:
    """Web, worker and beat that mind working hours; yields the address."""
    minding = {**env, "CITY_ALWAYS_OPEN": "0"}
    with installation.web(minding) as url, installation.sender(minding):
        yield url


def close_offices(cast: Cast) -> None:
    """Yesterday, today and tomorrow are days off: the night may pass midnight while a story is told."""
    now = timezone.now()
    for ahead in (-1, 0, 1):
        day = day_of(now) + timedelta(days=ahead)
        hours.set_day(day=day, kind=CalendarDay.CLOSED, reason="見本の休み", by=cast.kondo, now=now)


def list_urgency(cast: Cast) -> Urgency:
    label = "災害が起きた、または起きそうなとき"
    return lists.list_urgency(label=label, by=cast.suzuki, now=timezone.now())
