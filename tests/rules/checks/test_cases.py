"""Every check on labelled cases of our own: what must fire, and near misses; careless spellings, widths, line ends."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from rules.checks.catalogue import CHECKS
from rules.checks.engine import examine
from rules.checks.findings import Severity
from rules.checks.material import Material, Part, PartKind
from tests.rules.checks.world import ELECTION, findings, world

DATA = Path(__file__).parents[2] / "data" / "checks"
CASES = [json.loads(line) for line in (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
CLEAN = (DATA / "clean_posts.txt").read_text(encoding="utf-8").splitlines()
STRICT = frozenset({"rumor.unverified.any", "ban.obscene.words", "ban.illegal.improper"})
# Within the days of the election that the register holds.
ELECTION_DAY = datetime.fromisoformat("2027-01-18T10:00:00+09:00")


def facts_for(check: str) -> dict[str, Any]:
    told: dict[str, Any] = {"duties": world().duties | STRICT}
    return told | ({"elections": (ELECTION,), "at": ELECTION_DAY} if check.startswith("elec.") else {})


@pytest.mark.parametrize(
    "case",
    CASES,
    ids=lambda case: f"{case['check']}-{'fires' if case['fires'] else 'silent'}-{case['text'][:12]!a}",
)
def test_labelled_case_is_judged_as_it_says(case: dict[str, Any]) -> None:
    found = findings(case["check"], case["text"], **facts_for(case["check"]))
    assert bool(found) is case["fires"], [finding.excerpt for finding in found]


def test_collection_has_both_kinds_for_every_check_that_reads_a_text() -> None:
    by_kind = Counter((case["check"], case["fires"]) for case in CASES)
    reading = {check.id for check in CHECKS.values() if check.on_text is not None} - {"link.dead"}
    assert all(by_kind[check, True] >= 3 and by_kind[check, False] >= 2 for check in reading)
    assert len(CASES) >= 500


def test_ordinary_posts_are_hardly_ever_spoken_of() -> None:
    found = [
        finding
        for text in CLEAN
        for finding in examine(
            Material((Part("text", PartKind.TEXT, text),)), world(duties=world().duties | STRICT)
        )
    ]
    assert [(each.check, each.excerpt) for each in found if each.severity == Severity.BLOCK] == []
    assert len(found) <= 0.1 * len(CLEAN), [(each.check, each.excerpt) for each in found]
