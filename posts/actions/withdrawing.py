"""取消し: the chief orders that what went out is deleted there; the worker does it where it can, else people do.

Deleting twice is no harm, so this needs no armed attempt. What stands on the network is never changed otherwise.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.acts import Deed, perform
from accounts.connections import adapter_for, capabilities, destination
from accounts.models import StaffMember
from outbound.deadline import Deadline
from platforms.errors import NotConfigured, PlatformError, Refused, Unsupported
from posts import events
from posts.actions.arming import MARGIN, locked_delivery, tell
from posts.actions.calling import Call
from posts.actions.nudge import AFTERLIFE, nudge
from posts.facts import doubt_facts, held_facts, withdrawal_of
from posts.models import Delivery, Withdrawal
from rules.asked import Asked
from rules.calendar import day_of
from rules.facts import Delivery as Facts
from rules.states import Verb, WithdrawalState
from rules.transitions import Transition

logger = logging.getLogger(__name__)
AGAIN = timedelta(minutes=1)
AT_MOST = timedelta(hours=1)
AT_ONCE = 50
NOT_BY_PROGRAM = "発信の仕組みには消せないサービスです。サービスの画面で消してください。"
OTHER_CONNECTION = "送ったあとで接続先が変わりました。サービスの画面で消してください。"
NO_ANSWER = "時間内に返事がありませんでした。"
# By these the network, or the program, says that trying again is of no use.
_LEFT_TO_PEOPLE = (Refused, Unsupported, NotConfigured)
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Removal:
    """What came of one try to delete. `by_hand`: people have to, trying again is of no use."""

    is_gone: bool
    by_hand: bool = False
    problem: str = ""


def withdraw(*, delivery: Delivery, reason: str, by: StaffMember, now: datetime) -> Delivery:
    """取り消す: it shall not stand there any more. Its text, and why, stay in the record.

    Refuses people not in office, deputies in a storm, no reason, a machine that is not registered, and a second order.
    """

    def write(locked: Delivery, row: Transition) -> Mapping[str, object]:
        problem = _not_by_program(locked)
        Withdrawal.objects.create(
            delivery=locked,
            ordered_by=by,
            ordered_at=now,
            office=by.with_title,
            reason=reason.strip(),
            by_hand=bool(problem),
            problem=problem,
            next_try_at=now,
        )
        return _payload(locked, reason=reason.strip(), by_hand=bool(problem))

    return _perform(Verb.WITHDRAW, delivery, _as_decided, Asked(reason=reason), write, by, now)


def tell_gone(*, delivery: Delivery, seen: str, by: StaffMember, now: datetime) -> Delivery:
    """消したと記録する: somebody deleted it by hand, or saw that it is gone. `seen` is what they looked at.

    Refuses people off the account, no words, and what nobody ordered.
    """

    def write(locked: Delivery, row: Transition) -> Mapping[str, object]:
        Withdrawal.objects.filter(delivery=locked).update(
            state=WithdrawalState.GONE, gone_at=now, gone_by=by, seen=seen.strip(), problem=""
        )
        return _payload(locked, reason=seen.strip())

    return _perform(Verb.TELL_GONE, delivery, _as_seen, Asked(reason=seen), write, by, now)


def _perform(
    verb: Verb,
    delivery: Delivery,
    gather: Callable[[Delivery, Asked, datetime], Facts],
    asked: Asked,
    write: Callable[[Delivery, Transition], Mapping[str, object]],
    by: StaffMember,
    now: datetime,
) -> Delivery:
    deed = Deed(
        verb,
        lambda: locked_delivery(delivery.pk),
        lambda locked: gather(locked, asked, now),
        write,
        lambda locked: locked.post.stream,
        lambda _: nudge(AFTERLIFE),
    )
    return perform(deed, by=by, now=now)


def _as_decided(delivery: Delivery, asked: Asked, now: datetime) -> Facts:
    known = held_facts(delivery, on=day_of(now), asked=asked)
    return replace(known, withdrawal=withdrawal_of(delivery))


def _as_seen(delivery: Delivery, asked: Asked, now: datetime) -> Facts:
    return replace(doubt_facts(delivery, asked=asked), withdrawal=withdrawal_of(delivery))


def _not_by_program(delivery: Delivery) -> str:
    """Why people have to delete it; "" where the program can try."""
    account = delivery.social_account
    if not delivery.remote_id or not capabilities(account).withdraws:
        return NOT_BY_PROGRAM
    return "" if delivery.connection == destination(account) else OTHER_CONNECTION


def _payload(delivery: Delivery, **known: object) -> dict[str, object]:
    return {"delivery": delivery.pk, "account": delivery.social_account.name, **known}


# --- the worker


def carry_out_due(*, clock: Clock = timezone.now) -> None:
    """Delete what is ordered to be deleted, as far as the program can."""
    waiting = Withdrawal.objects.filter(
        state=WithdrawalState.ORDERED, by_hand=False, next_try_at__lte=clock()
    )
    for pk in waiting.order_by("next_try_at").values_list("pk", flat=True)[:AT_ONCE]:
        _carry_out(pk, clock)


def _carry_out(pk: int, clock: Clock) -> None:
    row = _claimed(pk, clock())
    if row is not None:
        _record(pk, row.delivery_id, _removed(row.delivery, clock), clock())


def _claimed(pk: int, now: datetime) -> Withdrawal | None:
    """Mine for the time of one call; None when somebody else has it, or it is gone."""
    until = now + timedelta(seconds=settings.SEND_DEADLINE_SECONDS) + MARGIN
    rows = Withdrawal.objects.filter(pk=pk, state=WithdrawalState.ORDERED, next_try_at__lte=now)
    if not rows.update(next_try_at=until, tries=F("tries") + 1):
        return None
    return Withdrawal.objects.select_related("delivery__social_account").get(pk=pk)


def _removed(delivery: Delivery, clock: Clock) -> Removal:
    problem = _not_by_program(delivery)
    if problem:
        return Removal(False, True, problem)
    deadline = Deadline.after(settings.SEND_DEADLINE_SECONDS)
    call = Call(f"withdraw-{delivery.pk}", lambda: _delete(delivery, deadline, clock), late=lambda _: None)
    return call.answer(deadline.remaining()) or Removal(False, problem=NO_ANSWER)


def _delete(delivery: Delivery, deadline: Deadline, clock: Clock) -> Removal:
    try:
        adapter_for(delivery.social_account, now=clock()).withdraw(delivery.remote_id, deadline=deadline)
    except PlatformError as error:
        return Removal(False, isinstance(error, _LEFT_TO_PEOPLE), error.detail)
    except Exception as error:
        logger.exception("delivery %s: unexpected error while deleting it", delivery.pk)
        return Removal(False, problem=f"思いがけない誤り（{type(error).__name__}）")
    return Removal(True)


def _record(pk: int, delivery_id: int, removal: Removal, now: datetime) -> None:
    with transaction.atomic(durable=True):
        delivery = locked_delivery(delivery_id)
        row = Withdrawal.objects.get(pk=pk)
        if row.state == WithdrawalState.GONE:
            return
        _write(row, removal, now)
        if removal.is_gone or removal.by_hand:
            event = events.WITHDRAWN if removal.is_gone else events.STILL_THERE
            tell(delivery, event, now, {"remote_id": delivery.remote_id, "detail": removal.problem})


def _write(row: Withdrawal, removal: Removal, now: datetime) -> None:
    row.problem, row.by_hand = removal.problem, removal.by_hand
    row.next_try_at = now + min(AGAIN * 2 ** min(row.tries - 1, 10), AT_MOST)
    if removal.is_gone:
        row.state, row.gone_at = WithdrawalState.GONE, now
    row.save(update_fields=["problem", "by_hand", "next_try_at", "state", "gone_at"])
