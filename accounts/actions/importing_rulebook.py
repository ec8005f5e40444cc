"""規程の正式な文の取り込み: a regulation's text becomes places with words, attached to the clauses that name them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from accounts.books import books_on
from accounts.events import RULEBOOK_IMPORTED
from accounts.models import RegulationText, Wording
from audit import actions as audit
from rules.calendar import day_of
from rules.regulation import Place, Regulation, read
from rules.regulation_lines import RegulationError, decode
from rules.regulation_locators import Attachment, attach, locators_of


@dataclass(frozen=True)
class Imported:
    """What was read: every place, what each clause got, what could not be placed. `row` None where nothing was written:
    a dry run, or the same text as last time (`known`)."""

    regulation: Regulation
    attachment: Attachment
    row: RegulationText | None
    known: bool = False


def import_rulebook(
    *,
    data: bytes,
    rulebook: str,
    source: str,
    by: str,
    now: datetime,
    effective_on: date | None = None,
    dry_run: bool = False,
) -> Imported:
    """規程の文を取り込む. The newest import of a rulebook counts; the same text again writes nothing.

    Raises RegulationError for a file that is no text in UTF-8, or no regulation, and for an unknown rulebook.
    """
    text = decode(data)
    regulation = read(text)
    attachment = attach(regulation, locators_of(rulebook))
    on = effective_on or _version_of(rulebook, now)
    digest = sha256(data).hexdigest()
    with transaction.atomic(durable=True):
        newest = RegulationText.objects.filter(rulebook=rulebook).order_by("-pk").first()
        known = newest is not None and (newest.sha256, newest.effective_on) == (digest, on)
        if dry_run or known:
            return Imported(regulation, attachment, None, known)
        values = {"rulebook": rulebook, "effective_on": on, "source": source[-200:], "sha256": digest}
        row = RegulationText.objects.create(**values, text=text, imported_by=by[:200], imported_at=now)
        Wording.objects.bulk_create(_wordings(row, regulation, attachment))
        _record(row, attachment, by, now)
    return Imported(regulation, attachment, row)


def _version_of(rulebook: str, now: datetime) -> date:
    known = books_on(day_of(now), needs=[rulebook]).known
    if rulebook not in known:
        raise RegulationError(
            f"「{rulebook}」という規程はありません。{'・'.join(known)} のどれかにしてください。"
        )
    return known[rulebook].versions[-1]


def _wordings(row: RegulationText, regulation: Regulation, attachment: Attachment) -> Sequence[Wording]:
    """Every place in the order of the text, and with it the clauses that stand on it or on a part of it."""
    rows: list[Wording] = []
    for place in regulation.places:
        named = [one for one in attachment.attached if one.place.path == place.path]
        pairs = [(one.clause_id, one.words) for one in named] or [("", place.words)]
        rows += [_wording(row, place, clause, words) for clause, words in pairs]
    for ordinal, wording in enumerate(rows, 1):
        wording.ordinal = ordinal
    return rows


def _wording(row: RegulationText, place: Place, clause_id: str, words: str) -> Wording:
    heading = place.heading[:120]
    return Wording(regulation=row, place=place.label[:80], clause_id=clause_id, heading=heading, words=words)


def _record(row: RegulationText, attachment: Attachment, by: str, now: datetime) -> None:
    audit.append(
        stream=f"rulebook:{row.rulebook}",
        event=RULEBOOK_IMPORTED,
        at=now,
        by=by,
        payload={
            "sha256": row.sha256,
            "effective_on": row.effective_on,
            "clauses": len(attachment.attached),
            "unplaced": [one.clause_id for one in attachment.unplaced],
        },
    )
