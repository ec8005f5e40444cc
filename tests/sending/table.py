"""Short ways to walk the decision table on a stage: who asks, who decides, who sends, what is in force."""

from datetime import date
from typing import Any

from accounts.models import StaffMember
from policies.actions import hours, lists
from policies.models import Restriction
from posts.actions import confirming, emergency, held, review
from posts.actions.confirming import Word
from posts.models import Delivery, Post
from rules.gates import CHECKLIST
from rules.states import Cause, How
from tests.sending.conftest import Stage
from tests.support import restricting as road
from tests.support.cast import claimed, drafted, seen, submitted


def draft(stage: Stage, **content: Any) -> Post:
    return drafted(stage.cast, stage.account, now=stage.clock(), **content)


def ask_approval(stage: Stage, **content: Any) -> Post:
    return submitted(stage.cast, stage.account, now=stage.clock(), **content)


def ask_check(stage: Stage, **content: Any) -> Post:
    return claimed(stage.cast, stage.account, now=stage.clock(), **content)


def approve(stage: Stage, post: Post, by: StaffMember | None = None, **asked: Any) -> Post:
    return review.approve(
        post=post, seen_digest=seen(post), by=by or stage.cast.suzuki, now=stage.clock(), **asked
    )


def check(stage: Stage, post: Post, *more: str) -> Post:
    ticks = [*CHECKLIST, *more]
    return review.second_check(
        post=post, seen_digest=seen(post), ticks=ticks, by=stage.cast.tanaka, now=stage.clock()
    )


def wave_through(stage: Stage, post: Post, urgency: int | None = None, reason: str = "") -> Post:
    """Sato sends it without the second check."""
    return emergency.send(
        post=post,
        seen_digest=seen(post),
        urgency=urgency,
        reason=reason,
        by=stage.cast.sato,
        now=stage.clock(),
    )


def by_phone(stage: Stage, post: Post) -> Post:
    """Sato has rung the chief, and writes it down."""
    word = Word(stage.cast.suzuki.pk, stage.clock(), How.PHONE, "出してよい、とのこと。")
    return confirming.record(
        post=post, seen_digest=seen(post), word=word, by=stage.cast.sato, now=stage.clock()
    )


def standing(stage: Stage) -> None:
    hours.give_standing(
        section=stage.cast.tourism,
        from_on=date(2026, 11, 20),
        until_on=date(2027, 3, 31),
        words="避難の情報に限る。",
        by=stage.cast.suzuki,
        now=stage.clock(),
    )


def listed(stage: Stage) -> int:
    return lists.list_urgency(label="断水", by=stage.cast.suzuki, now=stage.clock()).pk


def goes(stage: Stage, post: Post) -> bool:
    """One go of the worker at what is due now."""
    calls = len(stage.stub.calls)
    state = stage.send(stage.delivery(post))
    assert (state == "accepted") == (len(stage.stub.calls) == calls + 1)
    return state == "accepted"


def held_for(stage: Stage, post: Post) -> list[str]:
    """The worker holds it: for what."""
    assert not goes(stage, post)
    delivery = stage.delivery(post)
    assert delivery.state == "held"
    return delivery.held_codes


def suspend(stage: Stage, cause: Cause = Cause.DISASTER) -> Restriction:
    row = road.suspend(stage.cast, cause=cause, now=stage.clock())
    stage.clock.forward(minutes=1)
    return row


def limit(stage: Stage) -> Restriction:
    """HQ set up, the restriction on."""
    road.set_up_hq(stage.cast, now=stage.clock())
    row = road.limit(stage.cast, now=stage.clock())
    stage.clock.forward(minutes=1)
    return row


def resume(stage: Stage) -> None:
    road.end_suspensions(stage.cast, now=stage.clock())
    stage.clock.forward(minutes=1)


def release(stage: Stage, delivery: Delivery, by: StaffMember | None = None) -> Delivery:
    return held.release(delivery=delivery, ticks=[], reason="", by=by or stage.cast.suzuki, now=stage.clock())
