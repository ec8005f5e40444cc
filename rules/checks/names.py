"""Names of people in a text, as Sudachi reads them, less what only looks like one. Shared by families that ask for them.

Known limits: a given name alone, a surname without さん or the like, and names the dictionary does not know.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rules.checks.lists import alternation
from rules.checks.material import World
from rules.checks.reading import Reading
from rules.checks.tokens import Token

_HONORIFICS: Final = frozenset(
    [
        "さん",
        "様",
        "さま",
        "氏",
        "くん",
        "君",
        "ちゃん",
        "殿",
        "選手",
        "容疑者",
        "被告",
        "先輩",
        "夫妻",
        "夫人",
        "ご夫妻",
        "一家",
        "宅",
    ]
)
# Who speaks in an office or on a stage is not a private person there.
_OFFICES: Final = [
    "市長",
    "副市長",
    "町長",
    "村長",
    "区長",
    "知事",
    "副知事",
    "大臣",
    "首相",
    "総理",
    "議長",
    "副議長",
    "議員",
    "教育長",
    "会長",
    "理事長",
    "社長",
    "課長",
    "部長",
    "局長",
    "室長",
    "所長",
    "館長",
    "校長",
    "園長",
    "署長",
    "消防長",
    "団長",
    "教授",
    "准教授",
    "名誉教授",
    "博士",
    "監督",
    "画伯",
    "名人",
    "八段",
    "九段",
    "横綱",
    "大関",
    "関",
]
_OFFICE_BEHIND: Final = re.compile(rf"^[\s　]?(?:{'|'.join(sorted(_OFFICES, key=len, reverse=True))})")
_OFFICE_BEFORE: Final = re.compile(
    rf"(?:{'|'.join(sorted(_OFFICES, key=len, reverse=True))})(?:の|、|・|=|:|\s)?$"
)
# Behind these a name is that of a shop, a school, a place, a work.
_NAMED_AFTER: Final = re.compile(
    r"^(?:の?(?:句碑|歌碑|生家|墓|像|作品|短歌|俳句|詩|小説|絵画|名言)|商店|商会|小学校|中学校|高校|高等学校|大学|学園|幼稚園|保育|こども園|町|村|市|区"
    r"|橋|川|山|駅|港|通り|通|公園|神社|大社|寺|院|病院|医院|歯科|クリニック|薬局|建設|組|工務店|工業|製作所|株式会社|酒造|醸造|製菓|堂|屋|亭|庵"
    r"|家住宅|住宅|邸|城|古墳|遺跡|記念|文学館|美術館|資料館|博物館|ホール|杯|賞|まつり|祭|線|号|式|流|派|バンド|カップ|メソッド|の里|展|コレクション)"
)


@dataclass(frozen=True)
class Name:
    """A private person's name in the folded view."""

    text: str
    begin: int
    end: int


def names_in(reading: Reading, world: World) -> Iterator[Name]:
    """Full names, and surnames with an honorific."""
    text, words = reading.folded.text, reading.tokens
    if not any(_is_person(word) for word in words):
        return
    taken = _known_spans(text, world)
    for at, word in enumerate(words):
        found = _name_at(words, at) if _is_person(word) else None
        if (
            found
            and not any(begin < found.end and found.begin < end for begin, end in taken)
            and _is_private(found, text)
        ):
            yield found


def _is_person(word: Token) -> bool:
    return word.pos[2] == "人名"


def _known_spans(text: str, world: World) -> Sequence[tuple[int, int]]:
    """Where a place or a person stands who is no private one: the dictionary reads 脇町 as a surname; who stands for an
    election is told of by the checks for elections."""
    standing = (name for election in world.elections for name in election.candidates)
    listed = (*world.lists.words.get("places", ()), *world.lists.words.get("public_figures", ()), *standing)
    return [match.span() for match in alternation(listed).finditer(text)]


def _name_at(words: Sequence[Token], at: int) -> Name | None:
    first = words[at]
    if at and _is_person(words[at - 1]) and words[at - 1].pos[3] == "姓":
        return None  # told with the surname before it
    rest = [word for word in words[at + 1 : at + 4] if not word.surface.isspace()]
    if first.pos[3] == "姓" and rest and rest[0].pos[2:4] == ("人名", "名") and len(rest[0].surface) > 1:
        return Name(first.surface + rest[0].surface, first.begin, rest[0].end)
    if rest and rest[0].surface in _HONORIFICS and rest[0].begin == first.end:
        return Name(first.surface, first.begin, rest[0].end)
    return None


def _is_private(name: Name, text: str) -> bool:
    behind = text[name.end : name.end + 12]
    return not (
        _OFFICE_BEHIND.match(behind)
        or _NAMED_AFTER.match(behind)
        or _OFFICE_BEFORE.search(text[max(0, name.begin - 8) : name.begin])
    )
