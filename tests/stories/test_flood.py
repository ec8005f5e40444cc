"""A flood at night: nothing declared, an emergency post on the chief's word by phone, the headquarters, posting
limited to disasters, dissolution, and three held posts decided one by one."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import SocialAccount
from posts.models import AfterwardsReview, Delivery, Post
from tests.stories.composing import ask_for_approval, says, texts_sent, wait_until, write
from tests.stories.conftest import Desk
from tests.stories.looking import look_at
from tests.stories.night import close_offices, list_urgency, night_shift
from tests.support.cast import Cast, approved, make_account

pytestmark = [pytest.mark.long, pytest.mark.slow]
WARNING = "【避難指示 レベル4】脇町の吉野川沿いにいる方は、今すぐ避難してください。\n避難所: 脇町小学校"
SECONDS_ALLOWED = 60


@pytest.fixture(scope="module")
def night(house_env: dict[str, str]) -> Iterator[str]:
    with night_shift(house_env) as url:
        yield url


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    close_offices(cast)
    return make_account(cast)


@pytest.fixture
def held_later(cast: Cast, account: SocialAccount) -> list[Post]:
    """Three festival posts of the week, approved in good time."""
    now = timezone.now()
    titles = [("川開き", 2), ("夜市", 26), ("朝市", 50)]
    return [
        approved(
            cast, account, now=now, text=f"{title}を開きます。", due_at=_whole(now + timedelta(hours=ahead))
        )
        for title, ahead in titles
    ]


def _whole(moment: timezone.datetime) -> timezone.datetime:
    return moment.replace(second=0, microsecond=0)


@pytest.mark.timeout(300)
@pytest.mark.clause("mima:5-ただし書-緊急", "mima:8-1-停止", "mima:8-1-再開", "mima:8-2", "mima:9-1")
def test_flood_is_met_from_the_first_word_to_the_last_held_post_at_night(
    night: str, cast: Cast, account: SocialAccount, held_later: list[Post], desk_of: Desk
) -> None:
    list_urgency(cast)
    sato, suzuki = desk_of(cast.sato, base_url=night), desk_of(cast.suzuki, base_url=night)
    warn_by_keyboard(sato, cast)
    wait_until(lambda: texts_sent(account) == [WARNING])
    suzuki.goto("/")
    look_at(suzuki, "flood-1-chief-home")
    ratify(suzuki)
    set_up_headquarters(suzuki)
    assert states(held_later) == ["held"] * 3
    limit_to_disaster(suzuki)
    ordinary_is_refused(sato, account)
    dissolve(suzuki)
    resume(suzuki, cast)
    assert states(held_later) == ["held"] * 3, "resuming lets nothing go by itself"
    assert texts_sent(account) == [WARNING]
    decide_one_by_one(suzuki, held_later)
    review_afterwards(suzuki)


def warn_by_keyboard(page: Page, cast: Cast) -> None:
    """Three fields and the confirmation, without a mouse, in under a minute."""
    page.goto("/")
    page.get_by_role("link", name="防災の情報をすぐに出す").first.click()
    look_at(page, "flood-0-three-fields")
    page.get_by_label("何の情報ですか").focus()
    begun = time.monotonic()
    keys = page.keyboard
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.insert_text(WARNING)
    keys.press("Tab")
    keys.insert_text("市災害対策本部")
    keys.press("Tab")
    # How the digits of a time are typed hangs on the computer's own language, which is not the page's.
    page.locator(":focus").fill(f"{timezone.localtime() - timedelta(minutes=1):%H:%M}")
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", name="緊急発信の確認")).to_be_visible()
    look_at(page, "flood-0-confirm")
    page.get_by_role("combobox", name="急ぐ事情").select_option(index=1)
    page.get_by_role("combobox", name="確認した人").select_option(label=cast.suzuki.with_title)
    page.get_by_role("combobox", name="どう確認したか").select_option(label="電話")
    page.get_by_role("checkbox", name="基本原則").check()
    page.get_by_role("button", name="いま発信する").press("Enter")
    says(page, "発信")
    assert time.monotonic() - begun < SECONDS_ALLOWED


def ratify(page: Page) -> None:
    post = AfterwardsReview.objects.get().clearance.post
    page.goto(f"/posts/{post.pk}/")
    look_at(page, "flood-2-post")
    page.get_by_role("button", name="追認する").click()
    says(page, "追認")


def set_up_headquarters(page: Page) -> None:
    page.goto("/headquarters/")
    look_at(page, "flood-3-headquarters")
    page.get_by_role("button", name="設置を記録する").click()
    expect(page.get_by_role("region", name="いま出ている制限")).to_contain_text("投稿停止")
    look_at(page, "flood-4-standing")


def limit_to_disaster(page: Page) -> None:
    page.goto("/headquarters/")
    page.get_by_role("radio", name="全庁").check()
    page.get_by_role("button", name="防災情報だけに絞る").click()
    expect(page.get_by_role("region", name="いま出ている制限")).to_contain_text("防災情報限定")
    look_at(page, "flood-5-limited")


def ordinary_is_refused(page: Page, account: SocialAccount) -> None:
    page.goto("/posts/new/")
    write(page, account, text="秋の祭りのお知らせです。")
    ask_for_approval(page)
    refusal = page.get_by_role("alert").first
    expect(refusal).to_contain_text("要領 第8条(2)")
    look_at(page, "flood-6-refused")
    expect(page.get_by_label("本文（共通文）")).to_have_value("秋の祭りのお知らせです。")


def dissolve(page: Page) -> None:
    page.goto("/headquarters/")
    page.get_by_role("button", name="廃止を記録する").click()
    banner = page.get_by_role("region", name="いま出ている制限")
    expect(banner).to_contain_text("投稿停止")
    expect(banner).not_to_contain_text("防災情報限定")


def resume(page: Page, cast: Cast) -> None:
    page.get_by_role("region", name="いま出ている制限").get_by_role("link", name="再開").first.click()
    look_at(page, "flood-7-restriction")
    page.get_by_role("button", name="再開を記録する").click()
    expect(page.get_by_role("alert").first).to_contain_text("要領 第8条(1)")
    page.get_by_label("決めたこと").fill("水が引き、避難所を閉じたので、再開すると決めました。")
    page.get_by_role("checkbox", name=cast.fujimoto.display_name).check()
    page.get_by_role("button", name="再開を記録する").click()
    says(page, "再開")
    look_at(page, "flood-8-resumed")
    expect(page.get_by_role("region", name="いま出ている制限")).to_have_count(0)


def decide_one_by_one(page: Page, posts: list[Post]) -> None:
    first, second, third = (post.deliveries.get() for post in posts)
    page.goto(f"/deliveries/{first.pk}/decide/")
    look_at(page, "flood-9-decide")
    page.get_by_role("checkbox", name="時間外").check()
    page.get_by_role("button", name="この送り先に出す").click()
    says(page, "出す")
    page.goto(f"/deliveries/{second.pk}/decide/")
    page.get_by_label("直す理由").fill("会場が変わりました。")
    page.get_by_role("button", name="この理由で直しに戻す").click()
    says(page, "直")
    page.goto(f"/deliveries/{third.pk}/decide/")
    page.get_by_label("やめる理由").fill("中止になりました。")
    page.get_by_role("button", name="この理由でやめる").click()
    says(page, "やめ")
    assert [Delivery.objects.get(pk=row.pk).state for row in (first, second, third)] == [
        "waiting",
        "superseded",
        "dropped",
    ]


def review_afterwards(page: Page) -> None:
    review = AfterwardsReview.objects.get()
    page.goto(f"/afterwards/{review.pk}/")
    look_at(page, "flood-10-review")
    page.get_by_label("出してよかった").check()
    page.get_by_role("textbox", name="見たこと").fill("本部の発表と同じ内容でした。")
    page.get_by_role("button", name="あとの確認を記録する").click()
    says(page, "あとの確認")
    review.refresh_from_db()
    assert review.was_right


def states(posts: list[Post]) -> list[str]:
    return [post.deliveries.get().state for post in posts]
