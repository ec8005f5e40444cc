"""照合: a person says what became of an unknown; afterwards nobody sends it and a late word adds nothing."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.acts import ActRefused, ActStale
from accounts.models import SocialAccount, StaffMember
from audit.models import Entry
from platforms.base import Capabilities, Receipt
from platforms.errors import AuthExpired, NotConfigured, OutcomeUnknown, Refused
from policies.actions import operation
from posts.actions import drafting, review, sending
from posts.actions.arming import arm
from posts.actions.recording import Look, accepted, record, settle
from posts.actions.settling import NOT_THERE, settle_live, settle_not_live
from posts.facts import ARRIVED_BY
from posts.models import Delivery, Post
from tests.sending.conftest import Stage
from tests.sending.stubs import Stub, connected, way
from tests.support.cast import content_for, seen

URL = "https://x.com/mima_kanko_demo/status/1"
SAW = "公式アカウントのページの一番上にあるのを見た。"


def in_doubt(stage: Stage) -> Delivery:
    """Unknown on a network that can neither take it again nor be asked, and long enough ago to be settled."""
    stage.stub = Stub([OutcomeUnknown("返事がありません")], capabilities=Capabilities(publishes=True))
    delivery = stage.approved()
    assert stage.send(delivery) == "unknown"
    stage.clock.forward(minutes=5)
    return delivery


def live(stage: Stage, delivery: Delivery, by: StaffMember | None = None, **typed: object) -> Delivery:
    values = {"url": URL, "no_url": False, "reason": SAW, **typed}
    return settle_live(delivery=delivery, by=by or stage.cast.sato, now=stage.clock(), **values)  # type: ignore[arg-type]


def not_live(stage: Stage, delivery: Delivery, by: StaffMember | None = None, **typed: object) -> Delivery:
    values = {"reason": "ページに見当たらない。", **typed}
    return settle_not_live(delivery=delivery, by=by or stage.cast.sato, now=stage.clock(), **values)  # type: ignore[arg-type]


def last_entry(delivery: Delivery) -> Entry:
    return Entry.objects.filter(stream=delivery.post.stream).latest("seq")


def test_unknown_is_accepted_with_its_address_when_a_person_saw_it(stage: Stage) -> None:
    delivery = in_doubt(stage)
    live(stage, delivery, url=f"  {URL}\n")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_url, delivery.problem) == ("accepted", URL, "")
    assert (delivery.accepted_at, delivery.remote_id) == (stage.clock(), "")
    entry = last_entry(delivery)
    assert (entry.event, entry.by) == ("delivery.settled_live", "sato 佐藤 美咲（観光交流課 主事）")
    assert json.loads(entry.payload) == {
        "delivery": delivery.pk,
        "account": stage.account.name,
        "tries": 1,
        "url": URL,
        "reason": SAW,
    }


def test_unknown_is_accepted_without_an_address_when_the_network_shows_none(stage: Stage) -> None:
    delivery = live(stage, in_doubt(stage), url="", no_url=True)
    assert (delivery.state, delivery.remote_url) == ("accepted", "")


def test_unknown_expires_and_its_rest_goes_past_other_eyes_when_a_person_saw_nothing(stage: Stage) -> None:
    delivery = in_doubt(stage)
    not_live(stage, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem, delivery.accepted_at) == ("expired", NOT_THERE, None)
    assert last_entry(delivery).event == "delivery.settled_not_live"
    rest = drafting.rest_of(post=delivery.post, by=stage.cast.sato, now=stage.clock())
    assert (rest.state, rest.deliveries.count()) == ("drafting", 0)


def test_post_can_be_cancelled_again_when_its_unknown_is_settled(stage: Stage) -> None:
    delivery = in_doubt(stage)
    with pytest.raises(ActRefused, match="in_flight"):
        review.cancel(post=delivery.post, reason="中止", by=stage.cast.sato, now=stage.clock())
    not_live(stage, delivery)
    post = review.cancel(post=delivery.post, reason="中止", by=stage.cast.sato, now=stage.clock())
    assert post.state == "cancelled"


@pytest.mark.clause("mima:2-対象者")
@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("sato", ""),
        ("tanaka", ""),
        ("suzuki", ""),
        ("fujimoto", ""),
        ("hayashi", "not_staff"),
        ("mori", "not_in_scope"),
        ("ito", "not_in_scope"),
        ("kondo", "not_in_scope"),
    ],
)
def test_unknown_is_settled_by_staff_in_scope_only(stage: Stage, name: str, codes: str) -> None:
    delivery, person = in_doubt(stage), getattr(stage.cast, name)
    if not codes:
        assert not_live(stage, delivery, by=person).state == "expired"
        return
    for act in (live, not_live):
        with pytest.raises(ActRefused, match=f"^{codes}$") as refused:
            act(stage, delivery, by=person)
        assert refused.value.refusal.forbidden
        assert last_entry(delivery).event in (
            "delivery.settled_live.refused",
            "delivery.settled_not_live.refused",
        )
    delivery.refresh_from_db()
    assert delivery.state == "unknown"


def test_unknown_stays_unknown_when_nothing_was_seen_or_no_address_is_given(stage: Stage) -> None:
    delivery = in_doubt(stage)
    for typed, codes in (
        ({"reason": " "}, "saw_missing"),
        ({"url": ""}, "address_missing"),
        ({"url": "javascript:alert(1)", "no_url": True}, "address_unreadable"),
        ({"url": "", "reason": ""}, "address_missing, saw_missing"),
        ({"url": "https://evil.example/phish"}, "page_elsewhere"),
        ({"url": "https://x.com/mima_police/status/1"}, "page_of_another"),
        ({"url": "https://x.com/mima_kanko_demo"}, "page_elsewhere"),
    ):
        with pytest.raises(ActRefused, match=f"^{codes}$"):
            live(stage, delivery, **typed)
    with pytest.raises(ActRefused, match=r"^saw_missing$"):
        not_live(stage, delivery, reason="")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_url, delivery.accepted_at) == ("unknown", "", None)


def test_unknown_is_settled_only_once_nothing_of_ours_can_still_arrive(stage: Stage) -> None:
    delivery = in_doubt(stage)
    rest_at = delivery.attempts.get().armed_until + ARRIVED_BY
    stage.clock.at = rest_at - timedelta(seconds=1)
    for act in (live, not_live):
        with pytest.raises(ActRefused, match=r"^may_still_arrive$"):
            act(stage, delivery)
    stage.clock.at = rest_at
    assert live(stage, delivery).state == "accepted"


@pytest.mark.parametrize("state", ["waiting", "held", "armed", "accepted", "rejected", "expired"])
def test_nothing_but_an_unknown_is_settled(stage: Stage, state: str) -> None:
    delivery = brought_to(stage, state)
    stage.clock.forward(hours=2)
    for act in (live, not_live):
        with pytest.raises(ActRefused, match=r"^wrong_state$"):
            act(stage, delivery)
    delivery.refresh_from_db()
    assert delivery.state == state


def brought_to(stage: Stage, state: str) -> Delivery:
    delivery = stage.approved()
    if state == "held":
        operation.suspend(account=stage.account, reason="点検", by=stage.cast.suzuki, now=stage.clock())
    elif state == "rejected":
        stage.stub.answers = [Refused("長すぎます")]
    elif state == "expired":
        stage.clock.forward(hours=1)
    if state == "armed":
        assert arm(delivery.pk, way(stage.stub, delivery), now=stage.clock()) is not None
    elif state != "waiting":
        stage.send(delivery)
    delivery.refresh_from_db()
    assert delivery.state == state
    return delivery


def test_second_word_is_refused_when_somebody_has_settled_it(stage: Stage) -> None:
    delivery = in_doubt(stage)
    live(stage, delivery)
    with pytest.raises(ActRefused, match=r"^wrong_state$"):
        not_live(stage, delivery, by=stage.cast.tanaka)
    delivery.refresh_from_db()
    assert delivery.state == "accepted"


def test_settling_is_stale_when_the_worker_has_tried_again_since_it_was_looked_at(stage: Stage) -> None:
    stage.stub.answers = [OutcomeUnknown("?"), OutcomeUnknown("?")]
    delivery = stage.approved()
    stage.send(delivery)
    looked_at = delivery.tries
    stage.clock.forward(minutes=3)
    assert stage.send(delivery) == "unknown"
    stage.clock.forward(minutes=3)
    for act in (live, not_live):
        with pytest.raises(ActStale):
            act(stage, delivery, tries=looked_at)
    assert not_live(stage, delivery, tries=delivery.tries).state == "expired"


# --- afterwards


@pytest.mark.parametrize("end", [live, not_live])
def test_worker_neither_sends_nor_looks_up_what_a_person_has_settled(
    stage: Stage, end: Callable[..., Delivery]
) -> None:
    stage.stub.answers = [OutcomeUnknown("?")]
    delivery = stage.approved(latest_at=stage.clock() + timedelta(hours=1))
    stage.send(delivery)
    stage.clock.forward(minutes=5)
    state = end(stage, delivery).state
    for hours in (0, 2):
        stage.clock.forward(hours=hours)
        assert stage.send(delivery) == state
    assert (len(stage.stub.calls), stage.stub.looks) == (1, [])


@pytest.mark.parametrize("end", [live, not_live])
def test_late_word_adds_nothing_when_a_person_has_settled_it(
    stage: Stage, end: Callable[..., Delivery]
) -> None:
    """Of the worker that sent it, and of the one that looked it up."""
    delivery = in_doubt(stage)
    end(stage, delivery)
    delivery.refresh_from_db()
    before, entries = vars(delivery).copy(), Entry.objects.count()
    receipt = Receipt("stub:late", "https://sns.example/late")
    assert not record(delivery.attempts.get().pk, accepted(receipt), now=stage.clock())
    assert not settle(delivery.pk, Look(True, receipt), tries=delivery.tries, now=stage.clock())
    delivery.refresh_from_db()
    after = vars(delivery)
    assert {key: after[key] for key in before if key != "_state"} == {
        key: value for key, value in before.items() if key != "_state"
    }
    assert Entry.objects.count() == entries


# --- every dead end has a way out


def _no_connection(stage: Stage, delivery: Delivery) -> None:
    with connected(NotConfigured("接続が設定されていません")):
        sending.send(delivery.pk, clock=stage.clock)


def _another_connection(stage: Stage, delivery: Delivery) -> None:
    SocialAccount.objects.filter(pk=stage.account.pk).update(config={"base_url": "https://other.example"})
    stage.send(delivery)


def _refused_credential(stage: Stage, delivery: Delivery) -> None:
    stage.stub.find_error = AuthExpired("認証が切れました")
    stage.send(delivery)


def _closed_account(stage: Stage, delivery: Delivery) -> None:
    stage.stub.capabilities = Capabilities(publishes=True)
    operation.close(account=stage.account, reason="終了", by=stage.cast.suzuki, now=stage.clock())
    stage.send(delivery)


@pytest.mark.parametrize(
    "end",
    [_no_connection, _another_connection, _refused_credential, _closed_account],
    ids=lambda f: f.__name__,
)
def test_person_ends_it_when_the_worker_never_can(
    stage: Stage, end: Callable[[Stage, Delivery], None]
) -> None:
    stage.stub.answers = [OutcomeUnknown("?")]
    delivery = stage.approved()
    stage.send(delivery)
    stage.clock.forward(minutes=32)
    end(stage, delivery)
    delivery.refresh_from_db()
    assert (delivery.state, len(stage.stub.calls)) == ("unknown", 1)
    assert not_live(stage, delivery).state == "expired"


def test_rest_is_approved_and_sent_once_when_the_first_never_arrived(stage: Stage) -> None:
    """The whole way out: settled, taken up in a new post, past the chief, out."""
    delivery = in_doubt(stage)
    not_live(stage, delivery)
    rest = drafting.rest_of(post=delivery.post, by=stage.cast.sato, now=stage.clock())
    assert stage.send(_approved_again(stage, rest)) == "accepted"
    assert (len(stage.stub.calls), len(stage.stub.keys)) == (2, 2)


def _approved_again(stage: Stage, rest: Post) -> Delivery:
    drafting.edit(
        post=rest,
        title=rest.title,
        content=content_for(stage.account),
        declared=True,
        by=stage.cast.sato,
        now=stage.clock(),
        form_no=rest.form_no,
    )
    digest = seen(rest)
    review.submit(post=rest, seen_digest=digest, by=stage.cast.sato, now=stage.clock())
    review.approve(post=rest, seen_digest=digest, by=stage.cast.suzuki, now=stage.clock())
    return rest.deliveries.get()
