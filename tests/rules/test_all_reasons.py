"""All reasons at once: independent faults in every combination give exactly the union of their codes.

Each dimension is one thing that can be wrong, in the ways it can be wrong. Faults that hide each other (a text that
is empty cannot be too long) are ways of one dimension. Each fault alone: `test_gates.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

import pytest

from rules.calendar import WorkingCalendar
from rules.facts import Asked, Claim, Clearance, Delivery, LawCitation, Post, PublicSource
from rules.states import (
    AccountState,
    Basis,
    Cause,
    DeliveryState,
    Ground,
    How,
    PolicyState,
    RestrictionKind,
    Verb,
)
from tests.rules.cast import (
    CAST,
    DAY,
    DEPUTY,
    DIGEST,
    HOUR,
    KATO,
    MORI,
    NOW,
    POST_ACTS,
    SATO,
    SOUND_DELIVERY,
    SOUND_ELECTION,
    SOUND_POLICY,
    SOUND_POST,
    SOUND_RESTRICTION,
    SUZUKI,
    TANAKA,
    TODAY,
    WATER,
    X,
    codes,
    judge,
    on_asked,
    on_note,
    on_post,
    on_x,
)

PostWay = tuple[Callable[[Post], Post], tuple[str, ...]]
Dimension = Sequence[PostWay]


def as_it_is(post: Post) -> Post:
    return post


SOUND: PostWay = (as_it_is, ())
SEEN: Dimension = [SOUND, (on_asked(seen_digest="older"), ("version_changed",))]
STATE: Dimension = [SOUND, (on_x(state=AccountState.SUSPENDED), ("not_in_operation",))]
# The category is judged on the first account, so the second may lose its policy without hiding it.
POLICY: Dimension = [SOUND, (on_note(policy_in_force=False), ("no_policy_in_force",))]
CATEGORY: Dimension = [SOUND, (on_x(policy_categories=frozenset({"税"})), ("category_outside_policy",))]
TEXT: Dimension = [
    SOUND,
    (on_x(text_over=12), ("text_too_long",)),
    (on_note(text_empty=True), ("text_empty",)),
]
SECTION: Dimension = [SOUND, (on_note(section=WATER), ("account_of_other_section",))]
TITLE: Dimension = [SOUND, (on_post(title=""), ("title_missing",))]
DECLARED: Dimension = [SOUND, (on_post(declared_on=None), ("not_declared",))]
DUE: Dimension = [SOUND, (on_post(due_at=NOW - HOUR), ("due_in_past",))]
LATEST_BEFORE_DUE: Dimension = [SOUND, (on_post(latest_at=NOW - 2 * HOUR), ("latest_before_due",))]
LATEST_PASSED: Dimension = [SOUND, (on_post(latest_at=NOW - 2 * HOUR), ("latest_passed",))]
TICKS: Dimension = [SOUND, (on_asked(ticks=frozenset()), ("checklist_incomplete",))]
EMPTY_SOURCE = PublicSource(" ", TODAY + DAY)
CLAIM: Dimension = [
    SOUND,
    (on_post(claim=None), ("claim_missing",)),
    (on_post(claim=Claim(Ground.PUBLIC, EMPTY_SOURCE)), ("published_in_future", "source_missing")),
    (on_post(claim=Claim(Ground.FACT, EMPTY_SOURCE)), ("evidence_of_other_ground",)),
    (on_post(claim=Claim(Ground.LAW, LawCitation("", ""))), ("article_missing", "law_missing")),
]
APPROVER_WROTE: Dimension = [
    SOUND,
    (on_post(contributors=frozenset({SUZUKI.id, KATO.id})), ("approver_contributed",)),
]
REASON: Dimension = [SOUND, (on_asked(reason=" 　"), ("reason_missing",))]
DECIDED: Dimension = [SOUND, (on_post(deciders=frozenset({SATO.id})), ("decider_cannot_write",))]
FROZEN: Dimension = [SOUND, (on_post(deliveries=(DeliveryState.UNKNOWN,)), ("text_frozen",))]
CORRECTS: Dimension = [SOUND, (on_post(corrects_nothing=True), ("correction_unchanged",))]
ELSEWHERE: Dimension = [SOUND, (on_post(beyond_corrected=("LINE",)), ("correction_elsewhere",))]
CONTINUED: Dimension = [SOUND, (on_post(continued=True), ("continued_elsewhere",))]
OUT: Dimension = [
    SOUND,
    (on_post(deliveries=(DeliveryState.ARMED,)), ("in_flight",)),
    (on_post(deliveries=(DeliveryState.ACCEPTED,)), ("all_published",)),
]
CHECKER_WROTE: Dimension = [SOUND, (on_post(contributors=frozenset({TANAKA.id})), ("checker_contributed",))]

SUSPENDED = SOUND_RESTRICTION
SCANDAL = replace(SUSPENDED, cause=Cause.SCANDAL)
LIMITED = replace(SUSPENDED, kind=RestrictionKind.DISASTER_ONLY, cause=None)
FLAMING = replace(SUSPENDED, kind=RestrictionKind.FLAMING, cause=None)
# The second account carries what holds; the first what the clock says of it.
RESTRAINED: Dimension = [
    SOUND,
    (on_note(restrictions=(SUSPENDED,)), ("suspended_disaster",)),
    (on_note(restrictions=(SUSPENDED, SCANDAL)), ("suspended_disaster", "suspended_scandal")),
    (on_note(restrictions=(SUSPENDED, LIMITED)), ("disaster_only",)),
    (
        on_note(restrictions=(SCANDAL, FLAMING)),
        ("flaming_exemption", "suspended_scandal"),
    ),
]
CLOSED: Dimension = [
    SOUND,
    (on_x(calendar=WorkingCalendar(always=True)), ()),
    (on_x(calendar=WorkingCalendar(known_until=TODAY - DAY)), ("calendar_unknown",)),
    (on_x(calendar=WorkingCalendar(holidays=frozenset({TODAY}))), ("out_of_hours",)),
]
ELECTION: Dimension = [
    SOUND,
    (on_post(elections=(SOUND_ELECTION,)), ("election_exempt", "election_exempt")),
]
URGENCY: Dimension = [
    SOUND,
    (on_post(urgency=None), ("urgency_not_listed",)),
    (on_asked(reason=""), ("urgency_without_reason",)),
]
TIMED: Dimension = [SOUND, (on_post(due_at=NOW + HOUR), ("emergency_is_now",))]
# Somebody who is no chief and not the one who writes it down.
WHOSE: Dimension = [SOUND, (on_asked(confirmed_by=MORI.id), ("confirmed_by_nobody",))]
HOW: Dimension = [
    SOUND,
    (on_asked(how=None), ("how_missing",)),
    (on_asked(how=How.IN_APP), ("in_app_by_other",)),
]
WHEN: Dimension = [
    SOUND,
    (on_asked(confirmed_at=NOW + HOUR), ("confirmed_in_future",)),
    (on_asked(confirmed_at=NOW - DAY - HOUR), ("confirmed_long_ago",)),
    (on_asked(confirmed_at=None), ("confirmed_at_missing",)),
]

SUBMIT = (SEEN, TITLE, SECTION, TEXT, CATEGORY, DUE, LATEST_BEFORE_DUE, DECLARED, STATE, POLICY)
CLEARED = (SEEN, STATE, POLICY, CATEGORY, TEXT, LATEST_PASSED)
DIMENSIONS: dict[str, tuple[Dimension, ...]] = {
    "submit": SUBMIT,
    "claim": (SEEN, TITLE, SECTION, TEXT, CATEGORY, DUE, LATEST_BEFORE_DUE, STATE, CLAIM),
    "approve": (APPROVER_WROTE, *CLEARED),
    "second check": (CHECKER_WROTE, TICKS, CLAIM, *CLEARED),
    "send in emergency": (SEEN, RESTRAINED, CLOSED, ELECTION, URGENCY, TIMED),
}
SMALLER: dict[str, tuple[Dimension, ...]] = {
    "submit": (SEEN, TITLE, CORRECTS, ELSEWHERE, STATE),
    "edit": (SECTION, DECIDED, FROZEN, CONTINUED),
    "edit cleared": (TITLE, SECTION, DECIDED, FROZEN, CONTINUED),
    "return": (APPROVER_WROTE, REASON, SEEN),
    "return check": (CHECKER_WROTE, REASON, SEEN),
    "escalate": (CHECKER_WROTE, REASON, SEEN),
    "cancel cleared": (OUT, REASON),
    "second check": (RESTRAINED, CLOSED, ELECTION, STATE),
    "confirm": (SEEN, WHOSE, HOW, WHEN),
    "confirm draft": (SEEN, WHOSE, HOW, WHEN),
    "confirm cleared": (SEEN, WHOSE, HOW, WHEN),
    "hand back": (APPROVER_WROTE, REASON, FROZEN, CONTINUED),
}


def combinations(dimensions: Sequence[Dimension]) -> Iterator[tuple[Post, list[str]]]:
    """Every combination of one way of each dimension: the post, and the codes it is owed."""
    for ways in product(*dimensions):
        post = SOUND_POST
        for change, _ in ways:
            post = change(post)
        yield post, sorted(code for _, said in ways for code in said)


@pytest.mark.parametrize("name", list(DIMENSIONS))
def test_act_says_every_reason_once_when_faults_come_together(name: str) -> None:
    checked = 0
    for post, wanted in combinations(DIMENSIONS[name]):
        assert codes(POST_ACTS[name].on(post)) == wanted
        checked += 1
    assert checked >= 128, "the product is the point of this test"


@pytest.mark.parametrize("name", list(SMALLER))
def test_act_of_few_gates_says_every_reason_once_when_faults_come_together(name: str) -> None:
    for post, wanted in combinations(SMALLER[name]):
        assert codes(POST_ACTS[name].on(post)) == wanted


def test_delivery_says_every_reason_once_when_faults_come_together() -> None:
    clearances = [
        ({}, []),
        ({"clearance_live": False}, ["no_clearance"]),
        ({"post": replace(SOUND_DELIVERY.post, clearance=None)}, ["no_clearance"]),
        (
            {"post": replace(SOUND_DELIVERY.post, clearance=Clearance(Basis.APPROVAL, "other"))},
            ["clearance_for_other_content"],
        ),
    ]
    states = [({}, []), *(({"state": s}, ["not_in_operation"]) for s in AccountState if s != X.state)]
    policies = [
        ({}, []),
        ({"policy_in_force": False}, ["no_policy_in_force"]),
        ({"policy_categories": frozenset({"税"})}, ["category_outside_policy"]),
    ]
    for (of_delivery, one), (of_state, two), (of_policy, three) in product(clearances, states, policies):
        delivery: Delivery = replace(
            SOUND_DELIVERY, account=replace(X, **of_state, **of_policy), **of_delivery
        )  # type: ignore[arg-type]
        assert codes(judge(Verb.SEND, delivery, CAST["worker"])) == sorted([*one, *two, *three])


def test_delivery_says_every_restriction_hour_and_limit_when_they_come_together() -> None:
    """Sending asks whether it was released, release asks who releases; the rest both ask."""
    caught = replace(SCANDAL, ended_at=NOW)
    restrictions = [
        ((), []),
        ((SUSPENDED,), ["suspended_disaster"]),
        ((LIMITED, caught), ["disaster_only", "awaiting_release"]),
        ((FLAMING, SCANDAL), ["flaming_exemption", "suspended_scandal"]),
    ]
    hours = [({}, []), ({"calendar": WorkingCalendar(holidays=frozenset({TODAY}))}, ["out_of_hours"])]
    named = [((), []), ((SOUND_ELECTION,), ["election_exempt"])]
    late = [({}, []), ({"latest_at": NOW - HOUR}, ["latest_passed"])]
    states = [(AccountState.IN_OPERATION, []), (AccountState.CLOSED, ["not_in_operation"])]
    clearance = Clearance(Basis.SECOND_CHECK, DIGEST, given_at=NOW - DAY)
    for (rows, one), (of_x, two), (elections, three), (limit, four), (state, five) in product(
        restrictions, hours, named, late, states
    ):
        post = replace(SOUND_DELIVERY.post, clearance=clearance, elections=elections, **limit)  # type: ignore[arg-type]
        account = replace(X, restrictions=rows, state=state, **of_x)  # type: ignore[arg-type]
        delivery: Delivery = replace(SOUND_DELIVERY, post=post, account=account, state=DeliveryState.HELD)
        want = sorted([*one, *two, *three, *four, *five])
        assert codes(judge(Verb.SEND, delivery, CAST["worker"])) == want
        wanted = [code for code in want if code != "awaiting_release"]
        assert codes(judge(Verb.RELEASE, delivery, SUZUKI)) == wanted
        assert codes(judge(Verb.RELEASE, delivery, KATO)) == sorted([*wanted, "approver_contributed"])


def test_lifting_says_every_reason_once_when_faults_come_together() -> None:
    words = [("済んだ。", []), (" ", ["reason_missing"])]
    people = [
        (frozenset({SUZUKI.id}), []),
        (frozenset({TANAKA.id}), ["consultation_without_chief"]),
        (frozenset(), ["consultation_alone", "consultation_without_chief"]),
    ]
    on_top = [(False, []), (True, ["limited_on_top"])]
    devices = [(True, []), (False, ["unregistered_device"])]
    for (reason, one), (consulted, two), (limited, three), (registered, four) in product(
        words, people, on_top, devices
    ):
        row = replace(SUSPENDED, limited=limited, asked=Asked(reason, consulted=consulted))
        by = replace(DEPUTY, registered_device=registered)
        assert codes(judge(Verb.LIFT, row, by)) == sorted([*one, *two, *three, *four])


def test_policy_says_every_reason_once_when_faults_come_together() -> None:
    items = [((), []), (("オ", "キ"), ["policy_item_empty"] * 2)]
    days = [(TODAY + DAY, []), (None, ["effective_on_missing"]), (TODAY, ["effective_before_last"])]
    sending = [(True, []), (False, ["send_only_not_said"])]
    for (empty, one), (day, two), (says, three) in product(items, days, sending):
        policy = replace(
            SOUND_POLICY,
            state=PolicyState.AWAITING_DECISION,
            account=replace(X, rulebooks=("toyama",)),
            empty_items=empty,
            effective_on=day,
            says_send_only=says,
        )
        assert codes(judge(Verb.DECIDE_POLICY, policy, SUZUKI)) == sorted([*one, *two, *three])


def test_reason_is_given_for_each_account_when_both_are_wrong_in_the_same_way() -> None:
    post = replace(
        SOUND_POST,
        targets=tuple(replace(target, text_over=3, policy_in_force=False) for target in SOUND_POST.targets),
    )
    wanted = ["no_policy_in_force"] * 2 + ["text_too_long"] * 2
    for name in DIMENSIONS:
        assert codes(POST_ACTS[name].on(post)) == wanted, name
    dark = tuple(replace(t, calendar=WorkingCalendar(holidays=frozenset({TODAY}))) for t in post.targets)
    for name in ("approve", "second check", "send in emergency"):
        both = replace(post, targets=tuple(replace(t, restrictions=(SUSPENDED,)) for t in dark))
        more = sorted([*wanted, *["out_of_hours", "suspended_disaster"] * 2])
        assert codes(POST_ACTS[name].on(both)) == more, name


def test_person_is_told_only_that_it_is_not_theirs_when_the_content_is_wrong_too() -> None:
    """Whoever may not act is not told about the content: the gates are not asked."""
    worst, _ = list(combinations(SUBMIT))[-1]
    stranger = replace(SATO, id=99, drafts_for=frozenset())
    decision = judge(Verb.SUBMIT, worst, stranger)
    assert codes(decision) == ["may_not_draft_for_account"] * 2 + ["not_contributor"]


def test_every_reason_against_a_person_is_said_at_once_when_there_are_several() -> None:
    nobody = replace(SATO, id=99, active=False, elected=True, drafts_for=frozenset())
    assert codes(judge(Verb.SUBMIT, SOUND_POST, nobody)) == [
        "elected",
        "inactive",
        "may_not_draft_for_account",
        "may_not_draft_for_account",
        "not_contributor",
    ]
