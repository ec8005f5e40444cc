"""The emergency waiver (Art. 5 ただし書, 災害時等緊急): a ground and an emergency, now, and a review afterwards.

Written from the domain report (3.4, rows 3, 4, 6, 9, 10 and 12) and the design (section 5).
"""

from dataclasses import replace
from itertools import product

import pytest

from rules.calendar import WorkingCalendar
from rules.facts import Account, Claim, Evidence, LawCitation, PastFact, Post
from rules.restraints import Confirmation, Restriction, Urgency
from rules.states import Cause, Ground, ListState, RestrictionKind, Verb
from rules.workflow import Allowed, Refused
from tests.rules.cast import (
    CAST,
    EVACUATION,
    HOUR,
    NOTE,
    NOW,
    PARENT_CHIEF,
    POST_ACTS,
    PUBLISHED,
    SATO,
    SOUND_POST,
    SOUND_RESTRICTION,
    SOUND_REVIEW,
    SOUND_STANDING,
    SOUND_URGENCY,
    SUZUKI,
    TANAKA,
    TICK,
    TODAY,
    X,
    codes,
    judge,
    on_every_account,
    outcome,
)

SUSPENDED = SOUND_RESTRICTION
SCANDAL = replace(SUSPENDED, cause=Cause.SCANDAL)
LIMITED = replace(SUSPENDED, kind=RestrictionKind.DISASTER_ONLY, cause=None)
FLAMING = replace(SUSPENDED, kind=RestrictionKind.FLAMING, cause=None)
WHOLE: dict[Ground, Evidence] = {
    Ground.PUBLIC: PUBLISHED,
    Ground.FACT: PastFact("うだつマルシェ", TODAY),
    Ground.LAW: LawCitation("水道法", "第15条"),
    Ground.DISASTER: EVACUATION,
}
EVACUATE = replace(SOUND_POST, claim=Claim(Ground.DISASTER, EVACUATION), urgency=None)
EVACUATE = replace(EVACUATE, asked=replace(EVACUATE.asked, urgency=None, reason=""))


def waived(post: Post) -> list[str]:
    return codes(POST_ACTS["send in emergency"].on(post))


def at_both(**changes: object) -> Post:
    return on_every_account(**changes)(EVACUATE)


# --- An emergency: declared, or listed with a reason


@pytest.mark.clause("mima:5-ただし書-緊急")
@pytest.mark.parametrize("ground", list(Ground))
def test_row_3_waiver_stands_on_a_listed_urgency_with_a_reason_when_none_is_declared(ground: Ground) -> None:
    """A ground alone is not enough, and neither is a reason that appeals to nothing on the list."""
    claimed = replace(SOUND_POST, claim=Claim(ground, WHOLE[ground]))
    for listed, chosen, reason in product((SOUND_URGENCY, None), (1, None), ("配水管が割れた。", " 　")):
        asked = replace(claimed.asked, urgency=chosen, reason=reason)
        post = replace(claimed, urgency=listed, asked=asked)
        if listed is not None:
            want = ["urgency_without_reason"] * (reason == " 　")
        else:
            want = ["no_urgency" if chosen is None else "urgency_not_listed"]
        assert waived(post) == want, (listed, chosen, reason)


DECLARED: dict[str, tuple[dict[str, object], bool]] = {
    "nothing": ({}, False),
    "headquarters": ({"hq_stands": True}, True),
    "suspended for a disaster": ({"restrictions": (SUSPENDED,)}, True),
    "only disasters": ({"restrictions": (LIMITED,)}, True),
    "a storm": ({"restrictions": (FLAMING,)}, False),
    "the disaster is over": ({"restrictions": (replace(SUSPENDED, ended_at=NOW),)}, False),
    "the limit is over": ({"restrictions": (replace(LIMITED, ended_at=NOW),)}, False),
    "one over, one not": (
        {"restrictions": (replace(SUSPENDED, ended_at=NOW), SUSPENDED)},
        True,
    ),
}


@pytest.mark.clause("mima:5-ただし書-緊急")
@pytest.mark.parametrize("case", list(DECLARED))
def test_row_4_waiver_needs_no_listed_urgency_and_no_words_when_a_disaster_is_declared(case: str) -> None:
    changes, declared = DECLARED[case]
    assert waived(at_both(**changes)) == ([] if declared else ["no_urgency"]), case


@pytest.mark.clause("mima:5-ただし書-緊急")
@pytest.mark.parametrize("ground", list(Ground))
@pytest.mark.parametrize("bearing", ["disaster_related", "disaster_information", "corrects_disaster"])
def test_row_3_declared_disaster_excuses_the_listed_urgency_only_on_ground_4_whatever_is_marked(
    ground: Ground, bearing: str
) -> None:
    """On (1) to (3) the city's list with a reason is owed in a disaster as on any day; no mark of a drafter helps."""
    claimed = {"claim": Claim(ground, WHOLE[ground]), bearing: True}
    want = [] if ground == Ground.DISASTER else ["no_urgency"]
    post = replace(at_both(hq_stands=True), **claimed)  # type: ignore[arg-type]
    assert waived(post) == want
    reason_alone = replace(post, asked=replace(post.asked, reason="配水管が割れた。"))
    assert waived(reason_alone) == want
    assert waived(replace(post, urgency=SOUND_URGENCY)) == ["urgency_without_reason"]
    assert waived(replace(post, urgency=SOUND_URGENCY, asked=SOUND_POST.asked)) == []


def test_reason_says_why_the_disaster_is_no_excuse_when_the_ground_is_another() -> None:
    for ground, words in (
        (Ground.LAW, "(1)から(3)の緊急発信には、災害の間でも、市が定めた急ぐ事情が要ります。"),
        (Ground.DISASTER, "災害の投稿停止も災害対策本部も、まだ記録されていません。"),
    ):
        post = replace(EVACUATE, claim=Claim(ground, WHOLE[ground]))
        decision = POST_ACTS["send in emergency"].on(post)
        assert isinstance(decision, Refused)
        assert [reason.sentence for reason in decision.reasons] == [words]


def test_waiver_without_a_ground_is_excused_by_no_disaster_when_one_is_declared() -> None:
    assert waived(replace(at_both(hq_stands=True), claim=None)) == ["claim_missing", "no_urgency"]


def test_scandal_is_no_emergency_when_it_is_all_there_is() -> None:
    confirmed = replace(at_both(restrictions=(SCANDAL,)), confirmations=(Confirmation(NOW),))
    assert waived(confirmed) == ["no_urgency"]
    listed = replace(confirmed, urgency=SOUND_URGENCY, asked=SOUND_POST.asked)
    assert waived(listed) == []


@pytest.mark.clause("mima:5-ただし書-緊急")
@pytest.mark.parametrize(
    ("here", "there", "want"),
    [(True, True, []), (True, False, ["no_urgency"]), (False, True, ["no_urgency"])],
)
def test_disaster_is_declared_for_every_account_it_goes_to_when_there_are_two(
    here: bool, there: bool, want: list[str]
) -> None:
    targets = (replace(X, hq_stands=here), replace(NOTE, hq_stands=there))
    assert waived(replace(EVACUATE, targets=targets)) == want


def test_urgency_that_is_not_of_the_list_is_refused_when_a_disaster_is_declared_too() -> None:
    chosen = at_both(hq_stands=True)
    chosen = replace(chosen, asked=replace(chosen.asked, urgency=7))
    assert waived(chosen) == ["urgency_not_listed"]
    reasonless = replace(at_both(hq_stands=True), urgency=SOUND_URGENCY)
    assert waived(reasonless) == ["urgency_without_reason"]


# --- What is waived is the second check: everything else stays


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_waiver_clears_without_a_second_person_and_without_a_deed_of_the_chief_when_urgent() -> None:
    alone = replace(SOUND_POST, contributors=frozenset({SATO.id}), approvers=(), deciders=frozenset())
    decision = POST_ACTS["send in emergency"].on(alone)
    assert isinstance(decision, Allowed)
    assert (decision.row.target, decision.row.event) == ("cleared", "post.sent_in_emergency")
    unticked = replace(alone, asked=replace(alone.asked, ticks=frozenset()))
    assert waived(unticked) == []


def test_waiver_goes_out_now_when_somebody_would_give_it_a_time() -> None:
    for due_at in (NOW + TICK, NOW + HOUR):
        assert waived(replace(SOUND_POST, due_at=due_at)) == ["emergency_is_now"]
    assert waived(replace(SOUND_POST, due_at=NOW)) == ["due_in_past", "emergency_is_now"]
    assert waived(SOUND_POST) == []


@pytest.mark.clause("mima:5-ただし書-緊急", "mima:9-1")
def test_rows_4_and_6_waiver_is_no_waiver_of_the_chiefs_word_when_out_of_hours() -> None:
    """3.9: Art. 9(1) adds to Art. 5; a standing confirmation (for 5(4)) or a phone record is enough."""
    closed = WorkingCalendar(opens=NOW.time().replace(minute=1))
    night = at_both(hq_stands=True, calendar=closed)
    assert waived(night) == ["out_of_hours"] * 2
    phoned = replace(night, confirmations=(Confirmation(NOW - HOUR),))
    assert waived(phoned) == []
    standing = at_both(hq_stands=True, calendar=closed, standing=(SOUND_STANDING,))
    assert waived(standing) == []
    water = replace(standing, claim=Claim(Ground.LAW, WHOLE[Ground.LAW]), urgency=SOUND_URGENCY)
    water = replace(water, asked=SOUND_POST.asked)
    assert waived(water) == ["out_of_hours"] * 2, "standing confirmations are for disaster information"
    ticked = replace(night, asked=replace(night.asked, ticks=frozenset({"out_of_hours"})))
    assert waived(ticked) == ["out_of_hours"] * 2, "nobody ticks for the chief"


@pytest.mark.clause("mima:5-ただし書-緊急", "mima:8-1-停止", "mima:8-2")
@pytest.mark.parametrize(
    ("restriction", "ground", "want"),
    [
        (SUSPENDED, Ground.DISASTER, []),  # row 6
        (SUSPENDED, Ground.LAW, ["suspended_disaster"]),  # row 5
        (LIMITED, Ground.DISASTER, []),  # row 10
        (LIMITED, Ground.LAW, ["disaster_only"]),  # row 11: per rows 1 and 2, no waiver
        (LIMITED, Ground.FACT, ["disaster_only"]),  # row 12
        (SCANDAL, Ground.DISASTER, ["suspended_scandal"]),  # row 9: the chief confirms first
        (SCANDAL, Ground.PUBLIC, ["suspended_scandal"]),  # row 7
        (FLAMING, Ground.DISASTER, []),
        (FLAMING, Ground.PUBLIC, ["flaming_exemption"]),  # row 17
    ],
)
def test_rows_5_to_17_emergency_opens_no_restriction_but_for_disaster_information(
    restriction: Restriction, ground: Ground, want: list[str]
) -> None:
    post = replace(SOUND_POST, claim=Claim(ground, WHOLE[ground]), disaster_related=True)
    assert waived(on_every_account(restrictions=(restriction,))(post)) == want * 2


def test_row_9_same_act_of_the_chief_serves_scandal_and_hours_when_sent_in_an_emergency() -> None:
    night: dict[str, object] = {"calendar": WorkingCalendar(opens=NOW.time().replace(minute=1))}
    post = on_every_account(restrictions=(SCANDAL,), **night)(EVACUATE)
    post = replace(post, urgency=SOUND_URGENCY, asked=SOUND_POST.asked)
    assert waived(post) == sorted(["suspended_scandal", "out_of_hours"] * 2)
    assert SCANDAL.started_at is not None
    assert waived(replace(post, confirmations=(Confirmation(SCANDAL.started_at),))) == []


def test_waiver_is_a_staff_members_who_wrote_in_it_when_anybody_tries() -> None:
    for person in ("ono", "tanaka", "suzuki", "worker"):
        assert outcome(judge(Verb.SEND_IN_EMERGENCY, SOUND_POST, CAST[person])) == "forbidden", person
    for person in (SATO, CAST["kato"]):
        assert outcome(judge(Verb.SEND_IN_EMERGENCY, SOUND_POST, person)) == "allowed", person


# --- The city's list of urgencies


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_urgency_is_listed_once_and_by_name_when_the_city_keeps_its_list() -> None:
    for label, taken in product(("断水", " 　"), (False, True)):
        want = ["urgency_listed"] * taken + ["urgency_unnamed"] * (label == " 　")
        row = Urgency(label, taken)
        assert codes(judge(Verb.LIST_URGENCY, row, SUZUKI, new=True)) == want, (label, taken)
    assert codes(judge(Verb.RETIRE_URGENCY, Urgency(" ", taken=True), SUZUKI)) == []
    retired = Urgency("断水", state=ListState.RETIRED)
    assert outcome(judge(Verb.RETIRE_URGENCY, retired, SUZUKI)) == "wrong_state"


def test_urgency_is_kept_by_offices_and_no_drafter_when_anybody_tries() -> None:
    for person, want in ((SUZUKI, "allowed"), (CAST["system_admin"], "allowed"), (TANAKA, "forbidden")):
        assert outcome(judge(Verb.LIST_URGENCY, SOUND_URGENCY, person, new=True)) == want


def test_account_without_any_restriction_is_in_no_emergency_when_nothing_was_recorded() -> None:
    account: Account = replace(X, restrictions=(), hq_stands=False)
    assert waived(replace(EVACUATE, targets=(account,))) == ["no_urgency"]


# --- Looked at afterwards, also by the section above


@pytest.mark.parametrize(
    ("escalated", "contributors", "result"),
    [
        (False, frozenset({SATO.id}), "forbidden"),
        (True, frozenset({SATO.id}), "allowed"),
        (False, frozenset({SUZUKI.id}), "allowed"),
        (True, frozenset({PARENT_CHIEF.id}), "reviewer_contributed"),
    ],
)
def test_review_falls_to_the_chief_above_when_nobody_below_is_free_or_made_it_in_time(
    escalated: bool, contributors: frozenset[int], result: str
) -> None:
    review = replace(SOUND_REVIEW, escalated=escalated, contributors=contributors)
    assert outcome(judge(Verb.REVIEW_AFTERWARDS, review, PARENT_CHIEF)) == result
