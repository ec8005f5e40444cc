"""Deliveries brought to an end by the legal road: armed, then recorded with what a network would have said."""

from datetime import datetime

from accounts.connections import adapter_for
from platforms.base import Receipt
from posts.actions.arming import arm
from posts.actions.recording import Outcome, accepted, outcome_of, record
from posts.models import Delivery, Post
from tests.sending.stubs import way


def reach(post: Post, now: datetime, *, only: int | None = None) -> None:
    """The network took it, for every social account or one."""
    for delivery in _of(post, only):
        _end(delivery, accepted(Receipt(f"training:{delivery.pk}", "")), now)


def fail(post: Post, now: datetime, error: BaseException, *, only: int | None = None) -> None:
    """The network answered with this error."""
    for delivery in _of(post, only):
        _end(delivery, outcome_of(error, tries=1, now=now), now)


def expire(post: Post, *, only: int | None = None) -> None:
    """Nobody looked at it before it was too late."""
    for delivery in _of(post, only):
        late = delivery.latest_at.replace(year=delivery.latest_at.year + 1)
        assert (
            arm(delivery.pk, way(adapter_for(delivery.social_account, now=late), delivery), now=late) is None
        )


def _of(post: Post, only: int | None) -> list[Delivery]:
    rows = post.deliveries.select_related("social_account").order_by("pk")
    return [row for row in rows if only in (None, row.social_account_id)]


def _end(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    armed = arm(delivery.pk, way(adapter_for(delivery.social_account, now=now), delivery), now=now)
    assert armed is not None
    assert record(armed.attempt_id, outcome, now=now)
