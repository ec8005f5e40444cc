"""Story (a): staff drafts, the chief returns, staff mends, the chief approves, and the post is out in seconds."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect

from accounts.models import SocialAccount
from posts.models import Post
from tests.stories.composing import (
    MOST_SECONDS_LATE,
    ask_for_approval,
    post_number,
    return_,
    says,
    seconds_late,
    texts_sent,
    wait_until,
    write,
)
from tests.stories.conftest import Desk
from tests.support.browser import NARROW, WIDE
from tests.support.cast import Cast, make_account, submitted

pytestmark = [pytest.mark.both_databases, pytest.mark.slow, pytest.mark.usefixtures("sender")]
TITLE = "あかりの夕べのお知らせ"
FIRST = "「あかりの夕べ」を開きます。竹あかりが町並みを照らします。"
MENDED = "「あかりの夕べ」を11月28日(土)に開きます。\n雨のときは翌日です。\n#美馬市 🏮"
REASON = "日にちと、雨のときの扱いを書き足してください。"


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.mark.clause("mima:5-本文")
@pytest.mark.parametrize(
    ("script", "size"), [(True, WIDE), (False, NARROW)], ids=["with script", "without script on a phone"]
)
def test_event_notice_goes_out_after_a_return_and_an_approval(
    cast: Cast, account: SocialAccount, desk_of: Desk, script: bool, size: ViewportSize
) -> None:
    waiting = submitted(cast, account, now=timezone.now())
    sato = desk_of(cast.sato, java_script_enabled=script, viewport=size)
    suzuki = desk_of(cast.suzuki, java_script_enabled=script, viewport=size)

    sato.goto("/")
    sato.get_by_role("link", name="投稿を起案する").click()
    write(sato, account, title=TITLE, text=FIRST)
    ask_for_approval(sato)
    says(sato, "第1版の承認を頼みました。")
    post = Post.objects.get(pk=post_number(sato))

    suzuki.goto("/")
    suzuki.get_by_role("link", name=TITLE, exact=True).click()
    return_(suzuki, REASON)
    says(suzuki, "差し戻しました")

    sato.goto("/")
    turn = sato.get_by_role("region", name="あなたの番です")
    expect(turn).to_contain_text(REASON)
    turn.get_by_role("link", name=TITLE, exact=True).click()
    sato.get_by_label("本文（共通文）").fill(MENDED)
    ask_for_approval(sato)
    says(sato, "第2版の承認を頼みました。")

    suzuki.goto("/review/")
    expect(suzuki).to_have_url(re.compile(f"/review/{waiting.pk}/"))
    (approve_by_keys if script else approve_by_pointer)(suzuki, post)
    says(suzuki, f"「{TITLE}」の第2版を承認しました。")

    sato.goto("/training/")
    if not script:
        wait_until(lambda: post.deliveries.filter(state="accepted").exists())
        sato.reload()
    expect(sato.locator(".pv__text").first).to_have_text(MENDED, use_inner_text=True)
    assert seconds_late(post) <= MOST_SECONDS_LATE
    assert texts_sent(account) == [MENDED]


def approve_by_keys(page: Page, post: Post) -> None:
    """The next case with J, its button with A and Enter: no hand leaves the keyboard."""
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(f"/review/{post.pk}/"))
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="第2版を承認する")).to_be_focused()
    page.keyboard.press("Enter")


def approve_by_pointer(page: Page, post: Post) -> None:
    page.get_by_role("link", name="承認待ちの2件を見る").click()
    page.get_by_role("navigation", name="承認待ちの一覧").get_by_role("link", name=post.title).click()
    page.get_by_role("button", name="第2版を承認する").click()


@pytest.mark.long
@pytest.mark.timeout(240)
def test_scheduled_post_goes_out_within_seconds_of_its_minute(
    cast: Cast, account: SocialAccount, desk_of: Desk
) -> None:
    due_at = (timezone.now() + timedelta(seconds=80)).replace(second=0, microsecond=0)
    sato, suzuki = desk_of(cast.sato), desk_of(cast.suzuki)
    sato.goto("/posts/new/")
    write(sato, account, text=FIRST, due_at=due_at)
    ask_for_approval(sato)
    post = Post.objects.get(pk=post_number(sato))
    suzuki.goto(f"/review/{post.pk}/")
    suzuki.get_by_role("button", name="第1版を承認する").click()
    says(suzuki, "第1版を承認しました。")
    assert texts_sent(account) == []

    sato.goto("/training/")
    expect(sato.locator(".pv__text").first).to_have_text(FIRST, use_inner_text=True, timeout=90_000)
    delivery = post.deliveries.get()
    assert delivery.due_at == due_at
    assert seconds_late(post) <= MOST_SECONDS_LATE
    assert texts_sent(account) == [FIRST]
