"""pii.person, pii.sensitive: private people's names, and what nobody may tell of them."""

import re
from collections.abc import Iterator
from typing import Final

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import World
from rules.checks.names import names_in
from rules.checks.reading import Reading

# Behind these a word of illness is a service's or a subject's, not a person's.
_SUBJECT: Final = re.compile(
    r"^(?:者|児|患者|の(?:方|人|かた))?(?:の|を|に(?:関する|ついて)|への|向け|と)?\s?(?:サポーター|サポート|講座|講演|講師|相談|カフェ|予防|検診|検査|教室|研究"
    r"|週間|月間|手帳|センター|支援|基本法|専門|対策|啓発|理解|フェスタ|スポーツ|福祉|ケア|見守|学ぶ|テーマ|体験談を|アート)"
)


def person(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-3-プライバシー, mima:4-3-肖像: a private person's name: surname and given name, or a name with さん, 様, 氏 and
    the like. People in their office, of history, and shops, schools, works named after somebody are none."""
    for name in names_in(reading, world):
        yield Hit(
            f"個人の名前（{name.text}）があります。",
            reading.folded.span(name.begin, name.end),
            "本人が公開を承知しているかを確かめてください。要らなければ消してください。",
        )


def sensitive(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-3-プライバシー: 要配慮個人情報 and what hurts like it, of somebody who is named in the same sentence."""
    pattern = world.lists.found_by("sensitive")
    if not pattern.search(reading.folded.text):
        return
    names = tuple(names_in(reading, world))
    for sentence in reading.sentences if names else ():
        named = [name for name in names if sentence.begin <= name.begin < sentence.end]
        if named:
            yield from _told_of(reading, sentence.begin, sentence.text, pattern)


def _told_of(reading: Reading, begin: int, text: str, pattern: "re.Pattern[str]") -> Iterator[Hit]:
    for found in pattern.finditer(text):
        if not _SUBJECT.match(text[found.end() : found.end() + 16]):
            yield Hit(
                f"名前のある人について、「{found[0]}」と書かれています。ほかの人に知られてはならないことです。",
                reading.folded.span(begin + found.start(), begin + found.end()),
                "消してください。行方不明者の捜索など本人や家族の求めがあるときは、所属長に相談してください。",
            )


CHECKS: Final = (
    Check("pii.person", Severity.CONFIRM, "個人の名前", on_text=person),
    Check("pii.sensitive", Severity.BLOCK, "知られてはならないこと", on_text=sensitive),
)
