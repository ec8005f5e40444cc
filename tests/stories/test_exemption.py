"""Story (b): ground (1) instead of an approval; the author may not check, a colleague does, and it is out."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import SocialAccount
from audit.models import Entry
from posts.models import Post
from tests.stories.composing import (
    MOST_SECONDS_LATE,
    claim_public_source,
    post_number,
    says,
    seconds_late,
    texts_sent,
    tick_everything,
    write,
)
from tests.stories.conftest import Desk
from tests.support.cast import Cast, make_account

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sender")]
TITLE = "冬の開館時間"
TEXT = "郷土資料館の冬の開館時間は、午前9時から午後4時30分までです。"


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.mark.clause("mima:5-1")
@pytest.mark.clause("mima:5-ただし書")
def test_exempt_post_goes_out_when_a_colleague_has_checked_it_and_not_its_author(
    cast: Cast, account: SocialAccount, desk_of: Desk
) -> None:
    sato, tanaka = desk_of(cast.sato), desk_of(cast.tanaka)
    sato.goto("/posts/new/")
    write(sato, account, title=TITLE, text=TEXT)
    claim_public_source(sato, "広報みま 11月号 4ページ", timezone.localdate() - timedelta(days=10))
    sato.get_by_role("button", name="確認に回す").click()
    says(sato, "第1版を確認に回しました。")
    post = Post.objects.get(pk=post_number(sato))

    sato.goto(f"/check/{post.pk}/")
    tick_everything(sato)
    sato.get_by_role("button", name="確認した").click()
    refusal = sato.get_by_role("alert")
    expect(refusal).to_contain_text("確認できませんでした")
    expect(refusal).to_contain_text("要領 第5条ただし書")
    expect(sato.get_by_role("region", name="道が2つあります")).to_contain_text("田中 健一")
    expect(sato.get_by_role("button", name="引き戻す")).to_be_visible()
    post.refresh_from_db()
    assert (post.state, texts_sent(account)) == ("awaiting_check", [])
    assert Entry.objects.filter(stream=post.stream, event="post.second_checked.refused").count() == 1

    tanaka.goto("/")
    turn = tanaka.get_by_role("region", name="あなたの番です")
    turn.get_by_role("link", name=TITLE, exact=True).click()
    expect(tanaka).to_have_url(re.compile(f"/check/{post.pk}/"))
    tick_everything(tanaka)
    tanaka.get_by_role("button", name="確認した").click()
    says(tanaka, f"「{TITLE}」の第1版を確認しました。")

    sato.goto("/training/")
    expect(sato.locator(".pv__text").first).to_have_text(TEXT, use_inner_text=True)
    assert seconds_late(post) <= MOST_SECONDS_LATE
    sato.goto(f"/posts/{post.pk}/")
    basis = sato.get_by_role("region", name="発信根拠", exact=True)
    expect(basis).to_contain_text("田中 健一")
