"""Reading a regulation's plain text into its places: articles, numbered sections, items, sub-items, 附則.

Text in, places out, with the official words whole over page breaks. Here must not live: which clause names which
place (`rules.regulation_locators`), files, Django.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Final

from rules import regulation_lines as marks
from rules.regulation_lines import TOPS, Kind, Line, Mark, RegulationError, Words, fold, mark_of, tidy

TITLE: Final = "題名"
_TYPES: Final = (
    "要領",
    "要綱",
    "規程",
    "規則",
    "条例",
    "基準",
    "指針",
    "方針",
    "ガイドライン",
    "マニュアル",
    "ルール",
)
_LONGEST_HEADING: Final = 100
_MOST_TITLE_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the text. `path` is ("第4条", "(9)", "カ"), ("4", "(3)"), ("附則", "2"), ("9", "※1") or ("題名",).

    `words` are its own, without its mark and without those of the places inside it; "" for a mere heading.
    """

    path: tuple[str, ...]
    label: str
    heading: str
    words: str
    line: int


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody should look at in that line of the file; a Japanese sentence."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that is in no place: a page number, a repeated title, what stands before the first article."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Regulation:
    """A regulation read, in the order of its text. The title is the first place, where one was found."""

    title: str
    places: tuple[Place, ...]
    remarks: tuple[Remark, ...]
    left_out: tuple[LeftOut, ...]


def read(text: str) -> Regulation:
    """The places of the text. Raises RegulationError when there are none, or two of one number."""
    rows = list(marks.lines(text))
    start = _first_place(rows)
    if start is None:
        raise RegulationError(
            "「第1条」や「1 目的」のような番号が、見つかりません。規程の本文だけのテキストファイルを指定してください。"
        )
    title, before = _title(rows[:start])
    reader = _Reader(in_articles=_has_articles(rows), title=title)
    reader.take(rows[start:])
    return _regulation(title, before, reader, rows[0].number)


def _has_articles(rows: Iterable[Line]) -> bool:
    """A text with 第1条 has articles; another one has numbered sections, if it has a section 1."""
    first = {(mark.kind, mark.number == (1,)) for row in rows if (mark := mark_of(row.text))}
    if (Kind.ARTICLE, True) in first:
        return True
    return (Kind.ARTICLE, False) in first and (Kind.SECTION, True) not in first


def _first_place(rows: list[Line]) -> int | None:
    """Where the body begins: the first article with its heading, or section 1."""
    in_articles = _has_articles(rows)
    for index, row in enumerate(rows):
        mark = mark_of(row.text)
        if mark and _opens_body(mark, in_articles):
            has_heading = index > 0 and is_heading(rows[index - 1].text)
            return index - 1 if has_heading else index
    return None


def _opens_body(mark: Mark, in_articles: bool) -> bool:
    if in_articles:
        return mark.kind in (Kind.ARTICLE, Kind.CHAPTER)
    return mark.kind is Kind.SECTION and mark.number == (1,)


def is_heading(text: str) -> bool:
    """（目的）: a line wholly in brackets that is no sentence and no mark."""
    whole = bool(text) and _bracketed(text) == len(text)
    return whole and len(text) <= _LONGEST_HEADING and "。" not in text and mark_of(text) is None


def _bracketed(text: str) -> int:
    """How long the bracketed text is that the line begins with; 0 when it does not begin with one."""
    depth = 0
    for length, char in enumerate(fold(text), start=1):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return length if length > 1 else 0
    return 0


def _title(rows: list[Line]) -> tuple[str, list[LeftOut]]:
    """The lines up to the one that names the type of regulation, else the first block; and the lines left."""
    named = (i for i, row in enumerate(rows[:_MOST_TITLE_LINES]) if tidy(row.text).endswith(_TYPES))
    block = next((i for i, row in enumerate(rows) if row.before_gap), len(rows) - 1)
    end = next(named, block) + 1
    words = Words()
    for row in rows[:end]:
        words.add(row.text, gap=False)
    return words.text, [LeftOut(row.number, row.text) for row in rows[end:]]


def _regulation(title: str, before: list[LeftOut], reader: "_Reader", first: int) -> Regulation:
    places = [draft.place(many=reader.supplements > 1) for draft in reader.drafts]
    remarks = reader.remarks
    if title:
        places.insert(0, Place((TITLE,), TITLE, "", title, first))
    else:
        remarks = [Remark(first, "題名が見つかりません。"), *remarks]
    return Regulation(title, tuple(places), tuple(remarks), (*before, *reader.left_out))


@dataclass(slots=True)
class _Draft:
    """A place being read, with the marks seen inside it: kind → number → line."""

    path: tuple[str, ...]
    kind: Kind
    line: int
    heading: str = ""
    words: Words = field(default_factory=Words)
    seen: dict[Kind, dict[tuple[int, ...], int]] = field(default_factory=dict)

    def place(self, *, many: bool) -> Place:
        """The finished place. `many`: the text has more than one 附則, so each is told by its number."""
        heading, words = self.heading, self.words.text
        if self.kind is Kind.NOTE and not words:
            heading, words = "", heading
        return Place(self.path, label_of(self.path, many=many), heading, words, self.line)


def label_of(path: tuple[str, ...], *, many: bool = True) -> str:
    """The path as people cite it: 第4条(9)カ, 9 ※1, 附則 2 第1項."""
    if path[0] == "附則":
        return " ".join((path[0], *path[1 if many else 2 :]))
    return "".join(f" {part}" if part.startswith("※") else part for part in path)


class _Reader:
    """Takes the body line by line: opens a place at a mark that follows the one before, else adds to the last."""

    def __init__(self, *, in_articles: bool, title: str) -> None:
        self.in_articles = in_articles
        self.repeated = fold(title).replace(" ", "")
        self.supplements = 0
        self.root = _Draft((), Kind.CHAPTER, 0)
        self.open: list[_Draft] = []
        self.drafts: list[_Draft] = []
        self.lines: dict[tuple[str, ...], int] = {}
        self.remarks: list[Remark] = []
        self.left_out: list[LeftOut] = []
        self.heading: Line | None = None

    def take(self, rows: list[Line]) -> None:
        following = chain(rows[1:], [None])
        for row, after in zip(rows, following, strict=True):
            self._line(row, after)

    def _line(self, row: Line, after: Line | None) -> None:
        mark = self._fitted(mark_of(row.text))
        if self._is_of_the_page(row):
            self.left_out.append(LeftOut(row.number, row.text))
        elif mark and self._follows(mark, row):
            self._open(mark, row)
        elif is_heading(row.text) and self._is_headed(after):
            self.heading = row
        else:
            self._go_on(row)

    def _is_of_the_page(self, row: Line) -> bool:
        plain = "".join(fold(row.text).split())
        return marks.is_page_number(row.text) or plain in (self.repeated, "以上")

    def _is_headed(self, after: Line | None) -> bool:
        mark = self._fitted(mark_of(after.text)) if after else None
        return mark is not None and mark.kind in (Kind.ARTICLE, Kind.PARAGRAPH)

    def _fitted(self, mark: Mark | None) -> Mark | None:
        """A plain number is a section, or in an article, in 附則 and in 別表 a paragraph (項)."""
        if mark is None or mark.kind is not Kind.SECTION or not (self.in_articles or self._in_appendix()):
            return mark
        return replace(mark, kind=Kind.PARAGRAPH, name=f"第{mark.name}項")

    def _in_appendix(self) -> bool:
        return bool(self.open) and self.open[0].kind in (Kind.SUPPLEMENT, Kind.ANNEX)

    def _above(self, kind: Kind) -> list[_Draft]:
        """The open places that a place of this kind would lie in."""
        if kind is Kind.ARTICLE and self._in_appendix():
            return self.open[:1]
        return [] if kind in TOPS else [draft for draft in self.open if draft.kind < kind]

    def _follows(self, mark: Mark, row: Line) -> bool:
        """Whether the mark opens a place here. Raises RegulationError for two of one number."""
        above = self._above(mark.kind)
        if not mark.number:
            return mark.kind is Kind.SUPPLEMENT or row.after_gap
        if self._is_elsewhere(mark, above):
            return False
        seen = (above[-1] if above else self.root).seen.setdefault(mark.kind, {})
        name = label_of((*(above[-1].path if above else ()), mark.name))
        if is_next(mark, list(seen)):
            return not _is_date(mark)
        if not _is_certain(mark, row) or _is_date(mark):
            sentence = f"「{row.text[:12]}」は番号が続かないので、前の文の続きとして読みました。"
            self.remarks.append(Remark(row.number, sentence))
            return False
        _check_forward(mark, row, name, seen)
        self.remarks.append(Remark(row.number, f"{name}の前の番号が抜けています。"))
        return True

    def _is_elsewhere(self, mark: Mark, above: list[_Draft]) -> bool:
        """An article in a text of sections, or an item of nothing: a line that begins like one by chance."""
        if mark.kind is Kind.ARTICLE:
            return not (self.in_articles or above)
        return not above and mark.kind not in TOPS

    def _open(self, mark: Mark, row: Line) -> None:
        above = self._above(mark.kind)
        parent = above[-1] if above else self.root
        parent.seen.setdefault(mark.kind, {})[mark.number] = row.number
        draft = _Draft((*parent.path, *self._names(mark)), mark.kind, row.number)
        self._check_new(draft)
        self.open = [*above, draft]
        self.drafts.append(draft)
        self._begin(draft, mark, row)

    def _check_new(self, draft: _Draft) -> None:
        """別表 have no number to follow; so here."""
        other = self.lines.setdefault(draft.path, draft.line)
        if other != draft.line:
            raise _twice(label_of(draft.path), other, draft.line)

    def _names(self, mark: Mark) -> tuple[str, ...]:
        if mark.kind is not Kind.SUPPLEMENT:
            return (mark.name,)
        self.supplements += 1
        return (mark.name, str(self.supplements))

    def _begin(self, draft: _Draft, mark: Mark, row: Line) -> None:
        """What stands on the mark's own line is a heading or the first words."""
        if self.heading is not None:
            draft.heading = _bare(self.heading.text)
            self.heading = None
        if (
            mark.kind is Kind.ARTICLE
            and (ends := fold(mark.rest).find(")") + 1)
            and is_heading(mark.rest[:ends])
        ):
            draft.heading, mark = _bare(mark.rest[:ends]), replace(mark, rest=mark.rest[ends:])
        if _is_title(mark):
            draft.heading = _bare(mark.rest)
        else:
            draft.words.add(mark.rest, gap=False)

    def _go_on(self, row: Line) -> None:
        last = self.drafts[-1]
        if last.kind is Kind.ARTICLE and is_heading(row.text) and not (last.heading or last.words.text):
            last.heading = _bare(row.text)
        else:
            self._put_back_heading(last)
            last.words.add(row.text, gap=row.after_gap)

    def _put_back_heading(self, last: _Draft) -> None:
        """It was no heading after all: the mark behind it opened nothing."""
        if self.heading is not None:
            last.words.add(self.heading.text, gap=self.heading.after_gap)
            self.heading = None


def is_next(mark: Mark, seen: list[tuple[int, ...]]) -> bool:
    """The number follows the last one seen: 2 after 1, 3の2 after 3, 4 after 3の2; a first one is 1.

    An article's first paragraph has no number, so that its paragraphs may begin with 2.
    """
    if not seen:
        return mark.number == (1,) or (mark.kind is Kind.PARAGRAPH and mark.number == (2,))
    *stem, last = seen[-1]
    first = seen[-1][0]
    return mark.number in ((*stem, last + 1), (*seen[-1], 2), (first + 1,))


def _is_certain(mark: Mark, row: Line) -> bool:
    """第5条 and (5) can hardly be anything else; 5 and オ might be a stray blank at a line's beginning."""
    if mark.kind in (Kind.ARTICLE, Kind.ITEM, Kind.CHAPTER):
        return True
    return row.is_alone if mark.kind in (Kind.SECTION, Kind.NOTE) else row.listed


def _is_date(mark: Mark) -> bool:
    """5 月22日から, 29 年5月: a blank inside a date."""
    plain = fold(mark.rest)
    starts = plain.startswith(("月", "年", "日"))
    return (
        mark.kind in (Kind.SECTION, Kind.PARAGRAPH)
        and starts
        and plain[1:2] in tuple("0123456789から に付、以現")
    )


def _check_forward(mark: Mark, row: Line, name: str, seen: dict[tuple[int, ...], int]) -> None:
    if mark.number in seen:
        raise _twice(name, seen[mark.number], row.number)
    if seen and mark.number < max(seen):
        raise RegulationError(
            f"{name}の順番が、前の番号より戻っています（{row.number}行目）。ファイルの番号を直してください。"
        )


def _twice(name: str, first: int, second: int) -> RegulationError:
    return RegulationError(
        f"{name}が2つあります（{first}行目と{second}行目）。ファイルの番号を直してください。"
    )


def _is_title(mark: Mark) -> bool:
    """The rest of a section's line is its heading, unless it is a sentence."""
    titled = mark.kind in (Kind.SECTION, Kind.NOTE, Kind.SUPPLEMENT, Kind.ANNEX, Kind.CHAPTER)
    return titled and len(mark.rest) <= _LONGEST_HEADING and not mark.rest.endswith("。")


def _bare(text: str) -> str:
    """A heading without the brackets around it."""
    text = tidy(text)
    return text[1:-1].strip() if is_heading(text) else text


def by_path(regulation: Regulation) -> dict[tuple[str, ...], Place]:
    return {place.path: place for place in regulation.places}


def bodies(regulation: Regulation) -> Iterator[Place]:
    """The places that say something, not mere headings."""
    return (place for place in regulation.places if place.words)
