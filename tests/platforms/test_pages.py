"""Whose post an address shows, on every network."""

import pytest

from platforms.counting import NETWORKS
from platforms.pages import same_post, whose

HOMES = {
    "x": ("mima_city", "https://x.com/mima_city"),
    "facebook": ("mima.city", "https://www.facebook.com/mima.city"),
    "instagram": ("mima_city", "https://www.instagram.com/mima_city/"),
    "threads": ("@mima_city", "https://www.threads.net/@mima_city"),
    "line": ("@mima", "https://page.line.me/mima"),
    "youtube": ("@mimacity", "https://www.youtube.com/@mimacity"),
    "tiktok": ("mima_city", "https://www.tiktok.com/@mima_city"),
    "bluesky": ("mima.example", "https://bsky.app/profile/mima.example"),
    "note": ("mima_city", "https://note.com/mima_city"),
}
GOOD = {
    "x": [
        "https://x.com/Mima_City/status/18",
        "https://twitter.com/mima_city/status/18?s=20",
        "https://x.com/i/status/18",
    ],
    "facebook": ["https://www.facebook.com/permalink.php?story_fbid=1&id=2", "https://fb.watch/abc"],
    "instagram": ["https://www.instagram.com/p/Cabc/", "https://www.instagram.com/mima_city/p/Cabc/"],
    "threads": ["https://www.threads.com/@mima_city/post/Cabc"],
    "line": ["https://linevoom.line.me/post/1", "https://lin.ee/abc"],
    "youtube": ["https://youtu.be/abc", "https://www.youtube.com/watch?v=abc"],
    "tiktok": ["https://www.tiktok.com/@mima_city/video/1", "https://vt.tiktok.com/abc"],
    "bluesky": ["https://bsky.app/profile/mima.example/post/3k"],
    "note": ["https://note.com/mima_city/n/nabc"],
}
ANOTHERS = {
    "x": "https://x.com/mima_police/status/18",
    "instagram": "https://www.instagram.com/other/reel/Cabc/",
    "threads": "https://www.threads.net/@other/post/Cabc",
    "tiktok": "https://www.tiktok.com/@other/video/1",
    "bluesky": "https://bsky.app/profile/other.example/post/3k",
    "note": "https://note.com/other/n/nabc",
}


def of(network: str, url: str) -> str:
    handle, home = HOMES[network]
    return whose(network, handle=handle, home=home, url=url)


@pytest.mark.parametrize("network", HOMES)
def test_own_post_is_known_by_its_address(network: str) -> None:
    assert [of(network, url) for url in GOOD[network]] == [""] * len(GOOD[network])


@pytest.mark.parametrize("network", ANOTHERS)
def test_post_of_another_account_is_noticed(network: str) -> None:
    assert of(network, ANOTHERS[network]) == "another"


@pytest.mark.parametrize("network", HOMES)
@pytest.mark.parametrize(
    "url",
    [
        "https://x.com.evil.example/mima_city/status/1",
        "https://evilx.com/",
        "だしました",
        "",
        "https://[",
        "mailto:a@b.c",
    ],
)
def test_page_of_no_such_network_is_elsewhere(network: str, url: str) -> None:
    assert of(network, url) == "elsewhere"


def test_server_of_ones_own_is_the_one_of_the_accounts_page() -> None:
    home = {"handle": "@koho@sns.mima.example", "home": "https://sns.mima.example/@koho"}
    assert whose("mastodon", url="https://sns.mima.example/@koho/1", **home) == ""
    assert whose("mastodon", url="https://sns.mima.example/@other/1", **home) == "another"
    assert whose("mastodon", url="https://mastodon.example/@koho/1", **home) == "elsewhere"


def test_every_network_that_we_count_for_has_pages() -> None:
    assert set(NETWORKS) <= set(HOMES) | {"mastodon"}


@pytest.mark.parametrize(
    ("network", "url"),
    [
        ("x", "https://x.com/"),
        ("x", "https://x.com/mima_city"),
        ("x", "https://x.com//other/status/1"),
        ("x", "https://t.x.com/"),
        ("facebook", "https://www.facebook.com/evil"),
        ("facebook", "https://www.facebook.com/mima.city"),
        ("instagram", "https://www.instagram.com/mima_city/"),
        ("youtube", "https://www.youtube.com/@evil"),
        ("note", "https://note.com/evil"),
        ("threads", "https://www.threads.net/@evil"),
        ("tiktok", "https://vt.tiktok.com/"),
        ("bluesky", "https://bsky.app/profile/mima.example"),
        ("line", "https://page.line.me/mima"),
    ],
)
def test_page_that_is_no_post_is_elsewhere(network: str, url: str) -> None:
    assert of(network, url) == "elsewhere"


@pytest.mark.parametrize(
    ("network", "url"),
    [
        ("facebook", "https://www.facebook.com/evil/posts/1"),
        ("instagram", "https://www.instagram.com/stories/evil/12/"),
    ],
)
def test_form_that_names_another_account_is_anothers(network: str, url: str) -> None:
    assert of(network, url) == "another"


def test_form_that_names_the_account_by_a_number_may_be_anybodys() -> None:
    assert of("bluesky", "https://bsky.app/profile/did:plc:abc/post/3k") == ""
    assert of("facebook", "https://www.facebook.com/61550000/posts/12") == ""


def test_account_of_another_server_seen_on_ones_own_is_anothers() -> None:
    home = {"handle": "@koho", "home": "https://sns.mima.example/@koho"}
    for url in ("@evil@other.example/123", "@koho@other.example/123", "users/evil/statuses/12"):
        assert whose("mastodon", url=f"https://sns.mima.example/{url}", **home) == "another"
    assert whose("mastodon", url="https://sns.mima.example/users/koho/statuses/12", **home) == ""


@pytest.mark.parametrize(
    ("network", "one", "other", "same"),
    [
        ("x", "https://x.com/a/status/1", "https://www.x.com/a/status/1/?s=20#top", True),
        ("x", "https://x.com/a/status/1", "https://twitter.com/a/status/1", True),
        ("x", "https://x.com/i/web/status/1", "https://mobile.twitter.com/a/status/1/photo/1", True),
        ("x", "https://x.com/a/status/1", "https://x.com/a/status/2", False),
        ("x", "https://x.com/a/status/1", "https://x.com/a/status/11", False),
        (
            "facebook",
            "https://m.facebook.com/permalink.php?story_fbid=1&id=2",
            "https://facebook.com/permalink.php?story_fbid=1&id=2&x=3",
            True,
        ),
        (
            "facebook",
            "https://facebook.com/mima/posts/pfbid1",
            "https://www.facebook.com/1/posts/pfbid1",
            True,
        ),
        ("youtube", "https://youtube.com/watch?v=a", "https://youtube.com/watch?v=b", False),
        ("youtube", "https://youtu.be/a?si=x", "https://m.youtube.com/watch?v=a&t=1", True),
        ("youtube", "https://www.youtube.com/shorts/a", "https://youtube.com/live/a", True),
        ("instagram", "https://instagram.com/p/Ca/", "https://www.instagram.com/mima/reel/Ca/", True),
        ("threads", "https://www.threads.net/@a/post/C", "https://threads.com/t/C", True),
        (
            "bluesky",
            "https://bsky.app/profile/did:plc:a/post/3k",
            "https://bsky.app/profile/a.jp/post/3k",
            True,
        ),
        ("mastodon", "https://sns.jp/@koho/1", "https://sns.jp/users/koho/statuses/1", True),
        ("facebook", "https://fb.watch/abc", "https://fb.watch/abc?x=1", True),
        ("facebook", "https://fb.watch/abc", "https://fb.watch/abc/", True),
        ("unheard-of", "https://a.example/post/123", "https://a.example/post/223", False),
        ("x", "", "", False),
        ("x", "x", "x", False),
    ],
)
def test_addresses_of_one_post_are_the_same_post(network: str, one: str, other: str, same: bool) -> None:
    assert same_post(network, one, other) is same
    assert same_post(network, other, one) is same


@pytest.mark.parametrize(
    ("network", "url"),
    [
        ("x", "https://t.x.com/mima_city/status/1"),
        ("x", "https://foo.twitter.com/mima_city/status/1"),
        ("x", "https://x.com/mima_city%2Fstatus%2F1"),
        ("x", "https://x.com/other%2F..%2Fmima_city/status/1"),
        ("x", "https://x.com/mima_city/status/１８"),
        ("x", "https://x.com/mima_city/status/%EF%BC%91"),
        ("facebook", "https://www.facebook.com/mima.city/posts/１"),
        ("facebook", "https://www.facebook.com/permalink.php?story_fbid=１&id=2"),
        ("instagram", "https://www.instagram.com/p/１/"),
        ("youtube", "https://www.youtube.com/shorts/１"),
        ("facebook", "https://www.facebook.com/photo"),
        ("facebook", "https://www.facebook.com/photo/?set=a.1"),
        ("facebook", "https://www.facebook.com/permalink.php?id=2"),
        ("facebook", "https://www.facebook.com/watch/"),
        ("facebook", "https://apps.facebook.com/mima.city/posts/1"),
        ("youtube", "https://www.youtube.com/watch"),
        ("youtube", "https://www.youtube.com/watch?list=PL1"),
        ("line", "https://line.me/R/ti/p/@mima"),
        ("line", "https://page.line.me/mima"),
        ("line", "https://liff.line.me/1"),
    ],
)
def test_page_that_only_looks_like_a_posts_is_elsewhere(network: str, url: str) -> None:
    assert of(network, url) == "elsewhere"


@pytest.mark.parametrize(
    ("network", "url"),
    [
        ("facebook", "https://www.facebook.com/photo/?fbid=12"),
        ("facebook", "https://ja-jp.facebook.com/mima.city/posts/12"),
        ("facebook", "https://www.facebook.com/mima.city/photos/a.1/12/"),
        ("facebook", "https://m.facebook.com/story.php?story_fbid=1&id=2"),
        ("youtube", "https://m.youtube.com/shorts/abc"),
        ("line", "https://timeline.line.me/post/_dabc/1"),
    ],
)
def test_less_usual_form_of_ones_own_posts_is_known(network: str, url: str) -> None:
    assert of(network, url) == ""


def test_account_may_be_at_home_on_another_domain_than_its_server() -> None:
    home = {"handle": "@koho@mima.example", "home": "https://sns.mima.example/@koho"}
    for path in ("@koho@mima.example/1", "@koho/1", "@koho/statuses/01HZXY", "@Koho@SNS.mima.example/1"):
        assert whose("mastodon", url=f"https://sns.mima.example/{path}", **home) == ""
    assert whose("mastodon", url="https://sns.mima.example/@koho@other.example/1", **home) == "another"
    assert whose("mastodon", url="https://mima.example/@koho/1", **home) == "elsewhere"
