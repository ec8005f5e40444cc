"""Transaction 2: writing down what the network told us. Nothing here sends, and nothing here undoes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.acts import WORKER
from accounts.models import SocialAccount
from audit import actions as audit
from platforms.base import Receipt
from platforms.errors import AuthExpired, OutcomeUnknown, PlatformError, RateLimited, Refused
from posts import events
from posts.models import Attempt, Delivery
from rules.states import DeliveryState

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=5)
AUTH_RETRY = timedelta(minutes=2)


@dataclass(frozen=True)
class Outcome:
    """What we know after a call: the attempt's word, the delivery's state, and the record's event."""

    word: str
    state: DeliveryState
    event: str
    detail: str = ""
    retry_after: timedelta | None = None
    receipt: Receipt | None = None


def accepted(receipt: Receipt) -> Outcome:
    return Outcome("accepted", DeliveryState.ACCEPTED, events.ACCEPTED, receipt=receipt)


def outcome_of(error: BaseException, *, tries: int, now: datetime) -> Outcome:
    """From an adapter's error to what we know. Anything unexpected after arming means: it may be live."""
    detail = (
        error.detail if isinstance(error, PlatformError) else f"思いがけない誤り（{type(error).__name__}）"
    )
    if isinstance(error, RateLimited):
        wait = max((error.until or now + FIRST_RETRY) - now, FIRST_RETRY)
        return Outcome("rate_limited", DeliveryState.WAITING, events.NOT_SENT, detail, wait)
    if isinstance(error, AuthExpired):
        return Outcome("auth_expired", DeliveryState.WAITING, events.NOT_SENT, detail, AUTH_RETRY)
    if isinstance(error, Refused):
        return Outcome("rejected", DeliveryState.REJECTED, events.REJECTED, detail)
    if isinstance(error, PlatformError) and not isinstance(error, OutcomeUnknown):
        return Outcome("not_sent", DeliveryState.WAITING, events.NOT_SENT, detail, _backoff(tries))
    return Outcome("unknown", DeliveryState.UNKNOWN, events.UNKNOWN, detail, _backoff(tries))


def _backoff(tries: int) -> timedelta:
    return min(FIRST_RETRY * 2 ** max(tries - 1, 0), LONGEST_RETRY)


def record(attempt_id: int, outcome: Outcome, *, now: datetime) -> bool:
    """Finish the attempt and move its delivery. False when a late word adds nothing to what is known.

    A late worker may still say that the network accepted: that is knowledge, and it settles an unknown.
    """
    with transaction.atomic(durable=True):
        attempt = Attempt.objects.get(pk=attempt_id)
        SocialAccount.objects.select_for_update().get(pk=attempt.social_account_id)
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("post", "social_account")
            .get(pk=attempt.delivery_id)
        )
        if not _finish(attempt, outcome, now) and not _settles(delivery, outcome):
            return False
        _move(delivery, outcome, now)
        return True


def _finish(attempt: Attempt, outcome: Outcome, now: datetime) -> bool:
    """Write the outcome once; False when the attempt was finished before."""
    unfinished = Attempt.objects.filter(pk=attempt.pk, finished_at__isnull=True)
    return bool(unfinished.update(outcome=outcome.word, detail=outcome.detail, finished_at=now))


def _settles(delivery: Delivery, outcome: Outcome) -> bool:
    return delivery.state == DeliveryState.UNKNOWN and outcome.state == DeliveryState.ACCEPTED


def _move(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    delivery.state = outcome.state
    delivery.problem = outcome.detail
    if outcome.retry_after is not None:
        delivery.next_try_at = now + outcome.retry_after
    if outcome.receipt is not None:
        delivery.remote_id, delivery.remote_url = outcome.receipt.remote_id, outcome.receipt.url
        delivery.accepted_at = now
    delivery.save(update_fields=["state", "problem", "next_try_at", "remote_id", "remote_url", "accepted_at"])
    _append(delivery, outcome, now)


def _append(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    audit.append(
        stream=delivery.post.stream,
        event=outcome.event,
        at=now,
        by=WORKER,
        payload={
            "delivery": delivery.pk,
            "account": delivery.social_account.name,
            "outcome": outcome.word,
            "detail": outcome.detail,
            "remote_id": delivery.remote_id,
        },
    )
