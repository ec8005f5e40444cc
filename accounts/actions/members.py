"""What every act on a person shares: the lock, the deed, the facts, its place in the record."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from accounts.acts import Deed
from accounts.facts import member_facts
from accounts.models import RoleAssignment, StaffMember
from rules.facts import Member
from rules.states import Role, Verb
from rules.transitions import Transition

Facts = Callable[[StaffMember], Member]
Write = Callable[[StaffMember, Transition], Mapping[str, object]]
MemberDeed = Deed[StaffMember]


def deed_on(verb: Verb, staff: StaffMember, write: Write, facts: Facts = member_facts) -> MemberDeed:
    """One act on somebody who is registered."""
    return Deed(verb, lambda: locked(staff, verb), facts, write, stream_of)


def locked(staff: StaffMember, verb: Verb) -> StaffMember:
    """Two system admins who end each other at the same moment go one after the other: one of them stays.

    The locks leave alone who only refers to these rows (somebody approves something at this moment).
    """
    if verb in (Verb.END_ROLE, Verb.LEAVE):
        admins = RoleAssignment.objects.select_for_update(no_key=True).filter(role=Role.SYSTEM_ADMIN)
        list(admins.order_by("pk"))
    return (
        StaffMember.objects.select_for_update(no_key=True, of=("self",))
        .select_related("section")
        .get(pk=staff.pk)
    )


def with_part(staff: StaffMember, part: Mapping[str, object]) -> Member:
    return replace(member_facts(staff), **part)  # type: ignore[arg-type]


def named(held: RoleAssignment) -> str:
    """How the record names a role: what it is, and where."""
    return f"{held.role} {held.section or ''}".strip()


def stream_of(staff: StaffMember) -> str:
    return f"staff:{staff.pk}"
