"""Links and hashtags: what is one, and at which bytes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.facets import Facet, as_json, find

FAMILY = "👨‍👩‍👧‍👦"
PIECES = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "#",
                "＃",
                "防災",
                " ",
                "\u3000",
                "\n",
                "https://",
                "HTTP://",
                "a.jp",
                "/b?c=1#d",
                "(",
                ")",
                "。",
                "）",
                FAMILY,
                "葛\U000e0100",
            ]
        ),
    ),
    max_size=20,
).map("".join)


def found(text: str) -> list[tuple[str, str]]:
    return [(facet.kind, facet.value) for facet in find(text)]


def cut(text: str, facet: Facet) -> str:
    return text.encode()[facet.start : facet.end].decode()


@given(PIECES)
def test_bytes_are_the_marked_text_when_anything_is_written(text: str) -> None:
    for facet in find(text):
        marked = cut(text, facet)
        assert (
            marked == facet.value
            if facet.kind == "link"
            else marked in {f"#{facet.value}", f"＃{facet.value}"}
        )


@given(PIECES)
def test_facets_stand_in_order_and_apart_when_anything_is_written(text: str) -> None:
    facets = find(text)
    assert all(before.end <= after.start for before, after in pairwise(facets))
    assert all(facet.start < facet.end for facet in facets)


@given(PIECES)
def test_link_is_made_of_url_characters_when_anything_is_written(text: str) -> None:
    links = [facet.value for facet in find(text) if facet.kind == "link"]
    assert all(
        link.isascii() and not set(link) & set(' \n"<>') and link[-1] not in ".,;:!?" for link in links
    )


@given(st.text(alphabet="あ防災。、 ", max_size=10), st.text(alphabet="。、）」』！？…・ ", max_size=10))
def test_link_is_found_whole_when_japanese_stands_around_it(before: str, after: str) -> None:
    url = "https://www.city.example.jp/bosai/index.html?a=1&b=%E3%81%82#top"
    assert ("link", url) in found(before + url + after)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("詳細はhttps://www.city.example.jp/aをご覧ください", ["https://www.city.example.jp/a"]),
        ("「https://a.jp/」（https://b.jp/c）。", ["https://a.jp/", "https://b.jp/c"]),
        ("https://a.jp、https://b.jp。", ["https://a.jp", "https://b.jp"]),
        ("(https://a.jp/b)", ["https://a.jp/b"]),
        ("https://a.jp/w_(x)", ["https://a.jp/w_(x)"]),
        ("(https://a.jp/w_(x)).", ["https://a.jp/w_(x)"]),
        ("https://a.jp/b...", ["https://a.jp/b"]),
        ("https://a.jp:8080/b", ["https://a.jp:8080/b"]),
        ("HTTPS://A.JP/b", ["HTTPS://A.JP/b"]),
        ("www.city.example.jp と city.example.jp", []),
        ("https:// http://。", []),
        ("https://例え.jp/", []),
        ("xhttps://a.jp", []),
        ("ftp://a.jp mailto:a@a.jp", []),
    ],
)
def test_link_is_exactly_the_address_when_it_stands_in_a_sentence(text: str, links: list[str]) -> None:
    assert [value for kind, value in found(text) if kind == "link"] == links


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#防災 ＃訓練", ["防災", "訓練"]),
        ("避難所 #防災。", ["防災"]),
        ("#防災\u3000お知らせ", ["防災"]),
        ("一\n#二\n", ["二"]),
        ("#2026年 #2026", ["2026年"]),
        ("あ#防災", []),
        ("# ＃ #! #️⃣", []),
        (f"#家族{FAMILY}", ["家族👨"]),
        ("#" + "あ" * 64, ["あ" * 64]),
        ("#" + "あ" * 65, []),
        ("https://a.jp/#top", []),
        ("@koho.example.jp", []),
    ],
)
def test_tag_is_what_the_networks_own_apps_see_when_it_stands_in_a_text(text: str, tags: list[str]) -> None:
    assert [value for kind, value in found(text) if kind == "tag"] == tags


def test_earlier_mark_wins_when_two_would_overlap() -> None:
    assert found("#https://a.jp/") == [("tag", "https://a.jp")]


def test_facet_counts_bytes_when_wide_signs_stand_before_it() -> None:
    [facet] = find(f"{FAMILY}避難 #防災")
    assert as_json(facet) == {
        "index": {"byteStart": 32, "byteEnd": 39},
        "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "防災"}],
    }
