"""The Mastodon adapter against the fake: the contracts, keys that end, reading back; a client of others."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from outbound.http import Client
from platforms.errors import AuthExpired, NotSent, OutcomeUnknown, Refused
from platforms.mastodon import Mastodon, plain
from tests.platforms.contract import (
    NOW,
    RESET_AT,
    AdapterContract,
    Far,
    IdempotentContract,
    NetworkContract,
    Place,
    message,
    soon,
)
from tests.servers.fake_mastodon import (
    ACCT,
    CREDENTIALS,
    LIST,
    NAME,
    STATUSES,
    TOKEN,
    FakeMastodon,
    as_html,
    error,
    running_mastodon,
)
from tests.servers.loopback import Answer, Reply, Reset, Silence


@pytest.fixture
def fake() -> Iterator[FakeMastodon]:
    with running_mastodon() as fake:
        yield fake


@pytest.fixture
def adapter(fake: FakeMastodon, client: Client) -> Mastodon:
    return Mastodon(fake.url, TOKEN, client)


@pytest.fixture
def place(adapter: Mastodon, fake: FakeMastodon) -> Place:
    return Place(adapter, "mastodon", fake.texts, ACCT)


@pytest.fixture
def far(adapter: Mastodon, fake: FakeMastodon, client: Client) -> Far:
    return Far(
        adapter=adapter,
        wrong_credential=Mastodon(fake.url, "wrong", client),
        adapter_at=lambda url: Mastodon(url, TOKEN, client),
        fail_sign_in=None,
        fail_publish=lambda reply: fake.fail(STATUSES, reply),
        texts=fake.texts,
        secrets=(TOKEN,),
        refusal=lambda status, words: error(status, words),
        limit=lambda reset: Answer(429, {"error": "Too many requests"}, {"x-ratelimit-reset": reset}),
        reset=RESET_AT.isoformat(),
    )


class TestMastodonAsAdapter(AdapterContract, IdempotentContract):
    """All of it."""


class TestMastodonAsNetwork(NetworkContract):
    """All of it; there is no signing in."""


@pytest.mark.parametrize("reply", [Reset(), Answer(500), Answer(502, "<html>"), Silence()], ids=repr)
def test_status_stands_once_when_the_answer_was_lost_and_it_is_sent_again(
    adapter: Mastodon, fake: FakeMastodon, reply: Reply
) -> None:
    same = message(adapter)
    fake.accept_then(reply)
    with pytest.raises(OutcomeUnknown):
        adapter.publish(same, deadline=soon().after(0.5))
    receipt = adapter.publish(same, deadline=soon())
    assert [str(status.id) for status in fake.statuses] == [receipt.remote_id]


def test_key_is_trusted_for_less_time_than_the_server_remembers_it(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    lives = adapter.capabilities.key_lives
    assert lives is not None
    same = message(adapter)
    adapter.publish(same, deadline=soon())
    fake.now += lives
    adapter.publish(same, deadline=soon())
    assert len(fake.statuses) == 1
    fake.now += timedelta(minutes=10)
    adapter.publish(same, deadline=soon())
    assert len(fake.statuses) == 2  # as the real one would: after an hour the key means nothing


@pytest.mark.parametrize("status", [422, 403, 401])
def test_token_that_is_not_accepted_is_known_whatever_the_status_says(
    adapter: Mastodon, fake: FakeMastodon, status: int
) -> None:
    fake.fail(STATUSES, error(status, "Invalid token"))
    with pytest.raises(AuthExpired):
        adapter.publish(message(adapter), deadline=soon())


def test_text_that_is_too_long_is_refused_with_the_servers_words(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    fake.fail(STATUSES, error(422, "Validation failed: Text character limit of 500 exceeded"))
    with pytest.raises(Refused, match="500 exceeded"):
        adapter.publish(message(adapter), deadline=soon())


def test_reading_back_goes_through_the_pages_and_stops_at_the_moment_asked_for(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    for number in range(95):
        fake.now += timedelta(minutes=1)
        adapter.publish(message(adapter, f"{number}"), deadline=soon())
    since = fake.now - timedelta(minutes=49)
    assert {seen.text for seen in adapter.find_recent(since, deadline=soon())} == {
        str(number) for number in range(45, 95)
    }


def test_too_many_to_read_back_is_no_answer(adapter: Mastodon, fake: FakeMastodon) -> None:
    for number in range(205):
        adapter.publish(message(adapter, f"{number}"), deadline=soon())
    with pytest.raises(NotSent):
        adapter.find_recent(NOW - timedelta(days=1), deadline=soon())


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        (LIST, Answer(200, "<html>")),
        (LIST, Answer(200, {"error": "inside"})),
        (LIST, Answer(200, [{"id": "1", "created_at": "yesterday"}])),
        (LIST, Answer(200, ["1"])),
        (LIST, Answer(500)),
        (LIST, Reset()),
        (CREDENTIALS, Answer(200, {"id": "../../admin"})),
    ],
    ids=repr,
)
def test_list_that_cannot_be_read_is_no_empty_list(
    adapter: Mastodon, fake: FakeMastodon, path: str, reply: Reply
) -> None:
    fake.fail(path, reply)
    with pytest.raises(NotSent):
        adapter.find_recent(NOW, deadline=soon())


def test_text_is_taken_from_the_html_when_the_server_does_not_tell_the_source(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    fake.tells_source = False
    text = "<b>避難所</b>を開設しました。\n詳しくは\n\nhttps://www.city.mihon.example/bosai/2026.html?a=1&b=2 へ。&amp;"
    adapter.publish(message(adapter, text), deadline=soon())
    [seen] = adapter.find_recent(NOW - timedelta(hours=1), deadline=soon())
    assert seen.text == text


@pytest.mark.parametrize("text", ["一\n二\n\n三", "&lt; &amp;", '"引用"', "https://a.example/b?c=1"])
def test_html_reads_as_it_was_written(text: str) -> None:
    assert plain(as_html(text)) == text


@pytest.mark.parametrize("remote_id", ["", "1/2", "../1", "x?y", "1 2"])
def test_only_a_statuss_own_number_is_withdrawn(
    adapter: Mastodon, fake: FakeMastodon, remote_id: str
) -> None:
    with pytest.raises(Refused):
        adapter.withdraw(remote_id, deadline=soon())
    assert fake.asked == []


def test_server_that_heeds_no_keys_is_why_doubts_end_with_reading_back(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    fake.heeds_keys = False
    same = message(adapter)
    for _ in range(2):
        adapter.publish(same, deadline=soon())
    assert len(adapter.find_recent(NOW - timedelta(hours=1), deadline=soon())) == 2


@pytest.mark.filterwarnings("ignore")  # of the other client's own libraries
def test_client_of_others_reads_what_we_sent_and_meets_the_same_keys(
    adapter: Mastodon, fake: FakeMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mastodon import Mastodon as Other

    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    adapter.publish(message(adapter, "避難所を開設しました。👨‍👩‍👧‍👦"), deadline=soon())
    other = Other(
        access_token=TOKEN,
        api_base_url=fake.url,
        ratelimit_method="throw",
        version_check_mode="none",
        request_timeout=5,
    )
    me = other.account_verify_credentials()
    assert (me.acct, me.display_name) == (ACCT, NAME)
    [status] = other.account_statuses(me.id)
    assert plain(status.content) == "避難所を開設しました。👨‍👩‍👧‍👦"
    first, again = (other.status_post("二つめ", idempotency_key="k") for _ in range(2))
    assert first.id == again.id
    assert fake.texts() == ["避難所を開設しました。👨‍👩‍👧‍👦", "二つめ"]
