"""所管課確認 and 解禁: every verb by every answer, and what counts as a section's word."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from rules.facts import TopicSection
from rules.states import Basis, DeliveryState, How, PostState, Verb
from tests.rules.cast import (
    DELIVERY_ACTS,
    HOUR,
    ITO,
    NOW,
    POST_ACTS,
    SATO,
    SOUND_DELIVERY,
    SOUND_POST,
    SOUND_TOPIC,
    STRANGER,
    SUZUKI,
    TICK,
    TOURISM,
    WATER,
    codes,
    judge,
)

OWED = {"approve", "second check"}
EMBARGOED = {"submit", "claim", "approve", "second check", "send in emergency"}


def asked(agrees: bool | None) -> TopicSection:
    return TopicSection(WATER, "水道課", agrees, frozenset({ITO.id, STRANGER.id}))


@pytest.mark.clause("toyama:6-6")
@pytest.mark.parametrize(("name", "agrees"), list(product(POST_ACTS, (None, False, True))))
def test_word_of_the_section_is_owed_at_clearance_and_at_no_other_act(name: str, agrees: bool | None) -> None:
    post = replace(SOUND_POST, topic_sections=(asked(agrees),))
    owed = {None: ["section_not_asked"], False: ["section_disagrees"], True: []}[agrees]
    assert codes(POST_ACTS[name].on(post)) == (owed if name in OWED else [])


@pytest.mark.clause("toyama:6-6")
@pytest.mark.parametrize(("name", "agrees"), list(product(DELIVERY_ACTS, (None, False, True))))
def test_word_is_owed_again_in_the_last_instant_but_not_on_a_waiver(name: str, agrees: bool | None) -> None:
    owed = {None: ["section_not_asked"], False: ["section_disagrees"], True: []}[agrees]
    post = replace(SOUND_DELIVERY.post, topic_sections=(asked(agrees),))
    goes = name in ("send", "send held", "send unknown", "take", "take held", "release")
    assert codes(DELIVERY_ACTS[name].on(replace(SOUND_DELIVERY, post=post))) == (owed if goes else [])
    waived = replace(post, clearance=replace(post.clearance, basis=Basis.WAIVER))  # type: ignore[type-var]
    left = set(codes(DELIVERY_ACTS[name].on(replace(SOUND_DELIVERY, post=waived))))
    assert left.isdisjoint({"section_not_asked", "section_disagrees"})


@pytest.mark.clause("toyama:6-6")
def test_every_section_asked_is_owed_for_itself() -> None:
    two = (asked(None), TopicSection(TOURISM, "観光課", False))
    got = codes(POST_ACTS["approve"].on(replace(SOUND_POST, topic_sections=two)))
    assert got == sorted(["section_not_asked", "section_disagrees"])


@pytest.mark.clause("toyama:6-5-意思形成")
@pytest.mark.parametrize("name", list(POST_ACTS))
def test_nothing_is_asked_for_or_let_out_before_its_embargo(name: str) -> None:
    due = NOW + 2 * HOUR
    for embargo, early in ((due + TICK, True), (due, False), (NOW - HOUR, False)):
        post = replace(SOUND_POST, due_at=due, embargo_at=embargo)
        got = set(codes(POST_ACTS[name].on(post)))
        assert ("embargoed" in got) == (early and name in EMBARGOED), embargo


@pytest.mark.clause("toyama:6-5-意思形成")
def test_post_without_a_time_goes_at_once_and_so_is_judged_now() -> None:
    post = replace(SOUND_POST, due_at=None, embargo_at=NOW + TICK)
    assert codes(POST_ACTS["submit"].on(post)) == ["embargoed"]
    assert codes(POST_ACTS["submit"].on(replace(post, embargo_at=NOW))) == []


@pytest.mark.clause("toyama:6-5-意思形成")
def test_delivery_is_not_sent_a_moment_before_its_embargo() -> None:
    post = replace(SOUND_DELIVERY.post, embargo_at=NOW + timedelta(minutes=1))
    delivery = replace(SOUND_DELIVERY, post=post, due_at=NOW, state=DeliveryState.WAITING)
    assert codes(DELIVERY_ACTS["send"].on(delivery)) == ["embargoed"]


WRONG = [
    ({"topic": TOURISM}, ["section_not_concerned"]),
    ({"topic": None}, ["section_not_concerned"]),
    ({"confirmed_by": SUZUKI.id}, ["not_of_section"]),
    ({"confirmed_by": None}, ["not_of_section"]),
    ({"confirmed_by": ITO.id}, ["contributor_confirms"]),
    ({"confirmed_at": None}, ["word_time_missing"]),
    ({"confirmed_at": NOW + TICK}, ["word_in_future"]),
    ({"how": None}, ["word_how_missing"]),
    ({"how": How.IN_APP}, ["word_of_other"]),
    ({"ticks": frozenset({"disagrees"}), "reason": " "}, ["reason_missing"]),
    ({"ticks": frozenset({"disagrees"}), "reason": "日付が違います。"}, []),
]


@pytest.mark.clause("toyama:6-6")
@pytest.mark.parametrize(("changes", "wanted"), WRONG)
def test_word_is_one_of_the_section_given_by_somebody_of_it(
    changes: dict[str, object], wanted: list[str]
) -> None:
    post = replace(SOUND_TOPIC, asked=replace(SOUND_TOPIC.asked, **changes))  # type: ignore[arg-type]
    assert codes(judge(Verb.CONFIRM_TOPIC, post, SATO)) == wanted


@pytest.mark.clause("toyama:6-6")
def test_member_of_the_section_says_it_in_the_program() -> None:
    asked_ = replace(SOUND_TOPIC.asked, how=How.IN_APP, confirmed_by=STRANGER.id)
    for state in (PostState.DRAFTING, PostState.AWAITING_APPROVAL, PostState.AWAITING_CHECK):
        post = replace(SOUND_TOPIC, state=state, asked=asked_)
        assert codes(judge(Verb.CONFIRM_TOPIC, post, STRANGER)) == []


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"able": False}, ["successor_unable"]),
        ({"drafts_for": frozenset({1})}, ["successor_may_not_draft"]),
        ({}, []),
    ],
)
def test_post_is_handed_to_somebody_who_can_go_on_with_it(
    changes: dict[str, object], wanted: list[str]
) -> None:
    assert SOUND_POST.successor is not None
    post = replace(SOUND_POST, successor=replace(SOUND_POST.successor, **changes))  # type: ignore[arg-type]
    assert codes(judge(Verb.HAND_OVER, post, SATO)) == wanted
    decided = replace(post, deciders=frozenset({post.successor.id}))  # type: ignore[union-attr]
    if not changes:
        assert codes(judge(Verb.HAND_OVER, decided, SATO)) == ["successor_decided"]
        assert codes(judge(Verb.HAND_OVER, replace(post, successor=None), SATO)) == ["successor_unable"]
