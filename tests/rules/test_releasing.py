"""Nothing is released by itself: what a restriction caught goes after its end only by name, and only by the chief.

The ends of restrictions, the release of held deliveries, and the very instants at which either counts. What a
restriction holds while it lasts: `test_restraints.py`.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from rules.facts import Actor, Clearance, Delivery, Person, Release
from rules.restraints import Confirmation, Restriction
from rules.states import Basis, Cause, ConfirmationState, DeliveryState, RestrictionKind, Tick, Verb
from rules.workflow import Refused
from tests.rules.cast import (
    CAST,
    DELIVERY_ACTS,
    DEPUTY,
    DIGEST,
    HOUR,
    KATO,
    NOW,
    PARENT_CHIEF,
    SOUND_DELIVERY,
    SOUND_ELECTION,
    SOUND_RESTRICTION,
    SUZUKI,
    TICK,
    X,
    codes,
    judge,
    outcome,
)
from tests.rules.test_restraints import KINDS, PASSES, Way, code_of, is_approved

WORKER = CAST["worker"]
BEGAN, ENDED = NOW - 2 * HOUR, NOW - HOUR
OVER = {kind: replace(row, ended_at=ENDED) for kind, row in KINDS.items()}
DISASTER, SCANDAL = OVER["disaster"], OVER["scandal"]
CAUGHT = ["awaiting_release"]


def delivery(
    *restrictions: Restriction,
    given_at: datetime | None = BEGAN,
    released_at: datetime | None = None,
    released_by_chief: bool = True,
    name: str = "a-ordinary",
) -> Delivery:
    """A delivery on that road, cleared then, and let go by name then."""
    one = Way(name, given_at=given_at).delivery(restrictions)
    release = None if released_at is None else Release(released_at, released_by_chief)
    return replace(one, state=DeliveryState.HELD, release=release)


def sent(one: Delivery, now: datetime = NOW) -> list[str]:
    return codes(judge(Verb.SEND, one, WORKER, now=now))


# --- The end releases nothing


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.parametrize("kind", list(KINDS))
def test_row_14_what_a_restriction_held_stays_held_when_it_has_ended(kind: str) -> None:
    """And what it would have let pass is not caught: the same table as while it lasted."""
    for name in PASSES:
        caught = PASSES[name][kind] != "o"
        assert sent(delivery(OVER[kind], name=name)) == CAUGHT * caught, name


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize(
    ("given_at", "caught"),
    [(None, True), (BEGAN - HOUR, True), (BEGAN, True), (ENDED - TICK, True), (ENDED, False), (NOW, False)],
)
def test_clearance_counts_as_decided_again_from_the_instant_of_the_end_when_sent(
    kind: str, given_at: datetime | None, caught: bool
) -> None:
    for name in ("a-ordinary", "c1-ordinary", "w1-ordinary"):
        by_deputy = delivery(OVER[kind], given_at=given_at, name=name)
        clearance = by_deputy.post.clearance
        assert clearance is not None
        by_deputy = replace(
            by_deputy, post=replace(by_deputy.post, clearance=replace(clearance, by_chief=False))
        )
        assert sent(by_deputy) == CAUGHT * caught, name


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize(
    ("released_at", "caught"),
    [(None, True), (BEGAN, True), (ENDED - TICK, True), (ENDED, False), (ENDED + TICK, False), (NOW, False)],
)
def test_release_by_name_counts_from_the_instant_of_the_end_when_sent(
    kind: str, released_at: datetime | None, caught: bool
) -> None:
    for by_chief, name in product((True, False), ("c1-ordinary", "w1-ordinary", "c2-related")):
        one = delivery(OVER[kind], released_at=released_at, released_by_chief=by_chief, name=name)
        assert sent(one) == CAUGHT * caught, (by_chief, name)


def test_release_during_the_storm_is_the_chiefs_decision_and_lasts_beyond_its_end_when_sent() -> None:
    storm = OVER["flaming"]
    for by_chief, want in ((True, []), (False, CAUGHT)):
        for at in (BEGAN, ENDED - TICK):
            early = delivery(storm, given_at=BEGAN - HOUR, released_at=at, released_by_chief=by_chief)
            assert sent(early) == want, (by_chief, at)
    before = delivery(storm, given_at=BEGAN - HOUR, released_at=BEGAN - TICK)
    assert sent(before) == CAUGHT


@pytest.mark.clause("mima:8-1-再開")
def test_release_counts_for_no_restriction_that_ended_after_it_when_there_were_two() -> None:
    later = replace(SCANDAL, ended_at=NOW)
    between = ENDED + TICK
    assert sent(delivery(DISASTER, later, released_at=between)) == CAUGHT
    assert sent(delivery(later, DISASTER, released_at=between)) == CAUGHT
    assert sent(delivery(DISASTER, later, released_at=NOW)) == []
    assert sent(delivery(DISASTER, later, given_at=between)) == CAUGHT
    assert sent(delivery(DISASTER, later)) == CAUGHT, "said once for the account, whatever had caught it"


def test_row_14_another_restriction_still_speaks_when_one_has_ended() -> None:
    """The headquarters closes: back to the suspension, and what was held stays held."""
    still = KINDS["disaster"]
    limit = OVER["limited"]
    assert sent(delivery(limit, still)) == ["awaiting_release", "suspended_disaster"]
    assert sent(delivery(limit, still, released_at=NOW)) == ["suspended_disaster"]
    assert sent(delivery(limit, still, name="a-related")) == ["suspended_disaster"]
    assert sent(delivery(limit, still, name="c4-ordinary")) == []


def test_confirmation_during_a_scandal_lets_disaster_information_go_beyond_its_end_when_sent() -> None:
    information = delivery(SCANDAL, name="c4-ordinary")
    assert sent(information) == CAUGHT
    for at, want in (
        (BEGAN - TICK, CAUGHT),
        (BEGAN, []),
        (ENDED - TICK, []),
        (ENDED, CAUGHT),
        (ENDED + TICK, CAUGHT),
        (NOW, CAUGHT),
    ):
        assert sent(confirming(information, Confirmation(at))) == want, at


def confirming(one: Delivery, *words: Confirmation) -> Delivery:
    return replace(one, post=replace(one.post, confirmations=words))


@pytest.mark.clause("mima:8-1-再開", "mima:9-1")
@pytest.mark.parametrize("name", ["c4-ordinary", "w4-ordinary"])
@pytest.mark.parametrize(
    ("recorded_at", "known"),
    [(None, True), (BEGAN, True), (ENDED - TICK, True), (ENDED, False), (ENDED + TICK, False), (NOW, False)],
)
def test_row_14_word_written_down_after_the_end_releases_nothing_when_it_was_given_before(
    name: str, recorded_at: datetime | None, known: bool
) -> None:
    """Else whoever wants it out would only have to say that the chief had said so at the time."""
    information = delivery(SCANDAL, name=name)
    for state in (ConfirmationState.RECORDED, ConfirmationState.RATIFIED):
        late = Confirmation(BEGAN, state, recorded_at)
        assert sent(confirming(information, late)) == CAUGHT * (not known), state
        in_time = Confirmation(BEGAN, state, ENDED - TICK)
        assert sent(confirming(information, late, in_time)) == [], state
    denied = Confirmation(BEGAN, ConfirmationState.DENIED, recorded_at)
    assert sent(confirming(information, denied)) == CAUGHT
    # What has ended first is judged with what was known then, though another ended later.
    second = replace(SCANDAL, id=99, ended_at=NOW)
    both = confirming(delivery(SCANDAL, second, name=name), Confirmation(BEGAN, recorded_at=ENDED))
    assert sent(both) == CAUGHT
    assert sent(confirming(delivery(second, name=name), Confirmation(BEGAN, recorded_at=ENDED))) == []


def test_word_written_down_after_the_end_serves_the_hours_all_the_same_when_it_was_released() -> None:
    night = NOW.replace(hour=20)
    one = confirming(delivery(SCANDAL, name="c4-ordinary"), Confirmation(NOW, recorded_at=NOW))
    one = replace(one, latest_at=None, due_at=night, release=Release(NOW, False))
    assert sent(one, now=night) == []
    assert sent(confirming(one), now=night) == ["out_of_hours"]


def test_statement_that_named_the_suspension_is_not_caught_when_it_has_ended() -> None:
    for named, want in ((frozenset({SCANDAL.id}), []), (frozenset[int](), CAUGHT)):
        one = Way("a-statement", named=named, given_at=BEGAN).delivery([SCANDAL])
        assert sent(one) == want


TITLES = {
    "disaster": "投稿停止（自然災害）",
    "scandal": "投稿停止（不祥事）",
    "limited": "防災情報限定",
    "flaming": "炎上対応",
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_reason_says_what_had_caught_it_and_who_decides_when_it_awaits_release(kind: str) -> None:
    decision = judge(Verb.SEND, delivery(OVER[kind], name="c1-ordinary"), WORKER)
    assert isinstance(decision, Refused)
    (reason,) = decision.reasons
    assert reason.sentence.startswith(f"「{X.name}」の{TITLES[kind]}で止まったままです")
    assert (reason.duty, reason.account) == ("resumption", X.name)
    assert "1件ずつ" in reason.next_step


# --- Releasing by name


def released(one: Delivery, by: Actor = SUZUKI, now: datetime = NOW) -> str:
    return outcome(judge(Verb.RELEASE, one, by, now=now))


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.parametrize("kind", list(KINDS))
def test_held_delivery_is_released_by_chief_or_deputy_when_the_restriction_is_over(kind: str) -> None:
    for name, by in product(PASSES, (SUZUKI, DEPUTY, CAST["deputy_from_pr"])):
        assert released(delivery(OVER[kind], name=name), by) == "allowed", (name, by.name)


@pytest.mark.clause("mima:8-1-停止", "mima:8-2", "mima:7-4-反論禁止")
@pytest.mark.parametrize("kind", list(KINDS))
def test_held_delivery_is_not_released_when_the_restriction_still_holds_it(kind: str) -> None:
    """Except in the storm: there the chief's release is the chief's own decision, and a deputy's is not."""
    for name, by in product(PASSES, (SUZUKI, DEPUTY)):
        passes = PASSES[name][kind] == "o"
        if kind == "flaming" and is_approved(name) and by == DEPUTY:
            informs = name.startswith("e4") or name.endswith(("information", "mending"))
            passes = informs and not name.endswith(("reply", "warning", "statement"))
        if kind == "scandal" and is_approved(name) and not name.endswith("mending"):
            passes = False  # their approval did not know of the scandal: the chief's word is owed first
        early = Way(name, given_at=BEGAN - HOUR, by_chief=False)
        held = replace(early.delivery([KINDS[kind]]), state=DeliveryState.HELD)
        assert released(held, by) == ("allowed" if passes else code_of(kind, name)), (name, by.name)


def test_parent_chief_releases_as_a_chief_when_every_approver_wrote_in_it() -> None:
    storm = replace(delivery(KINDS["flaming"], given_at=BEGAN - HOUR))
    assert released(storm, PARENT_CHIEF) == "forbidden"
    own = replace(storm, post=replace(storm.post, approvers=(Person(KATO.id, "加藤"),)))
    assert released(own, PARENT_CHIEF) == "allowed"
    assert released(own, KATO) == "approver_contributed"


@pytest.mark.clause("mima:7-4-反論禁止", "mima:8-1-再開")
def test_row_17_parent_chief_releases_when_no_chief_below_is_free_in_the_storm() -> None:
    chief, stand_in = Person(SUZUKI.id, "鈴木", chief=True), Person(DEPUTY.id, "高橋")
    wrote = Person(KATO.id, "加藤", chief=True)
    for approvers, want in (
        ((chief, stand_in), "forbidden"),
        ((wrote, chief), "forbidden"),
        ((stand_in,), "allowed"),
        ((wrote, stand_in), "allowed"),
    ):
        for row, result in ((KINDS["flaming"], want), (OVER["flaming"], "forbidden")):
            one = delivery(row, given_at=BEGAN - HOUR)
            one = replace(one, post=replace(one.post, approvers=approvers))
            assert released(one, PARENT_CHIEF) == result, approvers
            assert outcome(judge(Verb.DROP, one, PARENT_CHIEF)) == result, approvers


def test_release_takes_effect_with_the_tick_on_it_when_it_is_sent_out_of_hours() -> None:
    """Judged when it goes: the due time has passed, so the release's own hour counts."""
    night = NOW.replace(hour=20)
    one = delivery(replace(DISASTER, ended_at=night - HOUR), given_at=BEGAN)
    one = replace(one, latest_at=None)
    assert released(one, now=night) == "out_of_hours"
    ticked = replace(one, asked=replace(one.asked, ticks=frozenset({Tick.OUT_OF_HOURS})))
    assert released(ticked, now=night) == "allowed"
    for ticks, want in ((frozenset({"out_of_hours"}), []), (frozenset[str](), ["out_of_hours"])):
        for name in ("a-ordinary", "c1-ordinary"):
            gone = replace(
                delivery(replace(DISASTER, ended_at=night - HOUR), name=name),
                latest_at=None,
                due_at=NOW,
                release=Release(night, False, ticks),
            )
            assert sent(gone, now=night + TICK) == want, name


def test_tick_of_an_election_on_the_release_is_the_chiefs_too_when_it_was_approved() -> None:
    for basis, want in ((Basis.APPROVAL, []), (Basis.SECOND_CHECK, ["election_exempt"])):
        post = replace(
            SOUND_DELIVERY.post,
            elections=(SOUND_ELECTION,),
            clearance=Clearance(basis, DIGEST, given_at=BEGAN),
        )
        release = Release(NOW, False, frozenset({Tick.ELECTION}))
        assert sent(replace(SOUND_DELIVERY, post=post, release=release)) == want, basis
        held = replace(SOUND_DELIVERY, state=DeliveryState.HELD, post=post)
        asked = replace(held.asked, ticks=frozenset({Tick.ELECTION}))
        assert released(replace(held, asked=asked)) == (" ".join(want) or "allowed"), basis


def test_release_due_later_is_judged_on_its_due_time_when_that_is_still_to_come() -> None:
    night = NOW.replace(hour=20)
    one = replace(delivery(DISASTER), due_at=night, latest_at=None)
    assert released(one) == "out_of_hours"
    assert released(replace(one, due_at=NOW + HOUR)) == "allowed"
    assert sent(replace(one, due_at=NOW + HOUR, release=Release(night, True))) == ["out_of_hours"]
    assert sent(replace(one, due_at=night, release=Release(NOW, True))) == ["out_of_hours"]
    assert sent(replace(one, due_at=None, release=Release(NOW, True))) == []
    assert sent(replace(one, due_at=None), now=night) == ["awaiting_release", "out_of_hours"]
    # What was due in hours and is a little late is not out of hours for that; half an hour is a little.
    due_at = NOW.replace(hour=17)
    for late, want in (
        (timedelta(minutes=30), CAUGHT),
        (timedelta(minutes=30) + TICK, [*CAUGHT, "out_of_hours"]),
    ):
        assert sent(replace(one, due_at=due_at), now=due_at + late) == want
    assert sent(replace(one, due_at=NOW), now=night) == [*CAUGHT, "out_of_hours"]


def test_releaser_had_no_part_in_it_when_it_is_released() -> None:
    assert released(delivery(DISASTER), KATO) == "approver_contributed"
    assert outcome(DELIVERY_ACTS["drop"].on(delivery(DISASTER))) == "allowed"
    dropped = judge(Verb.DROP, delivery(DISASTER), KATO)
    assert outcome(dropped) == "allowed", "to let it be is no decision to publish"


def test_held_delivery_is_let_go_only_from_being_held_when_somebody_decides() -> None:
    for verb, state in product((Verb.RELEASE, Verb.DROP), set(DeliveryState) - {DeliveryState.HELD}):
        assert outcome(judge(verb, replace(delivery(DISASTER), state=state), SUZUKI)) == "wrong_state"


@pytest.mark.clause("mima:8-1-停止", "mima:8-1-再開")
def test_post_held_in_a_disaster_goes_the_whole_way_when_everybody_does_their_part() -> None:
    """Approved on the day before; held; the suspension is lifted; still held; released; sent."""
    before = BEGAN - 24 * HOUR
    now_held = delivery(replace(SOUND_RESTRICTION, started_at=BEGAN), given_at=before)
    assert sent(now_held) == ["suspended_disaster"]
    lifted = judge(Verb.LIFT, SOUND_RESTRICTION, SUZUKI)
    assert outcome(lifted) == "allowed"
    over = replace(now_held, account=replace(X, restrictions=(replace(SOUND_RESTRICTION, ended_at=ENDED),)))
    assert sent(over) == CAUGHT
    assert released(over) == "allowed"
    assert sent(replace(over, release=Release(NOW, True))) == []


def test_kinds_and_causes_are_all_among_the_cases_when_this_module_speaks_of_every_restriction() -> None:
    assert {row.kind for row in KINDS.values()} == set(RestrictionKind)
    assert {row.cause for row in KINDS.values()} == {None, *Cause}
