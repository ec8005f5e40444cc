"""Whose post an address shows, on every network."""

import pytest

from platforms.counting import NETWORKS
from platforms.pages import whose

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
