"""A wake-up for the sender. The database is the schedule: a lost nudge costs a sweep's wait, not a post."""

import logging
import threading

from celery import current_app
from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

logger = logging.getLogger(__name__)
SWEEP = "posts.sweep"
AFTERLIFE = "posts.look_after_published"


def nudge(task: str = SWEEP) -> None:
    """Ask for a sweep now. Nobody waits for it: a broker that is away takes seconds to say so."""
    threading.Thread(target=_ask, args=[task], name="nudge", daemon=True).start()


def _ask(task: str) -> None:
    """A broker that is away is logged and otherwise ignored: the sweep comes anyway."""
    try:
        current_app.send_task(task, retry=False, expires=30)
    except (OperationalError, SQLAlchemyError, OSError) as error:
        logger.warning("nudge not queued: %s", type(error).__name__)
