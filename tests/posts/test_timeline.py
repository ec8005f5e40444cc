"""The timeline: everything that the record can say about a post has its sentence."""

import ast
import json
from pathlib import Path

import pytest

import rules
from audit.models import Entry
from platforms.errors import NotConfigured, Unsupported
from posts import events
from posts.refusal_words import CODES, OTHER
from posts.timeline import REFUSED, TOLD, line_of
from rules.restraint_gates import RESTRAINED
from rules.states import Subject
from rules.transitions import TABLE
from tests.support.cast import NOW

# Everything that is written into a post's own stream.
SUBJECTS = (Subject.POST, Subject.DELIVERY, Subject.CONFIRMATION, Subject.REVIEW)
OF_A_POST = {row.event for row in TABLE if row.subject in SUBJECTS}
OF_SENDING = {value for name, value in vars(events).items() if name.isupper()}
# Which argument of these is the code.
WHERE = {
    **dict.fromkeys(("Reason", "refusal", "_consultation", "_dissolved", "_word", "_standing"), 0),
    **dict.fromkeys(("_election", "_no_urgency", "_late"), 0),
    "_owed": 1,
}
SATO = "sato 佐藤 美咲（観光交流課 主事）"


def entry(event: str, by: str = SATO, **payload: object) -> Entry:
    return Entry(event=event, at=NOW, by=by, payload=json.dumps(payload))


def codes_of_posts() -> set[str]:
    """Every code that a rule about posts can give as a reason, from the rules' own text."""
    folder = Path(str(rules.__file__)).parent
    modules = (
        "gates.py",
        "settling_gates.py",
        "restraint_gates.py",
        "restricting_gates.py",
        "who.py",
        "office.py",
        "topic_gates.py",
        "exemptions.py",
        "workflow.py",
    )
    calls = [
        node
        for name in modules
        for node in ast.walk(ast.parse((folder / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    found = [call.args[WHERE[call.func.id]] for call in calls if call.func.id in WHERE]  # type: ignore[attr-defined]
    return {value for node in found for value in _texts(node)} | RESTRAINED


def _texts(node: ast.expr) -> list[str]:
    """A code as it stands there, or both of a choice between two."""
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return [str(node.value)] if isinstance(node, ast.Constant) else []


def test_timeline_has_a_sentence_for_every_event_of_a_post() -> None:
    assert set(TOLD) == OF_A_POST | OF_SENDING


SAID = {"from": "佐藤", "to": "田中", "section": "移住定住推進課", "said_by": "森", "agrees": True}


@pytest.mark.parametrize("event", sorted(OF_A_POST | OF_SENDING))
def test_line_is_a_whole_sentence_whatever_happened(event: str) -> None:
    line = line_of(
        entry(
            event,
            version=3,
            account="観光（X）",
            attempt=2,
            reason="曜日が違います。",
            detail="返事なし",
            **SAID,
        )
    )
    assert "{" not in line.sentence
    assert line.words == "曜日が違います。"
    assert line.detail == "返事なし"
    if not event.startswith("delivery."):
        by = {"review.reminded": "あとの確認", "review.escalated": "あとの確認"}
        assert line.sentence.startswith(by.get(event, "佐藤 美咲（観光交流課 主事）"))
    else:
        assert "「観光（X）」" in line.sentence


@pytest.mark.parametrize("event", sorted(OF_A_POST))
def test_line_says_what_did_not_happen_and_why_when_it_was_refused(event: str) -> None:
    line = line_of(entry(event + REFUSED, codes=["approver_contributed", "not_in_operation"]))
    assert line.sentence.endswith(("ませんでした", "できませんでした"))
    assert line.detail == "理由: 手を入れた人は承認できない、運用中でない公式アカウントがある"


def test_line_says_that_the_version_stayed_when_nothing_was_changed() -> None:
    assert "第2版のまま" in line_of(entry("post.edited", version=2, unchanged=True)).sentence


def test_codes_of_all_rules_about_posts_have_words() -> None:
    known = codes_of_posts()
    assert {"approver_contributed", "wrong_state", "not_approver", "law_missing"} <= known
    assert {"unregistered_device", "calendar_unknown", "election_listed", "awaiting_release"} <= known
    assert known <= set(CODES)
    assert {NotConfigured.code, Unsupported.code} <= set(CODES)


def test_unknown_code_is_never_shown_as_a_sign_of_the_program() -> None:
    line = line_of(entry("delivery.held", account="観光（X）", codes=["of_an_older_program"]))
    assert line.detail == f"理由: {OTHER}"


def test_line_says_whether_it_was_right_to_send_it_in_an_emergency() -> None:
    right = line_of(entry("review.finished", was_right=True, words="本文と発表を見比べた。"))
    wrong = line_of(entry("review.finished", was_right=False, words="確認を待てた。"))
    assert "出してよかった" in right.sentence
    assert right.words == "本文と発表を見比べた。"
    assert "出すべきではなかった" in wrong.sentence


def test_line_says_whose_word_it_was_and_how_it_was_given() -> None:
    chief = "鈴木 洋子（観光交流課長）"
    line = line_of(entry("post.confirmed", version=2, chief=chief, how="phone", words="出してよい。"))
    assert f"第2版についての所属長の確認（{chief}・電話で）" in line.sentence
    assert line.words == "出してよい。"
