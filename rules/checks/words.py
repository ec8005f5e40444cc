"""word.*: disaster words that are out of date, and words that leave people out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.calendar import day_of
from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import World
from rules.checks.reading import Reading
from rules.checks.sayings import sentences_with, words_found


@dataclass(frozen=True)
class Renamed:
    """A disaster word that is not to be used from a day on, and what is said since."""

    words: re.Pattern[str]
    since: date
    instead: str
    severity: Severity


# 避難情報: 災害対策基本法 (2021). Names with levels: 新たな防災気象情報 (気象庁, from the end of May 2026; the day is set late).
_TABLE: Final = (
    Renamed(re.compile(r"避難勧告"), date(2021, 5, 20), "避難指示（警戒レベル4）", Severity.BLOCK),
    Renamed(
        re.compile(r"避難準備・?高齢者等避難開始|避難準備情報|避難準備(?=を(?:発令|出)|が(?:発令|出))"),
        date(2021, 5, 20),
        "高齢者等避難（警戒レベル3）",
        Severity.BLOCK,
    ),
    Renamed(re.compile(r"避難指示\(緊急\)"), date(2021, 5, 20), "避難指示（警戒レベル4）", Severity.BLOCK),
    Renamed(re.compile(r"土砂災害警戒情報"), date(2026, 6, 1), "レベル4土砂災害危険警報", Severity.CONFIRM),
    Renamed(
        re.compile(r"(?:大雨|洪水|氾濫|高潮|土砂災害)(?:特別警報|危険警報|警報|注意報)"),
        date(2026, 6, 1),
        "「レベル3大雨警報」のように、レベルを付けた名前",
        Severity.CONFIRM,
    ),
    Renamed(
        re.compile(r"(?:氾濫|はん濫)(?:注意|警戒|危険|発生)情報"),
        date(2026, 6, 1),
        "「レベル4氾濫危険警報」のように、レベルを付けた名前",
        Severity.CONFIRM,
    ),
)
_QUICK: Final = re.compile(r"避難(?:勧告|準備|指示\()|警報|注意報|警戒情報|(?:氾濫|はん濫)")
_LEVEL_BEFORE: Final = re.compile(
    r"(?:警戒)?レベル\s?[1-5一二三四五](?:相当)?の?[「『]?(?:[一-龥]{2,4}(?:・|や|、))?$"
)
# The sentence explains the words, or tells of another time.
_EXPLAINS: Final = re.compile(
    r"廃止|一本化|名称(?:が|を)?(?:変|改)|変わりました|変わります|改められ|という(?:名前|名称|言葉|ことば)|旧|かつて|以前は|当時|使われなくな|使いません|のことです|とは[、,]|に(?:名前|名称)を?変|呼び(?:ます|方)|新しい(?:名前|名称)|見直され|平成\d"
)


def disaster(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-正確, mima:5-4: abolished names of evacuation orders block; warnings without their level are told since the
    names have one. Sentences that explain the change, and kinds without levels (大雪, 暴風), are left alone."""
    on = day_of(world.at)
    for begin, text in sentences_with(reading, _QUICK):
        if not _EXPLAINS.search(text):
            yield from _in_sentence(reading, begin, text, on)


def _in_sentence(reading: Reading, begin: int, text: str, on: date) -> Iterator[Hit]:
    for row in _TABLE:
        for found in row.words.finditer(text) if on >= row.since else ():
            leveled = row.severity == Severity.CONFIRM and _LEVEL_BEFORE.search(text[: found.start()][-16:])
            if not leveled:
                yield Hit(
                    f"「{found[0]}」は、いまは使わない名前です。",
                    reading.folded.span(begin + found.start(), begin + found.end()),
                    f"{row.instead}と書いてください。",
                    severity=row.severity,
                )


def inclusive(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-3-人権, mima:4-5-文体: words of the list, where they stand as words of their own (not 外人 in 屋外人工芝)."""
    pattern, view = world.lists.found_by("outdated_words"), reading.folded
    instead = world.lists.instead.get("outdated_words", {})
    for found in words_found(reading, pattern):
        better = instead.get(found[0], "")
        yield Hit(
            f"「{found[0]}」は、人によっては除け者にされたと感じることばです。",
            view.of(found),
            f"「{better}」などに言いかえてください。" if better else "言いかえてください。",
            fix=better or None,
        )


CHECKS: Final = (
    Check("word.disaster", Severity.BLOCK, "防災のことば", on_text=disaster),
    Check("word.inclusive", Severity.CONFIRM, "言いかえることば", on_text=inclusive),
)
