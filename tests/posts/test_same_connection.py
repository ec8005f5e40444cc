"""An unknown goes out again only over the connection it was first sent over: another server knows no key of ours."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest

from accounts.connections import destination
from accounts.models import SocialAccount
from platforms.errors import OutcomeUnknown
from posts.actions import sending
from posts.models import Delivery
from tests.sending.stubs import Stub, connected
from tests.support.cast import NOW, Cast, approved, make_account, make_cast

pytestmark = pytest.mark.django_db
HERE = {"base_url": "https://pds.example", "identifier": "kanko.example"}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with patch("posts.actions.review.nudge"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    account = make_account(cast)
    move(account, HERE)
    return account


@pytest.fixture
def stub() -> Stub:
    return Stub([OutcomeUnknown("返事がありません")])


def move(account: SocialAccount, config: dict[str, str]) -> None:
    SocialAccount.objects.filter(pk=account.pk).update(config=config)


def send(delivery: Delivery, stub: Stub, *, after: timedelta = timedelta()) -> str:
    with connected(stub):
        sending.send(delivery.pk, clock=lambda: NOW + after)
    delivery.refresh_from_db()
    return delivery.state


@pytest.mark.parametrize(
    "elsewhere", [HERE | {"base_url": "https://other.example"}, HERE | {"identifier": "other.example"}, {}]
)
def test_unknown_is_neither_sent_nor_looked_up_while_the_account_is_connected_elsewhere(
    cast: Cast, account: SocialAccount, stub: Stub, elsewhere: dict[str, str]
) -> None:
    delivery = approved(cast, account).deliveries.get()
    assert send(delivery, stub) == "unknown"
    move(account, elsewhere)
    for minutes in (6, 40):
        assert send(delivery, stub, after=timedelta(minutes=minutes)) == "unknown"
    assert (len(stub.calls), stub.looks) == (1, [])


def test_unknown_goes_again_under_its_key_when_the_connection_is_the_first_one_again(
    cast: Cast, account: SocialAccount, stub: Stub
) -> None:
    delivery = approved(cast, account).deliveries.get()
    send(delivery, stub)
    move(account, {**HERE, "base_url": "https://other.example"})
    send(delivery, stub, after=timedelta(minutes=1))
    move(account, HERE)
    assert send(delivery, stub, after=timedelta(minutes=7)) == "accepted"
    assert stub.keys == {delivery.key}
    assert delivery.connection == destination(delivery.social_account)


def test_post_that_never_left_goes_over_the_connection_of_the_moment(
    cast: Cast, account: SocialAccount
) -> None:
    delivery = approved(cast, account).deliveries.get()
    assert delivery.connection == ""
    move(account, {})
    assert send(delivery, Stub()) == "accepted"
    assert delivery.connection == destination(SocialAccount.objects.get(pk=account.pk))


def test_destination_is_where_it_goes_and_not_what_it_is_called() -> None:
    entry = {"network": "bluesky", "connection": "api", "config": HERE}
    here = destination(SocialAccount(**entry))
    assert destination(SocialAccount(**entry, name="新しい名前", url="https://x.example")) == here
    assert destination(SocialAccount(**{**entry, "config": dict(reversed(HERE.items()))})) == here
    for change in ({"network": "x"}, {"connection": "training"}, {"config": {**HERE, "identifier": "b"}}):
        assert destination(SocialAccount(**{**entry, **change})) != here
    assert "pds.example" not in here
