"""Nothing goes out to somebody else's account, however valid its key. On both databases."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from accounts.models import ConnectionCheck, SocialAccount
from outbound.deadline import Deadline
from platforms.base import Profile
from platforms.errors import NotSent
from policies.actions import operation
from posts.models import Delivery
from tests.sending.conftest import Stage
from tests.sending.stubs import Stub

pytestmark = pytest.mark.both_databases


class Answering(Stub):
    """A network that says whose account the key is of."""

    name = "mima"
    fault: Exception | None = None
    asked = 0

    def profile(self, *, deadline: Deadline) -> Profile:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return Profile(self.name)


@pytest.fixture
def network(stage: Stage) -> Answering:
    stage.on_a_network()
    connect(stage)
    stage.stub = Answering()
    return stage.stub


def connect(stage: Stage) -> None:
    operation.set_credential(
        account=SocialAccount.objects.get(pk=stage.account.pk),
        config={"base_url": "https://social.example"},
        secret={"access_token": "key"},
        by=stage.cast.kondo,
        now=stage.clock(),
    )


def send(stage: Stage, delivery: Delivery) -> str:
    with patch("accounts.actions.checking.adapter_for", lambda account, *, now: stage.stub):
        return stage.send(delivery)


@pytest.mark.clause("mima:2-場面")
def test_post_is_held_when_the_key_is_of_another_account(stage: Stage, network: Answering) -> None:
    network.name = "private_person"
    delivery = stage.approved()
    assert send(stage, delivery) == "held"
    assert (delivery.held_codes, network.calls, network.asked) == (["wrong_account"], [], 1)
    stage.clock.forward(minutes=1)
    assert send(stage, delivery) == "held"
    assert network.asked == 1  # asked again when the connections are looked at, not at every post
    network.name = "mima"
    connect(stage)
    stage.clock.forward(minutes=1)
    assert send(stage, delivery) == "accepted"


def test_account_is_asked_for_its_name_once_before_the_first_post(stage: Stage, network: Answering) -> None:
    for _ in range(2):
        assert send(stage, stage.approved()) == "accepted"
    assert network.asked == 1


def test_network_that_does_not_say_whose_account_it_is_is_asked_to_take_the_post(
    stage: Stage, network: Answering
) -> None:
    network.fault = NotSent("つながりません")
    assert send(stage, stage.approved()) == "accepted"
    assert ConnectionCheck.objects.get().checked_at >= stage.clock() - timedelta(seconds=1)
