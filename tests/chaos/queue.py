"""The queue of the storm: the real sweep's real messages, in a broker of this process that can be lost and come back.

What is delivered are ids of deliveries. Messages may get lost, come twice, and come again long after they were done.
"""

import random
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from queue import Empty
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.db import connections
from kombu.exceptions import OperationalError

from posts import tasks
from sns_governance.celery import app
from tests.servers.loopback import closed_port

HERE = "memory://localhost/"
LOST = "queue lost while posts are due"
OLD_COPY = "queue back from an old copy"
TWO_SWEEPS = "two sweeps at once"
FAULTS = (LOST, OLD_COPY, TWO_SWEEPS)
# So many messages of earlier rounds are in the copy.
REMEMBERED = 40
MOST_BEFORE_LOST = 5


class Queue:
    def __init__(self, luck: random.Random) -> None:
        self._luck = luck
        self._remembered: deque[int] = deque(maxlen=REMEMBERED)
        self.refused = 0
        self._back()

    def deliver(self, now: datetime, fault: str) -> tuple[list[int], list[int]]:
        """What a sweep brings to the workers, each id once, and what comes beside it: a second time, or too late."""
        old = list(self._remembered) if fault == OLD_COPY else []
        if fault == LOST:
            self._lose_during(now)
        elif fault == TWO_SWEEPS:
            _at_once(lambda: self._sweep(now))
        else:
            self._sweep(now)
        ids = self._taken()
        once = list(dict.fromkeys(ids))
        self._remembered.extend(once)
        return once, [*old, *(each for each in once if ids.count(each) > 1)]

    def _sweep(self, now: datetime) -> None:
        with patch.object(tasks, "timezone", SimpleNamespace(now=lambda: now)):
            tasks.sweep()

    def _lose_during(self, now: datetime) -> None:
        """It goes away in the middle of a sweep, with all that it had been handed; the next sweep finds it empty."""
        left = self._luck.randrange(MOST_BEFORE_LOST)
        hand_out = tasks.send.delay

        def counted(**told: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                self._away()
            return hand_out(**told)

        with patch.object(tasks.send, "delay", counted):
            try:
                self._sweep(now)
            except OperationalError:
                self.refused += 1
        self._back()
        self._taken()

    def _away(self) -> None:
        _point_at(f"redis://127.0.0.1:{closed_port()}/0")

    def _back(self) -> None:
        _point_at(HERE)

    def _taken(self) -> list[int]:
        """All messages that wait."""
        ids: list[int] = []
        with app.connection_for_write() as connection, suppress(Empty):
            waiting = connection.SimpleQueue(app.conf.task_default_queue)
            while True:
                message = waiting.get_nowait()
                message.ack()
                _, told, _ = message.payload
                ids.append(told["delivery_id"])
        return ids


def _point_at(broker: str) -> None:
    """Where tasks are handed out to from now on."""
    celery: Any = app
    celery.conf.broker_url = celery.conf.broker_write_url = celery.conf.broker_read_url = broker
    celery.conf.broker_transport_options = {}
    celery._pool = celery.amqp._producer_pool = None  # they are kept for the place before


def _at_once(work: Callable[[], None]) -> None:
    """Two threads do it at the same moment."""
    barrier = threading.Barrier(2)

    def one() -> None:
        try:
            barrier.wait(20)
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
