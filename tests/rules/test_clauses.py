"""The rulebooks as data: complete, in our own words, dated, and every duty on the clauses it stands on.

Not here: what the gates do with a duty.
"""

import csv
import dataclasses
import os
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from rules import clauses
from rules.clauses import (
    DUTIES,
    KINDS,
    RulebookError,
    available,
    by_place,
    cite,
    clauses_for,
    is_on,
    load,
    parse,
)

ROOT = Path(__file__).parents[2]
IDS = (ROOT / "tests/data/clause_ids.txt").read_text(encoding="utf-8").split()
OFFICIAL = ROOT.parent / "shared/rules/clauses.csv"
SHARED_RUN = 12
MIMA, TOYAMA = load("mima"), load("toyama")
BOTH = (MIMA, TOYAMA)


@pytest.fixture(scope="module")
def official() -> list[dict[str, str]]:
    """The official table of clauses, kept beside the project as ../shared/rules/clauses.csv."""
    if not OFFICIAL.is_file():
        message = f"NOT CHECKED against the official wording: {OFFICIAL} cannot be read"
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with OFFICIAL.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def every_text(value: object) -> list[str]:
    """All text inside a dataclass, mapping or tuple, however deep."""
    if dataclasses.is_dataclass(value):
        return [
            text for field in dataclasses.fields(value) for text in every_text(getattr(value, field.name))
        ]
    if hasattr(value, "items"):
        return [text for pair in value.items() for text in every_text(pair)]
    if isinstance(value, tuple | list):
        return [text for entry in value for text in every_text(entry)]
    return [str(value)]


def runs(text: str) -> set[str]:
    """Every run of SHARED_RUN characters in the text, white space ignored."""
    plain = re.sub(r"\s", "", text)
    return {plain[start : start + SHARED_RUN] for start in range(len(plain) - SHARED_RUN + 1)}


# --- The two rulebooks


def test_clause_ids_are_complete_and_in_order_when_both_rulebooks_are_read() -> None:
    assert [key for book in BOTH for key in book.clauses] == IDS
    assert len(IDS) == 119


def test_clauses_agree_with_the_official_table_when_it_is_there(official: list[dict[str, str]]) -> None:
    assert [(row["id"], row["kind"]) for row in official] == [
        (clause.id, clause.kind) for book in BOTH for clause in book.clauses.values()
    ]


def test_gists_are_our_own_words_when_compared_with_every_official_sentence(
    official: list[dict[str, str]],
) -> None:
    wording = set().union(*(runs(row["text_ja"]) for row in official))
    ours = {c.id: runs(c.gist) | runs(c.note) for book in BOTH for c in book.clauses.values()}
    assert {key: found & wording for key, found in ours.items() if found & wording} == {}


def test_shared_run_is_noticed_when_white_space_hides_it() -> None:
    assert runs("あいうえお かきくけこさし") & runs("X あいうえおか\nきくけこさし")
    assert not runs("あいうえおかきくけこさ")


@pytest.mark.clause("mima:題名")
@pytest.mark.clause("toyama:題名")
def test_rulebook_carries_city_title_and_type_when_read() -> None:
    assert [(book.city, book.kind, book.short) for book in BOTH] == [
        ("美馬市", "要領", "要領"),
        ("富山市", "ガイドライン", "ガイドライン"),
    ]
    assert MIMA.title.endswith("ソーシャルメディア利用に関する要領")
    assert TOYAMA.title == "富山市職員のソーシャルメディアの利用に関するガイドライン"


def test_available_names_both_rulebooks_when_asked() -> None:
    assert available() == ("mima", "toyama")


def test_gist_is_one_plain_sentence_line_when_read() -> None:
    for clause in (clause for book in BOTH for clause in book.clauses.values()):
        assert clause.gist.endswith("。"), clause.id
        assert "\n" not in clause.gist + clause.note, clause.id
        assert all(len(sentence) <= 50 for sentence in re.split("。", clause.gist + clause.note)), clause.id


def test_people_are_named_exactly_where_code_does_not_see_to_it_when_read() -> None:
    for clause in (clause for book in BOTH for clause in book.clauses.values()):
        assert (clause.done_by == "code") != bool(clause.who), clause.id
        assert clause.done_by == "code" or clause.note, clause.id
        assert (clause.done_by == "people") == bool(clause.asked_at) == bool(clause.screen), clause.id
        assert clause.done_by != "planned" or clause.waits_for, clause.id
        assert clause.done_by != "people" or clause.kind in {"metadata", "evidence", "monitor"}, clause.id


def test_clause_says_what_is_left_to_people_when_code_keeps_it_only_in_part() -> None:
    in_part = {c.id for book in BOTH for c in book.clauses.values() if c.done_by == "code" and c.note}
    assert {"mima:4-5-正確", "mima:4-9-カ", "mima:5-1", "toyama:5-1"} <= in_part
    assert {"mima:4-4", "mima:7-4-反論禁止", "mima:7-4-報告", "mima:8-1-停止", "mima:9-2"} <= in_part
    assert {"mima:5-本文", "mima:5-ただし書", "mima:3-2-ウ"}.isdisjoint(in_part)
    assert {"mima:5-ただし書-緊急", "mima:8-1-再開", "mima:9-1"}.isdisjoint(in_part)


# --- Dates


@pytest.mark.clause("mima:附則-1")
@pytest.mark.clause("mima:附則-2")
@pytest.mark.clause("mima:附則-3")
@pytest.mark.clause("mima:附則-4")
@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2017, 5, 21), None),
        (date(2017, 5, 22), date(2017, 5, 22)),
        (date(2020, 11, 5), date(2017, 5, 22)),
        (date(2020, 11, 6), date(2020, 11, 6)),
        (date(2021, 2, 14), date(2020, 11, 6)),
        (date(2021, 2, 15), date(2021, 2, 15)),
        (date(2023, 3, 31), date(2021, 2, 15)),
        (date(2023, 4, 1), date(2023, 4, 1)),
        (date(2026, 11, 21), date(2023, 4, 1)),
    ],
)
def test_version_is_the_latest_begun_when_asked_for_a_day(day: date, version: date | None) -> None:
    assert MIMA.version_on(day) == version


@pytest.mark.clause("toyama:附則")
def test_version_is_none_when_the_guideline_was_not_yet_in_force() -> None:
    assert TOYAMA.version_on(date(2022, 3, 31)) is None
    assert TOYAMA.version_on(date(2022, 4, 1)) == date(2022, 4, 1)


def test_supplementary_clauses_carry_their_own_dates_when_read() -> None:
    ends = [clause for clause in MIMA.clauses.values() if clause.article == "附則"]
    assert tuple(clause.effective_from for clause in ends) == MIMA.versions
    others = {clause.effective_from for clause in MIMA.clauses.values() if clause.article != "附則"}
    assert others == {date(2023, 4, 1)}


# --- Duties

STANDS_ON = {
    ("mima", "register"): "2-場面",
    ("mima", "policy"): "3-1 3-2-公表",
    ("mima", "policy_items"): "3-2-柱 3-2-ア 3-2-イ 3-2-ウ 3-2-エ 3-2-オ 3-2-カ 3-2-キ",
    ("mima", "policy_publication"): "3-2-公表",
    ("mima", "site_register"): "3-3-明示",
    ("mima", "staff"): "2-対象者",
    ("mima", "declaration"): "4-柱 4-1",
    ("mima", "permanence"): "4-8",
    ("mima", "approval"): "5-本文",
    ("mima", "exemption"): "5-省略",
    ("mima", "second_check"): "5-ただし書",
    ("mima", "ground_public"): "5-1",
    ("mima", "ground_fact"): "5-2",
    ("mima", "ground_law"): "5-3",
    ("mima", "ground_disaster"): "5-4",
    ("mima", "clearance"): "5-本文",
    ("mima", "category"): "3-2-ウ",
    ("mima", "text_limit"): "4-5-正確",
    ("mima", "credentials"): "3-3-認証 3-3-不正アクセス",
    ("mima", "correction"): "7-1",
    ("mima", "public_order"): "4-9-カ",
    ("mima", "rule_versions"): "附則-1 附則-2 附則-3 附則-4",
    ("mima", "titles"): "題名",
    ("mima", "device"): "9-2 4-2-ポリシー",
    ("mima", "disaster_only"): "8-2",
    ("mima", "election"): "4-4",
    ("mima", "emergency"): "5-ただし書-緊急",
    ("mima", "flaming"): "7-4-反論禁止",
    ("mima", "flaming_deletion"): "7-4-削除禁止",
    ("mima", "flaming_report"): "7-4-報告",
    ("mima", "out_of_hours"): "9-1",
    ("mima", "resumption"): "8-1-再開",
    ("mima", "suspension"): "8-1-停止",
    ("toyama", "register"): "4-3-私的",
    ("toyama", "policy"): "5-2-策定 5-2-掲載",
    ("toyama", "policy_items"): "5-2-策定",
    ("toyama", "policy_publication"): "5-2-掲載",
    ("toyama", "send_only"): "5-3",
    ("toyama", "research"): "5-1",
    ("toyama", "site_register"): "7-2-紹介",
    ("toyama", "staff"): "3-範囲",
    ("toyama", "elected"): "3-除外",
    ("toyama", "declaration"): "4-1",
    ("toyama", "permanence"): "4-5-削除不能",
    ("toyama", "text_limit"): "4-5-誤解",
    ("toyama", "credentials"): "6-4",
    ("toyama", "embargo"): "6-5-意思形成",
    ("toyama", "owning_section"): "6-6",
    ("toyama", "handbook"): "1-目的 4-3-私的",
    ("toyama", "correction"): "4-6-誠実",
    ("toyama", "desk"): "8",
    ("toyama", "public_order"): "4-7-キ",
    ("toyama", "rule_versions"): "附則",
    ("toyama", "titles"): "題名",
}


def test_duty_table_is_the_agreed_one_when_read() -> None:
    stands_on = {
        (book.id, duty): " ".join(key.split(":")[1] for key in row.clauses)
        for book in BOTH
        for duty, row in book.duties.items()
        if row.clauses
    }
    assert stands_on == STANDS_ON


def test_every_duty_is_on_except_what_the_city_does_not_ask_when_read() -> None:
    """Hours and devices are Mima's alone (domain report, section 2)."""
    assert {duty for duty, row in MIMA.duties.items() if not row.on} == {"send_only", "research"}
    assert {duty for duty, row in TOYAMA.duties.items() if not row.on} == {"out_of_hours", "device"}
    assert set(MIMA.duties) == set(TOYAMA.duties) == DUTIES


@pytest.mark.parametrize(
    ("duty", "silent", "asks"),
    [
        ("send_only", MIMA, TOYAMA),
        ("research", MIMA, TOYAMA),
        ("out_of_hours", TOYAMA, MIMA),
        ("device", TOYAMA, MIMA),
    ],
)
def test_duty_is_owed_when_one_of_two_rulebooks_asks_for_it(
    duty: str, silent: clauses.Rulebook, asks: clauses.Rulebook
) -> None:
    assert not is_on(duty, [silent])
    assert is_on(duty, [asks])
    assert is_on(duty, [silent, asks])
    assert is_on(duty, [asks, silent])


def test_duty_has_no_answer_when_no_rulebook_is_given() -> None:
    with pytest.raises(ValueError, match="at least one rulebook"):
        is_on("approval", [])


@pytest.mark.parametrize("ask", [is_on, cite, clauses_for])
def test_unknown_duty_is_refused_when_asked(ask: object) -> None:
    with pytest.raises(KeyError, match="aproval"):
        ask("aproval", [MIMA])  # type: ignore[operator]


# --- Citing


@pytest.mark.parametrize(
    ("duty", "books", "text"),
    [
        ("second_check", [MIMA], "要領 第5条ただし書"),
        ("second_check", [TOYAMA], "市の設定"),
        ("second_check", [TOYAMA, MIMA], "要領 第5条ただし書"),
        ("policy", [MIMA], "要領 第3条(1)・第3条(2)"),
        ("policy", [TOYAMA], "ガイドライン 5(2)"),
        ("policy", [MIMA, TOYAMA], "要領 第3条(1)・第3条(2)・ガイドライン 5(2)"),
        ("send_only", [MIMA], "市の設定"),
        ("approval", [], "市の設定"),
    ],
)
def test_cite_names_each_place_once_when_asked(duty: str, books: list[clauses.Rulebook], text: str) -> None:
    assert cite(duty, books) == text


def test_clauses_for_follows_the_order_of_the_rulebooks_when_two_are_given() -> None:
    assert [c.id for c in clauses_for("correction", [TOYAMA, MIMA])] == ["toyama:4-6-誠実", "mima:7-1"]


def test_clause_cites_its_rulebook_and_place_when_shown() -> None:
    assert MIMA.clauses["mima:3-2-ア"].cite == "要領 第3条(2)ア"
    assert TOYAMA.clauses["toyama:4-7-オ-損害"].cite == "ガイドライン 4(7)オ"


def test_by_place_keeps_articles_and_clauses_in_order_when_grouped() -> None:
    places = by_place(MIMA)
    assert list(places) == ["題名", *(f"第{number}条" for number in range(1, 10)), "附則"]
    assert [clause.id for group in places.values() for clause in group] == list(MIMA.clauses)
    assert list(by_place(TOYAMA)) == ["題名", *"123456789", "附則"]


def test_toyama_alone_never_names_mima_when_everything_is_dumped() -> None:
    dump = every_text(TOYAMA) + every_text(by_place(TOYAMA))
    for duty in DUTIES:
        dump += [cite(duty, [TOYAMA]), *every_text(clauses_for(duty, [TOYAMA]))]
    assert len(dump) > 119
    assert [text for text in dump if re.search("美馬|mima|要領", text)] == []


def test_code_names_no_city_when_read() -> None:
    code = Path(clauses.__file__).read_text(encoding="utf-8")
    assert [book.city for book in BOTH if book.city in code or book.id in code] == []


# --- Wrong data

SMALL = """
[rulebook]
id = "hana"
city = "花市"
title = "花市の要綱"
kind = "要綱"
short = "要綱"
[[versions]]
effective_on = 2020-04-01
[[versions]]
effective_on = 2024-04-01
[[clauses]]
id = "hana:1"
article = "第1条"
label = "第1条"
gist = "所属長に見てもらいます。"
kind = "gate"
effective_from = 2024-04-01
done_by = "code"
[[clauses]]
id = "hana:2"
article = "第2条"
item = "(1)"
label = "第2条(1)"
gist = "丁寧に書きます。"
kind = "evidence"
effective_from = 2020-04-01
done_by = "people"
who = "発信者"
note = "読み返します。"
asked_at = "起案の画面"
screen = "post_new"
""" + "\n".join(f"[duties.{duty}]\non = true\nclauses = []" for duty in sorted(DUTIES)).replace(
    "[duties.approval]\non = true\nclauses = []", '[duties.approval]\non = true\nclauses = ["hana:1"]'
)


def test_small_rulebook_is_read_when_nothing_is_wrong() -> None:
    book = parse(SMALL, source="hana.toml")
    assert cite("approval", [book]) == "要綱 第1条"
    assert (book.clauses["hana:1"].item, book.clauses["hana:2"].item) == ("", "(1)")
    assert book.versions == (date(2020, 4, 1), date(2024, 4, 1))


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("[rulebook]", "[rulebook", "not TOML"),
        ("[rulebook]", "[book]", "missing rulebook"),
        ('city = "花市"\n', "", "missing city"),
        ('city = "花市"', 'city = "花市"\ncrest = "x"', "unknown crest"),
        ('city = "花市"', 'city = " "', "city must be text"),
        ('city = "花市"', "city = 3", "city must be text"),
        ("effective_on = 2020-04-01", 'effective_on = "2020-04-01"', "must be a date"),
        ("effective_on = 2020-04-01", "effective_on = 2020-04-01T00:00:00", "must be a date"),
        ("effective_on = 2020-04-01", "effective_on = 2024-04-01", "later than the one before"),
        ("effective_on = 2020-04-01", "effective_on = 2020-04-01\nname = 1", "unknown name"),
        ('id = "hana:2"', 'id = "hana:1"', "hana:1 stands there twice"),
        ('id = "hana:2"', 'id = "kusa:2"', "must begin with hana:"),
        ('id = "hana:2"', 'id = "hana:2"\ntext = "x"', "hana:2: unknown text"),
        ('gist = "丁寧に書きます。"\n', "", "hana:2: missing gist"),
        ('label = "第2条(1)"', 'label = "2条"', "must begin with its article"),
        ('kind = "evidence"', 'kind = "wish"', "kind is 'wish'"),
        ('kind = "evidence"', 'kind = "check"', "hana:2: a check is not for people alone"),
        ('kind = "evidence"', 'kind = "page"', "hana:2: a page is not for people alone"),
        ('done_by = "people"', 'done_by = "planned"', "hana:2: missing waits_for"),
        ('asked_at = "起案の画面"\n', "", "hana:2: missing asked_at"),
        (
            "effective_from = 2020-04-01",
            "effective_from = 2021-04-01",
            "no version is effective on 2021-04-01",
        ),
        ('done_by = "people"', 'done_by = "nobody"', "done_by is 'nobody'"),
        ('done_by = "people"', 'done_by = "code"', "hana:2: unknown asked_at, screen, who"),
        ('who = "発信者"\n', "", "hana:2: missing who"),
        ('who = "発信者"', 'who = ""', "hana:2: who must be text"),
        ('note = "読み返します。"', "", "hana:2: missing note"),
        ("[duties.desk]\non = true\nclauses = []\n", "", "duties: missing desk"),
        ("[duties.desk]", "[duties.dusk]\non = true\nclauses = []\n[duties.desk]", "duties: unknown dusk"),
        ("[duties.desk]\non = true", '[duties.desk]\non = "yes"', "duties desk: on must be true or false"),
        (
            "[duties.desk]\non = true\nclauses = []",
            "[duties.desk]\non = true",
            "duties desk: missing clauses",
        ),
        (
            "[duties.desk]\non = true\nclauses = []",
            "[duties.desk]\non = true\nclauses = [1]",
            "list of texts",
        ),
        ('["hana:1"]', '["hana:1", "hana:9"]', "unknown clause hana:9"),
        ('["hana:1"]', '["hana:1", "hana:1"]', "names a clause twice"),
        ('["hana:1"]', "[]", "done by code, but under no duty: hana:1"),
        ('["hana:1"]', '["hana:1", "hana:2"]', "under a duty, but not done by code: hana:2"),
        (
            '[duties.approval]\non = true\nclauses = ["hana:1"]',
            '[duties.approval]\non = false\nclauses = ["hana:1"]',
            "duties approval: is off, but stands on clauses",
        ),
    ],
)
def test_rulebook_is_refused_by_name_and_fault_when_its_data_is_wrong(
    right: str, wrong: str, message: str
) -> None:
    assert right in SMALL
    with pytest.raises(RulebookError, match=re.escape(message)) as caught:
        parse(SMALL.replace(right, wrong, 1), source="hana.toml")
    assert str(caught.value).startswith("hana.toml")


@pytest.mark.parametrize("table", ["versions", "clauses"])
def test_rulebook_is_refused_when_a_list_is_empty(table: str) -> None:
    small = re.sub(rf"\[\[{table}\]\]\n(?:[a-z_]+ = .*\n)+", "", SMALL)
    with pytest.raises(RulebookError, match=rf"missing {table}"):
        parse(small, source="hana.toml")
    with pytest.raises(RulebookError, match=rf"{table} must be a list"):
        parse(f"{table} = []\n{small}", source="hana.toml")


@pytest.mark.parametrize("name", ["nowhere", "../clauses", "", "mima.toml"])
def test_load_is_refused_when_there_is_no_such_rulebook(name: str) -> None:
    with pytest.raises(RulebookError, match=r"no rulebook .*; there are mima, toyama"):
        load(name)


def test_rulebook_cannot_be_changed_when_loaded() -> None:
    with pytest.raises(TypeError):
        MIMA.duties["approval"] = clauses.Duty(on=False, clauses=())  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        MIMA.duties["approval"].on = False  # type: ignore[misc]
    assert load("mima") is MIMA


def test_files_hold_only_known_kinds_when_read_as_plain_toml() -> None:
    for name in available():
        raw = tomllib.loads((ROOT / f"rules/rulebooks/{name}.toml").read_text(encoding="utf-8"))
        assert {clause["kind"] for clause in raw["clauses"]} <= KINDS
        assert raw["rulebook"]["id"] == name
