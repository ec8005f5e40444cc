"""How instants and days are written."""

from datetime import UTC, date, datetime, timedelta

import pytest

from desk import times

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 10:00 in Japan


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 22), "令和8年11月22日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "1926年12月24日"),
    ],
)
def test_wareki_changes_era_on_the_first_day_of_the_new_one(day: date, written: str) -> None:
    assert times.wareki(day) == written


def test_wareki_is_the_day_in_japan_when_an_instant_is_given() -> None:
    assert times.wareki(datetime(2019, 4, 30, 15, 0, tzinfo=UTC)) == "令和元年5月1日"
    assert times.wareki(datetime(2019, 4, 30, 14, 59, tzinfo=UTC)) == "平成31年4月30日"


def test_jst_leaves_the_year_out_when_it_is_this_year() -> None:
    assert times.jst(datetime(2026, 11, 22, 0, 0, tzinfo=UTC), NOW) == "11月22日(日) 9:00"


def test_jst_adds_both_years_when_it_is_another_year_in_japan() -> None:
    new_year = datetime(2026, 12, 31, 15, 5, tzinfo=UTC)
    assert times.jst(new_year, NOW) == "令和9年(2027年)1月1日(金) 0:05"
    assert times.jst(new_year - timedelta(minutes=6), NOW) == "12月31日(木) 23:59"


def test_jst_full_always_has_the_year() -> None:
    assert times.jst_full(datetime(2026, 11, 22, 0, 0, tzinfo=UTC)) == "令和8年11月22日(日) 9:00"


def test_jst_refuses_when_the_datetime_is_naive() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        times.jst(datetime(2026, 11, 22, 9, 0), NOW)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("passed", "written"),
    [
        (timedelta(seconds=59), "1分未満"),
        (timedelta(minutes=1), "1分"),
        (timedelta(minutes=59, seconds=59), "59分"),
        (timedelta(hours=2, minutes=50), "2時間"),
        (timedelta(hours=23, minutes=59), "23時間"),
        (timedelta(hours=49), "2日"),
        (timedelta(minutes=-5), "1分未満"),
    ],
)
def test_ago_names_the_largest_whole_unit(passed: timedelta, written: str) -> None:
    assert times.ago(NOW - passed, NOW) == written
