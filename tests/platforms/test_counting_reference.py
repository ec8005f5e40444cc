"""Our counters against the networks' own counting: the posts of the corpus and hard samples.

The numbers are made by `tests/data/counting/reference.mjs`, which knows nothing of ours.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from platforms.counting import graphemes, mastodon_length, utf8_bytes, utf16_units, x_weight

_DATA: Final = Path(__file__).parents[1] / "data"
REFERENCE: Final[Mapping[str, Mapping[str, int]]] = json.loads(
    (_DATA / "counting/reference.json").read_text()
)
COUNTERS: Final[Mapping[str, Callable[[str], int]]] = {
    "x": x_weight,
    "graphemes": graphemes,
    "bytes": utf8_bytes,
    "utf16": utf16_units,
    "mastodon": mastodon_length,
}
# Mastodon's own pattern lets an address run on through Japanese letters until a blank, X's ends it there. No program of
# Mastodon's can be asked here (it is Ruby), so these stand as its source reads (`platforms.counting.mastodon_length`).
GLUED: Final = {"address with Japanese glued behind": 23, "address in brackets": 24, "dev-025": 42}


def _texts() -> dict[str, str]:
    posts = [json.loads(line) for line in (_DATA / "posts_dev.jsonl").read_text().splitlines()]
    samples = json.loads((_DATA / "counting/samples.json").read_text())
    return {post["id"]: post["text"] for post in posts} | samples


TEXTS: Final = _texts()


def test_every_text_has_been_counted_by_the_networks_programs() -> None:
    assert REFERENCE.keys() == TEXTS.keys()
    assert len(TEXTS) > 90


@pytest.mark.parametrize("measure", COUNTERS)
def test_counter_agrees_with_the_network_on_every_text(measure: str) -> None:
    ours = {name: COUNTERS[measure](text) for name, text in TEXTS.items()}
    theirs = {name: counted[measure] for name, counted in REFERENCE.items()}
    theirs |= GLUED if measure == "mastodon" else {}
    assert ours == theirs
