"""Our clock is wrong by an hour, or becomes wrong, between the claim and its outcome; the networks' clocks are right.

The answer is lost, so that only times and keys keep the post from going out twice.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from outbound.http import Client
from platforms.line import Line
from platforms.mastodon import Mastodon
from platforms.x import X
from posts.actions import sending
from tests.chaos.faults import JUMPS
from tests.sending.conftest import Stage
from tests.servers import fake_line, fake_mastodon, fake_x
from tests.servers.loopback import Reset
from tests.support.cast import NOW

pytestmark = pytest.mark.django_db(transaction=True)
TRUE = NOW + timedelta(hours=3)
# Past the hour for which Mastodon keeps a key, and past the hour by which our clock was wrong.
WATCHED = timedelta(minutes=150)
STEP = timedelta(minutes=5)


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client(allow_hosts=frozenset(), allow_loopback=True)
    yield client
    client.close()


@pytest.fixture(params=["x", "line", "mastodon"])
def fake(request: pytest.FixtureRequest, stage: Stage, client: Client) -> Iterator[object]:
    """A network whose clock is right; the stage is connected to it."""
    if request.param == "x":
        with fake_x.running_x() as x:
            x.now = TRUE
            kept = fake_x.Kept({**x.grant(), "client_id": "c", "client_secret": "s", "expires_at": ""})
            x.access[kept.told["access_token"]] = TRUE + timedelta(days=1)
            stage.stub = X(x.url, fake_x.HANDLE, kept, client)  # type: ignore[assignment]
            yield x
    elif request.param == "line":
        with fake_line.running_line() as line:
            stage.stub = Line(line.url, fake_line.CHANNEL_ID, fake_line.CHANNEL_SECRET, client)  # type: ignore[assignment]
            yield line
    else:
        with fake_mastodon.running_fake_mastodon() as mastodon:
            stage.stub = Mastodon(mastodon.url, fake_mastodon.TOKEN, client)  # type: ignore[assignment]
            yield mastodon


def jump_when_claimed(stage: Stage, monkeypatch: pytest.MonkeyPatch, jump: str) -> None:
    """The clock is wrong by the first of the two when it is claimed, by the second afterwards."""
    before, after = JUMPS[jump]
    stage.clock.at = TRUE + before
    arm = sending.arm

    def arm_and_jump(*args: object, now: datetime) -> object:
        armed = arm(*args, now=now)  # type: ignore[arg-type]
        stage.clock.at = TRUE + after
        return armed

    monkeypatch.setattr(sending, "arm", arm_and_jump)


@pytest.mark.parametrize("jump", JUMPS)
def test_post_stands_once_when_its_answer_is_lost_and_the_clock_jumps(
    stage: Stage,
    fake: fake_mastodon.FakeMastodon,
    monkeypatch: pytest.MonkeyPatch,
    jump: str,
) -> None:
    delivery = stage.approved(latest_at=NOW + timedelta(days=2))
    fake.now = TRUE
    fake.accept_then(Reset())
    with monkeypatch.context() as once:
        jump_when_claimed(stage, once, jump)
        assert stage.send(delivery) == "unknown"
    for step in range(1, int(WATCHED / STEP)):
        stage.clock.at = fake.now = TRUE + step * STEP
        state = stage.send(delivery)
        assert len(fake.texts()) == 1, f"{step * STEP} later, as {state}"
