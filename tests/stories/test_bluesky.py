"""Story (d): drafted, approved, and on a real Bluesky server, read back with the network's own SDK."""

import pytest
from playwright.sync_api import expect

from accounts.models import SocialAccount
from posts.models import Post
from tests.servers.bluesky import Account, require_bluesky
from tests.stories.composing import (
    MOST_SECONDS_LATE,
    ask_for_approval,
    post_number,
    says,
    seconds_late,
    wait_until,
    write,
)
from tests.stories.conftest import Desk
from tests.support.cast import Cast, make_account

require_bluesky()

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sender")]
LINK = "https://www.city.mihon.example/akari?y=2026"
TEXT = f"「あかりの夕べ」を開きます🏮\n\n　くわしくは{LINK}をご覧ください。\n#美馬市 #うだつの町並み"


@pytest.fixture
def account(cast: Cast, bluesky_account: Account) -> SocialAccount:
    return make_account(
        cast,
        "美馬市観光（Bluesky）",
        network="bluesky",
        connection="api",
        handle=f"@{bluesky_account.handle}",
        url=f"https://bsky.app/profile/{bluesky_account.handle}",
    )


def test_event_notice_is_on_the_network_as_it_was_written(
    cast: Cast, account: SocialAccount, bluesky_account: Account, desk_of: Desk
) -> None:
    kondo, sato, suzuki = desk_of(cast.kondo), desk_of(cast.sato), desk_of(cast.suzuki)
    kondo.goto(f"/register/{account.pk}/")
    kondo.get_by_role("link", name="接続を設定する").click()
    kondo.get_by_label("接続先").fill(bluesky_account.base_url)
    kondo.get_by_label("ハンドル").fill(bluesky_account.handle)
    kondo.get_by_label("アプリパスワード").fill(bluesky_account.app_password)
    kondo.get_by_role("button", name="接続を設定する").click()
    says(kondo, "の接続を設定しました。")
    assert bluesky_account.app_password not in kondo.content()

    sato.goto("/posts/new/")
    write(sato, account, text=TEXT)
    ask_for_approval(sato)
    says(sato, "第1版の承認を頼みました。")
    post = Post.objects.get(pk=post_number(sato))
    suzuki.goto(f"/review/{post.pk}/")
    suzuki.get_by_role("button", name="第1版を承認する").click()
    says(suzuki, "第1版を承認しました。")

    wait_until(lambda: post.deliveries.filter(state="accepted").exists())
    (record,) = bluesky_account.posts()
    assert record.text == TEXT
    assert pieces(record) == [LINK, "美馬市", "うだつの町並み"]
    assert seconds_late(post) <= MOST_SECONDS_LATE
    sato.goto(f"/posts/{post.pk}/")
    expect(sato.get_by_role("region", name="発信", exact=True)).to_contain_text("at://")


def pieces(record: "object") -> list[str]:
    """What each facet says, after checking that it covers the very bytes that say so."""
    said = []
    for facet in record.facets:  # type: ignore[attr-defined]
        (feature,) = facet.features
        covered = TEXT.encode()[facet.index.byte_start : facet.index.byte_end].decode()
        value = getattr(feature, "uri", None) or feature.tag
        assert covered.lstrip("#") == value
        said.append(value)
    return said
