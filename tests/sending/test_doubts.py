"""要照合: an unknown past its latest sending time is looked up, never sent again as a first, late post."""

from datetime import timedelta

import pytest

from platforms.base import Capabilities
from platforms.errors import NotSent, OutcomeUnknown
from policies.actions import operation
from posts.actions.recording import NEVER_ARRIVED
from posts.models import Delivery
from tests.sending.conftest import Stage
from tests.sending.stubs import Stub

UNKNOWN = OutcomeUnknown("返事がありません")
PAST = timedelta(minutes=32)  # half an hour is the limit where the post names none


def in_doubt(stage: Stage, *, arrived: bool) -> Delivery:
    """A delivery that ended unknown, and whether the network has it all the same."""
    delivery = stage.approved()
    stage.stub.answers = [UNKNOWN]
    assert stage.send(delivery) == "unknown"
    if arrived:
        stage.stub.posts[delivery.key] = "あかりの夕べ"
    return delivery


def test_unknown_is_accepted_when_it_is_found_past_its_time(stage: Stage) -> None:
    delivery = in_doubt(stage, arrived=True)
    stage.clock.at += PAST
    assert stage.send(delivery) == "accepted"
    assert (len(stage.stub.calls), stage.stub.looks) == (1, [delivery.key])
    assert delivery.remote_id == f"stub:{delivery.key}"
    assert stage.events(delivery.post) == ["armed", "unknown", "accepted"]


def test_unknown_expires_when_the_network_says_that_it_is_not_there(stage: Stage) -> None:
    delivery = in_doubt(stage, arrived=False)
    stage.clock.at += PAST
    assert (stage.send(delivery), delivery.problem) == ("expired", NEVER_ARRIVED)
    assert len(stage.stub.calls) == 1
    assert stage.events(delivery.post) == ["armed", "unknown", "expired"]


def test_unknown_is_sent_again_only_until_its_time_is_over(stage: Stage) -> None:
    delivery = in_doubt(stage, arrived=False)
    stage.clock.at = delivery.latest_at
    assert (stage.send(delivery), len(stage.stub.calls)) == ("accepted", 2)


def test_unknown_is_not_looked_up_while_the_last_call_may_still_arrive(stage: Stage) -> None:
    delivery = in_doubt(stage, arrived=False)
    stage.clock.at = delivery.latest_at
    stage.stub.answers = [UNKNOWN]
    stage.send(delivery)
    stage.clock.forward(seconds=10)
    assert (stage.send(delivery), stage.stub.looks) == ("unknown", [])
    last = delivery.attempts.latest("number")
    assert delivery.next_try_at == last.armed_until + timedelta(minutes=1)
    stage.clock.at = delivery.next_try_at
    assert (stage.send(delivery), stage.stub.looks) == ("expired", [delivery.key])


@pytest.mark.parametrize("error", [NotSent("つながりません"), OutcomeUnknown("?")], ids=repr)
def test_unknown_stays_unknown_when_the_network_cannot_tell(stage: Stage, error: Exception) -> None:
    delivery = in_doubt(stage, arrived=True)
    stage.clock.at += PAST
    stage.stub.find_error = error
    assert stage.send(delivery) == "unknown"
    assert delivery.next_try_at > stage.clock()
    stage.stub.find_error = None
    stage.clock.at = delivery.next_try_at
    assert stage.send(delivery) == "accepted"


def test_unknown_is_left_to_a_person_when_the_network_can_do_neither(stage: Stage) -> None:
    stage.stub = Stub(capabilities=Capabilities(publishes=True))
    delivery = in_doubt(stage, arrived=True)
    for _ in range(3):
        stage.clock.at = delivery.next_try_at
        assert stage.send(delivery) == "unknown"
        assert delivery.next_try_at >= stage.clock() + timedelta(minutes=5)
    assert (len(stage.stub.calls), stage.stub.looks) == (1, [])


def test_unknown_is_looked_up_at_once_when_it_may_not_be_sent_again(stage: Stage) -> None:
    """Not idempotent, but it can look: found is settled, not found before the time is over is left open."""
    stage.stub = Stub(capabilities=Capabilities(publishes=True, finds=True))
    delivery = in_doubt(stage, arrived=False)
    stage.clock.forward(minutes=3)
    assert (stage.send(delivery), stage.stub.looks) == ("unknown", [delivery.key])
    stage.stub.posts[delivery.key] = "遅れて届いた"
    stage.clock.at = delivery.next_try_at
    assert (stage.send(delivery), len(stage.stub.calls)) == ("accepted", 1)


def test_unknown_is_not_sent_again_while_the_rules_forbid_it_but_is_settled_when_found(stage: Stage) -> None:
    delivery = in_doubt(stage, arrived=True)
    operation.suspend(account=stage.account, reason="点検", by=stage.cast.suzuki, now=stage.clock())
    stage.clock.forward(minutes=1)
    assert (stage.send(delivery), delivery.held_codes) == ("unknown", ["not_in_operation"])
    stage.clock.at += PAST
    assert (stage.send(delivery), len(stage.stub.calls)) == ("accepted", 1)
