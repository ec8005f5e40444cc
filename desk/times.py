"""Instants and days as a Japanese screen writes them. Pure: the day that counts as today is an argument.

Only text comes out of here. Judging a time (out of hours, due, overdue) is the rules' business.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"
ERAS = ((date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"), (date(1926, 12, 25), "昭和"))


def in_jst(instant: datetime) -> datetime:
    """The same instant on a clock in Japan. ValueError for a naive datetime: it names no instant."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    return instant.astimezone(JST)


def day_in_jst(moment: date) -> date:
    """The calendar day in Japan of an instant; a plain date is already a day."""
    return in_jst(moment).date() if isinstance(moment, datetime) else moment


def year_ja(day: date) -> str:
    """令和8年, 平成元年; the western year before the eras that a screen can meet."""
    for began_on, era in ERAS:
        if day >= began_on:
            number = day.year - began_on.year + 1
            return f"{era}{'元' if number == 1 else number}年"
    return f"{day.year}年"


def wareki(moment: date) -> str:
    """令和8年11月22日."""
    day = day_in_jst(moment)
    return f"{year_ja(day)}{day.month}月{day.day}日"


def day_and_time(instant: datetime) -> str:
    """11月22日(日) 9:00."""
    local = in_jst(instant)
    return f"{local.month}月{local.day}日({WEEKDAYS[local.weekday()]}) {local.hour}:{local.minute:02}"


def jst(instant: datetime, now: datetime) -> str:
    """11月22日(日) 9:00, with 令和7年(2025年) before it when the year is not that of `now`."""
    year = in_jst(instant).year
    if year == in_jst(now).year:
        return day_and_time(instant)
    return f"{year_ja(day_in_jst(instant))}({year}年){day_and_time(instant)}"


def jst_full(instant: datetime) -> str:
    """令和8年11月22日(日) 9:00."""
    return f"{year_ja(day_in_jst(instant))}{day_and_time(instant)}"


def ago(instant: datetime, now: datetime) -> str:
    """How long since then, in the largest whole unit: 40分, 2時間, 3日. Less than a minute is 1分未満."""
    minutes = (now - instant) // timedelta(minutes=1)
    if minutes < 1:
        return "1分未満"
    if minutes < 60:
        return f"{minutes}分"
    return f"{minutes // 60}時間" if minutes < 24 * 60 else f"{minutes // (24 * 60)}日"
