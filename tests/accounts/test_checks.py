"""The system check for sections in which nobody can approve."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core import checks
from django.db import connection
from django.utils import timezone

from accounts.checks import check_approvers
from accounts.models import RoleAssignment, Section, SocialAccount, StaffMember
from accounts.queries import sections_without_approver
from rules.calendar import day_of
from rules.states import Role
from tests.support.cast import LONG_AGO, NOW, Cast, make_account, make_cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def lone(cast: Cast) -> Section:
    """The tourism section with its account, after its people and those above have gone out of office."""
    make_account(cast)
    RoleAssignment.objects.filter(role__in=[Role.CHIEF, Role.DEPUTY]).update(
        until_on=TODAY - timedelta(days=1)
    )
    return cast.tourism


def alone(on: date = TODAY) -> list[Section]:
    return list(sections_without_approver(on))


def messages() -> Iterator[str]:
    return (str(message.msg) for message in check_approvers(databases=["default"]))


def test_section_with_a_chief_a_deputy_or_one_above_is_not_alone(cast: Cast) -> None:
    make_account(cast)
    assert alone() == []
    for role, section in ((Role.CHIEF, cast.tourism), (Role.DEPUTY, cast.tourism)):
        RoleAssignment.objects.filter(role=role, section=section).update(until_on=TODAY - timedelta(days=1))
        assert alone() == [], "there is somebody above"


def test_section_is_alone_when_nobody_is_in_office(lone: Section) -> None:
    assert alone() == [lone]
    assert alone(TODAY - timedelta(days=1)) == [], "they were yesterday"


@pytest.mark.parametrize("role", [Role.WEB_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_other_roles_approve_nothing(cast: Cast, lone: Section, role: Role) -> None:
    RoleAssignment.objects.create(staff=cast.sato, role=role, from_on=LONG_AGO)
    assert alone() == [lone]


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_elected": True}])
def test_who_has_left_or_was_elected_approves_nothing(
    cast: Cast, lone: Section, gone: dict[str, bool]
) -> None:
    RoleAssignment.objects.create(staff=cast.sato, role=Role.CHIEF, section=lone, from_on=TODAY)
    assert alone() == []
    StaffMember.objects.filter(pk=cast.sato.pk).update(**gone)
    assert alone() == [lone]


def test_section_of_nothing_or_of_closed_accounts_needs_nobody(lone: Section) -> None:
    SocialAccount.objects.update(state="closed", closed_at=NOW, closed_reason="終了")
    assert alone() == []


def test_check_names_the_sections(cast: Cast, lone: Section) -> None:
    SocialAccount.objects.update(section=cast.moving)
    RoleAssignment.objects.filter(section=cast.moving).update(
        until_on=day_of(timezone.now()) - timedelta(days=1)
    )
    RoleAssignment.objects.filter(section=cast.planning).update(
        until_on=day_of(timezone.now()) - timedelta(days=1)
    )
    (message,) = check_approvers(databases=["default"])
    assert (message.id, message.level) == ("accounts.W001", checks.WARNING)
    assert "移住定住推進課" in str(message.msg)
    assert "観光交流課" not in str(message.msg)
    assert "import_people" in str(message.hint)


def test_check_is_silent_when_all_is_well_or_no_database_is_asked_for(cast: Cast) -> None:
    make_account(cast)
    assert list(messages()) == []
    RoleAssignment.objects.all().update(until_on=LONG_AGO)
    assert check_approvers(databases=None) == []
    assert len(list(messages())) == 1


def test_check_is_silent_before_the_first_migration(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_account(cast)
    RoleAssignment.objects.all().update(until_on=LONG_AGO)
    monkeypatch.setattr(type(connection.introspection), "table_names", lambda *args, **kwargs: [])
    assert list(messages()) == []


def test_check_runs_with_those_of_the_database(cast: Cast) -> None:
    make_account(cast)
    RoleAssignment.objects.all().update(until_on=LONG_AGO)
    found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert "accounts.W001" in {message.id for message in found}
