"""A real worker on the broker of this run: the embedded one, and Redis when REDIS_URL is set."""

import os
import re
import signal
import statistics
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from scripts import processes
from sns_governance.celery import app

ROOT = Path(__file__).resolve().parents[2]
# A task that every Celery application has: it answers its first argument and touches nothing.
ECHO = "celery.accumulate"

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def queue() -> Iterator[str]:
    """A queue of this test alone, for a Redis that others use, too; it is gone afterwards."""
    name = f"test-{uuid.uuid4().hex}"
    yield name
    with app.connection_for_write() as connection:
        bound = app.amqp.queues.new_missing(name).bind(connection.default_channel)
        bound.declare()
        bound.delete()


@contextmanager
def worker(queue: str, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The installation's worker, listening to `queue` and speaking into `log`."""
    env = {**os.environ, "DEBUG": "1", "VAR_DIR": str(settings.VAR_DIR)}
    command = [*processes.worker(sending_seconds=0).command, "-Q", queue]
    with log.open("wb") as output:
        popen = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        wait_for(log, r" ready\.", seconds=60)
        yield popen
    finally:
        popen.kill()
        popen.wait()


def wait_for(log: Path, pattern: str, *, seconds: float) -> float:
    """Seconds until `pattern` stands in the log."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if re.search(pattern, log.read_text(encoding="utf-8")):
            return time.monotonic() - begun
        time.sleep(0.02)
    pytest.fail(f"{pattern} does not stand in:\n{log.read_text(encoding='utf-8')}")


def wake(queue: str) -> str:
    sent = app.send_task(ECHO, args=("hello",), queue=queue)
    return f"{re.escape(ECHO)}\\[{sent.id}\\] succeeded"


def test_worker_wakes_within_a_second_and_ends_cleanly_when_asked(queue: str, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with worker(queue, log) as popen:
        times = [wait_for(log, wake(queue), seconds=10) for _ in range(5)]
        popen.send_signal(signal.SIGTERM)
        assert popen.wait(timeout=20) == 0
    assert statistics.median(times) < 1
    said = log.read_text(encoding="utf-8")
    assert "Warm shutdown" in said
    assert "Traceback" not in said


def test_worker_finds_what_was_sent_while_it_was_away(queue: str, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    done = wake(queue)
    with worker(queue, log):
        wait_for(log, done, seconds=20)


def test_clock_wakes_only_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert named
    assert named <= set(app.tasks)
