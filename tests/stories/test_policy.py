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
from policies import samples
from policies.actions import operation, policy
from policies.models import PolicyVersion
from policies.site.content import page_address
from tests.stories import installation
from tests.stories.composing import says, write
from tests.stories.conftest import Desk
from tests.support.cast import Cast, let_draft, make_account, submitted

pytestmark = pytest.mark.slow
NAME = "美馬市の味（Bluesky）"
HANDLE = "aji.mima.example"
ADDRESS = f"https://bsky.app/profile/{HANDLE}"
PLAIN = (
    "sign_in",
    "home",
    "clauses",
    "training_timeline",
    "post_list",
    "post_new",
    "review_queue",
    "check_queue",
    "policy_list",
    "register",
    "account_request",
    "site_page",
)
TERMS = "人を傷つける書き込みはしないでください。"


def request_account(page: Page, name: str = NAME) -> None:
    page.goto("/register/")
    page.get_by_role("link", name="開設を申し出る").first.click()
    page.get_by_label("台帳の名前").fill(name)
    page.get_by_label("サービス").select_option("bluesky")
    page.get_by_label("ユーザー名").fill(HANDLE)
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
    samples = page.get_by_role("button", name="見本の文を入れる")
    expect(samples.first).to_be_visible()  # a count does not wait for the page
    for number in range(samples.count()):
        samples.nth(number).click()
    page.get_by_label("発信する内容").fill("食べ物\n催し")
    page.get_by_role("button", name="項目を加える", exact=True).click()
    item = page.get_by_role("group", name="そのほかの項目 1")
    item.get_by_label("見出し").fill("利用者の遵守事項")
    item.get_by_label("本文").fill(TERMS)
    page.get_by_label("適用する日").fill(f"{effective_on:%Y-%m-%d}")
    page.get_by_role("button", name="決裁を頼む").click()
    says(page, "第1版の決裁を頼みました。")


def test_policy_is_written_decided_published_and_the_account_can_be_posted_to(
    cast: Cast, desk_of: Desk, site: Path
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
    assert citizen.request.get(f"/site/accounts/bluesky-{HANDLE}/").status == 404

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
    row = page.get_by_role("row").filter(has_text=HANDLE)
    expect(row).to_contain_text("食べ物")
    row.get_by_role("link", name=f"{NAME}運用方針").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    expect(page.get_by_role("main")).to_contain_text(TERMS)
    rows = list(
        csv.DictReader(io.StringIO(page.request.get("/site/register.csv").body().decode("utf-8-sig")))
    )
    assert [(row["名前"], row["URL"], row["状態"]) for row in rows] == [(NAME, ADDRESS, "運用中")]
    assert ADDRESS in json.dumps(
        json.loads(page.request.get("/site/register.json").body()), ensure_ascii=False
    )


@pytest.fixture(scope="module")
def toyama_web(
    house_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The web process of a city that has Toyama's guideline and no other rulebook, and its site's folder."""
    folder = tmp_path_factory.mktemp("toyama")
    city = {"CITY_NAME": "外山市", "CITY_RULEBOOKS": "toyama"}
    own = {"VAR_DIR": str(folder), "SITE_FOLDER": str(folder / "site")}
    with installation.web(house_env | city | own) as url:
        yield url, folder / "site"


@pytest.fixture
def toyama(toyama_web: tuple[str, Path], settings: Settings) -> str:
    """Its address; the builders act in the same city."""
    url, settings.SITE_FOLDER = toyama_web
    settings.CITY = {**settings.CITY, "name": "外山市", "rulebooks": ["toyama"]}
    return url


def toyama_world(cast: Cast) -> list[str]:
    """One social account under the guideline, with its policy published and a post in each queue; all addresses."""
    account = make_account(
        cast,
        "外山市観光（X）",
        connection="api",
        handle="@toyama_kanko",
        url="https://x.com/toyama_kanko",
        rulebooks=("toyama",),
        opened=False,
    )
    now = timezone.now()
    content = {**samples.complete(account), "categories": ["催し"], "effective_on": timezone.localdate()}
    version = policy.write(account=account, content=content, by=cast.onishi, now=now)
    policy.ask_decision(version=version, by=cast.onishi, now=now)
    policy.decide(version=version, by=cast.suzuki, now=now)
    policy.publish(version=version, by=cast.onishi, now=now)
    operation.open_(account=account, by=cast.suzuki, now=now)
    account.refresh_from_db()
    waiting = submitted(cast, account, now=now, category="催し", text="催しのお知らせです。")
    return [
        *(reverse(name) for name in PLAIN),
        *(reverse(name, args=[waiting.pk]) for name in ("post_detail", "post_edit", "review_case")),
        *(
            reverse(name, args=[account.pk])
            for name in ("account_detail", "policy_edit", "account_credential")
        ),
        reverse("policy_detail", args=[version.pk]),
        f"/site/{page_address(account).removeprefix('/site/')}",
    ]


def test_city_with_another_rulebook_never_reads_the_name_of_mima(
    cast: Cast, toyama: str, desk_of: Desk
) -> None:
    addresses = toyama_world(cast)
    named = []
    for person in (cast.sato, cast.suzuki, cast.onishi, cast.kondo, None):
        browser = desk_of(person, base_url=toyama).request
        for address in addresses:
            if re.search("美馬|みま市|[Mm]ima", browser.get(address).text()):
                named.append(f"{person}: {address}")
    assert named == []


def test_city_with_another_rulebook_reads_its_own_clause_in_a_refusal(
    cast: Cast, toyama: str, desk_of: Desk
) -> None:
    toyama_world(cast)
    sato = desk_of(cast.sato, base_url=toyama)
    sato.goto("/posts/new/")
    write(
        sato,
        SocialAccount.objects.get(),
        text="催しのお知らせです。",
        category="その他",
        declared=False,
    )
    sato.get_by_role("button", name="承認を頼む").click()
    reasons = sato.get_by_role("alert").locator(".reason")
    category = reasons.filter(has_text="運用方針の発信内容に含まれません")
    expect(category).to_contain_text("市の設定")
    expect(reasons.filter(has_text="基本原則を読んだという印")).to_contain_text("ガイドライン")
    assert "美馬" not in sato.content()
