"""Who may do what to everything that is no post: every verb, state and person.

Written from the design (sections 1, 4, 5 and 6), the domain report (3.6, 3.9, 3.11) and Art. 3 (1) to (3), not read
from the code's own table.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rules.facts import Delivery, SubjectFacts
from rules.restraints import Restriction
from rules.states import (
    AccountState,
    ConfirmationState,
    DeliveryState,
    DeviceState,
    HeadquartersState,
    LedgerState,
    ListState,
    MemberState,
    PolicyState,
    RestrictionKind,
    RestrictionState,
    ReviewState,
    Role,
    RulebookState,
    SectionState,
    StandingState,
    Subject,
    Verb,
    WithdrawalState,
)
from rules.workflow import available_verbs
from tests.rules.cast import (
    CAST,
    CITY,
    HOUR,
    NOW,
    SATO,
    SOUND_CHANGE,
    SOUND_DAY,
    SOUND_DELIVERY,
    SOUND_DEVICE,
    SOUND_ELECTION,
    SOUND_HQ,
    SOUND_LINE,
    SOUND_MEMBER,
    SOUND_POLICY,
    SOUND_RESTRICTION,
    SOUND_REVIEW,
    SOUND_SECTION,
    SOUND_STANDING,
    SOUND_URGENCY,
    SOUND_WORD,
    SYSTEM_ADMIN,
    TOURISM,
    WEB_ADMIN,
    X,
    codes,
    held,
    judge,
    outcome,
)

NEW = "new"
SOUND: dict[Subject, SubjectFacts] = {
    Subject.DELIVERY: SOUND_DELIVERY,
    Subject.POLICY: SOUND_POLICY,
    Subject.ACCOUNT: X,
    Subject.PERSON: SOUND_MEMBER,
    Subject.RESTRICTION: SOUND_RESTRICTION,
    Subject.HEADQUARTERS: SOUND_HQ,
    Subject.CONFIRMATION: SOUND_WORD,
    Subject.STANDING: SOUND_STANDING,
    Subject.REVIEW: SOUND_REVIEW,
    Subject.ELECTION: SOUND_ELECTION,
    Subject.DAY: SOUND_DAY,
    Subject.URGENCY: SOUND_URGENCY,
    Subject.SECTION: SOUND_SECTION,
    Subject.DEVICE: SOUND_DEVICE,
    Subject.LEDGER: SOUND_LINE,
    Subject.RULEBOOK: SOUND_CHANGE,
}
STATES: dict[Subject, list[str]] = {
    Subject.DELIVERY: list(DeliveryState),
    Subject.POLICY: [NEW, *PolicyState],
    Subject.ACCOUNT: [NEW, *AccountState],
    Subject.PERSON: [NEW, *MemberState],
    Subject.RESTRICTION: [NEW, *RestrictionState],
    Subject.HEADQUARTERS: [NEW, *HeadquartersState],
    Subject.CONFIRMATION: list(ConfirmationState),
    Subject.STANDING: [NEW, *StandingState],
    Subject.REVIEW: list(ReviewState),
    Subject.ELECTION: [NEW, *ListState],
    Subject.DAY: [NEW, *ListState],
    Subject.URGENCY: [NEW, *ListState],
    Subject.SECTION: [NEW, *SectionState],
    Subject.DEVICE: [NEW, *DeviceState],
    Subject.LEDGER: list(LedgerState),
    Subject.RULEBOOK: [NEW, *RulebookState],
}
# Staff of the section write the policy and ask for an account; chief and deputy decide; web admins publish.
DECIDERS = {"suzuki", "deputy", "deputy_from_pr", "kato"}
# Who sees the social account says what became of a post: staff of its section, its drafters, chief and deputy.
SETTLERS = {"sato", "ito", "tanaka", "yamada", "deputy_before", "deputy_after"} | DECIDERS
SETTLERS |= {"outside_drafter", "drafts_for_one"}
WRITERS = {"sato", "tanaka", "yamada", "deputy_before", "deputy_after", "web_admin"} | DECIDERS
# Anybody on the social account may stop it, contractors included; whoever holds an office of it, too.
RESTRAINERS = SETTLERS | {"ono", "new_contractor", "new_manager", "contractor_chief"}
# What was begun is ended by the chief or deputy responsible, or of the section above; the storm by a chief alone.
LIFTERS = DECIDERS | {"parent_chief"}
CHIEFS = {"suzuki", "kato", "parent_chief"}
SOME_OFFICE = LIFTERS | {"mori"}
KEEPERS = SOME_OFFICE | {"system_admin"}
ALL_STAFF = {
    name
    for name, actor in CAST.items()
    if name not in ("elected", "left", "worker") and "contractor" not in name
}
ALL_STAFF -= {"ono", "new_manager"}
A, L, D = AccountState, PolicyState, DeliveryState
R, H, LISTED = RestrictionState, HeadquartersState, ListState.LISTED
NOT_CLOSED = {A.REQUESTED, A.APPROVED, A.IN_OPERATION, A.SUSPENDED}
ORACLE: dict[Subject, dict[Verb, tuple[set[str], set[str]]]] = {
    # An unknown delivery may be sent again with the same key, where the network knows it again.
    Subject.DELIVERY: {
        Verb.SEND: ({D.WAITING, D.HELD, D.UNKNOWN}, {"worker"}),
        Verb.TAKE: ({D.WAITING, D.HELD}, SETTLERS),
        Verb.REPORT: ({D.ARMED}, {"sato"}),
        Verb.PUT_BACK: ({D.ARMED}, {"sato"}),
        Verb.SETTLE_LIVE: ({D.UNKNOWN}, SETTLERS),
        Verb.SETTLE_NOT_LIVE: ({D.UNKNOWN}, SETTLERS),
        Verb.SETTLE_AFTER_ALL: ({D.EXPIRED}, SETTLERS),
        Verb.WITHDRAW: ({D.ACCEPTED}, DECIDERS),
        Verb.TELL_GONE: ({D.ACCEPTED}, SETTLERS),
        Verb.RELEASE: ({D.HELD}, DECIDERS),
        Verb.DROP: ({D.HELD}, DECIDERS),
    },
    Subject.POLICY: {
        Verb.WRITE_POLICY: ({NEW, L.DRAFTING}, WRITERS),
        Verb.ASK_DECISION: ({L.DRAFTING}, WRITERS),
        Verb.DECIDE_POLICY: ({L.AWAITING_DECISION}, DECIDERS),
        Verb.RETURN_POLICY: ({L.AWAITING_DECISION}, DECIDERS),
        Verb.PUBLISH_POLICY: ({L.DECIDED, L.PUBLISHED}, {"web_admin"}),
    },
    Subject.ACCOUNT: {
        Verb.REQUEST_ACCOUNT: ({NEW}, WRITERS),
        Verb.APPROVE_ACCOUNT: ({A.REQUESTED}, DECIDERS),
        Verb.OPEN_ACCOUNT: ({A.APPROVED}, DECIDERS),
        Verb.SUSPEND_ACCOUNT: ({A.IN_OPERATION}, DECIDERS),
        Verb.RESUME_ACCOUNT: ({A.SUSPENDED}, DECIDERS),
        Verb.CLOSE_ACCOUNT: (NOT_CLOSED, DECIDERS),
        Verb.SET_CREDENTIAL: (NOT_CLOSED, {"system_admin"}),
        Verb.MARK_BOARD: (NOT_CLOSED, DECIDERS),
    },
    # People are registered, given parts and relieved of them by the system admin alone.
    Subject.PERSON: {
        Verb.REGISTER_PERSON: ({NEW}, {"system_admin"}),
        Verb.GIVE_ROLE: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.LET_DRAFT: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.END_ROLE: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.STOP_DRAFT: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.LEAVE: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.RETURN_PERSON: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.MOVE_PERSON: ({MemberState.REGISTERED}, {"system_admin"}),
        # The chief names who stands in for them; the handbook everybody reads for themselves (nobody here is Nakamura).
        Verb.NAME_DEPUTY: ({MemberState.REGISTERED}, {"suzuki", "kato", "system_admin"}),
        Verb.END_DEPUTY: ({MemberState.REGISTERED}, {"suzuki", "kato", "system_admin"}),
        Verb.READ_HANDBOOK: ({MemberState.REGISTERED}, set()),
    },
    Subject.SECTION: {
        Verb.ADD_SECTION: ({NEW}, {"system_admin"}),
        Verb.CHANGE_SECTION: ({SectionState.REGISTERED}, {"system_admin"}),
    },
    # Machines are enrolled by the system admin; a passkey is made by whoever of the staff has the code in hand.
    Subject.DEVICE: {
        Verb.ENROL_DEVICE: ({NEW}, {"system_admin"}),
        Verb.INVITE_DEVICE: ({NEW, DeviceState.INVITED}, {"system_admin"}),
        Verb.JOIN_DEVICE: ({DeviceState.INVITED}, ALL_STAFF),
        Verb.HAND_DEVICE: ({DeviceState.ENROLLED}, {"system_admin"}),
        Verb.ASK_DEVICE_BACK: ({DeviceState.ENROLLED}, {"system_admin"}),
        Verb.END_DEVICE: ({DeviceState.INVITED, DeviceState.ENROLLED}, {"system_admin"}),
    },
    Subject.LEDGER: {
        Verb.RECORD_CREDENTIAL: (set(LedgerState), DECIDERS | {"system_admin"}),
        Verb.ASK_ROTATION: (set(LedgerState), DECIDERS | {"system_admin"}),
    },
    Subject.RULEBOOK: {
        Verb.ADOPT_RULEBOOK: ({NEW}, {"system_admin"}),
        Verb.SWITCH_DUTY: ({NEW}, {"system_admin"}),
        Verb.WRITE_RULEBOOK: ({NEW}, {"system_admin"}),
    },
    Subject.RESTRICTION: {
        Verb.SUSPEND_POSTING: ({NEW}, RESTRAINERS),
        Verb.START_FLAMING: ({NEW}, RESTRAINERS),
        Verb.LIMIT_TO_DISASTER: ({NEW}, LIFTERS),
        Verb.LIFT: ({R.SUSPENSION}, LIFTERS),
        Verb.END_LIMIT: ({R.DISASTER_ONLY}, LIFTERS),
        Verb.END_FLAMING: ({R.FLAMING}, CHIEFS),
    },
    # The headquarters is the whole city's: any chief or deputy writes it down.
    Subject.HEADQUARTERS: {
        Verb.SET_UP_HQ: ({NEW}, SOME_OFFICE),
        Verb.DISSOLVE_HQ: ({H.STANDING}, SOME_OFFICE),
    },
    Subject.CONFIRMATION: {
        Verb.RATIFY: ({ConfirmationState.RECORDED}, DECIDERS),
        Verb.DENY: ({ConfirmationState.RECORDED}, DECIDERS),
    },
    Subject.STANDING: {
        Verb.GIVE_STANDING: ({NEW}, CHIEFS - {"parent_chief"}),
        Verb.END_STANDING: ({StandingState.IN_FORCE}, CHIEFS - {"parent_chief"}),
    },
    Subject.REVIEW: {Verb.REVIEW_AFTERWARDS: ({ReviewState.OPEN}, DECIDERS)},
    Subject.ELECTION: {
        Verb.LIST_ELECTION: ({NEW, LISTED}, KEEPERS),
        Verb.RETIRE_ELECTION: ({LISTED}, KEEPERS),
    },
    Subject.DAY: {Verb.SET_DAY: ({NEW, LISTED}, KEEPERS)},
    Subject.URGENCY: {
        Verb.LIST_URGENCY: ({NEW}, KEEPERS),
        Verb.RETIRE_URGENCY: ({LISTED}, KEEPERS),
    },
}
# These have the office, but wrote in the post.
WROTE_IN_IT = {
    (Verb.RELEASE, "kato"): "approver_contributed",
    (Verb.REVIEW_AFTERWARDS, "kato"): "reviewer_contributed",
}
# Stopping needs no office and no rank.
STOPPING = {Verb.SUSPEND_POSTING, Verb.START_FLAMING}
# What people do to deliveries is in `test_settling.py` and `test_releasing.py`, too.
OFFICIAL = [kind for kind in SOUND if kind != Subject.DELIVERY]


def expected(kind: Subject, verb: Verb, state: str, person: str) -> str:
    states, people = ORACLE[kind][verb]
    if state not in states:
        return "wrong_state"
    if person not in people:
        return "forbidden"
    return WROTE_IN_IT.get((verb, person), "allowed")


def in_state(kind: Subject, state: str, verb: Verb | None = None) -> SubjectFacts:
    subject = SOUND[kind]
    if state == NEW:
        return subject
    if isinstance(subject, Restriction):
        return restriction_in(subject, RestrictionState(state))
    if isinstance(subject, Delivery) and verb == Verb.TELL_GONE:
        return replace(subject, state=DeliveryState(state), withdrawal=WithdrawalState.ORDERED)
    return replace(subject, state=state)  # type: ignore[arg-type]


def restriction_in(sound: Restriction, state: RestrictionState) -> Restriction:
    """While it is in force, its kind is its state."""
    if state == RestrictionState.ENDED:
        return replace(sound, ended_at=NOW - HOUR)
    return replace(sound, kind=RestrictionKind(state.value))


def found_by(verb: Verb, subject: SubjectFacts) -> SubjectFacts:
    """Only somebody who left comes back."""
    return replace(subject, active=False) if verb == Verb.RETURN_PERSON else subject  # type: ignore[call-arg]


def judged(kind: Subject) -> Iterator[tuple[tuple[str, str, str], str, str]]:
    """(person, verb, state), what comes out, what should."""
    for verb in ORACLE[kind]:
        for state in STATES[kind]:
            for person, actor in CAST.items():
                subject = found_by(verb, in_state(kind, state, verb))
                got = outcome(judge(verb, subject, actor, new=state == NEW))
                yield (person, verb.value, str(state)), got, expected(kind, verb, state, person)


@pytest.mark.clause("mima:3-1")
@pytest.mark.clause("mima:3-2-公表")
@pytest.mark.clause("mima:2-対象者")
@pytest.mark.clause("mima:8-1-停止", "mima:8-1-再開", "mima:8-2", "mima:7-4-報告")
@pytest.mark.clause("toyama:5-2-策定")
@pytest.mark.clause("toyama:5-2-掲載")
@pytest.mark.parametrize("kind", list(SOUND))
def test_subject_comes_out_as_the_design_says_when_anybody_tries_any_verb_in_any_state(kind: Subject) -> None:
    wrong = {place: (got, want) for place, got, want in judged(kind) if got != want}
    assert wrong == {}, "(person, verb, state): (came out, the design says)"


@pytest.mark.parametrize("kind", list(SOUND))
def test_subject_offers_exactly_the_verbs_that_are_not_forbidden_when_anybody_looks(kind: Subject) -> None:
    for state in STATES[kind]:
        if state == NEW:
            continue
        for person, actor in CAST.items():
            closed = ("forbidden", "wrong_state")
            want = {verb for verb in ORACLE[kind] if expected(kind, verb, state, person) not in closed}
            assert available_verbs(in_state(kind, state), actor, CITY, NOW) == want, (person, state)


def test_city_wide_offices_hold_nothing_when_they_are_given_for_one_section_only() -> None:
    web = replace(WEB_ADMIN, roles=(held(Role.WEB_ADMIN, TOURISM),))
    system = replace(SYSTEM_ADMIN, roles=(held(Role.SYSTEM_ADMIN, TOURISM),))
    decided = replace(SOUND_POLICY, state=PolicyState.DECIDED)
    assert outcome(judge(Verb.PUBLISH_POLICY, decided, web)) == "forbidden"
    assert outcome(judge(Verb.SET_CREDENTIAL, X, system)) == "forbidden"


def test_chief_of_the_whole_city_decides_for_a_section_when_the_role_names_none() -> None:
    mayor_office = replace(SATO, id=90, section=99, drafts_for=frozenset(), roles=(held(Role.CHIEF, None),))
    decided = replace(SOUND_POLICY, state=PolicyState.AWAITING_DECISION)
    assert outcome(judge(Verb.DECIDE_POLICY, decided, mayor_office)) == "allowed"


@pytest.mark.clause("toyama:3-除外")
@pytest.mark.parametrize("person", ["elected", "left"])
def test_person_gets_nowhere_when_elected_or_gone_whatever_else_they_hold(person: str) -> None:
    everything = tuple(held(role, None) for role in Role)
    actor = replace(CAST[person], roles=everything)
    for kind in OFFICIAL:
        for verb, (states, _) in ORACLE[kind].items():
            for state in states:
                decision = judge(verb, found_by(verb, in_state(kind, state)), actor, new=state == NEW)
                assert outcome(decision) == "forbidden", (verb, state)
                assert {"elected": "elected", "left": "inactive"}[person] in codes(decision), (verb, state)


@pytest.mark.clause("mima:2-対象者")
@pytest.mark.parametrize("person", ["new_contractor", "new_manager"])
def test_office_counts_for_nothing_when_its_holder_is_no_staff(person: str) -> None:
    actor = replace(CAST[person], roles=tuple(held(role, None) for role in Role))
    for kind in OFFICIAL:
        for verb, (states, _) in ORACLE[kind].items():
            for state in states:
                got = outcome(judge(verb, found_by(verb, in_state(kind, state)), actor, new=state == NEW))
                assert got == ("allowed" if verb in STOPPING else "forbidden"), (verb, state)
