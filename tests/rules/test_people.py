"""Roles and drafting permissions: who may give and take them, to whom they can be given at all, what can be taken.

Written from the design (sections 2 and 4) and Art. 2, not read from the code's own table.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from rules.facts import Asked, Member
from rules.states import Employment, Role, Verb
from rules.transitions import asks_drafting, asks_office
from rules.workflow import available_verbs
from tests.rules.cast import (
    CAST,
    CITY,
    NOW,
    SOUND_MEMBER,
    SYSTEM_ADMIN,
    TODAY,
    TOURISM,
    codes,
    judge,
    outcome,
)

STAFF = [
    Employment.REGULAR,
    Employment.REAPPOINTED,
    Employment.PART_TIME,
    Employment.FISCAL_YEAR,
    Employment.SECONDED_OUT,
    Employment.SECONDED_IN,
]
OTHERS = [Employment.CONTRACTOR, Employment.DESIGNATED_MANAGER]
LATER = TODAY + timedelta(days=7)
SOUND_ROLES = [
    (Role.CHIEF, TOURISM, None),
    (Role.CHIEF, TOURISM, LATER),
    (Role.DEPUTY, TOURISM, LATER),
    (Role.WEB_ADMIN, None, None),
    (Role.SYSTEM_ADMIN, None, LATER),
    (Role.AUDITOR, None, None),
]


def given(member: Member) -> list[str]:
    return codes(judge(Verb.GIVE_ROLE, member, SYSTEM_ADMIN))


GIVING = (Verb.GIVE_ROLE, Verb.LET_DRAFT)
KEEPING = (Verb.RETURN_PERSON, Verb.MOVE_PERSON, Verb.NAME_DEPUTY, Verb.END_DEPUTY)
DEPUTIES = {Verb.NAME_DEPUTY, Verb.END_DEPUTY}
TAKING = (Verb.END_ROLE, Verb.STOP_DRAFT, Verb.LEAVE)


def test_role_or_permission_is_given_and_taken_only_by_the_system_admin_when_anybody_tries() -> None:
    for person, actor in CAST.items():
        wanted = "allowed" if person == "system_admin" else "forbidden"
        for verb in (*GIVING, *TAKING):
            assert outcome(judge(verb, SOUND_MEMBER, actor)) == wanted, (person, verb)
        assert outcome(judge(Verb.REGISTER_PERSON, SOUND_MEMBER, actor, new=True)) == wanted, person
        offered = {*GIVING, *TAKING, *KEEPING} if person == "system_admin" else set()
        offered |= DEPUTIES if person in ("suzuki", "kato") else set()
        assert available_verbs(SOUND_MEMBER, actor, CITY, NOW) == offered, person


@pytest.mark.clause("mima:2-対象者")
@pytest.mark.clause("toyama:3-範囲")
def test_role_is_for_every_kind_of_staff_and_for_nobody_else_when_given() -> None:
    assert {*STAFF, *OTHERS} == set(Employment)
    for employment, (role, section, until) in product(Employment, SOUND_ROLES):
        member = replace(SOUND_MEMBER, employment=employment, role=role, section=section, until_on=until)
        assert given(member) == ([] if employment in STAFF else ["not_staff"]), (employment, role)


def test_drafting_permission_is_given_to_contractors_too_when_they_draft_for_the_city() -> None:
    for employment in Employment:
        member = replace(SOUND_MEMBER, employment=employment, role=None, section=None)
        assert codes(judge(Verb.LET_DRAFT, member, SYSTEM_ADMIN)) == [], employment


@pytest.mark.clause("toyama:3-除外")
def test_elected_or_gone_gets_no_part_at_all_when_given() -> None:
    for verb in GIVING:
        for elected, active in product((True, False), repeat=2):
            member = replace(SOUND_MEMBER, elected=elected, active=active)
            wanted = ["elected"] * elected + ["inactive"] * (not active)
            assert codes(judge(verb, member, SYSTEM_ADMIN)) == wanted, (verb, elected, active)


def test_role_has_the_scope_and_period_of_its_kind_when_given() -> None:
    for role, section, until in product(Role, (TOURISM, None), (LATER, None)):
        office = role in (Role.CHIEF, Role.DEPUTY)
        wanted = []
        if role == Role.DEPUTY and until is None:
            wanted.append("period_missing")
        if not office and section is not None:
            wanted.append("role_for_whole_city")
        if office and section is None:
            wanted.append("section_missing")
        member = replace(SOUND_MEMBER, role=role, section=section, until_on=until)
        assert given(member) == wanted, (role, section, until)


def test_role_is_not_given_or_ended_for_days_that_are_over_when_its_last_day_is_named() -> None:
    """A role may have ended yesterday: on the morning of a transfer the one before no longer holds it."""
    for days in (-2, -1, 0, 1):
        member = replace(SOUND_MEMBER, until_on=TODAY + timedelta(days=days))
        for verb, first in ((Verb.GIVE_ROLE, 0), (Verb.END_ROLE, -1)):
            wanted = ["period_over"] if days < first else []
            assert codes(judge(verb, member, SYSTEM_ADMIN)) == wanted, (verb, days)


def test_nothing_is_taken_when_they_do_not_hold_it() -> None:
    member = replace(SOUND_MEMBER, holds_it=False)
    taken = {verb: codes(judge(verb, member, SYSTEM_ADMIN)) for verb in TAKING}
    assert taken == {Verb.END_ROLE: ["not_held"], Verb.STOP_DRAFT: ["not_held"], Verb.LEAVE: []}


def test_last_system_admin_stays_when_anybody_would_end_the_role_or_make_them_leave() -> None:
    member = replace(SOUND_MEMBER, last_admin=True)
    taken = {verb: codes(judge(verb, member, SYSTEM_ADMIN)) for verb in TAKING}
    assert taken == {Verb.END_ROLE: ["last_admin"], Verb.STOP_DRAFT: [], Verb.LEAVE: ["last_admin"]}


@pytest.mark.clause("toyama:3-除外")
def test_everything_can_be_taken_when_somebody_is_elected_or_gone_and_leaving_happens_once() -> None:
    for elected, active in product((True, False), repeat=2):
        member = replace(SOUND_MEMBER, elected=elected, active=active)
        for verb in TAKING:
            wanted = ["already_left"] if verb == Verb.LEAVE and not active else []
            assert codes(judge(verb, member, SYSTEM_ADMIN)) == wanted, (verb, elected, active)


def test_somebody_comes_back_only_when_they_left_and_with_a_reason() -> None:
    for active, reason in product((True, False), ("復職", " ", "")):
        member = replace(SOUND_MEMBER, active=active, asked=Asked(reason=reason))
        wanted = ["reason_missing"] * (not reason.strip()) + ["still_here"] * active
        assert codes(judge(Verb.RETURN_PERSON, member, SYSTEM_ADMIN)) == wanted, (active, reason)


def test_every_reason_is_said_when_everything_is_wrong_with_a_deputy() -> None:
    worst = Member(1, "だれか", Employment.CONTRACTOR, elected=True, active=False, role=Role.DEPUTY)
    assert given(worst) == ["elected", "inactive", "not_staff", "period_missing", "section_missing"]


def test_verb_asks_only_for_the_facts_about_people_that_it_needs_when_gathered() -> None:
    drafting = {Verb.DRAFT, Verb.EDIT, Verb.SUBMIT, Verb.CLAIM, Verb.TAKE_BACK, Verb.SEND_IN_EMERGENCY}
    either = {Verb.CANCEL, Verb.SECOND_CHECK, Verb.ESCALATE, Verb.RETURN, Verb.CONFIRM}
    either |= {Verb.TAKE, Verb.SETTLE_LIVE, Verb.SETTLE_NOT_LIVE, Verb.SETTLE_AFTER_ALL, Verb.TELL_GONE}
    either |= {Verb.SUSPEND_POSTING, Verb.START_FLAMING}
    assert {verb for verb in Verb if asks_drafting(verb)} == drafting | either
    nobodys = {Verb.SEND, Verb.REPORT, Verb.PUT_BACK, Verb.READ_HANDBOOK, Verb.JOIN_DEVICE}
    assert {verb for verb in Verb if not asks_office(verb)} == drafting | nobodys
