"""What becomes of a delivery, by what the network said: known, refused, put off, or unknown."""

from datetime import timedelta

import pytest

from audit.models import Entry
from platforms.errors import (
    AuthExpired,
    NotConfigured,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unsupported,
)
from posts.actions import sending
from posts.models import Attempt
from tests.sending.conftest import Stage
from tests.sending.stubs import connected

UNKNOWN = OutcomeUnknown("返事がありません")


def test_delivery_is_accepted_when_the_network_takes_the_post(stage: Stage) -> None:
    delivery = stage.approved()
    assert stage.send(delivery) == "accepted"
    assert delivery.remote_id == f"stub:{delivery.key}"
    assert delivery.remote_url == f"https://sns.example/{delivery.key}"
    assert (delivery.accepted_at, delivery.problem, delivery.tries) == (stage.clock(), "", 1)
    assert stage.events(delivery.post) == ["armed", "accepted"]
    attempt = delivery.attempts.get()
    assert (attempt.outcome, attempt.number, attempt.finished_at) == ("accepted", 1, stage.clock())


def test_network_gets_the_cleared_text_the_key_and_its_time(stage: Stage) -> None:
    delivery = stage.approved(text="一行目\n二行目")
    stage.send(delivery)
    [message] = stage.stub.calls
    assert (message.text, message.key, message.created_at) == (
        "一行目\n二行目",
        delivery.key,
        delivery.key_at,
    )


def test_delivery_is_sent_once_when_it_is_asked_for_again(stage: Stage) -> None:
    delivery = stage.approved()
    for _ in range(3):
        stage.send(delivery)
    assert len(stage.stub.calls) == 1


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (NotSent("つながりません"), "not_sent"),
        (RateLimited(), "rate_limited"),
        (Unsupported("できません"), "not_sent"),
    ],
    ids=repr,
)
def test_delivery_waits_longer_each_time_when_it_did_not_go(
    stage: Stage, error: Exception, word: str
) -> None:
    delivery = stage.approved()
    waits = []
    for _ in range(4):
        stage.stub.answers = [error]
        assert stage.send(delivery) == "waiting"
        waits.append(delivery.next_try_at - stage.clock())
        stage.clock.at = delivery.next_try_at
    assert waits == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
    assert set(delivery.attempts.values_list("outcome", flat=True)) == {word}
    assert stage.send(delivery) == "accepted"
    assert len(stage.stub.keys) == 1


def test_delivery_is_not_tried_before_its_time_when_it_did_not_go(stage: Stage) -> None:
    delivery = stage.approved()
    stage.stub.answers = [NotSent("つながりません")]
    stage.send(delivery)
    assert delivery.problem == "つながりません"
    stage.clock.forward(seconds=4)
    assert (stage.send(delivery), len(stage.stub.calls)) == ("waiting", 1)
    stage.clock.forward(seconds=1)
    assert (stage.send(delivery), delivery.problem) == ("accepted", "")
    assert stage.events(delivery.post) == ["armed", "not_sent", "armed", "accepted"]


def test_delivery_waits_until_the_network_allows_it_when_it_was_asked_to(stage: Stage) -> None:
    delivery = stage.approved()
    until = stage.clock() + timedelta(minutes=7)
    stage.stub.answers = [RateLimited(until=until)]
    assert stage.send(delivery) == "waiting"
    assert delivery.next_try_at == until


def test_delivery_expires_in_time_when_the_network_asks_for_a_longer_wait_than_there_is(stage: Stage) -> None:
    delivery = stage.approved()
    stage.stub.answers = [RateLimited(until=stage.clock() + timedelta(hours=5))]
    assert stage.send(delivery) == "waiting"
    stage.clock.at = delivery.next_try_at
    assert stage.send(delivery) == "expired"
    assert delivery.next_try_at == delivery.latest_at + timedelta(seconds=1)


def test_delivery_waits_for_a_person_to_connect_again_when_the_sign_in_has_expired(stage: Stage) -> None:
    delivery = stage.approved()
    stage.stub.answers = [AuthExpired("サインインできません")]
    assert stage.send(delivery) == "waiting"
    assert delivery.problem == "サインインできません"
    assert delivery.next_try_at == stage.clock() + timedelta(minutes=2)
    assert delivery.attempts.get().outcome == "auth_expired"


def test_delivery_has_ended_when_the_network_refuses_the_post(stage: Stage) -> None:
    delivery = stage.approved()
    stage.stub.answers = [Refused("長すぎます")]
    assert (stage.send(delivery), delivery.problem) == ("rejected", "長すぎます")
    stage.clock.forward(hours=1)
    assert (stage.send(delivery), len(stage.stub.calls)) == ("rejected", 1)
    assert stage.events(delivery.post) == ["armed", "rejected"]


def test_unknown_is_sent_again_with_the_same_message_when_the_network_is_idempotent(stage: Stage) -> None:
    delivery = stage.approved()
    stage.stub.answers = [UNKNOWN]
    assert stage.send(delivery) == "unknown"
    assert delivery.problem == "返事がありません"
    stage.clock.forward(seconds=5)
    assert stage.send(delivery) == "accepted"
    first, second = stage.stub.calls
    assert first == second
    assert stage.events(delivery.post) == ["armed", "unknown", "armed", "accepted"]


def test_delivery_is_unknown_when_something_unexpected_happens_after_arming(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    delivery = stage.approved()
    stage.stub.answers = [ZeroDivisionError("geheim")]
    assert stage.send(delivery) == "unknown"
    assert delivery.problem == "思いがけない誤り（ZeroDivisionError）"
    assert "unexpected error after arming" in caplog.text


@pytest.mark.parametrize(
    "error",
    [NotSent("つながりません"), RateLimited(), AuthExpired("切れました"), Refused("長すぎます")],
    ids=repr,
)
def test_doubt_stays_when_a_later_attempt_did_not_go(stage: Stage, error: Exception) -> None:
    """The first one may be live: the case must not be edited and sent under another key."""
    delivery = stage.approved()
    stage.stub.answers = [UNKNOWN, error]
    stage.send(delivery)
    stage.clock.at = delivery.next_try_at
    assert stage.send(delivery) == "unknown"
    assert delivery.problem.startswith("前の発信が届いたかどうか、まだ分かりません。")
    assert delivery.attempts.latest("number").outcome != "unknown"
    assert delivery.next_try_at > stage.clock()
    stage.clock.at = delivery.next_try_at
    assert stage.send(delivery) == "accepted"
    assert len(stage.stub.keys) == 1


def test_delivery_expires_when_its_time_is_over(stage: Stage) -> None:
    delivery = stage.approved(latest_at=stage.clock() + timedelta(minutes=10))
    stage.clock.forward(minutes=10, seconds=1)
    assert (stage.send(delivery), stage.stub.calls) == ("expired", [])
    assert delivery.problem == "発信する時刻を過ぎました。"
    assert stage.events(delivery.post) == ["expired"]


def test_delivery_still_goes_at_the_very_last_moment(stage: Stage) -> None:
    delivery = stage.approved(latest_at=stage.clock() + timedelta(minutes=10))
    stage.clock.forward(minutes=10)
    assert stage.send(delivery) == "accepted"


def test_delivery_is_held_with_the_sentence_when_the_network_is_not_configured(stage: Stage) -> None:
    delivery = stage.approved()
    with connected(NotConfigured("接続先が設定されていません")):
        sending.send(delivery.pk, clock=stage.clock)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem) == ("held", "接続先が設定されていません")
    assert (delivery.held_codes, delivery.tries) == (["not_configured"], 0)
    assert not Attempt.objects.exists()
    stage.clock.at = delivery.next_try_at
    assert (stage.send(delivery), delivery.problem) == ("accepted", "")


def test_delivery_expires_even_when_the_network_is_not_configured(stage: Stage) -> None:
    delivery = stage.approved()
    stage.clock.forward(hours=1)
    with connected(NotConfigured("接続先が設定されていません")):
        sending.send(delivery.pk, clock=stage.clock)
    delivery.refresh_from_db()
    assert delivery.state == "expired"


def test_unknown_stays_unknown_when_the_connection_is_gone(stage: Stage) -> None:
    delivery = stage.approved()
    stage.stub.answers = [UNKNOWN]
    stage.send(delivery)
    stage.clock.forward(minutes=1)
    with connected(NotConfigured("接続先が設定されていません")):
        sending.send(delivery.pk, clock=stage.clock)
    delivery.refresh_from_db()
    assert delivery.state == "unknown"
    assert delivery.next_try_at > stage.clock()


def test_record_of_a_hold_is_written_once_when_nothing_changes(stage: Stage) -> None:
    delivery = stage.approved()
    for _ in range(3):
        with connected(NotConfigured("接続先が設定されていません")):
            sending.send(delivery.pk, clock=stage.clock)
        stage.clock.forward(minutes=1)
    assert stage.events(delivery.post) == ["held"]


def test_record_names_key_epoch_and_network_name(stage: Stage) -> None:
    delivery = stage.approved()
    stage.send(delivery)
    armed, accepted = Entry.objects.filter(stream=delivery.post.stream).order_by("seq")[3:]
    assert armed.by.startswith("worker")
    assert f'"key":"{delivery.key}"' in armed.payload
    assert f'"epoch":{delivery.attempts.get().epoch}' in armed.payload
    assert f'"remote_id":"stub:{delivery.key}"' in accepted.payload
