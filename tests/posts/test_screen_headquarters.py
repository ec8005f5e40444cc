"""災害対策本部 on its page: the set-up with its suspension, limiting to disasters, the dissolution, past ones."""

import html as entities
import re
from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import SocialAccount, StaffMember
from policies.actions import headquarters, restricting
from policies.city_facts import Place
from policies.models import Headquarters, Restriction
from posts import restrictions
from posts.actions.held import freeze
from posts.models import Delivery
from rules.calendar import JST
from rules.states import Cause, RestrictionKind, Scope
from tests.support import cast as people
from tests.support.cast import NOW, Cast, approved, make_account

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
TOMORROW = NOW + timedelta(days=1)
SET_UP = {
    "do": "set_up",
    "name": "台風第21号 災害対策本部",
    "on": "2026-11-20",
    "at": "09:30",
    "suspend": "on",
}
DISSOLVE = {"do": "dissolve", "on": "2026-11-20", "at": "10:04"}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def planned(cast: Cast, account: SocialAccount) -> Delivery:
    return approved(cast, account, due_at=TOMORROW).deliveries.get()


def sign_in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(response: HttpResponse) -> str:
    return entities.unescape(response.content.decode())


def page(person: StaffMember, query: str = "") -> str:
    response = sign_in(person).get(f"/headquarters/{query}")
    assert response.status_code == 200
    return html(response)  # type: ignore[arg-type]


def press(person: StaffMember, typed: dict[str, str], follow: bool = False) -> HttpResponse:
    return sign_in(person).post("/headquarters/", typed, follow=follow)  # type: ignore[return-value]


def codes_in(text: str) -> set[str]:
    return set(re.findall(r'data-code="(\w+)"', text))


def stands(cast: Cast, *, suspend: bool = True) -> Headquarters:
    row = headquarters.set_up(name="災害対策本部", set_up_at=NOW, suspend=suspend, by=cast.ito, now=LATER)
    for started in row.restrictions.all():
        freeze(restriction=started, now=LATER)
    return row


def held_codes(delivery: Delivery) -> list[str]:
    delivery.refresh_from_db()
    return delivery.held_codes


# --- the set-up


def test_form_begins_with_now_and_with_the_whole_city_stopped(cast: Cast) -> None:
    text = page(cast.suzuki)
    assert re.search(r'name="on" value="2026-11-20"', text)
    assert re.search(r'name="at" value="10:05"', text)
    assert re.search(r'name="suspend"[^>]* checked', text)
    assert "いま設置されている本部はありません" in text


@pytest.mark.clause("mima:8-2")
@pytest.mark.parametrize("name", ["suzuki", "fujimoto", "mori", "ito"])
def test_set_up_is_recorded_and_stops_the_city_at_once(cast: Cast, planned: Delivery, name: str) -> None:
    text = html(press(getattr(cast, name), SET_UP, follow=True))
    row = Headquarters.objects.get()
    assert row.name == "台風第21号 災害対策本部"
    assert row.set_up_at == datetime(2026, 11, 20, 9, 30, tzinfo=JST)
    started = Restriction.objects.get()
    assert (started.kind, started.cause, started.scope) == ("suspension", Cause.DISASTER, Scope.CITY)
    assert "投稿を止め、1件の発信を止めています。" in text
    assert held_codes(planned) == ["suspended_disaster"]
    assert f'href="/restrictions/{started.pk}/"' in text


def test_set_up_stops_nothing_when_the_tick_is_taken_away(cast: Cast, planned: Delivery) -> None:
    text = html(press(cast.suzuki, {**SET_UP, "suspend": ""}, follow=True))
    assert "投稿は止めていません。" in text
    assert not Restriction.objects.exists()
    assert held_codes(planned) == []


@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ({"at": "10:06"}, 409, "set_up_in_future"),
        ({"on": "", "at": ""}, 409, "set_up_in_future"),
        ({"at": ""}, 409, "set_up_in_future"),
        ({"on": "きのう"}, 422, "日付として読めません。"),
        ({"on": "0001-01-01"}, 422, "年を確かめてください。"),
        ({"name": "あ" * 121}, 422, "本部の名前は120字までです。"),
        ({"name": "a\0b"}, 422, "画面に出ない文字"),
    ],
)
def test_set_up_form_comes_back_filled_when_it_is_refused(
    cast: Cast, typed: dict[str, str], status: int, says: str
) -> None:
    response = press(cast.suzuki, {**SET_UP, "suspend": "", **typed})
    text = html(response)
    assert response.status_code == status
    assert (f'data-code="{says}"' if says.isascii() else says) in text
    if "name" not in typed:
        assert f'value="{SET_UP["name"]}"' in text
    assert not re.search(r'name="suspend"[^>]* checked', text)
    assert not Headquarters.objects.exists()


@pytest.mark.parametrize("name", ["sato", "hayashi", "kondo"])
def test_set_up_is_offered_to_nobody_without_an_office(cast: Cast, name: str) -> None:
    text = page(getattr(cast, name))
    assert "設置を記録できるのは、所属長と代決者です。" in text
    assert "<form" not in text.partition("<main")[2].replace('action="/sign-out/"', "")
    response = press(getattr(cast, name), SET_UP)
    assert response.status_code == 403
    assert codes_in(html(response)) == {"not_some_approver"}


def test_second_headquarters_is_refused_when_somebody_was_first(cast: Cast) -> None:
    stands(cast)
    response = press(cast.suzuki, SET_UP)
    text = html(response)
    assert response.status_code == 409
    assert codes_in(text) == {"headquarters_stand"}
    assert "設置されています" in text
    assert Headquarters.objects.count() == 1


# --- limiting


@pytest.mark.clause("mima:8-2")
def test_posting_is_limited_to_disasters_for_the_whole_city_by_default(cast: Cast, planned: Delivery) -> None:
    stands(cast, suspend=False)
    text = page(cast.ito)
    assert re.search(r'name="scope"[^>]*value="city" checked', text)
    response = press(cast.ito, {"do": "limit", "scope": "city", "note": "大雨"}, follow=True)
    row = Restriction.objects.get(kind=RestrictionKind.DISASTER_ONLY)
    assert response.redirect_chain[-1][0] == f"/restrictions/{row.pk}/"  # type: ignore[attr-defined]
    assert "防災情報限定を始めました。全庁の公式アカウントで、1件の発信を止めています。" in html(response)
    assert held_codes(planned) == ["disaster_only"]
    # Nothing wider is left to choose.
    assert 'name="scope"' not in page(cast.ito)
    assert f'href="/restrictions/{row.pk}/"' in page(cast.sato)


def test_posting_is_limited_for_one_account_when_that_is_chosen(cast: Cast, account: SocialAccount) -> None:
    stands(cast)
    press(cast.suzuki, {"do": "limit", "scope": f"account:{account.pk}"})
    row = Restriction.objects.get(kind=RestrictionKind.DISASTER_ONLY)
    assert (row.scope, row.social_account) == ("account", account)
    response = press(cast.suzuki, {"do": "limit", "scope": f"account:{account.pk}", "note": "もう一度"})
    text = html(response)
    assert response.status_code == 409
    assert codes_in(text) == {"already_restricted"}
    assert re.search(rf'value="account:{account.pk}" checked', text)
    assert "もう一度</textarea>" in text


def test_limit_is_refused_when_no_headquarters_stands(cast: Cast) -> None:
    response = press(cast.ito, {"do": "limit", "scope": "city"})
    assert response.status_code == 409
    assert "no_headquarters" in codes_in(html(response))


@pytest.mark.parametrize("name", ["sato", "kondo"])
def test_limit_is_offered_to_nobody_without_an_office(cast: Cast, account: SocialAccount, name: str) -> None:
    stands(cast)
    text = page(getattr(cast, name))
    assert 'name="do"' not in text
    assert press(getattr(cast, name), {"do": "limit", "scope": "city"}).status_code == 403


@pytest.mark.clause("mima:8-2")
def test_banner_says_that_the_limit_comes_first(cast: Cast, account: SocialAccount) -> None:
    stands(cast)
    assert restrictions.UNDER_LIMIT not in page(cast.sato)
    restricting.limit_to_disaster(place=Place(Scope.CITY, cast.planning), by=cast.ito, now=LATER)
    text = page(cast.sato)
    banner = re.search(r'<section class="restrict".*?</section>', text, re.S)
    assert banner
    assert banner[0].count("<li>") == 2
    assert restrictions.UNDER_LIMIT in banner[0]
    assert "防災に関連する情報だけを発信できます。" in banner[0]


# --- the dissolution


@pytest.mark.clause("mima:8-2")
def test_dissolution_ends_the_limit_and_leaves_the_suspension(cast: Cast, planned: Delivery) -> None:
    row = stands(cast)
    limit = restricting.limit_to_disaster(place=Place(Scope.CITY, cast.planning), by=cast.ito, now=LATER)
    freeze(restriction=limit, now=LATER)
    text = html(press(cast.suzuki, DISSOLVE, follow=True))
    row.refresh_from_db()
    limit.refresh_from_db()
    assert (row.standing, row.dissolved_at) == (False, datetime(2026, 11, 20, 10, 4, tzinfo=JST))
    assert limit.ended_at is not None
    assert Restriction.objects.get(kind=RestrictionKind.SUSPENSION).ended_at is None
    assert "投稿停止は、再開を記録するまで続きます。" in text
    assert set(held_codes(planned)) == {"suspended_disaster", "awaiting_release"}
    assert "令和8年11月20日(金) 10:04" in text


@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ({"at": "09:59"}, 409, "dissolved_before_set_up"),
        ({"at": "10:06"}, 409, "dissolved_in_future"),
        ({"at": ""}, 409, "dissolved_in_future"),
        ({"at": "十時"}, 422, "時刻として読めません。"),
    ],
)
def test_dissolution_form_comes_back_filled_when_it_is_refused(
    cast: Cast, typed: dict[str, str], status: int, says: str
) -> None:
    row = stands(cast)
    response = press(cast.suzuki, {**DISSOLVE, **typed})
    text = html(response)
    assert response.status_code == status
    assert (f'data-code="{says}"' if says.isascii() else says) in text
    if typed["at"]:
        assert f'value="{typed["at"]}"' in text
    row.refresh_from_db()
    assert row.standing


def test_dissolution_says_that_somebody_was_first(cast: Cast) -> None:
    row = stands(cast)
    headquarters.dissolve(headquarters=row, dissolved_at=LATER, by=cast.ito, now=LATER)
    response = press(cast.suzuki, DISSOLVE)
    text = html(response)
    assert response.status_code == 409
    assert codes_in(text) == {"wrong_state"}
    assert "伊藤 正（企画総務部長）" in text


def test_dissolution_of_nothing_changes_nothing(cast: Cast) -> None:
    assert press(cast.suzuki, DISSOLVE).status_code == 422


def test_past_ones_are_listed_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restrictions, "PAGE", 1)
    for name in ("一つ目の本部", "二つ目の本部"):
        row = headquarters.set_up(name=name, set_up_at=NOW, suspend=False, by=cast.ito, now=LATER)
        headquarters.dissolve(headquarters=row, dissolved_at=LATER, by=cast.ito, now=LATER)
    first = page(cast.sato)
    assert "二つ目の本部" in first
    assert "一つ目の本部" not in first
    following = re.search(r'href="/headquarters/(\?before=\d+)"', first)
    assert following
    assert "一つ目の本部" in page(cast.sato, following[1])


def test_page_asks_few_questions(
    cast: Cast, account: SocialAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    stands(cast)
    client = sign_in(cast.ito)
    with django_assert_max_num_queries(20):
        client.get("/headquarters/")
