"""SNSの手引き on screens: the page, 「読みました」, who sees how many have read, the word on the first screen."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts import books
from accounts.actions import rulebooks
from accounts.actions.handbook import confirm_read
from accounts.actions.rulebooks import Decision
from accounts.models import HandbookReading, StaffMember
from rules import clauses
from rules.calendar import day_of
from tests.support.browser import BACKEND
from tests.support.cast import Cast, make_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("toyama:4-3-私的", "toyama:1-目的")]
As = Callable[[StaffMember], Client]
TO_DO = "今年度の手引きを読んで確かめる"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def as_() -> As:
    def signed_in(person: StaffMember) -> Client:
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return signed_in


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


@pytest.mark.parametrize("who", ["sato", "suzuki", "kondo", "onishi", "hayashi"])
def test_everybody_reads_it_and_says_so_once(cast: Cast, as_: As, who: str) -> None:
    client = as_(getattr(cast, who))
    html = page(client.get(reverse("handbook")))
    for words in (
        "勤務時間中は、私用で使いません",
        "見張ったり",
        "届け出させません",
        "広報広聴課",
        "読みました（2026年度）",
    ):
        assert words in html
    assert client.post(reverse("handbook")).status_code == 302
    html = page(client.get(reverse("handbook")))
    assert "2026年度は読みました" in html
    assert "<button" not in html[html.index("<main") : html.index("</main")]
    assert "わたしの記録" in html


def test_second_press_is_told_that_it_is_done(cast: Cast, as_: As) -> None:
    client = as_(cast.sato)
    client.post(reverse("handbook"))
    assert "今年度は、もう読んだことを記録しています" in page(client.post(reverse("handbook")), 409)
    assert HandbookReading.objects.count() == 1


def test_page_shows_ones_own_readings_only(cast: Cast, as_: As, now: datetime) -> None:
    confirm_read(by=cast.tanaka, now=now)
    assert "わたしの記録" not in page(as_(cast.sato).get(reverse("handbook")))


def test_whatever_is_sent_with_it_only_the_day_is_kept(cast: Cast, as_: As) -> None:
    sent = {"staff": cast.tanaka.pk, "account": "@sato_private", "fiscal_year": "1999"}
    as_(cast.sato).post(reverse("handbook"), sent)
    reading = HandbookReading.objects.get()
    assert (reading.staff, reading.fiscal_year) == (cast.sato, 2026)


def test_chief_sees_who_of_the_section_has_still_to_read(cast: Cast, as_: As, now: datetime) -> None:
    confirm_read(by=cast.sato, now=now)
    html = page(as_(cast.suzuki).get(reverse("handbook")))
    assert "5人のうち1人が読みました" in html
    still = html[html.index("まだの人") :]
    assert "田中 健一" in still
    assert "佐藤 美咲" not in still.partition("</li>")[0]
    assert "移住定住推進課" not in html


def test_system_admin_sees_numbers_and_no_names(cast: Cast, as_: As) -> None:
    html = page(as_(cast.kondo).get(reverse("handbook")))
    assert "5人のうち0人が読みました" in html
    assert "移住定住推進課" in html
    assert "まだの人" not in html


@pytest.mark.parametrize("who", ["sato", "onishi", "hayashi"])
def test_others_see_nothing_of_the_sections(cast: Cast, as_: As, who: str) -> None:
    assert "所属ごとの様子" not in page(as_(getattr(cast, who)).get(reverse("handbook")))


@pytest.mark.parametrize(
    ("rulebooks_", "there", "not_there"),
    [
        (["mima"], "要領 第4条(1)", "ガイドライン 4(3)"),
        (["toyama"], "ガイドライン 4(3)", "要領"),
        (["mima", "toyama"], "要領 第4条(1)・ガイドライン 4(1)", "要領 第4条(1)</a>"),
    ],
)
def test_points_cite_the_clauses_of_the_citys_own_rulebooks(
    cast: Cast, as_: As, settings: Settings, rulebooks_: list[str], there: str, not_there: str
) -> None:
    settings.CITY = {**settings.CITY, "rulebooks": rulebooks_}
    books.forget()
    html = page(as_(cast.sato).get(reverse("handbook")))
    points = html[html.index('id="private"') : html.index('id="asking"')]
    assert there in points
    assert not_there not in points


def test_point_without_a_clause_is_a_setting_of_the_city(cast: Cast, as_: As) -> None:
    html = page(as_(cast.sato).get(reverse("handbook")))
    point = html[html.index("勤務時間中は、私用で使いません") :].partition("</li>")[0]
    assert '<span class="clause">市の設定</span>' in point


def test_every_clause_that_the_page_names_exists() -> None:
    """A clause that is misspelt would silently become a setting of the city."""
    text = Path(django_settings.BASE_DIR, "templates/accounts/handbook.html").read_text(encoding="utf-8")
    named = set(re.findall(r'"((?:mima|toyama):[^"]+)"', text))
    known = {key for book in clauses.available() for key in clauses.load(book).clauses}
    assert len(named) > 20
    assert named <= known


def test_first_screen_asks_everybody_who_has_not_read_and_nobody_else(cast: Cast, as_: As) -> None:
    client = as_(cast.hayashi)
    assert TO_DO in page(client.get("/"))
    client.post(reverse("handbook"))
    assert TO_DO not in page(client.get("/"))


def test_first_screen_says_by_when_and_when_it_is_late(
    cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    StaffMember.objects.update(date_joined=now - timedelta(days=900))
    for month, words in ((5, "令和9年6月30日までに"), (7, "期限（令和9年6月30日）を過ぎました")):
        at = now.replace(year=2027, month=month, day=1)
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        html = page(as_(cast.sato).get("/"))
        assert words in html
        assert "発信の仕事は止まりません" in html


def test_city_that_switched_it_off_asks_nobody(
    cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    tomorrow = now + timedelta(days=1)
    off = Decision("mima", day_of(tomorrow), "紙で行うため")
    rulebooks.switch_duty(what=off, duty="handbook", on=False, by=cast.kondo, now=now)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    books.forget()
    client = as_(cast.sato)
    assert TO_DO not in page(client.get("/"))
    html = page(client.get(reverse("handbook")))
    assert "読みました（" not in html
    assert "勤務時間中は、私用で使いません" in html


def test_page_is_for_people_who_signed_in() -> None:
    assert Client().get(reverse("handbook")).status_code == 302
