"""Gates of what a system admin keeps: sections, devices, the ledger, decisions about rulebooks; one fault each."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.facts import SubjectFacts
from rules.states import DeviceState, Role, Verb
from tests.rules.cast import (
    DAY,
    SOUND_CHANGE,
    SOUND_DEVICE,
    SOUND_LINE,
    SOUND_MEMBER,
    SOUND_SECTION,
    SYSTEM_ADMIN,
    TODAY,
    codes,
    judge,
)

FAULTS: list[tuple[Verb, SubjectFacts, dict[str, object], str]] = [
    (Verb.ADD_SECTION, SOUND_SECTION, {"name": " "}, "name_missing"),
    (Verb.ADD_SECTION, SOUND_SECTION, {"name_taken": True}, "section_name_taken"),
    (Verb.CHANGE_SECTION, SOUND_SECTION, {"circular": True}, "section_circular"),
    (Verb.ENROL_DEVICE, SOUND_DEVICE, {"name": ""}, "name_missing"),
    (Verb.ENROL_DEVICE, SOUND_DEVICE, {"name_taken": True}, "device_name_taken"),
    (Verb.ENROL_DEVICE, SOUND_DEVICE, {"known_as": "観光-PC-01"}, "device_enrolled_twice"),
    (Verb.ENROL_DEVICE, SOUND_DEVICE, {"expired": True}, "certificate_expired"),
    (Verb.JOIN_DEVICE, SOUND_DEVICE, {"copied": True}, "passkey_can_be_copied"),
    (Verb.JOIN_DEVICE, SOUND_DEVICE, {"code_fits": False}, "code_wrong_or_over"),
    (Verb.RECORD_CREDENTIAL, SOUND_LINE, {"holder": None}, "holder_missing"),
    (Verb.RECORD_CREDENTIAL, SOUND_LINE, {"holder_able": False}, "holder_missing"),
    (Verb.RECORD_CREDENTIAL, SOUND_LINE, {"changed_on": None}, "change_date_wrong"),
    (Verb.RECORD_CREDENTIAL, SOUND_LINE, {"changed_on": TODAY + DAY}, "change_date_wrong"),
    (Verb.RECORD_CREDENTIAL, SOUND_LINE, {"recovery_of_city": False}, "recovery_not_of_city"),
    (Verb.ADOPT_RULEBOOK, SOUND_CHANGE, {"known": False}, "rulebook_unknown"),
    (Verb.ADOPT_RULEBOOK, SOUND_CHANGE, {"last": True}, "last_rulebook"),
    (Verb.ADOPT_RULEBOOK, SOUND_CHANGE, {"effective_on": TODAY}, "not_from_a_day_to_come"),
    (Verb.SWITCH_DUTY, SOUND_CHANGE, {"core": True}, "duty_is_core"),
    (Verb.SWITCH_DUTY, SOUND_CHANGE, {"unchanged": True}, "duty_unchanged"),
    (Verb.SWITCH_DUTY, SOUND_CHANGE, {"effective_on": None}, "not_from_a_day_to_come"),
    (Verb.WRITE_RULEBOOK, SOUND_CHANGE, {"fault": "読めません。"}, "rulebook_faulty"),
    (Verb.GIVE_ROLE, SOUND_MEMBER, {"other_chief": "鈴木"}, "second_chief"),
    (
        Verb.NAME_DEPUTY,
        SOUND_MEMBER,
        {"role": Role.DEPUTY, "until_on": TODAY + DAY, "own_chief": True},
        "deputy_for_oneself",
    ),
    (
        Verb.NAME_DEPUTY,
        SOUND_MEMBER,
        {"role": Role.DEPUTY, "from_on": TODAY + 2 * DAY, "until_on": TODAY + DAY},
        "period_upside_down",
    ),
]
NEW = {Verb.ADD_SECTION, Verb.ENROL_DEVICE, Verb.ADOPT_RULEBOOK, Verb.SWITCH_DUTY, Verb.WRITE_RULEBOOK}
STATE = {Verb.JOIN_DEVICE: DeviceState.INVITED}


@pytest.mark.parametrize(("verb", "sound", "fault", "code"), FAULTS)
def test_one_fault_gets_its_one_code_and_none_gets_none(
    verb: Verb, sound: SubjectFacts, fault: dict[str, object], code: str
) -> None:
    known = replace(sound, state=STATE[verb]) if verb in STATE else sound  # type: ignore[arg-type]
    assert codes(judge(verb, replace(known, **fault), SYSTEM_ADMIN, new=verb in NEW)) == [code]  # type: ignore[arg-type]
    if verb != Verb.NAME_DEPUTY:
        assert codes(judge(verb, known, SYSTEM_ADMIN, new=verb in NEW)) == []


def test_rule_begins_tomorrow_at_the_earliest() -> None:
    for days, wanted in ((-1, 1), (0, 1), (1, 0), (400, 0)):
        change = replace(SOUND_CHANGE, effective_on=TODAY + timedelta(days=days))
        assert len(codes(judge(Verb.SWITCH_DUTY, change, SYSTEM_ADMIN, new=True))) == wanted, days


def test_handbook_is_confirmed_by_oneself_and_once() -> None:
    own = replace(SOUND_MEMBER, id=SYSTEM_ADMIN.id)
    assert codes(judge(Verb.READ_HANDBOOK, own, SYSTEM_ADMIN)) == []
    assert codes(judge(Verb.READ_HANDBOOK, replace(own, read_already=True), SYSTEM_ADMIN)) == ["read_already"]
    assert codes(judge(Verb.READ_HANDBOOK, SOUND_MEMBER, SYSTEM_ADMIN)) == ["not_oneself"]
