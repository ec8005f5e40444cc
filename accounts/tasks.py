"""What the clock wakes here: looking whether the connections still hold."""

from celery import shared_task
from django.utils import timezone

from accounts.actions import checking


@shared_task(name="accounts.check_connections")
def check_connections() -> None:
    """Those that are due, a few at a time."""
    checking.check_due(now=timezone.now())
