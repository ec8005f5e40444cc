"""The lines of a regulation's plain text: what a file may be, where lines end, and the marks that open a place.

Looks at one line at a time. What a mark means after the marks before it is judged in `rules.regulation`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from rules.text import is_blank

LARGEST_FILE: Final = 2_000_000  # bytes; a regulation has some ten thousand


class RegulationError(ValueError):
    """The text cannot be read into places. The message is in Japanese and says what to do."""


class Kind(IntEnum):
    """What a mark opens. A kind of a higher number lies inside the kinds of lower ones."""

    CHAPTER = 0
    ARTICLE = 1
    SECTION = 2
    SUPPLEMENT = 3
    ANNEX = 4
    PARAGRAPH = 5
    ITEM = 6
    NOTE = 7
    KANA = 8
    BRACKET_KANA = 9
    CIRCLED = 10


TOPS: Final = frozenset({Kind.CHAPTER, Kind.ARTICLE, Kind.SECTION, Kind.SUPPLEMENT, Kind.ANNEX})


@dataclass(frozen=True, slots=True)
class Mark:
    """What opens a place: its name as the place's path has it, its number for the order, the text after it."""

    kind: Kind
    name: str
    number: tuple[int, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line with something on it. `listed`: it had a list mark; `after_gap`, `before_gap`: blank lines around it."""

    number: int
    text: str
    listed: bool
    after_gap: bool
    before_gap: bool = True

    @property
    def is_alone(self) -> bool:
        """It stands by itself, as a heading does."""
        return self.listed or (self.after_gap and self.before_gap)


def decode(data: bytes) -> str:
    """The text of a UTF-8 file, with or without BOM. Raises RegulationError for any other file, and an empty one."""
    if len(data) > LARGEST_FILE:
        raise RegulationError("ファイルが大きすぎます。条文だけのテキストファイルにしてください。")
    if data.startswith(b"%PDF"):
        raise RegulationError(f"PDFは読み取れません。条文をコピーして、{_AS_TEXT}")
    if data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise RegulationError(f"WordやExcelのファイルは読み取れません。条文をコピーして、{_AS_TEXT}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RegulationError(f"{_not_utf8(data)}メモ帳などで、{_AS_TEXT}") from None
    if "\0" in text:
        raise RegulationError(f"文字ではないデータが入っています。{_AS_TEXT}")
    if is_blank(text):
        raise RegulationError("ファイルが空です。条文の入ったテキストファイルを指定してください。")
    return text


_AS_TEXT: Final = "UTF-8のテキストファイルに保存してください。"


def _not_utf8(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "文字コードがUTF-16です。"
    try:
        data.decode("cp932")
    except UnicodeDecodeError:
        return "文字コードがUTF-8ではありません。"
    return "文字コードがShift_JISのようです。"


def lines(text: str) -> Iterator[Line]:
    """The lines that are not blank, without markdown's heading and list marks. A form feed ends a line, too."""
    held: Line | None = None
    gap = True
    for number, raw in _numbered(text):
        if is_blank(raw):
            gap = True
            continue
        if held is not None:
            yield replace(held, before_gap=gap)
        held, gap = _line(number, raw, gap), False
    if held is not None:
        yield held


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    """A page break counts as a blank line, so that what follows it is known to stand on a new page."""
    for number, line in enumerate(re.split(r"\r\n|\r|\n|\x85|\u2028", text), start=1):
        first, *others = line.split("\f")
        yield number, first
        for other in others:
            yield number, ""
            yield number, other


def _line(number: int, raw: str, gap: bool) -> Line:
    text = re.sub(r"^#{1,6}\s+", "", _INVISIBLE.sub("", raw).strip())
    listed = None if is_page_number(text) else re.match(r"[-*+•‐–—−]\s+", text)
    return Line(number, text[listed.end() :] if listed else text, listed is not None, gap)


_SENTENCE_ENDS: Final = "。．！？"
_JAPANESE: Final = r"[※　-ヿ㐀-鿿豈-﫿！-｠ｦ-ﾟ𠀀-𯿿]"
_INVISIBLE: Final = re.compile("[\u200b\u2060\ufeff]")
_STRAY: Final = re.compile(rf"(?<={_JAPANESE})\s+(?={_JAPANESE})")


def tidy(text: str) -> str:
    """The words of one line without the blanks that stand between two Japanese letters; else unchanged."""
    return _STRAY.sub("", re.sub(r"\s+", " ", text.strip()))


class Words:
    """Words gathered line by line. A page break inside a sentence leaves no trace, a new paragraph a line end."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, line: str, *, gap: bool) -> None:
        line = tidy(line)
        self.text += (_joint(self.text[-1], line[0], gap) if self.text and line else "") + line


def _joint(before: str, after: str, gap: bool) -> str:
    if gap and before in _SENTENCE_ENDS:
        return "\n"
    latin = [char.isascii() and char.isalpha() for char in (before, after)]
    return " " if all(latin) or (gap and any(latin)) else ""


def fold(text: str) -> str:
    """The text letter by letter in the narrow form that marks are looked for in; its length stays."""
    return "".join(map(_fold, text))


def _fold(char: str) -> str:
    if char in _CIRCLED:
        return char
    narrow = unicodedata.normalize("NFKC", char)
    return narrow if len(narrow) == 1 else char


_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BRACKETED: Final = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_KANA: Final = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_KANJI: Final = "一二三四五六七八九"
_N: Final = r"(\d{1,3}|[一二三四五六七八九十百]{1,7})"

# After these words the line goes on with a sentence that only names the place: 第5条 の規定により …
_NAMES_ONLY: Final = re.compile(
    r"[、,]|\(\d|から|まで|は、|に掲げ|に規定|に定め|を除|及び|又は|若しくは|並びに"
    r"|の(?:規定|場合|ほか|いずれ|うち|各号|事項|全部|一部)"
)

# In a table of contents a chapter names its articles: 第1章 総則（第1条―第3条）
_CHAPTER: Final = re.compile(rf"第\s*{_N}\s*章(?:\s+|$)(?!.*\(第)")
_ARTICLE: Final = re.compile(
    rf"第\s*{_N}\s*条(?:\s*の\s*{_N}(?=\s|$|\())?(?=\s|$|\((?:[^()]|\([^()]*\))*\)(?:\s|$))"
)
_SUPPLEMENT: Final = re.compile(r"附\s*則(?=\s*(?:\(.*\)|抄)?\s*$)")
_ANNEX: Final = re.compile(rf"((?:別表|別紙|別記|様式)(?:第?\s*{_N}\s*号?)?)(?=\s*(?:\(.*\))?$)")
_NUMBER: Final = re.compile(r"(\d{1,3})(?:\s*[.、]\s*(?=[^\d\s])|\s+(?=\S))")
_ITEM: Final = re.compile(r"\(\s*(\d{1,3})\s*\)(?:の(\d{1,2})(?=\s))?")
_NOTE: Final = re.compile(r"※\s*(\d{1,2})(?=\s|$)")
_KANA_MARK: Final = re.compile(rf"([{_KANA}])(?:\s+|\.\s*|$)")
_BRACKET_KANA: Final = re.compile(rf"\(\s*([{_KANA}])\s*\)")
_PAGE: Final = re.compile(
    r"[-‐–—−―]?\s*(?:p(?:age)?\.?\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?\s*[-‐–—−―]?", re.IGNORECASE
)


def is_page_number(text: str) -> bool:
    """3, - 3 -, 3/12, p. 3: what a page carries and no regulation says."""
    return _PAGE.fullmatch(fold(text)) is not None


def mark_of(text: str) -> Mark | None:
    """The mark a line begins with; None for a line that only goes on.

    A plain number is a SECTION here; inside an article or 附則 the reader makes a PARAGRAPH of it.
    """
    folded = fold(text)
    for find in (_top, _numbered_mark, _lettered):
        if mark := find(text, folded):
            named = mark.kind in (Kind.ARTICLE, Kind.ITEM) and _NAMES_ONLY.match(fold(mark.rest))
            return None if named else mark
    return None


def _top(text: str, folded: str) -> Mark | None:
    if match := _ARTICLE.match(folded):
        numbers = tuple(value(part) for part in match.groups() if part)
        name = f"第{numbers[0]}条" + "".join(f"の{number}" for number in numbers[1:])
        return Mark(Kind.ARTICLE, name, numbers, text[match.end() :].strip())
    if match := _CHAPTER.match(folded):
        number = value(match[1])
        return Mark(Kind.CHAPTER, f"第{number}章", (number,), text[match.end() :].strip())
    if match := _SUPPLEMENT.match(folded):
        return Mark(Kind.SUPPLEMENT, "附則", (), text[match.end() :].strip())
    if match := _ANNEX.match(folded):
        return Mark(Kind.ANNEX, re.sub(r"\s", "", match[1]), (), text[match.end() :].strip())
    return None


def _numbered_mark(text: str, folded: str) -> Mark | None:
    if match := _ITEM.match(folded):
        numbers = tuple(int(part) for part in match.groups() if part)
        name = f"({numbers[0]})" + "".join(f"の{number}" for number in numbers[1:])
        return Mark(Kind.ITEM, name, numbers, text[match.end() :].strip())
    if text[:1] in _BRACKETED and text:
        number = _BRACKETED.index(text[0]) + 1
        return Mark(Kind.ITEM, f"({number})", (number,), text[1:].strip())
    if match := _NOTE.match(folded):
        return Mark(Kind.NOTE, f"※{int(match[1])}", (int(match[1]),), text[match.end() :].strip())
    if match := _NUMBER.match(folded):
        return Mark(Kind.SECTION, str(int(match[1])), (int(match[1]),), text[match.end() :].strip())
    return None


def _lettered(text: str, folded: str) -> Mark | None:
    if match := _BRACKET_KANA.match(folded):
        return Mark(Kind.BRACKET_KANA, f"({match[1]})", _nth(_KANA, match[1]), text[match.end() :].strip())
    if match := _KANA_MARK.match(folded):
        return Mark(Kind.KANA, match[1], _nth(_KANA, match[1]), text[match.end() :].strip())
    if text[:1] in _CIRCLED and text:
        return Mark(Kind.CIRCLED, text[0], _nth(_CIRCLED, text[0]), text[1:].strip())
    return None


def _nth(letters: str, letter: str) -> tuple[int, ...]:
    return (letters.index(letter) + 1,)


def value(numeral: str) -> int:
    """12 for 12 and 十二; up to 百九十九 as articles have them."""
    if numeral.isdecimal():
        return int(numeral)
    total, digit = 0, 0
    for char in numeral:
        if char in "十百":
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
        else:
            digit = _KANJI.index(char) + 1
    return total + digit
