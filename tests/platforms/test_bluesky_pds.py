"""The Bluesky adapter against a real server on this machine, read back with the network's own SDK."""

from pathlib import Path

import pytest

from outbound.http import Client
from platforms.base import Message
from platforms.bluesky import Bluesky
from platforms.errors import AuthExpired, PlatformError, RateLimited, Refused
from tests.platforms.contract import NOW, TEXTS, AdapterContract, IdempotentContract, Place, message, soon
from tests.servers.bluesky import Account, require_bluesky, running_pds

require_bluesky()
# Two real servers to start and thirty round trips: what the fake is held against, not what every change needs.
pytestmark = pytest.mark.long

FAMILY = "👨‍👩‍👧‍👦"  # one character to a reader, 25 bytes to the server


@pytest.fixture
def adapter(bluesky_account: Account, client: Client) -> Bluesky:
    return at(bluesky_account, client)


@pytest.fixture
def place(adapter: Bluesky, bluesky_account: Account) -> Place:
    unused = f"at://{bluesky_account.did}/app.bsky.feed.post/3mabcdefgh22a"
    return Place(adapter, "bluesky", bluesky_account.texts, bluesky_account.handle, unused)


def at(account: Account, client: Client, *, password: str = "") -> Bluesky:
    return Bluesky(account.base_url, account.handle, password or account.app_password, client)


class TestBlueskyOnARealServer(AdapterContract, IdempotentContract):
    """All of it."""


def test_credential_is_said_to_be_expired_when_it_is_wrong(bluesky_account: Account, client: Client) -> None:
    adapter = at(bluesky_account, client, password="aaaa-bbbb-cccc-dddd")
    with pytest.raises(AuthExpired):
        adapter.publish(message(adapter), deadline=soon())
    assert bluesky_account.texts() == []


@pytest.mark.parametrize(("text", "unit"), [("あ" * 301, "300"), (FAMILY * 121, "3000")], ids=["300", "3000"])
def test_post_is_refused_with_the_servers_words_when_it_is_too_long(
    adapter: Bluesky, bluesky_account: Account, text: str, unit: str
) -> None:
    assert adapter.counter(text).over > 0
    with pytest.raises(Refused, match=f"maximum {unit}"):
        adapter.publish(message(adapter, text), deadline=soon())
    assert bluesky_account.texts() == []


@pytest.mark.parametrize("text", ["あ" * 300, FAMILY * 120], ids=["300", "3000"])
def test_post_goes_out_when_it_just_fits(adapter: Bluesky, bluesky_account: Account, text: str) -> None:
    assert adapter.counter(text).over == 0
    adapter.publish(message(adapter, text), deadline=soon())
    assert bluesky_account.texts() == [text]


def test_links_and_tags_are_marked_at_the_right_bytes_when_read_back(
    adapter: Bluesky, bluesky_account: Account
) -> None:
    adapter.publish(message(adapter, TEXTS["links and tags"]), deadline=soon())
    [post] = bluesky_account.posts()
    content = post.text.encode()
    marked = [content[each.index.byte_start : each.index.byte_end].decode() for each in post.facets or []]
    assert marked == ["https://www.city.example.jp/bosai?a=1#b", "#防災", "＃訓練"]


def test_time_and_language_are_ours_when_read_back(adapter: Bluesky, bluesky_account: Account) -> None:
    adapter.publish(message(adapter), deadline=soon())
    [post] = bluesky_account.posts()
    assert (post.created_at, post.langs) == ("2026-11-21T03:04:05.678Z", ["ja"])


def test_post_counts_as_accepted_when_only_its_time_differs(
    adapter: Bluesky, bluesky_account: Account
) -> None:
    sent = message(adapter)
    first = adapter.publish(sent, deadline=soon())
    again = Message(sent.text, sent.key, NOW.replace(minute=59))
    assert adapter.publish(again, deadline=soon()).remote_id == first.remote_id
    assert len(bluesky_account.texts()) == 1


def test_new_process_finds_its_post_when_the_same_message_is_sent_again(
    bluesky_account: Account, client: Client
) -> None:
    before, after = at(bluesky_account, client), at(bluesky_account, client)
    sent = message(before)
    assert before.publish(sent, deadline=soon()) == after.publish(sent, deadline=soon())
    assert len(bluesky_account.texts()) == 1


@pytest.mark.slow
def test_waiting_time_is_told_when_a_real_server_has_had_enough_sign_ins(
    client: Client, tmp_path: Path
) -> None:
    with running_pds(tmp_path, extra='{"rateLimitsEnabled": true}') as pds:
        adapter = at(pds.new_account(), client, password="aaaa-bbbb-cccc-dddd")
        asked = [refusal(adapter) for _ in range(35)]
    assert isinstance(asked[0], AuthExpired)
    assert isinstance(asked[-1], RateLimited)
    assert asked[-1].until is not None


def refusal(adapter: Bluesky) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        adapter.profile(deadline=soon())
    return caught.value
