"""Transaction 2: writing down what the network told us. Nothing here sends, and nothing here undoes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.sql import save, write
from platforms.base import Receipt, Seen
from platforms.errors import AuthExpired, OutcomeUnknown, PlatformError, RateLimited, Refused
from posts import events
from posts.actions import sighting
from posts.actions.arming import tell
from posts.claiming import called, under_lock
from posts.models import Delivery
from rules.states import DeliveryState

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=5)
# What the network says of the whole account is believed for so long: it may name any date.
LONGEST_QUIET = timedelta(days=1)
# Soon after it went out somebody looks whether it stands there as it was cleared.
FIRST_LOOK = timedelta(minutes=2)
AUTH_RETRY = timedelta(minutes=2)
# How many of an account's posts somebody is shown who looks for one.
MOST_SHOWN = 10
STILL_UNKNOWN = "前の発信が届いたかどうか、まだ分かりません。"
NEVER_ARRIVED = "届いていませんでした。発信する時刻を過ぎたので、出しません。"


@dataclass(frozen=True)
class Outcome:
    """What we know after a call: the attempt's word, the delivery's state, and the record's event."""

    word: str
    state: DeliveryState
    event: str
    detail: str = ""
    retry_after: timedelta | None = None
    receipt: Receipt | None = None


@dataclass(frozen=True)
class Look:
    """What a network said when it was asked for a post: the post, that there is none, or nothing at all.

    `read` says that the account's posts could be listed, `recent` they are, `alike` those among them that say the
    same and are not known to be another delivery's.
    """

    answered: bool
    receipt: Receipt | None = None
    read: bool = False
    alike: tuple[Seen, ...] = ()
    recent: tuple[Seen, ...] = ()


def accepted(receipt: Receipt) -> Outcome:
    return Outcome("accepted", DeliveryState.ACCEPTED, events.ACCEPTED, receipt=receipt)


def outcome_of(error: BaseException, *, tries: int, now: datetime) -> Outcome:
    """From an adapter's error to what we know. Anything unexpected after arming means: it may be live."""
    detail = (
        error.detail if isinstance(error, PlatformError) else f"思いがけない誤り（{type(error).__name__}）"
    )
    if isinstance(error, RateLimited):
        wait = max(error.until - now, FIRST_RETRY) if error.until else _backoff(tries)
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
        delivery = called(attempt_id)
        if not _finish(attempt_id, outcome, now) and not _settles(delivery, outcome):
            return False
        _move(delivery, _with_doubt(delivery, outcome), now)
        return True


def settle(delivery_id: int, look: Look, *, tries: int, now: datetime) -> bool:
    """What the network said about an unknown. False when that settles nothing, or somebody was faster."""
    with transaction.atomic(durable=True):
        delivery = under_lock(delivery_id)
        found = _found(delivery, look, now)
        if look.receipt is not None and is_anothers(look.receipt, delivery.social_account_id):
            return False
        if found is None or delivery.state != DeliveryState.UNKNOWN or delivery.tries != tries:
            return False
        _move(delivery, found, now)
        return True


def note_recent(delivery_id: int, recent: Sequence[Seen], *, tries: int, now: datetime) -> None:
    """What stands on the account, for the person who settles it; without what is known to be another delivery's."""
    account_id = Delivery.objects.values_list("social_account_id", flat=True).get(pk=delivery_id)
    newest = sorted(recent, key=lambda seen: seen.at, reverse=True)[:MOST_SHOWN]
    free = [_noted(seen) for seen in newest if not is_anothers(seen.receipt, account_id)]
    doubt = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.UNKNOWN, tries=tries)
    doubt.update(recent=free, recent_at=now)


def _noted(seen: Seen) -> dict[str, str]:
    return {
        "id": seen.receipt.remote_id,
        "url": seen.receipt.url,
        "text": seen.text,
        "at": seen.at.isoformat(),
    }


def is_anothers(receipt: Receipt, account_id: int) -> bool:
    """That post is known to be another delivery's: one post there answers for one of ours."""
    same = Q(remote_id=receipt.remote_id)
    if receipt.url:
        same |= Q(remote_url=receipt.url)
    return Delivery.objects.filter(same, social_account=account_id).exists()


def _found(delivery: Delivery, look: Look, now: datetime) -> Outcome | None:
    if look.receipt is not None:
        return replace(accepted(look.receipt), word="found")
    if delivery.latest_at < now:
        return Outcome("not_there", DeliveryState.EXPIRED, events.EXPIRED, NEVER_ARRIVED)
    return None


def _finish(attempt_id: int, outcome: Outcome, now: datetime) -> bool:
    """Write the outcome once; False when the attempt was finished before."""
    quiet_until = _quiet_until(outcome, now)
    return bool(write(_FINISH, outcome.word, outcome.detail, now, quiet_until, attempt_id))


_FINISH = """
UPDATE posts_attempt SET outcome = %s, detail = %s, finished_at = %s, quiet_until = %s
 WHERE id = %s AND finished_at IS NULL
"""


def _quiet_until(outcome: Outcome, now: datetime) -> datetime | None:
    """A limit is the account's, not the post's: until then nothing of it is tried."""
    if outcome.word != "rate_limited" or outcome.retry_after is None:
        return None
    return now + min(outcome.retry_after, LONGEST_QUIET)


def _settles(delivery: Delivery, outcome: Outcome) -> bool:
    return delivery.state == DeliveryState.UNKNOWN and outcome.state == DeliveryState.ACCEPTED


def _with_doubt(delivery: Delivery, outcome: Outcome) -> Outcome:
    """A doubt stays: that a later attempt did not go says nothing about the one that ended unknown."""
    knows = outcome.state in (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)
    if knows or not delivery.attempts.filter(outcome=DeliveryState.UNKNOWN).exists():
        return outcome
    return replace(
        outcome,
        state=DeliveryState.UNKNOWN,
        event=events.UNKNOWN,
        detail=STILL_UNKNOWN + outcome.detail,
        retry_after=outcome.retry_after or _backoff(delivery.tries),
    )


def _move(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    delivery.state = outcome.state
    delivery.problem = outcome.detail
    if outcome.retry_after is not None:
        # Not past the moment from which it is too late: that is to be noticed, and told, at once.
        too_late_at = max(delivery.latest_at, now) + timedelta(seconds=1)
        delivery.next_try_at = min(now + outcome.retry_after, too_late_at)
    if outcome.receipt is not None:
        delivery.remote_id, delivery.remote_url = outcome.receipt.remote_id, outcome.receipt.url
        delivery.returned, delivery.accepted_at = dict(outcome.receipt.detail), now
    save(delivery, *_MOVED)
    if outcome.receipt is not None:
        sighting.begin(delivery, at=now + FIRST_LOOK)
    _append(delivery, outcome, now)


_MOVED = ("state", "problem", "next_try_at", "remote_id", "remote_url", "returned", "accepted_at")


def _append(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    told = {"outcome": outcome.word, "detail": outcome.detail}
    there = {"remote_id": delivery.remote_id, "returned": delivery.returned}
    tell(delivery, outcome.event, now, {**told, **there})
