"""The Bluesky adapter against the fake server: the contracts, sessions, and the answers nobody hopes for."""

import threading

import pytest

from outbound.http import Client
from platforms.base import Message
from platforms.bluesky import Bluesky
from platforms.errors import AuthExpired, NotSent, OutcomeUnknown, RateLimited, Refused
from tests.platforms.contract import (
    NOW,
    AdapterContract,
    Far,
    IdempotentContract,
    NetworkContract,
    Place,
    SigningInContract,
    message,
    soon,
)
from tests.servers.fake_pds import (
    CREATE_SESSION,
    DID,
    GET_RECORD,
    HANDLE,
    PASSWORD,
    PUT_RECORD,
    REFRESH_SESSION,
    FakePds,
    error,
)
from tests.servers.loopback import Answer, Reset

JWT = "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl"


@pytest.fixture
def adapter(fake_pds: FakePds, client: Client) -> Bluesky:
    return Bluesky(fake_pds.url, HANDLE, PASSWORD, client)


@pytest.fixture
def place(adapter: Bluesky, fake_pds: FakePds) -> Place:
    return Place(
        adapter, "bluesky", fake_pds.texts, HANDLE, unused=f"at://{DID}/app.bsky.feed.post/3mabcdefgh22a"
    )


@pytest.fixture
def far(adapter: Bluesky, fake_pds: FakePds, client: Client) -> Far:
    return Far(
        adapter=adapter,
        wrong_credential=Bluesky(fake_pds.url, HANDLE, "wrong", client),
        adapter_at=lambda url: Bluesky(url, HANDLE, PASSWORD, client),
        fail_sign_in=lambda reply: fake_pds.fail(CREATE_SESSION, reply),
        fail_publish=lambda reply: fake_pds.fail(PUT_RECORD, reply),
        fail_read=lambda reply: fake_pds.fail(GET_RECORD, reply),
        texts=fake_pds.texts,
        secrets=(PASSWORD, JWT),
    )


class TestBlueskyAsAdapter(AdapterContract, IdempotentContract):
    """All of it, on the fake."""


class TestBlueskyAsNetwork(NetworkContract, SigningInContract):
    """All of it."""


def test_receipt_names_the_record_and_no_public_page_when_none_is_configured(adapter: Bluesky) -> None:
    sent = message(adapter)
    receipt = adapter.publish(sent, deadline=soon())
    assert receipt.remote_id == f"at://{DID}/app.bsky.feed.post/{sent.key}"
    assert receipt.url == ""
    assert receipt.detail["cid"]


def test_receipt_leads_to_the_page_when_one_is_configured(fake_pds: FakePds, client: Client) -> None:
    adapter = Bluesky(fake_pds.url, HANDLE, PASSWORD, client, web_base="https://sns.example/")
    sent = message(adapter)
    assert (
        adapter.publish(sent, deadline=soon()).url == f"https://sns.example/profile/{HANDLE}/post/{sent.key}"
    )


def test_record_is_the_same_bytes_when_it_is_sent_again(adapter: Bluesky, fake_pds: FakePds) -> None:
    same = message(adapter, "詳細は https://www.city.example.jp/ へ #防災")
    for _ in range(2):
        adapter.publish(same, deadline=soon())
    assert fake_pds.loopback is not None
    bodies = [each.body for each in fake_pds.loopback.requests if each.path.endswith("putRecord")]
    assert bodies[0] == bodies[1]
    assert b'"swapRecord":null' in bodies[0]
    assert b'"createdAt":"2026-11-21T03:04:05.678Z"' in bodies[0]


def test_session_is_kept_when_many_posts_go_out(adapter: Bluesky, fake_pds: FakePds) -> None:
    for _ in range(5):
        adapter.publish(message(adapter), deadline=soon())
    assert fake_pds.count(CREATE_SESSION) == 1


def test_session_is_made_once_when_many_threads_begin_together(adapter: Bluesky, fake_pds: FakePds) -> None:
    in_threads(adapter, 8)
    assert (fake_pds.count(CREATE_SESSION), len(fake_pds.records)) == (1, 8)


def test_session_is_refreshed_once_when_many_threads_find_it_expired(
    adapter: Bluesky, fake_pds: FakePds
) -> None:
    adapter.publish(message(adapter), deadline=soon())
    fake_pds.expire_tokens()
    in_threads(adapter, 8)
    assert fake_pds.count(CREATE_SESSION) == 1
    assert fake_pds.count(REFRESH_SESSION) == 1
    assert len(fake_pds.records) == 9


def test_post_goes_out_when_the_token_has_expired(adapter: Bluesky, fake_pds: FakePds) -> None:
    adapter.publish(message(adapter, "一"), deadline=soon())
    fake_pds.expire_tokens()
    adapter.publish(message(adapter, "二"), deadline=soon())
    assert fake_pds.texts() == ["一", "二"]
    assert (fake_pds.count(CREATE_SESSION), fake_pds.count(REFRESH_SESSION)) == (1, 1)


def test_post_goes_out_after_one_new_sign_in_when_the_refresh_is_denied(
    adapter: Bluesky, fake_pds: FakePds
) -> None:
    adapter.publish(message(adapter, "一"), deadline=soon())
    fake_pds.expire_tokens(also_refresh=True)
    adapter.publish(message(adapter, "二"), deadline=soon())
    assert fake_pds.texts() == ["一", "二"]
    assert (fake_pds.count(CREATE_SESSION), fake_pds.count(REFRESH_SESSION)) == (2, 1)


def test_credential_is_expired_when_the_password_was_withdrawn_meanwhile(
    adapter: Bluesky, fake_pds: FakePds
) -> None:
    adapter.publish(message(adapter, "一"), deadline=soon())
    fake_pds.expire_tokens(also_refresh=True)
    fake_pds.fail(CREATE_SESSION, error(401, "AuthenticationRequired", "Invalid identifier or password"))
    with pytest.raises(AuthExpired, match="Invalid identifier"):
        adapter.publish(message(adapter, "二"), deadline=soon())
    assert fake_pds.texts() == ["一"]


def test_credential_is_expired_when_even_a_new_token_is_not_accepted(
    adapter: Bluesky, fake_pds: FakePds
) -> None:
    fake_pds.fail(PUT_RECORD, *[error(400, "InvalidToken", "Token could not be verified")] * 2)
    with pytest.raises(AuthExpired):
        adapter.publish(message(adapter), deadline=soon())
    assert fake_pds.count(PUT_RECORD) == 2


@pytest.mark.parametrize(
    ("reply", "expected"), [(Reset(), NotSent), (Answer(503), NotSent), (Answer(429), RateLimited)], ids=repr
)
def test_post_is_known_not_to_be_sent_when_the_refresh_fails(
    adapter: Bluesky, fake_pds: FakePds, reply: Answer, expected: type[Exception]
) -> None:
    adapter.publish(message(adapter, "一"), deadline=soon())
    fake_pds.expire_tokens()
    fake_pds.fail(REFRESH_SESSION, reply)
    with pytest.raises(expected):
        adapter.publish(message(adapter, "二"), deadline=soon())
    assert fake_pds.texts() == ["一"]


def test_post_goes_out_when_the_attempt_after_a_failed_refresh_is_made(
    adapter: Bluesky, fake_pds: FakePds
) -> None:
    adapter.publish(message(adapter, "一"), deadline=soon())
    fake_pds.expire_tokens()
    fake_pds.fail(REFRESH_SESSION, Answer(503))
    with pytest.raises(NotSent):
        adapter.publish(message(adapter, "二"), deadline=soon())
    adapter.publish(message(adapter, "三"), deadline=soon())
    assert fake_pds.texts() == ["一", "三"]


def test_post_is_not_sent_when_the_network_goes_away_after_the_sign_in(fake_pds: FakePds) -> None:
    addresses = [["127.0.0.1"], []]
    client = Client(allow_hosts=frozenset(), allow_loopback=True, resolver=lambda *_: addresses.pop(0))
    adapter = Bluesky(fake_pds.url, HANDLE, PASSWORD, client)
    adapter.profile(deadline=soon())
    client.close()
    with pytest.raises(NotSent):
        adapter.publish(message(adapter), deadline=soon())
    assert (addresses, fake_pds.count(PUT_RECORD)) == ([], 0)


def test_post_counts_as_accepted_when_it_stands_with_the_same_text_but_other_markings(
    adapter: Bluesky, fake_pds: FakePds
) -> None:
    sent = message(adapter, "#防災")
    first = adapter.publish(sent, deadline=soon())
    del fake_pds.records[sent.key]["facets"]
    assert adapter.publish(sent, deadline=soon()).remote_id == first.remote_id
    assert len(fake_pds.records) == 1


def test_post_is_refused_when_another_text_stands_under_its_key(adapter: Bluesky, fake_pds: FakePds) -> None:
    sent = message(adapter, "一")
    adapter.publish(sent, deadline=soon())
    with pytest.raises(Refused, match="本文の違う投稿"):
        adapter.publish(Message("二", sent.key, NOW), deadline=soon())


@pytest.mark.parametrize(
    "reply", [Reset(), Answer(500), Answer(200, {"value": "?"}), error(400, "RecordNotFound")], ids=repr
)
def test_outcome_is_unknown_when_a_taken_key_cannot_be_read_back(
    adapter: Bluesky, fake_pds: FakePds, reply: Answer
) -> None:
    sent = message(adapter, "一")
    adapter.publish(sent, deadline=soon())
    fake_pds.fail(GET_RECORD, reply)
    with pytest.raises(OutcomeUnknown):
        adapter.publish(Message("二", sent.key, NOW), deadline=soon())


def test_outcome_is_unknown_when_the_receipt_names_another_record(
    adapter: Bluesky, fake_pds: FakePds
) -> None:
    fake_pds.fail(PUT_RECORD, Answer(200, {"uri": "at://did:plc:other/app.bsky.feed.post/3aaa", "cid": "x"}))
    with pytest.raises(OutcomeUnknown):
        adapter.publish(message(adapter), deadline=soon())


def test_post_is_refused_before_any_call_when_its_text_is_no_text(
    adapter: Bluesky, fake_pds: FakePds
) -> None:
    with pytest.raises(Refused):
        adapter.publish(message(adapter, "\ud83d"), deadline=soon())
    assert fake_pds.asked == []


def test_server_that_is_none_is_not_blamed_on_the_password(adapter: Bluesky, fake_pds: FakePds) -> None:
    fake_pds.fail(CREATE_SESSION, Answer(404, "<html>not here</html>"))
    with pytest.raises(NotSent, match="404"):
        adapter.profile(deadline=soon())


def test_message_needs_a_zone_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="aware"):
        Message("本文", "k", NOW.replace(tzinfo=None))


def in_threads(adapter: Bluesky, number: int) -> None:
    sent = [message(adapter) for _ in range(number)]
    threads = [
        threading.Thread(target=adapter.publish, args=(each,), kwargs={"deadline": soon()}) for each in sent
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    "reply", [Reset(), Answer(500), Answer(404), Answer(200, {}), error(400, "InvalidRequest")], ids=repr
)
def test_nobody_says_that_a_post_is_not_there_when_the_network_does_not_tell(
    adapter: Bluesky, fake_pds: FakePds, reply: Answer
) -> None:
    sent = message(adapter)
    adapter.publish(sent, deadline=soon())
    fake_pds.fail(GET_RECORD, reply)
    with pytest.raises(NotSent):
        adapter.find(sent.key, deadline=soon())
    found = adapter.find(sent.key, deadline=soon())
    assert found is not None


def test_post_is_not_found_when_the_text_was_put_under_another_key(
    adapter: Bluesky, fake_pds: FakePds
) -> None:
    adapter.publish(message(adapter), deadline=soon())
    assert adapter.find(adapter.new_key(NOW), deadline=soon()) is None


POSTS = f"at://{DID}/app.bsky.feed.post"


@pytest.mark.parametrize(
    "name",
    [
        "3mabcdefgh22a",
        f"{POSTS}/",
        f"{POSTS}/..",
        f"{POSTS}/3m/3n",
        f"{POSTS}/3m?x=1",
        f"{POSTS}/３",
        f"{POSTS}/3mabcdefgh22a\n",
        f"at://{DID}/app.bsky.feed.like/3mabcdefgh22a",
        "at://did:plc:other/app.bsky.feed.post/3mabcdefgh22a",
    ],
)
def test_only_a_post_of_our_own_is_read_or_withdrawn(adapter: Bluesky, fake_pds: FakePds, name: str) -> None:
    for ask in (adapter.read, adapter.withdraw):
        with pytest.raises(Refused):
            ask(name, deadline=soon())
    assert fake_pds.asked == [CREATE_SESSION]


@pytest.mark.parametrize(
    "reply",
    [
        error(400, "InvalidRequest", "Could not find repo"),
        error(400, "RepoTakendown"),
        error(404, "RecordNotFound"),
        error(500, "RecordNotFound"),
        Answer(200, {"uri": "at://did:plc:other/app.bsky.feed.post/3mabcdefgh22a"}),
        Answer(200, {"uri": f"{POSTS}/3mabcdefgh22a", "value": "?"}),
        Answer(200, {"uri": f"{POSTS}/3mabcdefgh22a", "value": {"text": "時刻がない"}}),
    ],
    ids=repr,
)
def test_nobody_says_that_a_post_is_gone_when_the_server_does_not_say_so(
    adapter: Bluesky, fake_pds: FakePds, reply: Answer
) -> None:
    fake_pds.fail(GET_RECORD, reply)
    with pytest.raises(NotSent):
        adapter.read(f"{POSTS}/3mabcdefgh22a", deadline=soon())
