"""勤務時間と休みの日: what the page says, its three presses, and what comes back refused with nothing typed lost."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import StaffMember
from policies import city_lists
from policies.models import CalendarDay, StandingConfirmation
from rules.calendar import day_of, fiscal_year_end
from tests.policies.lists import give_standing
from tests.support.cast import Cast, make_account

As = Callable[[StaffMember], Client]
HOURS = "/city/"


@pytest.fixture
def today() -> date:
    return day_of(timezone.now())


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return re.sub(r"<[^>]*>", " ", main(response))


def main(response: Any) -> str:
    return str(response.content.decode()).split("<main", 1)[1].split("</main>")[0]


def standing_form(cast: Cast, today: date, **changes: str) -> dict[str, str]:
    sent = {
        "do": "give",
        "standing-section": str(cast.tourism.pk),
        "standing-from_on": today.isoformat(),
        "standing-until_on": fiscal_year_end(today).isoformat(),
        "standing-words": "県の発表のとおり",
    }
    return {**sent, **changes}


def day_form(day: date, **changes: str) -> dict[str, str]:
    sent = {"do": "day", "day-day": day.isoformat(), "day-kind": "closed", "day-reason": "市制記念日"}
    return {**sent, **changes}


def test_page_is_where_the_menu_leads(cast: Cast, as_: As) -> None:
    assert reverse("hours") == HOURS
    assert f'href="{HOURS}" aria-current="page"' in as_(cast.sato).get(HOURS).content.decode()


@pytest.mark.clause("mima:9-1")
def test_page_says_which_hours_hold_for_each_account(cast: Cast, as_: As) -> None:
    make_account(cast)
    make_account(cast, "市の味（note）", network="note", url="https://note.com/aji", opened=False)
    text = page(as_(cast.sato).get(HOURS))
    assert "運用方針の「エ 運用方法」" in text
    assert "市の勤務時間（運用方針に時間がありません）" in text
    assert text.count("8:30〜17:15") == 2


def test_page_says_when_the_city_is_always_there(cast: Cast, as_: As, settings: Settings) -> None:
    assert "いまは、いつでも勤務時間です" in page(as_(cast.sato).get(HOURS))
    settings.CITY_ALWAYS_OPEN = False
    assert "いまは、いつでも勤務時間です" not in page(as_(cast.sato).get(HOURS))


def test_page_shows_sixty_days(cast: Cast, as_: As, today: date) -> None:
    html = main(as_(cast.sato).get(HOURS))
    cells = re.findall(r"<td[^>]*>(\d+)<small>", html)
    assert [int(cell) for cell in cells] == [(today + timedelta(days=n)).day for n in range(60)]
    assert html.count('aria-current="date"') == 1


@pytest.mark.clause("mima:9-1")
def test_page_warns_of_days_beyond_the_known_holidays(
    cast: Cast, as_: As, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "祝日がまだ分からない日があります" not in page(as_(cast.sato).get(HOURS))
    monkeypatch.setattr(city_lists, "KNOWN_UNTIL", today + timedelta(days=10))
    text = page(as_(cast.sato).get(HOURS))
    assert "祝日がまだ分からない日があります" in text
    assert "平日でも所属長の確認が要ります" in text


def test_day_is_set_and_stands_in_the_list(cast: Cast, as_: As, today: date) -> None:
    client, day = as_(cast.suzuki), today + timedelta(days=7)
    assert client.post(HOURS, day_form(day))["Location"] == HOURS
    row = CalendarDay.objects.get()
    assert (row.day, row.kind, row.reason, row.set_by) == (day, "closed", "市制記念日", cast.suzuki)
    text = page(client.get(HOURS))
    assert f"{day.month}月{day.day}日を休みにしました。" in text
    assert "市が決めた日（鈴木 洋子" in text


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"day-day": ""}, 422, "「日」を入力してください。"),
        ({"day-day": "2026-13-40"}, 422, "日付を「2026-12-01」のように書いてください。"),
        ({"day-kind": "x"}, 422, "「扱い」を選んでください。"),
        ({"day-reason": "あ" * 201}, 422, "200字までです。短くしてください。"),
        ({"day-reason": " "}, 409, "理由が書かれていません"),
    ],
)
def test_day_that_cannot_be_set_comes_back_filled(
    cast: Cast, as_: As, today: date, changes: dict[str, str], status: int, sentence: str
) -> None:
    sent = day_form(today, **{"day-kind": "open", **changes})
    response = as_(cast.suzuki).post(HOURS, sent)
    assert sentence in page(response, status)
    html = main(response)
    assert f'value="{sent["day-day"]}"' in html or not sent["day-day"]
    assert 'value="open"' in html
    assert sent["day-reason"].strip() in html
    assert not CalendarDay.objects.exists()


@pytest.mark.clause("mima:9-1")
def test_standing_confirmation_is_given_and_taken_back_by_the_chief(cast: Cast, as_: As, today: date) -> None:
    client = as_(cast.suzuki)
    client.post(HOURS, standing_form(cast, today))
    row = StandingConfirmation.objects.get()
    assert (row.section, row.from_on, row.words, row.given_by) == (
        cast.tourism,
        today,
        "県の発表のとおり",
        cast.suzuki,
    )
    text = page(client.get(HOURS))
    assert "いまあるもの（1件）" in text
    assert "取り消す : 観光交流課" in text
    client.post(HOURS, {"do": "end", "standing": str(row.pk)})
    row.refresh_from_db()
    assert row.ended_by == cast.suzuki
    assert "鈴木 洋子（観光交流課長）が取り消しました" in page(client.get(HOURS))


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize(
    ("days", "sentence"),
    [(366, "包括確認は、始まる年度の3月31日までです。"), (-1, "始まりより前か、もう過ぎた日です。")],
)
def test_standing_confirmation_that_is_refused_comes_back_with_its_clause(
    cast: Cast, as_: As, today: date, days: int, sentence: str
) -> None:
    until_on = (today + timedelta(days=days)).isoformat()
    response = as_(cast.suzuki).post(HOURS, standing_form(cast, today, **{"standing-until_on": until_on}))
    text = page(response, 409)
    assert sentence in text
    assert "包括確認を出せませんでした" in text
    assert "要領 第9条(1)" in text
    assert f'value="{until_on}"' in main(response)
    assert "県の発表のとおり" in main(response)
    assert not StandingConfirmation.objects.exists()


def test_standing_confirmation_without_its_end_is_refused_by_the_rule(
    cast: Cast, as_: As, today: date
) -> None:
    response = as_(cast.suzuki).post(HOURS, standing_form(cast, today, **{"standing-until_on": ""}))
    assert "終わりの日が書かれていません" in page(response, 409)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"standing-from_on": ""}, "「始まりの日」を入力してください。"),
        ({"standing-section": "987654"}, "所属を選んでください。"),
        ({"standing-until_on": "いつまでも"}, "日付を「2026-12-01」のように書いてください。"),
    ],
)
def test_standing_confirmation_that_cannot_be_read_comes_back_filled(
    cast: Cast, as_: As, today: date, changes: dict[str, str], sentence: str
) -> None:
    response = as_(cast.suzuki).post(HOURS, standing_form(cast, today, **changes))
    assert sentence in page(response, 422)
    assert "県の発表のとおり" in main(response)


@pytest.mark.clause("mima:9-1")
def test_deputy_sees_the_confirmation_and_cannot_touch_it(cast: Cast, as_: As, today: date) -> None:
    row = give_standing(cast, now=timezone.now())
    client = as_(cast.fujimoto)
    text = page(client.get(HOURS))
    assert "取り消せるのは所属長です" in text
    assert "代決者は出せません" in text
    for sent in (standing_form(cast, today), {"do": "end", "standing": str(row.pk)}):
        assert "所属長本人だけです" in page(client.post(HOURS, sent), 403)
    assert StandingConfirmation.objects.get().ended_at is None


def test_staff_see_the_days_and_cannot_set_them(cast: Cast, as_: As, today: date) -> None:
    client = as_(cast.sato)
    text = page(client.get(HOURS))
    assert "直せるのは、所属長・代決者・システム管理者です。" in text
    assert "行えるのは、所属長・代決者とシステム管理者だけです" in page(
        client.post(HOURS, day_form(today)), 403
    )
    assert not CalendarDay.objects.exists()


def test_confirmation_taken_back_by_another_a_moment_ago_is_said(cast: Cast, as_: As) -> None:
    row = give_standing(cast, now=timezone.now())
    client = as_(cast.suzuki)
    for status in (302, 409):
        response = client.post(HOURS, {"do": "end", "standing": str(row.pk)})
        assert response.status_code == status
    assert "ほかの人が先に進めたのかもしれません" in page(response, 409)


@pytest.mark.parametrize("pk", ["", "x", "987654", "9" * 30, "１"])
def test_confirmation_that_is_not_there_is_not_found(cast: Cast, as_: As, pk: str) -> None:
    assert as_(cast.suzuki).post(HOURS, {"do": "end", "standing": pk}).status_code == 404


def test_press_without_a_button_changes_nothing(cast: Cast, as_: As) -> None:
    assert "勤務時間と休みの日" in page(as_(cast.suzuki).post(HOURS, {"do": "all"}))


@pytest.mark.clause("mima:9-2")
def test_confirmation_from_outside_the_city_is_refused(cast: Cast, as_: As, today: date) -> None:
    response = as_(cast.suzuki).post(HOURS, standing_form(cast, today), REMOTE_ADDR="203.0.113.5")
    assert "要領 第9条(2)" in page(response, 409)
    assert "県の発表のとおり" in main(response)
