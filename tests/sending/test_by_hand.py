"""手作業: from the due time over taking to the report; two people at once; and nobody who ever says anything."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.acts import ActRefused, ActStale
from accounts.models import SocialAccount
from audit.models import Entry
from posts import canonical
from posts.actions import by_hand, drafting, review, sending, settling
from posts.actions.by_hand import put_back, report, take
from posts.bringing import hand_case
from posts.models import Attempt, Delivery, Post
from tests.sending.conftest import Stage
from tests.sending.test_together import at_once
from tests.support.cast import approved, checked, make_account, make_cast
from tests.support.database import without_triggers
from tests.support.restricting import suspend

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://x.com/mima_kanko_demo/status/1"


@pytest.fixture
def stage(db: None, quiet: None) -> Stage:
    cast = make_cast()
    return Stage(cast, make_account(cast, connection="manual"))


def due(stage: Stage) -> Delivery:
    """Approved, and handed out by the worker."""
    delivery = stage.delivery(approved(stage.cast, stage.account, now=stage.clock()))
    return run(stage, delivery)


def run(stage: Stage, delivery: Delivery) -> Delivery:
    """One go of the worker."""
    sending.send(delivery.pk, clock=stage.clock)
    delivery.refresh_from_db()
    return delivery


def refused_as(error: pytest.ExceptionInfo[ActRefused]) -> list[str]:
    return sorted(error.value.refusal.codes)


def test_worker_hands_it_to_people_once_and_sends_nothing(stage: Stage) -> None:
    delivery = due(stage)
    assert (delivery.state, delivery.handed_at, delivery.tries) == ("waiting", stage.clock(), 0)
    stage.clock.forward(minutes=1)
    run(stage, delivery)
    assert stage.events(delivery.post) == ["to_people"]
    assert not Attempt.objects.exists()


def test_taken_brought_out_and_reported(stage: Stage) -> None:
    delivery = due(stage)
    taken = take(delivery=delivery, by=stage.cast.tanaka, now=stage.clock(), tries=0)
    assert (taken.state, taken.tries, bool(taken.key)) == ("armed", 1, True)
    go = Attempt.objects.get()
    assert (go.taken_by, go.armed_until - go.armed_at) == (stage.cast.tanaka, timedelta(minutes=30))
    with pytest.raises(ActRefused) as frozen:
        review.cancel(post=delivery.post, reason="やめる", by=stage.cast.sato, now=stage.clock())
    assert refused_as(frozen) == ["in_flight"]
    stage.clock.forward(minutes=3)
    out = report(delivery=delivery, url=f" {URL} ", no_url=False, by=stage.cast.tanaka, now=stage.clock())
    assert (out.state, out.remote_url, out.accepted_at) == ("accepted", URL, stage.clock())
    assert Attempt.objects.get().outcome == "accepted"
    assert stage.events(delivery.post) == ["to_people", "taken", "reported"]


def test_put_back_waits_for_somebody_else_and_is_taken_again(stage: Stage) -> None:
    delivery = due(stage)
    take(delivery=delivery, by=stage.cast.sato, now=stage.clock())
    back = put_back(delivery=delivery, reason="会議に呼ばれた", by=stage.cast.sato, now=stage.clock())
    assert (back.state, Attempt.objects.get().detail) == ("waiting", "会議に呼ばれた")
    take(delivery=back, by=stage.cast.tanaka, now=stage.clock(), tries=1)
    report(delivery=back, url=URL, no_url=False, by=stage.cast.tanaka, now=stage.clock())
    assert Delivery.objects.get().state == "accepted"


@pytest.mark.clause("mima:5-ただし書")
def test_second_checker_is_not_the_sender(stage: Stage) -> None:
    delivery = run(stage, stage.delivery(checked(stage.cast, stage.account, now=stage.clock())))
    with pytest.raises(ActRefused) as error:
        take(delivery=delivery, by=stage.cast.tanaka, now=stage.clock())
    assert refused_as(error) == ["checker_sends"]
    assert take(delivery=delivery, by=stage.cast.sato, now=stage.clock()).state == "armed"


@pytest.mark.clause("mima:9-2")
def test_nobody_takes_from_a_machine_that_is_not_registered(stage: Stage) -> None:
    delivery = due(stage)
    stage.cast.tanaka.on_registered_device = False
    with pytest.raises(ActRefused) as error:
        take(delivery=delivery, by=stage.cast.tanaka, now=stage.clock())
    assert refused_as(error) == ["unregistered_device"]
    assert stage.events(delivery.post) == ["to_people", "taken.refused"]


@pytest.mark.clause("mima:8-1-停止")
def test_suspension_holds_it_and_nobody_takes_it(stage: Stage) -> None:
    delivery = due(stage)
    suspend(stage.cast, now=stage.clock())
    with pytest.raises(ActRefused) as error:
        take(delivery=delivery, by=stage.cast.tanaka, now=stage.clock())
    assert refused_as(error) == ["suspended_disaster"]
    stage.clock.forward(minutes=1)
    assert run(stage, delivery).state == "held"


def test_nobody_reports_in_time_so_it_is_unknown_and_waits_for_a_person(stage: Stage) -> None:
    delivery = due(stage)
    take(delivery=delivery, by=stage.cast.tanaka, now=stage.clock())
    stage.clock.forward(minutes=29)
    assert sending.settle_stuck(now=stage.clock()) == 0
    stage.clock.forward(minutes=2)
    assert sending.settle_stuck(now=stage.clock()) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem) == ("unknown", sending.NOT_REPORTED)
    with pytest.raises(ActRefused):
        report(delivery=delivery, url=URL, no_url=False, by=stage.cast.tanaka, now=stage.clock())
    stage.clock.forward(minutes=20)
    assert run(stage, delivery).state == "unknown"
    assert delivery.next_try_at > stage.clock()


def test_too_late_for_anybody_expires(stage: Stage) -> None:
    delivery = due(stage)
    assert delivery.latest_at - delivery.due_at == timedelta(minutes=240)
    stage.clock.forward(minutes=241)
    with pytest.raises(ActRefused) as error:
        take(delivery=delivery, by=stage.cast.tanaka, now=stage.clock())
    assert refused_as(error) == ["too_late"]
    assert run(stage, delivery).state == "expired"


def test_two_people_take_at_once_and_one_of_them_has_it(stage: Stage) -> None:
    delivery, people = due(stage), iter([stage.cast.sato, stage.cast.tanaka])

    def taker() -> str:
        try:
            take(delivery=delivery, by=next(people), now=stage.clock(), tries=0)
        except ActStale:
            return "too late"
        return "taken"

    assert sorted(at_once(taker, 2)) == ["taken", "too late"]
    assert Attempt.objects.count() == 1


def test_two_posts_of_one_account_are_brought_out_side_by_side(stage: Stage) -> None:
    """A warning does not wait for whoever took another post and went to lunch."""
    first, second = due(stage), due(stage)
    take(delivery=first, by=stage.cast.sato, now=stage.clock())
    take(delivery=second, by=stage.cast.tanaka, now=stage.clock())
    assert Attempt.objects.filter(finished_at__isnull=True).count() == 2


def test_database_keeps_calls_of_the_worker_to_one_and_who_took_it_as_written(stage: Stage) -> None:
    delivery = due(stage)
    take(delivery=delivery, by=stage.cast.sato, now=stage.clock())
    for change in ({"taken_by": stage.cast.tanaka}, {"taken_by": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.update(finished_at=stage.clock(), outcome="accepted", **change)


def test_account_that_the_program_sends_to_is_not_brought_out_by_hand(stage: Stage) -> None:
    account = make_account(
        stage.cast, "自動", handle="@auto", url="https://x.com/auto", connection="training"
    )
    delivery = stage.delivery(approved(stage.cast, account, now=stage.clock()))
    with pytest.raises(ActRefused) as error:
        take(delivery=delivery, by=stage.cast.tanaka, now=stage.clock())
    assert refused_as(error) == ["not_by_hand"]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://x.com/mima_police/status/1", "page_of_another"),
        ("https://example.com/1", "page_elsewhere"),
        ("https://x.com/", "page_elsewhere"),
        ("だしました", "address_unreadable"),
        ("", "address_missing"),
    ],
)
def test_report_with_a_wrong_address_changes_nothing(stage: Stage, url: str, code: str) -> None:
    delivery = due(stage)
    take(delivery=delivery, by=stage.cast.sato, now=stage.clock())
    with pytest.raises(ActRefused) as error:
        report(delivery=delivery, url=url, no_url=False, by=stage.cast.sato, now=stage.clock())
    assert refused_as(error) == [code]
    assert Delivery.objects.get().state == "armed"


def test_key_is_new_for_every_delivery(stage: Stage) -> None:
    keys = {take(delivery=due(stage), by=stage.cast.sato, now=stage.clock()).key for _ in range(2)}
    assert len(keys) == 2


def test_after_the_hold_is_gone_it_says_so_and_can_be_taken(stage: Stage) -> None:
    account: SocialAccount = stage.account
    delivery = stage.delivery(approved(stage.cast, account, now=stage.clock()))
    SocialAccount.objects.filter(pk=account.pk).update(state="suspended")
    assert run(stage, delivery).state == "held"
    SocialAccount.objects.filter(pk=account.pk).update(state="in_operation")
    stage.clock.forward(minutes=1)
    assert (run(stage, delivery).state, delivery.problem) == ("held", by_hand.FREE_AGAIN)
    assert take(delivery=delivery, by=stage.cast.sato, now=stage.clock()).state == "armed"


def test_address_is_owed_wherever_the_network_shows_one(stage: Stage) -> None:
    delivery = due(stage)
    take(delivery=delivery, by=stage.cast.sato, now=stage.clock())
    with pytest.raises(ActRefused) as error:
        report(delivery=delivery, url="", no_url=True, by=stage.cast.sato, now=stage.clock())
    assert refused_as(error) == ["address_missing"]


def test_one_post_on_the_network_answers_for_one_of_ours(stage: Stage) -> None:
    first, second = due(stage), due(stage)
    for delivery in (first, second):
        take(delivery=delivery, by=stage.cast.sato, now=stage.clock())
    report(delivery=first, url=URL, no_url=False, by=stage.cast.sato, now=stage.clock())
    with pytest.raises(ActRefused) as error:
        report(delivery=second, url=f"{URL}/?s=20", no_url=False, by=stage.cast.sato, now=stage.clock())
    assert refused_as(error) == ["page_of_other_post"]
    assert first.post.number in error.value.sentences
    report(delivery=second, url=f"{URL}2", no_url=False, by=stage.cast.sato, now=stage.clock())


def test_go_ends_when_it_is_too_late_to_bring_it_out(stage: Stage) -> None:
    delivery = due(stage)
    stage.clock.at = delivery.latest_at - timedelta(minutes=4)
    go = take(delivery=delivery, by=stage.cast.sato, now=stage.clock()).attempts.get()
    assert go.armed_until == delivery.latest_at


@pytest.mark.clause("mima:8-1-停止")
def test_restriction_that_began_after_it_was_taken_is_shown_and_recorded(stage: Stage) -> None:
    delivery = due(stage)
    take(delivery=delivery, by=stage.cast.sato, now=stage.clock())
    assert hand_case(Delivery.objects.get(), stage.cast.sato, now=stage.clock()).stops == []
    suspend(stage.cast, now=stage.clock())
    stops = hand_case(Delivery.objects.get(), stage.cast.sato, now=stage.clock()).stops
    assert [reason.code for reason in stops] == ["suspended_disaster"]
    report(delivery=delivery, url=URL, no_url=False, by=stage.cast.sato, now=stage.clock())
    told = Entry.objects.get(event="delivery.reported")
    assert json.loads(told.payload)["under"] == ["suspended_disaster"]


# --- やはり届いていた


def not_found(stage: Stage) -> Delivery:
    """Taken, never reported, and recorded by a colleague as not there."""
    delivery = due(stage)
    take(delivery=delivery, by=stage.cast.sato, now=stage.clock())
    stage.clock.forward(hours=1)
    sending.settle_stuck(now=stage.clock())
    stage.clock.forward(minutes=2)
    settling.settle_not_live(
        delivery=delivery, reason="見当たらない。", by=stage.cast.tanaka, now=stage.clock()
    )
    delivery.refresh_from_db()
    assert delivery.state == "expired"
    return delivery


def told_live(stage: Stage, delivery: Delivery, url: str = URL) -> Delivery:
    seen = {"url": url, "no_url": False, "reason": "佐藤が出していた。公式アカウントのページで見た。"}
    return settling.settle_after_all(delivery=delivery, by=stage.cast.sato, now=stage.clock(), **seen)  # type: ignore[arg-type]


def test_late_word_of_whoever_brought_it_out_is_written_down(stage: Stage) -> None:
    delivery = told_live(stage, not_found(stage))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_url, delivery.accepted_at) == ("accepted", URL, stage.clock())
    entry = Entry.objects.latest("pk")
    assert entry.event == "delivery.settled_after_all"
    assert json.loads(entry.payload)["url"] == URL


def test_late_word_is_refused_once_the_rest_goes_out_as_a_new_post(stage: Stage) -> None:
    delivery = not_found(stage)
    drafting.rest_of(post=delivery.post, by=stage.cast.sato, now=stage.clock())
    with pytest.raises(ActRefused) as error:
        told_live(stage, delivery)
    assert refused_as(error) == ["gone_on"]


def test_late_word_is_refused_once_another_version_is_written(stage: Stage) -> None:
    delivery = not_found(stage)
    post = Post.objects.get(pk=delivery.post_id)
    content = replace(canonical.parse(delivery.clearance.version.canonical), text="書き直しました。")
    drafting.edit(
        post=post,
        title=post.title,
        content=content,
        declared=True,
        by=stage.cast.sato,
        now=stage.clock(),
        form_no=post.form_no,
    )
    with pytest.raises(ActRefused) as error:
        told_live(stage, delivery)
    assert refused_as(error) == ["gone_on"]


def test_what_the_program_sent_and_nobody_took_does_not_come_back(stage: Stage) -> None:
    delivery = not_found(stage)
    with without_triggers():
        Attempt.objects.filter(delivery=delivery).update(taken_by=None)
    with pytest.raises(ActRefused) as error:
        told_live(stage, delivery)
    assert refused_as(error) == ["nobody_took_it"]
    with pytest.raises(DatabaseError, match="it has ended"), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state="accepted", accepted_at=stage.clock())


def test_nothing_but_the_late_word_touches_what_has_ended(stage: Stage) -> None:
    delivery = not_found(stage)
    for change in (
        {"state": "waiting"},
        {"state": "unknown"},
        {"problem": "x"},
        {"state": "accepted", "tries": 2},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(**{"accepted_at": stage.clock(), **change})


def test_what_was_put_back_and_then_came_too_late_is_no_late_word(stage: Stage) -> None:
    delivery = due(stage)
    take(delivery=delivery, by=stage.cast.sato, now=stage.clock())
    put_back(delivery=delivery, reason="画面が開けない。", by=stage.cast.sato, now=stage.clock())
    stage.clock.forward(days=1)
    assert run(stage, delivery).state == "expired"
    with pytest.raises(ActRefused) as error:
        told_live(stage, delivery)
    assert refused_as(error) == ["nobody_took_it"]
