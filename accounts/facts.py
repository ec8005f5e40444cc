"""From rows to facts: people, roles and the city, as the rules see them."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings

from accounts.books import books_on
from accounts.models import RoleAssignment, SocialAccount, StaffMember, with_title
from accounts.sql import one_of, rows
from rules.calendar import day_of
from rules.facts import Account, Actor, City, Member, Person, RoleHeld
from rules.states import AccountState, Employment, Role, Verb
from rules.text import is_blank
from rules.transitions import asks_drafting, asks_office


def city_facts(now: datetime) -> City:
    """The city of this installation, with the day since when its rules read as they do."""
    books = books_on(day_of(now))
    return City(
        name=settings.CITY["name"],
        rulebooks=books.city,
        rules_version_on=books.version_on,
        books=books.known,
    )


def actor_facts(staff: StaffMember, *, verb: Verb | None = None) -> Actor:
    """Who acts; with a verb, only what judging that verb looks at, which spares queries."""
    return Actor(
        id=staff.pk,
        name=staff.display_name,
        section=staff.section_id,
        employment=Employment(staff.employment),
        active=staff.is_active,
        elected=staff.is_elected,
        roles=roles_held(staff) if verb is None or asks_office(verb) else (),
        drafts_for=drafts_for(staff) if verb is None or asks_drafting(verb) else frozenset(),
        registered_device=staff.on_registered_device,
    )


def member_facts(staff: StaffMember) -> Member:
    """Somebody as the one a part is given to or taken from; which part, the act says."""
    return Member(
        id=staff.pk or 0,
        name=staff.display_name,
        employment=Employment(staff.employment),
        elected=staff.is_elected,
        active=staff.is_active,
    )


def drafts_for(staff: StaffMember) -> frozenset[int]:
    """Ids of the social accounts that this person was given the drafting permission for."""
    return frozenset(int(pk) for (pk,) in rows(_DRAFTS_FOR, staff.pk))


_DRAFTS_FOR = """
SELECT o.object_pk FROM guardian_userobjectpermission o
  JOIN auth_permission p ON p.id = o.permission_id AND p.codename = 'draft' WHERE o.user_id = %s
"""
_APPROVERS = """
SELECT r.section_id, r.role, s.id, s.display_name, s.title, o.name
  FROM accounts_roleassignment r
  JOIN accounts_staffmember s ON s.id = r.staff_id
  JOIN accounts_section o ON o.id = s.section_id
 WHERE r.role IN ('chief', 'deputy') AND r.section_id IN ({sections})
   AND r.from_on <= %s AND (r.until_on IS NULL OR r.until_on >= %s)
   AND s.is_active = TRUE AND s.is_elected = FALSE
 ORDER BY r.role, r.id
"""


def approver_people(sections: Iterable[int], on: date) -> dict[int, tuple[Person, ...]]:
    """Section id → its chief and deputies on that day, chiefs first, in one query."""
    ids = list(sections)
    people: dict[int, tuple[Person, ...]] = {}
    for section, role, pk, name, title, home in rows(_APPROVERS.format(sections=one_of(ids)), *ids, on, on):
        people[section] = (
            *people.get(section, ()),
            Person(pk, with_title(name, title, home), role == Role.CHIEF),
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
        research_complete=not is_blank(account.research),
        approvers=approvers,
        election_board=account.is_election_board,
    )


def roles_held(staff: StaffMember) -> tuple[RoleHeld, ...]:
    """Every role this person was ever given, with its period."""
    given = RoleAssignment.objects.filter(staff=staff).values_list(
        "role", "section_id", "from_on", "until_on"
    )
    return tuple(RoleHeld(Role(role), section, start, end) for role, section, start, end in given)
