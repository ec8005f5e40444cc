"""The engine and its views: spans lead back to the letters as written, whatever was written, in linear time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.checks.catalogue import CHECKS
from rules.checks.engine import examine
from rules.checks.material import Material, Part, PartKind
from rules.checks.views import folded, joined, numeric
from tests.rules.checks.test_cases import STRICT
from tests.rules.checks.world import ELECTION, LISTS, findings, world

ANYTHING = st.text(st.characters(), max_size=200) | st.text(
    "0123456789０１２-ー/月日()（）年時:~。#a@.b\n　😀\u200d\u3099が", max_size=80
)
ALL_ON = world(duties=world().duties | STRICT, elections=(ELECTION,))


@given(ANYTHING)
def test_every_part_of_a_view_leads_back_into_the_text(text: str) -> None:
    for view in (folded(text), joined(folded(text)), numeric(joined(folded(text)))):
        assert len(view.begins) == len(view.ends) == len(view.text)
        spans = list(zip(view.begins, view.ends, strict=True))
        assert all(0 <= begin < end <= len(text) for begin, end in spans)
        assert spans == sorted(spans)


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_no_text_makes_a_check_fall_and_every_finding_quotes_the_text(text: str) -> None:
    material = Material((Part("text", PartKind.TEXT, text),))
    found = examine(material, ALL_ON)
    assert found == examine(Material((Part("text", PartKind.TEXT, text),)), ALL_ON)
    for finding in found:
        if finding.span is not None:
            assert 0 <= finding.span.begin <= finding.span.end <= len(text)
            assert finding.excerpt == text[finding.span.begin : finding.span.end]


def test_finding_names_the_lists_it_was_judged_by() -> None:
    [finding] = findings("ban.insult", "バカな真似")
    assert (finding.lists_version, finding.rules_version) == (LISTS.version, "1")


def test_city_may_take_a_word_out_and_put_one_in() -> None:
    own = LISTS.changed(version="2", added={"insults": {"へなちょこ": ""}}, removed={"insults": ["バカ"]})
    assert not findings("ban.insult", "バカな真似", lists=own)
    assert findings("ban.insult", "へなちょこです", lists=own)


def test_word_of_the_list_is_replaced_by_what_the_list_says() -> None:
    [finding] = findings("word.inclusive", "父兄の皆さん")
    assert (finding.excerpt, finding.fix) == ("父兄", "保護者")


def test_forty_checks_and_the_repetition_have_a_title_each() -> None:
    assert len(CHECKS) == 41
    assert all(check.title_ja for check in CHECKS.values())
    assert not CHECKS["pii.mynumber"].releasable


NASTY = [
    *(
        "1",
        "12 ",
        "1-",
        "、",
        "a@",
        "12月5日(金)",
        "5日(金)、",
        "😀",
        "「",
        "(",
        "か",
        "美",
        "山田太郎さん",
        "090-",
    ),
    *(
        "https://a.jp/ ",
        "a.b.",
        "#a",
        "10:00~",
        "\n",
        "らしい",
        "外国人の方は",
        "不法投棄なら",
        " ",
        "１",
        "ｱ",
        "\u200b",
    ),
    *(
        "令和8年(",
        "パスワードは",
        "必ず",
        "\ud800",
        "一二三",
        "徳島500さ",
        "1番地の2",
        "ご支援を",
        "12:",
        "バカ",
        "断水である。",
    ),
]


@pytest.mark.parametrize("unit", NASTY, ids=ascii)
def test_no_check_takes_longer_than_a_text_is_long(unit: str) -> None:
    """Twenty times the text takes about twenty times as long; quadratic growth would take four hundred. The best of
    three, for the machine may be busy."""
    small, large = (min(_seconds((unit * length)[:length]) for _ in range(3)) for length in (3_000, 60_000))
    assert large <= 120 * max(small, 0.01)


def _seconds(text: str) -> float:
    material = Material((Part("text", PartKind.TEXT, text),))
    begun = time.perf_counter()
    examine(material, ALL_ON)
    return time.perf_counter() - begun
