"""`check_posts`: the collection of labelled posts by the checks and the gates together, and what cannot be read."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from rules.checks.catalogue import CHECKS
from rules.checks.findings import Severity

DATA = Path(__file__).parents[1] / "data"
LISTS = DATA / "checks" / "city_lists.json"
POSTS = [json.loads(line) for line in (DATA / "posts_dev.jsonl").read_text(encoding="utf-8").splitlines()]
# A gate that speaks where nobody expects it is a false alarm, as a check that always blocks is.
ALWAYS = {key for key, check in CHECKS.items() if check.severity == Severity.BLOCK} | {
    "gate.approval",
    "gate.second",
}
OF_TWO_WEIGHTS = {"pii.phone", "elec.name", "rumor.unverified", "word.disaster"}


def checked(monkeypatch: pytest.MonkeyPatch, *lines: str, lists: Path = LISTS) -> list[dict[str, Any]]:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    call_command("check_posts", lists=lists, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fired(monkeypatch: pytest.MonkeyPatch, text: str = "お知らせです。", **context: Any) -> set[str]:
    line = {"id": "1", "platform": "x", "text": text, "context": {"city": "mima", **context}}
    [found] = checked(monkeypatch, json.dumps(line))
    return set(found["fired"])


def test_every_label_of_the_collection_is_found_and_nothing_is_called_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = {row["id"]: set(row["fired"]) for row in checked(monkeypatch, *map(json.dumps, POSTS))}
    missed = [(post["id"], set(post["expected"]) - found[post["id"]]) for post in POSTS]
    assert [row for row in missed if row[1]] == []
    wrong = [(post["id"], found[post["id"]] & set(post["must_not"])) for post in POSTS]
    loud = [
        (post["id"], (found[post["id"]] - set(post["expected"])) & (ALWAYS - OF_TWO_WEIGHTS))
        for post in POSTS
    ]
    assert [row for row in (*wrong, *loud) if row[1]] == []
    noise = sum(len(found[post["id"]] - set(post["expected"]) - set(post["must_not"])) for post in POSTS)
    assert noise <= 0.1 * len(POSTS)


@pytest.mark.parametrize(
    ("context", "gates"),
    [
        ({}, set()),
        ({"need_approval": True}, {"gate.approval"}),
        ({"need_approval": True, "approved": True}, set()),
        ({"exemption": "5-2", "author": "a", "reviewer": "b"}, set()),
        ({"exemption": "5-2", "author": "a", "reviewer": "a"}, {"gate.second"}),
        ({"exemption": "5-2", "author": "a", "reviewer": None}, {"gate.second"}),
        ({"exemption": "5-2", "author": "a", "publisher": "b", "reviewer": "b"}, {"gate.second"}),
        ({"exemption": "5-4", "author": "a", "reviewer": None, "emergency": True}, set()),
        ({"state": "hold_disaster", "approved": True}, {"gate.hold"}),
        ({"state": "hold_disaster", "exemption": "5-4", "author": "a", "reviewer": "b"}, set()),
        ({"state": "hold_disaster", "approved": True, "category": "disaster"}, set()),
        ({"state": "hold_scandal", "approved": True}, {"gate.hold"}),
        ({"state": "hold_scandal", "exemption": "5-4", "author": "a", "reviewer": "b"}, {"gate.hold"}),
        (
            {
                "state": "hold_scandal",
                "exemption": "5-4",
                "author": "a",
                "reviewer": "b",
                "chief_confirm": True,
            },
            set(),
        ),
        ({"state": "hq_on", "approved": True}, {"gate.hold"}),
        ({"state": "hq_restricted", "approved": True}, {"gate.restricted"}),
        ({"state": "hq_restricted", "approved": True, "category": "disaster"}, set()),
        ({"publish_at": "2026-11-21T19:30:00+09:00", "approved": True}, {"gate.offhours"}),
        ({"publish_at": "2026-11-21T19:30:00+09:00", "approved": True, "chief_confirm": True}, set()),
        ({"publish_at": "2026-11-23T10:00:00+09:00", "approved": True}, {"gate.offhours"}),
        ({"publish_at": "2026-11-21T19:30:00+09:00", "approved": True, "city": "toyama"}, set()),
        ({"device": "personal"}, {"gate.device"}),
    ],
)
def test_gates_are_judged_from_what_is_known_of_a_post(
    monkeypatch: pytest.MonkeyPatch, context: dict[str, Any], gates: set[str]
) -> None:
    assert fired(monkeypatch, **context) == gates


def test_finding_says_where_and_why(monkeypatch: pytest.MonkeyPatch) -> None:
    line = {"id": "a", "platform": "x", "text": "父兄の皆さん", "context": {"city": "mima"}}
    [[finding]] = [row["findings"] for row in checked(monkeypatch, json.dumps(line))]
    assert (finding["check"], finding["span"], finding["excerpt"]) == ("word.inclusive", [0, 2], "父兄")
    assert finding["message"]
    assert finding["suggestion"]


def test_city_may_allow_less_than_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    line = {"id": "a", "platform": "line", "text": "あ" * 501, "context": {"city": "mima"}}
    assert "len.platform" in checked(monkeypatch, json.dumps(line))[0]["fired"]


@pytest.mark.parametrize("line", ["これはJSONではない", "[]", '{"id": "1"}', '{"text": 5}'])
def test_line_that_cannot_be_read_is_named_by_its_number(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    with pytest.raises(CommandError, match="2行目"):
        checked(monkeypatch, json.dumps(POSTS[0]), line)


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_lists_that_cannot_be_read_are_said_to_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "lists.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match="市の一覧"):
        checked(monkeypatch, json.dumps(POSTS[0]), lists=path)
