"""Each gate alone: open for the sound case, and for each thing wrong exactly its own code, at each act that asks.

What an act asks is written here by hand from the design (section 5). All faults together: `test_all_reasons.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

import pytest

from rules import clauses
from rules.calendar import WorkingCalendar
from rules.facts import (
    City,
    Claim,
    Clearance,
    Delivery,
    DisasterReport,
    LawCitation,
    PastFact,
    Policy,
    Post,
    PublicSource,
)
from rules.gates import CHECKLIST
from rules.states import (
    AccountState,
    Basis,
    Cause,
    DeliveryState,
    Ground,
    How,
    PolicyState,
    PostKind,
    PostState,
    RestrictionKind,
    Verb,
)
from rules.workflow import Allowed, Refused
from tests.rules.cast import (
    CAST,
    CITY,
    DAY,
    DELIVERY_ACTS,
    HOUR,
    NOW,
    POST_ACTS,
    SATO,
    SOUND_DELIVERY,
    SOUND_ELECTION,
    SOUND_POLICY,
    SOUND_POST,
    SOUND_RESTRICTION,
    SOUND_STANDING,
    SOUND_WORD,
    SUZUKI,
    TICK,
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

DISASTER = SOUND_RESTRICTION
SCANDAL = replace(DISASTER, id=71, cause=Cause.SCANDAL)
LIMITED = replace(DISASTER, id=72, kind=RestrictionKind.DISASTER_ONLY, cause=None)
FLAMING = replace(DISASTER, id=73, kind=RestrictionKind.FLAMING, cause=None)
OVER = replace(SOUND_ELECTION, polling_on=TODAY - DAY)
SECOND = timedelta(seconds=1)
WORKER = CAST["worker"]
D = DeliveryState
EMERGENCY = {"send in emergency"}
EXEMPT = {"claim", "second check"} | EMERGENCY
SUBMITTING = {"submit", "claim"} | EMERGENCY
CLEARING = {"approve", "second check"}
BOTH = SUBMITTING | CLEARING
EDITING = {"edit", "edit cleared"}
CANCELLING = {"cancel", "cancel cleared"}
CHECKING = {"second check", "return check", "escalate"}
CHECKED = {"second check"}
HANDING_ON = {"return", "return check", "escalate"}
HANDING_BACK = {"hand back"}
CONFIRMING = {"confirm", "confirm draft", "confirm cleared"}
# What goes out by these goes out now, so hours are judged; at the others only who asks is known.
TIMED = {"approve", "second check"} | EMERGENCY
EVERYBODY = frozenset(actor.id for actor in CAST.values())


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a post, and which code it must get at which acts. All other acts do not mind."""

    name: str
    change: Callable[[Post], Post]
    says: dict[str, set[str]]

    def owed(self, act: str) -> list[str]:
        return sorted(code for code, acts in self.says.items() if act in acts)


FAULTS = [
    Fault("other section", on_note(section=WATER), {"account_of_other_section": SUBMITTING | EDITING}),
    *(
        Fault(f"account {state}", on_note(state=state), {"not_in_operation": BOTH})
        for state in AccountState
        if state != AccountState.IN_OPERATION
    ),
    Fault("no policy", on_x(policy_in_force=False), {"no_policy_in_force": BOTH}),
    Fault("category", on_x(policy_categories=frozenset({"税"})), {"category_outside_policy": BOTH}),
    Fault("no categories", on_note(policy_categories=frozenset()), {"category_outside_policy": BOTH}),
    Fault(
        "blank note",
        on_post(category="税", category_note=" 　", targets=(X,)),
        {"category_outside_policy": BOTH},
    ),
    Fault("no category", on_post(category=" 　", category_note="どれでもない"), {"category_missing": BOTH}),
    Fault("no text", on_x(text_empty=True), {"text_empty": BOTH}),
    Fault("one character over", on_note(text_over=1), {"text_too_long": BOTH}),
    Fault("due now", on_post(due_at=NOW), {"due_in_past": SUBMITTING, "emergency_is_now": EMERGENCY}),
    Fault(
        "latest before due",
        on_post(due_at=NOW + 2 * HOUR, latest_at=NOW + HOUR),
        {"latest_before_due": SUBMITTING, "emergency_is_now": EMERGENCY},
    ),
    Fault(
        "latest is due",
        on_post(due_at=NOW + HOUR, latest_at=NOW + HOUR),
        {"latest_before_due": SUBMITTING, "emergency_is_now": EMERGENCY},
    ),
    # What has a time can wait for the check: only the waiver minds.
    Fault("due in a second", on_post(due_at=NOW + SECOND), {"emergency_is_now": EMERGENCY}),
    Fault(
        "latest just after due",
        on_post(due_at=NOW + HOUR, latest_at=NOW + HOUR + SECOND),
        {"emergency_is_now": EMERGENCY},
    ),
    Fault("latest now", on_post(latest_at=NOW), {"latest_before_due": SUBMITTING, "latest_passed": CLEARING}),
    Fault("no title", on_post(title=" 　\n"), {"title_missing": SUBMITTING | {"edit cleared"}}),
    Fault("not declared", on_post(declared_on=None), {"not_declared": SUBMITTING}),
    Fault("declared too early", on_post(declared_on=date(2023, 3, 31)), {"not_declared": SUBMITTING}),
    Fault(
        "everybody decided",
        on_post(deciders=EVERYBODY),
        {"decider_cannot_write": EDITING, "successor_decided": {"hand over", "hand over cleared"}},
    ),
    *(
        Fault(
            f"one {state}",
            on_post(deliveries=(D.WAITING, state)),
            {"text_frozen": EDITING | HANDING_BACK, "in_flight": CANCELLING},
        )
        for state in (D.ARMED, D.UNKNOWN)
    ),
    Fault(
        "one accepted", on_post(deliveries=(D.REJECTED, D.ACCEPTED)), {"text_frozen": EDITING | HANDING_BACK}
    ),
    Fault(
        "all out",
        on_post(deliveries=(D.ACCEPTED,) * 2),
        {"text_frozen": EDITING | HANDING_BACK, "all_published": CANCELLING},
    ),
    Fault(
        "all out but what was replaced",
        on_post(deliveries=(D.SUPERSEDED, D.ACCEPTED)),
        {"text_frozen": EDITING | HANDING_BACK, "all_published": CANCELLING},
    ),
    Fault(
        "no reason",
        on_asked(reason=" 　"),
        {"reason_missing": HANDING_ON | CANCELLING | HANDING_BACK, "urgency_without_reason": EMERGENCY},
    ),
    Fault("not seen", on_asked(seen_digest=""), {"version_changed": BOTH | HANDING_ON | CONFIRMING}),
    Fault(
        "older version seen",
        on_asked(seen_digest="older"),
        {"version_changed": BOTH | HANDING_ON | CONFIRMING},
    ),
    Fault(
        "corrects nothing",
        on_post(kind=PostKind.CORRECTION, corrects_nothing=True),
        {"correction_unchanged": SUBMITTING},
    ),
    Fault(
        "corrects elsewhere",
        on_post(kind=PostKind.CORRECTION, beyond_corrected=("市の暮らしLINE",)),
        {"correction_elsewhere": SUBMITTING},
    ),
    Fault(
        "continued by another post",
        on_post(continued=True),
        {"continued_elsewhere": EDITING | HANDING_BACK},
    ),
    Fault(
        "everybody wrote",
        on_post(contributors=EVERYBODY),
        {"approver_contributed": {"approve", "return"} | HANDING_BACK, "checker_contributed": CHECKING},
    ),
    *(
        Fault(
            f"{tick} not ticked",
            on_asked(ticks=frozenset(CHECKLIST) - {tick}),
            {"checklist_incomplete": CHECKED},
        )
        for tick in CHECKLIST
    ),
    Fault("no tick", on_asked(ticks=frozenset()), {"checklist_incomplete": CHECKED}),
    Fault("a tick of no list", on_asked(ticks=frozenset({"fine"})), {"checklist_incomplete": CHECKED}),
    Fault("no claim", on_post(claim=None), {"claim_missing": EXEMPT}),
    # restrictions; what they let pass: `test_restraints.py`
    Fault("suspended", on_x(restrictions=(DISASTER,)), {"suspended_disaster": BOTH}),
    Fault("suspended for a scandal", on_note(restrictions=(SCANDAL,)), {"suspended_scandal": BOTH}),
    Fault("disasters only", on_note(restrictions=(LIMITED,)), {"disaster_only": BOTH}),
    Fault("flaming", on_x(restrictions=(FLAMING,)), {"flaming_exemption": EXEMPT}),
    Fault("a statement", on_post(kind=PostKind.STATEMENT), {"statement_needs_chief": {"claim"} | EMERGENCY}),
    # the emergency waiver: `test_emergency.py`
    Fault("urgency not of the list", on_post(urgency=None), {"urgency_not_listed": EMERGENCY}),
    Fault(
        "no urgency",
        lambda post: on_asked(urgency=None)(replace(post, urgency=None)),
        {"no_urgency": EMERGENCY},
    ),
    # hours and elections: `test_hours.py`, `test_elections.py`
    Fault("before work", on_x(calendar=WorkingCalendar(opens=time(10, 1))), {"out_of_hours": TIMED}),
    Fault(
        "holidays not known",
        on_note(calendar=WorkingCalendar(known_until=TODAY - DAY)),
        {"calendar_unknown": TIMED},
    ),
    Fault(
        "a candidate's name",
        lambda post: on_note(election_board=True)(replace(post, elections=(SOUND_ELECTION,))),
        {"election_exempt": EXEMPT, "election_unconfirmed": {"approve"}},
    ),
    # the chief's word: `test_hours.py`
    Fault("nobody's word", on_asked(confirmed_by=None), {"confirmed_by_nobody": CONFIRMING}),
    Fault("no means", on_asked(how=None), {"how_missing": CONFIRMING}),
    Fault("another's screen", on_asked(how=How.IN_APP), {"in_app_by_other": CONFIRMING}),
    Fault("no time", on_asked(confirmed_at=None), {"confirmed_at_missing": CONFIRMING}),
    Fault("a word to come", on_asked(confirmed_at=NOW + TICK), {"confirmed_in_future": CONFIRMING}),
]
SOUND_CHANGES = {
    "category with a note": on_post(category="税", category_note="移住する人に関わる期限のため"),
    "latest in a second": on_post(latest_at=NOW + SECOND),
    "declared on the first day of the version": on_post(declared_on=date(2023, 4, 1)),
    "text that just fits": on_x(text_over=0),
    "a tick more": on_asked(ticks=frozenset({*CHECKLIST, "more"})),
    "somebody else decided": on_post(deciders=frozenset({SUZUKI.id})),
    "somebody else wrote": on_post(contributors=frozenset({SATO.id})),
    "one account": on_post(targets=(X,)),
    "accounts as they were": on_post(former_targets=SOUND_POST.targets),
    "drafted when something was left behind, which is no more": on_post(nothing_left_behind=True),
    "the election is over": on_post(elections=(OVER,)),
    "always at work": on_x(calendar=WorkingCalendar(opens=time(11), always=True)),
    "a standing confirmation": on_x(standing=(SOUND_STANDING,)),
    "the confirmation is of this instant": on_asked(confirmed_at=NOW),
    "restrictions that are over": on_x(restrictions=(replace(DISASTER, ended_at=NOW),)),
    "the headquarters stands": on_x(hq_stands=True),
    "confirmed long ago": on_post(confirmations=(SOUND_WORD,)),
    "deliveries that never went out": on_post(
        deliveries=(D.WAITING, D.HELD, D.REJECTED, D.EXPIRED, D.DROPPED, D.SUPERSEDED)
    ),
}


def test_act_gets_exactly_the_code_of_what_is_wrong_when_one_thing_is_wrong() -> None:
    for fault in FAULTS:
        for name, act in POST_ACTS.items():
            assert codes(act.on(fault.change(SOUND_POST))) == fault.owed(name), (fault.name, name)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "not_in_operation",
            marks=[pytest.mark.clause("mima:2-場面"), pytest.mark.clause("toyama:4-3-私的")],
        ),
        pytest.param(
            "no_policy_in_force",
            marks=[
                pytest.mark.clause("mima:3-1", "mima:3-2-公表"),
                pytest.mark.clause("toyama:5-2-策定", "toyama:5-2-掲載"),
            ],
        ),
        pytest.param("category_outside_policy", marks=pytest.mark.clause("mima:3-2-ウ")),
        pytest.param("category_missing", marks=pytest.mark.clause("mima:3-2-ウ")),
        pytest.param("not_declared", marks=pytest.mark.clause("mima:4-柱", "mima:4-1", "toyama:4-1")),
        pytest.param("text_too_long", marks=pytest.mark.clause("mima:4-5-正確", "toyama:4-5-誤解")),
        pytest.param("text_empty", marks=pytest.mark.clause("mima:4-5-正確")),
        pytest.param("all_published", marks=pytest.mark.clause("mima:4-8", "toyama:4-5-削除不能")),
        pytest.param("checklist_incomplete", marks=pytest.mark.clause("mima:4-9-カ", "toyama:4-7-キ")),
        pytest.param("version_changed", marks=pytest.mark.clause("mima:5-本文")),
        pytest.param("reason_missing", marks=pytest.mark.clause("mima:5-本文")),
        pytest.param("claim_missing", marks=pytest.mark.clause("mima:5-省略")),
        pytest.param("checker_contributed", marks=pytest.mark.clause("mima:5-ただし書")),
        pytest.param("text_frozen", marks=pytest.mark.clause("mima:7-1", "toyama:4-6-誠実")),
        pytest.param("correction_unchanged", marks=pytest.mark.clause("mima:7-1", "toyama:4-6-誠実")),
        pytest.param("correction_elsewhere", marks=pytest.mark.clause("mima:7-1", "toyama:4-6-誠実")),
        pytest.param("continued_elsewhere", marks=pytest.mark.clause("mima:7-1", "toyama:4-6-誠実")),
        pytest.param("suspended_disaster", marks=pytest.mark.clause("mima:8-1-停止")),
        pytest.param("suspended_scandal", marks=pytest.mark.clause("mima:8-1-停止")),
        pytest.param("disaster_only", marks=pytest.mark.clause("mima:8-2")),
        pytest.param("flaming_exemption", marks=pytest.mark.clause("mima:7-4-反論禁止")),
        pytest.param("emergency_is_now", marks=pytest.mark.clause("mima:5-ただし書-緊急")),
        pytest.param("no_urgency", marks=pytest.mark.clause("mima:5-ただし書-緊急")),
        pytest.param("election_exempt", marks=pytest.mark.clause("mima:4-4")),
    ],
)
def test_act_is_refused_under_either_rulebook_when_its_clause_is_not_kept(code: str) -> None:
    for book in clauses.available():
        under = replace(SOUND_POST, targets=tuple(replace(t, rulebooks=(book,)) for t in SOUND_POST.targets))
        for fault in FAULTS:
            for act in fault.says.get(code, set()):
                assert code in codes(POST_ACTS[act].on(fault.change(under))), (book, fault.name, act)
    assert any(code in fault.says for fault in FAULTS)


def test_act_is_allowed_when_nothing_is_wrong_up_to_the_very_limit() -> None:
    for name, act in POST_ACTS.items():
        assert isinstance(act.on(SOUND_POST), Allowed), name
        for change_name, change in SOUND_CHANGES.items():
            assert isinstance(act.on(change(SOUND_POST)), Allowed), (name, change_name)


def test_fault_names_its_account_when_only_one_of_two_is_wrong() -> None:
    about_one = {
        "account_of_other_section": on_note(section=WATER),
        "not_in_operation": on_note(state=AccountState.SUSPENDED),
        "no_policy_in_force": on_note(policy_in_force=False),
        "category_outside_policy": on_note(policy_categories=frozenset({"税"})),
        "text_empty": on_note(text_empty=True),
        "text_too_long": on_note(text_over=3),
    }
    for code, change in about_one.items():
        decision = POST_ACTS["submit"].on(change(SOUND_POST))
        assert isinstance(decision, Refused), code
        assert [(r.code, r.account) for r in decision.reasons] == [(code, "見本市移住ノート")]
        assert "見本市移住ノート" in decision.reasons[0].sentence


def test_post_without_accounts_is_refused_when_drafted_edited_or_submitted() -> None:
    nowhere = replace(SOUND_POST, targets=())
    assert codes(judge(Verb.DRAFT, nowhere, SATO, new=True)) == ["no_account"]
    for name in SUBMITTING | EDITING:
        assert codes(POST_ACTS[name].on(nowhere)) == ["no_account"], name


def test_draft_is_refused_when_an_account_is_of_another_section() -> None:
    mixed = on_note(section=WATER)(SOUND_POST)
    assert codes(judge(Verb.DRAFT, mixed, SATO, new=True)) == ["account_of_other_section"]


@pytest.mark.clause("mima:7-1")
def test_correction_is_drafted_only_when_the_first_post_has_gone_out() -> None:
    for published, wanted in ((True, []), (False, ["nothing_to_correct"])):
        post = replace(SOUND_POST, kind=PostKind.CORRECTION, corrects_published=published)
        assert codes(judge(Verb.DRAFT, post, SATO, new=True)) == wanted
        assert codes(POST_ACTS["edit"].on(post)) == [], "what is drafted may be written on"


@pytest.mark.clause("mima:7-1")
def test_continuation_is_drafted_only_when_something_is_left_behind() -> None:
    post = replace(SOUND_POST, nothing_left_behind=True)
    assert codes(judge(Verb.DRAFT, post, SATO, new=True)) == ["nothing_left_behind"]
    both = replace(post, corrects_published=False)
    assert codes(judge(Verb.DRAFT, both, SATO, new=True)) == ["nothing_left_behind", "nothing_to_correct"]


def test_title_may_be_missing_only_while_nobody_has_decided_when_edited() -> None:
    untitled = replace(SOUND_POST, title=" 　")
    assert codes(POST_ACTS["edit"].on(untitled)) == []
    assert codes(POST_ACTS["edit cleared"].on(untitled)) == ["title_missing"]
    for state in (PostState.AWAITING_APPROVAL, PostState.AWAITING_CHECK):
        assert codes(judge(Verb.EDIT, replace(untitled, state=state), SATO)) == ["wrong_state"], state


@pytest.mark.parametrize("state", [s for s in PostState if s != PostState.CANCELLED])
def test_cancelling_wants_a_reason_when_whatever_the_state(state: PostState) -> None:
    for reason, wanted in (("中止になりました。", []), ("", ["reason_missing"]), (" 　", ["reason_missing"])):
        post = on_asked(reason=reason)(replace(SOUND_POST, state=state))
        for person in (SATO, SUZUKI):
            assert codes(judge(Verb.CANCEL, post, person)) == wanted, (reason, person)


def test_draft_may_be_saved_with_nothing_in_it_when_it_only_has_its_accounts() -> None:
    empty = replace(
        SOUND_POST, title="", category="", claim=None, declared_on=None, digest="", contributors=frozenset()
    )
    blank = on_note(text_empty=True, state=AccountState.APPROVED, policy_in_force=False)(empty)
    assert codes(judge(Verb.DRAFT, blank, SATO, new=True)) == []
    assert codes(POST_ACTS["edit"].on(blank)) == []


@pytest.mark.clause("mima:4-柱")
@pytest.mark.clause("mima:附則-4")
@pytest.mark.clause("toyama:附則")
def test_declaration_is_owed_again_when_a_new_version_of_the_rules_begins() -> None:
    for since, wanted in ((TODAY, []), (TODAY + DAY, ["not_declared"]), (None, [])):
        city = City(CITY.name, CITY.rulebooks, since)
        assert codes(judge(Verb.SUBMIT, SOUND_POST, SATO, city=city)) == wanted, since


@pytest.mark.clause("mima:4-9-カ")
def test_checklist_asks_for_source_sense_rights_and_public_order_when_shown() -> None:
    """The form sends these words back, so they stay as they are."""
    assert CHECKLIST == ("same_as_source", "no_misunderstanding", "rights", "public_order")


# --- Sending


def sent(**changes: object) -> list[str]:
    return codes(judge(Verb.SEND, replace(SOUND_DELIVERY, **changes), WORKER))  # type: ignore[arg-type]


def of_post(**changes: object) -> Post:
    return replace(SOUND_DELIVERY.post, **changes)  # type: ignore[arg-type]


def of_account(**changes: object) -> Callable[[Delivery], Delivery]:
    return lambda delivery: replace(delivery, account=replace(delivery.account, **changes))  # type: ignore[arg-type]


def its_post(**changes: object) -> Callable[[Delivery], Delivery]:
    return lambda delivery: replace(delivery, post=replace(delivery.post, **changes))  # type: ignore[arg-type]


@pytest.mark.clause("mima:5-本文")
@pytest.mark.clause("mima:2-場面")
@pytest.mark.clause("mima:3-1")
def test_delivery_goes_only_with_a_live_clearance_for_this_content_when_its_time_has_come() -> None:
    assert sent() == []
    assert sent(clearance_live=False) == ["no_clearance"]
    assert sent(post=of_post(clearance=None)) == ["no_clearance"]
    other = Clearance(Basis.SECOND_CHECK, "digest-of-another-version")
    assert sent(post=of_post(clearance=other)) == ["clearance_for_other_content"]
    assert sent(post=of_post(clearance=other), clearance_live=False) == ["no_clearance"]
    assert sent(account=replace(X, policy_in_force=False)) == ["no_policy_in_force"]
    assert sent(account=replace(X, policy_categories=frozenset({"税"}))) == ["category_outside_policy"]
    for state in set(AccountState) - {AccountState.IN_OPERATION}:
        assert sent(account=replace(X, state=state)) == ["not_in_operation"], state


# One thing wrong with a delivery's social account, post or facts → its code, at sending and at release by name.
# "-" where the act does not mind.
DELIVERY_FAULTS: dict[str, tuple[Callable[[Delivery], Delivery], str, str]] = {
    "no clearance": (lambda d: replace(d, clearance_live=False), "no_clearance", "no_clearance"),
    "suspended": (of_account(restrictions=(DISASTER,)), "suspended_disaster", "suspended_disaster"),
    "scandal": (of_account(restrictions=(SCANDAL,)), "suspended_scandal", "suspended_scandal"),
    "limited": (of_account(restrictions=(LIMITED,)), "disaster_only", "disaster_only"),
    "flaming": (of_account(restrictions=(FLAMING,)), "flaming", "-"),
    "caught": (of_account(restrictions=(replace(DISASTER, ended_at=NOW),)), "awaiting_release", "-"),
    "closed": (of_account(state=AccountState.CLOSED), "not_in_operation", "not_in_operation"),
    "no policy": (of_account(policy_in_force=False), "no_policy_in_force", "no_policy_in_force"),
    "category": (
        of_account(policy_categories=frozenset()),
        "category_outside_policy",
        "category_outside_policy",
    ),
    "election": (its_post(elections=(SOUND_ELECTION,)), "election_unconfirmed", "election_unconfirmed"),
    "hours": (of_account(calendar=WorkingCalendar(opens=time(10, 1))), "out_of_hours", "out_of_hours"),
    "its own limit": (its_post(latest_at=NOW - TICK), "latest_passed", "latest_passed"),
    "its own limit is now": (its_post(latest_at=NOW), "-", "latest_passed"),
    "too late": (lambda d: replace(d, latest_at=NOW - TICK), "too_late", "-"),
    "the releaser wrote": (its_post(contributors=EVERYBODY), "-", "approver_contributed"),
}


def test_delivery_gets_exactly_its_code_when_one_thing_is_wrong_at_sending_or_release() -> None:
    for name, (change, at_sending, at_release) in DELIVERY_FAULTS.items():
        for act in DELIVERY_ACTS:
            code = {"send": at_sending, "take": at_sending, "release": at_release}.get(act.split()[0], "-")
            want = [] if code == "-" else [code]
            assert codes(DELIVERY_ACTS[act].on(change(SOUND_DELIVERY))) == want, (name, act)


def test_delivery_is_late_only_after_its_latest_instant_when_sent() -> None:
    """The drafter's own limit is named before the city's."""
    for latest, late in ((None, False), (NOW, False), (NOW + TICK, False), (NOW - TICK, True)):
        assert sent(latest_at=latest) == ["too_late"] * late, latest
        own = of_post(latest_at=latest)
        assert sent(post=own, latest_at=None) == ["latest_passed"] * late, latest
        assert sent(post=own, latest_at=NOW - TICK) == ["latest_passed" if late else "too_late"], latest


def test_dropping_wants_a_reason_and_nothing_else_when_held() -> None:
    broken = replace(SOUND_DELIVERY, account=replace(X, state=AccountState.CLOSED, restrictions=(DISASTER,)))
    for reason, want in (("時機を過ぎた。", []), (" 　", ["reason_missing"])):
        asked = replace(broken, asked=replace(broken.asked, reason=reason))
        assert codes(DELIVERY_ACTS["drop"].on(asked)) == want


def test_delivery_is_judged_on_its_own_account_only_when_the_post_has_others() -> None:
    broken = replace(X, id=9, state=AccountState.CLOSED, policy_in_force=False, text_over=5)
    assert sent(post=of_post(targets=(broken,))) == []
    assert sent(account=broken, post=of_post(targets=(X,))) == ["no_policy_in_force", "not_in_operation"]


def test_delivery_goes_when_its_chief_has_left_office_since() -> None:
    """Authority is judged when somebody decides, not again at sending."""
    assert sent(post=of_post(approvers=(), deciders=frozenset({SUZUKI.id}))) == []


# --- Policies and the register

ITEMS = {
    "mima:3-2-ア": "サービスの名前",
    "mima:3-2-イ": "アカウントの名前とURL",
    "mima:3-2-ウ": "目的と発信内容",
    "mima:3-2-エ": "運用する人・時間・対応",
    "mima:3-2-オ": "個人情報の扱い",
    "mima:3-2-カ": "著作権など",
    "mima:3-2-キ": "責任を負えない範囲",
}
PUT_TO_DECISION = {
    Verb.ASK_DECISION: replace(SOUND_POLICY, state=PolicyState.DRAFTING),
    Verb.DECIDE_POLICY: replace(SOUND_POLICY, state=PolicyState.AWAITING_DECISION),
}


def put_to_decision(verb: Verb, **changes: object) -> list[str]:
    policy: Policy = replace(PUT_TO_DECISION[verb], **changes)  # type: ignore[arg-type]
    return codes(judge(verb, policy, SUZUKI))


@pytest.mark.clause("mima:3-2-柱")
@pytest.mark.clause("toyama:5-2-策定")
@pytest.mark.parametrize(
    "item",
    [
        pytest.param("mima:3-2-ア", marks=pytest.mark.clause("mima:3-2-ア")),
        pytest.param("mima:3-2-イ", marks=pytest.mark.clause("mima:3-2-イ")),
        pytest.param("mima:3-2-ウ", marks=pytest.mark.clause("mima:3-2-ウ")),
        pytest.param("mima:3-2-エ", marks=pytest.mark.clause("mima:3-2-エ")),
        pytest.param("mima:3-2-オ", marks=pytest.mark.clause("mima:3-2-オ")),
        pytest.param("mima:3-2-カ", marks=pytest.mark.clause("mima:3-2-カ")),
        pytest.param("mima:3-2-キ", marks=pytest.mark.clause("mima:3-2-キ")),
    ],
)
def test_policy_is_not_put_to_decision_when_an_item_is_empty(item: str) -> None:
    for verb, policy in PUT_TO_DECISION.items():
        decision = judge(verb, replace(policy, empty_items=(ITEMS[item],)), SUZUKI)
        assert isinstance(decision, Refused), verb
        assert [(r.code, ITEMS[item] in r.sentence) for r in decision.reasons] == [
            ("policy_item_empty", True)
        ]


@pytest.mark.clause("mima:3-2-ア", "mima:3-2-イ")
def test_policy_is_not_put_to_decision_when_it_names_another_account_than_the_register() -> None:
    for verb, policy in PUT_TO_DECISION.items():
        decision = judge(verb, replace(policy, unlike_register=("ア 名前", "イ URL")), SUZUKI)
        assert isinstance(decision, Refused), verb
        said = [(reason.code, reason.sentence) for reason in decision.reasons]
        assert said == [
            ("policy_unlike_register", "「ア 名前」が、公式アカウント台帳と違います。"),
            ("policy_unlike_register", "「イ URL」が、公式アカウント台帳と違います。"),
        ]


def test_correction_names_each_account_that_the_first_post_never_reached_when_there_are_two() -> None:
    post = replace(SOUND_POST, kind=PostKind.CORRECTION, beyond_corrected=("見本市LINE", X.name))
    decision = POST_ACTS["submit"].on(post)
    assert isinstance(decision, Refused)
    assert [reason.account for reason in decision.reasons] == ["見本市LINE", X.name]


INVISIBLE = ("", " 　\n", "\u200b\ufeff", "\u3164", "\u2800", "\x1b\x00")


@pytest.mark.parametrize("nothing", INVISIBLE, ids=ascii)
def test_text_of_which_nothing_is_seen_is_no_text_when_something_is_owed(nothing: str) -> None:
    for act, change, code in (
        ("submit", on_post(title=nothing), "title_missing"),
        ("submit", on_post(category=nothing), "category_missing"),
        ("submit", on_post(category="税", category_note=nothing, targets=(X,)), "category_outside_policy"),
        ("return", on_asked(reason=nothing), "reason_missing"),
        ("cancel", on_asked(reason=nothing), "reason_missing"),
        ("claim", on_post(claim=Claim(Ground.PUBLIC, PublicSource(nothing, TODAY))), "source_missing"),
        ("claim", on_post(claim=Claim(Ground.FACT, PastFact(nothing, TODAY))), "fact_missing"),
        ("claim", on_post(claim=Claim(Ground.LAW, LawCitation(nothing, "第1条"))), "law_missing"),
        ("claim", on_post(claim=Claim(Ground.LAW, LawCitation("水防法", nothing))), "article_missing"),
        ("claim", on_post(claim=Claim(Ground.DISASTER, DisasterReport(nothing, "県", NOW))), "kind_missing"),
        (
            "claim",
            on_post(claim=Claim(Ground.DISASTER, DisasterReport("気象", nothing, NOW))),
            "announcer_missing",
        ),
    ):
        assert codes(POST_ACTS[act].on(change(SOUND_POST))) == [code], (act, code)


def test_policy_names_every_empty_item_when_several_are_empty() -> None:
    for verb in PUT_TO_DECISION:
        assert put_to_decision(verb, empty_items=tuple(ITEMS.values())) == ["policy_item_empty"] * 7


def test_policy_has_a_later_day_than_the_last_when_it_is_put_to_decision() -> None:
    for verb in PUT_TO_DECISION:
        assert put_to_decision(verb) == []
        assert put_to_decision(verb, effective_on=None) == ["effective_on_missing"]
        assert put_to_decision(verb, effective_on=TODAY) == ["effective_before_last"]
        assert put_to_decision(verb, effective_on=TODAY - DAY) == ["effective_before_last"]
        assert put_to_decision(verb, effective_on=TODAY, last_effective_on=None) == []


def test_policy_may_be_kept_unfinished_when_it_is_only_written() -> None:
    unfinished = replace(SOUND_POLICY, empty_items=tuple(ITEMS.values()), effective_on=None)
    assert codes(judge(Verb.WRITE_POLICY, unfinished, SATO)) == []


def test_act_on_policy_or_account_wants_a_reason_when_it_takes_something_back() -> None:
    unasked = replace(SOUND_POLICY.asked, reason=" 　")
    returned = replace(PUT_TO_DECISION[Verb.DECIDE_POLICY], asked=unasked)
    assert codes(judge(Verb.RETURN_POLICY, returned, SUZUKI)) == ["reason_missing"]
    for verb in (Verb.SUSPEND_ACCOUNT, Verb.CLOSE_ACCOUNT):
        assert codes(judge(verb, replace(X, asked=unasked), SUZUKI)) == ["reason_missing"], verb
        assert codes(judge(verb, X, SUZUKI)) == [], verb


@pytest.mark.clause("mima:3-1")
@pytest.mark.clause("toyama:5-2-掲載")
@pytest.mark.parametrize(
    ("verb", "state"),
    [(Verb.OPEN_ACCOUNT, AccountState.APPROVED), (Verb.RESUME_ACCOUNT, AccountState.SUSPENDED)],
)
def test_account_is_not_put_in_operation_when_no_policy_is_in_force(verb: Verb, state: AccountState) -> None:
    account = replace(X, state=state)
    assert codes(judge(verb, account, SUZUKI)) == []
    assert codes(judge(verb, replace(account, policy_in_force=False), SUZUKI)) == ["no_policy_in_force"]


def test_category_is_not_asked_for_when_no_policy_says_what_it_may_be() -> None:
    nothing = on_x(policy_in_force=False, policy_categories=frozenset())(SOUND_POST)
    assert codes(POST_ACTS["submit"].on(nothing)) == ["no_policy_in_force"]
