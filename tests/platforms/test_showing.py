"""How a network shows a text: runs, shortened links, what is folded away, what cannot be undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms import registry
from platforms.base import Capabilities
from platforms.counting import NETWORKS
from platforms.errors import Unsupported
from platforms.showing import STYLES, address_of, lasting_ja, look_of, mastodon_link, runs, x_link

FAMILY = "👨‍👩‍👧‍👦"
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.characters(categories=["Cs"]),
        st.sampled_from(
            [
                *("#", "＃", "防災", " ", "\u3000", "\n", "\r\n", "。", "）", "@", FAMILY),
                *("https://", "HTTP://www.", "city.mihon.lg.jp", "/event/akari.html?a=1#d", "&amp;", "<b>"),
            ]
        ),
    ),
    max_size=24,
).map("".join)
LINK = "https://www.city.mihon.lg.jp/event/akari.html"
TEXT = f"くわしくは {LINK} です。\n#美馬市 ＃うだつ #123 city.mihon.lg.jp"


def marked(network: str, text: str) -> list[tuple[str, str]]:
    return [(run.kind, run.shown) for run in runs(network, text) if run.kind != "text"]


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (
            "x",
            [
                ("link", "city.mihon.lg.jp/event/akari.ht…"),
                ("tag", "#美馬市"),
                ("tag", "＃うだつ"),
                ("link", "city.mihon.lg.jp"),
            ],
        ),
        ("line", [("link", LINK)]),
        (
            "mastodon",
            [("link", "city.mihon.lg.jp/event/akari.h…"), ("tag", "#美馬市"), ("tag", "＃うだつ")],
        ),
        ("bluesky", [("link", LINK), ("tag", "#美馬市"), ("tag", "＃うだつ")]),
    ],
)
def test_each_network_marks_its_own_links_and_hashtags(network: str, expected: list[tuple[str, str]]) -> None:
    assert marked(network, TEXT) == expected


@pytest.mark.parametrize(
    ("network", "text", "expected"),
    [
        ("x", "あ#催し", []),  # no blank before it: a letter stands there
        ("x", "（#催し）", [("tag", "#催し")]),
        ("x", "#催し#市", []),
        ("x", "#2026年", [("tag", "#2026年")]),
        ("x", "https://a.jp/#top", [("link", "a.jp/#top")]),
        ("mastodon", "（#催し）", []),
        ("mastodon", "#秋の・市 を", [("tag", "#秋の・市")]),
        # Mastodon's links run on until a blank, which is what a preview is for.
        ("mastodon", "https://a.jp/bです", [("link", "a.jp/bです")]),
        ("mastodon", "@koho@mihon.example へ", []),
        ("bluesky", "https://a.jp/bです", [("link", "https://a.jp/b")]),
        ("line", "city.mihon.lg.jp #市", []),
    ],
)
def test_marks_are_those_of_the_network(network: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert marked(network, text) == expected


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://a.jp", "a.jp"),
        ("https://a.jp/", "a.jp"),
        ("http://www.youtube.com/watch?v=oHg5SJYRHA0", "youtube.com/watch?v=oHg5SJ…"),
        (
            "https://developer.twitter.com/en/use-cases/success-stories",
            "developer.twitter.com/en/use-cases/s…",
        ),
        ("https://developer.twitter.com/en/community", "developer.twitter.com/en/community"),
        ("https://a.jp?q=1", "a.jp?q=1"),
    ],
)
def test_x_shows_the_host_and_fifteen_letters_of_the_path(link: str, shown: str) -> None:
    assert x_link(link) == shown


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://www.a.jp/", "a.jp/"),
        ("https://a.jp/" + "b" * 25, "a.jp/" + "b" * 25),
        ("https://a.jp/" + "b" * 26, "a.jp/" + "b" * 25 + "…"),
    ],
)
def test_mastodon_shows_thirty_letters(link: str, shown: str) -> None:
    assert mastodon_link(link) == shown


@given(TEXTS, st.sampled_from(sorted(NETWORKS)))
def test_nothing_typed_is_lost_or_altered(text: str, network: str) -> None:
    look = look_of(network, text)
    every = (*look.seen, *look.folded, *look.beyond)
    assert "".join(run.text for run in every) == text
    assert all(run.shown == run.text for run in every if run.kind != "link")
    assert all(every_run.text for every_run in every)


def words(of: object) -> str:
    return "".join(run.text for run in of)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("network", "text", "seen"),
    [
        ("mastodon", "あ\n" * 32, 64),
        ("mastodon", "あ\n" * 33, 64),
        ("mastodon", "あ" * 37 * 32 + "い", 37 * 32),
        ("bluesky", "\n" * 24 + "あ", 25),
        ("bluesky", "\n" * 25 + "あ", 25),
        ("x", "\n" * 99, 99),
        ("line", "あ" * 5000, 5000),
    ],
)
def test_lines_beyond_the_fold_are_behind_a_press(network: str, text: str, seen: int) -> None:
    look = look_of(network, text)
    assert (words(look.seen), words(look.folded), look.beyond) == (text[:seen], text[seen:], ())


def test_link_across_the_fold_stays_whole_behind_it() -> None:
    look = look_of("mastodon", "\n" * 31 + "あ" * 30 + " " + LINK)
    assert [run.kind for run in look.folded] == ["link"]
    assert look.shortened == (LINK,)


def test_bluesky_takes_three_hundred_letters_as_a_reader_counts_them() -> None:
    assert look_of("bluesky", FAMILY * 300).beyond == ()
    look = look_of("bluesky", FAMILY * 300 + "長い")
    assert (words(look.seen), words(look.beyond)) == (FAMILY * 300, "長い")


def test_other_networks_have_a_plain_look() -> None:
    look = look_of("facebook", TEXT)
    assert (look.style, words(look.seen), look.shortened) == ("plain", TEXT, ())


@pytest.mark.parametrize(
    ("network", "handle", "shown"),
    [
        ("x", "mihon", "@mihon"),
        ("x", "@mihon", "@mihon"),
        ("bluesky", "koho.mihon.example", "@koho.mihon.example"),
        ("mastodon", "@koho", "@koho@social.example"),
        ("mastodon", "koho@mihon.example", "@koho@mihon.example"),
        ("line", "@123abcde", ""),
        ("facebook", "mihon.kanko", "mihon.kanko"),
    ],
)
def test_address_under_the_name(network: str, handle: str, shown: str) -> None:
    assert address_of(network, handle, "https://social.example/@koho") == shown


# --- what cannot be undone


@pytest.mark.parametrize("connection", ["api", "manual", "training"])
@pytest.mark.parametrize("network", sorted(NETWORKS))
def test_every_connection_says_what_cannot_be_undone(network: str, connection: str) -> None:
    try:
        able = registry.capabilities(network, connection)
    except Unsupported:
        able = Capabilities()
    said = "".join(lasting_ja(network, able))
    assert ("消すこともできません" in said) == (network == "line" or not (able.by_hand or able.withdraws))
    assert ("サービスの画面で消します" in said) == (able.by_hand and network != "line")
    assert "訂正の投稿で知らせます" in said


def test_line_says_that_nothing_can_be_taken_back() -> None:
    said = lasting_ja("line", registry.capabilities("line", "api"))
    assert said[0] == "LINEは、送ったあとで直すことも消すこともできません。"


def test_every_style_is_of_a_network() -> None:
    assert set(STYLES) <= set(NETWORKS)
