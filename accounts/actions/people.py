"""職員の登録: people, the roles they hold, and the social accounts they may draft for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from guardian.shortcuts import assign_perm

from accounts.acts import Deed, perform
from accounts.events import FIRST_ADMIN
from accounts.models import RoleAssignment, Section, SocialAccount, StaffMember
from audit import actions as audit
from rules.calendar import day_of
from rules.facts import Member
from rules.states import Employment, Role, Verb
from rules.transitions import Transition

Write = Callable[[StaffMember, Transition], Mapping[str, object]]


@dataclass(frozen=True)
class Office:
    """A role to be given: from–until, both days included; no section for roles of the whole city."""

    role: Role
    from_on: date
    section: Section | None = None
    until_on: date | None = None
    grounds: str = ""


def first_admin(*, username: str, name: str, section: str, password: str, now: datetime) -> StaffMember:
    """The first system admin of an empty installation. Raises ValueError when there is anybody already."""
    with transaction.atomic(durable=True):
        if StaffMember.objects.exists():
            raise ValueError("職員がもう登録されています。システム管理者が登録してください。")
        staff = StaffMember(
            username=username,
            display_name=name,
            section=Section.objects.create(name=section),
            title="システム管理者",
        )
        staff.set_password(password)
        staff.save()
        RoleAssignment.objects.create(staff=staff, role=Role.SYSTEM_ADMIN, from_on=day_of(now))
        audit.append(
            stream=f"staff:{staff.pk}",
            event=FIRST_ADMIN,
            at=now,
            by="manage.py create_first_admin",
            payload={"username": username},
        )
        return staff


def give_role(*, staff: StaffMember, office: Office, by: StaffMember, now: datetime) -> StaffMember:
    """役割を割り当てる. Refuses contractors, elected officials, a deputy without a period."""

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        RoleAssignment.objects.create(
            staff=row,
            role=office.role,
            section=office.section,
            from_on=office.from_on,
            until_on=office.until_on,
            grounds=office.grounds,
        )
        return {"role": office.role, "section": str(office.section or ""), "from_on": office.from_on}

    return _act(Verb.GIVE_ROLE, staff, write, by, now, office)


def let_draft(*, staff: StaffMember, account: SocialAccount, by: StaffMember, now: datetime) -> StaffMember:
    """起案の権限を渡す, for one social account. Refuses elected officials."""

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        assign_perm("accounts.draft", row, account)
        return {"account": account.name}

    return _act(Verb.LET_DRAFT, staff, write, by, now)


def _act(
    verb: Verb, staff: StaffMember, write: Write, by: StaffMember, now: datetime, office: Office | None = None
) -> StaffMember:
    deed = Deed(
        verb,
        lambda: StaffMember.objects.select_for_update().get(pk=staff.pk),
        lambda row: _member(row, office),
        write,
        lambda row: f"staff:{row.pk}",
    )
    return perform(deed, by=by, now=now)


def _member(staff: StaffMember, office: Office | None) -> Member:
    return Member(
        id=staff.pk,
        name=staff.display_name,
        employment=Employment(staff.employment),
        elected=staff.is_elected,
        active=staff.is_active,
        role=office.role if office else None,
        section=office.section.pk if office and office.section else None,
        until_on=office.until_on if office else None,
    )
