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
    ("one", "other", "same"),
    [
        ("https://x.com/a/status/1", "https://www.x.com/a/status/1/?s=20#top", True),
        (
            "https://m.facebook.com/permalink.php?story_fbid=1&id=2",
            "https://facebook.com/permalink.php?story_fbid=1&id=2&x=3",
            True,
        ),
        ("https://youtube.com/watch?v=a", "https://youtube.com/watch?v=b", False),
        ("https://x.com/a/status/1", "https://x.com/a/status/2", False),
        ("", "", False),
    ],
)
def test_addresses_of_one_post_are_the_same_post(one: str, other: str, same: bool) -> None:
    assert same_post(one, other) is same
