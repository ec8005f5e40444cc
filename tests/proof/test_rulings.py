"""The proof itself: enough is asked, every ruling is needed, and asking for a decision stops nothing that goes."""

from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest

from rules.states import PostState, Verb
from rules.workflow import Allowed, Refused, decide
from tests.proof import cases, cast, oracle, world
from tests.proof.oracle import Bearing, Ground, Held, Road, Since, Situation
from tests.proof.rulings import RULINGS, as_claimed, catching, expected

_ASKED = {Road.APPROVAL: Verb.SUBMIT, Road.CHECK: Verb.CLAIM}


def _evenly(road: Road, count: int) -> list[Situation]:
    """A few situations of this road, far apart in the product."""
    whole = cases.size(road)
    return [cases.at(road, number * 77_773 % whole) for number in range(count)]


def _codes_of_asking(s: Situation, state: PostState = PostState.DRAFTING) -> frozenset[str]:
    """What the drafter is told who asks for the decision in the world of the situation, for now or its time."""
    post = replace(
        world.delivery_of(s).post,
        state=state,
        clearance=None,
        targets=(world.account_of(s),),
        asked=cast.SEEN,
    )
    decision = decide(_ASKED[s.road], post, cast.SATO, cast.CITY, world.SENT_AT[s.hours])
    return decision.codes if isinstance(decision, Refused) else frozenset()


def test_proof_asks_three_hundred_thousand_when_nobody_wants_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROOF_SAMPLE", raising=False)
    triples = sum(1 for road in Road for _ in cases.triples(road, 0, 1))
    assert triples + sum(cases.sample(road) for road in Road) >= 300_000


def test_proof_asks_as_few_as_wanted_when_somebody_is_in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOF_SAMPLE", "12")
    shares = [list(cases.spread(Road.CHECK, share, 5)) for share in range(5)]
    assert sum(map(len, shares)) == len({s for share in shares for s in share}) == 12


def test_product_is_numbered_as_the_oracle_walks_it_when_asked_by_number() -> None:
    walk = list(islice(oracle.situations(), 2_000))
    assert oracle.size() == sum(cases.size(road) for road in Road)
    assert walk == [cases.at(Road.APPROVAL, number) for number in range(2_000)]


@pytest.mark.parametrize("road", Road)
def test_quiet_day_lets_the_post_out_when_nothing_is_the_matter(road: Road) -> None:
    assert oracle.stops(cases.QUIET[road]) == frozenset()
    assert world.answer(cases.QUIET[road]).goes


def test_ruling_changes_something_when_the_product_is_walked() -> None:
    touched: Counter[str] = Counter()
    for road in Road:
        for s in _evenly(road, 3_000):
            touched.update(expected(s)[1])
    assert set(touched) == {ruling.name for ruling in RULINGS}


def test_ended_restriction_of_every_kind_occurs_when_a_post_had_been_held() -> None:
    met = {world.ended_restriction(s) for road in Road for s in _evenly(road, 300)}
    assert met == {"", "scandal", "natural", "limited", "flaming"}


@pytest.mark.parametrize("road", Road)
def test_ended_restriction_stops_nothing_when_it_would_have_let_the_post_pass(road: Road) -> None:
    """What caught nothing asks for no decision by name: R6 leaves these cases out, so they are asked here."""
    kinds = ("scandal", "natural", "limited", "flaming")
    now = world.SENT_AT[oracle.Hours.IN]
    for bearing in Bearing:
        for ground in (Ground.NONE,) if road is Road.APPROVAL else (Ground.PUBLIC, Ground.DISASTER):
            s = replace(cases.QUIET[road], bearing=bearing, ground=ground)
            if expected(s)[0] is None:
                continue
            read = as_claimed(s).bearing
            for kind in set(kinds) - set(catching(read, road, ground)):
                told = _told_after(s, kind, now)
                # Row 11: (2) and waivers are caught by the limit, too, though row 12 does not say so.
                row_11 = kind == "limited" and oracle.is_row_11(replace(s, hq=oracle.Hq.LIMITED))
                assert row_11 or "awaiting_release" not in told, (kind, bearing, ground)


def _told_after(s: Situation, kind: str, now: world.datetime) -> frozenset[str]:
    waiting = world.delivery_of(s)
    ended = world.restriction(kind, now - world.CAUGHT, 5, now - world.LIFTED)
    kept = replace(waiting, account=replace(waiting.account, restrictions=(ended,)))
    decision = decide(Verb.SEND, kept, cast.WORKER, cast.CITY, now)
    return decision.codes if isinstance(decision, Refused) else frozenset()


@pytest.mark.parametrize("road", _ASKED)
def test_asking_is_refused_only_when_the_post_does_not_go(road: Road) -> None:
    """What a drafter may not even ask for would not have gone, but for the statement without the chief."""
    for s in _evenly(road, 8_000):
        never_held = s.since is Since.DURING and s.held is Held.NO
        if never_held and _goes(s) and not (s.road is Road.CHECK and s.bearing is Bearing.STATEMENT):
            assert _codes_of_asking(s) <= {"due_in_past"}, s


def _goes(s: Situation) -> bool:
    return expected(s)[0] == frozenset()


@pytest.mark.clause("mima:8-1-停止")
def test_statement_is_refused_when_anybody_claims_an_exemption_for_it() -> None:
    """R9 speaks of the waiver; before a second check it is the claim that fails, so no check takes place."""
    for s in _evenly(Road.CHECK, 3_000):
        statement = replace(s, bearing=Bearing.STATEMENT)
        assert "statement_needs_chief" in _codes_of_asking(statement)


def test_worker_has_the_last_word_when_the_clearance_was_good() -> None:
    """A post cleared before anything began is stopped by the sending alone: the clearing act saw nothing."""
    s = replace(cases.QUIET[Road.APPROVAL], since=Since.BEFORE, suspension=oracle.Suspension.DISASTER)
    told = world.answer(s)
    assert (told.cleared, told.sent) == (frozenset(), {"suspended_disaster"})
    assert isinstance(
        decide(
            Verb.SEND,
            world.delivery_of(replace(s, suspension=oracle.Suspension.NONE)),
            cast.WORKER,
            cast.CITY,
            world.SENT_AT[s.hours],
        ),
        Allowed,
    )
