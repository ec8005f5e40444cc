"""elec.*: nobody may use a city's account for or against anybody who stands for an election (公職選挙法 136条の2)."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from rules.calendar import day_of
from rules.checks.check import Check
from rules.checks.findings import Hit, Severity, Span
from rules.checks.material import World
from rules.checks.reading import Reading
from rules.checks.sayings import sentences_with
from rules.checks.views import View
from rules.restraints import Election

_BLANK: Final = re.compile(r"[\s・=･]+")
_SUPPORT: Final = re.compile(
    r"ご?支援(?:を|くだ|願|いただ|お願い|よろしく)|ご?支持(?:を|くだ|願|いただ)|応援(?:を|し(?:て(?:くだ|いま)|よう|ましょう|ます)|よろしく|お願い)|清き(?:1|一)票|(?:1|一)票を(?:お願い|投じ|託|くだ)"
    r"|(?:候補|氏|さん|党|の会|議員|市長|知事)(?:者)?(?:に|へ|への)(?:ご)?投票|(?:候補|党|の会)(?:者)?に(?:1|一)票|推薦(?:し(?:ます|てい)|いたし)|(?:当選|再選)(?:させ|を(?:目指|勝ち取|果た))|勝たせ|必勝|押し上げ|国政に送|市政に送|議会に送"
)
_ELECTION: Final = re.compile(
    r"選挙|選に|候補者?(?!地|日|作|曲|名|生)|立候補|出馬|市長選|知事選|市議選|県議選|衆院選|参院選|議員|公約|政党"
)
# A vote on mascots, photographs, names is no election.
_CONTEST: Final = re.compile(
    r"ゆるキャラ|ご当地|キャラクター|マスコット|フォト|写真|コンテスト|コンクール|グランプリ|大賞|総選挙(?!区|の(?:投票所|期日))|グルメ|メニュー|スイーツ|給食|愛称|ネーミング|ロゴ|デザイン|人気投票|ランキング|図書|作品|チーム|選手|生徒会|ミス|絵本|ふるさと納税"
)


def solicit(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-4, toyama:4-2: asking for votes or support for somebody in a public election. Votes on mascots and the like,
    and the call to go and vote at all, are none."""
    names = _found(reading, world)
    for begin, text in sentences_with(reading, _SUPPORT):
        span = reading.folded.span(begin, begin + len(text))
        named = any(span.begin <= each.begin < span.end for each, *_ in names)
        if named or (_ELECTION.search(text) and not _CONTEST.search(text)):
            yield Hit(
                "選挙で、特定の人や政党への支援や投票を求めています。公務員の地位を使った選挙運動になります。",
                span,
                "この文を消してください。",
            )


def name(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-4: a registered candidate or party is named: in full, blanks and width aside, or by the surname with 候補 and
    the like. It blocks from the announcement to the polling day."""
    for span, who, election in _found(reading, world):
        during = election.covers(day_of(world.at))
        yield Hit(
            f"「{election.name}」の候補者・政党など（{who}）の名前があります。",
            span,
            "選挙に関わらない内容でも、いまは名前を出さないでください。"
            if during
            else "名前を出す必要があるかを確かめてください。",
            severity=Severity.BLOCK if during else Severity.CONFIRM,
        )


def _found(reading: Reading, world: World) -> list[tuple[Span, str, Election]]:
    """Who is named where. Each place once, by the first election that knows the name."""
    if not world.elections:
        return []
    view = _bare(reading)
    found: dict[tuple[int, int], tuple[Span, str, Election]] = {}
    for election in world.elections:
        for match in _names_of(election).finditer(view.text):
            found.setdefault(match.span(), (view.of(match), match[0], election))
    return list(found.values())


def _bare(reading: Reading) -> View:
    return reading.folded.without(_BLANK)


@lru_cache(maxsize=32)
def _names_of(election: Election) -> re.Pattern[str]:
    full = [_plain(each) for each in (*election.candidates, *election.parties)]
    surnames = [
        _plain(each)[:cut] for each in election.candidates for cut in (3, 2) if len(_plain(each)) > cut
    ]
    ways = [re.escape(each) for each in full if len(each) > 1]
    if surnames:
        by_surname = "|".join(map(re.escape, sorted(set(surnames), key=len, reverse=True)))
        ways.append(rf"(?:{by_surname})(?=(?:候補|陣営|後援会|選対|氏の(?:公約|演説|当選)))")
    return re.compile("|".join(ways) or r"(?!)")


def _plain(written: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", written))


_TOPIC: Final = re.compile(
    r"選挙|投票(?!券|箱型)|(?<![地日])候補(?!地|日|作|曲|生|名|メニュー|店)|公約|マニフェスト|街頭演説|演説会|議席|立候補|出馬|政見|当選|落選|選挙戦|支持率|野党|与党|市長選|知事選|市議選|県議選|衆院選|参院選|開票"
)


def topic(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-4: an election is spoken of while one is on. The election board's own account is left alone."""
    on = day_of(world.at)
    if world.is_election_board or not any(election.covers(on) for election in world.elections):
        return
    for begin, text in sentences_with(reading, _TOPIC):
        found = _TOPIC.search(text)
        if found and not _CONTEST.search(text):
            yield Hit(
                "選挙の期間中に、選挙の話題にふれています。",
                reading.folded.span(begin + found.start(), begin + found.end()),
                "選挙管理委員会の案内にまかせられないかを考えてください。",
            )


CHECKS: Final = (
    Check("elec.solicit", Severity.BLOCK, "投票や支援の依頼", on_text=solicit),
    Check("elec.name", Severity.BLOCK, "候補者・政党の名前", on_text=name),
    Check("elec.topic", Severity.CONFIRM, "選挙の話題", on_text=topic),
)
