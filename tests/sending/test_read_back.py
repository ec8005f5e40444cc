"""要照合 on networks that know no key, or forget it: read back, never sent a second time. X, LINE, Mastodon whole."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from accounts.acts import ActRefused
from outbound.deadline import Deadline
from outbound.http import Client
from platforms.base import Adapter, Capabilities, Receipt, Seen
from platforms.errors import NotSent, OutcomeUnknown
from platforms.line import Line
from platforms.mastodon import Mastodon
from platforms.x import X
from posts.actions.settling import settle_live
from posts.models import Delivery
from tests.sending.conftest import Stage
from tests.sending.stubs import Stub, connected
from tests.servers import fake_line, fake_mastodon, fake_x
from tests.servers.loopback import Answer, Reset
from tests.support.cast import NOW

UNKNOWN = OutcomeUnknown("返事がありません")
KEYLESS = Capabilities(publishes=True, reads_back=True)


@dataclass
class Keyless(Stub):
    """A network that knows no key, but lists what the account has posted."""

    capabilities: Capabilities = KEYLESS  # type: ignore[misc]
    recent: list[tuple[str, str]] = field(default_factory=list)
    asked: list[datetime] = field(default_factory=list)
    pages: str = "https://sns.example/"

    def find_recent(self, since: datetime, *, deadline: Deadline) -> Sequence[Seen]:
        self.asked.append(since)
        if self.find_error:
            raise self.find_error
        return [Seen(Receipt(name, f"{self.pages}{name}"), text, NOW) for name, text in self.recent]


@pytest.fixture
def keyless(stage: Stage) -> Keyless:
    stage.stub = Keyless()
    return stage.stub


def in_doubt(stage: Stage) -> Delivery:
    stage.stub.answers = [UNKNOWN]
    delivery = stage.approved(text="「あかりの夕べ」を開きます。")
    assert stage.send(delivery) == "unknown"
    stage.clock.forward(minutes=5)
    return delivery


def pointed_at(stage: Stage, delivery: Delivery, found: str) -> Delivery:
    delivery.refresh_from_db()
    return settle_live(
        delivery=delivery,
        url="",
        no_url=False,
        reason="公式アカウントの画面で、本文を見比べた。",
        by=stage.cast.tanaka,
        now=stage.clock(),
        found=found,
    )


def test_person_points_at_one_of_the_accounts_recent_posts(stage: Stage, keyless: Keyless) -> None:
    keyless.pages = "https://x.com/mima_kanko_demo/status/"
    delivery = in_doubt(stage)
    keyless.recent = [("7", "ほかの投稿"), ("8", "「あかりの夕べ」をひらきます。")]
    assert stage.send(delivery) == "unknown"
    assert [row["id"] for row in delivery.recent] == ["7", "8"]
    with pytest.raises(ActRefused, match="address_missing"):
        pointed_at(stage, delivery, "999")
    settled = pointed_at(stage, delivery, "8")
    assert (settled.state, settled.remote_id) == ("accepted", "8")
    assert settled.remote_url == "https://x.com/mima_kanko_demo/status/8"
    # One post there answers for one of ours: it is not offered for the next one.
    other = in_doubt(stage)
    assert stage.send(other) == "unknown"
    assert [row["id"] for row in other.recent] == ["7"]


def test_post_that_is_found_settles_it_and_nothing_is_sent_again(stage: Stage, keyless: Keyless) -> None:
    delivery = in_doubt(stage)
    keyless.recent = [("7", "ほかの投稿"), ("8", "「あかりの夕べ」を開きます。 ")]
    assert stage.send(delivery) == "accepted"
    assert (delivery.remote_id, delivery.remote_url) == ("8", "https://sns.example/8")
    assert (len(keyless.calls), keyless.asked) == (1, [NOW - timedelta(minutes=5)])


@pytest.mark.parametrize(
    "recent",
    [
        [],
        [("7", "ほかの投稿")],
        [("8", "「あかりの夕べ」を開きます。"), ("9", "「あかりの夕べ」を開きます。")],
    ],
    ids=["none", "another", "two alike"],
)
def test_no_post_or_two_prove_nothing_and_a_person_looks(
    stage: Stage, keyless: Keyless, recent: list[tuple[str, str]]
) -> None:
    delivery = in_doubt(stage)
    keyless.recent = recent
    for _ in range(3):
        stage.clock.forward(hours=1)
        assert stage.send(delivery) == "unknown"
    assert len(keyless.calls) == 1


def test_post_of_another_delivery_is_not_taken_for_this_one(stage: Stage, keyless: Keyless) -> None:
    before = stage.approved(text="「あかりの夕べ」を開きます。")
    assert stage.send(before) == "accepted"
    delivery = in_doubt(stage)
    keyless.recent = [(before.remote_id, "「あかりの夕べ」を開きます。")]
    assert stage.send(delivery) == "unknown"
    keyless.recent.append(("9", "「あかりの夕べ」を開きます。"))
    stage.clock.forward(minutes=5)
    assert (stage.send(delivery), delivery.remote_id) == ("accepted", "9")


def test_looks_grow_rarer_while_nothing_is_found(stage: Stage, keyless: Keyless) -> None:
    """X charges for every look."""
    delivery = in_doubt(stage)
    waits = []
    for _ in range(40):
        stage.send(delivery)
        waits.append(delivery.next_try_at - stage.clock())
        stage.clock.at = delivery.next_try_at
    assert waits == sorted(waits)
    assert waits[0] < timedelta(minutes=2)
    assert waits[-1] == timedelta(hours=1)


def test_list_that_cannot_be_read_says_nothing(stage: Stage, keyless: Keyless) -> None:
    delivery = in_doubt(stage)
    keyless.find_error = NotSent("つながりません")
    assert stage.send(delivery) == "unknown"


def test_key_that_the_network_has_forgotten_is_not_sent_again(stage: Stage, keyless: Keyless) -> None:
    keyless.capabilities = Capabilities(
        publishes=True, idempotent=True, key_lives=timedelta(minutes=50), reads_back=True
    )
    delivery = stage.approved(latest_at=NOW + timedelta(hours=8))
    keyless.answers = [UNKNOWN, UNKNOWN]
    assert stage.send(delivery) == "unknown"
    stage.clock.at = NOW + timedelta(minutes=49)
    assert (stage.send(delivery), len(keyless.calls)) == ("unknown", 2)
    stage.clock.at = NOW + timedelta(minutes=55)
    assert (stage.send(delivery), len(keyless.calls), len(keyless.asked)) == ("unknown", 2, 2)


# --- servers that do not heed keys


def test_status_is_looked_for_before_it_is_sent_again_for_not_every_server_heeds_keys(
    stage: Stage, client: Client
) -> None:
    with fake_mastodon.running_fake_mastodon() as fake:
        fake.ignores_keys, fake.now = True, stage.clock.at
        stage.stub = Mastodon(fake.url, fake_mastodon.TOKEN, client)  # type: ignore[assignment]
        fake.accept_then(Answer(500))
        delivery = stage.approved()
        assert stage.send(delivery) == "unknown"
        stage.clock.forward(seconds=20)  # the call may still be on its way
        assert (stage.send(delivery), len(fake.statuses)) == ("unknown", 1)
        stage.clock.forward(minutes=3)
        fake.fail(fake_mastodon.LIST, Answer(503))  # and nothing is sent while nobody can tell
        assert (stage.send(delivery), len(fake.statuses)) == ("unknown", 1)
        stage.clock.forward(minutes=3)
        assert (stage.send(delivery), len(fake.statuses)) == ("accepted", 1)
        assert delivery.remote_id == fake.statuses[0].number


def test_status_that_never_arrived_is_sent_again_once_it_is_certain(stage: Stage, client: Client) -> None:
    with fake_mastodon.running_fake_mastodon() as fake:
        fake.ignores_keys, fake.now = True, stage.clock.at
        stage.stub = Mastodon(fake.url, fake_mastodon.TOKEN, client)  # type: ignore[assignment]
        fake.fail(fake_mastodon.POST, Answer(502))
        delivery = stage.approved()
        assert stage.send(delivery) == "unknown"
        stage.clock.forward(minutes=3)
        assert (stage.send(delivery), delivery.tries, len(fake.statuses)) == ("accepted", 2, 1)


# --- the networks whole: the answer is lost after the post was taken

Network = Callable[[Client], AbstractContextManager[tuple[object, Adapter]]]


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client(allow_hosts=frozenset(), allow_loopback=True)
    yield client
    client.close()


@pytest.mark.parametrize("reply", [Reset(), Answer(500)], ids=repr)
@pytest.mark.parametrize("network", ["x", "line", "mastodon"])
def test_lost_answer_ends_with_one_post_and_an_accepted_delivery(
    stage: Stage, client: Client, network: str, reply: Reset
) -> None:
    running = {
        "x": fake_x.running_x,
        "line": fake_line.running_line,
        "mastodon": fake_mastodon.running_fake_mastodon,
    }
    with running[network]() as fake:
        fake.now = stage.clock.at
        adapter = _adapter(network, fake, client)
        fake.accept_then(reply)
        delivery = stage.approved(text="くわしくは https://www.city.mihon.example/akari へ。&🏮")
        for _ in range(3):
            with connected(adapter):
                stage.stub = adapter  # type: ignore[assignment]
                state = stage.send(delivery)
            stage.clock.forward(minutes=3)
        assert (state, bool(delivery.remote_id)) == ("accepted", True)
        assert fake.texts() == ["くわしくは https://www.city.mihon.example/akari へ。&🏮"]


def _adapter(network: str, fake: object, client: Client) -> Adapter:
    if isinstance(fake, fake_x.FakeX):
        kept = fake_x.Kept({**fake.grant(), "client_id": "c", "client_secret": "s"})
        return X(fake.url, fake_x.HANDLE, kept, client, clock=lambda: fake.now)
    if isinstance(fake, fake_line.FakeLine):
        login = fake_line.CHANNEL_ID, fake_line.CHANNEL_SECRET
        return Line(fake.url, *login, client, clock=lambda: fake.now)
    assert isinstance(fake, fake_mastodon.FakeMastodon)
    return Mastodon(fake.url, fake_mastodon.TOKEN, client)
