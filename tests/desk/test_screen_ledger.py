"""認証情報の台帳 on screens: who sees it, what is owed, recording a change, two people at once, idle accounts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.actions import ledger, people
from accounts.actions.ledger import Change
from accounts.models import LedgerEntry, SocialAccount, StaffMember
from policies.actions import operation
from rules.calendar import day_of
from rules.states import Role
from tests.posts.sent import reach
from tests.support.browser import BACKEND
from tests.support.cast import Cast, approved, make_account, make_cast

pytestmark = [pytest.mark.django_db, pytest.mark.clause("mima:3-3-認証", "mima:3-3-不正アクセス")]
As = Callable[[StaffMember], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, settings: Settings, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)
    settings.CITY_MAIL_DOMAINS = ["city.mima.example"]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


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


def good(cast: Cast, now: datetime, **other: Any) -> Change:
    values = {"two_factor": True, "recovery": "koho@city.mima.example", "note": "金庫の封筒", **other}
    return Change(values.pop("holder", cast.sato), values.pop("changed_on", day_of(now)), **values)


def typed(cast: Cast, **other: Any) -> dict[str, Any]:
    sent_ = {
        "do": "record",
        "holder": cast.sato.pk,
        "changed_on": "2026-11-19",
        "two_factor": "on",
        "recovery": "koho@city.mima.example",
        "note": "",
        "form_no": "0",
    }
    return {**sent_, **other}


def line(account: SocialAccount) -> str:
    return reverse("ledger_entry", args=[account.pk])


def test_list_shows_every_account_with_all_that_is_recorded_of_it(
    cast: Cast, account: SocialAccount, as_: As, now: datetime
) -> None:
    make_account(cast, "移住（X）", handle="@iju", url="https://x.com/iju", opened=False)
    ledger.record(account=account, change=good(cast, now), by=cast.suzuki, now=now)
    html = page(as_(cast.suzuki).get(reverse("ledger")))
    for words in (
        "佐藤 美咲（観光交流課 主事）",
        "令和8年11月20日",
        "令和9年11月20日",
        "使っている",
        "koho@city.mima.example",
        "移住（X）",
        "まだ記録がありません",
        "パスワードそのものは載せません",
    ):
        assert words in html


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("suzuki", 200),
        ("fujimoto", 200),
        ("kondo", 200),
        ("sato", 403),
        ("onishi", 403),
        ("hayashi", 403),
    ],
)
def test_ledger_is_for_approvers_and_system_admins_others_are_told_whom_to_ask(
    cast: Cast, account: SocialAccount, as_: As, who: str, status: int
) -> None:
    for url in (reverse("ledger"), line(account)):
        html = page(as_(getattr(cast, who)).get(url), status)
        assert ("担当の所属長かシステム管理者に聞いてください" in html) == (status == 403)


def test_chief_of_another_section_sees_only_their_own(
    cast: Cast, account: SocialAccount, as_: As, now: datetime
) -> None:
    ledger.record(account=account, change=good(cast, now), by=cast.suzuki, now=now)
    html = page(as_(cast.mori).get(reverse("ledger")))
    assert "koho@city.mima.example" not in html
    page(as_(cast.mori).get(line(account)), 403)
    page(as_(cast.mori).post(line(account), typed(cast, form_no="1")), 403)
    assert LedgerEntry.objects.get().recorded_by == cast.suzuki


def test_auditor_reads_and_has_nothing_to_press(
    cast: Cast, account: SocialAccount, as_: As, now: datetime
) -> None:
    make_auditor(cast.onishi)
    ledger.record(account=account, change=good(cast, now), by=cast.suzuki, now=now)
    html = page(as_(cast.onishi).get(line(account)))
    assert "koho@city.mima.example" in html
    assert "台帳に記録する" not in html
    page(as_(cast.onishi).post(line(account), typed(cast, form_no="1")), 403)


def make_auditor(staff: StaffMember) -> None:
    staff.role_assignments.create(role=Role.AUDITOR, from_on="2024-04-01")


def test_filter_leaves_what_is_owed(cast: Cast, account: SocialAccount, as_: As, now: datetime) -> None:
    make_account(cast, "移住（X）", handle="@iju", url="https://x.com/iju", opened=False)
    ledger.record(account=account, change=good(cast, now), by=cast.suzuki, now=now)
    html = page(as_(cast.suzuki).get(reverse("ledger") + "?only=owed"))
    assert line(account) not in html
    assert "移住（X）" in html
    assert "すべて（2）" in html
    assert "手当てが必要（1）" in html


def test_missing_setting_of_the_citys_domains_is_said(
    cast: Cast, account: SocialAccount, as_: As, settings: Settings
) -> None:
    assert "CITY_MAIL_DOMAINS" not in page(as_(cast.suzuki).get(reverse("ledger")))
    settings.CITY_MAIL_DOMAINS = []
    assert "CITY_MAIL_DOMAINS" in page(as_(cast.suzuki).get(reverse("ledger")))
    response = as_(cast.suzuki).post(line(account), typed(cast, recovery="koho@example.com"))
    assert response.status_code == 302


def test_change_is_recorded_and_stands_in_the_history(
    cast: Cast, account: SocialAccount, as_: As, now: datetime
) -> None:
    client = as_(cast.suzuki)
    assert client.post(line(account), typed(cast)).status_code == 302
    entry = LedgerEntry.objects.get()
    assert (entry.holder, entry.two_factor, entry.form_no) == (cast.sato, True, 1)
    html = page(client.get(line(account)))
    assert "認証情報の台帳に書く" in html
    assert "鈴木 洋子" in html


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        ({"changed_on": "きのう"}, 422, "日付を"),
        ({"recovery": "abc"}, 422, "メールアドレスを確かめてください"),
        ({"holder": "999999"}, 422, "選び直してください"),
        ({"holder": "x' OR 1=1"}, 422, "選び直してください"),
        ({"note": "あ" * 201}, 422, "200字まで"),
        ({"form_no": "abc"}, 422, ""),
        ({"holder": ""}, 409, "市の職員を選んでください"),
        ({"changed_on": ""}, 409, "実際に変えた日"),
        ({"changed_on": "2026-11-21"}, 409, "まだ来ていない日"),
        ({"recovery": "sato@gmail.example"}, 409, "市のアドレスに変えて"),
    ],
)
def test_bad_input_comes_back_as_it_was_typed(
    cast: Cast, account: SocialAccount, as_: As, wrong: dict[str, str], status: int, says: str
) -> None:
    sent_ = typed(cast, **{"note": "金庫の封筒", **wrong})
    html = page(as_(cast.suzuki).post(line(account), sent_), status)
    assert says in html
    assert str(sent_["note"]) in html
    assert not LedgerEntry.objects.exists()


def test_second_of_two_people_sees_what_the_first_recorded_and_loses_nothing(
    cast: Cast, account: SocialAccount, as_: As, now: datetime
) -> None:
    """Both opened the page when nothing was recorded yet."""
    first = good(cast, now, holder=cast.tanaka, recovery="kanko@city.mima.example")
    ledger.record(account=account, change=first, by=cast.kondo, now=now)
    client = as_(cast.suzuki)
    html = page(client.post(line(account), typed(cast, note="わたしの備考")), 409)
    for words in ("ほかの人が先に記録しました", "近藤 翔", "kanko@city.mima.example", "わたしの備考"):
        assert words in html
    assert 'name="form_no" value="1"' in html
    assert LedgerEntry.objects.get().holder == cast.tanaka
    assert client.post(line(account), typed(cast, note="わたしの備考", form_no="1")).status_code == 302
    assert LedgerEntry.objects.get().holder == cast.sato


def test_change_is_asked_for_with_a_reason(cast: Cast, account: SocialAccount, as_: As) -> None:
    client = as_(cast.kondo)
    page(client.post(line(account), {"do": "ask", "reason": " "}), 409)
    html = page(client.post(line(account), {"do": "ask", "reason": "あ" * 201}), 422)
    assert "あ" * 201 in html
    assert client.post(line(account), {"do": "ask", "reason": "漏れたかもしれない"}).status_code == 302
    assert LedgerEntry.objects.get().rotate_reason == "漏れたかもしれない"
    html = page(client.get(line(account)))
    assert "漏れたかもしれない" in html
    assert "すぐに" in html


def test_account_without_a_post_for_long_is_told_to_be_closed(
    cast: Cast, account: SocialAccount, as_: As, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = "90日以上、発信がありません"
    reach(approved(cast, account, now=now), now)
    for days, idle in ((0, False), (89, False), (91, True)):
        at = now + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        client = as_(cast.suzuki)
        assert (says in page(client.get(reverse("ledger")))) == idle
        assert (says in page(client.get(line(account)))) == idle
    assert reverse("account_detail", args=[account.pk]) in page(client.get(reverse("ledger")))


def test_account_never_posted_to_is_idle_since_it_was_opened(
    cast: Cast, account: SocialAccount, as_: As, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=80))
    assert "90日以上、発信がありません" in page(as_(cast.suzuki).get(reverse("ledger")))


def test_closed_account_is_gone_from_the_ledger(
    cast: Cast, account: SocialAccount, as_: As, now: datetime
) -> None:
    operation.close(account=account, reason="使わないため", by=cast.suzuki, now=now)
    assert line(account) not in page(as_(cast.suzuki).get(reverse("ledger")))
    page(as_(cast.suzuki).get(line(account)), 404)


@pytest.mark.parametrize("person", ["suzuki", "fujimoto", "kondo"])
def test_home_shows_who_answers_for_it_a_change_that_is_owed_and_then_no_more(
    cast: Cast, account: SocialAccount, as_: As, now: datetime, person: str
) -> None:
    client = as_(getattr(cast, person))
    assert line(account) not in page(client.get("/"))
    ledger.ask_rotation(account=account, reason="担当者が替わった", by=cast.kondo, now=now)
    html = page(client.get("/"))
    assert line(account) in html
    assert "担当者が替わった" in html
    assert line(account) not in page(as_(cast.sato).get("/"))
    assert line(account) not in page(as_(cast.mori).get("/"))
    ledger.record(account=account, change=good(cast, now), by=cast.suzuki, now=now)
    assert line(account) not in page(client.get("/"))


def test_home_shows_a_change_when_the_holder_has_left(
    cast: Cast, account: SocialAccount, as_: As, now: datetime
) -> None:
    ledger.record(account=account, change=good(cast, now), by=cast.suzuki, now=now)
    people.leave(staff=cast.sato, by=cast.kondo, now=now)
    html = page(as_(cast.suzuki).get("/"))
    assert line(account) in html
    assert "担当の所属にいません" in html


def test_list_asks_the_database_as_often_for_many_accounts(
    cast: Cast,
    account: SocialAccount,
    as_: As,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(6):
        handle = f"kanko{number}"
        url = f"https://x.com/{handle}"
        other = make_account(cast, f"観光{number}", handle=f"@{handle}", url=url, opened=False)
        ledger.record(account=other, change=good(cast, now), by=cast.suzuki, now=now)
    client = as_(cast.suzuki)
    with django_assert_max_num_queries(16):
        client.get(reverse("ledger"))
