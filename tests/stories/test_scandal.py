"""A scandal: posting stops, an ordinary post and a hasty statement are refused, the city's own statement goes out
with the chief's name and a consultation behind it, disaster information only on the chief's word."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import SocialAccount
from policies.models import Restriction
from posts.models import Decision, Post
from tests.stories.composing import ask_for_approval, post_number, says, texts_sent, wait_until, write
from tests.stories.conftest import Desk
from tests.stories.looking import look_at
from tests.support.cast import Cast, make_account, submitted

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.usefixtures("sender")]
STATEMENT = (
    "職員の不適切な会計処理が分かりました。深くおわびします。調査の結果は12月10日までにお知らせします。"
)


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.mark.timeout(240)
@pytest.mark.clause("mima:8-1-停止")
def test_statement_goes_out_and_nothing_else_when_a_scandal_has_stopped_posting(
    cast: Cast, account: SocialAccount, desk_of: Desk
) -> None:
    waiting = submitted(cast, account, now=timezone.now())
    sato, suzuki = desk_of(cast.sato), desk_of(cast.suzuki)
    stop_posting(sato)
    ordinary_is_refused(suzuki, waiting)
    statement = draft_statement(sato, account)
    approve_with_names(suzuki, cast, statement)
    wait_until(lambda: texts_sent(account) == [STATEMENT])
    decision = Decision.objects.get(post=statement, verb="approve")
    assert decision.named == [Restriction.objects.get().pk]
    assert decision.consulted == [cast.fujimoto.pk]
    suzuki.goto(f"/posts/{statement.pk}/")
    look_at(suzuki, "scandal-4-sent")


def stop_posting(page: Page) -> None:
    """One press on any page, and one to confirm it."""
    page.goto("/posts/")
    page.get_by_role("link", name="投稿を止める").first.click()
    page.get_by_role("radio", name="不祥事").check()
    page.get_by_role("radio", name="全庁").check()
    look_at(page, "scandal-0-stop")
    page.get_by_role("button", name="いま止める").click()
    expect(page.get_by_role("region", name="いま出ている制限")).to_contain_text("不祥事")
    look_at(page, "scandal-1-stopped")


def ordinary_is_refused(page: Page, post: Post) -> None:
    page.goto(f"/review/{post.pk}/")
    page.get_by_role("button", name="承認する").click()
    refusal = page.get_by_role("alert").first
    expect(refusal).to_contain_text("承認できませんでした")
    expect(refusal).to_contain_text("要領 第8条(1)")
    look_at(page, "scandal-2-refused")


def draft_statement(page: Page, account: SocialAccount) -> Post:
    page.goto("/posts/new/?kind=statement")
    write(page, account, text=STATEMENT, title="会計処理についてのおわび")
    ask_for_approval(page)
    says(page, "承認を頼みました")
    return Post.objects.get(pk=post_number(page))


def approve_with_names(page: Page, cast: Cast, post: Post) -> None:
    """Without the name and the consultation it is refused, and what was ticked stays."""
    page.goto(f"/review/{post.pk}/")
    page.get_by_role("checkbox", name="名指しして承認する").check()
    page.get_by_role("button", name="承認する").click()
    expect(page.get_by_role("alert").first).to_contain_text("協議")
    expect(page.get_by_role("checkbox", name="名指しして承認する")).to_be_checked()
    look_at(page, "scandal-3-statement")
    page.get_by_role("checkbox", name=cast.fujimoto.display_name).check()
    page.get_by_role("button", name="承認する").click()
    says(page, "承認しました")
