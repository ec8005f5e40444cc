"""出す・直す・やめる for one held delivery: what is shown, what is offered to whom, and that nothing typed is lost."""

import html as entities
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import SocialAccount, StaffMember
from policies.actions import lists, restricting
from policies.city_facts import Place
from policies.models import Restriction
from posts.actions import drafting, held, review
from posts.actions.held import freeze
from posts.models import Delivery
from posts.views.held import UNCHANGED
from rules.states import Cause, Scope, Tick, Trigger
from tests.posts.acts import edit
from tests.posts.sent import reach
from tests.support import cast as people
from tests.support.cast import NOW, Cast, approved, content_for, drafted, let_draft, make_account, seen

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
MONDAY = NOW + timedelta(days=3)
SATURDAY = NOW + timedelta(days=1)
TEXT = "あかりの夕べを開催します。\n\n会場: うだつの町並み"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def stop(cast: Cast) -> Restriction:
    """Everything of the section is held."""
    row = restricting.suspend_posting(
        place=Place(Scope.SECTION, cast.tourism),
        cause=Cause.DISASTER,
        trigger=Trigger.OCCURRED,
        by=cast.sato,
        now=LATER,
    )
    freeze(restriction=row, now=LATER)
    return row


def resume(cast: Cast, row: Restriction) -> None:
    """Held until somebody decides by name."""
    restricting.lift(
        restriction=row, words="安全を確かめた。", consulted=[cast.sato.pk], by=cast.suzuki, now=LATER
    )
    freeze(restriction=row, now=LATER)


def stopped(cast: Cast, *accounts: SocialAccount, **content: object) -> Delivery:
    post = approved(cast, *accounts, **{"due_at": MONDAY, "text": TEXT, **content})
    stop(cast)
    return post.deliveries.order_by("pk").first()  # type: ignore[return-value]


def waiting_for_release(cast: Cast, *accounts: SocialAccount, **content: object) -> Delivery:
    delivery = stopped(cast, *accounts, **content)
    resume(cast, Restriction.objects.latest("pk"))
    return delivery


def sign_in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(response: HttpResponse) -> str:
    return entities.unescape(response.content.decode())


def page(person: StaffMember, delivery: Delivery, query: str = "") -> str:
    response = sign_in(person).get(f"/deliveries/{delivery.pk}/decide/{query}")
    assert response.status_code == 200
    return html(response)  # type: ignore[arg-type]


def press(
    person: StaffMember, delivery: Delivery, do: str, follow: bool = False, **typed: object
) -> HttpResponse:
    values = {"do": do, "reason": "", **typed}
    return sign_in(person).post(f"/deliveries/{delivery.pk}/decide/", values, follow=follow)  # type: ignore[return-value]


def offered(text: str) -> set[str]:
    return set(re.findall(r'name="do" value="(\w+)"', text))


def codes_in(text: str) -> set[str]:
    return set(re.findall(r'data-code="(\w+)"', text))


def state_of(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


# --- what is shown


@pytest.mark.clause("mima:8-1-再開")
def test_page_shows_the_exact_text_why_it_is_held_and_when_it_was_due(
    cast: Cast, account: SocialAccount
) -> None:
    delivery = stopped(cast, account)
    text = page(cast.suzuki, delivery)
    assert f'<p class="panel__body exact">{TEXT}</p>' in text
    assert "「美馬市観光（X）」は投稿停止（自然災害）の間です" in text
    assert 'href="/clauses/#mima:8-1-停止"' in text
    assert "令和8年11月23日(月) 10:00" in text
    assert "鈴木 洋子（観光交流課長）" in text


def test_page_offers_no_release_while_the_restriction_stands(cast: Cast, account: SocialAccount) -> None:
    delivery = stopped(cast, account)
    text = page(cast.suzuki, delivery)
    assert offered(text) == {"hand_back", "drop"}
    assert "いまは出せません。" in text
    response = press(cast.suzuki, delivery, "release", reason="急ぐため")
    assert response.status_code == 409
    assert "suspended_disaster" in codes_in(html(response))
    assert state_of(delivery) == "held"


def test_page_offers_all_three_after_the_resumption(cast: Cast, account: SocialAccount) -> None:
    delivery = waiting_for_release(cast, account)
    text = page(cast.suzuki, delivery)
    assert offered(text) == {"release", "hand_back", "drop"}
    assert "終わっても、自動では出ません。" in text
    assert "11月23日(月) 10:00</time> に出ます。" in text


@pytest.mark.parametrize("name", ["sato", "tanaka", "hayashi", "onishi"])
def test_page_says_who_decides_to_everybody_else(cast: Cast, account: SocialAccount, name: str) -> None:
    delivery = waiting_for_release(cast, account)
    text = page(getattr(cast, name), delivery)
    assert offered(text) == set()
    assert "決められるのは、担当の所属長と代決者です。<b>決められる人:</b> 鈴木 洋子（観光交流課長）" in text
    for do in ("release", "hand_back", "drop"):
        response = press(getattr(cast, name), delivery, do, reason="理由")
        assert response.status_code == 403
    assert state_of(delivery) == "held"


def test_page_is_kept_from_those_who_may_not_read_the_post(cast: Cast, account: SocialAccount) -> None:
    delivery = waiting_for_release(cast, account)
    for response in (
        sign_in(cast.mori).get(f"/deliveries/{delivery.pk}/decide/"),
        press(cast.mori, delivery, "drop", reason="理由"),
    ):
        assert response.status_code == 403
        assert delivery.post.title not in html(response)  # type: ignore[arg-type]


def test_page_is_reached_from_the_posts_page(cast: Cast, account: SocialAccount) -> None:
    delivery = waiting_for_release(cast, account)
    text = html(sign_in(cast.suzuki).get(f"/posts/{delivery.post_id}/"))  # type: ignore[arg-type]
    assert f'href="/deliveries/{delivery.pk}/decide/"' in text
    assert "解けると、自動で発信します" not in text
    assert "次に試すのは" not in text


# --- deciding


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.parametrize("name", ["suzuki", "fujimoto"])
def test_delivery_goes_at_its_time_when_it_is_released(cast: Cast, account: SocialAccount, name: str) -> None:
    delivery = waiting_for_release(cast, account)
    text = html(press(getattr(cast, name), delivery, "release", follow=True, reason="予定どおり開く"))
    assert "「美馬市観光（X）」に出すと決めました。" in text
    assert "保留した「美馬市観光（X）」への発信を出すと決めました" in text
    assert "「予定どおり開く」" in text
    assert state_of(delivery) == "waiting"
    assert delivery.next_try_at == MONDAY


def test_release_leads_back_to_the_restriction_one_came_from(cast: Cast, account: SocialAccount) -> None:
    delivery = waiting_for_release(cast, account)
    row = Restriction.objects.get()
    text = page(cast.suzuki, delivery, f"?from={row.pk}")
    assert f'name="from" value="{row.pk}"' in text
    response = press(cast.suzuki, delivery, "release", **{"from": row.pk})
    assert response["Location"] == f"/restrictions/{row.pk}/"
    for odd in ("987654", "x", "9" * 30, ""):
        assert 'name="from"' not in page(cast.fujimoto, delivery, f"?from={odd}")


def test_page_says_that_it_goes_at_once_when_its_time_has_passed(
    cast: Cast, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = waiting_for_release(cast, account)
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=2))
    text = page(cast.suzuki, delivery)
    assert "もう過ぎています。" in text
    assert "すぐに出ます。" in text


@pytest.mark.clause("mima:9-1")
def test_release_asks_for_the_tick_when_it_goes_out_of_hours(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    delivery = waiting_for_release(cast, account, due_at=SATURDAY)
    assert 'name="ticks"' not in page(cast.suzuki, delivery)
    settings.CITY_ALWAYS_OPEN = False
    text = page(cast.suzuki, delivery)
    assert re.findall(r'name="ticks" id="[^"]*" value="(\w+)"', text) == [Tick.OUT_OF_HOURS]
    response = press(cast.suzuki, delivery, "release", reason="土曜の催し")
    assert response.status_code == 409
    assert codes_in(html(response)) == {"out_of_hours"}
    assert "土曜の催し</textarea>" in html(response)
    assert press(cast.suzuki, delivery, "release", ticks=[Tick.OUT_OF_HOURS]).status_code == 302
    assert state_of(delivery) == "waiting"


@pytest.mark.clause("mima:9-1")
def test_page_does_not_speak_of_hours_when_it_would_go_in_hours_now(
    cast: Cast, account: SocialAccount, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = waiting_for_release(cast, account, due_at=SATURDAY)
    settings.CITY_ALWAYS_OPEN = False
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=4))  # Tuesday, after a holiday
    text = page(cast.suzuki, delivery)
    assert "勤務時間の外" not in text
    assert 'name="ticks"' not in text
    press(cast.suzuki, delivery, "release")
    assert state_of(delivery) == "waiting"


@pytest.mark.clause("mima:4-4")
def test_release_asks_for_the_tick_when_it_names_a_candidate(cast: Cast, account: SocialAccount) -> None:
    delivery = waiting_for_release(cast, account, text="穴吹一郎さんの講演会です。")
    lists.list_election(
        name="市長選挙",
        district="",
        announced_on=date(2026, 11, 15),
        polling_on=date(2026, 11, 29),
        candidates=["穴吹一郎"],
        parties=[],
        by=cast.suzuki,
        now=LATER,
    )
    text = page(cast.suzuki, delivery)
    assert re.findall(r'name="ticks" id="[^"]*" value="(\w+)"', text) == [Tick.ELECTION]
    assert codes_in(html(press(cast.suzuki, delivery, "release"))) == {"election_unconfirmed"}
    press(cast.suzuki, delivery, "release", ticks=[Tick.ELECTION])
    assert state_of(delivery) == "waiting"


@pytest.mark.clause("mima:8-1-再開")
def test_whole_post_goes_back_to_its_author_when_it_is_to_be_mended(
    cast: Cast, account: SocialAccount
) -> None:
    delivery = waiting_for_release(cast, account)
    text = html(press(cast.suzuki, delivery, "hand_back", follow=True, reason="日にちが変わりました。"))
    delivery.post.refresh_from_db()
    assert delivery.post.state == "drafting"
    assert "「あかりの夕べ」を直しに戻しました。" in text
    assert "第1版を直しに戻しました" in text
    assert "日にちが変わりました。" in text


def test_mending_is_refused_when_something_is_out_and_the_page_says_what_to_do_instead(
    cast: Cast, account: SocialAccount
) -> None:
    other = make_account(cast, "くらし", network="line", handle="k", url="https://line.example/k")
    post = approved(cast, account, other)
    reach(post, NOW, only=account.pk)
    resume(cast, stop(cast))
    delivery = post.deliveries.get(social_account=other)
    text = page(cast.suzuki, delivery)
    assert offered(text) == {"release", "drop"}
    assert "「残りを新しい投稿にする」を選んで直してください。" in text
    response = press(cast.suzuki, delivery, "hand_back", reason="直したい")
    assert response.status_code == 409
    assert "text_frozen" in codes_in(html(response))
    press(cast.suzuki, delivery, "drop", reason="もう要らない")
    assert state_of(delivery) == "dropped"


@pytest.mark.clause("mima:8-1-再開")
def test_delivery_never_goes_when_it_is_dropped(cast: Cast, account: SocialAccount) -> None:
    delivery = waiting_for_release(cast, account)
    text = html(press(cast.suzuki, delivery, "drop", follow=True, reason="催しが中止になりました。"))
    assert "「美馬市観光（X）」への発信をやめました。" in text
    assert "への発信をやめると決めました" in text
    assert state_of(delivery) == "dropped"


# --- nothing typed is lost


@pytest.mark.parametrize("do", ["hand_back", "drop"])
def test_form_comes_back_when_the_reason_is_missing(cast: Cast, account: SocialAccount, do: str) -> None:
    delivery = waiting_for_release(cast, account)
    response = press(cast.suzuki, delivery, do, reason=" ")
    text = html(response)
    assert response.status_code == 409
    assert codes_in(text) == {"reason_missing"}
    assert UNCHANGED in text
    assert re.search(rf'id="{do}_reason"[^>]*aria-invalid="true"', text)
    assert state_of(delivery) == "held"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"do": "publish"}, "どのボタンを押したのか分かりませんでした。"),
        ({"do": "drop", "reason": "あ" * 2001}, "理由は2,000字までです。"),
        ({"do": "drop", "reason": "a\0b"}, "画面に出ない文字"),
        ({"do": "release", "ticks": ["anything"]}, "一覧から選び直してください。"),
    ],
)
def test_form_comes_back_when_it_cannot_be_read(
    cast: Cast, account: SocialAccount, typed: dict[str, str], says: str
) -> None:
    delivery = waiting_for_release(cast, account)
    response = press(cast.suzuki, delivery, **typed)  # type: ignore[arg-type]
    assert response.status_code == 422
    assert says in html(response)
    assert state_of(delivery) == "held"


def test_press_is_refused_from_a_personal_device_in_the_filled_form(
    cast: Cast, account: SocialAccount
) -> None:
    delivery = waiting_for_release(cast, account)
    response = sign_in(cast.suzuki).post(
        f"/deliveries/{delivery.pk}/decide/", {"do": "release", "reason": "出す"}, REMOTE_ADDR="203.0.113.5"
    )
    assert response.status_code == 409
    assert codes_in(html(response)) == {"unregistered_device"}  # type: ignore[arg-type]
    assert '<blockquote class="sunk exact">出す</blockquote>' in html(response)  # type: ignore[arg-type]


@pytest.mark.parametrize("first", ["release", "drop", "hand_back"])
def test_page_says_who_was_first_and_keeps_what_was_typed(
    cast: Cast, account: SocialAccount, first: str
) -> None:
    delivery = waiting_for_release(cast, account)
    press(cast.fujimoto, delivery, first, reason="先に決めた")
    response = press(cast.suzuki, delivery, "drop", reason="わたしの理由")
    text = html(response)
    assert response.status_code == 409
    assert "wrong_state" in codes_in(text)
    assert "この発信は、もう保留していません" in text
    assert "藤本 剛（観光交流課 課長補佐）が" in text
    assert '<blockquote class="sunk exact">わたしの理由</blockquote>' in text
    assert offered(text) == set()


def test_page_says_who_was_first_when_it_is_opened_late(cast: Cast, account: SocialAccount) -> None:
    delivery = waiting_for_release(cast, account)
    held.drop(delivery=delivery, reason="中止", by=cast.fujimoto, now=LATER)
    text = page(cast.suzuki, delivery)
    assert "藤本 剛（観光交流課 課長補佐）が、保留した「美馬市観光（X）」への発信をやめると決めました" in text
    assert "いま止めているもの" not in text


def test_page_says_that_a_newer_version_has_taken_its_place(cast: Cast, account: SocialAccount) -> None:
    delivery = waiting_for_release(cast, account)
    post = delivery.post
    post.refresh_from_db()
    drafting.edit(
        post=post,
        title=post.title,
        content=content_for(account, text="書き直しました。"),
        declared=True,
        by=cast.sato,
        now=LATER,
        form_no=post.form_no,
    )
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=LATER)
    text = page(cast.suzuki, delivery)
    assert "佐藤 美咲（観光交流課 主事）が直し、第2版にしました" in text
    assert offered(text) == set()


@pytest.mark.clause("mima:5-本文")
def test_contributor_in_office_is_told_before_pressing_that_somebody_else_lets_it_go(
    cast: Cast, account: SocialAccount
) -> None:
    let_draft(account, cast.fujimoto)
    post = drafted(cast, account, due_at=MONDAY)
    edit(post, account, cast.fujimoto, due_at=MONDAY)
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    review.approve(post=post, seen_digest=seen(post), by=cast.suzuki, now=NOW)
    resume(cast, stop(cast))
    delivery = post.deliveries.get()
    text = page(cast.fujimoto, delivery)
    assert offered(text) == {"drop"}
    assert "手を入れた人は、出すと決められません。" in text
    assert codes_in(html(press(cast.fujimoto, delivery, "release"))) == {"approver_contributed"}
    assert "release" in offered(page(cast.suzuki, delivery))


def test_page_asks_few_questions(cast: Cast, account: SocialAccount) -> None:
    delivery, client = waiting_for_release(cast, account), sign_in(cast.suzuki)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/deliveries/{delivery.pk}/decide/")
    assert len(queries) <= 40
