"""Roles and permissions as rows: what the database refuses, on which days they hold, and whom they never serve."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.facts import actor_facts, approver_people, drafts_for
from accounts.models import RoleAssignment, SocialAccount, StaffMember
from accounts.queries import approvers_of, roles_of
from rules.states import Employment, Role
from tests.support.cast import Cast, let_draft, make_account, make_cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"role": Role.CHIEF}, "role_scope_fits_role"),
        ({"role": Role.DEPUTY, "until_on": TODAY}, "role_scope_fits_role"),
        ({"role": Role.WEB_ADMIN, "section": "tourism"}, "role_scope_fits_role"),
        ({"role": Role.AUDITOR, "section": "tourism"}, "role_scope_fits_role"),
        ({"role": "mayor"}, "role_scope_fits_role"),
        ({"role": Role.DEPUTY, "section": "tourism"}, "deputy_has_a_period"),
        ({"role": Role.DEPUTY, "section": "tourism", "until_on": TODAY - DAY}, "role_ends_after_start"),
    ],
    ids=str,
)
def test_role_row_is_refused_by_the_database(
    cast: Cast, wrong: Mapping[str, object], constraint: str
) -> None:
    values = dict(wrong)
    if "section" in values:
        values["section"] = cast.tourism
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RoleAssignment.objects.create(staff=cast.tanaka, from_on=TODAY, **values)


@pytest.mark.parametrize(
    ("on", "held"),
    [(TODAY - DAY, set()), (TODAY, {"deputy"}), (TODAY + DAY, {"deputy"}), (TODAY + 2 * DAY, set())],
    ids=str,
)
def test_role_holds_from_its_first_to_its_last_day(cast: Cast, on: date, held: set[str]) -> None:
    RoleAssignment.objects.create(
        staff=cast.tanaka, role=Role.DEPUTY, section=cast.tourism, from_on=TODAY, until_on=TODAY + DAY
    )
    assert roles_of(cast.tanaka, on) == held
    assert (cast.tanaka in approvers_of(cast.tourism, on)) == bool(held)
    named = {person.id for person in approver_people([cast.tourism.pk], on)[cast.tourism.pk]}
    assert (cast.tanaka.pk in named) == bool(held)


@pytest.mark.clause("toyama:3-除外")
@pytest.mark.parametrize("change", [{"is_elected": True}, {"is_active": False}], ids=str)
def test_role_serves_neither_the_elected_nor_who_has_left(cast: Cast, change: dict[str, bool]) -> None:
    StaffMember.objects.filter(pk=cast.suzuki.pk).update(**change)
    cast.suzuki.refresh_from_db()
    assert roles_of(cast.suzuki, TODAY) == set()
    assert list(approvers_of(cast.tourism, TODAY)) == [cast.fujimoto]
    assert not actor_facts(cast.suzuki).is_staff


@pytest.mark.clause("mima:2-対象者")
@pytest.mark.parametrize("employment", Employment)
def test_staff_are_the_kinds_of_article_two(cast: Cast, employment: Employment) -> None:
    cast.sato.employment = employment
    outsiders = {Employment.CONTRACTOR, Employment.DESIGNATED_MANAGER}
    assert actor_facts(cast.sato).is_staff == (employment not in outsiders)


def test_chief_comes_before_the_deputy(cast: Cast) -> None:
    assert list(approvers_of(cast.tourism, TODAY)) == [cast.suzuki, cast.fujimoto]
    names = [person.name for person in approver_people([cast.tourism.pk], TODAY)[cast.tourism.pk]]
    assert names == ["鈴木 洋子（観光交流課長）", "藤本 剛（観光交流課 課長補佐）"]


def test_permission_is_for_one_social_account_and_one_person(cast: Cast) -> None:
    first = make_account(cast)
    second = make_account(cast, "町並み", handle="@machi", url="https://x.com/machi")
    let_draft(second, cast.mori)
    assert drafts_for(cast.mori) == {second.pk}
    assert drafts_for(cast.sato) == {first.pk, second.pk}
    assert drafts_for(cast.suzuki) == frozenset()


def test_superuser_may_not_draft_for_that_reason_alone(cast: Cast) -> None:
    make_account(cast)
    StaffMember.objects.filter(pk=cast.mori.pk).update(is_superuser=True)
    cast.mori.refresh_from_db()
    assert drafts_for(cast.mori) == frozenset()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [({"state": "opened"}, "account_state_known"), ({"state": "closed"}, "account_closed_has_date")],
    ids=str,
)
def test_account_row_is_refused_by_the_database(
    cast: Cast, change: dict[str, object], constraint: str
) -> None:
    account = make_account(cast)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SocialAccount.objects.filter(pk=account.pk).update(**change)
