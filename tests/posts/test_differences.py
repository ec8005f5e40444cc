"""Differences: nothing is lost between two texts, and what changed is cut where a reader would cut it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.differences import MOST_PIECES, differences

TEXTS = st.text(alphabet="あいう漢字カナabc123１２。\n 🎉", max_size=60)


def sides(pieces: list[tuple[str, str]]) -> tuple[str, str]:
    old = "".join(text for op, text in pieces if op != "ins")
    new = "".join(text for op, text in pieces if op != "del")
    return old, new


@given(TEXTS, TEXTS)
def test_differences_are_the_two_texts_whatever_they_are(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert sides(pieces) == (old, new)
    assert all(text for _, text in pieces)


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        (
            "11月28日(金)は",
            "11月28日(土)は",
            [("same", "11月28日("), ("del", "金"), ("ins", "土"), ("same", ")は")],
        ),
        ("約150台", "約600台", [("same", "約"), ("del", "150"), ("ins", "600"), ("same", "台")]),
        (
            "見て https://a.example/old?x=1",
            "見て https://a.example/new",
            [("same", "見て "), ("del", "https://a.example/old?x=1"), ("ins", "https://a.example/new")],
        ),
        ("終わり", "終わり\n", [("same", "終わり"), ("ins", "\n")]),
        ("同じ", "同じ", [("same", "同じ")]),
        ("", "", []),
    ],
)
def test_differences_are_cut_at_words_when_one_word_changed(
    old: str, new: str, pieces: list[tuple[str, str]]
) -> None:
    assert differences(old, new) == pieces


def test_differences_are_whole_lines_when_the_text_is_very_long() -> None:
    lines = [f"{number}行目です。\n" for number in range(MOST_PIECES)]
    new = [*lines[:-1], "ちがう終わり"]
    pieces = differences("".join(lines), "".join(new))
    assert pieces[-2:] == [("del", lines[-1]), ("ins", "ちがう終わり")]
    assert sides(pieces) == ("".join(lines), "".join(new))
