"""What the worker does for the record: seal it. The clock is read here and nowhere deeper."""

from celery import shared_task
from django.utils import timezone

from audit import actions


@shared_task(name="audit.seal")
def seal() -> None:
    actions.seal(now=timezone.now())
