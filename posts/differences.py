"""What changed between two texts, in pieces a Japanese reader sees as words. Pure; no markup."""

import re
from difflib import SequenceMatcher

# One piece: a line end, an address, a number, a word of one script. Anything else stands alone.
_PIECES = re.compile(
    r"\n|https?://[!-~]+|[0-9０-９]+|[A-Za-zＡ-Ｚａ-ｚ]+|[ァ-ヶー]+|[ぁ-ん]+|[一-龠々]+|.", re.DOTALL
)
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
# Beyond this many pieces comparing words takes seconds; whole lines are compared instead.
MOST_PIECES = 4_000


def differences(old: str, new: str) -> list[tuple[str, str]]:
    """("same" | "ins" | "del", text) in reading order; what was there stands before what replaced it.

    "same" and "del" together are `old`, "same" and "ins" together are `new`, to the letter.
    """
    before, after = _pieces(old, new)
    found: list[tuple[str, str]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for op, i1, i2, j1, j2 in matcher.get_opcodes():
        if op == "equal":
            found.append(("same", "".join(before[i1:i2])))
        else:
            found += [("del", "".join(before[i1:i2])), ("ins", "".join(after[j1:j2]))]
    return [(op, text) for op, text in found if text]


def _pieces(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    if len(before) + len(after) > MOST_PIECES:
        return _LINES.findall(old), _LINES.findall(new)
    return before, after
