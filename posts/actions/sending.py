"""発信: arm, call the network outside any transaction under a hard deadline, record. And who is stuck."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from accounts.connections import adapter_for
from outbound.deadline import Deadline
from platforms.base import Adapter, Message
from platforms.errors import OutcomeUnknown, PlatformError
from posts.actions.arming import Armed, arm, hold
from posts.actions.recording import Outcome, accepted, outcome_of, record
from posts.models import Attempt, Delivery
from rules.facts import Reason
from rules.states import DeliveryState

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
NO_ANSWER = "時間内に返事がありませんでした。届いたかどうか分かりません。"


def send(delivery_id: int, *, clock: Clock = timezone.now) -> None:
    """Send one delivery if it is due and the rules allow it. Safe to call twice, and from two workers."""
    delivery = Delivery.objects.select_related("social_account", "post").get(pk=delivery_id)
    try:
        adapter = adapter_for(delivery.social_account, now=clock())
    except PlatformError as error:
        _hold_unconnected(delivery_id, error, now=clock())
        return
    armed = arm(delivery_id, adapter, now=clock())
    if armed is not None:
        _call(adapter, armed, clock)


def _hold_unconnected(delivery_id: int, error: PlatformError, *, now: datetime) -> None:
    """No way to the network is set up: nothing was armed, and the staff see what is missing."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("post", "social_account")
            .get(pk=delivery_id)
        )
        waiting = delivery.state in (DeliveryState.WAITING, DeliveryState.HELD)
        if waiting and delivery.next_try_at <= now:
            hold(delivery, (Reason(error.code, "credentials", error.detail, ""),), now=now)


def _call(adapter: Adapter, armed: Armed, clock: Clock) -> None:
    """Publish in a thread of its own, so that no network can hold us longer than the deadline."""
    call = _Call(adapter, armed, clock)
    thread = threading.Thread(target=call.run, name=f"publish-{armed.delivery_id}", daemon=True)
    thread.start()
    thread.join(settings.SEND_DEADLINE_SECONDS)
    call.give_up()


class _Call:
    """One call and its outcome. Exactly one of the two threads records it first; a late one only adds."""

    def __init__(self, adapter: Adapter, armed: Armed, clock: Clock) -> None:
        self.adapter, self.armed, self.clock = adapter, armed, clock
        self.lock = threading.Lock()
        self.recorded = False

    def run(self) -> None:
        try:
            self.note(self.publish())
        finally:
            connections.close_all()

    def publish(self) -> Outcome:
        message = Message(self.armed.text, self.armed.key, self.armed.key_at)
        try:
            deadline = Deadline.after(settings.SEND_DEADLINE_SECONDS)
            return accepted(self.adapter.publish(message, deadline=deadline))
        except Exception as error:  # whatever it is, the post may be live: it must become an outcome
            if not isinstance(error, PlatformError):
                logger.exception("delivery %s: unexpected error after arming", self.armed.delivery_id)
            return outcome_of(error, tries=self.armed.tries, now=self.clock())

    def give_up(self) -> None:
        """The deadline has passed; unless the call has spoken, we do not know."""
        if not self.recorded:
            self.note(outcome_of(OutcomeUnknown(NO_ANSWER), tries=self.armed.tries, now=self.clock()))

    def note(self, outcome: Outcome) -> None:
        with self.lock:
            record(self.armed.attempt_id, outcome, now=self.clock())
            self.recorded = True


def settle_stuck(*, now: datetime) -> int:
    """Attempts armed by a worker that is gone: past `armed_until` nobody is calling, and we do not know."""
    stuck = Attempt.objects.filter(finished_at__isnull=True, armed_until__lt=now).values_list("pk", flat=True)
    unknown = OutcomeUnknown("発信の仕組みが途中で止まりました。届いたかどうか分かりません。")
    return sum(record(pk, outcome_of(unknown, tries=1, now=now), now=now) for pk in list(stuck))
