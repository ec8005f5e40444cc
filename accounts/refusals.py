"""A refusal as help: every reason with its clause and its next step, on a page (409, or 403 for the person)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.acts import ActRefused
from accounts.books import books_of
from rules import clauses
from rules.clauses import Clause
from rules.facts import Reason


@dataclass(frozen=True)
class ShownReason:
    """One reason, ready for a template."""

    code: str
    sentence: str
    next_step: str
    account: str
    cite: str
    clauses: Sequence[Clause]


@dataclass(frozen=True)
class ShownRefusal:
    title: str
    unchanged: str
    reasons: Sequence[ShownReason]
    forbidden: bool
    record: str


def shown(reason: Reason) -> ShownReason:
    """The reason with the clauses of its own rulebooks; 市の設定 where they have none."""
    books = books_of(reason.rulebooks) if reason.rulebooks else []
    return ShownReason(
        reason.code,
        reason.sentence,
        reason.next_step,
        reason.account,
        clauses.cite(reason.duty, books),
        clauses.clauses_for(reason.duty, books),
    )


def shown_all(reasons: Iterable[Reason]) -> list[ShownReason]:
    return [shown(reason) for reason in reasons]


def shown_refusal(error: ActRefused, *, title: str, unchanged: str) -> ShownRefusal:
    """For showing inside a page: 「承認できませんでした」, what is unchanged, every reason."""
    return ShownRefusal(
        title, unchanged, shown_all(error.refusal.reasons), error.refusal.forbidden, error.record
    )


def refusal_page(
    request: HttpRequest, error: ActRefused, *, title: str, unchanged: str, back_url: str
) -> HttpResponse:
    """The full page: 403 when this person may not, 409 when the content or the state stands against it."""
    refusal = shown_refusal(error, title=title, unchanged=unchanged)
    return render(
        request,
        "refusal.html",
        {"refusal": refusal, "back_url": back_url, "record": error.record},
        status=403 if refusal.forbidden else 409,
    )
