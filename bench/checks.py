"""`make bench-checks`: all content checks against one Sudachi tokenisation with parts of speech, in the same run.

Every post is another text each time, so that nothing is remembered from the round before. The length is left out: the
networks' counters have a measure of their own.
"""

import json
from datetime import datetime
from pathlib import Path

from sudachipy import Dictionary, SplitMode

from bench.pairs import compare
from rules.checks.catalogue import CHECKS
from rules.checks.engine import examine
from rules.checks.lists import base
from rules.checks.material import Material, Part, PartKind, World

GOAL = 6.0
LETTERS = 140
TIMES = 400
POSTS = Path(__file__).parents[1] / "tests" / "data" / "posts_dev.jsonl"
AT = datetime.fromisoformat("2026-11-20T10:00:00+09:00")


def main() -> None:
    texts = [json.loads(line)["text"] for line in POSTS.read_text(encoding="utf-8").splitlines()]
    ours, plain = compare(_Checked(texts), _Tokenised(texts), times=TIMES)
    print(
        f"点検（{LETTERS}字、長さのほかすべて）: {ours * 1e6:.0f} µs / 形態素解析1回 {plain * 1e6:.0f} µs"
        f" = {ours / plain:.2f}（目標 {GOAL:.0f} 以下）"
    )


class _Side:
    """One post after the other, each with a number that no other has."""

    def __init__(self, texts: list[str]) -> None:
        self.texts, self.turn = texts, 0

    def next(self) -> str:
        self.turn += 1
        text = self.texts[self.turn % len(self.texts)]
        return (f"{self.turn} " + text * (LETTERS // len(text) + 1))[:LETTERS]


class _Checked(_Side):
    def __call__(self) -> None:
        world = World(at=AT, lists=base(), duties=frozenset(CHECKS) - {"len.platform"})
        examine(Material((Part("text", PartKind.TEXT, self.next()),)), world)


class _Tokenised(_Side):
    tokenizer = Dictionary(dict="small").create(mode=SplitMode.A)

    def __call__(self) -> None:
        for word in self.tokenizer.tokenize(self.next()):
            word.part_of_speech()


if __name__ == "__main__":
    main()
