"""Strong properties of the gates on random situations with random other facts: what must never turn a no into a go."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.facts import Delivery, Post
from rules.restraints import Restriction
from rules.states import Basis, PostKind, RestrictionKind, Tick, Verb
from rules.workflow import Allowed, decide
from tests.proof import cases, cast, world
from tests.proof.oracle import (
    Bearing,
    Confirmation,
    Ground,
    Held,
    Hours,
    Hq,
    Road,
    Since,
    Situation,
    Suspension,
)
from tests.proof.rulings import as_claimed, catching, claim_taken_as_it_is

_FEW = settings(max_examples=300, deadline=None, derandomize=True)


@st.composite
def situations(draw: st.DrawFn, *roads: Road) -> Situation:
    """Any situation of the product, by its number."""
    road = draw(st.sampled_from(roads or tuple(Road)))
    return cases.at(road, draw(st.integers(0, cases.size(road) - 1)))


_KINDS = st.sampled_from(("natural", "scandal", "limited", "flaming"))
# Facts of a delivery that no gate of publication asks about: nothing may hang on them.
_NOISE = st.fixed_dictionaries(
    {
        "id": st.integers(1, 10**6),
        "title": st.text(min_size=1, max_size=8),
        "category_note": st.text(max_size=8),
        "declared_on": st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        "deciders": st.frozensets(st.integers(1, 30), max_size=4),
        "parent_section": st.none() | st.integers(1, 9),
        "corrects_published": st.booleans(),
        "corrects_nothing": st.booleans(),
        "nothing_left_behind": st.booleans(),
        "continued": st.booleans(),
    }
)


def _sent(s: Situation, delivery: Delivery) -> bool:
    decision = decide(Verb.SEND, delivery, cast.WORKER, cast.CITY, world.SENT_AT[s.hours])
    return isinstance(decision, Allowed)


def _with_restrictions(delivery: Delivery, *more: Restriction) -> Delivery:
    account = replace(delivery.account, restrictions=(*delivery.account.restrictions, *more))
    return replace(delivery, account=account)


def _with_post(delivery: Delivery, **changes: object) -> Delivery:
    post: Post = replace(delivery.post, **changes)  # type: ignore[arg-type]
    return replace(delivery, post=post)


@pytest.mark.clause("mima:9-2")
@_FEW
@given(situations())
def test_unregistered_device_never_lets_a_post_out_whatever_else_is_so(s: Situation) -> None:
    told = world.answer(replace(s, registered_device=False))
    assert not told.goes
    assert told.forbidden or "unregistered_device" in told.cleared


@_FEW
@given(situations(), _NOISE)
def test_sending_is_decided_alike_whatever_unrelated_facts_say(
    s: Situation, noise: dict[str, object]
) -> None:
    delivery = world.delivery_of(s)
    assert _sent(s, _with_post(delivery, **noise)) == _sent(s, delivery)


@pytest.mark.clause("mima:8-1-停止")
@_FEW
@given(situations(), _KINDS, st.booleans())
def test_restriction_never_lets_a_post_out_when_it_comes_on_top(s: Situation, kind: str, ended: bool) -> None:
    """Except the limit to disasters, which takes the place of the suspensions (row 15)."""
    delivery = world.delivery_of(s)
    now = world.SENT_AT[s.hours]
    row = world.restriction(kind, now - world.CAUGHT, 99, now - world.LIFTED if ended else None)
    suspended = any(
        held.in_force and held.kind == RestrictionKind.SUSPENSION for held in delivery.account.restrictions
    )
    if kind == "limited" and not ended and suspended:
        return
    assert _sent(s, delivery) or not _sent(s, _with_restrictions(delivery, row))


@pytest.mark.clause("mima:8-2")
@_FEW
@given(situations(), st.integers(0, 10**6))
def test_limit_lets_only_disaster_related_posts_out_whatever_they_rest_on(s: Situation, seed: int) -> None:
    delivery = world.delivery_of(replace(s, hq=Hq.LIMITED))
    plain = {"disaster_related": False, "disaster_information": False, "corrects_disaster": False}
    claim = None if seed % 2 else cast.CLAIMS[world.ClaimedGround.PUBLIC]
    assert not _sent(s, _with_post(delivery, claim=claim, **plain))


@pytest.mark.clause("mima:8-1-再開")
@_FEW
@given(situations(), st.integers(1, 10**5))
def test_end_of_a_restriction_lets_nothing_out_when_nobody_lets_it_go_by_name(
    s: Situation, later: int
) -> None:
    """What a disaster held a minute ago is held as long as one likes after it: time alone releases nothing."""
    quiet = replace(s, held=Held.NO, hq=Hq.NONE, suspension=Suspension.NONE, since=Since.BEFORE)
    now = world.SENT_AT[quiet.hours]
    held = _with_restrictions(
        world.delivery_of(quiet), world.restriction("natural", now - world.CAUGHT, 99, now - world.LIFTED)
    )
    in_time = decide(Verb.SEND, held, cast.WORKER, cast.CITY, now + timedelta(minutes=later))
    read = as_claimed(quiet)
    caught = "natural" in catching(read.bearing, read.road, read.ground)
    assert not (
        caught and claim_taken_as_it_is(quiet, frozenset()) is not None and isinstance(in_time, Allowed)
    )


@pytest.mark.clause("mima:9-1")
@_FEW
@given(situations(Road.CHECK, Road.WAIVER), st.booleans())
def test_tick_of_anybody_but_the_chief_confirms_nothing_when_the_approval_is_omitted(
    s: Situation, released: bool
) -> None:
    held = Held.REDECIDED if released else Held.NO
    out = replace(s, hours=Hours.OUT, held=held, chief_confirmed=False)
    ticked = replace(out, confirmation=Confirmation.TICK)
    assert (
        world.answer(ticked).goes is world.answer(replace(out, confirmation=Confirmation.NONE)).goes is False
    )


@pytest.mark.clause("mima:9-1")
@_FEW
@given(situations())
def test_chiefs_word_never_stops_a_post_when_it_is_given(s: Situation) -> None:
    confirmed = replace(s, confirmation=Confirmation.RECORD, chief_confirmed=True)
    silent = replace(s, confirmation=Confirmation.NONE, chief_confirmed=False)
    assert world.answer(confirmed).goes >= world.answer(silent).goes


@pytest.mark.clause("mima:5-本文")
@_FEW
@given(situations(), st.sampled_from(("digest", "live", "missing")))
def test_sending_is_refused_when_the_clearance_is_not_for_this_very_text(s: Situation, fault: str) -> None:
    delivery = world.delivery_of(s)
    broken = {
        "digest": _with_post(delivery, digest="another"),
        "live": replace(delivery, clearance_live=False),
        "missing": _with_post(delivery, clearance=None),
    }
    assert not _sent(s, broken[fault])


@pytest.mark.clause("mima:8-1-停止")
@_FEW
@given(situations(), st.frozensets(st.sampled_from(tuple(Tick))))
def test_statement_never_goes_in_a_scandal_when_its_approval_names_another_suspension(
    s: Situation, ticks: frozenset[Tick]
) -> None:
    ground = Ground.PUBLIC if s.ground is Ground.DISASTER else s.ground  # R3: (4) is claimed for what it is
    scandal = replace(s, suspension=Suspension.SCANDAL, bearing=Bearing.STATEMENT, hq=Hq.NONE, ground=ground)
    delivery = world.delivery_of(scandal)
    clearance = delivery.post.clearance
    assert clearance is not None
    other = replace(
        clearance, basis=Basis.APPROVAL, by_chief=True, ticks=ticks, named=frozenset({world.SCANDAL_ID + 1})
    )
    assert not _sent(scandal, _with_post(delivery, clearance=other, kind=PostKind.STATEMENT))


@pytest.mark.clause("mima:7-4-反論禁止")
@_FEW
@given(situations())
def test_reply_never_goes_in_flaming_mode_when_the_chief_has_not_decided_on_it(s: Situation) -> None:
    burning = replace(s, flaming=True, held=Held.NO, since=Since.BEFORE)
    reply = _with_post(world.delivery_of(burning), kind=PostKind.REPLY)
    assert not _sent(burning, reply)
