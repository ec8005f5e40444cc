"""発信: arm, call the network outside any transaction under a hard deadline, record. And who is stuck."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from accounts.actions.checking import check
from accounts.connections import adapter_for, destination
from accounts.models import SocialAccount
from accounts.queries import OtherEnd, other_end
from outbound.deadline import Deadline
from platforms.base import Adapter, Message
from platforms.errors import NotSent, OutcomeUnknown, PlatformError, WrongAccount
from platforms.likeness import is_same
from posts.actions.arming import (
    CLOCK_WAS_WRONG,
    Armed,
    Doubt,
    Way,
    arm,
    hold_unconnected,
    looked_for,
    put_off_look,
)
from posts.actions.by_hand import hand_out
from posts.actions.calling import Call
from posts.actions.recording import (
    Look,
    Outcome,
    accepted,
    is_anothers,
    note_recent,
    outcome_of,
    record,
    settle,
)
from posts.claiming import beside, with_account
from posts.doubts import Course, course_of
from posts.facts import settle_from
from posts.models import Attempt, Delivery
from posts.queries import urgent_due
from rules.states import DeliveryState

logger = logging.getLogger(__name__)
# Calls end at their deadline by themselves; so long one more waits for what they then know: that nothing left us is
# worth a moment. The armed time has room for it.
MOMENT = 1.0
# So many of one social account in a row, then others get their turn.
IN_A_ROW = 10
Clock = Callable[[], datetime]
NO_ANSWER = "時間内に返事がありませんでした。届いたかどうか分かりません。"
WORKER_GONE = "発信の仕組みが途中で止まりました。届いたかどうか分かりません。"
NOT_REPORTED = "引き受けた人から、出したという記録がありません。届いたかどうか分かりません。"
ANOTHERS = "つながった先が、台帳の公式アカウントではありません。"
TOO_LATE_TO_CALL = "発信の準備に時間がかかり、出すのをやめました。"


def send_in_turn(delivery_id: int, *, clock: Clock = timezone.now) -> int | None:
    """Send it, and then what else is due on the same social account. Warnings that are due go before all of it,
    wherever they stand in the queue.

    After IN_A_ROW of them others get their turn: then the id of what is next here comes back, and somebody is to be
    woken for it. What comes back to the front at once is in other hands, and they go on with the rest.
    """
    for warning in urgent_due(clock()):
        _try(warning, clock)
    tried: list[int] = []
    turn: int | None = delivery_id
    while turn is not None and len(tried) < IN_A_ROW:
        _try(turn, clock)
        tried.append(turn)
        turn = next((pk for pk in beside(turn, now=clock()) if pk not in tried), None)
    return turn


def _try(delivery_id: int, clock: Clock) -> None:
    """One that cannot even be tried must not keep everything else from going out."""
    try:
        send(delivery_id, clock=clock)
    except Exception:
        logger.exception("delivery %s could not be sent", delivery_id)


def send(delivery_id: int, *, clock: Clock = timezone.now) -> bool:
    """Send one delivery if it is due and the rules allow it; whether the network was called.

    Safe to call twice, and from two workers. One that may be live and must not be sent again is looked up.
    """
    delivery, seen = with_account(delivery_id)
    try:
        adapter = adapter_for(delivery.social_account, now=clock())
    except PlatformError as error:
        hold_unconnected(delivery_id, error, now=clock())
        return False
    if adapter.capabilities.by_hand:
        hand_out(delivery_id, now=clock())
        return False
    if _leads_elsewhere(delivery.social_account, seen, clock):
        hold_unconnected(delivery_id, WrongAccount(ANOTHERS), now=clock())
        return False
    deadline = Deadline.after(settings.SEND_DEADLINE_SECONDS)
    looked_for_go = None
    if _keys_may_go_unheeded(delivery, adapter, clock()):
        if _may_be_there(delivery, adapter, deadline, clock):
            return False
        looked_for_go = delivery.tries
    way = Way(adapter, destination(delivery.social_account), looked_for_go)
    task = arm(delivery_id, way, now=clock())
    if isinstance(task, Armed):
        _publish(adapter, task, deadline, clock)
    elif isinstance(task, Doubt):
        _look_up(adapter, task, deadline, clock)
    return task is not None


def _leads_elsewhere(account: SocialAccount, seen: OtherEnd, clock: Clock) -> bool:
    """Whether somebody else's account is at the other end; asked first where nobody has looked since it was connected.

    A network that does not answer that now is asked to take the post all the same: it will say no by itself.
    """
    if seen == OtherEnd.UNCHECKED:
        check(account, now=clock())
        seen = other_end(account.pk)
    return seen == OtherEnd.ANOTHERS


def _publish(adapter: Adapter, armed: Armed, deadline: Deadline, clock: Clock) -> None:
    call = Call(
        f"publish-{armed.delivery_id}",
        lambda: _outcome(adapter, armed, deadline, clock),
        # Nobody waits any more, and the attempt has ended as unknown: this can still settle it.
        late=lambda outcome: _record(armed, outcome, clock),
    )
    outcome = call.answer(deadline.remaining() + MOMENT)
    _record(armed, outcome or outcome_of(OutcomeUnknown(NO_ANSWER), tries=armed.tries, now=clock()), clock)


def _outcome(adapter: Adapter, armed: Armed, deadline: Deadline, clock: Clock) -> Outcome:
    try:
        if deadline.expired:  # past it others may settle the attempt, so that now nothing may go out any more
            raise NotSent(TOO_LATE_TO_CALL)
        message = Message(armed.text, armed.key, armed.key_at)
        return accepted(adapter.publish(message, deadline=deadline))
    except Exception as error:  # whatever it is, the post may be live: it must become an outcome
        if not isinstance(error, PlatformError):
            logger.exception("delivery %s: unexpected error after arming", armed.delivery_id)
        return outcome_of(error, tries=armed.tries, now=clock())


def _record(armed: Armed, outcome: Outcome, clock: Clock) -> None:
    record(armed.attempt_id, outcome, now=clock())


def _keys_may_go_unheeded(delivery: Delivery, adapter: Adapter, now: datetime) -> bool:
    """An unknown that would be sent again where servers keep keys for a while only, and some not at all."""
    able = adapter.capabilities
    if delivery.state != DeliveryState.UNKNOWN or able.key_lives is None or not able.reads_back:
        return False
    return course_of(delivery, able, now) == Course.SEND


def _may_be_there(delivery: Delivery, adapter: Adapter, deadline: Deadline, clock: Clock) -> bool:
    """Looked for before it is sent again: it may only go where it certainly is not. What is found is settled."""
    arrived_at = settle_from(delivery)
    if arrived_at is not None and clock() >= arrived_at:
        doubt = looked_for(delivery, further=CLOCK_WAS_WRONG)
        look = _look_up(adapter, doubt, deadline, clock)
        if look is not None and look.read and not look.alike:
            return False
    put_off_look(delivery.pk, now=clock())
    return True


def _look_up(adapter: Adapter, doubt: Doubt, deadline: Deadline, clock: Clock) -> Look | None:
    """Ask the network what became of it. Without an answer it stays unknown, and is looked up again later."""
    call = Call(f"find-{doubt.delivery_id}", lambda: _look(adapter, doubt, deadline), late=lambda _: None)
    look = call.answer(deadline.remaining() + MOMENT)
    if look is not None and look.alike:
        look = _chosen(look, doubt)
    if look is not None and look.answered:
        settle(doubt.delivery_id, look, tries=doubt.tries, now=clock())
    elif look is not None and look.read:
        note_recent(doubt.delivery_id, look.recent, tries=doubt.tries, now=clock())
    return look


def _look(adapter: Adapter, doubt: Doubt, deadline: Deadline) -> Look:
    try:
        if adapter.capabilities.finds:
            return Look(True, adapter.find(doubt.key, deadline=deadline))
        return _alike(adapter, doubt, deadline)
    except PlatformError as error:
        logger.warning("delivery %s could not be looked up: %s", doubt.delivery_id, error.code)
        return Look(False)


def _alike(adapter: Adapter, doubt: Doubt, deadline: Deadline) -> Look:
    """All posts since then that say the same; which of them is this one is told by what we know of the others."""
    recent = tuple(adapter.find_recent(doubt.since, deadline=deadline))
    alike = tuple(post for post in recent if is_same(doubt.text, post.text))
    return Look(False, read=True, alike=alike, recent=recent)


def _chosen(look: Look, doubt: Doubt) -> Look:
    """The one post that says the same and is no other delivery's is this one. That none does proves nothing: a network
    may list late, and then a person looks."""
    alike = {post.receipt.remote_id: post for post in look.alike}.values()
    free = tuple(post for post in alike if not is_anothers(post.receipt, doubt.account_id))
    ours = [post.receipt for post in free if post.at >= doubt.certain_from]
    look = replace(look, alike=free)
    return replace(look, answered=True, receipt=ours[0]) if len(ours) == 1 else look


def settle_stuck(*, now: datetime) -> int:
    """Attempts of a worker that is gone, or of a person who never said: past `armed_until` we do not know."""
    stuck = Attempt.objects.filter(finished_at__isnull=True, armed_until__lt=now)
    found = list(stuck.values_list("pk", "number", "taken_by"))
    return sum(_give_up(pk, number, NOT_REPORTED if by else WORKER_GONE, now) for pk, number, by in found)


def _give_up(attempt_id: int, number: int, words: str, now: datetime) -> bool:
    """One that cannot be written down must not keep the others stuck: the next sweep tries it again."""
    outcome = outcome_of(OutcomeUnknown(words), tries=number, now=now)
    try:
        return record(attempt_id, outcome, now=now)
    except DatabaseError:
        logger.exception("attempt %s could not be settled", attempt_id)
        return False
