"""char.*: letters that other machines do not show, that nobody sees, or that are written in two widths. The original text
is read here, not a normalised view: what is normalised away is what is looked for."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import regex

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity, Span
from rules.checks.hosts import links_of
from rules.checks.material import World
from rules.checks.reading import Reading
from rules.checks.views import is_inside

# --- letters of single machines

_DEPENDENT: Final = re.compile(
    "[\u2460-\u24ff\u2160-\u217f\u3200-\u33ff\u2116\u2121髙﨑濵栁邊神祥福靖精羽逸都隆鶴𠮷\ufa00-\ufa2d]|[\uff61-\uff9f]+"
)
_HALF_KANA: Final = re.compile("[\uff61-\uff9f]")
_FIXES: Final = {
    "㈱": "株式会社", "㈲": "有限会社", "㈹": "代表", "㎡": "平方メートル", "㎥": "立方メートル", "㎞": "キロメートル", "㎝": "センチメートル",
    "㎜": "ミリメートル", "㎏": "キログラム", "№": "No.", "℡": "電話", "㍻": "平成", "㍼": "昭和", "㋿": "令和", "㍍": "メートル", "㌔": "キロ",
    "㌘": "グラム", "㌢": "センチ", "㌫": "パーセント", "㌶": "ヘクタール", "㍑": "リットル", "髙": "高", "﨑": "崎", "濵": "浜", "栁": "柳", "𠮷": "吉",
}  # fmt: skip


def dependent(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-文体: circled numbers, Roman numerals, squared words, half-width kana, rare forms of kanji in names. The city
    may keep some (list `kept_letters`)."""
    kept = world.lists.of("kept_letters")
    for found in _DEPENDENT.finditer(reading.text):
        if found[0] not in kept:
            yield Hit(
                f"「{found[0]}」は、機種によって正しく出ない文字です。",
                Span(*found.span()),
                f"「{_plain(found[0])}」のように書いてください。",
                fix=_plain(found[0]),
            )


def _plain(written: str) -> str:
    if written in _FIXES:
        return _FIXES[written]
    if "\u2460" <= written <= "\u2473" or "\u3200" <= written <= "\u33ff":
        plain = unicodedata.normalize("NFKC", written)
        return plain if plain.startswith("(") or not plain.isdecimal() else f"({plain})"
    return unicodedata.normalize("NFKC", written)


# --- letters that nobody sees

_SUSPECT: Final = regex.compile(
    r"[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u3099\u309a\u115f\u1160\u3164\uffa0\u2800\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
# A whole emoji of several parts, a flag of a region, a kanji with its variant: what is inside them is meant.
_MEANT: Final = regex.compile(
    r"\p{Extended_Pictographic}(?:\ufe0f|\p{EMod})?(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{EMod})?){1,8}"
    r"|\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{1,8}\U000e007f"
)
_WITH_MARK: Final = regex.compile(r"[\u3040-\u30ff][\u3099\u309a]")


def invisible(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-正確: letters without a form (zero width, directions, soft hyphens, private use) and kana taken apart, which
    spoil searching and reading aloud. What makes one emoji of several, and variants of kanji, are none."""
    text = reading.text
    if not _SUSPECT.search(text):
        return
    meant = [match.span() for match in _MEANT.finditer(text)]
    for found in _SUSPECT.finditer(text):
        if not is_inside(found.start(), meant):
            yield _invisible(text, found.start())


def _invisible(text: str, at: int) -> Hit:
    pair = _WITH_MARK.fullmatch(text, max(0, at - 1), at + 1)
    if pair:
        whole = unicodedata.normalize("NFC", pair[0])
        return Hit(
            f"「{whole}」が、2つの文字に分かれています。検索や読み上げで正しく扱われません。",
            Span(*pair.span()),
            "1文字に直してください。",
            fix=whole,
        )
    name = f"U+{ord(text[at]):04X}"
    return Hit(f"目に見えない文字（{name}）が入っています。", Span(at, at + 1), "消してください。", fix="")


# --- two widths

_WIDE_DIGITS: Final = re.compile("[０-９]+(?:[．，：][０-９]+)*")
_NARROW_DIGIT: Final = re.compile("[0-9]")
_SPACED: Final = re.compile(
    "(?<![一-龥])(日[ \u3000]+[時程]|場[ \u3000]+所|会[ \u3000]+場|対[ \u3000]+象|定[ \u3000]+員|料[ \u3000]+金|費[ \u3000]+用|内[ \u3000]+容"
    "|期[ \u3000]+[間日]|主[ \u3000]+催|講[ \u3000]+師|申[ \u3000]+込|持[ \u3000]+物|参[ \u3000]+加[ \u3000]*費|電[ \u3000]+話|住[ \u3000]+所|時[ \u3000]+間)(?![一-龥])"
)
_BLANKS: Final = re.compile("[ \u3000]+")


def width(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-文体: full-width and half-width digits in one post, and blanks inside a word, which are read aloud as two."""
    text = reading.text
    wide = _WIDE_DIGITS.search(text)
    if wide and _has_narrow(reading):
        for found in _WIDE_DIGITS.finditer(text):
            narrow = unicodedata.normalize("NFKC", found[0])
            yield Hit(
                "全角と半角の数字が混ざっています。", Span(*found.span()), "半角にそろえます。", fix=narrow
            )
    for found in _SPACED.finditer(text):
        plain = _BLANKS.sub("", found[0])
        yield Hit("ことばの中に空白があります。", Span(*found.span()), "読み上げで2つに切れます。", fix=plain)


def _has_narrow(reading: Reading) -> bool:
    """Outside links: there one cannot choose."""
    taken = [(link.span.begin, link.span.end) for link in links_of(reading)]
    return any(not is_inside(found.start(), taken) for found in _NARROW_DIGIT.finditer(reading.text))


CHECKS: Final = (
    Check("char.dependent", Severity.CONFIRM, "機種依存文字", on_text=dependent),
    Check("char.invisible", Severity.BLOCK, "見えない文字", on_text=invisible),
    Check("char.width", Severity.INFO, "全角と半角", on_text=width),
)
