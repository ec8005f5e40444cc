"""April in the city hall: the system admin applies the transfer list, the chief names a deputy, who then decides."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import RoleAssignment, SocialAccount
from desk.tasks import tell
from posts.models import Decision
from rules.calendar import day_of
from tests.desk.transfers import City, make_city, table
from tests.stories.conftest import Desk
from tests.stories.looking import look_at
from tests.support.cast import Cast, let_draft, make_account, submitted

pytestmark = [pytest.mark.slow, pytest.mark.clause("mima:5-本文")]


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    account = make_account(cast)
    let_draft(account, cast.sato)
    return account


@pytest.mark.timeout(240)
def test_transfer_of_forty_is_shown_and_applied_by_the_system_admin(cast: Cast, desk_of: Desk) -> None:
    city: City = make_city(cast, timezone.now())
    page = desk_of(cast.kondo)
    page.set_default_timeout(60_000)
    bad = table([{**city.rows[0], "ユーザー名": "nobody"}, *city.rows[1:]])
    today = day_of(timezone.now()).isoformat()
    for text, said in ((bad, "このままでは反映できません"), (table(city.rows), "反映すると、こうなります")):
        page.goto("/transfers/")
        page.get_by_label("発令日").fill(today)
        file = {"name": "ido.csv", "mimeType": "text/csv", "buffer": text.encode("cp932")}
        page.get_by_label("異動の表（CSV）").set_input_files(file)
        page.get_by_role("button", name="何が起きるかを見る").click()
        expect(page.get_by_text(said).first).to_be_visible(timeout=60_000)
        look_at(page, "transfer-bad" if text is bad else "transfer-shown")
    page.get_by_role("button", name="件を反映する").click()
    expect(page.get_by_text("異動を反映しました")).to_be_visible(timeout=60_000)
    city.people["s3a"].refresh_from_db()
    assert city.people["s3a"].section == city.sections[4]
    page.goto("/people/")
    expect(page.get_by_text("承認する人がいません")).to_have_count(0)
    look_at(page, "sections-after")


def test_chief_names_a_deputy_who_is_told_and_decides(
    cast: Cast, account: SocialAccount, desk_of: Desk
) -> None:
    RoleAssignment.objects.filter(staff=cast.fujimoto).update(
        until_on=day_of(timezone.now()) - timedelta(days=1)
    )
    tell()
    page = desk_of(cast.suzuki)
    page.goto("/people/deputies/")
    page.get_by_label("代決者", exact=False).last.select_option(label=cast.tanaka.with_title)
    page.get_by_label("終わりの日").fill((day_of(timezone.now()) + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="代決者にする").click()
    expect(page.get_by_text("理由が書かれていません")).to_be_visible()
    page.get_by_label("根拠").fill("事務決裁規程第8条")
    page.get_by_role("button", name="代決者にする").click()
    expect(page.get_by_text("代決者にしました")).to_be_visible()
    look_at(page, "deputies")

    post = submitted(cast, account, now=timezone.now())
    tell()
    other = desk_of(cast.tanaka)
    other.goto("/notices/")
    expect(other.get_by_text("代決者になりました", exact=True)).to_be_visible()
    look_at(other, "notices")
    other.get_by_role("button", name="承認を頼まれました").click()
    other.get_by_role("button", name="わたしが見ます").click()
    expect(other.get_by_role("button", name="手をはなす")).to_be_visible()
    other.get_by_role("button", name="第1版を承認する").click()
    expect(other.get_by_text("承認しました").first).to_be_visible()
    assert "事務決裁規程第8条" in Decision.objects.get(post=post).authority
    page.goto(f"/posts/{post.pk}/")
    expect(page.get_by_text("代決者として").first).to_be_visible()
    look_at(page, "decided-by-deputy")
