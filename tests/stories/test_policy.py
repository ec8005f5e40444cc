"""Story (c): from the request for a social account to its policy on the city site, and to the composer."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import SocialAccount
from policies.models import PolicyVersion
from tests.stories import installation
from tests.stories.composing import post_number, says, write
from tests.stories.conftest import Desk
from tests.support.cast import Cast, let_draft, make_account, submitted

pytestmark = pytest.mark.slow
NAME = "美馬市の味（note）"
ADDRESS = "https://note.com/mima_aji"
TERMS = "人を傷つける書き込みはしないでください。"


def request_account(page: Page, name: str = NAME) -> None:
    page.goto("/register/")
    page.get_by_role("link", name="開設を申し出る").first.click()
    page.get_by_label("台帳の名前").fill(name)
    page.get_by_label("サービス").select_option("note")
    page.get_by_label("ユーザー名").fill("mima_aji")
    page.get_by_label("URL").fill(ADDRESS)
    page.get_by_role("radio", name="自動で発信").check()
    page.get_by_label("開設の目的").fill("市の食べ物のことを、広くお伝えします。")
    page.get_by_label("事前の調査").fill("規約、データの置き場所、費用、認証、終わり方を調べました。")
    page.get_by_role("button", name="開設を申し出る").click()
    says(page, f"「{name}」の開設を申し出ました。")


def write_policy(page: Page, account: SocialAccount, effective_on: date) -> None:
    """The seven items with the model wording, categories of its own, and one further item."""
    page.goto("/policies/")
    page.get_by_role("link", name="運用方針を書く").click()
    for number in range(page.get_by_role("button", name="見本の文を入れる").count()):
        page.get_by_role("button", name="見本の文を入れる").nth(number).click()
    page.get_by_label("発信する内容").fill("食べ物\n催し")
    page.get_by_role("button", name="項目を加える", exact=True).click()
    item = page.get_by_role("group", name="そのほかの項目 1")
    item.get_by_label("見出し").fill("利用者の遵守事項")
    item.get_by_label("本文").fill(TERMS)
    page.get_by_label("適用する日").fill(f"{effective_on:%Y-%m-%d}")
    page.get_by_role("button", name="決裁を頼む").click()
    says(page, "第1版の決裁を頼みました。")


def test_policy_is_written_decided_published_and_the_account_can_be_posted_to(
    cast: Cast, desk_of: Desk
) -> None:
    sato, suzuki, onishi = desk_of(cast.sato), desk_of(cast.suzuki), desk_of(cast.onishi)
    citizen = desk_of()
    request_account(sato)
    account = SocialAccount.objects.get()
    suzuki.goto("/")
    suzuki.get_by_role("link", name=NAME, exact=True).first.click()
    suzuki.get_by_role("button", name="開設を認める").click()
    says(suzuki, "開設を認めました。")

    write_policy(onishi, account, timezone.localdate())
    version = PolicyVersion.objects.get()
    suzuki.goto("/")
    suzuki.get_by_role("link", name="判断する").first.click()
    expect(suzuki.get_by_role("region", name="公表するページ")).to_contain_text(TERMS)
    suzuki.get_by_role("button", name="第1版を決裁する").click()
    says(suzuki, "第1版を決裁しました。")
    assert citizen.request.get(f"/site/accounts/note-mima_aji/").status == 404

    onishi.goto("/")
    onishi.get_by_role("link", name="公表する").first.click()
    onishi.get_by_role("button", name="第1版を公表する").click()
    says(onishi, "第1版を市のホームページに公表し、読み返して確かめました。")

    suzuki.goto(f"/register/{account.pk}/")
    suzuki.get_by_role("button", name="運用を始める").click()
    says(suzuki, "の運用を始めました。")
    read_site(citizen, account)

    let_draft(account, cast.sato)
    sato.goto("/posts/new/")
    write(sato, account, text="いちじくの季節です。", category="食べ物")
    sato.get_by_role("button", name="承認を頼む").click()
    says(sato, "第1版の承認を頼みました。")
    version.refresh_from_db()
    assert version.state == "published"


def read_site(page: Page, account: SocialAccount) -> None:
    """What a citizen finds, starting from the list of all accounts."""
    page.goto("/site/")
    row = page.get_by_role("row").filter(has_text="mima_aji")
    expect(row).to_contain_text("食べ物")
    row.get_by_role("link", name=f"{NAME}運用方針").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    expect(page.get_by_role("main")).to_contain_text(TERMS)
    rows = list(csv.DictReader(io.StringIO(page.request.get("/site/register.csv").body().decode("utf-8-sig"))))
    assert [(row["名前"], row["URL"], row["状態"]) for row in rows] == [(NAME, ADDRESS, "運用中")]
    assert ADDRESS in json.dumps(json.loads(page.request.get("/site/register.json").body()), ensure_ascii=False)


@pytest.fixture
def toyama(house_env: dict[str, str], settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The web process of a city that has Toyama's guideline and no other rulebook."""
    settings.CITY = {**settings.CITY, "name": "外山市", "rulebooks": ["toyama"]}
    env = house_env | {
        "CITY_NAME": "外山市",
        "CITY_RULEBOOKS": "toyama",
        "VAR_DIR": str(tmp_path),
        "SITE_FOLDER": str(tmp_path / "site"),
    }
    with installation.web(env) as url:
        yield url
