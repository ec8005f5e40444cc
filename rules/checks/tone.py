"""tone.style, read.hard: whether a post speaks to people, and whether they can read it."""

import re
from collections.abc import Iterator
from typing import Final

from rules.checks.check import PROSE, Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import World
from rules.checks.reading import Reading, Sentence

_POLITE: Final = re.compile(
    r"(?:です|ます|でした|ました|ません|ましょう|ください|下さい)(?:[。!?\n」)]|ね|よ|か|$)"
)
_QUOTED: Final = re.compile(
    r"「[^「」]{0,400}」|『[^『』]{0,400}』|\([^()]{0,200}\)|【[^【】]{0,100}】|\"[^\"]{0,200}\""
)
_PLAIN_END: Final = re.compile(
    r"(?:である|だ|ない|べきだ|べし|のだ|たい|らしい|[うくすつぬふむるぐずぶ]|た|せよ|しろ|[えけせてねめれげべ]よ|こと)[。!]$"
)
_POLITE_END: Final = re.compile(r"(?:です|ます|でした|ました|ません|ましょう|ください|下さい)[。!]$")
_COMMAND: Final = re.compile(
    r"(?:する|いる|ない|ある|[うくすつぬむるぐぶ])こと[。!]$|(?:せよ|しろ|べし|[けせてねめれげべ]よ)[。!]$"
)


def style(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-文体: a sentence in plain or commanding style in a post that is polite otherwise, or a command anywhere.
    Quotations, brackets, labels and sentences that end in a noun are left alone."""
    text = reading.folded.text
    if "。" not in text or (
        not _PLAIN_END.search(text.rstrip()) and not re.search(_PLAIN_END.pattern[:-1], text)
    ):
        return
    bare = _QUOTED.sub(lambda match: "x" * len(match[0]), text)
    is_polite = bool(_POLITE.search(bare))
    for sentence in reading.sentences:
        written = bare[sentence.begin : sentence.end].rstrip()
        if _POLITE_END.search(written) or not _PLAIN_END.search(written):
            continue
        if _COMMAND.search(written) or (is_polite and _ends_plainly(sentence)):
            yield Hit(
                "ほかの文と調子が違い、命令やそっけない言い方に読めます。",
                reading.folded.span(sentence.begin, sentence.end),
                "「です・ます」「ください」にそろえてください。",
            )


def _ends_plainly(sentence: Sentence) -> bool:
    """Its last word is a verb, an adjective or an auxiliary in its final form."""
    words = [word for word in sentence.tokens if word.pos[0] not in ("補助記号", "空白", "記号")]
    last = words[-1] if words else None
    return (
        last is not None
        and last.pos[0] in ("動詞", "形容詞", "助動詞")
        and last.pos[5].startswith(("終止形", "命令形"))
    )


# --- hard to read

_LONG = 80
_KANJI_RUN: Final = re.compile(r"[一-龥々]{10,}")
_GOES_ON: Final = re.compile(r"[ァ-ヴー]{1,12}[一-龥]{0,6}")
_PROPER: Final = re.compile(
    r"(?:課|係|室|部|局|署|庁|省|会|会議|委員会|協議会|協会|組合|連盟|機構|財団|法人|館|園|校|学校|所|場|院|センター|法|条例|規則|要綱|制度|事業|大会|選手権|線|橋|号|店|社|寺|神社|選挙|補助金|給付金|交付金|証明書|申請書|保険料|相談窓口|月間|週間|旬間|運動|計画|大綱|条約|宣言|税|料|金|費|日|祭|展|賞|隊|団|班|組|村|町|市|区|県|府|道|川|山|線|湾|山脈|大橋|公園|広場|会館|文庫|遺産|文化財|記念物|指定|説明会|講演会|講習会|相談会|発表会|研修会|訓練|試験|調査|検診|健診|接種|警報|情報|注意報)$"
)


def hard(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-文体: sentences of more than 80 letters, long runs of kanji that are no proper name, office jargon."""
    view = reading.folded
    for found in re.finditer(r"[^。!?\n]+[。!?]?", view.text) if len(view.text) > _LONG else ():
        if len(re.sub(r"https?://[!-~]{1,2000}", "", found[0]).strip()) > _LONG:
            yield Hit(
                f"1つの文が{len(found[0])}字あります。",
                view.of(found),
                "文を2つに分けると読みやすくなります。",
            )
    for run in _KANJI_RUN.finditer(view.text):
        behind = _GOES_ON.match(view.text, run.end())
        if not _PROPER.search(run[0] + (behind[0] if behind else "")):
            yield Hit(
                "漢字が続いていて読みにくいところです。", view.of(run), "ことばを補って切ってください。"
            )
    instead = world.lists.instead.get("jargon", {})
    for word in world.lists.found_by("jargon").finditer(view.text):
        better = instead.get(word[0], "")
        yield Hit(
            f"「{word[0]}」は、役所のことばです。",
            view.of(word),
            f"「{better}」などと書けます。" if better else "",
        )


CHECKS: Final = (
    Check("tone.style", Severity.CONFIRM, "文の調子", on_text=style, kinds=PROSE),
    Check("read.hard", Severity.INFO, "読みやすさ", on_text=hard, kinds=PROSE),
)
