"""The wake-up after a clearance: quick when the broker is there, and nobody's trouble when it is not."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from celery import current_app
from django.test import TestCase
from kombu.exceptions import OperationalError

from posts.actions.nudge import nudge
from posts.models import Delivery
from tests.support.cast import approved, make_account, make_cast


def wait_for_nudges() -> None:
    for thread in threading.enumerate():
        if thread.name == "nudge":
            thread.join(30)


@pytest.fixture
def dead_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Redis that nobody listens for."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{port}/0")
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    yield
    wait_for_nudges()


def test_nudge_returns_at_once_and_is_logged_when_the_broker_is_away(
    dead_broker: None, caplog: pytest.LogCaptureFixture
) -> None:
    started = time.monotonic()
    nudge()
    assert time.monotonic() - started < 0.5
    wait_for_nudges()
    assert "nudge not queued: OperationalError" in caplog.text


@pytest.mark.django_db
def test_approval_stands_when_the_broker_is_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(name: str, **options: object) -> None:
        raise OperationalError

    monkeypatch.setattr(current_app, "send_task", away)
    cast = make_cast()
    with TestCase.captureOnCommitCallbacks(execute=True) as callbacks:
        post = approved(cast, make_account(cast))
    wait_for_nudges()
    assert callbacks
    assert "nudge not queued" in caplog.text
    assert (post.state, Delivery.objects.get().state) == ("cleared", "waiting")


@pytest.mark.django_db
def test_clearance_asks_for_a_sweep_when_it_is_committed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: asked.append(name))
    cast = make_cast()
    account = make_account(cast)
    with TestCase.captureOnCommitCallbacks(execute=True):
        approved(cast, account)
    wait_for_nudges()
    assert asked == ["posts.sweep"]
