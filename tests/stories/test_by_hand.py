"""手作業: a city without any network's API. Sato takes the post, brings it out, and pastes back where it stands."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import SocialAccount
from posts.actions import sending
from posts.models import Delivery
from tests.stories.conftest import Desk
from tests.stories.looking import look_at
from tests.support.browser import NARROW
from tests.support.cast import Cast, approved, make_account

pytestmark = [pytest.mark.slow, pytest.mark.clause("mima:5-本文")]
TEXT = "「あかりの夕べ」を開きます。\n足もとにお気をつけて、お越しください。🏮"


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast, connection="manual", now=timezone.now())


def due(cast: Cast, account: SocialAccount) -> Delivery:
    delivery = approved(cast, account, now=timezone.now(), text=TEXT).deliveries.get()
    sending.send(delivery.pk)
    return delivery


def test_post_is_taken_brought_out_and_reported_by_one_person(
    cast: Cast, account: SocialAccount, desk_of: Desk
) -> None:
    delivery = due(cast, account)
    page, others = desk_of(cast.sato), desk_of(cast.tanaka)
    page.goto("/")
    page.get_by_role("link", name="引き受ける").click()
    others.goto(page.url)
    look_at(page, "hand-waiting")
    page.get_by_role("button", name="引き受けて出す").click()
    expect(page.get_by_text("引き受けました。")).to_be_visible()
    assert page.get_by_label("本文を写す", exact=True).first.input_value() == TEXT
    page.get_by_role("button", name="本文を写す").click()
    look_at(page, "hand-taken")

    others.get_by_role("button", name="引き受けて出す").click()  # a page that was opened before
    expect(others.get_by_text("佐藤 美咲（観光交流課 主事）さんが引き受けています")).to_be_visible()
    look_at(others, "hand-taken-by-another")
    others.goto("/by-hand/")
    look_at(others, "hand-list")

    page.get_by_label("出した投稿のURL").fill("https://x.com/mima_police/status/7")
    page.get_by_role("button", name="出したと記録する").click()
    expect(page.get_by_text("とは別のアカウントの投稿です")).to_be_visible()
    assert page.get_by_label("出した投稿のURL").input_value() == "https://x.com/mima_police/status/7"
    look_at(page, "hand-wrong-address")
    page.get_by_label("出した投稿のURL").fill("https://x.com/mima_kanko_demo/status/7")
    page.get_by_role("button", name="出したと記録する").click()
    expect(page.get_by_text("出したと記録しました。")).to_be_visible()
    look_at(page, "hand-reported")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_url) == ("accepted", "https://x.com/mima_kanko_demo/status/7")


def test_post_is_put_back_without_a_script_on_a_phone_and_taken_by_somebody_else(
    cast: Cast, account: SocialAccount, desk_of: Desk
) -> None:
    delivery = due(cast, account)
    page = desk_of(cast.sato, java_script_enabled=False, viewport=NARROW)
    page.goto(f"/by-hand/{delivery.pk}/")
    page.get_by_role("button", name="引き受けて出す").click()
    page.get_by_role("button", name="出さずに戻す").click()
    expect(page.get_by_text("理由が書かれていません")).to_be_visible()
    page.get_by_label("出さずに戻す理由").fill("会議に呼ばれたため")
    page.get_by_role("button", name="出さずに戻す").click()
    expect(page.get_by_text("出さずに戻しました。")).to_be_visible()
    other = desk_of(cast.suzuki)
    other.goto("/by-hand/")
    other.get_by_role("link", name="引き受ける").click()
    other.get_by_role("button", name="引き受けて出す").click()
    expect(other.get_by_text("引き受けました。")).to_be_visible()
