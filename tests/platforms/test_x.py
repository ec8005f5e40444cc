"""The X adapter against the fake: the contracts, doubts, tokens that work once; our requests as X describes them."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from outbound.http import Client
from platforms.errors import AuthExpired, NotSent, OutcomeUnknown, PlatformError, RateLimited, Refused
from platforms.likeness import is_same
from platforms.x import OUT_OF_CREDIT, X, as_written
from tests.platforms.contract import (
    NOW,
    TEXTS,
    AdapterContract,
    Far,
    NetworkContract,
    Place,
    SigningInContract,
    message,
    soon,
)
from tests.platforms.official import fault, faults
from tests.servers.fake_x import (
    CLIENT_ID,
    CLIENT_SECRET,
    HANDLE,
    ME,
    POSTS,
    READ,
    TIMELINE,
    TOKEN,
    FakeX,
    Kept,
    not_found,
    problem,
    running_x,
)
from tests.servers.loopback import Answer, Reply, Request, Reset, Silence

HOST = "https://api.x.com"
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


@pytest.fixture
def fake() -> Iterator[FakeX]:
    with running_x() as fake:
        yield fake


@pytest.fixture
def kept(fake: FakeX) -> Kept:
    return Kept({**fake.grant(), **CLIENT})


def x(fake: FakeX, client: Client, kept: Kept, *, url: str = "", handle: str = HANDLE) -> X:
    return X(url or fake.url, handle, kept, client, clock=lambda: fake.now)


@pytest.fixture
def adapter(fake: FakeX, client: Client, kept: Kept) -> X:
    return x(fake, client, kept)


@pytest.fixture
def place(adapter: X, fake: FakeX) -> Place:
    return Place(adapter, "x", fake.texts, HANDLE, unused="1")


@pytest.fixture
def far(adapter: X, fake: FakeX, client: Client, kept: Kept) -> Far:
    def sign_in_fails(reply: Reply) -> None:
        fake.access.clear()
        fake.fail(TOKEN, reply)

    return Far(
        adapter=adapter,
        wrong_credential=x(fake, client, Kept({**kept.told, "access_token": "a", "refresh_token": "r"})),
        adapter_at=lambda url: x(fake, client, kept, url=url),
        fail_sign_in=sign_in_fails,
        fail_publish=lambda reply: fake.fail(POSTS, reply),
        fail_read=lambda reply: fake.fail(READ, reply),
        texts=fake.texts,
        secrets=(CLIENT_SECRET, kept.told["refresh_token"], kept.told["access_token"]),
        refusal=lambda status, words: problem(status, "Invalid Request", words),
        limit=lambda reset: Answer(429, {"title": "Too Many Requests"}, {"x-rate-limit-reset": reset}),
    )


class TestXAsAdapter(AdapterContract):
    """All that needs no key: X knows none."""


class TestXAsNetwork(NetworkContract, SigningInContract):
    """All of it; signing in is making the next token."""


# --- doubts


@pytest.mark.parametrize("reply", [Reset(), Answer(500), Answer(503, "<html>"), Silence()], ids=repr)
def test_post_whose_answer_was_lost_is_found_among_the_accounts_own(
    adapter: X, fake: FakeX, reply: Reply
) -> None:
    text = "くわしくは city.mihon.example/a?b=1&c=2 と https://www.city.mihon.example/ へ <必見>"
    fake.accept_then(reply)
    with pytest.raises(OutcomeUnknown):
        adapter.publish(message(adapter, text), deadline=soon().after(0.5))
    [seen] = adapter.find_recent(fake.now - timedelta(minutes=1), deadline=soon())
    assert is_same(text, seen.text)


def test_duplicate_is_a_doubt_for_the_twin_may_be_ours(adapter: X, fake: FakeX) -> None:
    adapter.publish(message(adapter), deadline=soon())
    with pytest.raises(OutcomeUnknown):
        adapter.publish(message(adapter), deadline=soon())
    assert len(fake.posts) == 1


@pytest.mark.parametrize("text", TEXTS.values())
def test_text_read_back_is_known_again_whatever_x_made_of_it(adapter: X, fake: FakeX, text: str) -> None:
    adapter.publish(message(adapter, text), deadline=soon())
    [seen] = adapter.find_recent(fake.now - timedelta(minutes=1), deadline=soon())
    assert is_same(text, seen.text)
    assert not is_same(text + "！", seen.text)


def test_reading_back_goes_through_the_pages_and_gives_up_when_there_are_too_many(
    adapter: X, fake: FakeX
) -> None:
    for number in range(230):
        fake.posts[f"{number}"] = (f"{number}", fake.now)
    assert len(adapter.find_recent(fake.now, deadline=soon())) == 230
    for number in range(230, 501):
        fake.posts[f"{number}"] = (f"{number}", fake.now)
    with pytest.raises(NotSent):
        adapter.find_recent(fake.now, deadline=soon())


@pytest.mark.parametrize(
    "reply",
    [
        Answer(200, "<html>"),
        Answer(200, {}),
        Answer(200, {"errors": [{"title": "Not Found Error"}]}),
        Answer(200, {"data": [{"id": "1", "text": "a", "created_at": "yesterday"}]}),
        Answer(200, {"data": [{"id": 1}]}),
        Answer(503),
        Reset(),
    ],
    ids=repr,
)
def test_list_that_cannot_be_read_is_no_empty_list(adapter: X, fake: FakeX, reply: Reply) -> None:
    fake.fail(TIMELINE, reply)
    with pytest.raises(NotSent):
        adapter.find_recent(NOW, deadline=soon())


# --- reading one


NOT_ALLOWED = {
    "title": "Authorization Error",
    "detail": "Sorry, you are not authorized to see the Tweet",
    "type": "https://api.x.com/2/problems/not-authorized-for-resource",
}


@pytest.mark.parametrize(
    "reply",
    [
        Answer(200, {"errors": [not_found("1")]}),
        Answer(404, {"errors": [not_found("1")]}),
        Answer(404, not_found("1")),
        problem(404, "Not Found"),
    ],
    ids=repr,
)
def test_post_is_gone_when_x_says_so(adapter: X, fake: FakeX, reply: Reply) -> None:
    fake.fail(READ, reply)
    assert adapter.read("1", deadline=soon()) is None


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Answer(200, {"errors": [NOT_ALLOWED]}), NotSent),
        (Answer(200, {"errors": [not_found("1"), NOT_ALLOWED]}), NotSent),
        (Answer(200, {"errors": []}), NotSent),
        (Answer(200, {"errors": "Not Found Error"}), NotSent),
        (Answer(200, {"data": {"id": "2", "text": "a", "created_at": NOW.isoformat()}}), NotSent),
        (Answer(200, {"data": {"id": "1", "text": "a"}}), NotSent),
        (Answer(200, {"data": {"id": "1", "created_at": NOW.isoformat()}}), NotSent),
        (Answer(200, {"data": {}, "errors": [not_found("1")]}), NotSent),
        (Answer(503, {"errors": [not_found("1")]}), NotSent),
        (Answer(404, {"errors": [{"code": 34, "message": "Sorry, that page does not exist."}]}), NotSent),
        (problem(400, "Invalid Request", "The query parameter [note_tweet] is not one of"), NotSent),
        (problem(403, "Forbidden", "Your account is suspended and is not permitted"), AuthExpired),
        (problem(402, "CreditsDepleted"), RateLimited),
    ],
    ids=repr,
)
def test_post_is_not_said_to_be_gone_when_x_does_not_say_so(
    adapter: X, fake: FakeX, reply: Reply, error: type[PlatformError]
) -> None:
    fake.fail(READ, reply)
    with pytest.raises(error):
        adapter.read("1", deadline=soon())


def test_long_text_is_read_whole_with_its_addresses(adapter: X, fake: FakeX) -> None:
    text = f"{'長い本文。' * 60}くわしくは https://www.city.mihon.example/a?b=1&c=2 へ"
    name = adapter.publish(message(adapter, text), deadline=soon()).remote_id
    seen = adapter.read(name, deadline=soon())
    assert seen is not None
    assert seen.text == text


def test_long_text_is_read_whole_in_x_s_newer_words(adapter: X, fake: FakeX) -> None:
    row = {
        "id": "1",
        "text": "はじめ…",
        "created_at": NOW.isoformat(),
        "note_post": {"text": "はじめとおわり"},
    }
    fake.fail(READ, Answer(200, {"data": row}))
    seen = adapter.read("1", deadline=soon())
    assert seen is not None
    assert (seen.text, seen.at) == ("はじめとおわり", NOW)


def test_post_is_read_with_a_new_token_when_the_old_one_has_ended(
    adapter: X, fake: FakeX, kept: Kept
) -> None:
    name = adapter.publish(message(adapter), deadline=soon()).remote_id
    fake.access.clear()
    assert adapter.read(name, deadline=soon()) is not None
    assert len(kept.stored) == 1


# --- tokens


def test_token_is_replaced_before_it_ends_and_stored_at_once(adapter: X, fake: FakeX, kept: Kept) -> None:
    adapter.publish(message(adapter, "一"), deadline=soon())
    assert kept.stored == []
    fake.now += timedelta(hours=1, minutes=56)
    adapter.publish(message(adapter, "二"), deadline=soon())
    assert len(kept.stored) == 1
    fake.now += timedelta(hours=1)
    adapter.publish(message(adapter, "三"), deadline=soon())
    assert (len(kept.stored), len(fake.posts)) == (1, 3)


@pytest.mark.parametrize("reply", [Reset(), Answer(503), Answer(200, "<html>"), Answer(429)], ids=repr)
def test_blip_while_refreshing_early_is_no_dead_token(
    adapter: X, fake: FakeX, kept: Kept, reply: Reply
) -> None:
    fake.now += timedelta(hours=1, minutes=56)
    fake.fail(TOKEN, reply)
    adapter.publish(message(adapter), deadline=soon())
    assert (len(fake.posts), kept.stored) == (1, [])


def test_refresh_token_is_used_once_however_many_threads_need_it(adapter: X, fake: FakeX, kept: Kept) -> None:
    fake.now += LATE
    done: list[object] = []
    threads = [
        threading.Thread(
            target=lambda n=n: done.append(adapter.publish(message(adapter, f"{n}"), deadline=soon()))
        )
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(done), len(kept.stored), len(fake.used_up)) == (8, 1, 1)


LATE = timedelta(hours=3)


@pytest.mark.parametrize(
    "change", [{"refresh_token": ""}, {"refresh_token": "used"}], ids=["none", "not accepted"]
)
def test_connection_that_has_ended_is_for_a_person_to_mend(
    fake: FakeX, client: Client, kept: Kept, change: dict[str, str]
) -> None:
    kept.told |= change
    fake.now += LATE
    adapter = x(fake, client, kept)
    with pytest.raises(AuthExpired):
        adapter.publish(message(adapter), deadline=soon())


def test_other_account_than_the_registers_is_noticed_before_anything_is_posted(
    adapter: X, fake: FakeX
) -> None:
    fake.handle = "mima_police"
    with pytest.raises(Refused, match="mima_police"):
        adapter.profile(deadline=soon())


# --- answers


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (problem(403, "Forbidden", "Your account is suspended and is not permitted"), AuthExpired),
        (problem(403, "Unsupported Authentication", "oauth2 app permission missing"), AuthExpired),
        (problem(403, "Forbidden", "Tweet needs to be a bit shorter."), Refused),
        (problem(400, "Invalid Request"), Refused),
        (Answer(201, {"errors": [{"title": "inside"}]}), OutcomeUnknown),
        (Answer(201, {"data": {"id": "x/../y"}}), OutcomeUnknown),
    ],
    ids=repr,
)
def test_answer_says_what_is_known_about_the_post(
    adapter: X, fake: FakeX, reply: Reply, error: type[PlatformError]
) -> None:
    fake.fail(POSTS, reply)
    with pytest.raises(error):
        adapter.publish(message(adapter), deadline=soon())


@pytest.mark.parametrize(
    "reply",
    [problem(402, "CreditsDepleted"), problem(429, "UsageCapExceeded"), problem(403, "usage-capped")],
    ids=repr,
)
def test_money_that_is_used_up_is_said_so(adapter: X, fake: FakeX, reply: Reply) -> None:
    fake.fail(POSTS, reply)
    with pytest.raises(RateLimited) as caught:
        adapter.publish(message(adapter), deadline=soon())
    assert caught.value.detail == OUT_OF_CREDIT


@pytest.mark.parametrize("remote_id", ["", "1/2", "../1", "１"])
def test_only_a_posts_own_number_is_withdrawn_or_read(adapter: X, fake: FakeX, remote_id: str) -> None:
    for ask in (adapter.withdraw, adapter.read):
        with pytest.raises(Refused):
            ask(remote_id, deadline=soon())
    assert fake.asked == []


# --- as X describes itself


def test_our_requests_are_as_x_describes_them(adapter: X, fake: FakeX) -> None:
    receipt = adapter.publish(message(adapter, "避難所を開設しました。👨‍👩‍👧‍👦"), deadline=soon())
    adapter.profile(deadline=soon())
    adapter.find_recent(NOW, deadline=soon())
    adapter.read(receipt.remote_id, deadline=soon())
    adapter.withdraw(receipt.remote_id, deadline=soon())
    assert fake.loopback is not None
    asked = [(each.method, each.path.partition("?")[0]) for each in fake.loopback.requests]
    assert asked == [
        ("POST", POSTS),
        ("GET", ME),
        ("GET", TIMELINE),
        ("GET", f"{POSTS}/{receipt.remote_id}"),
        ("DELETE", f"{POSTS}/{receipt.remote_id}"),
    ]
    assert faults("x/openapi.json", HOST, fake.loopback.requests) == []


@pytest.mark.parametrize(
    ("path", "body"),
    [(POSTS, b'{"status": "a"}'), (POSTS, b'{"text": 1}'), ("/2/shouts", b'{"text": "a"}')],
)
def test_description_would_have_noticed(path: str, body: bytes) -> None:
    headers = {"content-type": "application/json", "authorization": "Bearer t"}
    assert fault("x/openapi.json", HOST, Request("POST", path, headers, body, 0))


def test_address_that_reads_like_a_sign_of_html_stays_as_it_was_written() -> None:
    url = "https://city.mihon.example/?id=1&section=2&copy=3"
    row = {
        "text": "A &amp; B https://t.co/abc",
        "entities": {"urls": [{"url": "https://t.co/abc", "expanded_url": url}]},
    }
    assert as_written(row) == f"A & B {url}"
