"""選挙の登録: the list, the form with a second editor's text beside it, one election with its posts, the board."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import StaffMember
from policies.actions import operation
from policies.models import Election
from posts.actions import held
from posts.models import Post
from rules.calendar import day_of
from tests.policies.lists import list_election, make_lists
from tests.policies.test_screen_hours import main, page
from tests.support.cast import Cast, approved, make_account
from tests.support.restricting import place, suspend

As = Callable[[StaffMember], Client]
LIST, NEW = "/city/elections/", "/city/elections/new/"


@pytest.fixture
def today() -> date:
    return day_of(timezone.now())


@pytest.fixture
def current(cast: Cast, today: date) -> Election:
    return list_election(cast, name="市長選挙", announced_on=today - timedelta(days=2), now=timezone.now())


def form(today: date, **changes: str) -> dict[str, str]:
    sent = {
        "do": "save",
        "form_no": "0",
        "name": "市議会議員選挙",
        "district": "市内全域",
        "announced_on": today.isoformat(),
        "polling_on": (today + timedelta(days=7)).isoformat(),
        "candidates": "山田 太郎\r\n\r\n 川田 花子 \r\n山田 太郎",
        "parties": "みほん党",
    }
    return {**sent, **changes}


def edit(election: Election) -> str:
    return reverse("election_edit", args=[election.pk])


def detail(election: Election) -> str:
    return reverse("election_detail", args=[election.pk])


def scheduled(cast: Cast, account: Any, *, days: int, text: str = "催しのお知らせ", title: str = "") -> Post:
    now = timezone.now()
    due_at = (now + timedelta(days=days)).replace(second=0, microsecond=0)
    post = approved(cast, account, now=now, due_at=due_at, text=text)
    if title:
        Post.objects.filter(pk=post.pk).update(title=title)
    return post


def test_list_puts_elections_where_they_are_in_time(cast: Cast, as_: As) -> None:
    make_lists(cast, now=timezone.now())
    text = page(as_(cast.sato).get(LIST))
    places = [text.index(word) for word in ("期間中とこれから", "終わった選挙", "取り消した登録")]
    names = [
        text.index(name, places[0])
        for name in ("市長選挙", "市議会議員一般選挙", "知事選挙", "市議会議員補欠選挙")
    ]
    assert places[0] < names[0] < names[1] < places[1] < names[2] < places[2] < names[3]
    assert "取り消した理由: 無投票になったため" in text


@pytest.mark.clause("mima:4-4")
def test_list_says_that_an_election_is_on(cast: Cast, as_: As, current: Election) -> None:
    text = page(as_(cast.sato).get(LIST))
    assert "「市長選挙」の期間中です" in text
    assert "承認を省略できません" in text
    assert detail(current) in main(as_(cast.sato).get(LIST))


def test_list_offers_registering_to_those_who_may(cast: Cast, as_: As) -> None:
    assert "告示日が決まると、所属長・代決者・システム管理者が登録します。" in page(as_(cast.sato).get(LIST))
    assert NEW in main(as_(cast.kondo).get(LIST))


def test_election_is_registered(cast: Cast, as_: As, today: date) -> None:
    client = as_(cast.kondo)
    response = client.post(NEW, form(today))
    row = Election.objects.get()
    assert response["Location"] == detail(row)
    assert (row.name, row.candidates, row.parties) == (
        "市議会議員選挙",
        ["山田 太郎", "川田 花子"],
        ["みほん党"],
    )
    assert "「市議会議員選挙」を登録しました。" in page(client.get(detail(row)))


@pytest.mark.clause("mima:4-4")
@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"name": " "}, 409, "選挙の名前が書かれていません。"),
        ({"polling_on": "2020-01-01"}, 409, "投票日が、告示日より前です。"),
        ({"announced_on": ""}, 409, "告示日か投票日が書かれていません。"),
        ({"polling_on": "来月"}, 422, "日付を「2026-12-01」のように書いてください。"),
        ({"name": "あ" * 121}, 422, "120字までです。短くしてください。"),
        ({"candidates": "\n".join(f"候補{n}" for n in range(201))}, 422, "200件までです。"),
    ],
)
def test_election_that_is_refused_comes_back_filled(
    cast: Cast, as_: As, today: date, changes: dict[str, str], status: int, sentence: str
) -> None:
    response = as_(cast.kondo).post(NEW, form(today, **{"district": "第一区", **changes}))
    assert sentence in page(response, status)
    html = main(response)
    assert 'value="第一区"' in html
    assert "みほん党" in html
    assert status != 409 or "要領 第4条(4)" in page(response, status)
    assert not Election.objects.exists()


def test_election_registered_twice_is_said_in_the_filled_form(cast: Cast, as_: As, today: date) -> None:
    client = as_(cast.kondo)
    client.post(NEW, form(today))
    response = client.post(NEW, form(today, district="別の区"))
    assert "同じ名前と投票日の選挙が、もう登録されています。" in page(response, 409)
    assert 'value="別の区"' in main(response)


def test_form_is_for_those_who_keep_lists(cast: Cast, as_: As, today: date, current: Election) -> None:
    client = as_(cast.sato)
    for path in (NEW, edit(current)):
        assert "この画面で書けるのは、所属長・代決者・システム管理者です。" in page(client.get(path), 403)
    response = client.post(NEW, form(today))
    assert "行えるのは、所属長・代決者とシステム管理者だけです" in page(response, 403)
    assert "山田 太郎" in main(response)


def test_second_editor_sees_both_texts_and_saves_deliberately(
    cast: Cast, as_: As, today: date, current: Election
) -> None:
    opened = form(today, form_no="1", name="市長選挙", candidates="川田 花子")
    as_(cast.suzuki).post(edit(current), form(today, form_no="1", name="市長選挙", candidates="山田 一郎"))
    response = as_(cast.kondo).post(edit(current), opened)
    text = page(response, 409)
    assert "開いたあとで、ほかの人が直しました" in text
    assert "鈴木 洋子（観光交流課長）" in text
    assert "候補者: いま保存されている内容" in text
    assert "山田 一郎" in text
    assert "川田 花子" in text
    assert 'name="form_no" value="2"' in main(response)
    assert Election.objects.get().candidates == ["山田 一郎"]
    as_(cast.kondo).post(edit(current), {**opened, "form_no": "2"})
    assert Election.objects.get().candidates == ["川田 花子"]


def test_form_that_was_refused_keeps_its_number(cast: Cast, as_: As, today: date, current: Election) -> None:
    client = as_(cast.kondo)
    response = client.post(edit(current), form(today, form_no="1", name=""))
    assert 'name="form_no" value="1"' in main(response)
    client.post(edit(current), form(today, form_no="1"))
    response = client.post(edit(current), form(today, form_no="1", name=""))
    assert "開いたあとで、ほかの人が直しました" in page(response, 409), "old before all else"


def test_form_without_its_number_is_an_old_one(cast: Cast, as_: As, today: date, current: Election) -> None:
    for number in ("", "x", "99999999999"):
        assert as_(cast.kondo).post(edit(current), form(today, form_no=number)).status_code == 409


def test_registration_is_taken_back_with_a_reason(cast: Cast, as_: As, current: Election) -> None:
    client = as_(cast.suzuki)
    response = client.post(edit(current), {"do": "retire", "retire-reason": " "})
    assert "理由が書かれていません" in page(response, 409)
    assert "市長選挙" in main(response)
    client.post(edit(current), {"do": "retire", "retire-reason": "無投票"})
    assert Election.objects.get().retired_reason == "無投票"
    assert "この登録は取り消されています" in page(client.get(detail(current)))
    assert client.get(edit(current))["Location"] == detail(current)
    again = client.post(edit(current), {"do": "retire", "retire-reason": "もう一度"})
    assert "ほかの人が先に進めたのかもしれません" in page(again, 409)


@pytest.mark.clause("mima:4-4")
def test_election_lists_what_is_scheduled_in_its_period_or_names_somebody(
    cast: Cast, as_: As, current: Election
) -> None:
    account = make_account(cast)
    scheduled(cast, account, days=1, title="期間中の催し")
    scheduled(cast, account, days=20, title="期間の外の催し")
    scheduled(cast, account, days=20, title="名前入り", text="山田太郎さんの講演会")
    scheduled(cast, account, days=1, title="保留の催し")
    caught = Post.objects.get(title="保留の催し")
    row = suspend(cast, now=timezone.now(), where=place(cast, account))
    held.freeze(restriction=row, now=timezone.now())
    text = page(as_(cast.suzuki).get(detail(current)))
    assert "告示のときに見直す投稿（3件）" in text
    assert "期間の外の催し" not in text
    assert "名前が入っています: 山田 太郎" in text
    assert text.index("名前入り") < text.index("期間中の催し")
    assert caught.deliveries.get().state == "held"
    assert reverse("post_detail", args=[caught.pk]) in main(as_(cast.suzuki).get(detail(current)))


def test_election_counts_what_other_sections_have_to_look_at(cast: Cast, as_: As, current: Election) -> None:
    scheduled(cast, make_account(cast), days=1, title="観光の催し")
    text = page(as_(cast.mori).get(detail(current)))
    assert "見直す投稿はありません" in text
    assert "観光の催し" not in text
    assert "ほかの所属にも1件あります" in text


def test_election_that_is_on_says_so(cast: Cast, as_: As, today: date, current: Election) -> None:
    assert "いまは、この選挙の期間中です" in page(as_(cast.sato).get(detail(current)))
    coming = list_election(cast, name="次の選挙", announced_on=today + timedelta(days=1), now=timezone.now())
    text = page(as_(cast.sato).get(detail(coming)))
    assert "期間中です" not in text
    assert "これから" in text


@pytest.mark.clause("mima:4-4")
def test_board_is_marked_on_the_registers_page(cast: Cast, as_: As, current: Election) -> None:
    account = make_account(cast)
    entry, board = (reverse(name, args=[account.pk]) for name in ("account_detail", "account_board"))
    client = as_(cast.suzuki)
    assert "選挙管理委員会のものとする" in page(client.get(entry))
    account.refresh_from_db()
    client.post(board, {"board": "1", "form_no": str(account.form_no)})
    account.refresh_from_db()
    assert account.is_election_board
    assert "選挙管理委員会の公式アカウントにしました" in page(client.get(entry))
    assert account.name in page(client.get(detail(current)))
    client.post(board, {"board": "0", "form_no": str(account.form_no)})
    account.refresh_from_db()
    assert not account.is_election_board


def test_board_is_not_marked_by_others_or_on_an_old_page(cast: Cast, as_: As) -> None:
    account = make_account(cast)
    entry, board = (reverse(name, args=[account.pk]) for name in ("account_detail", "account_board"))
    old = str(account.form_no)
    assert "選挙管理委員会のものとする" not in page(as_(cast.sato).get(entry))
    assert "変えられませんでした" in page(as_(cast.sato).post(board, {"board": "1", "form_no": old}), 403)
    operation.suspend(account=account, reason="点検", by=cast.suzuki, now=timezone.now())
    response = as_(cast.suzuki).post(board, {"board": "1", "form_no": old}, follow=True)
    assert "もう一度選んでください" in page(response)
    account.refresh_from_db()
    assert not account.is_election_board
