"""rumor.*: what nobody has verified, and the wish that it be spread."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import World
from rules.checks.reading import Reading
from rules.checks.sayings import sentences_with
from rules.checks.tokens import Token

_PHRASE: Final = re.compile(
    r"と(?:聞きました|聞いています|聞いております|の噂|のうわさ|のウワサ|の未確認|のこと(?:らしい|みたい))|(?:という|との|といった)(?:情報|噂|うわさ|話|声|投稿|書き込み|目撃情報)(?:が|も)(?:入|届|あり|寄せ|聞|出|広|流)"
    r"|未確認(?!飛行|生物|死亡)|真偽(?:の(?:ほど)?)?(?:は|が|も)?(?:不明|定か|わから|分から|確認)|確認(?:は|が)?(?:取れて|とれて|できて)(?:い|お)?(?:り)?ません(?:が|けど)|定かでは(?:あり|な)|(?:噂|うわさ|ウワサ)(?:では|によると|になって|が(?:あ|出|広|流)|を(?:聞|耳))|人づてに|聞くところによ|又聞き|どうやら|らしいとの|ネット(?:上)?(?:で|では)(?:は)?[^。]{0,16}(?:言われ|話題|噂)|SNS(?:上)?(?:で|では)[^。]{0,16}(?:言われ|噂|流れて)"
)
_QUICK: Final = re.compile(_PHRASE.pattern + r"|らしい|らしく|そうです|そうだ|そうな")
# Then it warns of rumours, denies one, or only quotes the word.
_WARNS: Final = re.compile(
    r"デマ|惑わされ|(?:ご|に)注意|注意して|否定|事実では(?:あり|な)|事実無根|では(?:あり|ござい)ません|誤(?:り|った|情報)|拡散しない|信じない|根拠の(?:な|不確)|流布|うのみ|鵜呑み|流さない|公式(?:の)?(?:情報|発表)を|確かめて|確認(?:して|を)(?:くだ|お願|から)|見分け|ファクトチェック|お寄せ|ご連絡|通報"
)


def unverified(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-9-エ-噂, toyama:4-7-エ: hearsay (らしい as guess, そうだ as report, と聞きました, 未確認 …). Where a rulebook asks for
    neither truth nor purpose it blocks; else the author states what it rests on. らしい and そう of likeness, 噂の店, and
    sentences that warn or deny are none."""
    severity = Severity.BLOCK if "rumor.unverified.any" in world.duties else Severity.CONFIRM
    if not _QUICK.search(reading.folded.text):
        return
    for sentence in reading.sentences:
        found = _QUICK.search(sentence.text)
        if (
            found
            and not _WARNS.search(sentence.text)
            and (span := _hearsay(sentence.text, sentence.tokens, sentence.begin))
        ):
            yield Hit(
                "確かめられていない情報のように読めます。",
                reading.folded.span(*span),
                "確かな情報源を確かめ、それを書いてください。",
                severity=severity,
            )


def _hearsay(text: str, words: tuple[Token, ...], begin: int) -> tuple[int, int] | None:
    found = _PHRASE.search(text)
    if found:
        return begin + found.start(), begin + found.end()
    for before, word in pairwise(words):
        if _is_guess(before, word) or _is_report(before, word):
            return word.begin, word.end
    return None


def _is_guess(before: Token, word: Token) -> bool:
    return (
        word.plain == "らしい"
        and word.pos[0] == "助動詞"
        and before.pos[0] in ("動詞", "形容詞", "助動詞", "名詞", "助詞")
    )


def _is_report(before: Token, word: Token) -> bool:
    """行くそうだ, 切れたそうだ; but 行きそうだ, 楽しそうだ are what somebody sees."""
    if word.surface != "そう" or (word.pos[1] != "助動詞語幹" and word.pos[0] not in ("名詞", "形状詞")):
        return False
    return before.pos[0] in ("動詞", "形容詞", "助動詞") and before.pos[5].startswith(("終止形", "連体形"))


_SPREAD: Final = re.compile(
    r"拡散(?:希望|(?:を|の|に)?(?:お願い|希望|ご?協力)|して(?:ください|下さい|ほしい|いただ|もらえ|ね)|よろしく|推奨|歓迎)|(?:RT|リツイート|リポスト|シェア|転送|再投稿)(?:を|の|も|で)?(?:お?願い|希望|して(?:ください|下さい|いただ|ほしい|ね|もらえ)|推奨|歓迎|ご?協力|よろしく)"
    r"|(?:広めて|ひろめて|回して|まわして|広げて|言いふらして)(?:ください|下さい|ほしい|いただ|もらえ)|(?:友人|家族|知り合い|周り|周囲|みんな|皆)[^。]{0,8}(?:に|へ)[^。]{0,6}(?:回して|転送して|広めて|シェアして)"
)
_NOT_SPREAD: Final = re.compile(r"しないで|せず|控え|やめ|止め|遠慮|感染|ウイルス|デマ|誤情報|お断り|禁止")


def spread(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-9-エ-助長: readers are asked to pass it on. The wish not to, and the spreading of illness, are none; so is a
    campaign that one enters by sharing."""
    for begin, text in sentences_with(reading, _SPREAD):
        found = _SPREAD.search(text)
        if found and not _NOT_SPREAD.search(text):
            yield Hit(
                "読む人に拡散を求めています。情報が変わったあとも古い投稿が広がります。",
                reading.folded.span(begin + found.start(), begin + found.end()),
                "拡散を求めず、確かめられるページを案内してください。",
            )


CHECKS: Final = (
    Check("rumor.unverified", Severity.BLOCK, "確かめられていない情報", on_text=unverified, reasoned=True),
    Check("rumor.spread", Severity.CONFIRM, "拡散の依頼", on_text=spread),
)
