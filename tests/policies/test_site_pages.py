"""What citizens get: the register as page, CSV and JSON, policies, data for machines; and how /site/ serves it."""

import csv
import io
import json
import re
from datetime import date, datetime

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from accounts.models import SocialAccount
from policies.actions import policy
from policies.models import PolicyVersion
from policies.site.content import slug_of
from policies.site.items import gone, items_of, with_news
from policies.site.pages import for_script
from tests.policies.conftest import content_of, published
from tests.support.cast import Cast

FOLDER = "accounts/x-mima_kanko_demo/"


@pytest.mark.clause("mima:3-3-明示")
@pytest.mark.clause("toyama:7-2-紹介")
def test_register_page_shows_service_handle_address_section_and_policy(opened: SocialAccount) -> None:
    page = published("index.html")
    for shown in (
        "X（旧Twitter）",
        "@mima_kanko_demo",
        'href="https://x.com/mima_kanko_demo"',
        "観光交流課",
        f'href="{FOLDER}"',
    ):
        assert shown in page


@pytest.mark.clause("toyama:8")
def test_every_page_names_the_desk_and_has_one_heading(opened: SocialAccount) -> None:
    for path in ("index.html", f"{FOLDER}index.html", f"{FOLDER}v1.html"):
        page = published(path)
        assert "広報広聴課" in page
        assert "0000-00-0000" in page
        assert page.count("<h1>") == 1
        assert '<html lang="ja">' in page


@pytest.mark.clause("mima:3-2-ア")
def test_policy_page_names_the_service_as_it_is_called_now(opened: SocialAccount) -> None:
    assert "X（旧Twitter）" in published(f"{FOLDER}index.html")


@pytest.mark.clause("mima:3-2-キ")
def test_disclaimers_are_a_numbered_list(cast: Cast, decided: PolicyVersion, now: datetime) -> None:
    policy.publish(version=decided, by=cast.onishi, now=now)
    assert '<ol class="n"><li>' in published(f"{FOLDER}index.html")
    assert 'counter(n) ")"' in published("site.css")


def test_days_are_written_in_the_era_with_the_western_year(opened: SocialAccount) -> None:
    assert "令和8年4月1日（2026年）から" in published(f"{FOLDER}index.html")


def test_policy_page_warns_of_impersonators(opened: SocialAccount) -> None:
    assert "これと違うアカウントは、見本市のものではありません" in published(f"{FOLDER}index.html")


def test_account_stands_in_the_register_as_in_preparation_before_it_is_opened(
    cast: Cast, decided: PolicyVersion, now: datetime
) -> None:
    policy.publish(version=decided, by=cast.onishi, now=now)
    assert "準備中" in published("index.html")


def test_register_csv_opens_in_a_spreadsheet(opened: SocialAccount) -> None:
    raw = (settings.SITE_FOLDER / "current" / "register.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(published("register.csv"))))
    assert rows[0]["ユーザー名"] == "@mima_kanko_demo"
    assert rows[0]["発信の内容"] == "観光とイベント、移住と定住、防災"
    assert rows[0]["状態"] == "運用中"
    assert rows[0]["適用する日"] == "2026-04-01"


def test_register_json_says_the_same(opened: SocialAccount) -> None:
    data = json.loads(published("register.json"))
    assert data["city"] == "見本市"
    assert data["accounts"][0]["policy"] == f"/site/{FOLDER}"
    assert data["accounts"][0]["section"] == "観光交流課"
    assert data["closed"] == []


def test_schema_stands_in_the_page_and_beside_it(opened: SocialAccount) -> None:
    schema = json.loads(published(f"{FOLDER}schema.json"))
    assert schema["about"]["sameAs"] == "https://x.com/mima_kanko_demo"
    inside = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', published(f"{FOLDER}index.html"), re.S
    )
    assert inside is not None
    assert json.loads(inside.group(1)) == schema
    assert json.loads(published("schema.json"))["sameAs"] == ["https://x.com/mima_kanko_demo"]


def test_what_staff_type_is_text_and_never_markup(cast: Cast, account: SocialAccount, now: datetime) -> None:
    evil = content_of(account, purpose="<script>alert(1)</script>", change_note="</script><b>")
    version = policy.write(account=account, content=evil, by=cast.onishi, now=now)
    policy.ask_decision(version=version, by=cast.onishi, now=now)
    policy.decide(version=version, by=cast.suzuki, now=now)
    policy.publish(version=version, by=cast.onishi, now=now)
    page = published(f"{FOLDER}index.html")
    assert "&lt;script&gt;alert(1)" in page
    assert page.count("<script") == 1
    assert "</script>" not in for_script({"name": "</script><b>"})


def test_published_pages_have_no_script_style_or_foreign_address(opened: SocialAccount) -> None:
    page = published(f"{FOLDER}index.html")
    assert page.count("<script") == page.count('<script type="application/ld+json">') == 1
    assert "style=" not in page
    assert 'src="' not in page


@pytest.mark.parametrize(
    ("handle", "slug"),
    [
        ("@mima_kanko_demo", "x-mima_kanko_demo"),
        ("@kurashi.mima.example", "x-kurashi.mima.example"),
        ("@Mima", "x-mima~7"),
        ("見本市公式", "x--~7"),
        ("../..", "x-..-..~7"),
    ],
)
def test_slug_is_plain_and_tells_similar_handles_apart(handle: str, slug: str) -> None:
    assert slug_of(SocialAccount(pk=7, network="x", handle=handle)) == slug


def test_news_are_marked_by_sentence_and_what_goes_is_listed() -> None:
    before = PolicyVersion(purpose="同じ文。前の文。", disclaimers=["一"])
    after = PolicyVersion(purpose="同じ文。新しい文。", disclaimers=["一", "二"])
    items = with_news(items_of(after), items_of(before))
    new = [
        span.text
        for item in items
        for group in item.groups
        for line in group.lines
        for span in line.spans
        if span.is_new
    ]
    assert new == ["新しい文。", "二"]
    assert gone(items_of(after), items_of(before)) == (("ウ 情報発信の目的及び内容", ("前の文。",)),)


def test_further_items_keep_their_headings_and_order() -> None:
    version = PolicyVersion(
        further_items=[
            {"heading": "問い合わせ先", "body": "一"},
            {"heading": "遵守事項", "body": "前\n・い\n・ろ"},
        ]
    )
    items = items_of(version)
    assert [item.heading for item in items] == ["問い合わせ先", "遵守事項"]
    assert [(group.kind, len(group.lines)) for group in items[1].groups] == [("text", 1), ("bullets", 2)]


# --- /site/


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/site/", "text/html; charset=utf-8"),
        (f"/site/{FOLDER}", "text/html; charset=utf-8"),
        ("/site/register.csv", "text/csv; charset=utf-8"),
        ("/site/register.json", "application/json; charset=utf-8"),
        ("/site/site.css", "text/css; charset=utf-8"),
    ],
)
def test_site_is_served_to_anybody(opened: SocialAccount, client: Client, path: str, kind: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, kind)


def test_site_leads_to_the_folder_and_back_out_of_nowhere(opened: SocialAccount, client: Client) -> None:
    assert client.get(f"/site/{FOLDER[:-1]}")["Location"] == f"/site/{FOLDER}"
    for path in ("/site/nothing.html", "/site/../manage.py", "/site/accounts/..%2f..%2fr/", "/site/%00"):
        assert client.get(path).status_code == 404


def test_site_says_when_nothing_changed(opened: SocialAccount, client: Client) -> None:
    etag = client.get("/site/")["ETag"]
    assert client.get("/site/", headers={"if-none-match": etag}).status_code == 304


def test_site_is_missing_before_the_first_publication(db: None, client: Client) -> None:
    assert client.get("/site/").status_code == 404


def test_site_of_another_address_links_to_itself(
    cast: Cast, decided: PolicyVersion, now: datetime, settings: Settings
) -> None:
    settings.SITE_URL = "https://www.city.mihon.example/sns"
    policy.publish(version=decided, by=cast.onishi, now=now)
    assert decided.published_url == f"https://www.city.mihon.example/sns/{FOLDER}"
    entry = json.loads(published("register.json"))["accounts"][0]
    assert entry["policy"] == decided.published_url
    assert decided.effective_on == date(2026, 11, 20)
