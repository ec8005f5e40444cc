"""見直し: after a network has accepted a post, whether it stands there as it was cleared. Reads there, changes nothing.

Somebody may edit or delete it on the network's own page, and a network may hide it: then the staff are told.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.connections import adapter_for, capabilities, destination
from accounts.sql import insert
from outbound.deadline import Deadline
from platforms.base import Seen
from platforms.errors import PlatformError
from platforms.likeness import is_same
from posts import events
from posts.actions.arming import tell
from posts.actions.calling import Call
from posts.models import Delivery, Sighting, Withdrawal

logger = logging.getLogger(__name__)
# After the first look every week, for a quarter of a year.
EVERY = timedelta(days=7)
MOST = 14
# A look that told nothing is made again without counting.
AGAIN = timedelta(hours=6)
AT_ONCE = 20
OTHER_CONNECTION = "送ったあとで接続先が変わったので、見直せません。"
NO_ANSWER = "時間内に返事がありませんでした。"
Clock = Callable[[], datetime]
_EVENTS = {Sighting.DIFFERS: events.SEEN_CHANGED, Sighting.GONE: events.SEEN_GONE}


def begin(delivery: Delivery, *, at: datetime) -> None:
    """From then on it is looked at, where its network can be read."""
    if capabilities(delivery.social_account).reads:
        insert(Sighting(delivery=delivery, next_at=at))


def look_due(*, clock: Clock = timezone.now) -> None:
    """Look at those whose turn it is, a few at a time: nothing waits for it."""
    due = Sighting.objects.filter(next_at__lte=clock()).order_by("next_at").values_list("pk", flat=True)
    for pk in due[:AT_ONCE]:
        look(pk, clock=clock)


def look(pk: int, *, clock: Clock = timezone.now) -> None:
    """Look at one; safe to call twice."""
    now = clock()
    if not Sighting.objects.filter(pk=pk, next_at__lte=now).update(next_at=now + AGAIN):
        return
    row = Sighting.objects.select_related(
        "delivery__social_account", "delivery__clearance__version", "delivery__post"
    ).get(pk=pk)
    if row.delivery.connection != destination(row.delivery.social_account):
        Sighting.objects.filter(pk=pk).update(next_at=None, problem=OTHER_CONNECTION)
        return
    _note(row, _asked(row.delivery, clock), clock())


def _asked(delivery: Delivery, clock: Clock) -> tuple[Seen | None, str]:
    """What stands there, None for nothing; and why that could not be told, "" where it could."""
    deadline = Deadline.after(settings.SEND_DEADLINE_SECONDS)
    call = Call(f"read-{delivery.pk}", lambda: _read(delivery, deadline, clock), late=lambda _: None)
    return call.answer(deadline.remaining()) or (None, NO_ANSWER)


def _read(delivery: Delivery, deadline: Deadline, clock: Clock) -> tuple[Seen | None, str]:
    try:
        adapter = adapter_for(delivery.social_account, now=clock())
        return adapter.read(delivery.remote_id, deadline=deadline), ""
    except PlatformError as error:
        return None, error.detail
    except Exception as error:
        logger.exception("delivery %s: unexpected error while looking at it", delivery.pk)
        return None, f"思いがけない誤り（{type(error).__name__}）"


def _note(row: Sighting, answer: tuple[Seen | None, str], now: datetime) -> None:
    seen, problem = answer
    if problem:
        Sighting.objects.filter(pk=row.pk).update(problem=problem)
        return
    was, row.state = row.state, _state(row.delivery, seen)
    row.text = seen.text if seen is not None and row.state == Sighting.DIFFERS else ""
    row.seen_at, row.problem, row.looks = now, "", row.looks + 1
    row.next_at = now + EVERY if row.looks < MOST and row.state != Sighting.GONE else None
    with transaction.atomic(durable=True):
        row.save()
        if row.state != was and row.state in _EVENTS and not _was_ordered(row.delivery):
            seen_there = {"remote_id": row.delivery.remote_id, "text": row.text}
            tell(row.delivery, _EVENTS[row.state], now, seen_there)


def _state(delivery: Delivery, seen: Seen | None) -> str:
    if seen is None:
        return Sighting.GONE
    return Sighting.SAME if is_same(delivery.text, seen.text) else Sighting.DIFFERS


def _was_ordered(delivery: Delivery) -> bool:
    """That it is gone is no news where the chief had it deleted."""
    return Withdrawal.objects.filter(delivery=delivery).exists()
