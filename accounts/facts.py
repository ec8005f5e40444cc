"""From rows to facts: people, roles and the city, as the rules see them."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache

from django.conf import settings
from django.contrib.auth.models import Permission
from guardian.models import UserObjectPermission

from accounts.models import RoleAssignment, SocialAccount, StaffMember
from rules import clauses
from rules.calendar import day_of
from rules.facts import Account, Actor, City, Person, RoleHeld
from rules.states import AccountState, Employment, Role, Verb
from rules.transitions import asks_drafting, asks_office


def city_facts(now: datetime) -> City:
    """The city of this installation, with the day since when its rules read as they do."""
    rulebooks = tuple(settings.CITY["rulebooks"])
    versions = [clauses.load(book).version_on(day_of(now)) for book in rulebooks]
    return City(
        name=settings.CITY["name"],
        rulebooks=rulebooks,
        rules_version_on=max((day for day in versions if day), default=None),
    )


def actor_facts(staff: StaffMember, *, verb: Verb | None = None) -> Actor:
    """Who acts; with a verb, only what judging that verb looks at, which spares queries."""
    offices = RoleAssignment.objects.filter(staff=staff) if verb is None or asks_office(verb) else ()
    return Actor(
        id=staff.pk,
        name=staff.display_name,
        section=staff.section_id,
        employment=Employment(staff.employment),
        active=staff.is_active,
        elected=staff.is_elected,
        roles=tuple(_role_held(row) for row in offices),
        drafts_for=drafts_for(staff) if verb is None or asks_drafting(verb) else frozenset(),
    )


def drafts_for(staff: StaffMember) -> frozenset[int]:
    """Ids of the social accounts that this person was given the drafting permission for."""
    rows = UserObjectPermission.objects.filter(user=staff, permission=_draft_permission_id())
    return frozenset(int(pk) for pk in rows.values_list("object_pk", flat=True))


@cache
def _draft_permission_id() -> int:
    """Made by the migrations, never changed afterwards."""
    return Permission.objects.get(codename="draft", content_type__app_label="accounts").pk


def approver_people(sections: Iterable[int], on: date) -> dict[int, tuple[Person, ...]]:
    """Section id → its chief and deputies on that day, chiefs first, in one query."""
    rows = (
        RoleAssignment.objects.in_force(on)
        .filter(section__in=list(sections), role__in=[Role.CHIEF, Role.DEPUTY])
        .select_related("staff", "staff__section")
        .order_by("role", "pk")
    )
    people: dict[int, tuple[Person, ...]] = {}
    for row in rows:
        assert row.section_id is not None
        people[row.section_id] = (
            *people.get(row.section_id, ()),
            Person(row.staff_id, row.staff.with_title),
        )
    return people


def account_facts(
    account: SocialAccount,
    *,
    policy_categories: frozenset[str] | None,
    approvers: tuple[Person, ...] = (),
) -> Account:
    """A social account as the rules see it; `policy_categories` None means that no policy is in force."""
    return Account(
        id=account.pk,
        name=account.name,
        section=account.section_id,
        state=AccountState(account.state),
        rulebooks=tuple(account.rulebooks),
        policy_in_force=policy_categories is not None,
        policy_categories=policy_categories or frozenset(),
        research_complete=bool(account.research.strip()),
        approvers=approvers,
    )


def _role_held(row: RoleAssignment) -> RoleHeld:
    return RoleHeld(Role(row.role), row.section_id, row.from_on, row.until_on)
