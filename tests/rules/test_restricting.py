"""Restricting and resuming: scope, overlap, cause, the headquarters, the consultation, and who reaches how far.

Also the day after: the review of what went out in an emergency. What a restriction does: `test_restraints.py`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from rules.facts import Actor, Asked, Person
from rules.restraints import Headquarters, Restriction, Review
from rules.states import Cause, Employment, HeadquartersState, RestrictionKind, Role, Scope, Verb
from tests.rules.cast import (
    CAST,
    DEPARTMENT,
    DEPUTY,
    HOUR,
    KATO,
    NOW,
    PARENT_CHIEF,
    SATO,
    SOUND_HQ,
    SOUND_RESTRICTION,
    SOUND_REVIEW,
    STRANGER,
    SUZUKI,
    TANAKA,
    TICK,
    TOURISM,
    WATER,
    codes,
    held,
    judge,
    outcome,
)

KIND_OF = {
    Verb.SUSPEND_POSTING: RestrictionKind.SUSPENSION,
    Verb.LIMIT_TO_DISASTER: RestrictionKind.DISASTER_ONLY,
    Verb.START_FLAMING: RestrictionKind.FLAMING,
}
ENDING = {
    Verb.LIFT: RestrictionKind.SUSPENSION,
    Verb.END_LIMIT: RestrictionKind.DISASTER_ONLY,
    Verb.END_FLAMING: RestrictionKind.FLAMING,
}
SUSPENDED = SOUND_RESTRICTION


def of_kind(kind: RestrictionKind, **changes: object) -> Restriction:
    cause = Cause.DISASTER if kind == RestrictionKind.SUSPENSION else None
    return replace(SUSPENDED, kind=kind, cause=cause, **changes)  # type: ignore[arg-type]


def started(verb: Verb, by: Actor = SUZUKI, **changes: object) -> list[str]:
    row = replace(of_kind(KIND_OF[verb]), **changes)  # type: ignore[arg-type]
    return codes(judge(verb, row, by, new=True))


# --- Starting


@pytest.mark.clause("mima:8-1-停止", "mima:8-2", "mima:7-4-報告")
def test_restriction_starts_with_a_scope_a_cause_and_where_none_stands_when_everything_is_tried() -> None:
    places = [(True, []), (False, ["scope_missing"])]
    standing = [("", []), ("全庁、8:00から", ["already_restricted"])]
    causes = [(Cause.DISASTER, []), (Cause.SCANDAL, []), (None, ["cause_missing"])]
    quarters = [(True, []), (False, ["no_headquarters"])]
    for verb, (place, one), (covered, two), (cause, three), (hq, four) in product(
        KIND_OF, places, standing, causes, quarters
    ):
        want = [*one, *two]
        want += three if verb == Verb.SUSPEND_POSTING else []
        want += four if verb == Verb.LIMIT_TO_DISASTER else []
        got = started(verb, has_place=place, covered_by=covered, cause=cause, hq_stands=hq)
        assert got == sorted(want), (verb, place, covered, cause, hq)


def test_reason_names_what_stands_already_when_it_covers_the_whole_scope() -> None:
    row = replace(SUSPENDED, covered_by="全庁、8:00から")
    decision = judge(Verb.SUSPEND_POSTING, row, SUZUKI, new=True)
    assert "全庁、8:00から" in decision.reasons[0].sentence  # type: ignore[union-attr]


@pytest.mark.clause("mima:8-1-停止", "mima:7-4-報告")
def test_restriction_needs_no_words_and_no_office_when_somebody_notices_first() -> None:
    for verb in (Verb.SUSPEND_POSTING, Verb.START_FLAMING):
        assert started(verb, TANAKA, asked=Asked()) == []
        assert started(verb, TANAKA, chiefs=frozenset(), approvers=()) == []


# Person → how far they may stop: a social account of the section, the section, the whole city.
REACH = {
    "sato": "ASC",
    "tanaka": "ASC",
    "suzuki": "ASC",
    "deputy_from_pr": "ASC",  # another section's, but in office here
    "deputy_after": "ASC",  # out of office, but of the section
    "ito": "AC",  # may draft for the account from another section
    "drafts_for_one": "AC",
    "stranger": "C",
    "mori": "C",
    "parent_chief": "C",
    "system_admin": "C",
    "ono": "A",  # no staff: their own account and no more
    "new_manager": "A",
    "contractor_chief": "A",
    "elected": "",
    "left": "",
    "worker": "",
}
LETTER = {Scope.ACCOUNT: "A", Scope.SECTION: "S", Scope.CITY: "C"}


@pytest.mark.clause("mima:8-1-停止", "mima:7-4-報告", "mima:2-対象者")
@pytest.mark.parametrize("scope", list(Scope))
def test_restriction_reaches_as_far_as_its_starter_belongs_when_started(scope: Scope) -> None:
    account = SUSPENDED.account if scope == Scope.ACCOUNT else None
    for (person, reach), verb in product(REACH.items(), (Verb.SUSPEND_POSTING, Verb.START_FLAMING)):
        row = of_kind(KIND_OF[verb], scope=scope, account=account)
        decision = judge(verb, row, CAST[person], new=True)
        want = "allowed" if LETTER[scope] in reach else "forbidden"
        assert outcome(decision) == want, (person, verb)
        if want == "forbidden" and person not in ("elected", "left"):
            assert codes(decision) == ["not_on_account"], person


def test_drafter_stops_only_the_account_they_draft_for_when_they_are_of_another_section() -> None:
    other = replace(SUSPENDED, account=2)
    assert outcome(judge(Verb.SUSPEND_POSTING, other, CAST["drafts_for_one"], new=True)) == "forbidden"
    assert outcome(judge(Verb.SUSPEND_POSTING, SUSPENDED, CAST["drafts_for_one"], new=True)) == "allowed"


# --- Who ends it


def section_of(row: Restriction, section: int, parent: int | None) -> Restriction:
    return replace(row, section=section, parent_section=parent)


@pytest.mark.clause("mima:8-1-再開", "mima:8-2", "mima:7-4-報告")
@pytest.mark.parametrize("verb", [*ENDING, Verb.LIMIT_TO_DISASTER])
def test_restriction_is_ended_by_the_section_or_the_one_above_when_somebody_tries(verb: Verb) -> None:
    kind = ENDING.get(verb, RestrictionKind.DISASTER_ONLY)
    chief_only = verb == Verb.END_FLAMING
    people = {
        SUZUKI: (TOURISM, True),
        DEPUTY: (TOURISM, False),
        PARENT_CHIEF: (DEPARTMENT, True),
        replace(PARENT_CHIEF, id=51, roles=(held(Role.DEPUTY, DEPARTMENT),)): (DEPARTMENT, False),
        CAST["mori"]: (WATER, True),
    }
    chiefs = frozenset({SUZUKI.id, PARENT_CHIEF.id, DEPUTY.id, 51, 11})
    for (section, parent), (actor, (office, is_chief)) in product(
        [(TOURISM, DEPARTMENT), (TOURISM, None), (DEPARTMENT, None), (WATER, DEPARTMENT)], people.items()
    ):
        row = section_of(of_kind(kind, chiefs=chiefs), section, parent)
        may = office in (section, parent) and (is_chief or not chief_only)
        decision = judge(verb, row, actor, new=verb == Verb.LIMIT_TO_DISASTER)
        assert outcome(decision) == ("allowed" if may else "forbidden"), (section, parent, actor.name)


@pytest.mark.clause("mima:7-4-報告")
def test_storm_is_ended_by_a_chief_in_office_and_of_the_staff_when_somebody_tries() -> None:
    storm = of_kind(RestrictionKind.FLAMING)
    for person in ("deputy", "contractor_chief", "elected", "left", "tanaka", "mori"):
        decision = judge(Verb.END_FLAMING, storm, CAST[person])
        assert outcome(decision) == "forbidden", person
        assert "not_chief" in codes(decision), person
    nobody = replace(storm, parent_section=None)
    for_the_city = replace(SATO, roles=(held(Role.CHIEF, None),))
    assert outcome(judge(Verb.END_FLAMING, nobody, for_the_city)) == "allowed"
    elsewhere = replace(SATO, roles=(held(Role.CHIEF, WATER),))
    assert outcome(judge(Verb.END_FLAMING, nobody, elsewhere)) == "forbidden"


@pytest.mark.parametrize("verb", list(ENDING))
def test_end_wants_words_and_only_lifting_wants_a_consultation_when_it_is_recorded(verb: Verb) -> None:
    row = of_kind(ENDING[verb], asked=Asked("おさまった。"))
    alone = ["consultation_alone"] if verb == Verb.LIFT else []
    assert codes(judge(verb, row, SUZUKI)) == alone
    blank = replace(row, asked=replace(SUSPENDED.asked, reason=" 　"))
    assert codes(judge(verb, blank, SUZUKI)) == ["reason_missing"]


# --- The consultation: the chief, and at least one other


CHIEFS = frozenset({SUZUKI.id, PARENT_CHIEF.id})
NO_CHIEF, ALONE = "consultation_without_chief", "consultation_alone"
CONSULTATIONS: list[tuple[Actor, set[int], list[str]]] = [
    (SUZUKI, set(), [ALONE]),
    (SUZUKI, {SUZUKI.id}, [ALONE]),
    (SUZUKI, {TANAKA.id}, []),
    (SUZUKI, {SUZUKI.id, TANAKA.id}, []),
    (SUZUKI, {PARENT_CHIEF.id}, []),
    (DEPUTY, set(), [ALONE, NO_CHIEF]),
    (DEPUTY, {DEPUTY.id}, [ALONE, NO_CHIEF]),
    (DEPUTY, {TANAKA.id}, [NO_CHIEF]),
    (DEPUTY, {TANAKA.id, SATO.id}, [NO_CHIEF]),
    (DEPUTY, {SUZUKI.id}, []),
    (DEPUTY, {PARENT_CHIEF.id}, []),
    (DEPUTY, {SUZUKI.id, TANAKA.id}, []),
    (PARENT_CHIEF, set(), [ALONE]),
    (PARENT_CHIEF, {TANAKA.id}, []),
]


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.parametrize(("by", "consulted", "want"), CONSULTATIONS)
@pytest.mark.parametrize("cause", list(Cause))
def test_row_13_resumption_is_decided_by_the_chief_and_at_least_one_other_when_lifted(
    by: Actor, consulted: set[int], want: list[str], cause: Cause
) -> None:
    asked = Asked("水が引いた。", consulted=frozenset(consulted))
    row = replace(SUSPENDED, cause=cause, chiefs=CHIEFS, asked=asked)
    assert codes(judge(Verb.LIFT, row, by)) == want


def test_consultation_has_no_chief_when_nobody_holds_that_office() -> None:
    asked = Asked("水が引いた。", consulted=frozenset({TANAKA.id}))
    row = replace(SUSPENDED, chiefs=frozenset(), asked=asked)
    assert codes(judge(Verb.LIFT, row, DEPUTY)) == [NO_CHIEF]


@pytest.mark.clause("mima:8-2")
def test_row_15_suspension_is_not_lifted_while_the_limit_rests_on_it() -> None:
    for limited, want in ((False, []), (True, ["limited_on_top"])):
        assert codes(judge(Verb.LIFT, replace(SUSPENDED, limited=limited), SUZUKI)) == want
    for verb in (Verb.END_LIMIT, Verb.END_FLAMING):
        assert codes(judge(verb, of_kind(ENDING[verb], limited=True), SUZUKI)) == [], verb


def test_restriction_that_has_ended_is_ended_no_more_when_tried() -> None:
    for verb, kind in ENDING.items():
        ended = of_kind(kind, ended_at=NOW - HOUR)
        assert outcome(judge(verb, ended, SUZUKI)) == "wrong_state"
        for other in set(RestrictionKind) - {kind}:
            assert outcome(judge(verb, of_kind(other), SUZUKI)) == "wrong_state", (verb, other)


# --- The headquarters

NEAR = [NOW - 9 * HOUR, NOW - TICK, NOW, NOW + TICK, None]


def future(at: datetime | None, code: str) -> list[str]:
    return [code] if at is None or at > NOW else []


@pytest.mark.clause("mima:8-2")
@pytest.mark.parametrize("set_up_at", NEAR)
def test_headquarters_is_recorded_once_its_hour_has_come_and_no_other_stands_when_set_up(
    set_up_at: datetime | None,
) -> None:
    for another in (False, True):
        row = replace(SOUND_HQ, set_up_at=set_up_at, another_stands=another, dissolved_at=None)
        want = sorted([*["headquarters_stand"] * another, *future(set_up_at, "set_up_in_future")])
        for by in (SUZUKI, DEPUTY, CAST["mori"]):
            assert codes(judge(Verb.SET_UP_HQ, row, by, new=True)) == want
    assert (
        codes(judge(Verb.SET_UP_HQ, replace(SOUND_HQ, set_up_at=NOW.astimezone(UTC)), SUZUKI, new=True)) == []
    )


@pytest.mark.clause("mima:8-2")
@pytest.mark.parametrize(
    ("set_up_at", "dissolved_at", "want"),
    [
        (NOW - HOUR, NOW - HOUR, []),
        (NOW - HOUR, NOW - HOUR + TICK, []),
        (NOW - HOUR, NOW - HOUR - TICK, ["dissolved_before_set_up"]),
        (NOW - HOUR, NOW, []),
        (NOW - HOUR, NOW + TICK, ["dissolved_in_future"]),
        (NOW + HOUR, NOW + 2 * HOUR, ["dissolved_in_future"]),
        (NOW - HOUR, None, ["dissolved_in_future"]),
        (None, NOW, []),
        (None, NOW + TICK, ["dissolved_in_future"]),
    ],
)
def test_headquarters_is_dissolved_after_its_set_up_and_not_in_the_future_when_recorded(
    set_up_at: datetime | None, dissolved_at: datetime | None, want: list[str]
) -> None:
    row = Headquarters(HeadquartersState.STANDING, set_up_at, dissolved_at, another_stands=True)
    assert codes(judge(Verb.DISSOLVE_HQ, row, SUZUKI)) == want


def test_headquarters_is_anybodys_of_the_office_today_and_nobody_elses_when_recorded() -> None:
    chief_tomorrow = replace(STRANGER, roles=(held(Role.CHIEF, WATER, NOW.date() + timedelta(days=1)),))
    chief_today = replace(STRANGER, roles=(held(Role.CHIEF, WATER, NOW.date(), NOW.date()),))
    for actor, want in (
        (chief_today, "allowed"),
        (chief_tomorrow, "forbidden"),
        (replace(chief_today, employment=Employment.CONTRACTOR), "forbidden"),
        (replace(STRANGER, roles=(held(Role.WEB_ADMIN, None),)), "forbidden"),
        (replace(STRANGER, roles=(held(Role.SYSTEM_ADMIN, None),)), "forbidden"),
    ):
        decision = judge(Verb.SET_UP_HQ, SOUND_HQ, actor, new=True)
        assert outcome(decision) == want
        assert codes(decision) == ["not_some_approver"] * (want == "forbidden")


# --- What is looked at afterwards


def reviewed(review: Review, by: Actor = SUZUKI) -> list[str]:
    return codes(judge(Verb.REVIEW_AFTERWARDS, review, by))


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_row_3_review_is_by_somebody_without_a_part_in_it_and_with_words_when_done() -> None:
    assert reviewed(SOUND_REVIEW) == []
    assert reviewed(SOUND_REVIEW, DEPUTY) == []
    assert reviewed(SOUND_REVIEW, KATO) == ["reviewer_contributed"]
    blank = replace(SOUND_REVIEW, asked=Asked(" "))
    assert reviewed(blank) == ["reason_missing"]
    assert reviewed(blank, KATO) == ["reason_missing", "reviewer_contributed"]
    late = replace(SOUND_REVIEW, due_at=NOW - HOUR)
    assert reviewed(late) == [], "late is better than never"


def test_review_goes_to_the_parent_chief_exactly_when_every_approver_had_a_part_in_it() -> None:
    for approvers, want in (
        ((KATO.id,), []),
        ((KATO.id, SUZUKI.id), ["not_approver"]),
        ((), []),
    ):
        row = replace(SOUND_REVIEW, approvers=tuple(Person(pk, "長") for pk in approvers))
        assert reviewed(row, PARENT_CHIEF) == want, approvers
    top = replace(SOUND_REVIEW, approvers=(), parent_section=None)
    assert reviewed(top, PARENT_CHIEF) == ["not_approver"]
