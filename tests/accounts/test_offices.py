"""所属長と代決者: one chief on one day, nobody their own deputy, deputies named by the chief; sections form a tree."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions import offices, sections
from accounts.actions.offices import Office
from accounts.acts import ActRefused, ActStale
from accounts.models import RoleAssignment, Section
from accounts.queries import approvers_of
from rules.calendar import day_of
from rules.states import Role
from tests.support.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def codes(act: object, **words: object) -> set[str]:
    with pytest.raises(ActRefused) as caught:
        act(**words)  # type: ignore[operator]
    return set(caught.value.refusal.codes)


@pytest.mark.clause("mima:5-本文")
@pytest.mark.parametrize(("first", "last", "refused"), [(0, None, True), (-9, 3, True), (5, 9, True)])
def test_second_chief_on_one_day_is_refused_by_the_rules(
    cast: Cast, now: datetime, first: int, last: int | None, refused: bool
) -> None:
    today = day_of(now)
    office = Office(Role.CHIEF, today + first * DAY, cast.tourism, today + last * DAY if last else None)
    words = {"staff": cast.tanaka, "office": office, "by": cast.kondo, "now": now}
    assert codes(offices.give_role, **words) == {"second_chief"}


def test_chief_follows_a_chief_from_the_next_day_on(cast: Cast, now: datetime) -> None:
    today = day_of(now)
    offices.end_role(staff=cast.suzuki, role=Role.CHIEF, on=today, by=cast.kondo, now=now)
    office = Office(Role.CHIEF, today + DAY, cast.tourism)
    offices.give_role(staff=cast.tanaka, office=office, by=cast.kondo, now=now)
    assert cast.suzuki in approvers_of(cast.tourism, today)
    assert cast.tanaka in approvers_of(cast.tourism, today + DAY)


@pytest.mark.parametrize("write", ["insert", "update"])
def test_second_chief_is_refused_by_the_database(cast: Cast, now: datetime, write: str) -> None:
    today = day_of(now)
    if write == "insert":
        with pytest.raises(IntegrityError, match="has a chief"), transaction.atomic():
            RoleAssignment.objects.create(
                staff=cast.tanaka, role=Role.CHIEF, section=cast.tourism, from_on=today
            )
    else:
        RoleAssignment.objects.filter(staff=cast.suzuki).update(until_on=today)
        later = RoleAssignment.objects.create(
            staff=cast.tanaka, role=Role.CHIEF, section=cast.tourism, from_on=today + DAY
        )
        with pytest.raises(IntegrityError, match="has a chief"), transaction.atomic():
            RoleAssignment.objects.filter(pk=later.pk).update(from_on=today)


def test_of_two_chiefs_given_at_once_one_is_refused(cast: Cast, now: datetime) -> None:
    today = day_of(now)
    RoleAssignment.objects.filter(staff=cast.suzuki).update(until_on=today - DAY)
    results: list[str] = []
    start = threading.Barrier(2)

    def run(name: str) -> None:
        start.wait()
        office = Office(Role.CHIEF, today, cast.tourism)
        try:
            offices.give_role(staff=getattr(cast, name), office=office, by=cast.kondo, now=now)
            results.append("done")
        except ActRefused as error:
            results.append(" ".join(error.refusal.codes))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("sato", "tanaka")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "second_chief"]


def deputy(cast: Cast, now: datetime, grounds: str = "事務決裁規程第8条", days: int = 3) -> Office:
    today = day_of(now)
    return Office(Role.DEPUTY, today, cast.tourism, today + days * DAY, grounds)


@pytest.mark.clause("mima:5-本文")
def test_chief_names_a_deputy_for_a_period_with_its_ground(cast: Cast, now: datetime) -> None:
    offices.name_deputy(staff=cast.tanaka, office=deputy(cast, now), by=cast.suzuki, now=now)
    held = RoleAssignment.objects.get(staff=cast.tanaka)
    assert (held.role, held.grounds, held.until_on) == ("deputy", "事務決裁規程第8条", day_of(now) + 3 * DAY)
    offices.end_deputy(held=held, by=cast.suzuki, now=now)
    held.refresh_from_db()
    assert held.until_on == day_of(now)


def test_deputy_for_oneself_without_a_ground_or_upside_down_is_refused(cast: Cast, now: datetime) -> None:
    words = {"by": cast.suzuki, "now": now}
    assert codes(offices.name_deputy, staff=cast.suzuki, office=deputy(cast, now), **words) == {
        "deputy_for_oneself"
    }
    assert codes(offices.name_deputy, staff=cast.tanaka, office=deputy(cast, now, " "), **words) == {
        "reason_missing"
    }
    office = Office(Role.DEPUTY, day_of(now) + 5 * DAY, cast.tourism, day_of(now) + 3 * DAY, "出張")
    assert codes(offices.name_deputy, staff=cast.tanaka, office=office, **words) == {"period_upside_down"}
    assert codes(offices.name_deputy, staff=cast.hayashi, office=deputy(cast, now), **words) == {"not_staff"}


def test_deputy_is_named_by_the_sections_chief_alone(cast: Cast, now: datetime) -> None:
    for by in (cast.mori, cast.tanaka, cast.ito, cast.fujimoto):
        words = {"staff": cast.tanaka, "office": deputy(cast, now), "by": by, "now": now}
        assert codes(offices.name_deputy, **words) == {"not_chief"}


# --- sections


@pytest.mark.parametrize("way", ["itself", "below", "two below"])
def test_section_never_stands_above_itself(cast: Cast, now: datetime, way: str) -> None:
    low = sections.add(name="観光係", parent=cast.tourism, by=cast.kondo, now=now)
    above = {"itself": cast.planning, "below": cast.tourism, "two below": low}[way]
    words = {"name": "企画総務部", "parent": above, "by": cast.kondo, "now": now, "form_no": 1}
    assert codes(sections.change, section=cast.planning, **words) == {"section_circular"}


def test_section_has_a_name_of_its_own(cast: Cast, now: datetime) -> None:
    words = {"parent": None, "by": cast.kondo, "now": now}
    assert codes(sections.add, name="観光交流課", **words) == {"section_name_taken"}
    assert codes(sections.add, name=" ", **words) == {"name_missing"}
    assert codes(sections.add, name="消防課", **{**words, "by": cast.suzuki}) == {"not_system_admin"}


def test_second_person_who_changes_a_section_is_told(cast: Cast, now: datetime) -> None:
    words = {"section": cast.moving, "parent": cast.planning, "by": cast.kondo, "now": now, "form_no": 1}
    sections.change(name="移住課", **words)
    with pytest.raises(ActStale):
        sections.change(name="定住課", **words)
    assert Section.objects.get(pk=cast.moving.pk).name == "移住課"


def test_database_keeps_a_section_from_standing_above_itself(cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="section_not_above_itself"), transaction.atomic():
        Section.objects.filter(pk=cast.moving.pk).update(parent=cast.moving)


def test_two_moves_at_once_make_no_circle(cast: Cast, now: datetime) -> None:
    results: list[str] = []
    start = threading.Barrier(2)

    def run(section: Section, parent: Section) -> None:
        start.wait()
        try:
            sections.change(
                section=section, name=section.name, parent=parent, by=cast.kondo, now=now, form_no=1
            )
            results.append("done")
        except ActRefused as error:
            results.append(" ".join(error.refusal.codes))
        finally:
            connection.close()

    pairs = ((cast.moving, cast.tourism), (cast.tourism, cast.moving))
    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "section_circular"]
