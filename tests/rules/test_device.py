"""Registered devices (Art. 9(2)): no sending and no deciding from a personal one; looking and stopping stay open."""

from dataclasses import replace

import pytest

from rules.facts import City, SubjectFacts
from rules.states import DeliveryState, PostState, RestrictionKind, Subject, Verb
from rules.transitions import TABLE
from rules.workflow import available_verbs
from tests.rules.cast import (
    CAST,
    CITY,
    DELIVERY_ACTS,
    NOW,
    POST_ACTS,
    SATO,
    SOUND_DAY,
    SOUND_DELIVERY,
    SOUND_ELECTION,
    SOUND_HQ,
    SOUND_POST,
    SOUND_RESTRICTION,
    SOUND_REVIEW,
    SOUND_STANDING,
    SOUND_URGENCY,
    SOUND_WORD,
    SUZUKI,
    X,
    codes,
    judge,
)

# Publishing, asking for it, deciding, confirming, and what lets things out again (3.10: publish, approve, confirm).
ASKED = {
    *(Verb.SUBMIT, Verb.CLAIM, Verb.SEND_IN_EMERGENCY, Verb.APPROVE, Verb.SECOND_CHECK),
    *(Verb.CONFIRM, Verb.RATIFY, Verb.GIVE_STANDING, Verb.REVIEW_AFTERWARDS),
    # What is taken away from the citizens' sight is the city's word, too.
    Verb.WITHDRAW,
    *(Verb.TAKE, Verb.RELEASE, Verb.LIFT, Verb.END_LIMIT, Verb.END_FLAMING, Verb.DISSOLVE_HQ),
    # Limiting widens what passes beside a suspension; these lists and days let out what was held back.
    *(Verb.LIMIT_TO_DISASTER, Verb.LIST_ELECTION, Verb.RETIRE_ELECTION, Verb.SET_DAY, Verb.LIST_URGENCY),
    Verb.MARK_BOARD,
    # Who is given a part, which machine counts and which rule holds decides what goes out later.
    *(Verb.REGISTER_PERSON, Verb.GIVE_ROLE, Verb.LET_DRAFT, Verb.MOVE_PERSON, Verb.NAME_DEPUTY),
    Verb.RETURN_PERSON,
    *(Verb.ENROL_DEVICE, Verb.INVITE_DEVICE, Verb.HAND_DEVICE, Verb.CONFIRM_TOPIC),
    *(Verb.ADOPT_RULEBOOK, Verb.SWITCH_DUTY, Verb.WRITE_RULEBOOK),
}
LIMIT = replace(SOUND_RESTRICTION, kind=RestrictionKind.DISASTER_ONLY, cause=None)
STORM = replace(LIMIT, kind=RestrictionKind.FLAMING)
OTHERS: dict[Verb, SubjectFacts] = {
    Verb.RATIFY: SOUND_WORD,
    Verb.GIVE_STANDING: SOUND_STANDING,
    Verb.REVIEW_AFTERWARDS: SOUND_REVIEW,
    Verb.LIFT: SOUND_RESTRICTION,
    Verb.END_LIMIT: LIMIT,
    Verb.END_FLAMING: STORM,
    Verb.DISSOLVE_HQ: SOUND_HQ,
    Verb.MARK_BOARD: X,
    Verb.LIMIT_TO_DISASTER: LIMIT,
    Verb.LIST_ELECTION: SOUND_ELECTION,
    Verb.RETIRE_ELECTION: SOUND_ELECTION,
    Verb.SET_DAY: SOUND_DAY,
    Verb.LIST_URGENCY: SOUND_URGENCY,
    # These stop something, and stopping is for whoever notices, wherever they are.
    Verb.SUSPEND_POSTING: SOUND_RESTRICTION,
    Verb.START_FLAMING: STORM,
    Verb.SET_UP_HQ: SOUND_HQ,
    Verb.DENY: SOUND_WORD,
    Verb.END_STANDING: SOUND_STANDING,
    Verb.RETIRE_URGENCY: SOUND_URGENCY,
}
CREATING = {
    Verb.SUSPEND_POSTING,
    Verb.START_FLAMING,
    Verb.LIMIT_TO_DISASTER,
    Verb.SET_UP_HQ,
    Verb.GIVE_STANDING,
    Verb.LIST_URGENCY,
}


@pytest.mark.clause("mima:9-2")
def test_row_18_device_is_asked_for_at_exactly_these_acts_when_the_table_is_read() -> None:
    asked = {row.verb for row in TABLE if "device" in {gate.name for gate in row.gates}}
    assert asked == ASKED
    first = {row.verb: row.gates[0].name for row in TABLE if row.verb in asked}
    assert first == dict.fromkeys(ASKED, "device")
    assert {row.subject for row in TABLE if row.verb in asked} >= {Subject.POST, Subject.DELIVERY}


@pytest.mark.clause("mima:9-2")
@pytest.mark.parametrize("name", list(POST_ACTS))
def test_row_18_act_on_a_post_is_refused_from_a_personal_device_exactly_where_asked(name: str) -> None:
    act = POST_ACTS[name]
    at_home = replace(act.by, registered_device=False)
    want = ["unregistered_device"] if act.verb in ASKED else []
    assert codes(replace(act, by=at_home).on(SOUND_POST)) == want


@pytest.mark.clause("mima:9-2")
@pytest.mark.parametrize("name", list(DELIVERY_ACTS))
def test_row_18_act_on_a_delivery_is_refused_from_a_personal_device_exactly_where_asked(name: str) -> None:
    """The worker has no device: who decided was asked for theirs."""
    act = DELIVERY_ACTS[name]
    at_home = replace(act.by, registered_device=False)
    want = ["unregistered_device"] if act.verb in ASKED else []
    assert codes(replace(act, by=at_home).on(SOUND_DELIVERY)) == want


@pytest.mark.clause("mima:9-2")
@pytest.mark.parametrize("verb", list(OTHERS))
def test_row_18_resuming_is_refused_and_stopping_is_not_when_from_a_personal_device(verb: Verb) -> None:
    at_home = replace(SUZUKI, registered_device=False)
    want = ["unregistered_device"] if verb in ASKED else []
    assert codes(judge(verb, OTHERS[verb], at_home, new=verb in CREATING)) == want
    assert codes(judge(verb, OTHERS[verb], SUZUKI, new=verb in CREATING)) == []


@pytest.mark.clause("mima:9-2")
def test_row_18_there_is_no_override_when_everything_speaks_for_it() -> None:
    """Not in a disaster, not with every tick and word of the chief's."""
    urgent = tuple(replace(target, hq_stands=True) for target in SOUND_POST.targets)
    asked = replace(SOUND_POST.asked, ticks=frozenset({"out_of_hours", "election", "device"}))
    post = replace(SOUND_POST, targets=urgent, asked=asked)
    at_home = replace(SATO, registered_device=False)
    assert codes(judge(Verb.SEND_IN_EMERGENCY, post, at_home)) == ["unregistered_device"]


def test_device_is_asked_for_only_under_a_rulebook_that_says_so_when_switched() -> None:
    post = replace(SOUND_POST, state=PostState.AWAITING_APPROVAL)
    at_home = replace(SUZUKI, registered_device=False)
    for books, want in ((("toyama",), []), (("mima", "toyama"), ["unregistered_device"])):
        under = replace(post, targets=tuple(replace(t, rulebooks=books) for t in post.targets))
        assert codes(judge(Verb.APPROVE, under, at_home)) == want
    mixed = replace(post, targets=(replace(X, rulebooks=("toyama",)), post.targets[1]))
    assert codes(judge(Verb.APPROVE, mixed, at_home)) == ["unregistered_device"], "the stricter of the two"
    for book, want in (("toyama", []), ("mima", ["unregistered_device"])):
        decision = judge(Verb.DISSOLVE_HQ, SOUND_HQ, at_home, city=City("見本市", (book,)))
        assert codes(decision) == want, "what carries no rulebook stands under the city's"


def test_verbs_are_offered_from_anywhere_when_looked_at_from_a_personal_device() -> None:
    """Looking stays open; the refusal says why."""
    for state in PostState:
        post = replace(SOUND_POST, state=state)
        for actor in (SATO, SUZUKI, CAST["tanaka"]):
            at_home = replace(actor, registered_device=False)
            assert available_verbs(post, at_home, CITY, NOW) == available_verbs(post, actor, CITY, NOW)
    held = replace(SOUND_DELIVERY, state=DeliveryState.HELD)
    assert Verb.RELEASE in available_verbs(held, replace(SUZUKI, registered_device=False), CITY, NOW)
