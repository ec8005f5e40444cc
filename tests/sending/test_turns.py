"""Whose turn it is: warnings overtake, sections take turns, and a limit is the whole account's. On both databases."""

from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest

from accounts.models import SocialAccount
from platforms.errors import RateLimited
from posts.actions import sending
from posts.actions.arming import arm
from posts.models import Attempt, Delivery, Post
from posts.queries import to_send, urgent_due
from tests.sending.conftest import Stage
from tests.sending.stubs import connected, way
from tests.support.database import without_triggers

pytestmark = pytest.mark.both_databases
Another = Callable[[str], SocialAccount]
WARNING = {"disaster_related": True, "disaster_information": True}


def on(stage: Stage, account: SocialAccount, **content: object) -> Delivery:
    stage.account = account
    return stage.approved(**content)


def test_warning_that_came_last_goes_out_first(stage: Stage, another: Another) -> None:
    plain = [on(stage, another(f"plain{n}")) for n in range(3)]
    stage.clock.forward(seconds=1)
    warning = on(stage, another("bosai"), **WARNING)
    assert warning.urgent
    assert to_send(now=stage.clock(), before=stage.clock())[0] == warning.pk
    assert urgent_due(stage.clock()) == [warning.pk]
    with connected(stage.stub):
        sending.send_in_turn(plain[0].pk, clock=stage.clock)
    assert stage.stub.calls[0].text == warning.text
    warning.refresh_from_db()
    assert warning.state == "accepted"


def test_warning_goes_first_on_its_own_account_too(stage: Stage, another: Another) -> None:
    account = another("one")
    first = on(stage, account)
    second = on(stage, account)
    stage.clock.forward(seconds=1)
    warning = on(stage, account, **WARNING)
    with connected(stage.stub):
        sending.send_in_turn(first.pk, clock=stage.clock)
    assert stage.stub.calls[0].text == warning.text
    assert Delivery.objects.filter(pk__in=[first.pk, second.pk], state="accepted").count() == 2


def test_warning_that_cannot_even_be_tried_keeps_nothing_else_back(stage: Stage, another: Another) -> None:
    plain = on(stage, another("plain"))
    warning = on(stage, another("bosai"), **WARNING)

    def broken(delivery_id: int, **known: object) -> bool:
        if delivery_id == warning.pk:
            raise ValueError("壊れた版")
        return send(delivery_id, **known)  # type: ignore[arg-type]

    send = sending.send
    with connected(stage.stub), patch("posts.actions.sending.send", broken):
        sending.send_in_turn(plain.pk, clock=stage.clock)
    plain.refresh_from_db()
    assert plain.state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_sections_take_turns_when_one_has_much_to_say(stage: Stage, another: Another) -> None:
    many = [on(stage, another(f"tourism{n}")) for n in range(5)]
    stage.clock.forward(seconds=1)
    late = on(stage, another("water"))
    with without_triggers():
        Post.objects.filter(pk=late.post_id).update(section=stage.cast.mori.section)
    order = to_send(now=stage.clock(), before=stage.clock())
    assert order.index(late.pk) == 1
    assert sorted(order) == sorted([*(row.pk for row in many), late.pk])


def test_one_wake_up_for_an_account_sends_all_that_is_due_there(stage: Stage, another: Another) -> None:
    account = another("one")
    rows = [on(stage, account) for _ in range(3)]
    elsewhere = on(stage, another("two"))
    assert set(to_send(now=stage.clock(), before=stage.clock())) == {rows[0].pk, elsewhere.pk}
    with connected(stage.stub):
        assert sending.send_in_turn(rows[0].pk, clock=stage.clock) is None
    assert [call.text for call in stage.stub.calls] == [row.text for row in rows]


def test_what_is_due_now_is_woken_before_a_warning_that_is_due_in_a_moment(
    stage: Stage, another: Another
) -> None:
    account = another("one")
    plain = on(stage, account)
    warning = on(stage, account, due_at=stage.clock() + timedelta(minutes=1), **WARNING)
    soon = stage.clock() + timedelta(minutes=2)
    assert to_send(now=stage.clock(), before=soon) == [plain.pk]
    assert to_send(now=soon, before=soon) == [warning.pk]


@pytest.mark.django_db(transaction=True)
def test_one_that_is_held_or_broken_keeps_nothing_behind_it_from_going_out(
    stage: Stage, another: Another
) -> None:
    account = another("one")
    broken, late, good = [on(stage, account) for _ in range(3)]
    with without_triggers():
        Delivery.objects.filter(pk=late.pk).update(latest_at=stage.clock() - timedelta(minutes=1))

    def fails(delivery_id: int, **known: object) -> bool:
        if delivery_id == broken.pk:
            raise ValueError("壊れた版")
        return send(delivery_id, **known)  # type: ignore[arg-type]

    send = sending.send
    with connected(stage.stub), patch("posts.actions.sending.send", fails):
        assert sending.send_in_turn(broken.pk, clock=stage.clock) is None
    good.refresh_from_db()
    late.refresh_from_db()
    assert (late.state, good.state) == ("expired", "accepted")


def test_after_so_many_in_a_row_the_next_one_comes_back_to_be_woken_for(
    stage: Stage, another: Another
) -> None:
    account = another("one")
    rows = [on(stage, account) for _ in range(4)]
    with connected(stage.stub), patch("posts.actions.sending.IN_A_ROW", 3):
        assert sending.send_in_turn(rows[0].pk, clock=stage.clock) == rows[3].pk
    assert len(stage.stub.calls) == 3


def test_account_that_somebody_else_sends_on_is_left_to_them(stage: Stage, another: Another) -> None:
    account = another("one")
    first, second = on(stage, account), on(stage, account)
    assert arm(first.pk, way(stage.stub, first), now=stage.clock())
    with connected(stage.stub):
        assert sending.send_in_turn(second.pk, clock=stage.clock) is None
    assert stage.stub.calls == []


def test_limit_that_the_network_named_keeps_the_whole_account_quiet_and_no_other(
    stage: Stage, another: Another
) -> None:
    limited, other = another("limited"), another("other")
    first, second = on(stage, limited), on(stage, limited)
    elsewhere = on(stage, other)
    until = stage.clock() + timedelta(minutes=15)
    stage.stub.answers = [RateLimited(until=until)]
    assert stage.send(first) == "waiting"
    assert stage.send(second) == "waiting"
    assert len(stage.stub.calls) == 1
    assert second.next_try_at == until
    assert stage.send(elsewhere) == "accepted"
    stage.clock.at = until
    assert stage.send(second) == "accepted"


def test_limit_of_a_century_is_not_believed_for_longer_than_a_day(stage: Stage, another: Another) -> None:
    first = on(stage, another("limited"))
    stage.stub.answers = [RateLimited(until=stage.clock() + timedelta(days=36500))]
    stage.send(first)
    quiet = Attempt.objects.get(delivery=first).quiet_until
    assert quiet == stage.clock() + timedelta(days=1)
