"""Two at once: workers that want the same delivery or account, and a restriction that comes in between."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.acts import ActRefused
from accounts.models import SocialAccount
from policies.actions.gate import raise_epoch
from policies.models import CityGate
from posts.actions import arming, drafting, review, sending
from posts.actions.arming import Armed, arm
from posts.models import Attempt, Delivery
from tests.sending.conftest import Stage
from tests.sending.stubs import Gate, Stub, connected, way
from tests.support.cast import approved, content_for

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


def at_once(work: Callable[[], Any], times: int = WORKERS) -> list[Any]:
    """Every thread does it at the same moment, on a connection of its own."""
    barrier = threading.Barrier(times)

    def one() -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(20)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return [future.result(60) for future in [pool.submit(one) for _ in range(times)]]


def in_background(work: Callable[[], Any]) -> "threading.Thread":
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def held_up(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str
) -> tuple[threading.Event, threading.Event]:
    """The function stops at its beginning: the first event says that it got there, the second lets it go on."""
    there, go_on = threading.Event(), threading.Event()
    original = getattr(module, name)

    def slowly(*args: Any, **kwargs: Any) -> Any:
        there.set()
        assert go_on.wait(20)
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, slowly)
    return there, go_on


def test_one_worker_arms_a_delivery_when_many_want_it(stage: Stage) -> None:
    delivery = stage.approved()
    got = at_once(lambda: arm(delivery.pk, way(stage.stub, delivery), now=stage.clock()))
    assert len([task for task in got if isinstance(task, Armed)]) == 1
    assert delivery.attempts.count() == 1


def test_post_goes_out_once_when_many_workers_send_it(stage: Stage) -> None:
    delivery = stage.approved()
    with connected(stage.stub):
        at_once(lambda: sending.send(delivery.pk, clock=stage.clock))
    delivery.refresh_from_db()
    assert (delivery.state, len(stage.stub.calls)) == ("accepted", 1)


def test_account_sends_one_at_a_time_when_many_posts_are_due(stage: Stage) -> None:
    first, second = stage.approved(), stage.approved()
    gate = Gate()
    stage.stub.answers = [gate]
    with connected(stage.stub):
        thread = in_background(lambda: sending.send(first.pk, clock=stage.clock))
        assert gate.reached.wait(20)
        assert not sending.send(second.pk, clock=stage.clock)
        assert Attempt.objects.filter(finished_at__isnull=True).count() == 1
        gate.open.set()
        thread.join(20)
        assert sending.send(second.pk, clock=stage.clock)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"accepted"}


def test_worker_takes_what_is_due_on_the_same_account_in_turn(
    stage: Stage, another: Callable[[str], SocialAccount]
) -> None:
    other = another("@mima_other")
    mine = [stage.approved() for _ in range(4)]
    theirs = approved(stage.cast, other).deliveries.get()
    with connected(stage.stub):
        sending.send_in_turn(mine[0].pk, clock=stage.clock)
    assert [message.key for message in stage.stub.calls] == [
        Delivery.objects.get(pk=delivery.pk).key for delivery in mine
    ]
    theirs.refresh_from_db()
    assert theirs.state == "waiting"


def test_every_post_goes_out_once_when_workers_share_the_accounts(
    stage: Stage, another: Callable[[str], SocialAccount]
) -> None:
    accounts = [stage.account, another("@mima_b"), another("@mima_c")]
    due = [approved(stage.cast, account).deliveries.get().pk for account in accounts for _ in range(3)]
    turn = iter(due * WORKERS)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                pk = next(turn, None)
            if pk is None:
                return
            sending.send_in_turn(pk, clock=stage.clock)

    with connected(stage.stub):
        at_once(work)
    assert list(Delivery.objects.values_list("state", flat=True)) == ["accepted"] * 9
    assert len(stage.stub.calls) == len(stage.stub.keys) == 9


def test_restriction_waits_for_what_is_being_armed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """So nothing is armed after it that has not seen it, whatever the restriction is about."""
    delivery = stage.approved()
    judging, go_on = held_up(monkeypatch, arming, "decide")
    worker = in_background(lambda: arm(delivery.pk, way(stage.stub, delivery), now=stage.clock()))
    assert judging.wait(20)
    narrowing = in_background(transaction.atomic(raise_epoch))
    narrowing.join(0.5)
    assert narrowing.is_alive(), "the restriction did not wait"
    go_on.set()
    worker.join(20), narrowing.join(20)
    attempt = Attempt.objects.get()
    assert (attempt.delivery_id, attempt.epoch) == (delivery.pk, CityGate.objects.get().epoch - 1)


def test_arming_waits_for_a_restriction_that_has_begun(stage: Stage) -> None:
    delivery = stage.approved()
    with transaction.atomic():
        raise_epoch()
        worker = in_background(lambda: arm(delivery.pk, way(stage.stub, delivery), now=stage.clock()))
        worker.join(0.5)
        assert worker.is_alive(), "the worker did not wait"
    worker.join(20)
    assert Attempt.objects.get().epoch == CityGate.objects.get().epoch


def test_nothing_is_armed_when_a_suspension_had_begun(stage: Stage) -> None:
    delivery = stage.approved()
    with transaction.atomic():
        raise_epoch()
        SocialAccount.objects.filter(pk=stage.account.pk).update(state="suspended")
        worker = in_background(lambda: arm(delivery.pk, way(stage.stub, delivery), now=stage.clock()))
        worker.join(0.5)
    worker.join(20)
    delivery.refresh_from_db()
    assert (delivery.state, Attempt.objects.count()) == ("held", 0)


@pytest.mark.parametrize("act", ["edit", "cancel"])
def test_act_is_refused_when_the_worker_arms_at_that_moment(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """The worker was first: the text may be live, so neither a new one nor a cancellation comes after it."""
    delivery = stage.approved()
    post = delivery.post
    judging, go_on = held_up(monkeypatch, arming, "decide")
    refused: list[frozenset[str]] = []

    def edit() -> None:
        new = content_for(stage.account, text="書き直し")
        values = {"title": "書き直し", "content": new, "declared": True, "form_no": post.form_no}
        drafting.edit(post=post, by=stage.cast.sato, now=stage.clock(), **values)

    def cancel() -> None:
        review.cancel(post=post, reason="中止", by=stage.cast.sato, now=stage.clock())

    def try_it() -> None:
        try:
            {"edit": edit, "cancel": cancel}[act]()
        except ActRefused as error:
            refused.append(error.refusal.codes)

    post.refresh_from_db()
    worker = in_background(lambda: arm(delivery.pk, way(stage.stub, delivery), now=stage.clock()))
    assert judging.wait(20)
    person = in_background(try_it)
    person.join(0.5)
    assert person.is_alive(), "the act did not wait"
    go_on.set()
    worker.join(20), person.join(20)
    delivery.refresh_from_db()
    assert delivery.state == "armed"
    assert refused == [frozenset({"text_frozen" if act == "edit" else "in_flight"})]


def test_worker_arms_nothing_when_the_act_was_first(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = stage.approved()
    cancelling, go_on = held_up(monkeypatch, review, "drop_deliveries")
    person = in_background(
        lambda: review.cancel(post=delivery.post, reason="中止", by=stage.cast.sato, now=stage.clock())
    )
    assert cancelling.wait(20)
    worker = in_background(lambda: arm(delivery.pk, way(Stub(), delivery), now=stage.clock()))
    worker.join(0.5)
    assert worker.is_alive(), "the worker did not wait"
    go_on.set()
    worker.join(20), person.join(20)
    delivery.refresh_from_db()
    assert (delivery.state, Attempt.objects.count()) == ("dropped", 0)
