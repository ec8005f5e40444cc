"""gate.dup: the same thing again to the same social account within a day: networks have frozen cities' accounts for it."""

import re
from collections.abc import Iterator
from typing import Final

from rules.checks.check import Check
from rules.checks.findings import Hit, Severity
from rules.checks.material import Material, PartKind, World
from rules.checks.views import folded

_WITHIN_MINUTES = 24 * 60
_ALIKE = 0.9
_NOISE: Final = re.compile(r"[\s、。!?・「」()#]+|[?&](?:utm_[a-z]+|s|t|fbclid|ref)=[^\s&]{1,200}")
_DIGITS: Final = re.compile(r"\d+")
_GRAM = 4


def again(material: Material, world: World) -> Iterator[Hit]:
    """The same or nearly the same text. One whose numbers or times are others is news, not a repetition."""
    own = [_bare(part.text) for part in material.parts if part.kind == PartKind.TEXT]
    for recent in world.recent:
        if recent.minutes_ago < _WITHIN_MINUTES and any(_is_same(text, _bare(recent.text)) for text in own):
            yield Hit(
                f"ほとんど同じ本文を、{_ago(recent.minutes_ago)}前に出しています。",
                suggestion="二重に出そうとしていないかを確かめてください。続報なら、変わったところを書いてください。",
            )
            return


def _ago(minutes: int) -> str:
    return f"{minutes}分" if minutes < 60 else f"{minutes // 60}時間"


def _bare(text: str) -> str:
    return _NOISE.sub("", folded(text).text)


def _is_same(one: str, other: str) -> bool:
    if not one or not other or one == other:
        return bool(one) and one == other
    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return False
    grams = _grams(one), _grams(other)
    return len(grams[0] & grams[1]) >= _ALIKE * len(grams[0] | grams[1])


def _grams(text: str) -> set[str]:
    return {text[at : at + _GRAM] for at in range(max(1, len(text) - _GRAM + 1))}


CHECKS: Final = (Check("gate.dup", Severity.BLOCK, "24時間以内の同じ投稿", on_whole=again),)
