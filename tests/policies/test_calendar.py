"""The days ahead as the page shows them, and the hours of each social account."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from policies import city_lists
from policies.actions import hours
from policies.city_lists import DayAhead, account_hours, days_ahead, in_months
from policies.holidays import KNOWN_UNTIL, holiday_name
from policies.models import PolicyVersion
from policies.surroundings import city_calendar, surroundings
from rules.calendar import Hours, hours_at
from tests.support.cast import NOW, Cast, make_account

pytestmark = pytest.mark.django_db
JST = ZoneInfo("Asia/Tokyo")
TODAY = date(2026, 11, 20)


def on(day: date, *, around: date = TODAY) -> DayAhead:
    return next(each for each in days_ahead(around) if each.day == day)


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize(
    ("day", "is_open", "words"),
    [
        (date(2026, 11, 20), True, ""),
        (date(2026, 11, 21), False, ""),
        (date(2026, 11, 23), False, "勤労感謝の日"),
        (date(2026, 12, 28), True, ""),
        (date(2026, 12, 29), False, "年末年始"),
        (date(2026, 12, 31), False, "年末年始"),
        (date(2027, 1, 1), False, "元日"),
        (date(2027, 1, 3), False, "年末年始"),
        (date(2027, 1, 4), True, ""),
        (date(2027, 1, 11), False, "成人の日"),
    ],
)
def test_day_is_closed_for_a_reason(day: date, is_open: bool, words: str) -> None:
    found = on(day)
    assert (found.is_open, found.words, found.own) == (is_open, words, None)


def test_days_ahead_are_sixty_with_today_first() -> None:
    days = days_ahead(TODAY)
    assert (len(days), days[0].day, days[-1].day) == (60, TODAY, date(2027, 1, 18))


@pytest.mark.parametrize(
    ("kind", "day", "is_open", "words"),
    [
        ("closed", date(2026, 11, 24), False, "市の記念日"),
        ("open", date(2026, 11, 23), True, "市の記念日"),
        ("as_usual", date(2026, 11, 23), False, "勤労感謝の日"),
    ],
)
def test_citys_own_day_goes_before_holidays_and_weekends(
    cast: Cast, kind: str, day: date, is_open: bool, words: str
) -> None:
    hours.set_day(day=day, kind=kind, reason="市の記念日", by=cast.suzuki, now=NOW)
    found = on(day)
    assert (found.is_open, found.words) == (is_open, words)
    assert (found.own is None) == (kind == "as_usual")


def test_days_are_the_same_as_those_that_the_rules_go_by(cast: Cast, settings: Settings) -> None:
    settings.CITY_ALWAYS_OPEN = False
    for kind, day in (("closed", date(2026, 11, 24)), ("open", date(2026, 11, 23))):
        hours.set_day(day=day, kind=kind, reason="理由", by=cast.suzuki, now=NOW)
    calendar = surroundings([], [], on=TODAY).calendar()
    for each in days_ahead(TODAY):
        noon = datetime.combine(each.day, time(12), tzinfo=JST)
        assert (hours_at(calendar, noon) == Hours.IN) == each.is_open, each.day


@pytest.mark.clause("mima:9-1")
def test_day_beyond_the_known_holidays_is_neither_in_nor_out(settings: Settings) -> None:
    settings.CITY_ALWAYS_OPEN = False
    day = date(2028, 1, 5)
    assert day > KNOWN_UNTIL
    calendar = city_calendar((), (), date(2027, 12, 20))
    assert hours_at(calendar, datetime.combine(day, time(12), tzinfo=JST)) == Hours.UNKNOWN
    assert not on(day, around=date(2027, 12, 20)).is_known
    assert on(KNOWN_UNTIL, around=date(2027, 12, 20)).is_known


def test_month_begins_on_its_own_weekday() -> None:
    november, december, january = in_months(days_ahead(TODAY))
    assert (november.first, december.first, january.first.year) == (
        date(2026, 11, 1),
        date(2026, 12, 1),
        2027,
    )
    for month in (november, december, january):
        for week in month.weeks:
            assert len(week) == 7
            assert all(day is None or day.day.weekday() == place for place, day in enumerate(week))
    shown = [day for month in (november, december, january) for week in month.weeks for day in week if day]
    assert [day.day for day in shown] == [day.day for day in days_ahead(TODAY)]


def test_holiday_has_its_name() -> None:
    assert holiday_name(date(2026, 5, 6)) == "憲法記念日 振替休日"
    assert holiday_name(date(2026, 5, 7)) == ""


def test_hours_come_from_the_policy_else_from_the_city(cast: Cast, settings: Settings) -> None:
    settings.CITY_OPENS, settings.CITY_CLOSES = time(9, 0), time(0, 0)
    ruled = make_account(cast)
    bare = make_account(cast, "市の味（note）", network="note", url="https://note.com/aji", opened=False)
    rows = {row.account.pk: row for row in account_hours(TODAY)}
    assert (rows[ruled.pk].opens, rows[ruled.pk].closes, rows[ruled.pk].by_policy) == (
        time(8, 30),
        time(17, 15),
        True,
    )
    assert (rows[bare.pk].opens, rows[bare.pk].by_policy) == (time(9, 0), False)
    assert rows[bare.pk].closes_at_midnight
    assert PolicyVersion.objects.filter(social_account=bare).count() == 0


def test_hours_of_closed_accounts_are_not_shown(cast: Cast) -> None:
    account = make_account(cast)
    city_lists.SocialAccount.objects.filter(pk=account.pk).update(state="closed", closed_at=NOW)
    assert account_hours(TODAY) == []
