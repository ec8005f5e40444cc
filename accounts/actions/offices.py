"""役割: giving and ending roles, and the chief naming a deputy (代決者) for a period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from accounts.actions.members import MemberDeed, Write, deed_on, named, with_part
from accounts.acts import perform
from accounts.models import RoleAssignment, Section, StaffMember
from rules.asked import Asked
from rules.calendar import day_of
from rules.facts import Member
from rules.states import NOT_STAFF, Role, Verb
from rules.transitions import Transition


@dataclass(frozen=True)
class Office:
    """A role to be given: from–until, both days included; no section for roles of the whole city."""

    role: Role
    from_on: date
    section: Section | None = None
    until_on: date | None = None
    grounds: str = ""


def give_role(*, staff: StaffMember, office: Office, by: StaffMember, now: datetime) -> StaffMember:
    """役割を割り当てる. Refuses contractors, elected officials, a deputy without a period or for themselves, and a
    second chief of a section on one day."""
    return perform(give_role_deed(staff=staff, office=office), by=by, now=now)


def give_role_deed(*, staff: StaffMember, office: Office) -> MemberDeed:
    """The act itself, for whoever does several together."""
    return deed_on(Verb.GIVE_ROLE, staff, _giving(office), lambda row: _with_office(row, office))


def name_deputy(*, staff: StaffMember, office: Office, by: StaffMember, now: datetime) -> StaffMember:
    """代決者を決める: the chief, who stands in for them and when, on what ground. Refuses what `give_role` refuses."""
    deed = deed_on(Verb.NAME_DEPUTY, staff, _giving(office), lambda row: _with_office(row, office))
    return perform(deed, by=by, now=now)


def end_deputy(*, held: RoleAssignment, by: StaffMember, now: datetime) -> StaffMember:
    """代決を終える: the chief ends what they gave, with today as its last day, or before it has begun."""
    last_day, section = day_of(now), held.section

    def facts(row: StaffMember) -> Member:
        still = bool(lasting(row, last_day - timedelta(days=1), Role.DEPUTY, section))
        return with_part(row, {"section": section.pk if section else None, "holds_it": still})

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        return {
            "roles": end_all(lasting(row, last_day, Role.DEPUTY, section), last_day),
            "until_on": last_day,
        }

    return perform(deed_on(Verb.END_DEPUTY, held.staff, write, facts), by=by, now=now)


def _giving(office: Office) -> Write:
    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        given = RoleAssignment.objects.create(
            staff=row,
            role=office.role,
            section=office.section,
            from_on=office.from_on,
            until_on=office.until_on,
            grounds=office.grounds,
        )
        days = {"from_on": office.from_on, "until_on": office.until_on}
        return {"role": named(given), **days, "grounds": office.grounds}

    return write


def _with_office(staff: StaffMember, office: Office) -> Member:
    """The person as they would be in that office, with whoever is chief of the section on one of its days."""
    chiefs = _chiefs_meanwhile(office)
    others = [held for held in chiefs if held.staff_id != staff.pk or office.role == Role.CHIEF]
    return with_part(
        staff,
        {
            "role": office.role,
            "section": office.section.pk if office.section else None,
            "from_on": office.from_on,
            "until_on": office.until_on,
            "other_chief": others[0].staff.display_name if others else "",
            "own_chief": any(held.staff_id == staff.pk for held in chiefs),
            "asked": Asked(reason=office.grounds),
        },
    )


def _chiefs_meanwhile(office: Office) -> list[RoleAssignment]:
    """Assignments as chief of that section that share a day with the office, of people who are here.

    The section is locked: of two chiefs given at the same moment the second finds the first.
    """
    if office.section is None:
        return []
    list(Section.objects.select_for_update(no_key=True).filter(pk=office.section.pk).values_list("pk"))
    rows = RoleAssignment.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gte=office.from_on),
        section=office.section,
        role=Role.CHIEF,
        staff__is_active=True,
        staff__is_elected=False,
    )
    rows = rows.filter(from_on__lte=office.until_on) if office.until_on else rows
    return list(rows.select_related("staff").order_by("from_on", "pk"))


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
    deed = end_role_deed(staff=staff, role=role, section=section, on=on or day_of(now))
    return perform(deed, by=by, now=now)


def end_role_deed(*, staff: StaffMember, role: Role, section: Section | None, on: date) -> MemberDeed:
    """The act itself, for whoever does several together."""

    def facts(row: StaffMember) -> Member:
        last = role == Role.SYSTEM_ADMIN and is_last_admin(row, on)
        holds = bool(lasting(row, on, role, section))
        return with_part(row, {"until_on": on, "holds_it": holds, "last_admin": last})

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        return {"roles": end_all(lasting(row, on, role, section), on), "until_on": on}

    return deed_on(Verb.END_ROLE, staff, write, facts)


def lasting(
    staff: StaffMember, last_day: date, role: Role | None = None, section: Section | None = None
) -> list[RoleAssignment]:
    """What they hold, or are to hold, on any day after that one."""
    rows = RoleAssignment.objects.select_related("section").filter(
        Q(until_on__isnull=True) | Q(until_on__gt=last_day), staff=staff
    )
    rows = rows.filter(role=role) if role else rows
    return list(rows.filter(section=section) if section else rows)


def end_all(assignments: Iterable[RoleAssignment], last_day: date) -> list[str]:
    """Their names. A role that was only to begin later never was: it goes, the record keeps both acts."""
    names = []
    for held in assignments:
        names.append(named(held))
        if held.from_on > last_day:
            held.delete()
        else:
            held.until_on = last_day
            held.save(update_fields=["until_on"])
    return names


def is_last_admin(staff: StaffMember, last_day: date) -> bool:
    """Whether they would be system admin on the day after, and nobody else would."""
    admins = RoleAssignment.objects.in_force(last_day + timedelta(days=1)).filter(role=Role.SYSTEM_ADMIN)
    able = set(admins.exclude(staff__employment__in=NOT_STAFF).values_list("staff", flat=True))
    return able == {staff.pk}
