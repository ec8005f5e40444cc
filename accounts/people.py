"""職員と所属: people, the tree of sections with who decides there, and what is in somebody's hands. Reading only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.facts import approver_people, drafts_for
from accounts.models import Device, LedgerEntry, RoleAssignment, Section, SocialAccount, StaffMember
from accounts.queries import sections_without_approver
from rules.facts import Person
from rules.states import DeviceState, Role

PAGE = 50


@dataclass(frozen=True)
class Node:
    """One section in the tree: how deep it lies, who decides there today, how many work there."""

    section: Section
    depth: int
    approvers: Sequence[Person]
    members: int
    headless: bool


@dataclass(frozen=True)
class Hands:
    """What somebody holds: roles now and to come, accounts to draft for, credentials, devices."""

    roles: Sequence[RoleAssignment]
    accounts: Sequence[SocialAccount]
    credentials: Sequence[LedgerEntry]
    devices: Sequence[Device]


def tree(on: date) -> list[Node]:
    """Every section below the one it belongs to."""
    sections = list(Section.objects.select_related("parent").order_by("pk"))
    children: dict[int | None, list[Section]] = {}
    for section in sections:
        children.setdefault(section.parent_id, []).append(section)
    people = approver_people([section.pk for section in sections], on)
    headless = set(sections_without_approver(on).values_list("pk", flat=True))
    members = _members()
    return [
        Node(section, depth, people.get(section.pk, ()), members.get(section.pk, 0), section.pk in headless)
        for section, depth in _walk(children, None, 0)
    ]


def _walk(
    children: Mapping[int | None, Sequence[Section]], above: int | None, depth: int
) -> Iterator[tuple[Section, int]]:
    for section in children.get(above, ()):
        yield section, depth
        yield from _walk(children, section.pk, depth + 1)


def _members() -> dict[int, int]:
    counted: dict[int, int] = {}
    for pk in StaffMember.objects.filter(is_active=True).values_list("section", flat=True):
        counted[pk] = counted.get(pk, 0) + 1
    return counted


def found(words: str, *, gone: bool, after: int = 0) -> tuple[list[StaffMember], int | None]:
    """People by name, username or section: one page by key, and the key of the next (None at the end)."""
    rows = StaffMember.objects.filter(is_active=not gone, pk__gt=after).select_related("section")
    for word in words.split():
        named = Q(display_name__icontains=word) | Q(username__icontains=word)
        rows = rows.filter(named | Q(section__name__icontains=word) | Q(title__icontains=word))
    people = list(rows.order_by("pk")[: PAGE + 1])
    return people[:PAGE], (people[PAGE - 1].pk if len(people) > PAGE else None)


def named(username: str) -> StaffMember | None:
    """Whoever has that user name, here or gone."""
    return StaffMember.objects.select_related("section").filter(username=username.strip()).first()


def hands_of(staff: StaffMember, on: date) -> Hands:
    roles = staff.role_assignments.select_related("section").exclude(until_on__lt=on)
    held = SocialAccount.objects.filter(pk__in=drafts_for(staff))
    devices = Device.objects.filter(holder=staff).exclude(state=DeviceState.ENDED)
    return Hands(
        list(roles.order_by("from_on", "pk")),
        list(held.order_by("section", "pk")),
        list(LedgerEntry.objects.filter(holder=staff).select_related("social_account")),
        list(devices.order_by("pk")),
    )


def deputies(sections: Iterable[int], on: date) -> QuerySet[RoleAssignment]:
    """代決者 of these sections, in office on that day or later."""
    rows = RoleAssignment.objects.filter(role=Role.DEPUTY, section__in=sections, until_on__gte=on)
    here = rows.filter(staff__is_active=True, staff__is_elected=False)
    return here.select_related("section", "staff__section").order_by("from_on", "pk")
