"""接続の状態 in the browser: the worker asked, the network said no, the system admin mends it."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import ConnectionCheck
from policies.actions import operation
from tests.stories.conftest import Desk
from tests.stories.looking import look_at
from tests.support.cast import Cast, make_account

pytestmark = pytest.mark.slow


def test_broken_connection_is_seen_by_staff_and_led_to_by_the_system_admin(cast: Cast, desk_of: Desk) -> None:
    now = timezone.now()
    url = "https://bsky.app/profile/mima_kanko_demo"
    account = make_account(cast, "美馬市くらし", network="bluesky", connection="api", url=url, now=now)
    hand = make_account(
        cast, "美馬市の道", connection="manual", handle="@michi", url="https://x.com/michi", now=now
    )
    told = {"config": {"base_url": "https://pds.example"}, "secret": {"app_password": "a"}}
    operation.set_credential(account=account, by=cast.kondo, now=now, **told)
    words = "接続先が認証を受け付けません：Invalid token"
    ConnectionCheck.objects.create(
        social_account=account, checked_at=now, outcome="auth_expired", detail=words
    )
    page = desk_of(cast.sato)
    page.goto("/")
    look_at(page, "home-with-a-broken-connection")
    page.get_by_role("link", name="くわしく").click()
    expect(page.get_by_text("つなぎ直しが必要な公式アカウントが1件あります")).to_be_visible()
    expect(page.get_by_text(hand.name)).to_be_visible()
    look_at(page, "connections")
    admin = desk_of(cast.kondo)
    admin.goto("/connections/")
    admin.get_by_role("link", name="接続を設定する").click()
    expect(admin.get_by_label("アプリパスワード")).to_be_visible()
