"""SNSの手引き: which edition is read this fiscal year, who has read it, who has not. Nothing else about anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import HandbookReading, Section, StaffMember
from rules.calendar import fiscal_year

# When our text last changed; a newer edition is read anew.
EDITION_ON = date(2026, 11, 26)


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


def own_readings(staff: StaffMember) -> QuerySet[HandbookReading]:
    return HandbookReading.objects.filter(staff=staff).order_by("-at")


def readings(on: date, sections: Sequence[Section]) -> list[Reading]:
    """Section by section; everybody who is here counts, contractors too, for all of them write for the city."""
    read = _of_year(on).filter(staff=OuterRef("pk"))
    people = StaffMember.objects.filter(is_active=True, section__in=sections).annotate(has=Exists(read))
    members: dict[int, list[StaffMember]] = {}
    for staff in people.select_related("section").order_by("pk"):
        members.setdefault(staff.section_id, []).append(staff)
    return [
        Reading(section, len(here), [staff for staff in here if not staff.has])  # type: ignore[attr-defined]
        for section in sections
        if (here := members.get(section.pk, []))
    ]


def _of_year(on: date) -> QuerySet[HandbookReading]:
    return HandbookReading.objects.filter(fiscal_year=fiscal_year(on), edition_on=EDITION_ON)
