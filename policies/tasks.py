"""What the worker does for policies: keep the city site up to date from day to day."""

from celery import shared_task
from django.utils import timezone

from policies.actions import site


@shared_task(name="policies.refresh_site")
def refresh_site() -> None:
    """A policy may apply from today, or the last publication failed."""
    site.refresh_if_due(now=timezone.now())
