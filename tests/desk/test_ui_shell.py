"""What stands around every page: menu, who is signed in, messages, footer; refusals and error pages."""

import json
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import include, path
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import RoleAssignment, Section, StaffMember
from desk import menu

ROOT = Path(__file__).parents[2]


def home(request: HttpRequest) -> HttpResponse:
    messages.success(request, "承認を頼みました。")
    messages.error(request, "<b>保存できませんでした。</b>")
    return render(request, "base.html")


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


def kept(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("所属長だけが行えます。")


def refused(request: HttpRequest) -> HttpResponse:
    reasons = [
        SimpleNamespace(
            sentence="あなたはこの投稿に手を入れています。",
            cite="要領 第5条ただし書",
            clauses=("mima:5-ただし書",),
            next_step="代決者に承認を頼みます。",
            code="contributor",
            account="",
        ),
        SimpleNamespace(
            sentence="版が新しくなりました。",
            cite="市の設定",
            clauses=(),
            next_step="",
            code="old",
            account="見本市観光",
        ),
    ]
    refusal = SimpleNamespace(title="承認できませんでした", unchanged="まだ承認待ちです。", reasons=reasons)
    context = {"refusal": refusal, "back_url": "/posts/3/", "record": "post:3 12"}
    return render(request, "refusal.html", context, status=409)


urlpatterns = [
    path("", home, name="home"),
    path("review/", page, name="review_queue"),
    path("posts/", page, name="post_list"),
    path("posts/new/", page, name="post_new"),
    path("posts/<int:number>/", page),
    path("clauses/", page, name="clauses"),
    path("kept/", kept),
    path("refused/", refused),
    path("devices/this/", page, name="this_device"),
    path("", include("desk.urls_session")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def sato() -> StaffMember:
    section = Section.objects.create(name="観光交流課")
    return StaffMember.objects.create(
        username="sato", display_name="佐藤 美咲", title="担当", section=section
    )


@pytest.fixture
def screen(client: Client, sato: StaffMember) -> Client:
    client.force_login(sato, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()


# --- The menu


def labels(request: HttpRequest) -> list[str]:
    return [entry["label"] for entry in menu.entries(request)]


def asked_by(staff: StaffMember, url: str = "/") -> HttpRequest:
    request = RequestFactory().get(url)
    request.user = staff
    return request


def test_menu_leaves_out_pages_that_do_not_exist(sato: StaffMember) -> None:
    assert labels(asked_by(sato)) == ["わたしの仕事", "投稿", "条文対応表"]


def test_menu_offers_the_review_queue_to_chiefs(sato: StaffMember) -> None:
    RoleAssignment.objects.create(staff=sato, role="chief", section=sato.section, from_on=date(2020, 4, 1))
    assert labels(asked_by(sato)) == ["わたしの仕事", "承認待ち", "投稿", "条文対応表"]


@pytest.mark.parametrize(
    ("url", "current"),
    [
        ("/", ["わたしの仕事"]),
        ("/posts/", ["投稿"]),
        ("/posts/3/", ["投稿"]),
        ("/kept/", []),
        ("/postscript/", []),
    ],
)
def test_menu_marks_the_list_that_the_page_belongs_to(
    sato: StaffMember, url: str, current: list[str]
) -> None:
    assert [entry["label"] for entry in menu.entries(asked_by(sato, url)) if entry["current"]] == current


def test_menu_counts_what_waits_when_an_entry_can_count(sato: StaffMember) -> None:
    rows = (
        menu.Entry("home", "わたしの仕事", waiting=lambda request: 5),
        menu.Entry("clauses", "条文対応表"),
    )
    assert [entry["count"] for entry in menu.entries(asked_by(sato), rows)] == [5, None]


# --- The page


def test_page_names_the_person_and_the_consultation_desk(screen: Client) -> None:
    html = html_of(screen, "/posts/")
    assert "佐藤 美咲" in html
    assert "観光交流課 担当" in html
    assert "相談窓口: 広報広聴課" in html
    assert "適用中の要領: 令和5年4月1日施行" in html
    assert 'aria-current="page">投稿' in html
    assert '<html lang="ja">' in html


def test_page_offers_drafting_except_while_drafting(screen: Client) -> None:
    assert 'href="/posts/new/"' in html_of(screen, "/posts/")
    assert 'href="/posts/new/"' not in html_of(screen, "/posts/new/")


def test_page_reads_out_what_went_wrong_at_once_and_escapes_it(screen: Client) -> None:
    html = html_of(screen, "/")
    assert re.search(r'role="status">.*?承認を頼みました。', html)
    assert re.search(r'role="alert">.*?&lt;b&gt;保存できませんでした。', html)


def test_page_configures_htmx_without_inline_style_or_eval(screen: Client) -> None:
    html = html_of(screen, "/")
    config = re.search(r"name=\"htmx-config\" content='([^']+)'", html)
    assert config
    told = json.loads(config[1])
    assert told["includeIndicatorStyles"] is False
    assert told["allowEval"] is False
    assert {"code": "409", "swap": True} in told["responseHandling"]
    assert '"X-CSRFToken": "' in html


def test_page_asks_little_of_the_database(
    screen: Client, settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    settings.DEMO = False
    screen.get("/posts/")  # the rulebooks in force are read once a day and process
    with django_assert_max_num_queries(5):  # session, person, roles, section, restrictions
        screen.get("/posts/")


def test_templates_hold_no_inline_style_script_or_handler() -> None:
    for file in (ROOT / "templates").rglob("*.html"):
        source = file.read_text(encoding="utf-8")
        source = source.replace('<script type="application/ld+json">', "")  # data, which no browser runs
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", source), file.name


def test_own_scripts_are_small() -> None:
    for file in (ROOT / "static" / "js").glob("*.js"):
        assert len(file.read_text(encoding="utf-8").splitlines()) < 80, file.name


# --- Demo


def test_demo_lets_people_be_changed_and_says_so(screen: Client, settings: Settings) -> None:
    settings.DEMO = True
    html = html_of(screen, "/posts/?state=held")
    assert 'action="/demo/switch/"' in html
    assert 'name="next" value="/posts/?state=held"' in html
    assert "佐藤 美咲（観光交流課 担当）</option>" in html
    assert "見本です。見本の勤務時間は0〜24時です" in html


def test_production_never_offers_to_change_people(screen: Client, settings: Settings) -> None:
    settings.DEMO = False
    html = html_of(screen, "/posts/")
    assert "/demo/switch/" not in html
    assert "見本です" not in html


# --- Refusals and errors


def test_refusal_gives_every_reason_with_ground_and_next_step(screen: Client) -> None:
    answer = screen.get("/refused/")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert html.count("<h1") == 1
    assert "理由は2つあります。" in html
    assert 'href="/clauses/#mima:5-ただし書">要領 第5条ただし書</a>' in html
    assert "市の設定" in html
    assert "送り先: 見本市観光" in html
    assert html.count("次にすること") == 1
    assert "この結果は記録しました（記録番号 投稿3-12）" in html
    assert 'href="/posts/3/"' in html


def test_refusal_inside_a_page_is_announced() -> None:
    refusal = {"title": "確認できませんでした", "unchanged": "", "reasons": []}
    html = render_to_string("components/refusal.html", {"refusal": refusal})
    assert 'role="alert"' in html
    assert "<h1" not in html


def test_forbidden_page_says_who_may_and_whom_to_ask(screen: Client) -> None:
    answer = screen.get("/kept/")
    assert answer.status_code == 403
    assert "所属長だけが行えます。" in answer.content.decode()
    assert "広報広聴課" in answer.content.decode()


def test_missing_page_is_in_the_citys_words(screen: Client) -> None:
    answer = screen.get("/nowhere/")
    assert answer.status_code == 404
    assert "ページがありません" in answer.content.decode()


def test_stale_form_is_explained_when_its_token_is_wrong(sato: StaffMember) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "sato"})
    assert answer.status_code == 403
    assert "画面が古くなりました" in answer.content.decode()


def test_broken_page_needs_neither_database_nor_context(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        html = render_to_string("500.html")
    assert "広報広聴課" in html
    assert "画面を出せませんでした" in html


# --- Pieces of lists


def test_more_is_absent_at_the_end_of_a_list() -> None:
    assert render_to_string("components/more.html", {"next_url": ""}).strip() == ""
    assert 'href="/posts/?before=9"' in render_to_string(
        "components/more.html", {"next_url": "/posts/?before=9"}
    )


def test_empty_list_says_what_fills_it() -> None:
    context = {
        "title": "承認待ちはありません",
        "text": "だれかが頼むと、ここに出ます。",
        "url": "/x/",
        "action": "起案する",
    }
    html = render_to_string("components/empty.html", context)
    assert "だれかが頼むと、ここに出ます。" in html
    assert 'href="/x/">起案する' in html
