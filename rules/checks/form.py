"""tag.form, emoji.bullet: what screen readers and networks make of hashtags and emoji."""

from collections.abc import Iterator
from typing import Final

import regex

from rules.checks.check import PROSE, Check
from rules.checks.findings import Hit, Severity
from rules.checks.hosts import links_of
from rules.checks.material import PartKind, World
from rules.checks.reading import Reading

_TAG: Final = regex.compile(r"#([^\s#、。!?「」()\[\]【】]{1,140})")
_WORD: Final = regex.compile(r"[\p{L}\p{N}_ー々]")
_BROKEN: Final = regex.compile(r"^[\p{L}\p{N}_ー々]+[・./\-−&'+][\p{L}\p{N}_ー々]")
# Numbers to dial, not tags: 警察相談, 救急相談, 小児救急, 性犯罪・性暴力, DV, 道路緊急 and the like.
_DIALS: Final = frozenset(
    ["9110", "7119", "8000", "8008", "8891", "8103", "9910", "7111", "8080", "9180", "0570"]
)
_LONG_LOWER: Final = regex.compile(r"^[a-z]{15,}$")


def tag(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-文体, toyama:4-7-カ: a hashtag that is glued to a word, broken by a sign, of digits only, or of many small
    Latin letters that are read as one word."""
    view = reading.folded
    if "#" not in view.text:
        return
    links = [link.span for link in links_of(reading)]
    for found in _TAG.finditer(view.text):
        span = view.of(found)
        if any(link.begin <= span.begin < link.end for link in links):
            continue
        why = _why(view.text[found.start() - 1 : found.start()], found[1])
        if why:
            yield Hit(why, span, "前後に空白や改行を入れ、記号を使わない短い語にしてください。")


def _why(before: str, word: str) -> str:
    digits = regex.match(r"[0-9]*", word)
    if digits and digits[0] in _DIALS:
        return ""
    if before and _WORD.match(before):
        return "ハッシュタグが前の語につながっていて、タグになりません。"
    if word.isdecimal():
        return "数字だけのハッシュタグは、タグになりません。"
    if _BROKEN.match(word):
        return "ハッシュタグが記号のところで切れます。"
    if _LONG_LOWER.match(word):
        return "長い小文字のハッシュタグは、読み上げで聞き取れません。語の初めを大文字にしてください。"
    return ""


_EMOJI: Final = regex.compile(
    r"(?:\p{RI}\p{RI}|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)\p{EMod}?(?:\u200d\p{Extended_Pictographic}\ufe0f?\p{EMod}?){0,8})"
)
_AS_WORD: Final = regex.compile(_EMOJI.pattern + r"(?:を|に|で|が|は|と|へ|の)(?=\S|$)")
_AT_LINE: Final = regex.compile(r"^[ \u3000]*" + _EMOJI.pattern, regex.MULTILINE)
_MANY = 6


def emoji(reading: Reading, world: World) -> Iterator[Hit]:
    """mima:4-5-文体: emoji as bullets or in place of words: every one is read aloud by its name."""
    view = reading.folded
    found = list(_EMOJI.finditer(view.text))
    if len(found) < 2:
        return
    lines = _AT_LINE.findall(view.text)
    if len(lines) >= 2 or len(found) >= _MANY or len(_AS_WORD.findall(view.text)) >= 2:
        yield Hit(
            "絵文字が、見出しの印や語の代わりに使われています。読み上げでは1つずつ名前で読まれます。",
            view.of(found[0]),
            "日時・場所などの語で書いてください。",
        )


CHECKS: Final = (
    Check("tag.form", Severity.INFO, "ハッシュタグ", on_text=tag, kinds=PROSE | {PartKind.TAGS}),
    Check("emoji.bullet", Severity.INFO, "絵文字", on_text=emoji, kinds=PROSE),
)
