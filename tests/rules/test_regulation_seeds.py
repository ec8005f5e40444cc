"""The two founding regulations as they are: every place that a clause id names is found, in order, word for word.

Reads what is kept beside the project and never in it: the seeds, and the official table of clauses.
"""

import csv
import re
from pathlib import Path

import pytest

from rules import clauses
from rules.regulation import Regulation, by_path, read
from rules.regulation_lines import decode
from rules.regulation_locators import Attachment, attach, locators_of
from tests.support.require import require

SHARED = Path(__file__).parents[3] / "shared"
OFFICIAL = SHARED / "rules/clauses.csv"
SEEDS = {key: SHARED / f"seeds/{key}.txt" for key in ("mima", "toyama")}
require(
    OFFICIAL.is_file() and all(seed.is_file() for seed in SEEDS.values()),
    "the official wording, so the import of both seeds is NOT CHECKED",
    "seeds/ and rules/clauses.csv in a folder named shared beside this project",
)
BOTH = pytest.mark.parametrize("key", list(SEEDS))


def regulation(key: str) -> Regulation:
    return read(decode(SEEDS[key].read_bytes()))


def attachment(key: str) -> Attachment:
    return attach(regulation(key), locators_of(key))


def official(key: str) -> dict[str, str]:
    """The official words of each clause of one rulebook, without the mark that some of them begin with."""
    with OFFICIAL.open(encoding="utf-8-sig", newline="") as table:
        rows = {row["id"]: row["text_ja"] for row in csv.DictReader(table)}
    return {
        clause: plain(re.sub(r"^(\(\d+\)|[ア-ン])\s", "", words))
        for clause, words in rows.items()
        if clause.startswith(f"{key}:")
    }


def plain(words: str) -> str:
    return re.sub(r"\s", "", words)


@BOTH
def test_every_clause_has_the_official_words_in_order_when_the_seed_is_read(key: str) -> None:
    found = attachment(key)
    assert [(one.clause_id, plain(one.words)) for one in found.attached] == list(official(key).items())
    assert found.unplaced == ()


def test_all_119_clauses_are_placed_when_both_seeds_are_read() -> None:
    assert sum(len(attachment(key).attached) for key in SEEDS) == 119


@BOTH
def test_places_of_the_clauses_follow_each_other_when_the_seed_is_read(key: str) -> None:
    order = [one.place.line for one in attachment(key).attached]
    assert order == sorted(order)


@BOTH
def test_no_word_is_lost_when_the_seed_is_read(key: str) -> None:
    """Marks, headings and words together are the file, white space ignored."""
    rest = SEEDS[key].read_text(encoding="utf-8")
    for place in regulation(key).places:
        for text in (place.heading, *place.words.split("\n")):
            spaced = r"\s*".join(map(re.escape, plain(text)))
            rest, count = re.subn(spaced, "", rest, count=1)
            assert count == 1, text
    left = re.sub(
        r"第\d条|附\s*則|※\d|\(\d\)|\(\s*\)|^\s*-?\s*([ア-キ]|\d)\s|[#\s-]", "", rest, flags=re.MULTILINE
    )
    assert left == ""


@BOTH
def test_nothing_is_doubtful_left_out_or_unclaimed_when_the_seed_is_read(key: str) -> None:
    found = regulation(key)
    assert (found.remarks, found.left_out, attachment(key).unclaimed) == ((), (), ())


@BOTH
def test_title_is_the_one_of_the_rulebook_when_the_seed_is_read(key: str) -> None:
    assert regulation(key).title == clauses.load(key).title


def test_sentence_is_whole_when_a_page_breaks_inside_it() -> None:
    words = by_path(regulation("mima"))["第7条", "(4)"].words
    assert "冷静に対応する。" in words
    assert "\n" not in words


@BOTH
def test_no_blank_stands_between_japanese_letters_when_the_seed_is_read(key: str) -> None:
    japanese = r"[、。ぁ-んァ-ヶー一-龠]"
    for place in regulation(key).places:
        assert not re.search(rf"{japanese}[ 　]{japanese}", place.heading + place.words), place.label


def test_headings_are_without_marks_and_brackets_when_the_seed_is_read() -> None:
    mima, toyama = by_path(regulation("mima")), by_path(regulation("toyama"))
    assert (mima["第1条",].heading, mima["第5条",].heading) == ("目的", "情報発信に関する決裁区分")
    assert (toyama["8",].heading, toyama["9", "※1"].heading) == ("相談窓口", "ブログ")
    assert toyama["8",].words.endswith("-2015")
