"""SNSの手引き: which edition is read this fiscal year, who has read it, who has not. Nothing else about anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from accounts.books import books_on
from accounts.models import HandbookReading, Section, StaffMember
from rules import clauses
from rules.calendar import day_of, fiscal_year

# When our text last changed; a newer edition is read anew.
EDITION_ON = date(2026, 11, 26)
# By when: the end of June, for transfers are in April; whoever comes later, or when the text is new, has three months.
DUE_MONTH_DAY = (6, 30)
GRACE = timedelta(days=90)


@dataclass(frozen=True)
class Owed:
    """This fiscal year's reading that somebody has still to do. Nothing is stopped by it, nor when it is late."""

    year: int
    due_on: date
    is_late: bool


@dataclass(frozen=True)
class Reading:
    """One section this fiscal year: how many there are, and who has still to read."""

    section: Section
    in_all: int
    owing: Sequence[StaffMember]

    @property
    def read(self) -> int:
        return self.in_all - len(self.owing)


def has_read(staff: StaffMember, on: date) -> bool:
    """This fiscal year, this edition."""
    return _of_year(on).filter(staff=staff).exists()


def owed_by(staff: StaffMember, on: date) -> Owed | None:
    """What this person has still to read; nobody owes it where the city has switched it off, nor elected people."""
    if staff.is_elected or not is_asked(on) or has_read(staff, on):
        return None
    due_on = _due_on(staff, on)
    return Owed(fiscal_year(on), due_on, due_on < on)


def is_asked(on: date) -> bool:
    """Whether the city's rulebooks want the yearly reading on that day."""
    books = books_on(on)
    return clauses.is_on("handbook", books.of(books.city))


def _due_on(staff: StaffMember, on: date) -> date:
    june = date(fiscal_year(on), *DUE_MONTH_DAY)
    return max(june, day_of(staff.date_joined) + GRACE, EDITION_ON + GRACE)


def own_readings(staff: StaffMember) -> QuerySet[HandbookReading]:
    return HandbookReading.objects.filter(staff=staff).order_by("-at")


def readings(on: date, sections: Sequence[Section]) -> list[Reading]:
    """Section by section; contractors count, too, for all of them write for the city; elected people do not."""
    read = _of_year(on).filter(staff=OuterRef("pk"))
    here = StaffMember.objects.filter(is_active=True, is_elected=False, section__in=sections)
    people = here.annotate(has=Exists(read))
    members: dict[int, list[StaffMember]] = {}
    for staff in people.select_related("section").order_by("pk"):
        members.setdefault(staff.section_id, []).append(staff)
    return [
        Reading(section, len(all_), [staff for staff in all_ if not staff.has])  # type: ignore[attr-defined]
        for section in sections
        if (all_ := members.get(section.pk, []))
    ]


def _of_year(on: date) -> QuerySet[HandbookReading]:
    return HandbookReading.objects.filter(fiscal_year=fiscal_year(on), edition_on=EDITION_ON)
