"""How long a text is, network by network."""

import pytest

from platforms.counting import NETWORKS, Count, count, networks
from platforms.errors import Unsupported

FAMILY = "👨‍👩‍👧‍👦"
URL = "https://www.city.example.jp/bosai/hinanjo/index.html"


@pytest.mark.parametrize(
    ("network", "text", "used"),
    [
        ("x", "", 0),
        ("x", "避難所", 6),
        ("x", "abc ①", 6),
        ("x", FAMILY, 2),
        ("x", f"{URL} へ", 23 + 3),
        ("x", "city.example.jp", 23),
        ("x", "葛\U000e0100", 4),
        ("x", "か\u3099", 2),
        ("facebook", FAMILY, 7),
        ("instagram", "避難所", 3),
        ("threads", "避難a", 3),
        ("threads", "避👍", 5),
        ("line", "避難😀", 4),
        ("youtube", "避難所", 9),
        ("tiktok", "😀", 2),
        ("bluesky", "葛\U000e0100か\u3099", 2),
        ("note", "避難所", 3),
    ],
)
def test_text_is_counted_the_networks_way_when_staff_write_it(network: str, text: str, used: int) -> None:
    assert count(network, text).used == used


@pytest.mark.parametrize(
    ("network", "limit"),
    [
        ("x", 280),
        ("facebook", 63_206),
        ("instagram", 2_200),
        ("threads", 500),
        ("line", 5_000),
        ("youtube", 5_000),
        ("tiktok", 2_200),
        ("bluesky", 300),
        ("note", 50_000),
    ],
)
def test_limit_is_the_networks_when_a_text_is_counted(network: str, limit: int) -> None:
    assert count(network, "a").limit == limit


def test_text_is_too_long_by_what_is_over_when_it_does_not_fit() -> None:
    assert (count("x", "あ" * 140).over, count("x", "あ" * 141).over) == (0, 2)
    assert (count("line", "あ" * 5_000).over, count("line", "あ" * 5_012).over) == (0, 12)


def test_nearer_limit_is_told_when_a_network_has_two() -> None:
    letters, families = count("bluesky", "あ" * 301), count("bluesky", FAMILY * 121)
    assert (letters.used, letters.limit, letters.unit_ja, letters.over) == (301, 300, "字", 1)
    assert (families.used, families.limit, families.unit_ja, families.over) == (3025, 3000, "バイト", 25)


def test_count_says_how_it_counts_when_the_way_is_not_plain() -> None:
    assert count("x", "あ") == Count(2, 280, "字", 0, "全角1字を2、URLを23と数えます")
    assert count("instagram", "あ").note_ja == ""


@pytest.mark.parametrize("network", NETWORKS)
def test_counting_does_not_fail_when_half_a_sign_is_pasted(network: str) -> None:
    assert count(network, "\ud83d").used > 0


def test_counting_is_unsupported_when_the_network_is_not_known() -> None:
    with pytest.raises(Unsupported, match="fax"):
        count("fax", "本文")


def test_networks_have_the_names_staff_use_when_they_are_listed() -> None:
    names = networks()
    assert (names["x"], names["line"], names["note"]) == ("X（旧Twitter）", "LINE", "note")
    assert set(names) == set(NETWORKS)
