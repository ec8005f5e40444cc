"""The calendar day in Japan, on which offices, policies and rule versions are judged."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")


def day_of(instant: datetime) -> date:
    """The day in Japan of an aware instant."""
    return instant.astimezone(JST).date()
