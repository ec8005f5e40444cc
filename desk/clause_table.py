"""The clause page's rows: for each clause whether the program sees to it, by which duty, or which people do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from accounts.models import SocialAccount
from desk.duties import DUTY_JA, KIND_JA
from rules import clauses
from rules.clauses import Clause, Rulebook


@dataclass(frozen=True)
class Row:
    """One clause; `kept_by` says how the program keeps it and is empty where people do."""

    clause: Clause
    kind: str
    kept_by: Sequence[str]


@dataclass(frozen=True)
class Book:
    """One rulebook as the page shows it, article by article."""

    rulebook: Rulebook
    version_on: date | None
    articles: Sequence[tuple[str, Sequence[Row]]]

    @property
    def counts(self) -> tuple[int, int]:
        """How many clauses the program keeps, and how many people keep."""
        rows = [row for _, rows in self.articles for row in rows]
        kept = sum(1 for row in rows if row.kept_by)
        return kept, len(rows) - kept


def books(on: date) -> list[Book]:
    """The city's rulebooks, then those that only some social account stands under."""
    return [_book(clauses.load(key), on) for key in rulebook_ids()]


def rulebook_ids() -> list[str]:
    rows = SocialAccount.objects.order_by("pk").values_list("rulebooks", flat=True)
    return list(dict.fromkeys([*settings.CITY["rulebooks"], *(key for row in rows for key in row)]))


def city_settings() -> list[str]:
    """What the program keeps although no clause of any rulebook asks for it: 市の設定."""
    loaded = [clauses.load(key) for key in rulebook_ids()]
    return [
        words
        for duty, words in DUTY_JA.items()
        if clauses.is_on(duty, loaded) and not clauses.clauses_for(duty, loaded)
    ]


def _book(rulebook: Rulebook, on: date) -> Book:
    articles = clauses.by_place(rulebook).items()
    return Book(
        rulebook,
        rulebook.version_on(on),
        [(article, list(_rows(rows, rulebook))) for article, rows in articles],
    )


def _rows(rows: Iterable[Clause], rulebook: Rulebook) -> Iterable[Row]:
    for clause in rows:
        duties = [DUTY_JA[key] for key, duty in rulebook.duties.items() if clause.id in duty.clauses]
        yield Row(clause, KIND_JA[clause.kind], duties)
