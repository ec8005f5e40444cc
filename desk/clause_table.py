"""The clause page's rows: for each clause who sees to it, by what, and what is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from accounts.books import books_of, books_on
from accounts.duties import DUTY_JA
from accounts.models import DutySwitch, SocialAccount
from accounts.wordings import words_of
from desk.clause_counts import Counts, counts
from desk.coverage import Entry, entries
from desk.duties import KIND_JA, SCREEN_JA
from desk.menu import address
from rules import clauses
from rules.calendar import day_of
from rules.clauses import Clause, Rulebook


class Screen(NamedTuple):
    label: str
    url: str


@dataclass(frozen=True)
class Row:
    """One clause; `kept_by` says how the program keeps it and is empty where people do. `done` and `refused` count the
    acts of its duties in the last thirty days; `words` are the official ones, where they were imported. `off` are the
    city's decisions that switched a duty of it off."""

    entry: Entry
    kind: str
    kept_by: Sequence[str]
    screens: Sequence[Screen]
    words: str
    done: int
    refused: int
    off: Sequence[DutySwitch]

    @property
    def clause(self) -> Clause:
        return self.entry.clause


@dataclass(frozen=True)
class Book:
    """One rulebook as the page shows it, article by article."""

    rulebook: Rulebook
    version_on: date | None
    articles: Sequence[tuple[str, Sequence[Row]]]
    in_all: Sequence[str]

    @property
    def counts(self) -> dict[str, int]:
        """How many clauses the program keeps, people keep, and are still to come."""
        return {who: self.in_all.count(who) for who in ("code", "people", "planned")}


def books(now: datetime, only: str = "") -> list[Book]:
    """The city's rulebooks, then those that only some social account stands under; of one kind of keeper, or all."""
    lately, on = counts(now), day_of(now)
    return [_book(book, on, lately, only) for book in books_of(rulebook_ids(on), on)]


def rulebook_ids(on: date) -> list[str]:
    rows = SocialAccount.objects.order_by("pk").values_list("rulebooks", flat=True)
    return list(dict.fromkeys([*books_on(on).city, *(key for row in rows for key in row)]))


def city_settings(on: date) -> list[str]:
    """What the program keeps although no clause of any rulebook asks for it: 市の設定."""
    loaded = books_of(rulebook_ids(on), on)
    return [
        words
        for duty, words in DUTY_JA.items()
        if clauses.is_on(duty, loaded) and not clauses.clauses_for(duty, loaded)
    ]


def _book(rulebook: Rulebook, on: date, lately: Counts, only: str) -> Book:
    words, switches = words_of(rulebook.id), books_on(on).switches
    found = entries([rulebook])
    off = {duty: row for (key, duty), row in switches.items() if key == rulebook.id and not row.on}
    articles: dict[str, list[Row]] = {}
    for entry in found:
        if only in ("", entry.clause.done_by):
            row = _row(entry, words.get(entry.clause.id, ""), lately, off)
            articles.setdefault(entry.clause.article, []).append(row)
    keepers = [entry.clause.done_by for entry in found]
    return Book(rulebook, rulebook.version_on(on), list(articles.items()), keepers)


def _row(entry: Entry, words: str, lately: Counts, off: dict[str, DutySwitch]) -> Row:
    return Row(
        entry,
        KIND_JA[entry.clause.kind],
        [DUTY_JA[key] for key in entry.duties],
        [Screen(SCREEN_JA[name], address(name)) for name in entry.screens if address(name)],
        words,
        sum(lately.done[key] for key in entry.duties),
        sum(lately.refused[key] for key in entry.duties),
        [off[key] for key in entry.duties if key in off],
    )
