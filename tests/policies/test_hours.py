"""勤務時間: the days that the city sets, and the chief's standing confirmations."""

from datetime import date, timedelta

import pytest

from accounts.models import StaffMember
from audit.models import Entry
from policies.actions import hours
from policies.models import CalendarDay, CityGate, StandingConfirmation
from tests.policies.lists import give_standing
from tests.policies.refusing import refused
from tests.support.cast import NOW, Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
YEAR_END = date(2027, 3, 31)


def set_day(by: StaffMember, *, day: date = TODAY, kind: str = "closed", reason: str = "閉庁") -> CalendarDay:
    return hours.set_day(day=day, kind=kind, reason=reason, by=by, now=NOW)


def give(
    cast: Cast, by: StaffMember | None = None, *, from_on: date = TODAY, until_on: date | None = YEAR_END
) -> StandingConfirmation:
    return hours.give_standing(
        section=cast.tourism, from_on=from_on, until_on=until_on, words="", by=by or cast.suzuki, now=NOW
    )


def test_day_is_set_once_and_changed_in_its_place(cast: Cast) -> None:
    first = set_day(cast.suzuki)
    again = set_day(cast.kondo, kind="as_usual", reason="取りやめ")
    assert again.pk == first.pk
    row = CalendarDay.objects.get()
    assert (row.kind, row.reason, row.set_by, row.set_at) == ("as_usual", "取りやめ", cast.kondo, NOW)
    assert [entry.stream for entry in Entry.objects.filter(event="day.changed")] == ["day:2026-11-20"] * 2


@pytest.mark.parametrize("reason", ["", " 　", "\u200b"])
def test_day_says_why(cast: Cast, reason: str) -> None:
    with refused("day.changed") as seen:
        set_day(cast.suzuki, reason=reason)
    assert (seen.codes, seen.forbidden) == ({"reason_missing"}, False)
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("name", ["sato", "onishi", "hayashi"])
def test_day_is_set_by_chiefs_deputies_and_system_admins_only(cast: Cast, name: str) -> None:
    with refused() as seen:
        set_day(getattr(cast, name))
    assert seen.forbidden
    for keeper in (cast.suzuki, cast.fujimoto, cast.mori, cast.kondo):
        set_day(keeper)


@pytest.mark.clause("mima:9-1")
def test_standing_confirmation_is_the_chiefs(cast: Cast) -> None:
    row = give(cast)
    assert (row.given_by, row.given_as) == (cast.suzuki, "鈴木 洋子（観光交流課長）")
    for other in (cast.fujimoto, cast.mori, cast.ito, cast.sato):
        with refused("standing.given") as seen:
            give(cast, other)
        assert (seen.codes, seen.forbidden) == ({"not_chief"}, True)
    assert StandingConfirmation.objects.count() == 1


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize(
    ("from_on", "until_on", "code"),
    [
        (TODAY, None, "standing_without_end"),
        (TODAY, YEAR_END + timedelta(days=1), "standing_too_long"),
        (date(2027, 4, 1), date(2028, 4, 1), "standing_too_long"),
        (TODAY, TODAY - timedelta(days=1), "standing_backwards"),
        (date(2026, 11, 1), date(2026, 11, 19), "standing_backwards"),
        (date(2026, 3, 31), date(2026, 11, 30), "standing_too_long"),
        (TODAY + timedelta(days=32), YEAR_END, "standing_too_early"),
    ],
)
def test_standing_confirmation_ends_within_its_fiscal_year(
    cast: Cast, from_on: date, until_on: date | None, code: str
) -> None:
    with refused("standing.given") as seen:
        give(cast, from_on=from_on, until_on=until_on)
    assert (seen.codes, seen.duties) == ({code}, {"out_of_hours"})


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [
        (TODAY, TODAY),
        (TODAY, YEAR_END),
        (TODAY + timedelta(days=31), YEAR_END),
    ],
)
def test_standing_confirmation_holds_to_its_last_day(cast: Cast, from_on: date, until_on: date) -> None:
    assert give(cast, from_on=from_on, until_on=until_on).until_on == until_on


def test_standing_confirmation_is_taken_back_once_by_the_chief(cast: Cast) -> None:
    row = give_standing(cast, now=NOW)
    with refused() as seen:
        hours.end_standing(standing=row, by=cast.fujimoto, now=NOW)
    assert seen.forbidden
    hours.end_standing(standing=row, by=cast.suzuki, now=NOW)
    with refused("standing.ended") as seen:
        hours.end_standing(standing=row, by=cast.suzuki, now=NOW)
    assert seen.codes == {"wrong_state"}
    row.refresh_from_db()
    assert (row.ended_at, row.ended_by) == (NOW, cast.suzuki)


@pytest.mark.clause("mima:9-2")
def test_standing_confirmation_is_not_given_from_an_unregistered_device(cast: Cast) -> None:
    cast.suzuki.on_registered_device = False
    with refused() as seen:
        give(cast)
    assert seen.codes == {"unregistered_device"}


def test_what_narrows_the_hours_raises_the_gate(cast: Cast) -> None:
    """Nothing is armed at or after it that has not seen it."""
    before = CityGate.objects.get().epoch
    set_day(cast.suzuki)
    row = give(cast)
    assert CityGate.objects.get().epoch == before + 1, "a confirmation widens"
    hours.end_standing(standing=row, by=cast.suzuki, now=NOW)
    assert CityGate.objects.get().epoch == before + 2
    with refused():
        set_day(cast.sato)
    assert CityGate.objects.get().epoch == before + 2
