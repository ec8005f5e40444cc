"""あとの確認 of what went out in an emergency: making it, reminding of it, telling the section above."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from accounts.acts import WORKER, Deed, perform
from accounts.models import StaffMember
from audit import actions as audit
from posts import events
from posts.afterwards import review_facts
from posts.models import AfterwardsReview
from rules.asked import Asked
from rules.states import Verb
from rules.transitions import Transition

# From the opening of the offices on, for a review due at ten.
REMIND_BEFORE = timedelta(minutes=90)


def finish(
    *, review: AfterwardsReview, was_right: bool, words: str, by: StaffMember, now: datetime
) -> AfterwardsReview:
    """あとの確認を記録する: whether it was right to send it, and what was looked at.

    Refuses people not in office, contributors, and a review without words.
    """
    asked = Asked(reason=words)

    def write(row: AfterwardsReview, transition: Transition) -> Mapping[str, object]:
        row.done_at, row.done_by, row.done_as = now, by, by.with_title
        row.was_right, row.words = was_right, words.strip()
        row.save(update_fields=["done_at", "done_by", "done_as", "was_right", "words"])
        return {"was_right": was_right, "words": row.words, "due_at": row.due_at}

    deed = Deed(
        Verb.REVIEW_AFTERWARDS,
        lambda: _locked(review.pk),
        lambda row: review_facts(row, now=now, asked=asked),
        write,
        lambda row: row.clearance.post.stream,
    )
    return perform(deed, by=by, now=now)


def look_after(*, now: datetime) -> int:
    """Remind of what falls due this morning, and escalate what is overdue; how many entries were written."""
    open_ones = AfterwardsReview.objects.filter(done_at__isnull=True)
    due_soon = open_ones.filter(reminded_at__isnull=True, due_at__lte=now + REMIND_BEFORE)
    overdue = open_ones.filter(escalated_at__isnull=True, due_at__lt=now)
    return sum(
        [
            _mark(pk, "reminded_at", events.REVIEW_REMINDED, now)
            for pk in due_soon.values_list("pk", flat=True)
        ]
        + [
            _mark(pk, "escalated_at", events.REVIEW_ESCALATED, now)
            for pk in overdue.values_list("pk", flat=True)
        ]
    )


def _locked(pk: int) -> AfterwardsReview:
    rows = AfterwardsReview.objects.select_for_update(of=("self",))
    return rows.select_related("clearance__post__section").get(pk=pk)


def _mark(pk: int, field: str, event: str, now: datetime) -> bool:
    """Written once, whoever sweeps at the same time."""
    with transaction.atomic(durable=True):
        row = _locked(pk)
        if row.done_at or getattr(row, field):
            return False
        setattr(row, field, now)
        row.save(update_fields=[field])
        payload = {"due_at": row.due_at}
        audit.append(stream=row.clearance.post.stream, event=event, at=now, by=WORKER, payload=payload)
        return True
