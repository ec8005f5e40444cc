"""What every adapter must do, under the same test names for all of them.

A test module fills in the fixtures: `place` for AdapterContract, and `far` too for NetworkContract.
"""

import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from outbound.deadline import Deadline
from platforms.base import Adapter, Message
from platforms.counting import count
from platforms.errors import (
    AuthExpired,
    NotSent,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Refused,
    Unsupported,
)
from platforms.likeness import is_same
from tests.servers.loopback import Answer, Reply, Reset, Silence, closed_port

NOW: Final = datetime(2026, 11, 21, 3, 4, 5, 678_901, tzinfo=UTC)
RESET_AT: Final = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

TEXTS: Final = {
    "plain": "避難所を開設しました。",
    "family emoji": "家族で避難を👨‍👩‍👧‍👦🇯🇵👍🏽",
    "variant kanji": "葛󠄀城市・辻󠄀・𠮷野家・髙﨑",
    "full width": "ＡＢＣ１２３　①㈱℡～…",
    "not normalised": "か\u3099き\u3099 が ﾊﾞｽ",
    "lines and blanks": " 一行目 \n\n　三行目\t \n",
    "links and tags": "詳細はhttps://www.city.example.jp/bosai?a=1#b。\n#防災 ＃訓練",
    "quotes": '"引用" \\ / <b>&amp;</b> {"a":1}',
}


READ: Final = tuple(TEXTS[kind] for kind in ("plain", "links and tags", "quotes", "lines and blanks"))
# After whatever a test sends, by the clock of the messages and by that of this machine.
LATER: Final = datetime(2100, 1, 1, tzinfo=UTC)


def message(adapter: Adapter, text: str = "訓練放送です。") -> Message:
    return Message(text, adapter.new_key(NOW), NOW)


def soon() -> Deadline:
    return Deadline.after(20)


@dataclass(frozen=True)
class Place:
    """An adapter, and an independent look at what stands on its network; `unused` is a name that no post has there."""

    adapter: Adapter
    network: str
    texts: Callable[[], Sequence[object]]
    name: str = ""
    unused: str = ""


class AdapterContract:
    """All adapters."""

    def test_publish_gives_a_receipt_when_the_network_takes_the_post(self, place: Place) -> None:
        receipt = place.adapter.publish(message(place.adapter), deadline=soon())
        assert receipt.remote_id
        assert place.texts() == ["訓練放送です。"]

    @pytest.mark.parametrize("kind", TEXTS)
    def test_text_is_the_same_byte_for_byte_when_it_is_read_back(self, place: Place, kind: str) -> None:
        place.adapter.publish(message(place.adapter, TEXTS[kind]), deadline=soon())
        assert place.texts() == [TEXTS[kind]]

    def test_key_is_new_when_time_stands_still(self, place: Place) -> None:
        keys = [place.adapter.new_key(NOW) for _ in range(2000)]
        assert len(set(keys)) == len(keys)

    def test_capability_is_named_when_the_adapter_has_it(self, place: Place) -> None:
        kind, named = type(place.adapter), place.adapter.capabilities
        said = (named.publishes, named.checks, named.finds, named.reads)
        assert (*said, named.reads_back, named.withdraws) == (
            kind.publish is not Adapter.publish,
            kind.profile is not Adapter.profile,
            kind.find is not Adapter.find,
            kind.read is not Adapter.read,
            kind.find_recent is not Adapter.find_recent,
            kind.withdraw is not Adapter.withdraw,
        )

    def test_post_is_found_by_its_key_exactly_when_it_was_sent(self, place: Place) -> None:
        sent, other = message(place.adapter), message(place.adapter)
        if not place.adapter.capabilities.finds:
            with pytest.raises(Unsupported):
                place.adapter.find(sent.key, deadline=soon())
            return
        receipt = place.adapter.publish(sent, deadline=soon())
        found = place.adapter.find(sent.key, deadline=soon())
        assert found is not None
        assert (found.remote_id, found.url) == (receipt.remote_id, receipt.url)
        assert place.adapter.find(other.key, deadline=soon()) is None
        assert len(place.texts()) == 1

    @pytest.mark.parametrize("kind", TEXTS)
    def test_post_is_read_as_it_was_written_when_its_name_is_told(self, place: Place, kind: str) -> None:
        receipt = place.adapter.publish(message(place.adapter, TEXTS[kind]), deadline=soon())
        if not place.adapter.capabilities.reads:
            with pytest.raises(Unsupported):
                place.adapter.read(receipt.remote_id, deadline=soon())
            return
        seen = place.adapter.read(receipt.remote_id, deadline=soon())
        assert seen is not None
        assert is_same(TEXTS[kind], seen.text)
        assert (seen.receipt.remote_id, seen.receipt.url) == (receipt.remote_id, receipt.url)
        assert seen.at.tzinfo is not None
        assert place.texts() == [TEXTS[kind]]

    def test_no_post_is_read_when_its_name_was_never_given(self, place: Place) -> None:
        if place.adapter.capabilities.reads:
            place.adapter.publish(message(place.adapter), deadline=soon())
            assert place.adapter.read(place.unused, deadline=soon()) is None

    def test_no_post_is_read_when_it_was_withdrawn(self, place: Place) -> None:
        if not (place.adapter.capabilities.reads and place.adapter.capabilities.withdraws):
            return
        gone, stays = (
            place.adapter.publish(message(place.adapter, text), deadline=soon()).remote_id
            for text in ("誤りのある投稿", "ほかの投稿")
        )
        place.adapter.withdraw(gone, deadline=soon())
        assert place.adapter.read(gone, deadline=soon()) is None
        assert place.adapter.read(stays, deadline=soon()) is not None

    def test_post_is_read_back_as_it_was_written_when_it_was_sent(self, place: Place) -> None:
        if not place.adapter.capabilities.reads_back:
            with pytest.raises(Unsupported):
                place.adapter.find_recent(NOW - timedelta(hours=1), deadline=soon())
            return
        receipts = {
            text: place.adapter.publish(message(place.adapter, text), deadline=soon()) for text in READ
        }
        seen = place.adapter.find_recent(NOW - timedelta(hours=1), deadline=soon())
        assert {post.text: post.receipt.remote_id for post in seen} == {
            text: receipt.remote_id for text, receipt in receipts.items()
        }
        assert {post.receipt.url for post in seen} == {receipt.url for receipt in receipts.values()}
        assert all(post.at.tzinfo is not None for post in seen)
        assert place.adapter.find_recent(LATER, deadline=soon()) == []

    def test_post_is_gone_when_it_was_withdrawn_also_for_the_second_time(self, place: Place) -> None:
        if not place.adapter.capabilities.withdraws:
            with pytest.raises(Unsupported):
                place.adapter.withdraw("1", deadline=soon())
            return
        gone, stays = message(place.adapter, "誤りのある投稿"), message(place.adapter, "ほかの投稿")
        receipt = place.adapter.publish(gone, deadline=soon())
        place.adapter.publish(stays, deadline=soon())
        for _ in range(2):
            place.adapter.withdraw(receipt.remote_id, deadline=soon())
        assert place.texts() == ["ほかの投稿"]

    def test_check_tells_the_account_name_when_the_adapter_can_check(self, place: Place) -> None:
        if not place.adapter.capabilities.checks:
            with pytest.raises(Unsupported):
                place.adapter.profile(deadline=soon())
            return
        assert place.adapter.profile(deadline=soon()).handle == place.name
        assert place.texts() == []

    def test_counter_counts_as_its_network_when_staff_write(self, place: Place) -> None:
        counted = {kind: place.adapter.counter(text) for kind, text in TEXTS.items()}
        assert counted == {kind: count(place.network, text) for kind, text in TEXTS.items()}


def at_refusal(status: int, message: str) -> Answer:
    return Answer(status, {"error": "InvalidRequest", "message": message})


def at_limit(reset: str) -> Answer:
    return Answer(429, {"error": "RateLimitExceeded"}, {"ratelimit-reset": reset})


class IdempotentContract:
    """Adapters whose network knows our key again."""

    def test_publish_makes_one_post_when_the_same_message_is_sent_again(self, place: Place) -> None:
        same = message(place.adapter, TEXTS["links and tags"])
        receipts = [place.adapter.publish(same, deadline=soon()) for _ in range(3)]
        assert len({receipt.remote_id for receipt in receipts}) == 1
        assert len(place.texts()) == 1

    def test_publish_makes_two_posts_when_the_same_text_has_two_keys(self, place: Place) -> None:
        for _ in range(2):
            place.adapter.publish(message(place.adapter), deadline=soon())
        assert place.texts() == ["訓練放送です。"] * 2

    def test_first_text_stays_when_another_text_comes_with_its_key(self, place: Place) -> None:
        first = message(place.adapter, "一")
        place.adapter.publish(first, deadline=soon())
        with suppress(Refused):
            place.adapter.publish(Message("二", first.key, NOW), deadline=soon())
        assert place.texts() == ["一"]


@dataclass(frozen=True)
class Far:
    """A network that can be told to fail: the next sign-in, publishing call, or reading of one post.

    `fail_read` is None where the adapter reads none. `refusal` and `limit` are its own ways of saying no and "too
    fast"; `reset` is RESET_AT as it writes it, "" where it never says when.
    """

    adapter: Adapter
    wrong_credential: Adapter
    adapter_at: Callable[[str], Adapter]
    fail_sign_in: Callable[[Reply], None] | None
    fail_publish: Callable[[Reply], None]
    texts: Callable[[], Sequence[object]]
    secrets: tuple[str, ...]
    refusal: Callable[[int, str], Answer] = at_refusal
    limit: Callable[[str], Answer] = at_limit
    reset: str = str(int(RESET_AT.timestamp()))
    fail_read: Callable[[Reply], None] | None = None

    def limited(self) -> Answer:
        return self.limit(self.reset)

    @property
    def until(self) -> datetime | None:
        return RESET_AT if self.reset else None


class NetworkContract:
    """Adapters with a network that can fail."""

    def publish(self, far: Far, *, seconds: float = 20) -> None:
        far.adapter.publish(message(far.adapter), deadline=Deadline.after(seconds))

    def test_credential_is_said_to_be_expired_when_it_is_wrong(self, far: Far) -> None:
        adapter = far.wrong_credential
        with pytest.raises(AuthExpired):
            adapter.profile(deadline=soon())
        with pytest.raises(AuthExpired):
            adapter.publish(message(adapter), deadline=soon())
        assert far.texts() == []

    def test_post_is_not_sent_when_the_network_is_dead(self, far: Far) -> None:
        adapter = far.adapter_at(f"http://localhost:{closed_port()}")
        with pytest.raises(NotSent):
            adapter.publish(message(adapter), deadline=soon())

    def test_post_is_not_sent_when_the_address_is_no_address(self, far: Far) -> None:
        adapter = far.adapter_at("接続先")
        with pytest.raises(NotSent):
            adapter.publish(message(adapter), deadline=soon())

    def test_outcome_is_unknown_within_the_deadline_when_the_network_is_slow(self, far: Far) -> None:
        far.fail_publish(Silence())
        started = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            self.publish(far, seconds=0.8)
        assert time.monotonic() - started < 2

    @pytest.mark.parametrize(
        "reply",
        [
            Reset(),
            Answer(500),
            Answer(502, "<html>"),
            Answer(200, "<html>"),
            Answer(200, {}),
            Answer(302),
            Answer(408),
        ],
        ids=repr,
    )
    def test_outcome_is_unknown_when_the_answer_does_not_tell(self, far: Far, reply: Reply) -> None:
        far.fail_publish(reply)
        with pytest.raises(OutcomeUnknown):
            self.publish(far)

    def test_post_is_refused_with_the_networks_words_when_it_is_not_acceptable(self, far: Far) -> None:
        far.fail_publish(far.refusal(400, "too big (maximum 300)"))
        with pytest.raises(Refused, match="maximum 300"):
            self.publish(far)
        assert far.texts() == []

    def test_waiting_time_is_told_when_there_were_too_many_posts(self, far: Far) -> None:
        far.fail_publish(far.limited())
        with pytest.raises(RateLimited) as caught:
            self.publish(far)
        assert caught.value.until == far.until

    @pytest.mark.parametrize("reset", ["soon", "-99999999999999999999", "99999999999999999999"])
    def test_waiting_time_is_open_when_the_network_tells_nonsense(self, far: Far, reset: str) -> None:
        far.fail_publish(far.limit(reset))
        with pytest.raises(RateLimited) as caught:
            self.publish(far)
        assert caught.value.until is None

    def test_post_goes_out_when_it_is_sent_again_after_a_fault(self, far: Far) -> None:
        same = message(far.adapter)
        for reply in (Reset(), Answer(500), far.limited()):
            far.fail_publish(reply)
            with pytest.raises(PlatformError):
                far.adapter.publish(same, deadline=soon())
        far.adapter.publish(same, deadline=soon())
        assert far.texts() == [same.text]

    @pytest.mark.parametrize(
        "reply",
        [
            Silence(),
            Reset(),
            Answer(500),
            Answer(502, "<html>"),
            Answer(200, "<html>"),
            Answer(200, {}),
            Answer(404, "<html>"),
            Answer(404, {}),
            Answer(302),
            Answer(408),
        ],
        ids=repr,
    )
    def test_nobody_says_that_a_post_is_gone_when_the_answer_does_not_tell(
        self, far: Far, reply: Reply
    ) -> None:
        if far.fail_read is None:
            return
        name = far.adapter.publish(message(far.adapter), deadline=soon()).remote_id
        far.fail_read(reply)
        with pytest.raises(NotSent):
            far.adapter.read(name, deadline=Deadline.after(0.8))
        assert far.adapter.read(name, deadline=soon()) is not None

    def test_nobody_says_that_a_post_is_gone_when_it_may_not_be_asked_for(self, far: Far) -> None:
        if far.fail_read is None:
            return
        name = far.adapter.publish(message(far.adapter), deadline=soon()).remote_id
        with pytest.raises(AuthExpired):
            far.wrong_credential.read(name, deadline=soon())
        far.fail_read(far.limited())
        with pytest.raises(RateLimited) as caught:
            far.adapter.read(name, deadline=soon())
        assert caught.value.until == far.until

    @pytest.mark.parametrize(
        "name", ["", ".", "..", "1/2", "../1", "1?x=1", "1#x", "１", "at://did:plc:other/a/1"]
    )
    def test_nothing_is_read_when_the_name_is_none_of_the_networks(self, far: Far, name: str) -> None:
        if far.fail_read is None:
            return
        with pytest.raises(Refused):
            far.adapter.read(name, deadline=soon())

    def test_secret_is_in_no_error_when_the_network_repeats_it(
        self, far: Far, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        echo = far.refusal(403, f"who is {' '.join(far.secrets)}?")
        for fail in (far.fail_sign_in, far.fail_publish):
            if fail is None:
                continue
            fail(echo)
            with pytest.raises(PlatformError) as caught:
                self.publish(far)
            said = "".join(traceback.format_exception(caught.value)) + caught.value.detail + caplog.text
            assert "who is" in said
            assert [secret for secret in far.secrets if secret in said] == []


class SigningInContract:
    """Networks that hand out a token first."""

    @pytest.mark.parametrize("reply", [Silence(), Reset(), Answer(500), Answer(200, "<html>")], ids=repr)
    def test_post_is_not_sent_when_signing_in_fails(self, far: Far, reply: Reply) -> None:
        assert far.fail_sign_in is not None
        far.fail_sign_in(reply)
        with pytest.raises(NotSent):
            far.adapter.publish(message(far.adapter), deadline=Deadline.after(0.6))
        assert far.texts() == []

    def test_waiting_time_is_told_when_there_were_too_many_sign_ins(self, far: Far) -> None:
        assert far.fail_sign_in is not None
        far.fail_sign_in(far.limited())
        with pytest.raises(RateLimited) as caught:
            far.adapter.publish(message(far.adapter), deadline=soon())
        assert caught.value.until == far.until
