"""災害対策本部: recorded once, suspending posting unless told not to; dissolved, its limits end with it."""

from datetime import datetime, timedelta

import pytest

from audit.models import Entry
from policies.actions import headquarters
from policies.city_facts import in_force
from policies.models import CityGate, Headquarters, Restriction
from rules.states import Cause, RestrictionKind, Scope
from tests.policies.refusing import refused
from tests.support.cast import NOW, Cast
from tests.support.restricting import dissolve_hq, limit, set_up_hq, suspend

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=6)


def record(cast: Cast, *, at: datetime | None = NOW, name: str = "台風8号対策本部") -> Headquarters:
    return headquarters.set_up(name=name, set_up_at=at, suspend=True, by=cast.suzuki, now=NOW)


@pytest.mark.clause("mima:8-2")
def test_set_up_suspends_posting_for_the_whole_city(cast: Cast) -> None:
    hq = record(cast)
    row = in_force().get()
    assert (row.kind, row.cause, row.scope) == (RestrictionKind.SUSPENSION, Cause.DISASTER, Scope.CITY)
    assert row.epoch == CityGate.objects.get().epoch
    assert (hq.standing, hq.recorded_as) == (True, "鈴木 洋子（観光交流課長）")
    events = Entry.objects.values_list("event", flat=True)
    assert {"headquarters.recorded", "restriction.suspended"} <= set(events)


def test_set_up_suspends_nothing_when_told_not_to(cast: Cast) -> None:
    set_up_hq(cast, now=NOW, stop=False)
    assert not in_force().exists()


def test_set_up_starts_no_second_suspension_where_one_stands(cast: Cast) -> None:
    suspend(cast, now=NOW)
    record(cast)
    assert {row.scope for row in in_force()} == {Scope.SECTION, Scope.CITY}
    dissolve_hq(cast, now=LATER)
    record(cast, name="次の本部")
    assert in_force().count() == 2


def test_set_up_without_a_name_is_the_headquarters(cast: Cast) -> None:
    assert record(cast, name=" ").name == "災害対策本部"


@pytest.mark.parametrize("at", [None, NOW + timedelta(minutes=1)])
def test_set_up_has_an_hour_that_has_come(cast: Cast, at: datetime | None) -> None:
    before = CityGate.objects.get().epoch
    with refused("headquarters.recorded") as seen:
        record(cast, at=at)
    assert seen.codes == {"set_up_in_future"}
    assert (Headquarters.objects.count(), in_force().count()) == (0, 0)
    assert CityGate.objects.get().epoch == before


def test_set_up_is_recorded_once(cast: Cast) -> None:
    record(cast)
    with refused() as seen:
        record(cast)
    assert seen.codes == {"headquarters_stand"}


@pytest.mark.parametrize("name", ["sato", "kondo", "onishi", "hayashi"])
def test_headquarters_are_recorded_by_chiefs_and_deputies_only(cast: Cast, name: str) -> None:
    other = getattr(cast, name)
    with refused() as seen:
        headquarters.set_up(name="", set_up_at=NOW, suspend=True, by=other, now=NOW)
    assert seen.forbidden
    hq = record(cast)
    with refused() as seen:
        headquarters.dissolve(headquarters=hq, dissolved_at=LATER, by=other, now=LATER)
    assert seen.forbidden


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (None, "dissolved_in_future"),
        (LATER + timedelta(minutes=1), "dissolved_in_future"),
        (NOW - timedelta(minutes=1), "dissolved_before_set_up"),
    ],
)
def test_dissolution_has_an_hour_after_the_set_up(cast: Cast, at: datetime | None, code: str) -> None:
    hq = record(cast)
    with refused("headquarters.dissolved") as seen:
        headquarters.dissolve(headquarters=hq, dissolved_at=at, by=cast.suzuki, now=LATER)
    assert seen.codes == {code}
    hq.refresh_from_db()
    assert hq.standing


@pytest.mark.clause("mima:8-2")
def test_dissolution_ends_the_limits_and_leaves_the_suspension(cast: Cast) -> None:
    hq = record(cast)
    limited = limit(cast, now=NOW)
    dissolve_hq(cast, now=LATER)
    hq.refresh_from_db()
    assert (hq.standing, hq.dissolved_at, hq.dissolved_by) == (False, LATER, cast.ito)
    assert [row.kind for row in in_force()] == [RestrictionKind.SUSPENSION]
    ended = Restriction.objects.get(pk=limited.pk)
    assert (ended.ended_at, ended.ended_words) == (LATER, headquarters.DISSOLVED)
    assert Entry.objects.filter(event="restriction.limit_ended", stream=ended.stream).exists()


def test_dissolution_is_recorded_once(cast: Cast) -> None:
    hq = record(cast)
    dissolve_hq(cast, now=LATER)
    with refused() as seen:
        headquarters.dissolve(headquarters=hq, dissolved_at=LATER, by=cast.suzuki, now=LATER)
    assert seen.codes == {"wrong_state"}
