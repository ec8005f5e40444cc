"""What a refusal says to people: every code there is, in short, whole Japanese sentences with a next step."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rules import (
    exemptions,
    gates,
    keepers,
    office,
    people_gates,
    policy_gates,
    registered_gates,
    restraint_gates,
    restricting_gates,
    settling_gates,
    topic_gates,
    who,
    workflow,
)
from rules.facts import Person
from rules.states import PostState, Verb
from rules.workflow import Refused
from tests.rules.cast import CONTRACTOR_CHIEF, LEFT, MORI, SOUND_POST, judge
from tests.rules.refusals import TRIGGERS, said

LONGEST = 90
BOTH = ("mima", "toyama")  # one of them has every duty on
MODULES = (
    *(exemptions, gates, people_gates, policy_gates, restraint_gates, restricting_gates),
    *(settling_gates, topic_gates, registered_gates, keepers, office, who, workflow),
)
# The function or class that makes a reason → which of its arguments is the code.
MAKERS = {"Reason": 0, "refusal": 0, "_owed": 1, "_no_urgency": 0, "_late": 0}
MAKERS |= dict.fromkeys(
    ("_consultation", "_dissolved", "_word", "_standing", "_election", "_wrong", "_handing"), 0
)
MAKERS |= dict.fromkeys(("_device", "_ledger", "_rulebook"), 0)
# Words in Latin letters that people in a city hall say themselves.
KNOWN_WORDS = {"LINE", "URL", "X"}


def codes_in_source() -> set[str]:
    """Every code written in the rules' source."""
    calls = (
        node
        for module in MODULES
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS
    )
    arguments = [call.args[MAKERS[call.func.id]] for call in calls if isinstance(call.func, ast.Name)]
    either = [way for arg in arguments if isinstance(arg, ast.IfExp) for way in (arg.body, arg.orelse)]
    found = {arg.value for arg in (*arguments, *either) if isinstance(arg, ast.Constant)}
    # How a restriction holds a post is found before the reason is made.
    return found | restraint_gates.RESTRAINED


def test_every_code_of_the_rules_is_said_by_a_test_when_the_source_is_read() -> None:
    written = codes_in_source()
    assert len(written) > 50, "the reader of the source no longer finds the codes"
    assert {name.partition(",")[0] for name in TRIGGERS} == written


@pytest.mark.parametrize("part", ["sentence", "next_step"])
def test_reason_speaks_in_short_whole_sentences_when_said(part: str) -> None:
    for name in TRIGGERS:
        for one in said(name, BOTH):
            text = getattr(one.reason, part)
            assert len(text) <= LONGEST, (name, text)
            is_list = part == "next_step" and text.startswith("行えるのは: ")
            assert is_list or text.endswith("。"), (name, text)
            assert text.strip() == text, (name, text)
            assert not re.search(r"。。|、。|「」|\s。|None|[{}]", text), (name, text)


def test_reason_holds_no_word_of_the_code_when_said() -> None:
    for name in TRIGGERS:
        found = said(name, BOTH)
        assert found, name
        for one in found:
            words = set(re.findall(r"[A-Za-z_]+", one.reason.sentence + one.reason.next_step))
            assert words <= KNOWN_WORDS, (name, words)


def test_reason_names_who_can_act_when_only_the_chief_may() -> None:
    names = {reason.next_step for one in said("not_approver, post", BOTH) for reason in [one.reason]}
    assert names == {"行えるのは: 鈴木 洋子（観光交流課長）"}


def test_reason_lists_every_approver_when_there_are_several() -> None:
    people = (*SOUND_POST.approvers, Person(6, "高橋 学（課長補佐）"))
    post = replace(SOUND_POST, state=PostState.AWAITING_APPROVAL, approvers=people)
    decision = judge(Verb.APPROVE, post, MORI)
    assert isinstance(decision, Refused)
    steps = [reason.next_step for reason in decision.reasons]
    assert steps == ["行えるのは: 鈴木 洋子（観光交流課長）、高橋 学（課長補佐）"]


def test_reason_does_not_speak_of_a_period_when_the_chief_is_in_office_but_no_staff() -> None:
    """A contractor or somebody who has left is refused for what they are, not for a date that is not so."""
    post = replace(SOUND_POST, state=PostState.AWAITING_APPROVAL)
    for person, wanted in ((CONTRACTOR_CHIEF, {"not_approver"}), (LEFT, {"inactive", "not_approver"})):
        decision = judge(Verb.APPROVE, post, person)
        assert isinstance(decision, Refused)
        assert decision.codes == wanted


def test_number_of_missing_ticks_and_characters_is_said_when_they_are_counted() -> None:
    (ticks,) = said("checklist_incomplete", BOTH)
    assert "4か所" in ticks.reason.sentence
    texts = said("text_too_long", BOTH)
    assert ["2200字" in one.reason.sentence for one in texts] == [True]


def test_state_that_has_moved_on_is_said_with_the_words_of_the_button_when_wrong() -> None:
    for name, label in (("wrong_state, check", "確認した"), ("wrong_state, policy", "決裁する")):
        (one,) = said(name, BOTH)
        assert f"「{label}」は行えません" in one.reason.sentence


def test_next_step_asks_for_what_is_owed_when_evidence_lacks_something() -> None:
    (early,) = said("announced_in_future", BOTH)
    assert early.reason.next_step == "発表された日時を書いてください。"
    (missing,) = said("kind_missing", BOTH)
    assert missing.reason.next_step == "根拠を書き足すか、所属長の承認を受けてください。"
