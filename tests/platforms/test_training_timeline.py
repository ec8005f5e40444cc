"""The training adapter on the real timeline, in our own database, under the contract of all adapters."""

import pytest

from accounts.connections import DatabaseTimeline
from accounts.models import SocialAccount, TrainingPost
from platforms.training import Training
from tests.platforms.contract import AdapterContract, IdempotentContract, Place, message, soon
from tests.support import cast as people
from tests.support.cast import make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> SocialAccount:
    return make_account(people.make_cast())


@pytest.fixture
def place(account: SocialAccount) -> Place:
    def texts() -> list[object]:
        return list(TrainingPost.objects.order_by("pk").values_list("text", flat=True))

    return Place(Training("x", DatabaseTimeline(account.pk)), "x", texts, unused="training:999999999")


class TestTrainingOnTheTimeline(AdapterContract, IdempotentContract):
    """All of it."""


@pytest.mark.parametrize(
    "name", ["", "training:", "training:x", "training:１", "training:-1", "board:{}", "{}"]
)
def test_no_post_is_read_when_the_name_is_none_of_the_timelines(place: Place, name: str) -> None:
    receipt = place.adapter.publish(message(place.adapter), deadline=soon())
    number = receipt.remote_id.removeprefix("training:")
    assert place.adapter.read(name.format(number), deadline=soon()) is None


def test_no_post_is_read_when_its_number_is_larger_than_the_database_counts(place: Place) -> None:
    assert place.adapter.read(f"training:{10**30}", deadline=soon()) is None


def test_no_post_is_read_when_it_is_another_accounts(place: Place, account: SocialAccount) -> None:
    receipt = place.adapter.publish(message(place.adapter), deadline=soon())
    other = Training("x", DatabaseTimeline(account.pk + 1))
    assert other.read(receipt.remote_id, deadline=soon()) is None
