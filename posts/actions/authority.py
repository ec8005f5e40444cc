"""どの権限で: by what right somebody decides, in words that stay with the decision."""

from datetime import date

from accounts.models import RoleAssignment, Section, StaffMember
from policies.city_facts import chiefs_of
from posts.actions.cases import CaseFile
from posts.models.case import OWN_OFFICE
from rules.states import Role


def is_chief(case: CaseFile, by: StaffMember, on: date) -> bool:
    """By the chief themselves: of the section, as its approvers say, or of the one above."""
    known = case.known.approvers if case.known else ()
    own = any(person.chief for person in known if person.id == by.pk)
    return own or by.pk in chiefs_of(case.post.section, on)


def authority_of(case: CaseFile, by: StaffMember, on: date, *, as_chief: bool) -> str:
    """所属長として, or 代決者として with the period and its ground; of the section above where it fell to them.

    A chief of the owning section costs no query: their office is among the facts.
    """
    known = case.known.approvers if case.known else ()
    if as_chief and any(person.chief for person in known if person.id == by.pk):
        return OWN_OFFICE
    held = _held(case.post.section, by, on)
    return _in_words(held, case.post.section) if held else OWN_OFFICE


def _held(section: Section, by: StaffMember, on: date) -> RoleAssignment | None:
    """The office it rests on: that of the section before that of the one above, chief before deputy."""
    rows = RoleAssignment.objects.in_force(on).filter(staff=by, role__in=[Role.CHIEF, Role.DEPUTY])
    places = [pk for pk in (section.pk, section.parent_id) if pk is not None]
    found = list(rows.filter(section__in=places).select_related("section").order_by("role", "pk"))
    return min(found, key=lambda row: places.index(row.section_id or 0), default=None)


def _in_words(held: RoleAssignment, section: Section) -> str:
    above = f"上の所属（{held.section}）の" if held.section_id != section.pk else ""
    if held.role == Role.CHIEF:
        return f"{above}所属長として"
    period = f"{_day(held.from_on)}〜{_day(held.until_on)}" if held.until_on else f"{_day(held.from_on)}から"
    ground = f"、根拠: {held.grounds}" if held.grounds else ""
    return f"{above}代決者として（{period}{ground}）"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
