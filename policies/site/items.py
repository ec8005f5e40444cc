"""An operation policy as a reader meets it: items with headings and lines, and what is new in them.

The city site and every preview are made from these, so that a chief decides on what citizens will read. Pure: no
query, no markup.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from itertools import groupby

from policies.models import REPLY_MODE_JA, PolicyVersion

BULLET = "・"
_SENTENCE = re.compile(r"[^。]*。?")


@dataclass(frozen=True)
class Span:
    """A sentence, or what there is of one."""

    text: str
    is_new: bool = False


@dataclass(frozen=True)
class Line:
    """One paragraph, list entry or described term (`label`). `link` is the address that the text names."""

    spans: tuple[Span, ...]
    label: str = ""
    link: str = ""

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Group:
    """Lines of one kind: text, terms, bullets or numbers."""

    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Item:
    """One item: ア to キ with its anchor, or a further item with the city's own heading."""

    anchor: str
    heading: str
    groups: tuple[Group, ...]

    @property
    def texts(self) -> frozenset[str]:
        return frozenset(span.text for group in self.groups for line in group.lines for span in line.spans)


def items_of(version: PolicyVersion) -> tuple[Item, ...]:
    """Every item that has something to read, in the order of the rule, then the further ones."""
    items = (*_seven(version), *_further(version.further_items))
    return tuple(item for item in items if item.groups)


def with_news(items: Iterable[Item], before: Iterable[Item]) -> tuple[Item, ...]:
    """The items with every sentence marked as new that the same item did not have before."""
    known = {item.heading: item.texts for item in before}
    return tuple(_marked(item, known.get(item.heading, frozenset())) for item in items)


def gone(items: Iterable[Item], before: Iterable[Item]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What was said before and no longer is: heading and sentences, in the order they stood."""
    known = {item.heading: item.texts for item in items}
    lost = (
        (
            item.heading,
            tuple(text for text in _in_order(item) if text not in known.get(item.heading, frozenset())),
        )
        for item in before
    )
    return tuple((heading, texts) for heading, texts in lost if texts)


def _in_order(item: Item) -> Sequence[str]:
    return [span.text for group in item.groups for line in group.lines for span in line.spans]


def _marked(item: Item, known: frozenset[str]) -> Item:
    return replace(item, groups=tuple(_marked_group(group, known) for group in item.groups))


def _marked_group(group: Group, known: frozenset[str]) -> Group:
    return replace(
        group,
        lines=tuple(
            replace(line, spans=tuple(Span(span.text, span.text not in known) for span in line.spans))
            for line in group.lines
        ),
    )


def _seven(version: PolicyVersion) -> tuple[Item, ...]:
    return (
        Item("a", "ア 運用するソーシャルメディア名", _text(version.service)),
        Item("i", "イ アカウント名及びURL", _identity(version)),
        Item(
            "u", "ウ 情報発信の目的及び内容", (*_text(version.purpose), *_list("bullets", version.categories))
        ),
        Item("e", "エ 運用方法", _running(version)),
        Item("o", "オ 個人情報に関する取扱い", _text(version.personal_information)),
        Item("k", "カ 知的財産権の帰属", _text(version.intellectual_property)),
        Item("m", "キ 免責事項", _list("numbers", version.disclaimers)),
    )


def _further(entries: Iterable[dict[str, str]]) -> Iterable[Item]:
    return (
        Item(f"x{number}", entry["heading"], _text(entry["body"])) for number, entry in enumerate(entries, 1)
    )


def _identity(version: PolicyVersion) -> tuple[Group, ...]:
    return _terms(
        ("アカウント名", version.account_name, ""),
        ("ユーザー名", version.handle, ""),
        ("URL", version.url, version.url),
    )


def _running(version: PolicyVersion) -> tuple[Group, ...]:
    reply = version.reply_text.strip() or REPLY_MODE_JA.get(version.reply_mode, "")
    return _terms(
        ("投稿者", version.posters, ""), ("運用時間", hours(version), ""), ("意見や質問への対応", reply, "")
    )


def hours(version: PolicyVersion) -> str:
    """8時30分から17時15分まで, and the note; without the times there is only the note."""
    note = version.hours_note.strip()
    if version.hours_start is None or version.hours_end is None:
        return note
    return f"{_clock(version.hours_start)}から{_clock(version.hours_end)}まで。{note}"


def _clock(at: time) -> str:
    return f"{at.hour}時{at.minute}分" if at.minute else f"{at.hour}時"


def _terms(*terms: tuple[str, str, str]) -> tuple[Group, ...]:
    lines = tuple(Line(_spans(text), label, link) for label, text, link in terms if text.strip())
    return (Group("terms", lines),) if lines else ()


def _list(kind: str, entries: Iterable[str]) -> tuple[Group, ...]:
    lines = tuple(Line(_spans(entry)) for entry in entries if entry.strip())
    return (Group(kind, lines),) if lines else ()


def _text(body: str) -> tuple[Group, ...]:
    """Paragraphs; lines that begin with ・ are a list."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    runs = groupby(lines, key=lambda line: line.startswith(BULLET))
    return tuple(
        Group(
            "bullets" if listed else "text",
            tuple(Line(_spans(line.removeprefix(BULLET).strip())) for line in run),
        )
        for listed, run in runs
    )


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(sentence) for sentence in _SENTENCE.findall(text.strip()) if sentence)
