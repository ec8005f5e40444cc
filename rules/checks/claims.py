"""claim.ad: claims like an advertisement's, and advertising that does not say so."""

import re
from collections.abc import Iterator
from typing import Final

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import Material, PartKind, World
from rules.checks.reading import Reading
from rules.checks.sayings import sentences_with

_CLAIM: Final = re.compile(
    r"(?:日本|世界|県内|国内|全国|地域|四国|北陸|業界)(?:一(?!周|丸|般|部|斉|円|覧|日|時|緒|体|般)|初(?!心|回|日|めて|期|診|級|代)|No\.?\s?1|ナンバーワン|唯一|トップクラスの)|No\.?\s?1(?!\d)|ナンバーワン|最安(?:値|級)?|どこよりも(?:安|早|お得)|他(?:に|では)(?:は)?(?:ない|味わえない)(?:最高|究極)|究極の|奇跡の|魔法の"
    r"|(?:必ず|絶対(?:に)?|確実に|誰でも|だれでも)[^。]{0,8}(?:治|儲|もうか|痩|やせ|健康に|合格|成功|得し|得する|よくな|良くな|幸せに|後悔(?:しない|させ)|満足|若返|見つかり)|100%[^。]{0,4}(?:安全|安心|満足|保証|合格|効)|(?:効果|満足|安全|品質)(?:を|は)?(?:保証(?:し|付)|抜群|絶大)|損はさせ"
    r"|免疫力(?:が|を|も)?(?:アップ|高ま|高め|上が|上げ|向上)|(?:がん|ガン|癌|病気|コロナ|インフルエンザ|認知症|腰痛|肩こり|冷え(?:症|性)|花粉症|不眠|高血圧|糖尿病|便秘|老化|二日酔い)(?:に|が|も|を)(?:効|治|消え|改善し(?:ます|てくれ)|防げます|予防できます)|(?:体|身体|健康|美容|肌|疲れ|疲労)に効[くき]|若返(?:り(?:ます|効果)|る)|デトックス|血液(?:が)?サラサラ|(?:ラクに|楽に)?(?:痩せ|やせ)(?:ます|られ)|ダイエット効果|アンチエイジング"
)
# A goal, a contest, an attested or a negated one is no claim.
_NO_CLAIM: Final = re.compile(
    r"目指|めざ|挑戦|決定戦|選手権|コンテスト|大会|ギネス|認定|と言われ|に選ばれ|受賞|ではありません|とは限りません|できません|わけでは|注意|だまされ|詐欺|うたう|うたった|ご用心|被害|効果はあり(?:ま)?せん|ためしてみ"
)
_LABEL: Final = re.compile(r"(?<![A-Za-z])PR(?![A-Za-z])|広告|提供|タイアップ|スポンサー|プロモーション|協賛")


def ad(reading: Reading, world: World) -> Iterator[Hit]:
    """toyama:6-3, mima:4-5-正確: superlatives, guarantees, cures. 日本一周, 必ずお持ちください, contests and goals are none."""
    for begin, text in sentences_with(reading, _CLAIM):
        found = _CLAIM.search(text)
        if found and not _NO_CLAIM.search(text):
            yield Hit(
                f"「{found[0]}」は、根拠がなければ誇大な広告に読めます。",
                reading.folded.span(begin + found.start(), begin + found.end()),
                "根拠を書くか、言い方をやわらげてください。",
            )


def hidden(material: Material, world: World) -> Iterator[Hit]:
    """景品表示法の告示 (2023-10-01): what somebody pays for says so."""
    texts = [part for part in material.parts if part.kind in (PartKind.TEXT, PartKind.TAGS, PartKind.CAPTION)]
    if world.sponsored and not any(_LABEL.search(part.reading.folded.text) for part in texts):
        yield Hit(
            "費用や商品の提供を受けた投稿に、広告であることが書かれていません。",
            suggestion="「PR」「広告」などと、はっきり書いてください。",
            severity=Severity.BLOCK,
        )


CHECKS: Final = (
    Check("claim.ad", Severity.CONFIRM, "広告のような言い方", on_text=ad, on_whole=hidden, reasoned=True),
)
