"""The Mastodon adapter against the fake server: the contracts, what a key is worth, and texts read back.

Mastodon.py, which is not ours, reads what we post and posts what we read; it also tells whether the fake is true.
"""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import mastodon as mastodon_py
import pytest
import requests

from outbound.deadline import Deadline
from outbound.http import Client
from platforms.base import Message
from platforms.counting import mastodon_length
from platforms.errors import AuthExpired, NotSent, OutcomeUnknown, PlatformError, RateLimited, Refused
from platforms.mastodon import Mastodon
from tests.platforms.contract import (
    NOW,
    RESET_AT,
    TEXTS,
    AdapterContract,
    Far,
    IdempotentContract,
    NetworkContract,
    Place,
    message,
    soon,
)
from tests.servers.fake_mastodon import (
    ACCOUNT_ID,
    DELETE,
    HANDLE,
    KEY_LIVES,
    LIST,
    NAME,
    NEIGHBOUR,
    POST,
    READ,
    SOURCE,
    TOKEN,
    VERIFY,
    FakeMastodon,
    answer,
    error,
    limited,
    running_fake_mastodon,
)
from tests.servers.loopback import Answer, Reply, Reset, Silence, closed_port

ISO = "2026-11-21T04:00:00.000000Z"
NOON = NOW.replace(microsecond=0)
BEFORE = NOON - timedelta(hours=1)
OTHER_TOKEN = "other-token"


@pytest.fixture
def fake() -> Iterator[FakeMastodon]:
    with running_fake_mastodon() as fake:
        yield fake


@pytest.fixture
def adapter(fake: FakeMastodon, client: Client) -> Mastodon:
    return Mastodon(fake.url, TOKEN, client)


@pytest.fixture
def reader(fake: FakeMastodon) -> mastodon_py.Mastodon:
    """An eye other than our own, which heeds no proxy of this machine."""
    session = requests.Session()
    session.trust_env = False
    return mastodon_py.Mastodon(
        access_token=TOKEN,
        api_base_url=fake.url,
        ratelimit_method="throw",
        version_check_mode="none",
        request_timeout=5,
        session=session,
    )


@pytest.fixture
def place(adapter: Mastodon, fake: FakeMastodon) -> Place:
    return Place(adapter, "mastodon", fake.texts, HANDLE, unused="1")


@pytest.fixture
def far(adapter: Mastodon, fake: FakeMastodon, client: Client) -> Far:
    return Far(
        adapter=adapter,
        wrong_credential=Mastodon(fake.url, "wrong", client),
        adapter_at=lambda url: Mastodon(url, TOKEN, client),
        fail_sign_in=None,
        fail_publish=lambda reply: fake.fail(POST, reply),
        fail_read=lambda reply: fake.fail(READ, reply),
        texts=fake.texts,
        secrets=(TOKEN,),
        refusal=error,
        limit=limited,
        reset=ISO,
    )


class TestMastodonAsAdapter(AdapterContract, IdempotentContract):
    """All of it, on the fake."""


class TestMastodonAsNetwork(NetworkContract):
    """All of it."""


# --- Publishing


def test_post_is_public_japanese_and_bears_its_key_when_it_is_sent(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    sent = message(adapter, TEXTS["quotes"])
    adapter.publish(sent, deadline=soon())
    assert fake.loopback is not None
    (request,) = fake.loopback.requests
    assert json.loads(request.body) == {"status": sent.text, "visibility": "public", "language": "ja"}
    assert request.headers["idempotency-key"] == sent.key
    assert request.headers["content-type"] == "application/json"


def test_receipt_names_the_post_and_its_page_when_it_was_taken(adapter: Mastodon, fake: FakeMastodon) -> None:
    receipt = adapter.publish(message(adapter), deadline=soon())
    assert receipt.remote_id == fake.statuses[0].number
    assert receipt.url == f"{fake.url}/@{HANDLE}/{receipt.remote_id}"
    assert receipt.detail == {}


@pytest.mark.parametrize("reply", [Silence(), Reset(), Answer(500)], ids=repr)
def test_post_stays_one_when_it_was_taken_without_a_word_and_is_sent_again(
    adapter: Mastodon, fake: FakeMastodon, reply: Reply
) -> None:
    same = message(adapter)
    fake.accept_then(reply)
    with pytest.raises(OutcomeUnknown):
        adapter.publish(same, deadline=Deadline.after(0.6))
    assert fake.texts() == [same.text]
    assert adapter.publish(same, deadline=soon()).remote_id == fake.statuses[0].number
    assert (fake.texts(), fake.count(POST)) == ([same.text], 2)


def test_key_still_holds_when_it_is_as_old_as_the_adapter_says(adapter: Mastodon, fake: FakeMastodon) -> None:
    same = message(adapter)
    adapter.publish(same, deadline=soon())
    assert adapter.capabilities.key_lives is not None
    fake.now += adapter.capabilities.key_lives
    adapter.publish(same, deadline=soon())
    assert len(fake.statuses) == 1
    fake.now += KEY_LIVES - adapter.capabilities.key_lives
    adapter.publish(same, deadline=soon())
    assert len(fake.statuses) == 2


def test_key_means_nothing_when_another_account_uses_it(
    adapter: Mastodon, fake: FakeMastodon, client: Client
) -> None:
    fake.tokens[OTHER_TOKEN] = "2"
    same = message(adapter)
    adapter.publish(same, deadline=soon())
    Mastodon(fake.url, OTHER_TOKEN, client).publish(same, deadline=soon())
    assert [status.account for status in fake.statuses] == [ACCOUNT_ID, "2"]


def test_post_is_made_twice_when_the_server_ignores_keys(adapter: Mastodon, fake: FakeMastodon) -> None:
    fake.ignores_keys = True
    same = message(adapter)
    receipts = [adapter.publish(same, deadline=soon()) for _ in range(2)]
    assert receipts[0].remote_id != receipts[1].remote_id


def test_text_that_stands_there_is_told_when_it_is_not_the_one_sent(adapter: Mastodon) -> None:
    first = message(adapter, "一\n\n二")
    adapter.publish(first, deadline=soon())
    receipt = adapter.publish(Message("三", first.key, NOW), deadline=soon())
    assert receipt.detail == {"text_there": "一\n\n二"}


@pytest.mark.parametrize("kind", TEXTS)
def test_text_counts_as_the_same_when_only_blanks_were_dropped(
    adapter: Mastodon, fake: FakeMastodon, kind: str
) -> None:
    fake.strips = True
    text = f"{TEXTS[kind]}\n\n\n@{NEIGHBOUR} \n"
    assert adapter.publish(message(adapter, text), deadline=soon()).detail == {}
    assert fake.texts() != [text]


@pytest.mark.parametrize(
    "reply",
    [
        error(401, "The access token is invalid"),
        error(401, "The access token was revoked"),
        error(403, "Your login is currently disabled"),
        error(403, "Your login is missing a confirmed e-mail address"),
        error(403, "This action is outside the authorized scopes"),
        error(422, "This method requires an authenticated user"),
        answer({"error": "invalid_grant", "error_description": "invalid token"}, 422),
        Answer(422, "<h1>422 Unprocessable Content</h1>"),
    ],
    ids=repr,
)
def test_credential_is_expired_when_the_server_blames_the_login(
    adapter: Mastodon, fake: FakeMastodon, reply: Reply
) -> None:
    fake.fail(POST, reply)
    with pytest.raises(AuthExpired):
        adapter.publish(message(adapter), deadline=soon())


@pytest.mark.parametrize(
    "reply",
    [
        error(422, "Validation failed: Text character limit of 500 exceeded"),
        error(422, "Validation failed: Text contained a disallowed hashtag: token"),
        error(403, "This action is not allowed"),
        error(404, "Record not found"),
        error(413, "Payload too large"),
    ],
    ids=repr,
)
def test_post_is_refused_with_words_when_the_server_blames_the_post(
    adapter: Mastodon, fake: FakeMastodon, reply: Answer
) -> None:
    fake.fail(POST, reply)
    with pytest.raises(Refused) as caught:
        adapter.publish(message(adapter), deadline=soon())
    assert json.loads(json.dumps(reply.body))["error"] in caught.value.detail
    assert fake.count(POST) == 1


@pytest.mark.parametrize(
    "reply",
    [Reset(), Answer(500), Answer(503), Answer(302), answer({}), answer([]), answer({"id": 7})],
    ids=repr,
)
def test_create_call_is_made_once_when_its_answer_tells_nothing(
    adapter: Mastodon, fake: FakeMastodon, reply: Reply
) -> None:
    fake.fail(POST, reply)
    with pytest.raises(OutcomeUnknown):
        adapter.publish(message(adapter), deadline=soon())
    assert fake.asked == [POST]


def test_waiting_time_is_told_when_the_server_writes_it_by_the_unix_clock(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    fake.fail(POST, limited(str(int(RESET_AT.timestamp()))))
    with pytest.raises(RateLimited) as caught:
        adapter.publish(message(adapter), deadline=soon())
    assert caught.value.until == RESET_AT


@pytest.mark.parametrize("reset", ["9999-12-31T23:59:59-14:00", "2026-11-21T04:00:00", ""])
def test_waiting_time_is_open_when_it_is_no_instant(
    adapter: Mastodon, fake: FakeMastodon, reset: str
) -> None:
    fake.fail(POST, limited(reset))
    with pytest.raises(RateLimited) as caught:
        adapter.publish(message(adapter), deadline=soon())
    assert caught.value.until is None


def test_post_is_refused_before_any_call_when_its_text_is_no_text(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    with pytest.raises(Refused):
        adapter.publish(message(adapter, "\ud83d"), deadline=soon())
    assert fake.asked == []


# --- Who we are


def test_profile_tells_handle_name_and_page_when_the_token_is_good(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    profile = adapter.profile(deadline=soon())
    assert (profile.handle, profile.name, profile.url) == (HANDLE, NAME, f"{fake.url}/@{HANDLE}")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Silence(), NotSent),
        (Reset(), NotSent),
        (Answer(500), NotSent),
        (Answer(404, "<html>not here</html>"), NotSent),
        (Answer(200, "<html>"), NotSent),
        (answer({"id": "../../statuses", "acct": "x"}), NotSent),
        (answer({"id": "1"}), NotSent),
        (limited(ISO), RateLimited),
        (error(403, "Your login is currently disabled"), AuthExpired),
    ],
    ids=repr,
)
def test_check_says_what_is_wrong_when_the_account_is_not_told(
    adapter: Mastodon, fake: FakeMastodon, reply: Reply, expected: type[PlatformError]
) -> None:
    for ask in (adapter.profile, lambda deadline: adapter.find_recent(BEFORE, deadline=deadline)):
        fake.fail(VERIFY, reply)
        with pytest.raises(expected):
            ask(deadline=Deadline.after(0.6))
    assert fake.asked == [VERIFY, VERIFY]


# --- Reading back


def test_every_post_since_then_is_read_when_others_wrote_there_too(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    fake.now = BEFORE - timedelta(seconds=1)
    fake.add("むかしの投稿")
    fake.now = BEFORE
    fake.add("ちょうどの投稿")
    fake.now = NOON
    fake.add("手で出した投稿")
    fake.add("ほかの人の投稿", account="2")
    fake.add("広めただけの投稿").is_boost = True
    seen = adapter.find_recent(BEFORE, deadline=soon())
    assert [(post.text, post.at) for post in seen] == [("手で出した投稿", NOON), ("ちょうどの投稿", BEFORE)]


@pytest.mark.parametrize("number", [1, 40, 41, 160])
def test_all_pages_are_read_when_there_are_many_posts(
    adapter: Mastodon, fake: FakeMastodon, number: int
) -> None:
    written = [fake.add(f"{each}番").text for each in range(number)]
    seen = adapter.find_recent(BEFORE, deadline=soon())
    assert [post.text for post in seen] == written[::-1]
    assert fake.count(SOURCE) == min(number, 20)


def test_nothing_is_certain_when_there_are_more_posts_than_we_read(
    adapter: Mastodon, fake: FakeMastodon
) -> None:
    for each in range(161):
        fake.add(f"{each}番")
    with pytest.raises(NotSent, match="多すぎて"):
        adapter.find_recent(BEFORE, deadline=soon())
    assert fake.count(LIST) == 5


def test_reading_stops_when_a_page_goes_back_far_enough(adapter: Mastodon, fake: FakeMastodon) -> None:
    fake.now = BEFORE - timedelta(days=1)
    for each in range(100):
        fake.add(f"{each}番")
    fake.now = NOW
    fake.add("きょう")
    assert [post.text for post in adapter.find_recent(BEFORE, deadline=soon())] == ["きょう"]
    assert fake.count(LIST) == 1


def test_account_is_asked_for_once_when_many_threads_read(adapter: Mastodon, fake: FakeMastodon) -> None:
    threads = [
        threading.Thread(target=adapter.find_recent, args=(BEFORE,), kwargs={"deadline": soon()})
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (fake.count(VERIFY), fake.count(LIST)) == (1, 8)


@pytest.mark.parametrize(
    "text",
    [
        *(TEXTS[kind] for kind in TEXTS if kind != "lines and blanks"),
        "一\n二\n\n三\n四",
        "「'&#39;&lt;br&gt;」",
        "長い https://www.city.example.jp/kurashi/bosai/hinan/2026/index.html?a=1&b=2 のあと",
        f"@{NEIGHBOUR} に答えます #防災",
    ],
)
def test_text_is_restored_from_the_page_when_the_server_tells_no_source(
    adapter: Mastodon, fake: FakeMastodon, text: str
) -> None:
    fake.tells_source = False
    fake.add(text)
    assert [post.text for post in adapter.find_recent(BEFORE, deadline=soon())] == [text]


def test_blank_lines_are_one_when_the_text_had_to_be_restored(adapter: Mastodon, fake: FakeMastodon) -> None:
    fake.tells_source, fake.strips = False, True
    adapter.publish(message(adapter, "\n 一 \n\n\n\n二\r\n三\n\n "), deadline=soon())
    assert [post.text for post in adapter.find_recent(BEFORE, deadline=soon())] == ["一 \n\n二\n三"]


def test_text_is_the_source_when_the_page_would_tell_less(adapter: Mastodon, fake: FakeMastodon) -> None:
    fake.add("一\n\n\n\n二 ")
    assert [post.text for post in adapter.find_recent(BEFORE, deadline=soon())] == ["一\n\n\n\n二 "]


@pytest.mark.parametrize(
    "reply",
    [
        Reset(),
        Answer(500),
        error(403, "This action is outside the authorized scopes"),
        limited(ISO),
        answer({"id": "1", "text": "ほかの投稿"}),
        answer({}),
    ],
    ids=repr,
)
def test_rest_is_restored_when_a_source_cannot_be_had(
    adapter: Mastodon, fake: FakeMastodon, reply: Reply
) -> None:
    for text in ("一\n\n\n一", "二\n\n\n二"):
        fake.add(text)
    fake.fail(SOURCE, reply)
    seen = adapter.find_recent(BEFORE, deadline=soon())
    assert [post.text for post in seen] == ["二\n\n二", "一\n\n一"]
    assert fake.count(SOURCE) == 1


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"content": "<p>一<br/>\n二</p>\n<p>三</p>\n"}, "一\n二\n\n三"),
        ({"content": "飾りのない &amp; 本文"}, "飾りのない & 本文"),
        ({"content": "<p>一</p>", "text": "一  "}, "一  "),
        ({"content": "<p>一</p>", "text": None, "mentions": None}, "一"),
        ({"content": "<p>一</p>", "text": ""}, "一"),
        ({"content": "R&D"}, "R&D"),
        ({"content": None}, ""),
    ],
    ids=repr,
)
def test_text_is_read_when_another_make_of_server_writes_it(
    adapter: Mastodon, fake: FakeMastodon, told: dict[str, object], text: str
) -> None:
    fake.tells_source = False
    fake.fail(LIST, answer([{"id": "7", "created_at": NOW.isoformat(), **told}]))
    (post,) = adapter.find_recent(BEFORE, deadline=soon())
    assert (post.text, post.receipt.url, post.at) == (text, "", NOW)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reset(), NotSent),
        (Answer(500), NotSent),
        (Answer(200, "<html>"), NotSent),
        (answer({}), NotSent),
        (answer(["?"]), NotSent),
        (answer([{"id": "7"}]), NotSent),
        (answer([{"id": "7", "created_at": "2026-11-21T03:04:05"}]), NotSent),
        (answer([{"id": "a/b", "created_at": NOW.isoformat()}]), NotSent),
        (limited(ISO), RateLimited),
        (error(401, "The access token was revoked"), AuthExpired),
    ],
    ids=repr,
)
def test_nobody_says_what_stands_there_when_the_list_cannot_be_read(
    adapter: Mastodon, fake: FakeMastodon, reply: Reply, expected: type[PlatformError]
) -> None:
    fake.fail(LIST, reply)
    with pytest.raises(expected):
        adapter.find_recent(BEFORE, deadline=soon())
    assert fake.count(LIST) == 1


# --- Reading one


@pytest.mark.parametrize("tells_source", [True, False])
def test_post_is_read_with_or_without_its_source(
    adapter: Mastodon, fake: FakeMastodon, tells_source: bool
) -> None:
    fake.tells_source = tells_source
    post = fake.add(f"一\n\n\n二 @{NEIGHBOUR} <b>&amp; ")
    seen = adapter.read(post.number, deadline=soon())
    assert seen is not None
    assert seen.text == (post.text if tells_source else f"一\n\n二 @{NEIGHBOUR} <b>&amp; ")
    assert seen.at == post.at


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answer([]), NotSent),
        (answer({"id": "8", "created_at": NOW.isoformat(), "content": "<p>一</p>"}), NotSent),
        (answer({"id": "7", "content": "<p>一</p>"}), NotSent),
        (answer({}, 404), NotSent),
        (error(410, "Gone"), NotSent),
        (error(500, "Record not found"), NotSent),
        (error(401, "The access token was revoked"), AuthExpired),
        (error(403, "Your login is currently disabled"), AuthExpired),
        (error(403, "This action is not allowed"), NotSent),
    ],
    ids=repr,
)
def test_nobody_says_that_a_post_is_gone_when_the_server_does_not_say_so(
    adapter: Mastodon, fake: FakeMastodon, reply: Reply, expected: type[PlatformError]
) -> None:
    fake.fail(READ, reply)
    with pytest.raises(expected):
        adapter.read("7", deadline=soon())
    assert fake.asked == [READ]


# --- Withdrawing


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reset(), OutcomeUnknown),
        (Answer(500), OutcomeUnknown),
        (Answer(408), OutcomeUnknown),
        (Answer(302), OutcomeUnknown),
        (Answer(200, "<html>"), OutcomeUnknown),
        (Answer(404, "<html>"), OutcomeUnknown),
        (limited(ISO), RateLimited),
        (error(401, "The access token was revoked"), AuthExpired),
        (error(403, "This action is not allowed"), Refused),
    ],
    ids=repr,
)
def test_post_is_not_said_to_be_gone_when_the_server_does_not_say_so(
    adapter: Mastodon, fake: FakeMastodon, reply: Reply, expected: type[PlatformError]
) -> None:
    receipt = adapter.publish(message(adapter), deadline=soon())
    fake.fail(DELETE, reply)
    with pytest.raises(expected):
        adapter.withdraw(receipt.remote_id, deadline=soon())
    assert (len(fake.statuses), fake.count(DELETE)) == (1, 1)


def test_post_is_known_to_stand_when_the_network_is_dead(client: Client) -> None:
    adapter = Mastodon(f"http://localhost:{closed_port()}", TOKEN, client)
    with pytest.raises(NotSent):
        adapter.withdraw("1", deadline=soon())


@pytest.mark.parametrize("name", ["", "..", ".", "1/source", "1?x=1", "１"])
def test_nothing_is_asked_when_the_name_is_no_name(adapter: Mastodon, fake: FakeMastodon, name: str) -> None:
    for ask in (adapter.withdraw, adapter.read):
        with pytest.raises(Refused):
            ask(name, deadline=soon())
    assert fake.asked == []


# --- Counting


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("避難所", 3),
        ("👨‍👩‍👧‍👦🇯🇵👍🏽か\u3099", 4),
        ("http://a.jp", 23),
        ("https://www.city.example.jp/kurashi/bosai/hinan/index.html?a=1&b=2#c", 23),
        ("詳細はhttps://www.city.example.jp/。", 26),
        ("詳細はhttps://www.city.example.jp。", 27),
        ("https://www.city.example.jp/. つぎ", 27),
        ("https://www.city.example.jp/防災（水） つぎ", 26),
        ("https://ja.example.org/wiki/市_(行政) つぎ", 26),
        ("（https://www.city.example.jp/a）", 24),
        ("(https://www.city.example.jp/a)", 25),
        ("https://www.city.example.jp:8443/", 23),
        ("https://a.jp\u3000https://b.jp\nhttps://c.jp", 71),
        ("https://localhost/a", 19),
        ("www.city.example.jp", 19),
        ("ahttps://a.jp", 13),
        ("@soumu@sns.soumu.example", 6),
        ("ＲＴ @soumu@sns.soumu.example と @koho", 17),
        ("koho@city.example.jp", 20),
        ("koho@city@sns.example", 21),
        ("https://a.jp1", 13),
        ("https://sns.example/@koho@sns.example", 23),
    ],
)
def test_length_is_the_servers_when_there_are_links_and_accounts(text: str, counted: int) -> None:
    assert mastodon_length(text) == counted


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        ("plain", 11),
        ("family emoji", 9),
        ("variant kanji", 12),
        ("full width", 12),
        ("not normalised", 7),
        ("lines and blanks", 14),
        ("links and tags", 34),
        ("quotes", 29),
    ],
)
def test_counter_counts_what_a_reader_sees_when_staff_write(
    adapter: Mastodon, kind: str, counted: int
) -> None:
    assert adapter.counter(TEXTS[kind]).used == counted


# --- Seen by Mastodon.py


@pytest.mark.parametrize("kind", TEXTS)
def test_other_eyes_read_our_post_when_it_was_sent(
    adapter: Mastodon, reader: mastodon_py.Mastodon, kind: str
) -> None:
    receipt = adapter.publish(message(adapter, TEXTS[kind]), deadline=soon())
    (post,) = reader.account_statuses(reader.me().id)
    assert (post.id, post.url, post.visibility, post.language) == (
        receipt.remote_id,
        receipt.url,
        "public",
        "ja",
    )
    assert reader.status_source(post.id).text == TEXTS[kind]
    assert reader.status(post.id).content == post.content


def test_key_is_the_same_for_other_hands_when_they_send_our_post_again(
    adapter: Mastodon, reader: mastodon_py.Mastodon, fake: FakeMastodon
) -> None:
    sent = message(adapter)
    receipt = adapter.publish(sent, deadline=soon())
    again = reader.status_post("ほかの本文", idempotency_key=sent.key, visibility="public", language="ja")
    other = reader.status_post(sent.text, idempotency_key=adapter.new_key(NOW))
    assert (again.id, len(fake.statuses)) == (receipt.remote_id, 2)
    assert other.id != receipt.remote_id


def test_we_read_what_other_hands_posted_when_we_look_back(
    adapter: Mastodon, reader: mastodon_py.Mastodon, fake: FakeMastodon
) -> None:
    posted = {reader.status_post(text).id: text for text in TEXTS.values()}
    seen = adapter.find_recent(BEFORE, deadline=soon())
    assert {post.receipt.remote_id: post.text for post in seen} == posted


def test_other_eyes_find_nothing_when_we_have_withdrawn(
    adapter: Mastodon, reader: mastodon_py.Mastodon
) -> None:
    receipt = adapter.publish(message(adapter), deadline=soon())
    adapter.withdraw(receipt.remote_id, deadline=soon())
    assert reader.account_statuses(reader.me().id) == []
    with pytest.raises(mastodon_py.MastodonNotFoundError):
        reader.status(receipt.remote_id)
    with pytest.raises(mastodon_py.MastodonNotFoundError):
        reader.status_delete(receipt.remote_id)


def test_other_eyes_see_the_same_errors_when_the_fake_says_no(
    reader: mastodon_py.Mastodon, fake: FakeMastodon
) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    fake.fail(POST, limited(until.isoformat().replace("+00:00", "Z")))
    with pytest.raises(mastodon_py.MastodonRatelimitError):
        reader.status_post("一")
    assert abs(reader.ratelimit_reset - until.timestamp()) < 60
    fake.tokens.clear()
    with pytest.raises(mastodon_py.MastodonUnauthorizedError):
        reader.me()
    with pytest.raises(mastodon_py.MastodonUnauthorizedError):
        reader.status_post("一")
    assert fake.texts() == []
