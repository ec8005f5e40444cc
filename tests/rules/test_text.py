"""What counts as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text import is_blank


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000\n\t", "\u200b", "\u200b\u3164\ufeff", "\u2800\x00", "\u115f\uffa0"]
)
def test_text_is_blank_when_nothing_of_it_can_be_seen(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["あ", "\u200bあ", "👨‍👩‍👧", "。", "0", "葛\U000e0100"])
def test_text_is_written_when_anything_of_it_can_be_seen(text: str) -> None:
    assert not is_blank(text)


@given(
    st.text(alphabet=st.characters(categories=["Cf", "Zs", "Cc"])),
    st.characters(categories=["Lo", "Nd", "Po"]),
)
def test_one_letter_makes_a_text_written_when_it_stands_among_invisible_ones(blank: str, letter: str) -> None:
    assert is_blank(blank)
    if not is_blank(letter):
        assert not is_blank(blank + letter + blank)
