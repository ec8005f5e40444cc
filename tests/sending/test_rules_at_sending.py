"""The last decision before sending: what the rules say at that moment, not at the approval."""

from datetime import timedelta

import pytest

from policies.actions import operation
from policies.models import CityGate
from posts.actions import review
from posts.models import Attempt
from tests.sending.conftest import Stage


def suspend(stage: Stage) -> None:
    operation.suspend(account=stage.account, reason="点検のため", by=stage.cast.suzuki, now=stage.clock())


def epoch() -> int:
    return CityGate.objects.get().epoch


@pytest.mark.clause("mima:2-場面")
def test_delivery_is_held_when_the_account_was_suspended_and_goes_when_it_is_resumed(stage: Stage) -> None:
    delivery = stage.approved()
    suspend(stage)
    assert (stage.send(delivery), delivery.held_codes) == ("held", ["not_in_operation"])
    assert delivery.problem == "「美馬市観光（X）」は運用中ではありません。"
    assert stage.send(delivery) == "held"
    operation.resume(account=stage.account, by=stage.cast.suzuki, now=stage.clock())
    stage.clock.forward(seconds=30)
    assert (stage.send(delivery), delivery.held_codes) == ("accepted", [])
    assert stage.events(delivery.post) == ["held", "armed", "accepted"]


@pytest.mark.clause("mima:3-1")
def test_delivery_is_held_when_no_policy_is_in_force_any_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = stage.approved()
    before_the_policy = (stage.clock() - timedelta(days=365)).date()
    monkeypatch.setattr("posts.actions.arming.day_of", lambda now: before_the_policy)
    assert (stage.send(delivery), delivery.held_codes) == ("held", ["no_policy_in_force"])
    assert "運用方針がありません" in delivery.problem


def test_delivery_expires_when_it_was_held_too_long(stage: Stage) -> None:
    delivery = stage.approved()
    suspend(stage)
    stage.send(delivery)
    stage.clock.forward(minutes=31)
    assert stage.send(delivery) == "expired"
    assert delivery.problem == "「美馬市観光（X）」は運用中ではありません。"


def test_delivery_does_not_go_when_its_clearance_has_ended(stage: Stage) -> None:
    delivery = stage.approved()
    review.cancel(post=delivery.post, reason="中止", by=stage.cast.sato, now=stage.clock())
    assert (stage.send(delivery), stage.stub.calls) == ("dropped", [])


def test_delivery_does_not_go_before_its_time(stage: Stage) -> None:
    due_at = stage.clock() + timedelta(hours=2)
    delivery = stage.approved(due_at=due_at)
    assert (stage.send(delivery), stage.stub.calls) == ("waiting", [])
    stage.clock.at = due_at
    assert stage.send(delivery) == "accepted"


def test_attempt_names_the_epoch_it_was_armed_in(stage: Stage) -> None:
    first = stage.approved()
    stage.send(first)
    before = epoch()
    suspend(stage)
    operation.resume(account=stage.account, by=stage.cast.suzuki, now=stage.clock())
    second = stage.approved()
    stage.send(second)
    assert [attempt.epoch for attempt in Attempt.objects.order_by("pk")] == [before, epoch()]
    assert epoch() == before + 1


def test_delivery_is_held_when_what_was_cleared_is_not_what_is_stored(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the database's own guards ever fail: the digest is taken from the stored text itself."""
    delivery = stage.approved()
    monkeypatch.setattr("posts.canonical.digest", lambda text: "0" * 64)
    assert (stage.send(delivery), delivery.held_codes) == ("held", ["clearance_for_other_content"])
    assert stage.stub.calls == []
