"""What the queue wakes. Ids by keyword, one action call out; the database alone says what is to be done."""

import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from posts.actions import afterwards, held, sending, sighting, withdrawing
from posts.claiming import due_at
from posts.queries import to_send

# The sweep comes every five seconds; what falls due before the next one is picked up now and sent on time.
LOOK_AHEAD = timedelta(seconds=5)


@shared_task(name="posts.sweep")
def sweep() -> None:
    """Wake somebody for each social account that has something due now or before the next sweep."""
    now = timezone.now()
    for delivery_id in to_send(now=now, before=now + LOOK_AHEAD):
        send.delay(delivery_id=delivery_id)


@shared_task(name="posts.send")
def send(*, delivery_id: int) -> None:
    """Send one delivery at its time, not before, and what is due on its social account after it."""
    due = due_at(delivery_id)
    if due is None or due > timezone.now() + LOOK_AHEAD:
        return  # done, or put off in between: then a later sweep will find it
    time.sleep(max((due - timezone.now()).total_seconds(), 0))
    if left := sending.send_in_turn(delivery_id):
        send.delay(delivery_id=left)


@shared_task(name="posts.look_after_reviews")
def look_after_reviews() -> None:
    """Remind of reviews that fall due, and tell the section above of those that nobody made."""
    afterwards.look_after(now=timezone.now())


@shared_task(name="posts.sweep_stuck")
def sweep_stuck() -> None:
    """Settle attempts whose worker is gone, hold what restrictions caught since, look again what is to be sent."""
    if sending.settle_stuck(now=timezone.now()):
        sweep.delay()
    held.freeze(now=timezone.now())


@shared_task(name="posts.look_after_published")
def look_after_published() -> None:
    """Delete what the chief ordered to be deleted; see whether the rest stands there as it was cleared."""
    withdrawing.carry_out_due()
    sighting.look_due()
