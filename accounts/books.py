"""The rulebooks in force on a day: what comes with the program, and what the city has decided about it since.

A decision always begins on a later day than it is recorded (the gate `from_a_day_to_come`), so what was read on a day
stays true for that day, and every act may take it from memory. It is read again when another day is asked for, when
somebody asks for a rulebook that is not there, and after a minute.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic

from django.conf import settings
from django.utils import timezone

from accounts.models import Adoption, DutySwitch, RulebookVersion
from rules import clauses
from rules.clauses import Rulebook, RulebookError
from rules.switching import switched

_LASTS_SECONDS = 60.0


@dataclass(frozen=True)
class Books:
    """As of one day: every rulebook that anybody knows, and what the city has decided so far, in order."""

    on: date
    known: Mapping[str, Rulebook]
    adoptions: Sequence[Adoption]
    switches: Mapping[tuple[str, str], DutySwitch]

    @property
    def city(self) -> tuple[str, ...]:
        """The ids of the city's rulebooks: those of the installation, then what was adopted or given up since."""
        adopted = list(settings.CITY["rulebooks"])
        for row in self.adoptions:
            if row.adopted and row.rulebook not in adopted:
                adopted.append(row.rulebook)
            elif not row.adopted and row.rulebook in adopted and len(adopted) > 1:
                adopted.remove(row.rulebook)
        return tuple(adopted)

    def of(self, ids: Iterable[str]) -> list[Rulebook]:
        """Those rulebooks as in force. RulebookError for an id that nobody knows."""
        return [self.book(rulebook_id) for rulebook_id in ids]

    def book(self, rulebook_id: str) -> Rulebook:
        if rulebook_id not in self.known:
            raise RulebookError(f"no rulebook {rulebook_id!r}; there are {', '.join(self.known)}")
        return self.known[rulebook_id]

    @property
    def version_on(self) -> date | None:
        """Since when the city's rules read as they do: the newest of its rulebooks' versions."""
        versions = [self.book(book).version_on(self.on) for book in self.city]
        return max((day for day in versions if day), default=None)


_read: tuple[float, Books] | None = None


def books_on(day: date, *, needs: Sequence[str] = ()) -> Books:
    """The rulebooks on that day; `needs` are ids that must be among them if they exist at all."""
    global _read
    if _read is not None:
        at, books = _read
        if books.on == day and monotonic() - at < _LASTS_SECONDS and all(key in books.known for key in needs):
            return books
    _read = (monotonic(), read_books(day))
    return _read[1]


def books_of(ids: Iterable[str], on: date | None = None) -> list[Rulebook]:
    """Those rulebooks as in force on that day (today in Japan when not said); the city's own where none is named."""
    wanted = tuple(ids)
    books = books_on(on or timezone.localdate(), needs=wanted)
    return books.of(wanted or books.city)


def forget() -> None:
    """Read everything again at the next question: after a decision about rulebooks, and between tests."""
    global _read
    _read = None


def read_books(day: date) -> Books:
    """The same from the database, without memory: also for days to come."""
    switches = {(row.rulebook, row.duty): row for row in _switches(day)}
    known = {key: _with_switches(book, switches) for key, book in _versions(day).items()}
    adoptions = Adoption.objects.filter(effective_on__lte=day).order_by("effective_on", "pk")
    return Books(day, known, list(adoptions), switches)


def _versions(day: date) -> dict[str, Rulebook]:
    """Each rulebook as its newest version in force says; one that is only to begin, as it will."""
    found = {key: clauses.load(key) for key in clauses.available()}
    for row in RulebookVersion.objects.order_by("effective_on", "pk"):
        if row.effective_on <= day or row.rulebook not in found:
            found[row.rulebook] = clauses.parse(row.document, source=f"{row.rulebook} {row.pk}")
    return found


def _switches(day: date) -> Iterator[DutySwitch]:
    """In order, so that of several about one duty the one that began last counts, then the one recorded last."""
    return iter(DutySwitch.objects.filter(effective_on__lte=day).order_by("effective_on", "pk"))


def _with_switches(book: Rulebook, switches: Mapping[tuple[str, str], DutySwitch]) -> Rulebook:
    own = {duty: row.on for (key, duty), row in switches.items() if key == book.id}
    return switched(book, own) if own else book


@dataclass(frozen=True)
class Coming:
    """A decision for a day to come. `overruled` says that a later one for the same day counts instead."""

    row: Adoption | DutySwitch | RulebookVersion
    overruled: bool

    @property
    def duty(self) -> str:
        return self.row.duty if isinstance(self.row, DutySwitch) else ""

    @property
    def may_be_undone(self) -> bool:
        """By the opposite decision for the same day. A text has none."""
        return not self.overruled and not isinstance(self.row, RulebookVersion)


def coming(on: date) -> list[Coming]:
    """What is decided for days after that one, the soonest first, and of one day in the order it was recorded."""
    rows = _coming(on)
    last = {_about(row): row for row in rows}
    return [Coming(row, overruled=last[_about(row)] is not row) for row in rows]


def _about(row: Adoption | DutySwitch | RulebookVersion) -> tuple[object, ...]:
    return type(row), row.rulebook, getattr(row, "duty", ""), row.effective_on


def _coming(on: date) -> list[Adoption | DutySwitch | RulebookVersion]:
    rows: list[Adoption | DutySwitch | RulebookVersion] = []
    for model in (Adoption, DutySwitch, RulebookVersion):
        rows += model._default_manager.filter(effective_on__gt=on).select_related("recorded_by__section")
    return sorted(rows, key=lambda row: (row.effective_on, row.pk))
