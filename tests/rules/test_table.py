"""Invariants of THE TABLE itself: no ambiguity, no dead end, one way to be cleared, everything named and grounded."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

import pytest

from rules import clauses, gates, who, withdrawing_gates
from rules.facts import Post
from rules.states import (
    MAY_BE_LIVE,
    OPEN,
    AccountState,
    ConfirmationState,
    DeliveryState,
    DeviceState,
    HeadquartersState,
    LedgerState,
    ListState,
    MemberState,
    PolicyState,
    PostState,
    RestrictionState,
    ReviewState,
    RulebookState,
    SectionState,
    StandingState,
    Subject,
    Verb,
)
from rules.transitions import LEARNT, NOTHING, TABLE, Transition, events, row_for, rows_of
from rules.workflow import Allowed, Refused
from tests.rules.cast import POST_ACTS, SATO, SOUND_POST, SUZUKI, TANAKA, judge

STATES = {
    Subject.POST: set(PostState),
    Subject.DELIVERY: set(DeliveryState),
    Subject.POLICY: set(PolicyState),
    Subject.ACCOUNT: set(AccountState),
    Subject.PERSON: set(MemberState),
    Subject.RESTRICTION: set(RestrictionState),
    Subject.HEADQUARTERS: set(HeadquartersState),
    Subject.CONFIRMATION: set(ConfirmationState),
    Subject.STANDING: set(StandingState),
    Subject.REVIEW: set(ReviewState),
    Subject.ELECTION: set(ListState),
    Subject.DAY: {ListState.LISTED},
    Subject.URGENCY: set(ListState),
    Subject.SECTION: set(SectionState),
    Subject.DEVICE: set(DeviceState),
    Subject.LEDGER: set(LedgerState),
    Subject.RULEBOOK: set(RulebookState),
}
# Where a life may end: nothing leads on from here.
ENDS = {
    Subject.POST: {PostState.CANCELLED},
    Subject.DELIVERY: {
        DeliveryState.ACCEPTED,
        DeliveryState.REJECTED,
        DeliveryState.DROPPED,
        DeliveryState.SUPERSEDED,
    },
    Subject.POLICY: set(),
    Subject.ACCOUNT: {AccountState.CLOSED},
    Subject.RESTRICTION: {RestrictionState.ENDED},
    Subject.HEADQUARTERS: {HeadquartersState.DISSOLVED},
    Subject.CONFIRMATION: {ConfirmationState.RATIFIED, ConfirmationState.DENIED},
    Subject.STANDING: {StandingState.ENDED},
    Subject.REVIEW: {ReviewState.DONE},
    Subject.ELECTION: {ListState.RETIRED},
    Subject.URGENCY: {ListState.RETIRED},
    Subject.DEVICE: {DeviceState.ENDED},
}
# What a life is for: from everywhere that is not an end, one of these can still be reached.
GOALS = {
    Subject.POST: {PostState.CLEARED},
    Subject.DELIVERY: {DeliveryState.ACCEPTED},
    Subject.POLICY: {PolicyState.PUBLISHED},
    Subject.ACCOUNT: {AccountState.IN_OPERATION},
    # Whatever began somebody can end: no restriction lasts because nobody may lift it.
    Subject.RESTRICTION: {RestrictionState.ENDED},
    Subject.HEADQUARTERS: {HeadquartersState.DISSOLVED},
    Subject.CONFIRMATION: {ConfirmationState.RATIFIED},
    Subject.STANDING: {StandingState.ENDED},
    Subject.REVIEW: {ReviewState.DONE},
    Subject.ELECTION: {ListState.RETIRED},
    Subject.URGENCY: {ListState.RETIRED},
    Subject.DEVICE: {DeviceState.ENROLLED, DeviceState.ENDED},
}
# These come of another act: a clearance, a confirmation of a post, a waiver.
BEGINS = {
    Subject.DELIVERY: DeliveryState.WAITING,
    Subject.CONFIRMATION: ConfirmationState.RECORDED,
    Subject.REVIEW: ReviewState.OPEN,
}
LIVES = list(GOALS)
JAPANESE = re.compile(r"^[\u3040-\u30ff\u3400-\u9fff々・0-9]+$")
HANDS = {"", "contributor", "approver", "checker", "worker", "policy_writer", "section_chief", "web_admin"}
HANDS |= {"owner", "person", "ledger_keeper"}


def of(subject: Subject) -> list[Transition]:
    return [row for row in TABLE if row.subject == subject]


def ways_on(subject: Subject) -> dict[str, set[str]]:
    """State → the states that it leads to by one row."""
    ways: dict[str, set[str]] = defaultdict(set)
    for row in of(subject):
        for source in row.sources:
            ways[source].add(row.target or source)
    if subject in BEGINS:
        ways[NOTHING].add(BEGINS[subject])
    if subject == Subject.DELIVERY:
        for before, after, _ in LEARNT:
            ways[before].add(after)
    return ways


def reachable(ways: dict[str, set[str]], starts: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting.extend(ways.get(state, ()))
    return seen


def test_verb_is_in_the_table_under_one_subject_when_it_exists() -> None:
    subjects = defaultdict(set)
    for row in TABLE:
        subjects[row.verb].add(row.subject)
    assert set(subjects) == set(Verb)
    assert {verb: len(kinds) for verb, kinds in subjects.items() if len(kinds) != 1} == {}


def test_sources_of_a_verb_never_overlap_when_it_has_several_rows() -> None:
    counted = Counter((row.subject, row.verb, source) for row in TABLE for source in row.sources)
    assert {place: n for place, n in counted.items() if n > 1} == {}


def test_row_is_found_from_each_of_its_sources_and_from_no_other_state() -> None:
    for row in TABLE:
        for source in STATES[row.subject] | {NOTHING}:
            found = row_for(row.subject, row.verb, source)
            assert (found == row) == (source in row.sources), (row.verb, source)
    every_state = {state for states in STATES.values() for state in states}
    for row in TABLE:
        for other in set(Subject) - {row.subject}:
            assert all(row_for(other, row.verb, state) is None for state in every_state), (row.verb, other)
    assert len(rows_of(Subject.POST, Verb.RETURN)) == 2
    assert rows_of(Subject.POLICY, Verb.RETURN) == ()


def test_row_leads_between_states_of_its_own_subject_when_followed() -> None:
    for row in TABLE:
        states = STATES[row.subject]
        assert row.sources, row
        assert row.sources <= states | {NOTHING}, row
        assert row.target is None or row.target in states, row


@pytest.mark.parametrize("subject", LIVES)
def test_every_state_is_reached_and_has_a_way_on_when_walked_from_the_beginning(subject: Subject) -> None:
    ways = ways_on(subject)
    reached = reachable(ways, [NOTHING]) - {NOTHING}
    assert reached == STATES[subject]
    dead_ends = {state for state in reached if not ways[state] - {state}}
    published_again = {PolicyState.PUBLISHED} if subject == Subject.POLICY else set()
    assert dead_ends == ENDS[subject] | published_again


@pytest.mark.parametrize("subject", LIVES)
def test_goal_can_still_be_reached_from_every_state_that_is_no_end(subject: Subject) -> None:
    ways = ways_on(subject)
    for state in STATES[subject] - ENDS[subject]:
        assert reachable(ways, [state]) & GOALS[subject], state


@pytest.mark.clause("mima:5-本文")
@pytest.mark.clause("mima:5-ただし書")
@pytest.mark.clause("mima:5-ただし書-緊急")
def test_post_is_cleared_only_by_approval_second_check_or_waiver_when_the_table_is_read() -> None:
    clearing = {(row.verb, row.sources) for row in of(Subject.POST) if row.target == PostState.CLEARED}
    assert clearing == {
        (Verb.APPROVE, frozenset({PostState.AWAITING_APPROVAL})),
        (Verb.SECOND_CHECK, frozenset({PostState.AWAITING_CHECK})),
        (Verb.SEND_IN_EMERGENCY, frozenset({PostState.DRAFTING})),
    }


def test_decision_on_a_post_is_bound_to_what_was_read_when_the_table_is_read() -> None:
    """Who approves, checks, returns or hands on answers for one version; so does who asks for it."""
    unbound = {Verb.DRAFT, Verb.EDIT, Verb.TAKE_BACK, Verb.CANCEL, Verb.HAND_BACK, Verb.HAND_OVER}
    for row in of(Subject.POST):
        assert (gates.SEEN in row.gates) == (row.verb not in unbound), row.verb


def test_act_that_stops_or_resumes_something_wants_a_reason_when_the_table_is_read() -> None:
    """Starting a restriction does not: it is one click and a second one of confirmation."""
    stopping = {
        *(Verb.RETURN, Verb.ESCALATE, Verb.CANCEL, Verb.HAND_BACK, Verb.DROP, Verb.PUT_BACK),
        Verb.WITHDRAW,
        *(Verb.RETURN_POLICY, Verb.SUSPEND_ACCOUNT, Verb.CLOSE_ACCOUNT),
        *(Verb.LIFT, Verb.END_LIMIT, Verb.END_FLAMING),
        *(Verb.DENY, Verb.REVIEW_AFTERWARDS, Verb.RETIRE_ELECTION, Verb.SET_DAY),
        *(Verb.NAME_DEPUTY, Verb.ASK_ROTATION, Verb.ASK_DEVICE_BACK, Verb.END_DEVICE, Verb.RETURN_PERSON),
        *(Verb.ADOPT_RULEBOOK, Verb.SWITCH_DUTY, Verb.WRITE_RULEBOOK),
    }
    assert {row.verb for row in TABLE if gates.REASON in row.gates} == stopping
    assert all(gates.REASON in row.gates for row in TABLE if row.verb in stopping)


@pytest.mark.clause("mima:5-本文")
def test_only_sending_arms_a_delivery_and_asks_again_for_everything_when_the_table_is_read() -> None:
    rows = [row for row in of(Subject.DELIVERY) if row.target == DeliveryState.ARMED]
    assert [row.verb for row in rows] == [Verb.SEND, Verb.TAKE]
    sending, taking = (set(row.gates) for row in rows)
    assert {gates.CLEARANCE, gates.IN_OPERATION, gates.POLICY} <= sending
    assert rows[0].who.name == "worker"
    assert {gate.name for gate in taking - sending} == {"device", "by_hand", "due"}
    assert sending <= taking


def test_nothing_that_is_learnt_arms_or_wakes_what_may_be_live_when_the_list_is_read() -> None:
    """Only a decision arms; and of what may be live, only what surely was not sent waits again."""
    assert DeliveryState.ARMED not in {after for _, after, _ in LEARNT}
    again = {before for before, after, _ in LEARNT if after in OPEN and before in MAY_BE_LIVE}
    assert again == {DeliveryState.ARMED}
    d = DeliveryState
    learnt = {
        d.ARMED: {d.ACCEPTED, d.REJECTED, d.UNKNOWN, d.WAITING},
        d.UNKNOWN: {d.ACCEPTED, d.EXPIRED},
        d.WAITING: {d.HELD, d.EXPIRED, d.DROPPED, d.SUPERSEDED},
        d.HELD: {d.EXPIRED, d.DROPPED, d.SUPERSEDED},
    }
    assert {(before, after) for before, after, _ in LEARNT} == {
        (before, after) for before, afters in learnt.items() for after in afters
    }
    assert all(JAPANESE.match(label) for _, _, label in LEARNT)


def test_clearing_rows_ask_for_other_eyes_and_the_seen_version_when_the_table_is_read() -> None:
    """The waiver needs no other eyes now: an emergency stands for them, and a review comes afterwards."""
    instead = {"approver_four_eyes", "checker_four_eyes", "urgency"}
    for row in of(Subject.POST):
        if row.target == PostState.CLEARED:
            names = {gate.name for gate in row.gates}
            assert {"seen", "in_operation", "policy", *PUBLISHING} <= names, row.verb
            assert len(names & instead) == 1, row.verb
            assert ("urgency" in names) == (row.verb == Verb.SEND_IN_EMERGENCY)


# Judged at clearance, at the release of what was held, and in the last instant before sending.
PUBLISHING = ("limited", "suspended", "flaming", "election", "hours")
# Domain report, section 4: 9(2) device, 8(2), 8(1), 7(4), then Art. 5, and 9(1).
IN_ORDER = ("device", *PUBLISHING[:3], "clearance", "hours")


def test_gates_of_publication_are_asked_again_at_release_and_sending_when_the_table_is_read() -> None:
    for row in of(Subject.DELIVERY):
        names = [gate.name for gate in row.gates]
        again = {Verb.RELEASE: {"device"}, Verb.SEND: {"released", "late"}}.get(row.verb)
        if again is not None:
            assert {*PUBLISHING, *again} <= set(names), row.verb


def test_gates_stand_in_the_order_of_the_decision_table_when_shown() -> None:
    for row in TABLE:
        names = [gate.name for gate in row.gates]
        if set(PUBLISHING[:3]) <= set(names):
            assert [name for name in names if name in IN_ORDER] == [
                name for name in IN_ORDER if name in names
            ], row.verb
            front = ["device"] if "device" in names else []
            assert names[: len(front) + 3] == [*front, *PUBLISHING[:3]], row.verb


# What each gate is called, and the duty it can be switched off by.
GATES = {
    "targets": "register",
    "in_operation": "register",
    "policy": "policy",
    "category": "category",
    "text": "text_limit",
    "schedule": "clearance",
    "latest": "clearance",
    "title": "approval",
    "title_kept": "approval",
    "declared": "declaration",
    "origin": "correction",
    "corrects": "correction",
    "not_continued": "correction",
    "not_decider": "four_eyes",
    "not_frozen": "correction",
    "reason": "approval",
    "seen": "clearance",
    "approver_four_eyes": "four_eyes",
    "checker_four_eyes": "second_check",
    "ticks": "public_order",
    "cancellable": "clearance",
    "clearance": "clearance",
    "claim": "exemption",
    "policy_items": "policy_items",
    "like_register": "policy_items",
    "effective_on": "policy",
    "send_only": "send_only",
    "research": "research",
    "account_policy": "policy",
    "able": "staff",
    "staff_only": "staff",
    "scope": "staff",
    "period": "staff",
    "held": "staff",
    "still_here": "staff",
    "gone": "staff",
    "not_last_admin": "staff",
    "saw": "settling",
    "address": "settling",
    "at_rest": "settling",
    "was_taken": "settling",
    "not_gone_on": "settling",
    "ordered": "settling",
    "not_ordered": "correction",
    "chief_in_the_storm": "flaming_deletion",
    "device": "device",
    "limited": "disaster_only",
    "suspended": "suspension",
    "flaming": "flaming",
    "released": "resumption",
    "statement": "suspension",
    "consulted": "resumption",
    "urgency": "emergency",
    "now": "emergency",
    "hours": "out_of_hours",
    "election": "election",
    "late": "clearance",
    "restriction_scope": "suspension",
    "cause": "suspension",
    "not_covered": "suspension",
    "hq_stands": "disaster_only",
    "consultation": "resumption",
    "not_limited": "disaster_only",
    "no_other_hq": "disaster_only",
    "set_up": "disaster_only",
    "dissolved": "disaster_only",
    "word": "out_of_hours",
    "not_own_record": "four_eyes",
    "standing": "out_of_hours",
    "releaser_four_eyes": "four_eyes",
    "reviewer_four_eyes": "four_eyes",
    "election_entry": "election",
    "urgency_entry": "emergency",
    "embargo": "embargo",
    "owning_section": "owning_section",
    "topic_word": "owning_section",
    "says_what_is_wrong": "owning_section",
    "by_hand": "clearance",
    "due": "clearance",
    "page": "settling",
    "successor": "staff",
    "order": "staff",
    "one_chief": "staff",
    "not_own_deputy": "staff",
    "not_read_yet": "handbook",
    "section_name": "staff",
    "not_circular": "staff",
    "device_key": "staff",
    "stays_put": "staff",
    "code": "staff",
    "ledger": "staff",
    "known_rulebook": "staff",
    "document": "staff",
    "from_a_day_to_come": "staff",
    "switchable": "staff",
    "not_last": "staff",
}


def test_gates_and_their_duties_are_the_agreed_ones_when_the_table_is_read() -> None:
    assert {gate.name: gate.duty for row in TABLE for gate in row.gates} == GATES


# Where every act leads, on which duty, and who acts next ("" nobody in particular). None: the state stays.
AGREED: dict[Verb, tuple[str | None, str, str]] = {
    Verb.DRAFT: ("drafting", "staff", "contributor"),
    Verb.EDIT: ("drafting", "clearance", "contributor"),
    Verb.SUBMIT: ("awaiting_approval", "approval", "approver"),
    Verb.CLAIM: ("awaiting_check", "exemption", "checker"),
    Verb.SEND_IN_EMERGENCY: ("cleared", "emergency", "worker"),
    Verb.CONFIRM: (None, "out_of_hours", ""),
    Verb.APPROVE: ("cleared", "approval", "worker"),
    Verb.SECOND_CHECK: ("cleared", "second_check", "worker"),
    Verb.ESCALATE: ("awaiting_approval", "approval", "approver"),
    Verb.TAKE_BACK: ("drafting", "approval", "contributor"),
    Verb.CANCEL: ("cancelled", "approval", ""),
    Verb.HAND_BACK: ("drafting", "resumption", "contributor"),
    Verb.SEND: ("armed", "clearance", "worker"),
    Verb.RELEASE: ("waiting", "resumption", "worker"),
    Verb.DROP: ("dropped", "resumption", ""),
    Verb.TAKE: ("armed", "clearance", ""),
    Verb.REPORT: ("accepted", "settling", ""),
    Verb.PUT_BACK: ("waiting", "settling", ""),
    Verb.SETTLE_LIVE: ("accepted", "settling", ""),
    Verb.SETTLE_NOT_LIVE: ("expired", "settling", ""),
    Verb.SETTLE_AFTER_ALL: ("accepted", "settling", ""),
    Verb.WITHDRAW: (None, "correction", "contributor"),
    Verb.TELL_GONE: (None, "settling", ""),
    Verb.WRITE_POLICY: ("drafting", "policy", "policy_writer"),
    Verb.ASK_DECISION: ("awaiting_decision", "policy_items", "section_chief"),
    Verb.DECIDE_POLICY: ("decided", "policy", "web_admin"),
    Verb.RETURN_POLICY: ("drafting", "policy", "policy_writer"),
    Verb.PUBLISH_POLICY: ("published", "policy_publication", ""),
    Verb.REQUEST_ACCOUNT: ("requested", "register", "section_chief"),
    Verb.APPROVE_ACCOUNT: ("approved", "register", "policy_writer"),
    Verb.OPEN_ACCOUNT: ("in_operation", "policy", ""),
    Verb.SUSPEND_ACCOUNT: ("suspended", "register", ""),
    Verb.RESUME_ACCOUNT: ("in_operation", "policy", ""),
    Verb.CLOSE_ACCOUNT: ("closed", "register", ""),
    Verb.SET_CREDENTIAL: (None, "credentials", ""),
    Verb.MARK_BOARD: (None, "election", ""),
    Verb.REGISTER_PERSON: ("registered", "staff", ""),
    Verb.GIVE_ROLE: (None, "staff", ""),
    Verb.LET_DRAFT: (None, "staff", ""),
    Verb.END_ROLE: (None, "staff", ""),
    Verb.STOP_DRAFT: (None, "staff", ""),
    Verb.LEAVE: (None, "staff", ""),
    Verb.RETURN_PERSON: (None, "staff", ""),
    Verb.SUSPEND_POSTING: ("suspension", "suspension", "section_chief"),
    Verb.START_FLAMING: ("flaming", "flaming_report", "section_chief"),
    Verb.LIMIT_TO_DISASTER: ("disaster_only", "disaster_only", "section_chief"),
    Verb.LIFT: ("ended", "resumption", "approver"),
    Verb.END_LIMIT: ("ended", "disaster_only", "approver"),
    Verb.END_FLAMING: ("ended", "flaming", "approver"),
    Verb.SET_UP_HQ: ("standing", "disaster_only", ""),
    Verb.DISSOLVE_HQ: ("dissolved", "disaster_only", ""),
    Verb.RATIFY: ("ratified", "out_of_hours", ""),
    Verb.DENY: ("denied", "out_of_hours", ""),
    Verb.GIVE_STANDING: ("in_force", "out_of_hours", ""),
    Verb.END_STANDING: ("ended", "out_of_hours", ""),
    Verb.REVIEW_AFTERWARDS: ("done", "emergency", ""),
    Verb.LIST_ELECTION: ("listed", "election", ""),
    Verb.RETIRE_ELECTION: ("retired", "election", ""),
    Verb.SET_DAY: ("listed", "out_of_hours", ""),
    Verb.LIST_URGENCY: ("listed", "emergency", ""),
    Verb.RETIRE_URGENCY: ("retired", "emergency", ""),
    Verb.CONFIRM_TOPIC: (None, "owning_section", ""),
    Verb.HAND_OVER: (None, "staff", "owner"),
    Verb.NAME_DEPUTY: (None, "approval", "person"),
    Verb.END_DEPUTY: (None, "approval", "person"),
    Verb.MOVE_PERSON: (None, "staff", "person"),
    Verb.READ_HANDBOOK: (None, "handbook", ""),
    Verb.ADD_SECTION: ("registered", "staff", ""),
    Verb.CHANGE_SECTION: (None, "staff", ""),
    Verb.RECORD_CREDENTIAL: (None, "credentials", ""),
    Verb.ASK_ROTATION: (None, "credentials", "ledger_keeper"),
    Verb.ENROL_DEVICE: ("enrolled", "device", ""),
    Verb.INVITE_DEVICE: ("invited", "device", ""),
    Verb.JOIN_DEVICE: ("enrolled", "device", ""),
    Verb.HAND_DEVICE: (None, "device", ""),
    Verb.ASK_DEVICE_BACK: (None, "device", ""),
    Verb.END_DEVICE: ("ended", "device", ""),
    Verb.ADOPT_RULEBOOK: ("kept", "rule_versions", ""),
    Verb.SWITCH_DUTY: ("kept", "rule_versions", ""),
    Verb.WRITE_RULEBOOK: ("kept", "rule_versions", ""),
}
# The same words on two roads: the approver returns, and the checker does.
RETURNING = [("drafting", "approval", "contributor"), ("drafting", "second_check", "contributor")]


@pytest.mark.clause("mima:7-4-報告")
def test_row_leads_where_it_was_agreed_and_tells_who_is_next_when_the_table_is_read() -> None:
    """7(4): that a storm was reported is in the section chief's hands at once."""
    rows = [(row.verb, (row.target, row.duty, row.next_hand)) for row in TABLE]
    assert sorted(led for verb, led in rows if verb == Verb.RETURN) == RETURNING
    others = [row for row in rows if row[0] != Verb.RETURN]
    assert dict(others) == AGREED
    assert len(others) == len(AGREED)


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.clause("mima:8-2")
def test_kind_of_restriction_is_ended_by_one_verb_of_its_own_when_the_table_is_read() -> None:
    ending = {
        source: {row.verb for row in of(Subject.RESTRICTION) if source in row.sources}
        for source in RestrictionState
    }
    assert ending == {
        RestrictionState.SUSPENSION: {Verb.LIFT},
        RestrictionState.DISASTER_ONLY: {Verb.END_LIMIT},
        RestrictionState.FLAMING: {Verb.END_FLAMING},
        RestrictionState.ENDED: set(),
    }


@pytest.mark.clause("mima:7-1", "mima:7-4-反論禁止", "mima:7-4-削除禁止")
def test_row_16_what_went_out_is_deleted_by_the_chiefs_order_alone_and_never_hidden_or_edited() -> None:
    """Row 16, for deleting, hiding and editing: one act, of the chief, with a reason; the record of the text stays."""
    went_out = {DeliveryState.ARMED, DeliveryState.ACCEPTED}
    # Whoever took one to bring it out by hand says that it is out, or that it never was.
    told = [row.verb for row in of(Subject.DELIVERY) if row.sources & went_out]
    assert told == [Verb.REPORT, Verb.PUT_BACK, Verb.WITHDRAW, Verb.TELL_GONE]
    order = next(row for row in of(Subject.DELIVERY) if row.verb == Verb.WITHDRAW)
    assert (order.who, order.target) == (who.APPROVER, None)
    wanted = {gates.REASON, withdrawing_gates.NOT_ORDERED, withdrawing_gates.CHIEF_IN_THE_STORM}
    assert wanted <= set(order.gates)
    settling = {Verb.SEND, Verb.SETTLE_LIVE, Verb.SETTLE_NOT_LIVE}
    assert {row.verb for row in of(Subject.DELIVERY) if DeliveryState.UNKNOWN in row.sources} == settling
    assert not [verb for verb in Verb if re.search("delete|remove|hide|erase|unpublish", verb)]
    for row in of(Subject.POST):
        if row.target == PostState.DRAFTING and PostState.CLEARED in row.sources:
            assert gates.NOT_FROZEN in row.gates, row.verb


def test_account_is_opened_only_by_a_row_that_asks_for_the_policy_when_the_table_is_read() -> None:
    for row in of(Subject.ACCOUNT):
        if row.target == AccountState.IN_OPERATION:
            assert "policy" in {gate.duty for gate in row.gates}, row.verb


def test_every_row_gate_and_group_has_a_name_and_a_japanese_label_when_shown() -> None:
    groups = [row.who for row in TABLE]
    all_gates = [gate for row in TABLE for gate in row.gates]
    for labelled in [*TABLE, *groups, *all_gates]:
        assert JAPANESE.match(labelled.label), labelled
    for named in [*groups, *all_gates]:
        assert re.fullmatch(r"[a-z_]+", named.name), named
    for name in {gate.name for gate in all_gates}:
        same_name = {gate for gate in all_gates if gate.name == name}
        duties = {gate.duty for gate in same_name}
        assert len(duties) == 1, name
    assert {row.next_hand for row in TABLE} <= HANDS


def test_event_is_a_past_happening_of_its_subject_when_recorded() -> None:
    for row in TABLE:
        assert re.fullmatch(rf"{row.subject}\.[a-z]+(_[a-z]+)*", row.event), row.event
        words = row.event.partition(".")[2].split("_")
        past = ("ed", "en", "set", "let", "sent", "read", "put")
        assert any(word.endswith(past) for word in words), row.event
    assert events() == {row.event for row in TABLE}


def test_event_tells_verbs_apart_when_two_verbs_act_on_one_subject() -> None:
    verbs = defaultdict(set)
    for row in TABLE:
        verbs[row.event].add(row.verb)
    assert {event: of_event for event, of_event in verbs.items() if len(of_event) > 1} == {}


def test_duty_stands_in_every_rulebook_when_a_row_or_gate_names_it() -> None:
    named = {row.duty for row in TABLE} | {gate.duty for row in TABLE for gate in row.gates}
    assert named <= clauses.DUTIES
    for book in clauses.available():
        assert named <= set(clauses.load(book).duties), book


def test_verb_of_another_subject_is_refused_with_its_own_name_when_tried() -> None:
    decision = judge(Verb.SEND, SOUND_POST, SATO)
    assert isinstance(decision, Refused)
    (reason,) = decision.reasons
    assert (reason.code, reason.duty) == ("wrong_state", "clearance")
    assert "「send」" in reason.sentence
    assert not decision.forbidden


# --- The same walk with people: every road is open to somebody


def walk(*steps: tuple[str, PostState]) -> PostState:
    """Go by the named acts, each by its person; returns where the post is at the end."""
    post: Post = SOUND_POST
    for name, target in steps:
        act = POST_ACTS[name]
        decision = judge(act.verb, post, act.by)
        assert isinstance(decision, Allowed), (name, decision)
        assert decision.row.target == target, name
        post = replace(post, state=PostState(decision.row.target))
    return post.state


S = PostState
ROADS = {
    "approval": (("submit", S.AWAITING_APPROVAL), ("approve", S.CLEARED)),
    "second check": (("claim", S.AWAITING_CHECK), ("second check", S.CLEARED)),
    "escalated": (("claim", S.AWAITING_CHECK), ("escalate", S.AWAITING_APPROVAL), ("approve", S.CLEARED)),
    "returned": (("submit", S.AWAITING_APPROVAL), ("return", S.DRAFTING), ("submit", S.AWAITING_APPROVAL)),
    "returned by the checker": (("claim", S.AWAITING_CHECK), ("return check", S.DRAFTING)),
    "taken back": (("submit", S.AWAITING_APPROVAL), ("take back", S.DRAFTING), ("cancel", S.CANCELLED)),
    "taken back from the check": (("claim", S.AWAITING_CHECK), ("take back check", S.DRAFTING)),
    "emergency": (("send in emergency", S.CLEARED),),
    "handed back when held": (
        ("submit", S.AWAITING_APPROVAL),
        ("approve", S.CLEARED),
        ("hand back", S.DRAFTING),
    ),
    "edited when cleared": (
        ("submit", S.AWAITING_APPROVAL),
        ("approve", S.CLEARED),
        ("edit cleared", S.DRAFTING),
    ),
}


@pytest.mark.parametrize("road", list(ROADS))
def test_road_is_open_from_its_beginning_to_its_end_when_everybody_does_their_part(road: str) -> None:
    assert walk(*ROADS[road]) == ROADS[road][-1][1]


def test_nobody_goes_both_ways_alone_when_a_post_is_drafted_and_cleared() -> None:
    """Drafting to cleared always takes two people, whoever of the three is alone."""
    for person in (SATO, TANAKA, SUZUKI):
        alone = replace(SOUND_POST, contributors=frozenset({person.id}))
        for name in ("approve", "second check"):
            act = POST_ACTS[name]
            assert not isinstance(judge(act.verb, replace(alone, state=act.state), person), Allowed)
