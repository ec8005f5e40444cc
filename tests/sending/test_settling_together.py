"""照合 beside the worker: whoever holds the social account first is first, and the other one sees it."""

import pytest

from accounts.acts import ActRefused
from platforms.base import Receipt
from platforms.errors import OutcomeUnknown
from posts.actions import arming, recording, settling
from posts.actions.arming import arm
from posts.actions.recording import accepted, record
from posts.models import Delivery
from tests.sending.conftest import Stage
from tests.sending.stubs import way
from tests.sending.test_together import at_once, held_up, in_background

pytestmark = pytest.mark.django_db(transaction=True)


def in_doubt(stage: Stage) -> Delivery:
    stage.stub.answers = [OutcomeUnknown("返事がありません")]
    delivery = stage.approved()
    assert stage.send(delivery) == "unknown"
    stage.clock.forward(minutes=5)
    return delivery


def say_not_live(stage: Stage, delivery: Delivery, said: list[str]) -> None:
    try:
        settling.settle_not_live(
            delivery=delivery, reason="見当たらない。", by=stage.cast.sato, now=stage.clock()
        )
        said.append("settled")
    except ActRefused as error:
        said.extend(sorted(error.refusal.codes))


def late_word(stage: Stage, delivery: Delivery) -> bool:
    """The worker that sent it hears after all that the network took it."""
    return record(delivery.attempts.get().pk, accepted(Receipt("stub:late")), now=stage.clock())


def test_settling_waits_for_a_late_acceptance_and_finds_it_settled(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery, said = in_doubt(stage), []
    recording_, go_on = held_up(monkeypatch, recording, "_move")
    worker = in_background(lambda: late_word(stage, delivery))
    assert recording_.wait(20)
    person = in_background(lambda: say_not_live(stage, delivery, said))
    person.join(0.5)
    assert person.is_alive(), "the person did not wait"
    go_on.set()
    worker.join(20), person.join(20)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id, said) == ("accepted", "stub:late", ["wrong_state"])


def test_late_acceptance_waits_for_settling_and_adds_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery, said, added = in_doubt(stage), [], []
    writing, go_on = held_up(monkeypatch, settling, "_write")
    person = in_background(lambda: say_not_live(stage, delivery, said))
    assert writing.wait(20)
    worker = in_background(lambda: added.append(late_word(stage, delivery)))
    worker.join(0.5)
    assert worker.is_alive(), "the worker did not wait"
    go_on.set()
    person.join(20), worker.join(20)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id) == ("expired", "")
    assert (said, added) == (["settled"], [False])


def test_settling_is_refused_when_the_worker_arms_it_again_at_that_moment(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery, said = in_doubt(stage), []
    judging, go_on = held_up(monkeypatch, arming, "decide")
    worker = in_background(lambda: arm(delivery.pk, way(stage.stub, delivery), now=stage.clock()))
    assert judging.wait(20)
    person = in_background(lambda: say_not_live(stage, delivery, said))
    person.join(0.5)
    assert person.is_alive(), "the person did not wait"
    go_on.set()
    worker.join(20), person.join(20)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, said) == ("armed", 2, ["wrong_state"])


def test_worker_arms_nothing_when_the_person_was_first(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery, said = in_doubt(stage), []
    writing, go_on = held_up(monkeypatch, settling, "_write")
    person = in_background(lambda: say_not_live(stage, delivery, said))
    assert writing.wait(20)
    worker = in_background(lambda: arm(delivery.pk, way(stage.stub, delivery), now=stage.clock()))
    worker.join(0.5)
    assert worker.is_alive(), "the worker did not wait"
    go_on.set()
    person.join(20), worker.join(20)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, said) == ("expired", 1, ["settled"])


def test_one_of_two_people_settles_it_when_both_press_at_once(stage: Stage) -> None:
    delivery, said = in_doubt(stage), []
    at_once(lambda: say_not_live(stage, delivery, said), times=2)
    assert sorted(said) == ["settled", "wrong_state"]
