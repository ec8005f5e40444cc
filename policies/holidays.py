"""Japan's public holidays, from a library; the city's own days come from its calendar. No rule here."""

from datetime import date
from functools import cache

import jpholiday

# The Cabinet Office publishes each year's holidays in the February before; later years are computed from the
# law as it stands and may still change (https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html).
KNOWN_UNTIL = date(2027, 12, 31)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The holidays of that year, substitutes included."""
    return frozenset(day for day, _ in jpholiday.year_holidays(year))


def holidays_around(day: date) -> frozenset[date]:
    """Those of that day's year and its neighbours: all that a look back or ahead needs."""
    years = range(day.year - 1, day.year + 2)
    return frozenset().union(*(public_holidays(year) for year in years))


def holiday_name(day: date) -> str:
    """勤労感謝の日; "" on any other day."""
    return jpholiday.is_holiday_name(day) or ""
