"""職員の登録: people, the roles they hold, and the social accounts they may draft for; giving and taking.

Everything but the very first system admin goes through THE TABLE. Tables of people are read in `importing`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from guardian.shortcuts import assign_perm, remove_perm

from accounts.acts import Deed, perform
from accounts.events import FIRST_ADMIN
from accounts.facts import drafts_for, member_facts
from accounts.models import RoleAssignment, Section, SocialAccount, StaffMember
from audit import actions as audit
from rules.calendar import day_of
from rules.facts import Member
from rules.states import NOT_STAFF, Employment, Role, Verb
from rules.transitions import Transition

Facts = Callable[[StaffMember], Member]
Write = Callable[[StaffMember, Transition], Mapping[str, object]]


@dataclass(frozen=True)
class Newcomer:
    """Somebody to be registered. Sections are made when they are new; `parent` is the section above."""

    username: str
    name: str
    section: str
    parent: str = ""
    title: str = ""
    employment: Employment = Employment.REGULAR


@dataclass(frozen=True)
class Office:
    """A role to be given: from–until, both days included; no section for roles of the whole city."""

    role: Role
    from_on: date
    section: Section | None = None
    until_on: date | None = None
    grounds: str = ""


# --- Giving


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
            stream=_stream(staff),
            event=FIRST_ADMIN,
            at=now,
            by="manage.py create_first_admin",
            payload={"username": username},
        )
        return staff


def register(*, person: Newcomer, by: StaffMember, now: datetime) -> StaffMember:
    """職員を登録する. No password works until somebody sets one. Refuses everybody but system admins."""
    staff = StaffMember(
        username=person.username,
        display_name=person.name,
        title=person.title,
        employment=person.employment,
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

    deed = Deed(
        Verb.REGISTER_PERSON,
        lambda: staff,
        member_facts,
        write,
        lambda row: _stream(row if row.pk else by),
        new=True,
    )
    return perform(deed, by=by, now=now)


def _section(person: Newcomer) -> Section:
    """The newcomer's section. One that was made without a section above it (the first admin's) gets it now."""
    parent = Section.objects.get_or_create(name=person.parent)[0] if person.parent else None
    section, _ = Section.objects.get_or_create(name=person.section, defaults={"parent": parent})
    if parent is not None and section.parent is None:
        section.parent = parent
        section.save(update_fields=["parent"])
    return section


def give_role(*, staff: StaffMember, office: Office, by: StaffMember, now: datetime) -> StaffMember:
    """役割を割り当てる. Refuses contractors, elected officials, a deputy without a period."""

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        given = RoleAssignment.objects.create(
            staff=row,
            role=office.role,
            section=office.section,
            from_on=office.from_on,
            until_on=office.until_on,
            grounds=office.grounds,
        )
        return {"role": _named(given), "from_on": office.from_on, "until_on": office.until_on}

    part = {
        "role": office.role,
        "section": office.section.pk if office.section else None,
        "until_on": office.until_on,
    }
    return _act(Verb.GIVE_ROLE, staff, write, by, now, lambda row: _with(row, part))


def let_draft(*, staff: StaffMember, account: SocialAccount, by: StaffMember, now: datetime) -> StaffMember:
    """起案の権限を渡す, for one social account. Refuses elected officials."""

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        assign_perm("accounts.draft", row, account)
        return {"account": account.name}

    return _act(Verb.LET_DRAFT, staff, write, by, now)


# --- Taking


def end_role(
    *,
    staff: StaffMember,
    role: Role,
    by: StaffMember,
    now: datetime,
    section: Section | None = None,
    on: date | None = None,
) -> StaffMember:
    """役割を終える, with `on` (today when not said) as its last day; in every section when none is named.

    What has not begun by then is never held. Refuses when there is nothing to end, days that are over, and the
    end of the last system admin.
    """
    last_day = on or day_of(now)

    def facts(row: StaffMember) -> Member:
        last_admin = role == Role.SYSTEM_ADMIN and _is_last_admin(row, last_day)
        holds = bool(_lasting(row, last_day, role, section))
        return _with(row, {"until_on": last_day, "holds_it": holds, "last_admin": last_admin})

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        return {"roles": _end(_lasting(row, last_day, role, section), last_day), "until_on": last_day}

    return _act(Verb.END_ROLE, staff, write, by, now, facts)


def stop_draft(*, staff: StaffMember, account: SocialAccount, by: StaffMember, now: datetime) -> StaffMember:
    """起案の権限を外す, at once. Refuses when they do not have it."""

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        remove_perm("accounts.draft", row, account)
        return {"account": account.name}

    return _act(
        Verb.STOP_DRAFT,
        staff,
        write,
        by,
        now,
        lambda row: _with(row, {"holds_it": account.pk in drafts_for(row)}),
    )


def leave(*, staff: StaffMember, by: StaffMember, now: datetime) -> StaffMember:
    """退職・異動: from this moment on they cannot sign in, hold no role and draft for nothing.

    Refuses for the last system admin, and for somebody who has left.
    """
    today = day_of(now)

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        row.is_active = False
        row.save(update_fields=["is_active"])
        return {"roles": _end(_lasting(row, today), today), "accounts": _stop_all(row)}

    return _act(
        Verb.LEAVE, staff, write, by, now, lambda row: _with(row, {"last_admin": _is_last_admin(row, today)})
    )


def _lasting(
    staff: StaffMember, last_day: date, role: Role | None = None, section: Section | None = None
) -> list[RoleAssignment]:
    """What they hold, or are to hold, on any day after that one."""
    rows = RoleAssignment.objects.select_related("section").filter(
        Q(until_on__isnull=True) | Q(until_on__gt=last_day), staff=staff
    )
    rows = rows.filter(role=role) if role else rows
    return list(rows.filter(section=section) if section else rows)


def _end(assignments: Iterable[RoleAssignment], last_day: date) -> list[str]:
    """Their names. A role that was only to begin later never was: it goes, the record keeps both acts."""
    names = []
    for held in assignments:
        names.append(_named(held))
        if held.from_on > last_day:
            held.delete()
        else:
            held.until_on = last_day
            held.save(update_fields=["until_on"])
    return names


def _stop_all(staff: StaffMember) -> list[str]:
    accounts = list(SocialAccount.objects.filter(pk__in=drafts_for(staff)).order_by("pk"))
    for account in accounts:
        remove_perm("accounts.draft", staff, account)
    return [account.name for account in accounts]


def _is_last_admin(staff: StaffMember, last_day: date) -> bool:
    """Whether they would be system admin on the day after, and nobody else would."""
    admins = RoleAssignment.objects.in_force(last_day + timedelta(days=1)).filter(role=Role.SYSTEM_ADMIN)
    able = set(admins.exclude(staff__employment__in=NOT_STAFF).values_list("staff", flat=True))
    return able == {staff.pk}


# --- What the acts share


def _act(
    verb: Verb, staff: StaffMember, write: Write, by: StaffMember, now: datetime, facts: Facts = member_facts
) -> StaffMember:
    return perform(Deed(verb, lambda: _locked(staff, verb), facts, write, _stream), by=by, now=now)


def _locked(staff: StaffMember, verb: Verb) -> StaffMember:
    """Two system admins who end each other at the same moment go one after the other: one of them stays."""
    if verb in (Verb.END_ROLE, Verb.LEAVE):
        admins = RoleAssignment.objects.select_for_update().filter(role=Role.SYSTEM_ADMIN)
        list(admins.order_by("pk"))
    return StaffMember.objects.select_for_update().get(pk=staff.pk)


def _with(staff: StaffMember, part: Mapping[str, object]) -> Member:
    return replace(member_facts(staff), **part)  # type: ignore[arg-type]


def _named(held: RoleAssignment) -> str:
    return f"{held.role} {held.section or ''}".strip()


def _stream(staff: StaffMember) -> str:
    return f"staff:{staff.pk}"
