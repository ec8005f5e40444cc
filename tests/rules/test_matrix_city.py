"""Who may do what to a delivery, a policy, a social account and a person: every verb, state and person.

Written from the design (sections 1, 4 and 6) and Art. 3 (1) to (3), not read from the code's own table.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rules.facts import SubjectFacts
from rules.states import AccountState, DeliveryState, MemberState, PolicyState, Role, Subject, Verb
from rules.workflow import available_verbs
from tests.rules.cast import (
    CAST,
    CITY,
    NOW,
    SATO,
    SOUND_DELIVERY,
    SOUND_MEMBER,
    SOUND_POLICY,
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
}
STATES: dict[Subject, list[str]] = {
    Subject.DELIVERY: list(DeliveryState),
    Subject.POLICY: [NEW, *PolicyState],
    Subject.ACCOUNT: [NEW, *AccountState],
    Subject.PERSON: [NEW, *MemberState],
}
# Staff of the section write the policy and ask for an account; chief and deputy decide; web admins publish.
DECIDERS = {"suzuki", "deputy", "deputy_from_pr", "kato"}
# Who sees the social account says what became of a post: staff of its section, its drafters, chief and deputy.
SETTLERS = {"sato", "ito", "tanaka", "yamada", "deputy_before", "deputy_after"} | DECIDERS
SETTLERS |= {"outside_drafter", "drafts_for_one"}
WRITERS = {"sato", "tanaka", "yamada", "deputy_before", "deputy_after", "web_admin"} | DECIDERS
A, L, D = AccountState, PolicyState, DeliveryState
NOT_CLOSED = {A.REQUESTED, A.APPROVED, A.IN_OPERATION, A.SUSPENDED}
ORACLE: dict[Subject, dict[Verb, tuple[set[str], set[str]]]] = {
    # An unknown delivery may be sent again with the same key, where the network knows it again.
    Subject.DELIVERY: {
        Verb.SEND: ({D.WAITING, D.HELD, D.UNKNOWN}, {"worker"}),
        Verb.SETTLE_LIVE: ({D.UNKNOWN}, SETTLERS),
        Verb.SETTLE_NOT_LIVE: ({D.UNKNOWN}, SETTLERS),
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
    },
    # People are registered, given parts and relieved of them by the system admin alone.
    Subject.PERSON: {
        Verb.REGISTER_PERSON: ({NEW}, {"system_admin"}),
        Verb.GIVE_ROLE: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.LET_DRAFT: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.END_ROLE: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.STOP_DRAFT: ({MemberState.REGISTERED}, {"system_admin"}),
        Verb.LEAVE: ({MemberState.REGISTERED}, {"system_admin"}),
    },
}


def expected(kind: Subject, verb: Verb, state: str, person: str) -> str:
    states, people = ORACLE[kind][verb]
    if state not in states:
        return "wrong_state"
    return "allowed" if person in people else "forbidden"


def in_state(kind: Subject, state: str) -> SubjectFacts:
    return SOUND[kind] if state == NEW else replace(SOUND[kind], state=state)  # type: ignore[arg-type]


def judged(kind: Subject) -> Iterator[tuple[tuple[str, str, str], str, str]]:
    """(person, verb, state), what comes out, what should."""
    for verb in ORACLE[kind]:
        for state in STATES[kind]:
            for person, actor in CAST.items():
                got = outcome(judge(verb, in_state(kind, state), actor, new=state == NEW))
                yield (person, verb.value, str(state)), got, expected(kind, verb, state, person)


@pytest.mark.clause("mima:3-1")
@pytest.mark.clause("mima:3-2-公表")
@pytest.mark.clause("mima:2-対象者")
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
            want = {verb for verb in ORACLE[kind] if expected(kind, verb, state, person) == "allowed"}
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
    for kind in (Subject.POLICY, Subject.ACCOUNT, Subject.PERSON):
        for verb, (states, _) in ORACLE[kind].items():
            for state in states:
                decision = judge(verb, in_state(kind, state), actor, new=state == NEW)
                assert outcome(decision) == "forbidden", (verb, state)
                assert {"elected": "elected", "left": "inactive"}[person] in codes(decision), (verb, state)


@pytest.mark.clause("mima:2-対象者")
@pytest.mark.parametrize("person", ["new_contractor", "new_manager"])
def test_office_counts_for_nothing_when_its_holder_is_no_staff(person: str) -> None:
    actor = replace(CAST[person], roles=tuple(held(role, None) for role in Role))
    for kind in (Subject.POLICY, Subject.ACCOUNT, Subject.PERSON):
        for verb, (states, _) in ORACLE[kind].items():
            for state in states:
                got = outcome(judge(verb, in_state(kind, state), actor, new=state == NEW))
                assert got == "forbidden", (verb, state)
