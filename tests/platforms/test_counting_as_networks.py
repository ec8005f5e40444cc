"""Our counters against the networks' own counting, on the city's sample posts and on texts that are hard to count.

The numbers in tests/data/counting/counts.json were made once by count.cjs beside it, which uses none of our code and
says how to make them anew.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from platforms.counting import NETWORKS, count

DATA = Path(__file__).parents[1] / "data"


def _read(*names: str) -> str:
    return DATA.joinpath(*names).read_text(encoding="utf-8")


POSTS: dict[str, str] = {
    post["id"]: post["text"] for post in map(json.loads, _read("posts_dev.jsonl").splitlines())
}
HARD: dict[str, str] = {
    row["name"]: row.get("text") or row["piece"] * row["times"]
    for row in json.loads(_read("counting", "samples.json"))
}
SAMPLES = POSTS | HARD
COUNTS: dict[str, dict[str, int]] = json.loads(_read("counting", "counts.json"))["counts"]

# The measure in the file → ours: the network, and which of its limits.
OURS: dict[str, tuple[str, int]] = {
    "x": ("x", 0),
    "graphemes": ("bluesky", 0),
    "utf8": ("bluesky", 1),
    "utf16": ("line", 0),
    "mastodon": ("mastodon", 0),
}
_NO_DOMAIN = (
    "Mastodon's server knows the top-level domains; to us any letters may be one, so that we count too few"
)
_SIGNS = "Mastodon's server takes Japanese brackets in a domain; we do not, and count what stands there"
# Where we do not count as the network does, and why: each must fail as long as it stands here.
DIFFERENT: dict[tuple[str, str], str] = {
    ("dev-025", "mastodon"): _NO_DOMAIN,
    ("URL of a domain that does not exist", "mastodon"): _NO_DOMAIN,
    ("punctuation in a domain", "mastodon"): _SIGNS,
}


def _counter(measure: str) -> Callable[[str], int]:
    network, limit = OURS[measure]
    return NETWORKS[network].limits[limit].measure


def test_every_sample_has_the_networks_counts() -> None:
    assert len(POSTS) == 60
    assert len(HARD) > 80
    assert set(COUNTS) == set(SAMPLES)
    assert {name for name, _ in DIFFERENT} <= set(SAMPLES)


@pytest.mark.parametrize("measure", OURS)
def test_count_of_the_sample_posts_is_the_networks(measure: str) -> None:
    names = [name for name in POSTS if (name, measure) not in DIFFERENT]
    ours = {name: _counter(measure)(POSTS[name]) for name in names}
    assert ours == {name: COUNTS[name][measure] for name in names}


@pytest.mark.parametrize("measure", OURS)
def test_count_is_the_networks_when_a_text_is_hard_to_count(measure: str) -> None:
    names = [name for name in HARD if (name, measure) not in DIFFERENT]
    ours = {name: _counter(measure)(HARD[name]) for name in names}
    assert ours == {name: COUNTS[name][measure] for name in names}


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=why))
        for case, why in DIFFERENT.items()
    ],
)
def test_count_is_the_networks_where_it_is_known_to_differ(name: str, measure: str) -> None:
    assert _counter(measure)(SAMPLES[name]) == COUNTS[name][measure]


@pytest.mark.parametrize(
    ("network", "fits", "is_over"),
    [
        ("x", "140 kana", "141 kana"),
        ("x", "280 letters", "281 letters"),
        ("x", "140 families", "141 families"),
        ("x", "256 letters and a URL", "257 letters and a URL"),
        ("bluesky", "300 kana", "301 kana"),
        ("bluesky", "120 families of 25 bytes", "121 families of 25 bytes"),
        ("line", "5000 kana", "5001 kana"),
        ("line", "2500 emoji", "2501 emoji"),
        ("mastodon", "500 kana", "501 kana"),
    ],
)
def test_text_is_over_from_the_networks_first_letter_too_many(network: str, fits: str, is_over: str) -> None:
    assert count(network, HARD[fits]).over == 0
    assert count(network, HARD[is_over]).over > 0
