"""引継ぎ: a post gets another owner (担当), who from then on has a part in it like whoever wrote it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from accounts.acts import Deed, perform
from accounts.facts import approver_people, drafts_for
from accounts.models import StaffMember
from posts.actions.cases import CaseFile, locked
from posts.facts import post_facts
from posts.models import Contribution, Post
from rules import facts
from rules.calendar import day_of
from rules.facts import Asked, Successor
from rules.states import NOT_STAFF, Verb
from rules.transitions import Transition


def hand_over(*, post: Post, to: StaffMember | None, reason: str, by: StaffMember, now: datetime) -> Post:
    """引き継ぐ. Refuses a successor who may not draft for all of its social accounts, or decided something about it."""
    return perform(hand_over_deed(post=post, to=to, reason=reason, now=now), by=by, now=now).post


def hand_over_deed(*, post: Post, to: StaffMember | None, reason: str, now: datetime) -> Deed[CaseFile]:
    """The act itself, for whoever does several together."""

    def gather(case: CaseFile) -> facts.Post:
        return _facts(case, to, reason, now)

    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        assert to is not None
        before = case.post.owner
        case.move_to(row.target, handed_to=to)
        Contribution.objects.get_or_create(
            version=case.version, staff=to, defaults={"post": case.post, "at": now}
        )
        return {"from": before.with_title, "to": to.with_title, "reason": reason}

    return Deed(Verb.HAND_OVER, lambda: locked(post.pk), gather, write, lambda case: case.post.stream)


def _facts(case: CaseFile, to: StaffMember | None, reason: str, now: datetime) -> facts.Post:
    on = day_of(now)
    known = post_facts(case.post, case.version, on=on, verb=Verb.HAND_OVER, asked=Asked(reason=reason))
    approvers = approver_people([case.post.section_id], on).get(case.post.section_id, ())
    return replace(known, successor=_successor(to), approvers=approvers)


def _successor(to: StaffMember | None) -> Successor | None:
    if to is None:
        return None
    able = to.is_active and not to.is_elected and to.employment not in NOT_STAFF
    return Successor(to.pk, to.display_name, able, drafts_for(to))
