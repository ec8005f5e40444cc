"""date.*: days and times that do not fit, cannot be, or are over."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from rules.calendar import day_of
from rules.checks.check import PROSE, Check
from rules.checks.days import (
    ERA_YEAR,
    ERAS,
    SHORT_ERAS,
    Day,
    days_in,
    last_of,
    made,
    weekday_of,
    year_of,
)
from rules.checks.findings import Hit, Severity
from rules.checks.material import PartKind, World
from rules.checks.reading import Reading

_TEXTS: Final = PROSE | {PartKind.ALT, PartKind.LINK_TITLE, PartKind.QUOTE}


def weekday(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-正確: a date with a weekday that it does not have. Without a year it is the coming one (see `Day.on`)."""
    at = day_of(world.at)
    for day in days_in(reading.joined.text):
        known = day.on(at) if day.weekday else None
        if known and weekday_of(known) != day.weekday:
            yield Hit(
                f"{known.year}年{known.month}月{known.day}日は{weekday_of(known)}曜日です（{day.weekday}曜日と書かれています）。",
                reading.joined.span(day.begin, day.end),
                "日付か曜日を直してください。",
            )


# --- eras

_PAIR: Final = re.compile(
    rf"{ERA_YEAR}\s?(?:年度?)?\s?[(/=・]\s?(?:西暦)?(?P<year>[12]\d{{3}})\s?(?:年度?)?\s?\)?"
    rf"|(?:西暦)?(?<!\d)(?P<year_first>[12]\d{{3}})\s?(?:年度?)?\s?[(/=・]\s?"
    rf"(?P<era2>令和|平成|昭和|大正|明治|[RHSTM])\s?(?P<era_no2>元|\d{{1,2}})\s?(?:年度?)?\s?\)?"
)
_ERA_ONLY: Final = re.compile(
    ERA_YEAR + r"\s?年(?P<fiscal>度)?(?:\([^)]{1,10}\))?\s?(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?"
)
_HAS_ERA: Final = re.compile(r"令和|平成|昭和|大正|明治|[RHSTM]\d")


def wareki(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-正確: an era's year beside another western year, and a day that its era never had."""
    view = reading.joined
    if not _HAS_ERA.search(view.text):
        return
    for found in _PAIR.finditer(view.text):
        era, written = found["era"] or found["era2"], found["era_no"] or found["era_no2"]
        told, meant = int(found["year"] or found["year_first"]), year_of(era.rstrip("."), written)
        if meant is not None and meant != told:
            yield Hit(
                f"{_era(era)}{written}年は{meant}年です（{told}年と書かれています）。",
                view.of(found),
                "元号か西暦を直してください。",
            )
    for found in _ERA_ONLY.finditer(view.text):
        if not _is_of_era(found):
            yield Hit(
                f"{_era(found['era'])}{found['era_no']}年{_month_of(found)}はありません。",
                view.of(found),
                "元号を直してください。",
            )


def _era(written: str) -> str:
    return SHORT_ERAS.get(written.rstrip("."), written)


def _month_of(found: "re.Match[str]") -> str:
    return f"{found['month']}月" if found["month"] else ""


def _is_of_era(found: "re.Match[str]") -> bool:
    _, first, last = ERAS[_era(found["era"])]
    year = year_of(found["era"].rstrip("."), found["era_no"]) or 0
    if found["era_no"] in ("0", "00"):
        return False
    month, day = int(found["month"] or 0), int(found["day"] or 0)
    if found["fiscal"] or not 1 <= month <= 12:
        return first.year <= year <= last.year
    begins, ends = made(year, month, day or 1), made(year, month, day or min(28, last_of(month)))
    if not day and (year, month) in ((first.year, first.month), (last.year, last.month)):
        return True
    return begins is None or ends is None or (first <= begins and ends <= last)


# --- what cannot be

_TIME: Final = r"(?:(?P<half{n}>午前|午後|正午)\s?)?(?<![\d:.])(?P<hour{n}>\d{{1,2}})(?:\s?時(?:(?P<half_past{n}>半)|\s?(?P<minute{n}>\d{{1,2}})\s?分)?|:(?P<colon{n}>\d{{2}}))(?![\d:間])"
_CLOCK: Final = re.compile(_TIME.format(n=""))
_SPAN: Final = re.compile(
    _TIME.format(n="1")
    + r"\s?(?:~|〜|-|−|–|―|から|より)\s?(?P<next>翌日?の?(?:朝)?|次の日の)?\s?"
    + _TIME.format(n="2")
)


def invalid(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-正確: a day or a time that does not exist, and a span that ends before it begins (翌 says that it does
    not)."""
    yield from _wrong_days(reading, day_of(world.at))
    yield from _wrong_times(reading)


def _wrong_days(reading: Reading, at: date) -> Iterator[Hit]:
    view, last = reading.joined, None
    for day in days_in(view.text):
        if not _exists(day, at):
            yield Hit(
                f"{day.month}月{day.day}日は、ない日です。",
                view.span(day.begin, day.end),
                "日付を直してください。",
            )
        elif last is not None and day.after == "~" and _is_backwards(last, day):
            yield Hit(
                "終わりの日が、始まりの日より前です。",
                view.span(last.begin, day.end),
                "日付を直してください。",
            )
        last = day


def _exists(day: Day, at: date) -> bool:
    if not (1 <= day.month <= 12 and 1 <= day.day <= last_of(day.month)):
        return False
    if (day.month, day.day) != (2, 29):
        return True
    years = [day.year] if day.year is not None else [at.year - 1, at.year, at.year + 1]
    return any(made(year, 2, 29) for year in years)


def _is_backwards(first: Day, second: Day) -> bool:
    """From December to January one goes into the next year; a month that is the same, or two years, tell."""
    if first.year is not None and second.year is not None:
        return (second.year, second.month, second.day) < (first.year, first.month, first.day)
    return first.month == second.month and second.day < first.day


def _wrong_times(reading: Reading) -> Iterator[Hit]:
    view = reading.folded
    if ":" not in view.text and "時" not in view.text:
        return
    for found in _CLOCK.finditer(view.text):
        if _is_no_time(found):
            yield Hit(f"「{found[0].strip()}」は、ない時刻です。", view.of(found), "時刻を直してください。")
    for found in _SPAN.finditer(view.text):
        if not found["next"] and _ends_before(found):
            yield Hit(
                "終わりの時刻が、始まりの時刻より前です。",
                view.of(found),
                "時刻を直してください。次の日までなら「翌」を付けてください。",
            )


def _is_no_time(found: "re.Match[str]") -> bool:
    hour, minute = int(found["hour"]), int(found["minute"] or found["colon"] or 0)
    if found["half"] and hour > 12:
        return True
    # With a colon it may also be a ratio or a score: only what is near a time is told.
    if found["colon"] is not None:
        return (hour in range(25, 31) and minute in (0, 30)) or (hour <= 24 and minute in range(60, 100))
    return hour > 24 or minute > 59


def _ends_before(found: "re.Match[str]") -> bool:
    begins, ends = (
        _minutes(found, "1", found["half1"]),
        _minutes(found, "2", found["half2"] or found["half1"]),
    )
    if begins is None or ends is None or ends >= begins:
        return False
    # 午前9時から5時まで: everybody hears 午後5時.
    return not (found["half1"] == "午前" and not found["half2"])


def _minutes(found: "re.Match[str]", n: str, half: str | None) -> int | None:
    hour = int(found[f"hour{n}"])
    minute = 30 if found[f"half_past{n}"] else int(found[f"minute{n}"] or found[f"colon{n}"] or 0)
    if hour > 24 or minute > 59:
        return None
    return (hour + (12 if half == "午後" and hour < 12 else 0)) * 60 + minute


# --- over already

_ANNOUNCES: Final = re.compile(
    r"(?:開催|実施|販売|配布|放送|公開|開始|募集|発売|上映|展示|受付|点灯|オープン|運行|休館|断水|停電|行い|開き|始まり|始め|受け付け|配り)(?:し?ます|いたします|する予定|予定|中です|しています|ています)"
    r"|開かれます|行われます|お越し|おいで(?:くだ|下)|ご参加(?:くだ|下|をお)|参加してくだ|お申(?:し)?込み|申(?:し)?込み?(?:は|を|期限|締)|ご応募|応募(?:は|期限|締)|ご予約"
    r"|締(?:め)?切|期限|提出(?:してくだ|をお|は)|までに(?!は)|まで(?:です|受|お|募|。|$|\n)|予定です|お待ちして|お楽しみに|見逃しなく|ご来場(?:くだ|をお)|集合(?:です|してくだ)|お忘れなく"
)
_PAST: Final = re.compile(
    r"ました|でした|終了(?:し|です|。|$)|終わりました|た(?:。|$|\n|方|人|皆|ため|こと|もの|「)|だった|おりました|済み|中止(?:し|と|に)"
)
_OTHER_USE: Final = re.compile(
    r"^\s?(?:現在|付け?|号|時点|生まれ|にちなみ|を記念|公表|発表|施行|公布|以降|以後|にリニューアル|に開館|に誕生|制定|締結)"
)
_OPEN_END: Final = re.compile(
    r"^\s?(?:(?:~|〜|から|より)|\d{1,2}(?::\d{2}|時(?:半|\d{1,2}分)?)\s?(?:から|より))"
)


def past(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-正確: something is announced for a day that is over when it goes out. What tells of the past, and what began
    then and goes on, is none."""
    view, at = reading.joined, day_of(world.at)
    over = [day for day in days_in(view.text) if _is_over(day, at)]
    if not over:
        return
    for begin, end in _sentences(reading):
        inside = [day for day in days_in(view.text) if begin <= day.begin < end]
        if inside and all(_is_over(day, at) and not _is_aside(view.text, day) for day in inside):
            text = view.text[begin:end]
            if _ANNOUNCES.search(text) and not _PAST.search(text):
                last = inside[-1]
                yield Hit(
                    f"{last.month}月{last.day}日は、発信するときにはもう過ぎています。",
                    view.span(inside[0].begin, last.end),
                    "日付を確かめてください。終わったことなら「しました」と書いてください。",
                )


def _is_over(day: Day, at: date) -> bool:
    known = day.on(at)
    return known is not None and known < at and day.shift is None


def _is_aside(text: str, day: Day) -> bool:
    behind = text[day.end : day.end + 16]
    return bool(
        _OTHER_USE.match(behind) or (_OPEN_END.match(behind) and not days_in(text[day.end : day.end + 24]))
    )


def _sentences(reading: Reading) -> Iterator[tuple[int, int]]:
    """By full stops only: in the joined view lines have no ends."""
    for found in re.finditer(r"[^。!?]+[。!?]?", reading.joined.text):
        yield found.span()


CHECKS: Final = (
    Check("date.weekday", Severity.BLOCK, "日付と曜日", on_text=weekday, kinds=_TEXTS),
    Check("date.wareki", Severity.BLOCK, "元号と西暦", on_text=wareki, kinds=_TEXTS),
    Check("date.invalid", Severity.BLOCK, "ない日・ない時刻", on_text=invalid, kinds=_TEXTS),
    Check("date.past", Severity.CONFIRM, "過ぎた日の案内", on_text=past, kinds=_TEXTS),
)
