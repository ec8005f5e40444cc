"""What the queue wakes: the sweep hands out what is due, a task sends at its time, the stuck are settled."""

import time
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from posts import tasks
from posts.actions.arming import arm
from posts.models import Delivery
from tests.sending.conftest import Stage
from tests.sending.stubs import Stub, connected, way


@pytest.fixture(autouse=True)
def real_time(stage: Stage) -> None:
    """Tasks ask the clock themselves."""
    stage.clock.at = timezone.now()


def handed_out() -> list[int]:
    with patch.object(tasks.send, "delay") as delay:
        tasks.sweep()
    return [call.kwargs["delivery_id"] for call in delay.call_args_list]


def test_sweep_hands_out_what_is_due_before_the_next_one(stage: Stage) -> None:
    stage.approved(due_at=stage.clock() + timedelta(minutes=2))
    assert handed_out() == []
    now = stage.approved()
    assert handed_out() == [now.pk]


def test_task_wakes_somebody_for_what_is_left_after_many_in_a_row(stage: Stage) -> None:
    first, second = stage.approved(), stage.approved()
    with (
        connected(stage.stub),
        patch("posts.actions.sending.IN_A_ROW", 1),
        patch.object(tasks.send, "delay") as delay,
    ):
        tasks.send(delivery_id=first.pk)
    delay.assert_called_once_with(delivery_id=second.pk)


def test_sweep_does_not_hand_out_what_has_ended(stage: Stage) -> None:
    stage.send(stage.approved())
    assert handed_out() == []


def test_task_sends_at_the_time_and_not_before(stage: Stage) -> None:
    delivery = stage.approved()
    due = timezone.now() + timedelta(seconds=0.6)
    Delivery.objects.filter(pk=delivery.pk).update(next_try_at=due)
    with connected(stage.stub):
        tasks.send(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "accepted"
    assert delivery.attempts.get().armed_at >= due


def test_task_leaves_what_was_put_off_in_between(stage: Stage) -> None:
    delivery = stage.approved(due_at=stage.clock() + timedelta(minutes=5))
    started = time.monotonic()
    with connected(stage.stub):
        tasks.send(delivery_id=delivery.pk)
    assert time.monotonic() - started < 2
    assert stage.stub.calls == []


def test_task_does_nothing_when_the_delivery_has_ended(stage: Stage) -> None:
    delivery = stage.approved()
    stage.send(delivery)
    with connected(RuntimeError("nobody asks for a connection")):
        tasks.send(delivery_id=delivery.pk)


def test_stuck_sweep_settles_and_looks_again(stage: Stage) -> None:
    stage.clock.forward(minutes=-2)
    delivery = stage.approved()
    assert arm(delivery.pk, way(Stub(), delivery), now=stage.clock())
    with patch.object(tasks.sweep, "delay") as delay:
        tasks.sweep_stuck()
        tasks.sweep_stuck()
    delivery.refresh_from_db()
    assert (delivery.state, delay.call_count) == ("unknown", 1)
