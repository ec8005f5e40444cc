"""緊急発信: out at once on a ground, without the second check; looked at by somebody else the next working morning."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import StaffMember
from posts.actions.cases import CaseFile, act
from posts.actions.clearing import clear
from posts.actions.nudge import nudge
from posts.models import AfterwardsReview, Clearance, Post, Waiver
from rules.asked import Asked
from rules.calendar import WorkingCalendar, next_morning
from rules.states import Basis, Verb
from rules.transitions import Transition


def send(
    *,
    post: Post,
    seen_digest: str,
    urgency: int | None,
    reason: str,
    by: StaffMember,
    now: datetime,
) -> Post:
    """緊急発信する. `urgency` is the listed one appealed to, None where a disaster has been declared.

    Refuses a post without a complete ground, without an emergency, with a time to wait for, out of hours without
    the chief's word, and what a restriction holds.
    """
    asked = Asked(reason=reason, seen_digest=seen_digest, urgency=urgency)

    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        waiver = _waive(case, asked, by, now)
        due_at = _open_review(clear(case, waiver, Basis.WAIVER, now=now), case)
        case.move_to(row.target, waiting_since=None)
        return _payload(case, waiver, due_at)

    verb = Verb.SEND_IN_EMERGENCY
    return act(verb, post, write, by=by, now=now, asked=asked, then=lambda case: nudge())


def _open_review(clearance: Clearance, case: CaseFile) -> datetime:
    """When it falls due: the next working morning."""
    due_at = next_morning(_calendar(case), clearance.cleared_at)
    AfterwardsReview.objects.create(clearance=clearance, due_at=due_at)
    return due_at


def _waive(case: CaseFile, asked: Asked, by: StaffMember, now: datetime) -> Waiver:
    assert case.known is not None and case.known.claim is not None  # noqa: PT018  # the rules have seen to it
    return Waiver.objects.create(
        post=case.post,
        version=case.version,
        ground=case.known.claim.ground,
        urgency_id=asked.urgency,
        reason=asked.reason.strip(),
        by=by,
        at=now,
        office=by.with_title,
    )


def _calendar(case: CaseFile) -> WorkingCalendar:
    """The first social account's: they are all of one section."""
    assert case.known is not None
    return case.known.targets[0].calendar


def _payload(case: CaseFile, waiver: Waiver, due_at: datetime) -> Mapping[str, object]:
    urgency = case.known.urgency.label if case.known and case.known.urgency else ""
    return {
        "version": case.version.number,
        "digest": case.version.digest,
        "ground": waiver.ground,
        "urgency": urgency,
        "reason": waiver.reason,
        "review_due_at": due_at,
    }
