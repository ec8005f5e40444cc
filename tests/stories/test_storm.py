"""A storm of criticism: started by whoever notices, the deputy's approval and an exemption do not pass, the chief's own
does, and only the chief says that it is over."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import SocialAccount
from policies.models import Restriction
from posts.models import Post
from tests.stories.composing import claim_public_source, says, texts_sent, wait_until, write
from tests.stories.conftest import Desk
from tests.stories.looking import look_at
from tests.support.cast import Cast, make_account, submitted

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.usefixtures("sender")]
ANSWER = "ご意見をいただいています。事実を確かめています。次のお知らせは15時です。"


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.mark.timeout(240)
@pytest.mark.clause("mima:7-4-反論禁止", "mima:7-4-報告")
def test_storm_is_answered_by_the_chief_alone_until_the_chief_ends_it(
    cast: Cast, account: SocialAccount, desk_of: Desk
) -> None:
    post = submitted(cast, account, now=timezone.now(), text=ANSWER)
    sato, suzuki, deputy = desk_of(cast.sato), desk_of(cast.suzuki), desk_of(cast.fujimoto)
    report_storm(sato)
    exemption_is_refused(sato, account)
    approve(deputy, post)
    expect(deputy.get_by_role("alert").first).to_contain_text("要領 第7条(4)")
    look_at(deputy, "storm-2-deputy")
    assert texts_sent(account) == []
    approve(suzuki, post)
    says(suzuki, "承認しました")
    wait_until(lambda: texts_sent(account) == [ANSWER])
    only_the_chief_ends_it(deputy, suzuki)


def report_storm(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="投稿を止める").first.click()
    page.get_by_role("radio", name="炎上").check()
    page.get_by_role("button", name="いま止める").click()
    expect(page.get_by_role("region", name="いま出ている制限")).to_contain_text("炎上対応")
    look_at(page, "storm-0-started")


def exemption_is_refused(page: Page, account: SocialAccount) -> None:
    page.goto("/posts/new/")
    write(page, account, text="広報みまに載ったとおりです。")
    claim_public_source(page, "広報みま 11月号", timezone.localdate())
    page.get_by_role("button", name="確認に回す").click()
    expect(page.get_by_role("alert").first).to_contain_text("要領 第7条(4)")
    look_at(page, "storm-1-exemption")


def approve(page: Page, post: Post) -> None:
    page.goto(f"/review/{post.pk}/")
    page.get_by_role("button", name="承認する").click()


def only_the_chief_ends_it(deputy: Page, chief: Page) -> None:
    storm = Restriction.objects.get()
    deputy.goto(f"/restrictions/{storm.pk}/")
    expect(deputy.get_by_role("button", name="炎上対応を終える")).to_have_count(0)
    chief.goto(f"/restrictions/{storm.pk}/")
    look_at(chief, "storm-3-ending")
    chief.get_by_role("textbox").fill("書き込みが落ち着き、説明も出したので終えます。")
    chief.get_by_role("button", name="炎上対応を終える").click()
    says(chief, "炎上対応")
    storm.refresh_from_db()
    assert storm.ended_at is not None
