"""職員の登録: people, where they are, and the social accounts they may draft for. Roles are given in `offices`.

Everything but the very first system admin goes through THE TABLE. Tables of people are read in `importing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts.actions.members import MemberDeed, deed_on, stream_of, with_part
from accounts.actions.offices import end_all, is_last_admin, lasting
from accounts.acts import Deed, perform
from accounts.events import FIRST_ADMIN
from accounts.facts import drafts_for, member_facts
from accounts.models import RoleAssignment, Section, SocialAccount, StaffMember
from audit import actions as audit
from rules.asked import Asked
from rules.calendar import day_of
from rules.facts import Member
from rules.states import Employment, Role, Verb
from rules.transitions import Transition


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be registered. Sections are made when they are new; `parent` is the section above."""

    username: str
    name: str
    section: str
    parent: str = ""
    title: str = ""
    employment: Employment = Employment.REGULAR
    email: str = ""


# --- Registering


def first_admin(
    *,
    username: str,
    name: str,
    section: str,
    password: str | None,
    now: datetime,
    title: str = "システム管理者",
) -> StaffMember:
    """The first system admin of an empty installation; without a password nobody can sign in as them yet.

    Raises ValueError when there is anybody already.
    """
    with transaction.atomic(durable=True):
        if StaffMember.objects.exists():
            raise ValueError("職員がもう登録されています。システム管理者が登録してください。")
        home = Section.objects.create(name=section)
        staff = StaffMember(username=username, display_name=name, section=home, title=title)
        staff.set_password(password)
        staff.save()
        RoleAssignment.objects.create(staff=staff, role=Role.SYSTEM_ADMIN, from_on=day_of(now))
        audit.append(
            stream=stream_of(staff),
            event=FIRST_ADMIN,
            at=now,
            by="manage.py create_first_admin",
            payload={"username": username},
        )
        return staff


def register(*, person: Newcomer, by: StaffMember, now: datetime) -> StaffMember:
    """職員を登録する. No password works until somebody sets one. Refuses everybody but system admins."""
    return perform(register_deed(person=person, by=by), by=by, now=now)


def register_deed(*, person: Newcomer, by: StaffMember) -> MemberDeed:
    """The act itself, for whoever does several together."""
    staff = StaffMember(
        username=person.username,
        display_name=person.name,
        title=person.title,
        employment=person.employment,
        email=person.email,
    )
    staff.set_unusable_password()

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        row.section = _section(person)
        row.save(force_insert=True)
        return {
            "username": person.username,
            "section": person.section,
            "parent": person.parent,
            "employment": person.employment,
        }

    return Deed(
        Verb.REGISTER_PERSON,
        lambda: staff,
        member_facts,
        write,
        lambda row: stream_of(row if row.pk else by),
        new=True,
    )


def _section(person: Newcomer) -> Section:
    """The newcomer's section. One that was made without a section above it (the first admin's) gets it now."""
    parent = Section.objects.get_or_create(name=person.parent)[0] if person.parent else None
    section, _ = Section.objects.get_or_create(name=person.section, defaults={"parent": parent})
    if parent is not None and section.parent is None:
        section.parent = parent
        section.save(update_fields=["parent"])
    return section


def move(
    *, staff: StaffMember, section: Section, title: str, email: str, by: StaffMember, now: datetime
) -> StaffMember:
    """所属と職を変える. Roles and drafting permissions stay as they are: they are given and taken by name.

    Refuses for somebody who has left.
    """
    return perform(move_deed(staff=staff, section=section, title=title, email=email), by=by, now=now)


def move_deed(*, staff: StaffMember, section: Section, title: str, email: str | None = None) -> MemberDeed:
    """The act itself, for whoever does several together; without an address the one there is stays."""

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        before = row.office
        row.section, row.title = section, title
        row.email = row.email if email is None else email
        row.save(update_fields=["section", "title", "email"])
        return {"from": before, "to": row.office}

    return deed_on(Verb.MOVE_PERSON, staff, write)


def leave(*, staff: StaffMember, by: StaffMember, now: datetime) -> StaffMember:
    """退職・異動: from this moment on they cannot sign in, hold no role and draft for nothing.

    Refuses for the last system admin, and for somebody who has left.
    """
    return perform(leave_deed(staff=staff, today=day_of(now)), by=by, now=now)


def leave_deed(*, staff: StaffMember, today: date) -> MemberDeed:
    """The act itself, for whoever does several together."""

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        row.is_active = False
        row.save(update_fields=["is_active"])
        return {"roles": end_all(lasting(row, today), today), "accounts": _stop_all(row)}

    def facts(row: StaffMember) -> Member:
        return with_part(row, {"last_admin": is_last_admin(row, today)})

    return deed_on(Verb.LEAVE, staff, write, facts)


def return_(*, staff: StaffMember, reason: str, by: StaffMember, now: datetime) -> StaffMember:
    """復職・登録し直す: they can sign in again, without any role or permission. Each is given anew.

    Refuses for somebody who has not left, and without a reason.
    """
    yesterday = day_of(now) - timedelta(days=1)

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        row.is_active = True
        row.save(update_fields=["is_active"])
        # Whoever left today held their roles to the end of today: they do not come back with them.
        return {"reason": reason.strip(), "roles": end_all(lasting(row, yesterday), yesterday)}

    def facts(row: StaffMember) -> Member:
        return with_part(row, {"asked": Asked(reason=reason)})

    return perform(deed_on(Verb.RETURN_PERSON, staff, write, facts), by=by, now=now)


def _stop_all(staff: StaffMember) -> list[str]:
    accounts = list(SocialAccount.objects.filter(pk__in=drafts_for(staff)).order_by("pk"))
    for account in accounts:
        remove_perm("accounts.draft", staff, account)
    return [account.name for account in accounts]


# --- Drafting


def let_draft(*, staff: StaffMember, account: SocialAccount, by: StaffMember, now: datetime) -> StaffMember:
    """起案の権限を渡す, for one social account. Refuses elected officials."""
    return perform(let_draft_deed(staff=staff, account=account), by=by, now=now)


def let_draft_deed(*, staff: StaffMember, account: SocialAccount) -> MemberDeed:
    """The act itself, for whoever does several together."""

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        assign_perm("accounts.draft", row, account)
        return {"account": account.name}

    return deed_on(Verb.LET_DRAFT, staff, write)


def stop_draft(*, staff: StaffMember, account: SocialAccount, by: StaffMember, now: datetime) -> StaffMember:
    """起案の権限を外す, at once. Refuses when they do not have it."""
    return perform(stop_draft_deed(staff=staff, account=account), by=by, now=now)


def stop_draft_deed(*, staff: StaffMember, account: SocialAccount) -> MemberDeed:
    """The act itself, for whoever does several together."""

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        remove_perm("accounts.draft", row, account)
        return {"account": account.name}

    def facts(row: StaffMember) -> Member:
        return with_part(row, {"holds_it": account.pk in drafts_for(row)})

    return deed_on(Verb.STOP_DRAFT, staff, write, facts)
