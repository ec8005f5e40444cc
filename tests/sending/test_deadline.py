"""The hard deadline: no network holds the worker longer, and a late word is written down but sends nothing."""

import threading
import time
from collections.abc import Callable

import pytest
from pytest_django import Settings

from outbound.deadline import Deadline
from platforms.base import Message, Receipt
from platforms.errors import NotSent, OutcomeUnknown
from posts.actions import sending
from posts.actions.arming import arm
from posts.actions.sending import NO_ANSWER, TOO_LATE_TO_CALL, WORKER_GONE
from posts.models import Delivery
from tests.sending.conftest import Stage
from tests.sending.stubs import Gate, Stub, connected, way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def short_deadline(settings: Settings) -> None:
    settings.SEND_DEADLINE_SECONDS = 1


def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it never came"
        time.sleep(0.02)


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def finish_calls() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith(("publish-", "find-")):
            thread.join(20)


def test_delivery_is_unknown_when_the_network_takes_too_long(stage: Stage) -> None:
    gate = Gate()
    stage.stub.answers = [gate]
    delivery = stage.approved()
    started = time.monotonic()
    assert (stage.send(delivery), delivery.problem) == ("unknown", NO_ANSWER)
    assert time.monotonic() - started < 3
    gate.open.set()
    finish_calls()


def test_late_receipt_settles_the_unknown_and_nothing_is_sent_again(stage: Stage) -> None:
    gate = Gate()
    stage.stub.answers = [gate]
    delivery = stage.approved()
    stage.send(delivery)
    gate.open.set()
    until(lambda: state(delivery) == "accepted")
    finish_calls()
    stage.clock.forward(minutes=10)
    assert (stage.send(delivery), len(stage.stub.calls)) == ("accepted", 1)
    assert stage.events(delivery.post) == ["armed", "unknown", "accepted"]
    assert delivery.attempts.get().outcome == "unknown"  # written once


@pytest.mark.parametrize("late", [NotSent("つながりません"), ZeroDivisionError()], ids=repr)
def test_late_word_that_it_failed_adds_nothing(stage: Stage, late: Exception) -> None:
    gate = Gate()

    def fails_late(message: Message) -> Receipt:
        gate(message)
        raise late

    stage.stub.answers = [fails_late]
    delivery = stage.approved()
    stage.send(delivery)
    gate.open.set()
    finish_calls()
    assert state(delivery) == "unknown"
    assert stage.events(delivery.post) == ["armed", "unknown"]


def test_late_receipt_is_no_second_post_when_it_was_sent_again_meanwhile(stage: Stage) -> None:
    gate = Gate()
    stage.stub.answers = [gate]
    delivery = stage.approved()
    stage.send(delivery)
    stage.clock.forward(seconds=6)
    assert stage.send(delivery) == "accepted"
    gate.open.set()
    finish_calls()
    assert (state(delivery), len(stage.stub.calls), len(stage.stub.posts)) == ("accepted", 2, 1)
    assert stage.events(delivery.post) == ["armed", "unknown", "armed", "accepted"]


def test_nothing_is_sent_when_the_time_was_used_up_before_the_call(stage: Stage) -> None:
    """A worker that was stopped after arming: others may have settled the attempt by now."""
    delivery = stage.approved()

    class UsedUp(Deadline):
        @classmethod
        def after(cls, seconds: float) -> Deadline:
            return Deadline.after(-1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("posts.actions.sending.Deadline", UsedUp)
        assert (stage.send(delivery), delivery.problem) == ("waiting", TOO_LATE_TO_CALL)
    assert stage.stub.calls == []


def test_delivery_is_unknown_and_sent_again_when_its_worker_is_gone(stage: Stage) -> None:
    delivery = stage.approved()
    assert arm(delivery.pk, way(Stub(), delivery), now=stage.clock())
    assert sending.settle_stuck(now=stage.clock()) == 0  # somebody may still be calling
    stage.clock.forward(seconds=3, milliseconds=1)
    assert sending.settle_stuck(now=stage.clock()) == 1
    assert (state(delivery), delivery.problem) == ("unknown", WORKER_GONE)
    assert sending.settle_stuck(now=stage.clock()) == 0
    stage.clock.at = delivery.next_try_at
    assert stage.send(delivery) == "accepted"


def test_network_that_hangs_while_being_asked_leaves_the_unknown_unknown(stage: Stage) -> None:
    delivery = stage.approved()
    stage.stub.answers = [OutcomeUnknown("?")]
    stage.send(delivery)
    stage.clock.forward(hours=1)
    hanging, opened = Stub(), threading.Event()
    hanging.find = lambda key, *, deadline: opened.wait(20) and None  # type: ignore[method-assign]
    with connected(hanging):
        started = time.monotonic()
        sending.send(delivery.pk, clock=stage.clock)
        assert time.monotonic() - started < 3
    opened.set()
    finish_calls()
    assert state(delivery) == "unknown"
