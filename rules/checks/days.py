"""Dates as city posts write them, with the place of each: 12月5日(土), 12/5(土), 令和8年12月5日, R8.12.5, 十二月五日, and the
days that follow one in a row (～6日(日)). Read from the joined view: a date may run on in the next line.

Eras and their limits: 元号法と各改元の政令.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

WEEKDAYS: Final = "月火水木金土日"
# Era → the year before its first, its first and last day.
ERAS: Final = {
    "令和": (2018, date(2019, 5, 1), date.max),
    "平成": (1988, date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": (1925, date(1926, 12, 25), date(1989, 1, 7)),
    "大正": (1911, date(1912, 7, 30), date(1926, 12, 24)),
    "明治": (1867, date(1868, 1, 25), date(1912, 7, 29)),
}
SHORT_ERAS: Final = dict(zip("RHSTM", ERAS, strict=True))
_KANJI: Final = "〇一二三四五六七八九十"
NUMBER: Final = rf"(?:\d{{1,2}}|[{_KANJI}]{{1,3}})"
ERA_YEAR: Final = rf"(?:(?P<era>令和|平成|昭和|大正|明治|(?<![A-Za-z])[RHSTM]\.?)\s?(?P<era_no>元|{NUMBER}))"
_YEAR: Final = r"(?P<year>(?<!\d)[12]\d{3})"
_BOTH: Final = r"(?:\s?\([^)]{1,10}\)\s?(?:年)?)?"
_WEEKDAY: Final = (
    r"(?:\s?\(\s?(?P<weekday>[月火水木金土日])(?:曜日?)?(?:\s?[・,、/]\s?(?:祝日?|休日?|振替休日|振休|祝))?\s?\)"
    r"|の?(?P<weekday_ja>[月火水木金土日])曜)?"
)
_NEAR: Final = r"(?P<near>一昨年|昨年|去年|前年|今年|本年|来年|翌年)[の、,]?\s?"
_FULL: Final = re.compile(
    rf"(?:{ERA_YEAR}\s?年{_BOTH}\s?|{_YEAR}\s?年{_BOTH}\s?|{_NEAR})?(?<!\d)(?P<month>{NUMBER})\s?月\s?(?P<day>{NUMBER})\s?日{_WEEKDAY}"
)
_DOTTED: Final = re.compile(
    rf"(?:(?P<era>(?<![A-Za-z])[RHSTM])(?P<era_no>\d{{1,2}})[./]|{_YEAR}[./-])(?P<month>\d{{1,2}})[./-](?P<day>\d{{1,2}})(?![\d./]){_WEEKDAY}"
)
# A fraction or a score unless a weekday follows.
_SLASHED: Final = re.compile(
    r"(?<![\d/.])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/])\s?\(\s?(?P<weekday>[月火水木金土日])(?:曜日?)?(?:\s?[・,、/]\s?(?:祝日?|休日?))?\s?\)"
)
_DAY_ONLY: Final = re.compile(
    r"(?P<link>(?:~|〜|-|−|–|から|より|・|、|,|と|及び|および|/|翌)\s?)(?:翌)?(?<!\d)(?P<day>\d{1,2})\s?日(?!間|分|以内|前|後|目|程度|ほど)"
    + _WEEKDAY
)
_RANGE: Final = re.compile(r"^\s?(?:\d{1,2}(?::\d{2}|時)[^~〜]{0,8})?(?:~|〜|-|−|–|から|より)\s?")
# How far a carried month reaches.
_FAR: Final = 24


@dataclass(frozen=True)
class Day:
    """A date as it is written, in the joined view. `year`: as written or as an earlier one of the sentence says;
    `shift`: years from the publication's (昨年: -1). `after`: what it follows in a row, "~" for the end of a span."""

    begin: int
    end: int
    month: int
    day: int
    year: int | None = None
    shift: int | None = None
    weekday: str = ""
    after: str = ""
    era: str = ""

    def on(self, at: date) -> date | None:
        """The day that is meant, by the publication's day; None for one that does not exist. Without a year it is the
        one from 60 days before to 304 days after."""
        if self.year is not None:
            return made(self.year, self.month, self.day)
        if self.shift is not None:
            return made(at.year + self.shift, self.month, self.day)
        found = (made(at.year + shift, self.month, self.day) for shift in (-1, 0, 1))
        near = (day for day in found if day and -60 <= (day - at).days <= 304)
        return next(near, None)


def made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=64)
def days_in(text: str) -> tuple[Day, ...]:
    """All dates of a joined text, in their order, those in a row after each."""
    if "日" not in text and "/" not in text and "." not in text:
        return ()
    found = [_read(match) for pattern in (_FULL, _DOTTED, _SLASHED) for match in pattern.finditer(text)]
    found.sort(key=lambda day: (day.begin, -day.end))
    return tuple(_in_rows(text, _apart(found)))


def _apart(days: list[Day]) -> Iterator[Day]:
    end = -1
    for day in days:
        if day.begin >= end:
            yield day
            end = day.end


def _in_rows(text: str, days: Iterator[Day]) -> Iterator[Day]:
    """Each date with the year it takes over, and the bare days behind it with its month."""
    last: Day | None = None
    for day in days:
        last = _carried(text, last, day)
        yield last
        while (more := _DAY_ONLY.match(text, last.end)) is not None:
            last = _following(last, more)
            yield last


def _carried(text: str, last: Day | None, day: Day) -> Day:
    """A year named before goes on through the sentence; and where a span links them, the second is its end."""
    if last is None:
        return day
    between = text[last.end : day.begin] if day.begin - last.end <= _FAR else "。"
    link = "~" if _RANGE.match(between) and _RANGE.match(between).end() == len(between) else ""  # type: ignore[union-attr]
    if day.year is None and day.shift is None and not re.search(r"[。\n]", between):
        if last.year is not None:
            day = replace(day, year=last.year + (day.month < last.month))
        elif last.shift is not None:
            day = replace(day, shift=last.shift + (day.month < last.month))
    return replace(day, after=link)


def _following(last: Day, more: "re.Match[str]") -> Day:
    link = more["link"].strip()
    return replace(
        last,
        begin=more.start("day"),
        end=more.end(),
        day=int(more["day"]),
        weekday=more["weekday"] or more["weekday_ja"] or "",
        after="~" if link in "~〜-−–からより" else link,
    )


def _read(match: "re.Match[str]") -> Day:
    told = match.groupdict()
    era = (told.get("era") or "").rstrip(".")
    return Day(
        match.start(),
        match.end(),
        number(told["month"]),
        number(told["day"]),
        year=int(told["year"]) if told.get("year") else year_of(era, told.get("era_no") or ""),
        shift=_SHIFTS.get(told.get("near") or ""),
        weekday=told.get("weekday") or told.get("weekday_ja") or "",
        era=SHORT_ERAS.get(era, era),
    )


_SHIFTS: Final = {
    "一昨年": -2,
    "昨年": -1,
    "去年": -1,
    "前年": -1,
    "今年": 0,
    "本年": 0,
    "来年": 1,
    "翌年": 1,
}


def year_of(era: str, written: str) -> int | None:
    """The western year of an era's; None for no era."""
    known = ERAS.get(SHORT_ERAS.get(era, era))
    return known[0] + (1 if written == "元" else number(written)) if known and written else None


def number(written: str) -> int:
    """12, 十二, 一二; 0 for what is none."""
    if written.isdecimal():
        return int(written)
    tens, ten, units = written.partition("十")
    if not ten:
        return int("".join(str(_KANJI.index(each)) for each in written)) if "十" not in written else 0
    return (_KANJI.index(tens) if tens in _KANJI and tens else 1) * 10 + (
        _KANJI.index(units[0]) if units else 0
    )


def weekday_of(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def last_of(month: int) -> int:
    """The last day that a month can have."""
    return 29 if month == 2 else (date(2024, month % 12 + 1, 1) - timedelta(days=1)).day
