"""投稿を止める and what comes of it on the screens: the button, the banner, the list, a restriction's page, its end."""

import html as entities
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.connections import adapter_for
from accounts.models import SocialAccount, StaffMember
from platforms.base import Receipt
from policies.actions import headquarters, restricting
from policies.city_facts import Place
from policies.models import Restriction
from posts import restrictions
from posts.actions import held
from posts.actions.arming import arm
from posts.actions.held import freeze
from posts.actions.recording import accepted, record
from posts.models import Delivery
from posts.views.restricting import UNCHANGED
from rules.states import Cause, RestrictionKind, Scope, Trigger
from tests.sending.stubs import way
from tests.support import cast as people
from tests.support.cast import NOW, Cast, approved, make_account

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
TOMORROW = NOW + timedelta(days=1)
LIFTED = "台風が過ぎ、道路の安全を確かめた。"


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
    """Approved, and due tomorrow."""
    return approved(cast, account, due_at=TOMORROW).deliveries.get()


def sign_in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(response: HttpResponse) -> str:
    return entities.unescape(response.content.decode())


def page(person: StaffMember, path: str) -> str:
    response = sign_in(person).get(path)
    assert response.status_code == 200
    return html(response)  # type: ignore[arg-type]


def stop(person: StaffMember, follow: bool = False, **typed: object) -> HttpResponse:
    values = {"what": "disaster", "trigger": "occurred", "scope": "city", "note": "", **typed}
    return sign_in(person).post("/restrictions/new/", values, follow=follow)  # type: ignore[return-value]


def end(person: StaffMember, row: Restriction, follow: bool = False, **typed: object) -> HttpResponse:
    return sign_in(person).post(f"/restrictions/{row.pk}/", typed, follow=follow)  # type: ignore[return-value]


def suspended(
    cast: Cast, scope: Scope = Scope.SECTION, cause: Cause = Cause.DISASTER, by: StaffMember | None = None
) -> Restriction:
    """Posting is suspended for the tourism section (or the city), and what waits is held."""
    row = restricting.suspend_posting(
        place=Place(scope, cast.tourism), cause=cause, trigger=Trigger.OCCURRED, by=by or cast.sato, now=LATER
    )
    freeze(restriction=row, now=LATER)
    return row


def flaming(cast: Cast) -> Restriction:
    row = restricting.start_flaming(place=Place(Scope.SECTION, cast.tourism), by=cast.sato, now=LATER)
    freeze(restriction=row, now=LATER)
    return row


def codes_in(text: str) -> set[str]:
    return set(re.findall(r'data-code="(\w+)"', text))


def chosen(text: str, name: str) -> list[str]:
    """Values of the ticked options of that name."""
    tags = re.findall(rf'<input[^>]*name="{name}"[^>]*>', text)
    return [re.findall(r'value="([^"]*)"', tag)[0] for tag in tags if " checked" in tag]


def offered_scopes(text: str) -> list[str]:
    return re.findall(r'name="scope" id="[^"]*" value="([^"]*)"', text)


# --- the button


@pytest.mark.clause("mima:8-1-停止")
@pytest.mark.parametrize("path", ["/", "/posts/", "/policies/", "/register/", "/clauses/", "/headquarters/"])
def test_button_to_stop_is_on_every_page_of_the_staff(cast: Cast, path: str) -> None:
    for person in (cast.sato, cast.hayashi, cast.kondo):
        assert re.search(r'<a class="[^"]*top__stop" href="/restrictions/new/">', page(person, path))


def test_stop_page_offers_the_own_section_first_then_the_city_then_single_accounts(
    cast: Cast, account: SocialAccount, planned: Delivery
) -> None:
    text = page(cast.sato, "/restrictions/new/")
    assert offered_scopes(text) == [f"section:{cast.tourism.pk}", "city", f"account:{account.pk}"]
    assert chosen(text, "scope") == [f"section:{cast.tourism.pk}"]
    assert chosen(text, "what") == ["disaster"]
    assert "観光交流課の公式アカウント（1件）" in text
    assert "これから出る予約 1件" in text


def test_stop_page_says_what_may_still_go_before_anything_is_pressed(
    cast: Cast, account: SocialAccount
) -> None:
    text = page(cast.sato, "/restrictions/new/")
    for words in restrictions.WORDS.values():
        if words.duty != "disaster_only":
            assert words.passes in text
    assert "再開しても、自動では出ません。" in text


@pytest.mark.parametrize(
    ("name", "scopes"), [("hayashi", ["account"]), ("mori", ["city"]), ("kondo", ["city"])]
)
def test_stop_page_offers_only_what_the_rules_allow(
    cast: Cast, account: SocialAccount, name: str, scopes: list[str]
) -> None:
    text = page(getattr(cast, name), "/restrictions/new/")
    assert [key.partition(":")[0] for key in offered_scopes(text)] == scopes
    assert len(chosen(text, "scope")) == 1


@pytest.mark.clause("mima:8-1-停止")
@pytest.mark.parametrize("name", ["sato", "tanaka", "suzuki", "fujimoto"])
def test_posting_stops_at_the_second_press_and_the_page_counts_what_is_held(
    cast: Cast, planned: Delivery, name: str
) -> None:
    person = getattr(cast, name)
    response = stop(person, follow=True, scope=f"section:{cast.tourism.pk}", note="大雨です。")
    row, text = Restriction.objects.get(), html(response)
    assert (row.kind, row.cause, row.trigger, row.note) == (
        "suspension",
        "disaster",
        "occurred",
        "大雨です。",
    )
    assert (row.scope, row.section, row.started_by) == ("section", cast.tourism, person)
    assert "観光交流課の公式アカウントで、1件の発信を止めています。" in text
    assert response.redirect_chain[-1][0] == f"/restrictions/{row.pk}/"  # type: ignore[attr-defined]
    planned.refresh_from_db()
    assert (planned.state, planned.held_codes) == ("held", ["suspended_disaster"])
    assert "この範囲で保留しているもの" in text
    assert f"/deliveries/{planned.pk}/decide/?from={row.pk}" in text


@pytest.mark.clause("mima:7-4-報告")
def test_flaming_starts_from_the_same_page(cast: Cast, account: SocialAccount) -> None:
    text = html(stop(cast.hayashi, follow=True, what="flaming", scope=f"account:{account.pk}"))
    row = Restriction.objects.get()
    assert (row.kind, row.cause, row.trigger, row.social_account) == ("flaming", "", "", account)
    assert "炎上対応を始めました。" in text


@pytest.mark.parametrize(
    ("typed", "code"),
    [({"what": ""}, "cause_missing"), ({"scope": ""}, "scope_missing")],
)
def test_form_comes_back_filled_when_something_is_missing(
    cast: Cast, account: SocialAccount, typed: dict[str, str], code: str
) -> None:
    response = stop(cast.sato, note="大雨です。", **typed)
    text = html(response)
    assert response.status_code == 409
    assert codes_in(text) == {code}
    assert UNCHANGED in text
    assert "大雨です。</textarea>" in text
    assert chosen(text, "trigger") == ["occurred"]
    assert not Restriction.objects.exists()


def test_form_comes_back_filled_when_the_same_stands_already(cast: Cast, account: SocialAccount) -> None:
    suspended(cast)
    response = stop(cast.tanaka, scope=f"section:{cast.tourism.pk}", note="川が増水")
    text = html(response)
    assert response.status_code == 409
    assert codes_in(text) == {"already_restricted"}
    assert "佐藤 美咲" in text
    assert "川が増水</textarea>" in text
    assert chosen(text, "scope") == [f"section:{cast.tourism.pk}"]
    assert stop(cast.tanaka, scope="city").status_code == 302


@pytest.mark.parametrize("scope", ["account:987654", "section:x", "moon", "account:" + "9" * 30])
def test_form_comes_back_filled_when_the_scope_does_not_exist(
    cast: Cast, account: SocialAccount, scope: str
) -> None:
    response = stop(cast.sato, scope=scope, note="大雨です。")
    assert response.status_code == 422
    assert "選んだ範囲が見つかりません。" in html(response)
    assert "大雨です。</textarea>" in html(response)


@pytest.mark.parametrize(("name", "scope"), [("hayashi", "city"), ("mori", "section")])
def test_form_comes_back_with_the_reason_when_the_scope_is_not_this_persons(
    cast: Cast, account: SocialAccount, name: str, scope: str
) -> None:
    key = scope if scope == "city" else f"section:{cast.tourism.pk}"
    response = stop(getattr(cast, name), scope=key)
    assert response.status_code == 403
    assert codes_in(html(response)) == {"not_on_account"}
    assert not Restriction.objects.exists()


# --- the banner


@pytest.mark.clause("mima:8-1-停止")
def test_banner_names_every_restriction_in_force_on_every_page(cast: Cast, account: SocialAccount) -> None:
    assert 'class="restrict"' not in page(cast.mori, "/")
    first, second = suspended(cast), flaming(cast)
    for path in ("/", "/posts/", "/policies/"):
        text = page(cast.mori, path)
        banner = re.search(r'<section class="restrict".*?</section>', text, re.S)
        assert banner
        assert banner[0].count("<li>") == 2
        assert "観光交流課の公式アカウントへの投稿を止めています。" in banner[0]
        assert "自然災害の発生" in banner[0]
        assert "佐藤 美咲（観光交流課 主事）" in banner[0]
        assert 'href="/clauses/#mima:8-1-停止"' in banner[0]
        assert f'href="/restrictions/{first.pk}/#end"' in banner[0]
        assert f'href="/restrictions/{second.pk}/#end"' in banner[0]


def test_banner_asks_one_question_whatever_is_in_force(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.sato)
    for begin in (lambda: None, lambda: suspended(cast), lambda: flaming(cast)):
        begin()
        with CaptureQueriesContext(connection) as queries:
            client.get("/clauses/")
        asked = [query["sql"] for query in queries if 'FROM "policies_restriction"' in query["sql"]]
        assert len(asked) == 1


def test_banner_folds_what_is_too_much(cast: Cast, account: SocialAccount) -> None:
    accounts = [
        make_account(cast, f"窓口{n}", handle=f"@mado{n}", url=f"https://x.com/mado{n}") for n in range(6)
    ]
    for row in accounts:
        place = Place(Scope.ACCOUNT, cast.tourism, row)
        restricting.start_flaming(place=place, by=cast.sato, now=LATER)
    text = page(cast.sato, "/clauses/")
    assert "ほかに2件の制限が出ています。" in text


# --- the list


def test_list_shows_what_is_in_force_and_what_has_ended_page_by_page(
    cast: Cast, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restrictions, "PAGE", 1)
    rows = []
    for words in ("一度目", "二度目"):
        row = suspended(cast)
        restricting.lift(restriction=row, words=words, consulted=[cast.sato.pk], by=cast.suzuki, now=LATER)
        rows.append(row)
    standing = flaming(cast)
    first = page(cast.mori, "/restrictions/")
    assert f'href="/restrictions/{standing.pk}/"' in first
    assert "二度目" in first
    assert "一度目" not in first
    assert "協議: 佐藤 美咲（観光交流課 主事）" in first
    following = re.search(r'href="(/restrictions/\?before=\d+)"', first)
    assert following
    assert "一度目" in page(cast.mori, following[1])


def test_list_says_what_fills_it_when_there_is_nothing(cast: Cast) -> None:
    text = page(cast.sato, "/restrictions/")
    assert "いま出ている制限はありません" in text
    assert "終わった制限はありません。" in text


# --- the page of one


def test_page_counts_what_had_left_before_it_began(cast: Cast, account: SocialAccount) -> None:
    delivery = approved(cast, account).deliveries.select_related("social_account").get()
    armed = arm(delivery.pk, way(adapter_for(account, now=LATER), delivery), now=LATER - timedelta(seconds=2))
    assert armed is not None
    row = suspended(cast)
    text = page(cast.sato, f"/restrictions/{row.pk}/")
    assert "まだ結果が出ていません" in text
    assert record(armed.attempt_id, accepted(Receipt("training:1", "")), now=LATER)
    text = page(cast.sato, f"/restrictions/{row.pk}/")
    flight = re.search(r'aria-labelledby="flight".*?</section>', text, re.S)
    assert flight
    assert "発信済み" in flight[0]
    assert "あかりの夕べ" in flight[0]
    assert "あかりの夕べ" not in page(cast.mori, f"/restrictions/{row.pk}/")


def test_page_shows_to_other_sections_only_how_much_is_held(cast: Cast, planned: Delivery) -> None:
    row = suspended(cast, Scope.CITY)
    text = page(cast.mori, f"/restrictions/{row.pk}/")
    assert planned.post.title not in text
    assert "ほかの所属の投稿が、あと1件あります。" in text
    text = page(cast.sato, f"/restrictions/{row.pk}/")
    assert "内容を見る<" in text
    assert "決める<" not in text
    assert "決める<" in page(cast.suzuki, f"/restrictions/{row.pk}/")


def test_page_lists_what_is_held_page_by_page(
    cast: Cast, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restrictions, "HELD_PAGE", 2)
    rows = [approved(cast, account, due_at=TOMORROW + timedelta(hours=n)).deliveries.get() for n in (2, 1, 1)]
    row = suspended(cast)
    first = page(cast.suzuki, f"/restrictions/{row.pk}/")
    assert re.findall(r"/deliveries/(\d+)/decide/", first) == [str(rows[1].pk), str(rows[2].pk)]
    following = re.search(rf'href="(/restrictions/{row.pk}/\?after=\d+)#held"', first)
    assert following
    rest = page(cast.suzuki, following[1])
    assert re.findall(r"/deliveries/(\d+)/decide/", rest) == [str(rows[0].pk)]


def test_page_asks_as_many_questions_for_many_as_for_few(cast: Cast, account: SocialAccount) -> None:
    posts = [approved(cast, account, due_at=TOMORROW) for _ in range(5)]
    row, client, counts = suspended(cast), sign_in(cast.suzuki), []
    for left in (5, 2):
        for post in posts[left:]:
            held.drop(delivery=post.deliveries.get(), reason="中止", by=cast.suzuki, now=LATER)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/restrictions/{row.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- its end


@pytest.mark.clause("mima:8-1-再開")
def test_resumption_is_recorded_with_whom_and_why_and_releases_nothing(cast: Cast, planned: Delivery) -> None:
    row = suspended(cast)
    text = html(end(cast.suzuki, row, follow=True, reason=LIFTED, consulted=[cast.sato.pk, cast.tanaka.pk]))
    row.refresh_from_db()
    assert row.ended_by == cast.suzuki
    assert [person["id"] for person in row.consulted] == [cast.sato.pk, cast.tanaka.pk]
    assert "再開を記録しました。止めたものは、自動では出ません。" in text
    assert LIFTED in text
    planned.refresh_from_db()
    assert (planned.state, planned.held_codes) == ("held", ["awaiting_release"])
    assert "終わっても、自動では出ません。" in text
    assert 'id="end"' not in text


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.parametrize(
    ("name", "with_whom", "words", "codes"),
    [
        ("suzuki", [], LIFTED, {"consultation_alone"}),
        ("fujimoto", ["sato"], LIFTED, {"consultation_without_chief"}),
        ("fujimoto", [], "", {"consultation_without_chief", "consultation_alone", "reason_missing"}),
        ("suzuki", ["sato"], " ", {"reason_missing"}),
    ],
)
def test_form_of_the_resumption_comes_back_filled_when_it_is_refused(
    cast: Cast, planned: Delivery, name: str, with_whom: list[str], words: str, codes: set[str]
) -> None:
    row = suspended(cast)
    ids = [getattr(cast, each).pk for each in with_whom]
    response = end(getattr(cast, name), row, reason=words, consulted=ids)
    text = html(response)
    assert response.status_code == 409
    assert codes_in(text) == codes
    assert chosen(text, "consulted") == [str(pk) for pk in ids]
    assert f"{words}</textarea>" in text
    row.refresh_from_db()
    assert row.ended_at is None


def test_people_to_consult_begin_with_the_chiefs_and_leave_oneself_out(
    cast: Cast, account: SocialAccount
) -> None:
    row = suspended(cast)
    text = page(cast.fujimoto, f"/restrictions/{row.pk}/")
    ids = re.findall(r'name="consulted" id="[^"]*" value="(\d+)"', text)
    assert set(ids[:2]) == {str(cast.suzuki.pk), str(cast.ito.pk)}
    assert str(cast.fujimoto.pk) not in ids
    assert str(cast.hayashi.pk) not in ids
    assert str(cast.mori.pk) not in ids


@pytest.mark.parametrize("name", ["sato", "hayashi", "mori", "kondo"])
def test_end_is_offered_to_nobody_else_and_says_who_may(
    cast: Cast, account: SocialAccount, name: str
) -> None:
    row = suspended(cast)
    text = page(getattr(cast, name), f"/restrictions/{row.pk}/")
    assert "再開を記録できるのは、所属長・代決者です。<b>行える人:</b> 鈴木 洋子（観光交流課長）" in text
    assert "<textarea" not in text
    response = end(getattr(cast, name), row, reason=LIFTED, consulted=[cast.suzuki.pk])
    assert response.status_code == 403
    assert codes_in(html(response)) == {"not_approver"}


def test_end_says_that_somebody_was_first_and_loses_nothing(cast: Cast, account: SocialAccount) -> None:
    row = suspended(cast)
    common = {"restriction": row, "words": "先に", "consulted": [cast.sato.pk], "now": LATER}
    restricting.lift(by=cast.suzuki, **common)  # type: ignore[arg-type]
    response = end(cast.ito, row, reason=LIFTED, consulted=[cast.suzuki.pk])
    text = html(response)
    assert response.status_code == 409
    assert codes_in(text) == {"wrong_state"}
    assert LIFTED in text
    assert "先に" in text


def test_form_of_the_resumption_says_what_must_end_before(cast: Cast, account: SocialAccount) -> None:
    headquarters.set_up(name="", set_up_at=NOW, suspend=True, by=cast.ito, now=LATER)
    limit = restricting.limit_to_disaster(place=Place(Scope.CITY, cast.planning), by=cast.ito, now=LATER)
    row = Restriction.objects.get(kind=RestrictionKind.SUSPENSION)
    text = page(cast.ito, f"/restrictions/{row.pk}/")
    assert "防災情報限定が、まだ出ています。先に再開することはできません。" in text
    done = html(end(cast.ito, limit, follow=True, reason="山を越えた。"))
    assert "防災情報限定を終えました。投稿停止は続いています。" in done
    assert "まだ出ています" not in page(cast.ito, f"/restrictions/{row.pk}/")


@pytest.mark.clause("mima:7-4-報告")
def test_flaming_is_ended_by_the_chief_alone(cast: Cast, planned: Delivery) -> None:
    row = flaming(cast)
    planned.refresh_from_db()
    assert planned.held_codes == ["flaming"]
    text = page(cast.fujimoto, f"/restrictions/{row.pk}/")
    assert "炎上対応を終えられるのは、所属長本人だけです。<b>行える人:</b> 鈴木 洋子（観光交流課長）" in text
    assert end(cast.fujimoto, row, reason="静まった。").status_code == 403
    text = html(end(cast.suzuki, row, follow=True, reason="静まった。"))
    assert "炎上対応を終えました。" in text
    planned.refresh_from_db()
    assert planned.held_codes == ["awaiting_release"]


def test_end_is_refused_from_a_personal_device_in_the_filled_form(cast: Cast, account: SocialAccount) -> None:
    row = suspended(cast)
    response = sign_in(cast.suzuki).post(
        f"/restrictions/{row.pk}/",
        {"reason": LIFTED, "consulted": [cast.sato.pk]},
        REMOTE_ADDR="203.0.113.5",
    )
    assert response.status_code == 409
    assert codes_in(html(response)) == {"unregistered_device"}  # type: ignore[arg-type]
    assert LIFTED in html(response)  # type: ignore[arg-type]
