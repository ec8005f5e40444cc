"""Who may do what to a post in which state: every verb by every state by every kind of person.

The tables are written from the workflow table of the design (section 5), not read from the code's own table.
"""

from dataclasses import replace

import pytest

from rules.facts import Asked, Person, Post
from rules.states import Cause, Employment, PostState, RestrictionKind, Role, Verb
from rules.workflow import Refused, available_verbs
from tests.rules.cast import (
    CAST,
    CITY,
    DEPARTMENT,
    DEPUTY,
    KATO,
    NOTE,
    NOW,
    PARENT_CHIEF,
    SATO,
    SOUND_POST,
    SOUND_RESTRICTION,
    SOUND_REVIEW,
    SOUND_TOPIC,
    SUZUKI,
    TODAY,
    X,
    codes,
    held,
    judge,
    outcome,
)

D, A, C, CLEARED = (
    PostState.DRAFTING,
    PostState.AWAITING_APPROVAL,
    PostState.AWAITING_CHECK,
    PostState.CLEARED,
)
# Column → the verb and the states from which it leads on. A draft comes from nothing (new).
COLUMNS: dict[str, tuple[Verb, frozenset[PostState]]] = {
    "draft": (Verb.DRAFT, frozenset()),
    "edit": (Verb.EDIT, frozenset({D})),
    "edit/o": (Verb.EDIT, frozenset({CLEARED})),
    "ask": (Verb.SUBMIT, frozenset({D})),
    "claim": (Verb.CLAIM, frozenset({D})),
    "approve": (Verb.APPROVE, frozenset({A})),
    "ret/a": (Verb.RETURN, frozenset({A})),
    "check": (Verb.SECOND_CHECK, frozenset({C})),
    "ret/c": (Verb.RETURN, frozenset({C})),
    "raise": (Verb.ESCALATE, frozenset({C})),
    "back": (Verb.TAKE_BACK, frozenset({A, C})),
    "cancel": (Verb.CANCEL, frozenset({D, A, C})),
    "canc/o": (Verb.CANCEL, frozenset({CLEARED})),
    "waive": (Verb.SEND_IN_EMERGENCY, frozenset({D})),
    "word": (Verb.CONFIRM, frozenset({D, C, CLEARED})),
    "hand": (Verb.HAND_BACK, frozenset({CLEARED})),
    "top": (Verb.CONFIRM_TOPIC, frozenset({D, A, C})),
    "over": (Verb.HAND_OVER, frozenset({D, A, C, CLEARED})),
}
# o: allowed; -: forbidden; 4: has the office, but wrote in the post; 2: is in scope, but wrote in the post;
# w: it was their own word, and that is given on the screen, not written down as told on the phone.
# Whoever edits becomes a contributor by it, so editing asks for the drafting permission alone.
# Contractors draft, edit drafts, ask for approval, and take back what nobody has decided on: no more (Art. 2).
# The waiver is for staff who wrote in it; the chief's word is written down by staff in it or in its scope. To hand
# back what was caught is a decision of the chief's like returning it: not by anybody who wrote in it. What the section
# asked has said is written down by its own staff (they are of WATER) or by staff on the post's side; a post is handed
# over by staff in it, by those who decide about it, or in a transfer by the system admin.
ORACLE = """
                 draft edit edit/o ask claim approve ret/a check ret/c raise back cancel canc/o waive word hand top over
sato             o     o    o      o   o     -       -     2     2     2     o    o      o      o     o    -    o   o
ito              o     o    o      o   o     -       -     2     2     2     o    o      o      o     o    -    o   o
tanaka           -     -    -      -   -     -       -     o     o     o     -    -      -      -     o    -    o   -
yamada           o     o    o      -   -     -       -     o     o     o     -    -      -      -     o    -    o   -
suzuki           -     -    -      -   -     o       o     o     o     o     -    o      o      -     w    o    o   o
deputy           -     -    -      -   -     o       o     o     o     o     -    o      o      -     o    o    o   o
deputy_before    -     -    -      -   -     -       -     o     o     o     -    -      -      -     o    -    o   -
deputy_after     -     -    -      -   -     -       -     o     o     o     -    -      -      -     o    -    o   -
kato             o     o    o      o   o     4       4     2     2     2     o    o      o      o     o    4    o   o
parent_chief     -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   -
mori             -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    o   -
ono              o     o    -      o   -     -       -     -     -     -     o    o      -      -     -    -    -   -
new_contractor   o     o    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   -
new_manager      o     o    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   -
contractor_chief o     o    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   -
elected          -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   -
left             -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   -
web_admin        -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   -
system_admin     -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   o
auditor          -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   -
outside_drafter  o     o    o      -   -     -       -     o     o     o     -    -      -      -     o    -    o   -
deputy_from_pr   -     -    -      -   -     o       o     o     o     o     -    o      o      -     o    o    o   o
drafts_for_one   -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    o   -
stranger         -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    o   -
worker           -     -    -      -   -     -       -     -     -     -     -    -      -      -     -    -    -   -
"""
MEANING = {
    "o": "allowed",
    "-": "forbidden",
    "4": "approver_contributed",
    "2": "checker_contributed",
    "w": "own_word_as_told",
}


def read(oracle: str) -> dict[tuple[str, str], str]:
    """(person, column) → what is to come out."""
    head, *rows = (line.split() for line in oracle.strip().splitlines())
    assert all(len(row) == len(head) + 1 for row in rows), "a cell is missing"
    return {
        (row[0], column): MEANING[cell] for row in rows for column, cell in zip(head, row[1:], strict=True)
    }


def sound(verb: Verb) -> Post:
    """The chief's word is not the word of the section asked."""
    return SOUND_TOPIC if verb == Verb.CONFIRM_TOPIC else SOUND_POST


OUTSIDE = {Employment.CONTRACTOR, Employment.DESIGNATED_MANAGER}  # not staff in the sense of Art. 2
EXPECTED = read(ORACLE)
POST_VERBS = {verb for verb, _ in COLUMNS.values()}


def expected(person: str, verb: Verb, state: PostState) -> str:
    for column, (of_column, states) in COLUMNS.items():
        if of_column == verb and state in states:
            return EXPECTED[person, column]
    return "wrong_state"


def test_oracle_names_everybody_and_every_column_when_read() -> None:
    assert set(EXPECTED) == {(person, column) for person in CAST for column in COLUMNS}


@pytest.mark.clause("mima:5-本文")
@pytest.mark.clause("mima:5-ただし書")
@pytest.mark.clause("mima:2-対象者")
@pytest.mark.clause("toyama:3-範囲")
def test_post_comes_out_as_the_workflow_table_says_when_anybody_tries_any_verb_in_any_state() -> None:
    wrong = {
        (person, verb.value, state.value): (got, want)
        for person, actor in CAST.items()
        for verb in POST_VERBS
        for state in PostState
        for got in [outcome(judge(verb, replace(sound(verb), state=state), actor))]
        for want in [expected(person, verb, state)]
        if got != want
    }
    assert wrong == {}, "(person, verb, state): (came out, the workflow table says)"


def test_post_is_drafted_only_with_the_drafting_permission_when_it_is_new() -> None:
    got = {person: outcome(judge(Verb.DRAFT, SOUND_POST, actor, new=True)) for person, actor in CAST.items()}
    assert got == {person: EXPECTED[person, "draft"] for person in CAST}


def test_post_that_is_not_there_yet_knows_no_verb_but_draft_when_asked() -> None:
    for verb in POST_VERBS - {Verb.DRAFT}:
        assert outcome(judge(verb, SOUND_POST, SATO, new=True)) == "wrong_state", verb


def test_post_offers_exactly_the_verbs_that_are_not_forbidden_when_anybody_looks() -> None:
    for person, actor in CAST.items():
        for state in PostState:
            offered = available_verbs(replace(SOUND_POST, state=state), actor, CITY, NOW)
            closed = ("forbidden", "wrong_state")
            want = {verb for verb in POST_VERBS if expected(person, verb, state) not in closed}
            assert offered == want, (person, state)


# --- When every chief and deputy of the section wrote in the post


def post_of_its_own_chiefs(*approvers: int) -> Post:
    people = tuple(Person(pk, "所属長") for pk in approvers)
    return replace(SOUND_POST, state=A, approvers=people)


@pytest.mark.clause("mima:5-本文")
@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.RETURN])
def test_parent_chief_decides_when_every_approver_wrote_in_the_post(verb: Verb) -> None:
    post = post_of_its_own_chiefs(KATO.id)
    got = {person: outcome(judge(verb, post, actor)) for person, actor in CAST.items()}
    column = "approve" if verb == Verb.APPROVE else "ret/a"
    want = {person: EXPECTED[person, column] for person in CAST} | {"parent_chief": "allowed"}
    assert got == want


@pytest.mark.parametrize(
    ("approvers", "result"),
    [
        ((), "allowed"),  # a section without any chief: somebody must be able to decide
        ((KATO.id,), "allowed"),
        ((KATO.id, SATO.id), "allowed"),
        ((SUZUKI.id,), "forbidden"),
        ((KATO.id, SUZUKI.id), "forbidden"),
    ],
)
def test_parent_chief_is_asked_exactly_when_no_approver_is_free(
    approvers: tuple[int, ...], result: str
) -> None:
    assert outcome(judge(Verb.APPROVE, post_of_its_own_chiefs(*approvers), PARENT_CHIEF)) == result


def test_parent_chief_is_refused_when_they_wrote_in_the_post_themselves() -> None:
    post = replace(
        SOUND_POST, state=A, approvers=(), contributors=SOUND_POST.contributors | {PARENT_CHIEF.id}
    )
    assert outcome(judge(Verb.APPROVE, post, PARENT_CHIEF)) == "approver_contributed"


def test_nobody_decides_above_when_the_section_has_no_parent() -> None:
    post = replace(SOUND_POST, state=A, approvers=(), parent_section=None)
    assert outcome(judge(Verb.APPROVE, post, PARENT_CHIEF)) == "forbidden"


@pytest.mark.clause("toyama:3-除外")
@pytest.mark.parametrize(("person", "code"), [("elected", "elected"), ("left", "inactive")])
def test_person_is_told_why_when_elected_or_gone_at_whatever_verb(person: str, code: str) -> None:
    for verb, states in COLUMNS.values():
        for state in states:
            decision = judge(verb, replace(SOUND_POST, state=state), CAST[person])
            assert code in codes(decision), (verb, state)


# --- In the storm only a chief decides: without a free one the case falls to the chief above, too

STORM = replace(SOUND_RESTRICTION, kind=RestrictionKind.FLAMING, cause=None)
CHIEF, WRITING_CHIEF = Person(SUZUKI.id, "鈴木", chief=True), Person(KATO.id, "加藤", chief=True)
STAND_IN = Person(DEPUTY.id, "高橋")
# Who is in office below, and whether one of them is a chief without a part in it.
OFFICES = [
    ((CHIEF,), True),
    ((CHIEF, STAND_IN), True),
    ((WRITING_CHIEF, CHIEF), True),
    ((STAND_IN,), False),
    ((WRITING_CHIEF, STAND_IN), False),
]


def in_storm(*approvers: Person, state: PostState = A, **changes: object) -> Post:
    """A storm weighs on the second of its accounts."""
    post = replace(SOUND_POST, state=state, approvers=approvers)
    return replace(post, targets=(X, replace(NOTE, restrictions=(replace(STORM, **changes),))))  # type: ignore[arg-type]


@pytest.mark.clause("mima:7-4-反論禁止", "mima:5-本文")
@pytest.mark.parametrize(("approvers", "chief_is_free"), OFFICES)
def test_row_17_parent_chief_decides_exactly_when_no_chief_below_is_free_in_the_storm(
    approvers: tuple[Person, ...], chief_is_free: bool
) -> None:
    want = "forbidden" if chief_is_free else "allowed"
    for verb, state in ((Verb.APPROVE, A), (Verb.RETURN, A), (Verb.HAND_BACK, CLEARED)):
        post = in_storm(*approvers, state=state)
        assert outcome(judge(verb, post, PARENT_CHIEF)) == want, verb
        calm = in_storm(*approvers, state=state, ended_at=NOW)
        assert outcome(judge(verb, calm, PARENT_CHIEF)) == "forbidden", "the storm is over"
        other = in_storm(*approvers, state=state, kind=RestrictionKind.SUSPENSION, cause=Cause.DISASTER)
        assert outcome(judge(verb, other, PARENT_CHIEF)) == "forbidden", "no storm"
        top = replace(post, parent_section=None)
        assert outcome(judge(verb, top, PARENT_CHIEF)) == "forbidden", "there is nobody above"


@pytest.mark.clause("mima:7-4-反論禁止")
def test_row_17_case_that_falls_to_the_chief_above_is_the_deputys_too_except_for_the_decision() -> None:
    """The deputy below may still return it, and approves what the storm lets pass."""
    post = in_storm(STAND_IN)
    deputy_above = replace(PARENT_CHIEF, id=51, roles=(held(Role.DEPUTY, DEPARTMENT),))
    for deputy in (DEPUTY, deputy_above):
        assert outcome(judge(Verb.APPROVE, post, deputy)) == "flaming"
        assert outcome(judge(Verb.RETURN, post, deputy)) == "allowed"
        warning = replace(post, disaster_information=True)
        assert outcome(judge(Verb.APPROVE, warning, deputy)) == "allowed"
    wrote = replace(post, contributors=post.contributors | {PARENT_CHIEF.id})
    assert outcome(judge(Verb.APPROVE, wrote, PARENT_CHIEF)) == "approver_contributed"


def test_review_does_not_fall_to_the_chief_above_for_a_storm_when_a_deputy_below_is_free() -> None:
    for escalated, want in ((False, "forbidden"), (True, "allowed")):
        review = replace(SOUND_REVIEW, approvers=(STAND_IN,), escalated=escalated)
        assert outcome(judge(Verb.REVIEW_AFTERWARDS, review, PARENT_CHIEF)) == want


# --- Drafting permission


def test_drafting_permission_is_owed_for_every_account_when_a_post_has_two() -> None:
    for verb in (Verb.EDIT, Verb.SUBMIT, Verb.CLAIM, Verb.CANCEL):
        narrowed = replace(SATO, drafts_for=frozenset({X.id}))
        assert outcome(judge(verb, replace(SOUND_POST, targets=(X,)), narrowed)) == "allowed", verb
        assert outcome(judge(verb, SOUND_POST, narrowed)) == "forbidden", verb


def test_contributor_may_not_take_back_when_the_drafting_permission_was_taken_away() -> None:
    post = replace(SOUND_POST, state=A)
    assert outcome(judge(Verb.TAKE_BACK, post, replace(SATO, drafts_for=frozenset()))) == "forbidden"


@pytest.mark.clause("mima:2-対象者")
@pytest.mark.parametrize("state", [D, CLEARED])
def test_edit_is_owed_the_permission_for_the_accounts_it_leaves_too_when_it_changes_them(
    state: PostState,
) -> None:
    """Else the drafter of one account could take a post away from another one, and void its clearance."""
    narrowed = replace(SATO, drafts_for=frozenset({NOTE.id}))
    kept = replace(SOUND_POST, state=state, targets=(NOTE,), former_targets=(NOTE,))
    assert outcome(judge(Verb.EDIT, kept, narrowed)) == "allowed"
    moved = judge(Verb.EDIT, replace(kept, former_targets=(X, NOTE)), narrowed)
    assert outcome(moved) == "forbidden"
    assert codes(moved) == ["may_not_draft_for_account"]
    assert isinstance(moved, Refused)
    assert [reason.account for reason in moved.reasons] == [X.name]
    assert outcome(judge(Verb.EDIT, replace(kept, former_targets=(X, NOTE)), SATO)) == "allowed"


def test_contractor_begins_a_correction_when_their_post_has_been_cleared_and_gone_out() -> None:
    """It is a draft of its own: who may draft may begin one."""
    assert outcome(judge(Verb.DRAFT, replace(SOUND_POST, state=CLEARED), CAST["ono"], new=True)) == "allowed"


def test_account_that_an_edit_keeps_is_named_once_when_it_may_not_be_drafted_for() -> None:
    post = replace(SOUND_POST, former_targets=SOUND_POST.targets)
    nobody = replace(SATO, drafts_for=frozenset())
    assert codes(judge(Verb.EDIT, post, nobody)) == ["may_not_draft_for_account"] * 2


# --- Contractors


@pytest.mark.clause("mima:2-対象者", "mima:5-省略", "mima:5-ただし書")
@pytest.mark.clause("toyama:3-範囲")
@pytest.mark.parametrize("employment", list(Employment))
def test_contributor_claims_and_cancels_what_is_cleared_only_as_staff_when_employed(
    employment: Employment,
) -> None:
    writer = replace(SATO, employment=employment)
    may = [] if employment not in OUTSIDE else ["not_staff"]
    assert codes(judge(Verb.CLAIM, SOUND_POST, writer)) == may
    assert codes(judge(Verb.CANCEL, replace(SOUND_POST, state=CLEARED), writer)) == may
    assert codes(judge(Verb.EDIT, replace(SOUND_POST, state=CLEARED), writer)) == may
    for verb, state in ((Verb.SUBMIT, D), (Verb.EDIT, D), (Verb.TAKE_BACK, C), (Verb.CANCEL, C)):
        assert codes(judge(verb, replace(SOUND_POST, state=state), writer)) == [], verb


# --- Posts without any social account: nobody can be in the scope of nothing


def test_post_without_accounts_is_checked_by_nobody_from_outside_when_it_should_ever_exist() -> None:
    empty = replace(SOUND_POST, targets=(), state=C)
    for person in ("stranger", "mori", "auditor", "web_admin", "worker"):
        assert outcome(judge(Verb.SECOND_CHECK, empty, CAST[person])) == "forbidden", person


# --- Words the matrix needs but does not vary


def test_sound_post_is_sound_only_with_its_words_when_the_asking_is_empty() -> None:
    """The matrix would prove nothing if the sound case did not carry what the gates ask for."""
    bare = replace(SOUND_POST, state=C, asked=Asked())
    tanaka = CAST["tanaka"]
    assert outcome(judge(Verb.SECOND_CHECK, bare, tanaka)) == "checklist_incomplete version_changed"
    for verb in (Verb.RETURN, Verb.ESCALATE):
        assert outcome(judge(verb, bare, tanaka)) == "reason_missing version_changed", verb
    assert outcome(judge(Verb.CANCEL, bare, SATO)) == "reason_missing"
    assert SOUND_POST.declared_on == TODAY
