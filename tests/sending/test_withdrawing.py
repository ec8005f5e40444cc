"""取消し: ordered once, carried out by the worker where it can, told by people where it cannot. On both databases."""

from collections.abc import Callable
from unittest.mock import patch

import pytest

from accounts.acts import ActRefused
from accounts.models import SocialAccount
from outbound.deadline import Deadline
from platforms.errors import AuthExpired, NotSent, Refused
from posts.actions import sighting, withdrawing
from posts.models import Delivery, Sighting, Withdrawal
from tests.sending.conftest import Stage
from tests.sending.stubs import Kept, connected

pytestmark = pytest.mark.both_databases


class AtOnce:
    """A call made in the test's own thread, whose database it shares."""

    def __init__(self, name: str, work: Callable[[], object], late: object) -> None:
        self.work = work

    def answer(self, seconds: float) -> object:
        return self.work()


@pytest.fixture
def far(stage: Stage) -> Kept:
    """A social account on a network that the program can delete on."""
    stage.on_a_network()
    kept = Kept()
    stage.stub = kept
    return kept


def out(stage: Stage) -> Delivery:
    delivery = stage.approved()
    assert stage.send(delivery) == "accepted"
    return delivery


def order(stage: Stage, delivery: Delivery, reason: str = "個人の電話番号が写っていたため。") -> Withdrawal:
    withdrawing.withdraw(delivery=delivery, reason=reason, by=stage.cast.suzuki, now=stage.clock())
    return Withdrawal.objects.get(delivery=delivery)


def carry_out(stage: Stage) -> None:
    with connected(stage.stub):
        withdrawing.carry_out_due(clock=stage.clock)


@pytest.mark.clause("mima:7-4-削除禁止")
def test_chief_orders_and_the_worker_deletes_once(stage: Stage, far: Kept) -> None:
    delivery = out(stage)
    order(stage, delivery)
    assert far.deleted == []
    for _ in range(2):
        carry_out(stage)
        stage.clock.forward(hours=1)
    row = Withdrawal.objects.get()
    assert (row.state, row.gone_by, row.tries, far.deleted) == ("gone", None, 1, [delivery.remote_id])
    assert stage.events(delivery.post)[-2:] == ["withdrawal_ordered", "withdrawn"]
    delivery.refresh_from_db()
    assert delivery.state == "accepted"


def test_nobody_but_the_office_orders_it_and_nobody_twice(stage: Stage, far: Kept) -> None:
    delivery = out(stage)
    for by in (stage.cast.sato, stage.cast.mori):
        with pytest.raises(ActRefused, match="not_approver"):
            withdrawing.withdraw(delivery=delivery, reason="消したい。", by=by, now=stage.clock())
    with pytest.raises(ActRefused, match="reason_missing"):
        order(stage, delivery, " ")
    order(stage, delivery)
    with pytest.raises(ActRefused, match="withdrawal_ordered"):
        order(stage, delivery)
    assert Withdrawal.objects.count() == 1


def test_what_has_not_gone_out_is_not_taken_back_from_there(stage: Stage, far: Kept) -> None:
    with pytest.raises(ActRefused, match="wrong_state"):
        order(stage, stage.approved())


@pytest.mark.parametrize("fault", [NotSent("つながりません"), AuthExpired("切れました")], ids=repr)
def test_it_is_tried_again_later_while_the_network_is_away(stage: Stage, far: Kept, fault: Exception) -> None:
    far.faults = [fault, fault]
    order(stage, out(stage))
    carry_out(stage)
    row = Withdrawal.objects.get()
    assert (row.state, row.by_hand, row.problem) == ("ordered", False, fault.detail)  # type: ignore[attr-defined]
    carry_out(stage)  # not due yet
    assert Withdrawal.objects.get().tries == 1
    for _ in range(2):
        stage.clock.forward(minutes=10)
        carry_out(stage)
    assert (Withdrawal.objects.get().state, far.standing) == ("gone", {})


def test_network_that_refuses_leaves_it_to_people_and_they_tell_it(stage: Stage, far: Kept) -> None:
    far.faults = [Refused("古い投稿は消せません")]
    delivery = out(stage)
    order(stage, delivery)
    carry_out(stage)
    row = Withdrawal.objects.get()
    assert (row.state, row.by_hand) == ("ordered", True)
    stage.clock.forward(days=1)
    carry_out(stage)
    assert far.deleted == []
    with pytest.raises(ActRefused, match="saw_missing"):
        withdrawing.tell_gone(delivery=delivery, seen="", by=stage.cast.tanaka, now=stage.clock())
    withdrawing.tell_gone(delivery=delivery, seen="画面で消した。", by=stage.cast.tanaka, now=stage.clock())
    row.refresh_from_db()
    assert (row.state, row.gone_by, row.seen) == ("gone", stage.cast.tanaka, "画面で消した。")
    told = [event for event in stage.events(delivery.post) if "refused" not in event]
    assert told[-2:] == ["left_standing", "told_deleted"]


def test_account_that_the_program_cannot_delete_on_is_left_to_people_at_once(stage: Stage) -> None:
    row = order(stage, out(stage))
    assert (row.by_hand, row.problem) == (True, withdrawing.NOT_BY_PROGRAM)


def test_other_connection_than_it_was_sent_over_deletes_nothing(stage: Stage, far: Kept) -> None:
    delivery = out(stage)
    order(stage, delivery)
    SocialAccount.objects.filter(pk=stage.account.pk).update(config={"base_url": "https://other.example"})
    carry_out(stage)
    row = Withdrawal.objects.get()
    assert (row.by_hand, row.problem, far.deleted) == (True, withdrawing.OTHER_CONNECTION, [])


def test_worker_that_comes_after_somebody_told_it_adds_nothing(stage: Stage, far: Kept) -> None:
    delivery = out(stage)
    order(stage, delivery)
    deletes = far.withdraw

    def told_meanwhile(remote_id: str, *, deadline: Deadline) -> None:
        withdrawing.tell_gone(delivery=delivery, seen="画面で消した。", by=stage.cast.sato, now=stage.clock())
        stage.clock.forward(hours=1)
        deletes(remote_id, deadline=deadline)

    told_at = stage.clock()
    with patch.object(far, "withdraw", told_meanwhile), patch("posts.actions.withdrawing.Call", AtOnce):
        carry_out(stage)
    row = Withdrawal.objects.get()
    assert (row.gone_by, row.gone_at) == (stage.cast.sato, told_at)
    assert "withdrawn" not in stage.events(delivery.post)


def test_post_that_was_ordered_away_is_not_told_as_missing(stage: Stage, far: Kept) -> None:
    delivery = out(stage)
    order(stage, delivery)
    carry_out(stage)
    stage.clock.forward(minutes=5)
    with connected(far):
        sighting.look_due(clock=stage.clock)
    assert Sighting.objects.get(delivery=delivery).state == Sighting.GONE
    assert "seen_gone" not in stage.events(delivery.post)
