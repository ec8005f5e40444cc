"""The LINE adapter against the fake: the contracts, keys, tokens, the month's quota; and LINE's own models."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from outbound.http import Client
from platforms.base import Profile
from platforms.errors import AuthExpired, OutcomeUnknown, PlatformError, RateLimited, Refused
from platforms.line import QUOTA_USED_UP, Line
from tests.platforms.contract import (
    AdapterContract,
    Far,
    IdempotentContract,
    NetworkContract,
    Place,
    SigningInContract,
    message,
    soon,
)
from tests.platforms.official import fault, faults
from tests.servers.fake_line import (
    BASIC_ID,
    BROADCAST,
    CHANNEL_ID,
    CHANNEL_SECRET,
    INFO,
    NAME,
    QUOTA,
    TOKEN,
    FakeLine,
    error,
    running_line,
)
from tests.servers.loopback import Answer, Request, Reset, Silence

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:linebot.*"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pydantic.*"),
]
HOST = "https://api.line.me"


@pytest.fixture
def fake() -> Iterator[FakeLine]:
    with running_line() as fake:
        yield fake


def line(fake: FakeLine, client: Client, *, url: str = "", secret: str = CHANNEL_SECRET) -> Line:
    return Line(url or fake.url, CHANNEL_ID, secret, client, clock=lambda: fake.now)


@pytest.fixture
def adapter(fake: FakeLine, client: Client) -> Line:
    return line(fake, client)


@pytest.fixture
def place(adapter: Line, fake: FakeLine) -> Place:
    return Place(adapter, "line", fake.texts, BASIC_ID)


@pytest.fixture
def far(adapter: Line, fake: FakeLine, client: Client) -> Far:
    return Far(
        adapter=adapter,
        wrong_credential=line(fake, client, secret="wrong"),
        adapter_at=lambda url: line(fake, client, url=url),
        fail_sign_in=lambda reply: fake.fail(TOKEN, reply),
        fail_publish=lambda reply: fake.fail(BROADCAST, reply),
        texts=fake.texts,
        secrets=(CHANNEL_SECRET,),
        refusal=lambda status, words: error(status, words),
        limit=lambda _: error(429, "The API rate limit has been exceeded. Try again later."),
        reset="",
    )


class TestLineAsAdapter(AdapterContract, IdempotentContract):
    """All of it; what was sent cannot be read back or unsent."""


class TestLineAsNetwork(NetworkContract, SigningInContract):
    """All of it; LINE never says how long to wait."""


@pytest.mark.parametrize("reply", [Reset(), Answer(500), Silence()], ids=repr)
def test_broadcast_is_made_once_when_the_answer_was_lost_and_it_is_sent_again(
    adapter: Line, fake: FakeLine, reply: Reset
) -> None:
    same = message(adapter)
    fake.accept_then(reply)
    with pytest.raises(OutcomeUnknown):
        adapter.publish(same, deadline=soon() if not isinstance(reply, Silence) else soon().after(0.5))
    receipt = adapter.publish(same, deadline=soon())
    assert fake.sent == [(receipt.remote_id, same.text)]
    assert receipt.detail == {"status": "409"}


def test_key_is_used_no_longer_than_line_remembers_it(adapter: Line, fake: FakeLine) -> None:
    same = message(adapter)
    adapter.publish(same, deadline=soon())
    assert adapter.capabilities.key_lives == timedelta(hours=23, minutes=50)
    fake.now += timedelta(hours=24, seconds=1)
    adapter.publish(same, deadline=soon())
    assert len(fake.sent) == 2


def test_token_is_kept_and_made_anew_before_it_ends(adapter: Line, fake: FakeLine) -> None:
    for _ in range(3):
        adapter.publish(message(adapter), deadline=soon())
    assert fake.asked.count(TOKEN) == 1
    fake.now += timedelta(minutes=13, seconds=1)
    adapter.publish(message(adapter), deadline=soon())
    assert fake.asked.count(TOKEN) == 2


def test_token_that_is_not_accepted_is_replaced_once(adapter: Line, fake: FakeLine) -> None:
    adapter.publish(message(adapter), deadline=soon())
    fake.tokens.clear()
    adapter.publish(message(adapter), deadline=soon())
    assert len(fake.sent) == 2
    fake.fail(BROADCAST, error(401, "no"), error(401, "no"))
    with pytest.raises(AuthExpired):
        adapter.publish(message(adapter), deadline=soon())
    assert len(fake.sent) == 2


def test_used_up_quota_says_so_and_waits_for_the_next_month_in_japan(adapter: Line, fake: FakeLine) -> None:
    fake.now, fake.quota = datetime(2026, 12, 31, 14, 0, tzinfo=UTC), 0  # the 31st, 23:00 in Japan
    with pytest.raises(RateLimited) as caught:
        adapter.publish(message(adapter), deadline=soon())
    assert caught.value.detail == QUOTA_USED_UP
    assert caught.value.until == datetime(2026, 12, 31, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "reply", [Answer(500), Reset(), Answer(200, "<html>"), Answer(200, {"type": "none"})], ids=repr
)
def test_quota_that_cannot_be_read_is_taken_for_a_rate_limit(
    adapter: Line, fake: FakeLine, reply: Answer
) -> None:
    fake.quota = 0
    fake.fail(QUOTA, reply)
    with pytest.raises(RateLimited) as caught:
        adapter.publish(message(adapter), deadline=soon())
    assert caught.value.until is None


def test_details_of_a_refusal_are_shown(adapter: Line, fake: FakeLine) -> None:
    details = [{"message": "May not be empty", "property": "messages[0].text"}]
    fake.fail(BROADCAST, Answer(400, {"message": "The request body has 1 error(s)", "details": details}))
    with pytest.raises(Refused, match=r"1 error.*May not be empty"):
        adapter.publish(message(adapter), deadline=soon())


def test_plan_that_may_not_broadcast_is_for_a_person_to_mend(adapter: Line, fake: FakeLine) -> None:
    fake.fail(BROADCAST, error(403, "Not available for your account"))
    with pytest.raises(AuthExpired):
        adapter.publish(message(adapter), deadline=soon())


@pytest.mark.parametrize(
    "reply", [Answer(200, "<html>"), Answer(500), Answer(404), Answer(200, {})], ids=repr
)
def test_profile_that_cannot_be_read_is_no_profile(adapter: Line, fake: FakeLine, reply: Answer) -> None:
    fake.fail(INFO, reply)
    with pytest.raises(PlatformError):
        adapter.profile(deadline=soon())


def test_profile_tells_the_name_the_city_chose_and_the_given_one_at_the_end_of_its_page(
    adapter: Line, fake: FakeLine
) -> None:
    told = {"basicId": "@123abcde", "premiumId": "@mima_city", "displayName": "美馬市"}
    fake.fail(INFO, Answer(200, told))
    found = Profile("mima_city", "美馬市", "https://line.me/R/ti/p/@123abcde")
    assert adapter.profile(deadline=soon()) == found


def test_half_a_letter_is_refused_before_anything_is_asked(adapter: Line, fake: FakeLine) -> None:
    with pytest.raises(Refused):
        adapter.publish(message(adapter, "壊れた\ud83d"), deadline=soon())
    assert fake.asked == []


# --- as LINE describes itself


def ours(adapter: Line, fake: FakeLine) -> list[Request]:
    adapter.publish(message(adapter, "避難所を開設しました。👨‍👩‍👧‍👦"), deadline=soon())
    adapter.profile(deadline=soon())
    fake.quota = 0
    with pytest.raises(RateLimited):
        adapter.publish(message(adapter), deadline=soon())
    assert fake.loopback is not None
    return list(fake.loopback.requests)


def test_our_requests_are_as_line_describes_them(adapter: Line, fake: FakeLine) -> None:
    requests = ours(adapter, fake)
    signing_in = [each for each in requests if each.path == TOKEN]
    assert faults("line/channel-access-token.yml", HOST, signing_in) == []
    others = [each for each in requests if each.path != TOKEN]
    assert {each.path for each in others} >= {BROADCAST, INFO, QUOTA}
    assert faults("line/messaging-api.yml", HOST, others) == []


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        (BROADCAST, b'{"messages": []}', {}),
        (BROADCAST, b'{"messages": [{"type": "text", "text": "a"}]}', {"x-line-retry-key": "nope"}),
        ("/v2/bot/message/shout", b"{}", {}),
    ],
)
def test_description_would_have_noticed(path: str, body: bytes, headers: dict[str, str]) -> None:
    all_headers = {"content-type": "application/json", "authorization": "Bearer t", **headers}
    assert fault("line/messaging-api.yml", HOST, Request("POST", path, all_headers, body, 0))


def test_our_broadcast_is_one_by_line_s_own_models(adapter: Line, fake: FakeLine) -> None:
    from linebot.v3.messaging import BroadcastRequest, TextMessage

    bodies = [each.json() for each in ours(adapter, fake) if each.path == BROADCAST]
    assert bodies
    for body in bodies:
        assert isinstance(body["messages"], list)
        assert len(BroadcastRequest.parse_obj(body).messages) == 1
        [written] = body["messages"]
        assert TextMessage.parse_obj(written).text == written["text"]
    with pytest.raises(ValueError, match="text"):
        TextMessage.parse_obj({"type": "text"})


def test_fake_serves_line_s_own_client_too(adapter: Line, fake: FakeLine) -> None:
    from linebot.v3.messaging import (
        ApiClient,
        ApiException,
        BroadcastRequest,
        Configuration,
        MessagingApi,
        TextMessage,
    )

    adapter.publish(message(adapter), deadline=soon())
    key = adapter.new_key(fake.now)
    with ApiClient(Configuration(host=fake.url, access_token=next(iter(fake.tokens)))) as api_client:
        api = MessagingApi(api_client)
        assert api.get_bot_info().display_name == NAME
        same = BroadcastRequest(messages=[TextMessage(text="二つめ")])
        api.broadcast(same, x_line_retry_key=key)
        with pytest.raises(ApiException) as caught:
            api.broadcast(same, x_line_retry_key=key)
    assert caught.value.status == 409
    assert fake.texts() == ["訓練放送です。", "二つめ"]
