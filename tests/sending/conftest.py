"""What the tests of sending share: a stage, a clock that stands still, nothing sent to a broker.

A module whose threads use the database marks itself with `django_db(transaction=True)`: then all is committed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest

from accounts.models import SocialAccount
from audit.models import Entry
from posts.actions import sending
from posts.models import Delivery, Post
from tests.sending.stubs import Stub, connected
from tests.support.cast import NOW, Cast, approved, make_account, make_cast


@dataclass
class Clock:
    """Time as the test wants it; calling it tells it."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **delta: float) -> None:
        self.at += timedelta(**delta)


@dataclass
class Stage:
    """A cast, a social account in operation, and a network behind it that does as it is told."""

    cast: Cast
    account: SocialAccount
    clock: Clock = field(default_factory=Clock)
    stub: Stub = field(default_factory=Stub)

    def approved(self, **content: object) -> Delivery:
        return self.delivery(approved(self.cast, self.account, now=self.clock(), **content))

    def on_a_network(self, network: str = "mastodon", url: str = "https://social.example/@mima") -> None:
        """From here on posts go to a real network's account, not to the training timeline."""
        name = f"美馬市（{network}）"
        self.account = make_account(
            self.cast, name, network=network, connection="api", handle="@mima", url=url
        )

    def delivery(self, post: Post) -> Delivery:
        return post.deliveries.get()

    def send(self, delivery: Delivery) -> str:
        """One go of the worker; the state of the delivery after it."""
        with connected(self.stub):
            sending.send(delivery.pk, clock=self.clock)
        delivery.refresh_from_db()
        return delivery.state

    def events(self, post: Post) -> list[str]:
        """What the record says about sending it."""
        entries = Entry.objects.filter(stream=post.stream, event__startswith="delivery.").order_by("seq")
        return [entry.event.removeprefix("delivery.") for entry in entries]


@pytest.fixture
def quiet() -> Iterator[None]:
    with patch("posts.actions.review.nudge"):
        yield


@pytest.fixture
def stage(db: None, quiet: None) -> Stage:
    cast = make_cast()
    return Stage(cast, make_account(cast))


@pytest.fixture
def another(stage: Stage) -> Callable[[str], SocialAccount]:
    """More social accounts of the same section."""

    def make(handle: str) -> SocialAccount:
        return make_account(stage.cast, f"公式 {handle}", handle=handle, url=f"https://x.com/{handle}")

    return make
