"""Story (a) on a real Bluesky server: connected, approved, sent, read back by somebody else's program."""

import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts import connections
from accounts.models import SocialAccount
from outbound.deadline import Deadline
from platforms.base import Adapter, Message, Receipt
from policies.actions import operation
from posts.actions import sending
from posts.models import Delivery
from tests.sending.conftest import Stage
from tests.sending.installation import installation
from tests.servers.bluesky import Account, bluesky_account, bluesky_pds
from tests.support.cast import approved, make_account

__all__ = ["bluesky_account", "bluesky_pds"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.story,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]
TEXT = "「あかりの夕べ」を開きます。詳しくはhttps://www.city.mihon.example/akari.html。\n#美馬市 👨‍👩‍👧‍👦でどうぞ"


@pytest.fixture
def loopback(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process may call servers on this machine; nothing is kept from other tests."""
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    monkeypatch.setattr(connections, "_client", None)
    monkeypatch.setattr(connections, "_adapters", {})
    yield
    if connections._client is not None:
        connections._client.close()


@pytest.fixture
def social_account(stage: Stage, bluesky_account: Account, loopback: None) -> SocialAccount:
    """In operation, and connected by the system admin."""
    handle = bluesky_account.handle
    account = make_account(
        stage.cast,
        "美馬市（Bluesky）",
        network="bluesky",
        connection="api",
        handle=handle,
        url=f"https://sns.example/profile/{handle}",
        now=timezone.now(),
    )
    operation.set_credential(
        account=account,
        config={"base_url": bluesky_account.base_url, "identifier": handle},
        secret={"app_password": bluesky_account.app_password},
        by=stage.cast.kondo,
        now=timezone.now(),
    )
    return account


def cleared(stage: Stage, account: SocialAccount) -> Delivery:
    return approved(stage.cast, account, now=timezone.now(), text=TEXT).deliveries.get()


def test_approved_post_is_read_back_as_it_was_cleared(
    stage: Stage, social_account: SocialAccount, bluesky_account: Account
) -> None:
    delivery = cleared(stage, social_account)
    sending.send(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem) == ("accepted", "")
    assert delivery.remote_id == f"at://{bluesky_account.did}/app.bsky.feed.post/{delivery.key}"
    [post] = bluesky_account.posts()
    assert post.text == TEXT
    content = TEXT.encode()
    marked = [
        (content[facet.index.byte_start : facet.index.byte_end].decode(), facet.features[0].py_type)
        for facet in post.facets or []
    ]
    assert marked == [
        ("https://www.city.mihon.example/akari.html", "app.bsky.richtext.facet#link"),
        ("#美馬市", "app.bsky.richtext.facet#tag"),
    ]


def test_post_stands_once_when_it_is_sent_again_after_a_doubt(
    stage: Stage, social_account: SocialAccount, bluesky_account: Account
) -> None:
    """The server has it, but nobody wrote that down: the same message again is the same record."""
    delivery = cleared(stage, social_account)
    adapter = type(connections.adapter_for(social_account, now=timezone.now()))
    publish = adapter.publish

    def forgetful(self: Adapter, message: Message, *, deadline: Deadline) -> Receipt:
        publish(self, message, deadline=deadline)
        raise ConnectionResetError

    with patch.object(adapter, "publish", forgetful):
        sending.send(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "unknown"
    sending.send(delivery.pk, clock=lambda: delivery.next_try_at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("accepted", 2)
    assert bluesky_account.texts() == [TEXT]


@pytest.mark.long
def test_post_stands_once_when_the_worker_is_killed_before_it_could_write_that_down(
    stage: Stage, social_account: SocialAccount, bluesky_account: Account, tmp_path: Path
) -> None:
    delivery = cleared(stage, social_account)
    with installation(tmp_path / "worker") as running:
        running.env["OUTBOUND_ALLOW_LOOPBACK"] = "1"
        running.kill_at_call("after")
        running.start_beat()
        give_up = time.monotonic() + 120
        while delivery.state != "accepted" and time.monotonic() < give_up:
            running.keep_worker_running()
            time.sleep(0.1)
            delivery.refresh_from_db()
        assert (delivery.state, running.started) == ("accepted", 2), running.log_of("worker")[-3000:]
        assert bluesky_account.app_password not in running.log_of("worker")
    assert running.calls() == [delivery.key] * 2
    assert bluesky_account.texts() == [TEXT]
    assert delivery.remote_id.endswith(f"/{delivery.key}")
