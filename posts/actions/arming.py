"""The last instant before sending: claim the delivery, decide again, write the attempt as armed, commit.

Whatever happens after this commit, the delivery may be live: only knowledge from the network moves it on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from accounts.acts import WORKER
from accounts.connections import destination
from accounts.facts import city_facts
from accounts.models import StaffMember
from accounts.sql import insert, save
from audit import actions as audit
from platforms.base import Adapter
from platforms.errors import PlatformError
from posts import events
from posts.claiming import Claimed, claimed, epoch_under_shared_lock, lock_account_of
from posts.doubts import Course, course_of
from posts.facts import delivery_facts, settle_from
from posts.models import Attempt, Delivery, Post
from rules.calendar import day_of
from rules.facts import SYSTEM, Reason
from rules.restraint_gates import RESTRAINED
from rules.states import OPEN, DeliveryState, Verb
from rules.workflow import Refused, decide

HELD_AGAIN = timedelta(seconds=30)
# An unknown that nobody can look up waits for a person; it is only kept from crowding the sweep.
UNSETTLED_AGAIN = timedelta(minutes=5)
# How late a delivery is: by the drafter's own limit, by the city's.
_TOO_LATE = frozenset({"latest_passed", "too_late"})
LOOKED_AGAIN = timedelta(hours=1)
# By so much a network's clock may be before ours.
CLOCKS_DIFFER = timedelta(minutes=5)
# And ours may have been wrong by hours when it was sent: before it is sent again it is looked for this far back.
CLOCK_WAS_WRONG = timedelta(days=1)
# The worker's own bookkeeping after the hard deadline of the call.
MARGIN = timedelta(seconds=2)


@dataclass(frozen=True)
class Armed:
    """What to send: everything the call needs, so that it reads nothing more from the database."""

    attempt_id: int
    delivery_id: int
    text: str
    key: str
    key_at: datetime
    tries: int


@dataclass(frozen=True)
class Doubt:
    """An unknown that is not sent again but looked up: under the key it was sent with, or by its text among all that
    the account has posted `since`. Only what was posted from `certain_from` on is taken for it."""

    delivery_id: int
    account_id: int
    key: str
    text: str
    since: datetime
    certain_from: datetime
    tries: int


@dataclass(frozen=True)
class Way:
    """How it would go: the adapter, what it leads to, and after which go it was looked for and is certainly not there.

    `destination` is that of the settings the adapter was made from; they may have changed since.
    """

    adapter: Adapter
    destination: str
    looked_for_go: int | None = None


def arm(delivery_id: int, way: Way, *, now: datetime) -> Armed | Doubt | None:
    """Transaction 1. None when there is nothing to do now: not due, held, expired, or somebody else has it."""
    with transaction.atomic(durable=True):
        epoch = epoch_under_shared_lock()
        found = _claimed(delivery_id, now)
        # Whoever sends on this social account at the moment will take this one next (see `send_in_turn`).
        if found is None or found.is_busy or destination(found.delivery.social_account) != way.destination:
            return None
        delivery, quiet_until = found.delivery, found.quiet_until
        if delivery.state == DeliveryState.UNKNOWN:
            course = course_of(delivery, way.adapter.capabilities, now)
            if course != Course.SEND:
                return _doubt(delivery, course, now)
            if _was_not_looked_for(delivery, way):
                return None
        decision = decide(Verb.SEND, delivery_facts(delivery, on=day_of(now)), SYSTEM, city_facts(now), now)
        if isinstance(decision, Refused):
            put_off(delivery, decision, now)
            return None
        if quiet_until is not None:  # the network asked this account to wait, whichever post it said so of
            again_at(delivery, min(quiet_until, max(delivery.latest_at, now) + timedelta(seconds=1)))
            return None
        return _write_armed(delivery, way.adapter, epoch, now)


def _was_not_looked_for(delivery: Delivery, way: Way) -> bool:
    """Where servers may not heed keys, only what was looked for since its last go is sent again."""
    able = way.adapter.capabilities
    unheeded = able.key_lives is not None and able.reads_back
    return unheeded and way.looked_for_go != delivery.tries


def claim(delivery_id: int, now: datetime) -> Delivery | None:
    """The delivery under lock, in lock order (social account first); None when it is not due any more."""
    found = _claimed(delivery_id, now)
    return found.delivery if found else None


def _claimed(delivery_id: int, now: datetime) -> Claimed | None:
    lock_account_of(delivery_id)
    return claimed(delivery_id, now)


_WITH = ("clearance__version", "clearance__decision", "post__section", "social_account")


def locked_delivery(delivery_id: int) -> Delivery:
    """A delivery under lock for somebody who decides about it, in lock order: social account, post, delivery."""
    lock_account_of(delivery_id)
    post = Delivery.objects.filter(pk=delivery_id).values("post_id")
    list(Post.objects.select_for_update(no_key=True).filter(pk__in=post).order_by().values_list("pk"))
    rows = Delivery.objects.select_for_update(of=("self",)).select_related(*_WITH)
    delivery = rows.get(pk=delivery_id)
    delivery.clearance.post = delivery.post
    return delivery


def put_off(delivery: Delivery, refused: Refused, now: datetime) -> None:
    """What is only too late expires, and a person decides; what a restriction holds waits for its decision by name,
    however late; what may be live stays unknown."""
    reasons = tuple(reason for reason in refused.reasons if reason.code not in _TOO_LATE)
    out_of_time = len(reasons) < len(refused.reasons) and not refused.codes & RESTRAINED
    if delivery.state in OPEN and (out_of_time or "latest_passed" in refused.codes):
        _expire(delivery, now)
    else:
        hold(delivery, reasons or refused.reasons, now=now)


def _doubt(delivery: Delivery, course: Course, now: datetime) -> Doubt | None:
    """Look it up where the network can tell, and only when nothing of ours can still be on its way there."""
    arrived_at = settle_from(delivery)
    delivery.held_codes = []
    if course == Course.NONE:
        again_at(delivery, now + UNSETTLED_AGAIN)
    elif arrived_at is None or now < arrived_at:
        again_at(delivery, arrived_at or now + HELD_AGAIN)
    else:
        # Less and less often: where looking costs money, a doubt that stays must not cost more every day.
        again_at(delivery, now + min(max(HELD_AGAIN, (now - arrived_at) / 4), LOOKED_AGAIN))
        return looked_for(delivery)
    return None


def put_off_look(delivery_id: int, *, now: datetime) -> None:
    """An unknown that could not be looked for now, or whose last call may still arrive: again soon."""
    with transaction.atomic(durable=True):
        delivery = claim(delivery_id, now)
        if delivery is not None and delivery.state == DeliveryState.UNKNOWN:
            again_at(delivery, max(settle_from(delivery) or now, now + HELD_AGAIN))


def looked_for(delivery: Delivery, *, further: timedelta = timedelta(0)) -> Doubt:
    """What is needed to look for it, `further` back than it can be by our clock."""
    assert delivery.key_at is not None
    certain_from = delivery.key_at - CLOCKS_DIFFER
    return Doubt(
        delivery.pk,
        delivery.social_account_id,
        delivery.key,
        delivery.text,
        since=certain_from - further,
        certain_from=certain_from,
        tries=delivery.tries,
    )


def _expire(delivery: Delivery, now: datetime) -> None:
    delivery.state = DeliveryState.EXPIRED
    delivery.problem = delivery.problem or "発信する時刻を過ぎました。"
    delivery.save(update_fields=["state", "problem"])
    tell(delivery, events.EXPIRED, now, {"latest_at": delivery.latest_at.isoformat()})


def again_at(delivery: Delivery, at: datetime) -> None:
    delivery.next_try_at = at
    delivery.save(update_fields=["next_try_at", "held_codes"])


def hold_unconnected(delivery_id: int, error: PlatformError, *, now: datetime) -> None:
    """No way to the network is set up: nothing is armed, and the staff see what is missing."""
    with transaction.atomic(durable=True):
        delivery = claim(delivery_id, now)
        if delivery is None:
            return
        unconnected = Reason(error.code, "credentials", error.detail, "")
        decision = decide(Verb.SEND, delivery_facts(delivery, on=day_of(now)), SYSTEM, city_facts(now), now)
        others = decision.reasons if isinstance(decision, Refused) else ()
        put_off(delivery, Refused(Verb.SEND, (*others, unconnected)), now)


def hold(delivery: Delivery, reasons: tuple[Reason, ...], *, now: datetime) -> None:
    """保留: keep it, say why, look again soon. An unknown stays unknown: it may already be live."""
    codes = sorted({reason.code for reason in reasons})
    news = delivery.state != DeliveryState.UNKNOWN and delivery.held_codes != codes
    delivery.held_codes = codes
    delivery.problem = "".join(dict.fromkeys(reason.sentence for reason in reasons))
    if delivery.state != DeliveryState.UNKNOWN:
        delivery.state = DeliveryState.HELD
    delivery.next_try_at = max(now + HELD_AGAIN, delivery.due_at)
    delivery.save(update_fields=["state", "held_codes", "problem", "next_try_at"])
    if news:
        tell(delivery, events.HELD, now, {"codes": codes})


def _write_armed(delivery: Delivery, adapter: Adapter, epoch: int, now: datetime) -> Armed:
    until = now + timedelta(seconds=settings.SEND_DEADLINE_SECONDS) + MARGIN
    attempt = write_attempt(delivery, adapter.new_key, epoch=epoch, now=now, until=until)
    text = delivery.text
    sent = {"key": delivery.key, "sha256": sha256(text.encode("utf-8", "surrogatepass")).hexdigest()}
    tell(delivery, "delivery.armed", now, {"attempt": attempt.number, "epoch": epoch, **sent})
    assert delivery.key_at is not None
    return Armed(attempt.pk, delivery.pk, text, delivery.key, delivery.key_at, delivery.tries)


def write_attempt(
    delivery: Delivery,
    new_key: Callable[[datetime], str],
    *,
    epoch: int,
    now: datetime,
    until: datetime,
    taken_by: StaffMember | None = None,
) -> Attempt:
    """Arm it: from here on it may be live. After `until` nobody says any more what became of it."""
    # Nothing has left us yet, so that it is no matter over which connection it would have.
    if delivery.state in OPEN:
        delivery.connection = destination(delivery.social_account)
    delivery.state = DeliveryState.ARMED
    delivery.tries += 1
    delivery.held_codes, delivery.problem = [], ""
    if not delivery.key:
        delivery.key, delivery.key_at = new_key(now), now
    save(delivery, "state", "tries", "held_codes", "problem", "key", "key_at", "connection")
    attempt = Attempt(
        delivery=delivery,
        social_account_id=delivery.social_account_id,
        number=delivery.tries,
        epoch=epoch,
        armed_at=now,
        armed_until=until,
        taken_by=taken_by,
    )
    insert(attempt)
    return attempt


def tell(delivery: Delivery, event: str, now: datetime, payload: Mapping[str, object]) -> None:
    """What the worker did or learnt, in the record of the post."""
    audit.append(
        stream=delivery.post.stream,
        event=event,
        at=now,
        by=WORKER,
        payload={"delivery": delivery.pk, "account": delivery.social_account.name, **payload},
    )
