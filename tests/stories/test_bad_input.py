"""What people get wrong, or what comes in between: a sentence that helps, and everything typed is still there."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import SocialAccount
from policies.actions import policy
from policies.models import PolicyVersion
from posts.canonical import parse
from posts.models import Post
from tests.stories.composing import (
    ask_for_approval,
    choose_ground,
    claim_public_source,
    return_,
    says,
    write,
)
from tests.stories.conftest import Desk
from tests.support.browser import Watch
from tests.support.cast import POLICY, Cast, drafted, make_account, submitted

pytestmark = pytest.mark.slow
TEXT = "「あかりの夕べ」を開きます。\n\n　雨のときは翌日です。"
LONG = "a" * 292  # 12 more than the network takes


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def no_account(page: Page, account: SocialAccount) -> None:
    page.get_by_role("checkbox", name=account.name).uncheck()
    ask_for_approval(page)


def text_over_the_limit(page: Page, account: SocialAccount) -> None:
    page.get_by_label("本文（共通文）").fill(LONG)
    ask_for_approval(page)


def schedule_in_the_past(page: Page, account: SocialAccount) -> None:
    page.get_by_label("発信する日任意").fill("2026-04-01")
    page.get_by_label("発信する時刻").fill("09:00")
    ask_for_approval(page)


def evidence_missing(page: Page, account: SocialAccount) -> None:
    claim_public_source(page, "", None)
    page.get_by_role("button", name="確認に回す").click()


def event_in_the_future(page: Page, account: SocialAccount) -> None:
    choose_ground(page, "(2) もう終わったこと")
    page.get_by_label("行われたこと").fill("あかりの夕べ")
    page.get_by_label("行われた日").fill(f"{timezone.localdate() + timedelta(days=7):%Y-%m-%d}")
    page.get_by_role("button", name="確認に回す").click()


def not_declared(page: Page, account: SocialAccount) -> None:
    page.get_by_role("checkbox", name="を読み、守って書きました").uncheck()
    ask_for_approval(page)


MISTAKES: list[tuple[Callable[[Page, SocialAccount], None], str]] = [
    (no_account, "送り先の公式アカウントが選ばれていません。"),
    (text_over_the_limit, "の本文が6字多いです。"),
    (schedule_in_the_past, "発信する日時を過ぎています。"),
    (evidence_missing, "公開されている場所（URLや広報紙の号）が書かれていません。"),
    (event_in_the_future, "はまだ来ていません。「(2) もう終わったこと」では、済んだ日を書いてください。"),
    (not_declared, "基本原則を読んだという印が、いまの規程について付いていません。"),
]


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[make.__name__ for make, _ in MISTAKES])
def test_composer_says_what_is_wrong_and_keeps_what_was_typed_when_one_asks_too_early(
    cast: Cast,
    account: SocialAccount,
    desk_of: Desk,
    mistake: Callable[[Page, SocialAccount], None],
    sentence: str,
) -> None:
    sato = desk_of(cast.sato)
    sato.goto("/posts/new/")
    write(sato, account, text=TEXT)
    mistake(sato, account)
    expect(sato.get_by_role("alert").filter(has_text=sentence)).to_be_visible()
    expect(sato.get_by_label("見出し（庁内用）")).to_have_value("あかりの夕べ")
    typed = LONG if mistake is text_over_the_limit else TEXT
    expect(sato.get_by_label("本文（共通文）")).to_have_value(typed)
    if mistake is event_in_the_future:
        expect(sato.get_by_label("行われたこと")).to_have_value("あかりの夕べ")
        expect(sato.get_by_role("radio", name="(2) もう終わったこと")).to_be_checked()
    assert set(Post.objects.values_list("state", flat=True)) <= {"drafting"}


def test_post_of_another_section_is_closed_and_the_page_says_who_may_read_it(
    cast: Cast, account: SocialAccount, desk_of: Desk
) -> None:
    post = submitted(cast, account, now=timezone.now())
    mori = desk_of(cast.mori)
    answer = mori.goto(f"/review/{post.pk}/")
    assert answer is not None
    assert answer.status == 403
    says(mori, "このページを見られる人は決まっています")
    says(mori, "所属長・代決者: 鈴木 洋子（観光交流課長）")
    expect(mori.get_by_text(post.title)).to_have_count(0)


@pytest.mark.parametrize("late", ["approves", "returns"])
def test_second_decider_learns_who_was_first_when_two_decide_at_once(
    cast: Cast, account: SocialAccount, desk_of: Desk, late: str
) -> None:
    post = submitted(cast, account, now=timezone.now())
    suzuki, fujimoto = desk_of(cast.suzuki), desk_of(cast.fujimoto)
    for page in (suzuki, fujimoto):
        page.goto(f"/review/{post.pk}/")
    suzuki.get_by_role("button", name="第1版を承認する").click()
    says(suzuki, "第1版を承認しました。")
    if late == "approves":
        fujimoto.get_by_role("button", name="第1版を承認する").click()
    else:
        return_(fujimoto, "日にちを書き足してください。")
    refusal = fujimoto.get_by_role("alert")
    expect(refusal).to_contain_text(re.compile(r"鈴木 洋子（観光交流課長）.*が.*第1版を承認しました。", re.S))
    post.refresh_from_db()
    assert (post.state, post.decisions.count()) == ("cleared", 1)


def test_two_tabs_lose_nothing_when_both_save_the_same_draft(
    cast: Cast, account: SocialAccount, desk_of: Desk
) -> None:
    post = drafted(cast, account, now=timezone.now())
    first, second = desk_of(cast.sato), desk_of(cast.sato)
    for page in (first, second):
        page.goto(f"/posts/{post.pk}/edit/")
    first.get_by_label("本文（共通文）").fill("先に保存した本文")
    first.get_by_role("button", name="下書きを保存する").click()
    says(first, "第2版として保存しました。")

    second.get_by_label("本文（共通文）").fill("あとから保存する本文")
    second.get_by_role("button", name="下書きを保存する").click()
    warning = second.get_by_role("alert").filter(has_text="ほかの人が直しました")
    expect(warning).to_contain_text("先に保存した本文")
    expect(second.get_by_label("本文（共通文）")).to_have_value("あとから保存する本文")
    assert current_text(post) == "先に保存した本文"

    warning.get_by_role("button", name="第2版に自分の入力を重ねる").click()
    says(second, "第3版として保存しました。")
    assert current_text(post) == "あとから保存する本文"
    assert post.versions.count() == 3


def current_text(post: Post) -> str:
    post.refresh_from_db()
    return parse(post.versions.get(number=post.version_no).canonical).text


@pytest.fixture
def broken_site(site: Path, settings: Settings, tmp_path: Path) -> Path:
    """The folder of the city site is no folder (no rights would not do: tests may run as root)."""
    settings.SITE_FOLDER = tmp_path / "site of the builders"
    site.write_text("not a folder")
    return site


def decided_policy(cast: Cast) -> PolicyVersion:
    now = timezone.now()
    account = make_account(cast, connection="api", opened=False)
    own = {"service": "X（旧Twitter）", "handle": account.handle, "url": account.url}
    version = policy.write(account=account, content=POLICY | own, by=cast.onishi, now=now)
    policy.ask_decision(version=version, by=cast.onishi, now=now)
    return policy.decide(version=version, by=cast.suzuki, now=now)


def test_policy_is_published_later_when_the_site_folder_cannot_be_written(
    cast: Cast, desk_of: Desk, broken_site: Path, watch: Watch
) -> None:
    watch.expected.add(503)
    version = decided_policy(cast)
    onishi = desk_of(cast.onishi)
    onishi.goto(f"/policies/versions/{version.pk}/")
    onishi.get_by_role("button", name="第1版を公表する").click()
    expect(onishi.get_by_role("alert")).to_contain_text("書き込めません")
    version.refresh_from_db()
    assert version.state == "decided"

    broken_site.unlink()
    onishi.get_by_role("button", name="第1版を公表する").click()
    says(onishi, "第1版を市のホームページに公表し、読み返して確かめました。")


def test_policy_editor_loses_nothing_when_two_people_write_the_same_version(
    cast: Cast, desk_of: Desk
) -> None:
    account = make_account(cast, connection="api", opened=False)
    onishi, sato = desk_of(cast.onishi), desk_of(cast.sato)
    for page in (onishi, sato):
        page.goto(f"/policies/accounts/{account.pk}/edit/")
    onishi.get_by_label("目的※必須").fill("先に保存した目的")
    onishi.get_by_role("button", name="下書きを保存する").click()
    says(onishi, "第1版の下書きを保存しました。")

    sato.get_by_label("目的※必須").fill("あとから保存する目的")
    sato.get_by_role("button", name="下書きを保存する").click()
    warning = sato.get_by_role("alert").filter(has_text="ほかの人が編集しました")
    expect(warning).to_contain_text("先に保存した目的")
    expect(sato.get_by_label("目的※必須")).to_have_value("あとから保存する目的")
    sato.get_by_role("button", name="下書きを保存する").click()
    says(sato, "第1版の下書きを保存しました。")
    assert PolicyVersion.objects.get().purpose == "あとから保存する目的"
