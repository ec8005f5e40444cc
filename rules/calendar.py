"""Days and hours in Japan: the calendar day on which everything is judged, and working hours (Art. 9(1)).

Which days are public holidays is told by the caller; the clock is an argument.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")
# The common municipal hours (rules/domain.md, section 4), where neither policy nor city says otherwise.
OPENS, CLOSES = time(8, 30), time(17, 15)
# When somebody who looks at things "next working morning" has had the time to.
MORNING = time(10, 0)
_MIDNIGHT = time(0, 0)
_LOOK_AHEAD_DAYS = 60


class Hours(StrEnum):
    """How an instant stands to the working hours; UNKNOWN beyond the days whose holidays are known."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class WorkingCalendar:
    """When the people behind a social account are at work.

    `holidays` are closed besides weekends and 12/29 to 1/3; `workdays` are open all the same. `closes` at 0:00
    is the day's end. `known_until` is the last day whose public holidays are known. `always` is a city that
    has somebody there at every hour of every day.
    """

    opens: time = OPENS
    closes: time = CLOSES
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    known_until: date = date.max
    always: bool = False


def day_of(instant: datetime) -> date:
    """The day in Japan of an aware instant."""
    return instant.astimezone(JST).date()


def fiscal_year_end(day: date) -> date:
    """The 31st of March that ends the Japanese fiscal year of that day."""
    return date(day.year + (day.month >= 4), 3, 31)


def fiscal_year(day: date) -> int:
    """年度: the calendar year in which it began, on 1 April."""
    return day.year if day.month >= 4 else day.year - 1


def months_after(day: date, months: int) -> date:
    """The same day of the month that many months on, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_working_day(calendar: WorkingCalendar, day: date) -> bool:
    """Open on that day at all; the city's own word goes before weekends, holidays and the turn of the year."""
    if calendar.always or day in calendar.workdays:
        return True
    return not (day.weekday() >= 5 or day in calendar.holidays or _is_turn_of_year(day))


def hours_at(calendar: WorkingCalendar, instant: datetime) -> Hours:
    """mima:9-1: whether that instant lies in working hours; the closing time itself does not."""
    local = instant.astimezone(JST)
    if calendar.always:
        return Hours.IN
    clock = local.timetz().replace(tzinfo=None)
    at_work = calendar.opens <= clock and (clock < calendar.closes or calendar.closes == _MIDNIGHT)
    if not (at_work and is_working_day(calendar, local.date())):
        return Hours.OUT
    return Hours.IN if local.date() <= calendar.known_until else Hours.UNKNOWN


def next_opening(calendar: WorkingCalendar, instant: datetime) -> datetime:
    """The first working instant at or after that one, in Japan's time."""
    if hours_at(calendar, instant) == Hours.IN:
        return instant.astimezone(JST)
    return _on_a_working_day(calendar, instant, calendar.opens)


def next_morning(calendar: WorkingCalendar, instant: datetime) -> datetime:
    """10:00 of the first working day after that instant's day: when what was done then has been looked at."""
    tomorrow = datetime.combine(day_of(instant) + timedelta(days=1), _MIDNIGHT, tzinfo=JST)
    return _on_a_working_day(calendar, tomorrow, MORNING)


def _on_a_working_day(calendar: WorkingCalendar, instant: datetime, at: time) -> datetime:
    """That time of the first working day on which it is still to come."""
    first = day_of(instant)
    for ahead in range(_LOOK_AHEAD_DAYS):
        day = first + timedelta(days=ahead)
        found = datetime.combine(day, at, tzinfo=JST)
        if is_working_day(calendar, day) and found >= instant:
            return found
    return datetime.combine(first + timedelta(days=1), at, tzinfo=JST)


def _is_turn_of_year(day: date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
