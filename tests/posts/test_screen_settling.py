"""照合 on a post's page: who is asked, what the worker is said to do, and that nothing typed is lost."""

import html as entities
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import SocialAccount, StaffMember
from platforms.errors import OutcomeUnknown
from policies.actions import operation
from posts.actions import settling
from posts.actions.arming import hold_unconnected
from posts.models import Delivery
from posts.views.settling import GONE_ON, IS_LIVE, IS_NOT_LIVE, UNCHANGED
from tests.posts.sent import fail
from tests.support import cast as people
from tests.support.cast import NOW, Cast, approved, make_account

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
URL = "https://x.com/mima_kanko_demo/status/1"
LIVE = {"tries": 1, "verdict": "live", "url": URL, "reason": "ページで見た。"}
NOT_LIVE = {"tries": 1, "verdict": "not_live", "reason": "ページに見当たらない。"}


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
def delivery(cast: Cast, account: SocialAccount) -> Delivery:
    """Unknown since ten o'clock; it is five past now."""
    return in_doubt(cast, account)


def in_doubt(cast: Cast, *accounts: SocialAccount, **content: object) -> Delivery:
    post = approved(cast, *accounts, **content)
    fail(post, NOW, OutcomeUnknown("返事がありません"))
    return post.deliveries.order_by("pk").first()  # type: ignore[return-value]


def sign_in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(response: HttpResponse) -> str:
    return entities.unescape(response.content.decode())


def page_of(person: StaffMember, delivery: Delivery) -> str:
    return html(sign_in(person).get(f"/posts/{delivery.post_id}/"))  # type: ignore[arg-type]


def panel_of(page: str, delivery: Delivery) -> str:
    """The panel of that unknown; "" where there is none."""
    found = re.search(rf'<section[^>]*id="settle-{delivery.pk}".*?</form>\s*</div>\s*</section>', page, re.S)
    return found[0] if found else ""


def press(person: StaffMember, delivery: Delivery, typed: dict[str, object], **options: bool) -> HttpResponse:
    return sign_in(person).post(f"/deliveries/{delivery.pk}/settle/", typed, **options)  # type: ignore[return-value,arg-type]


def state_of(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


# --- who is asked, and what they are told


@pytest.mark.clause("mima:2-対象者")
def test_page_asks_those_who_may_settle_and_only_tells_the_others(cast: Cast, delivery: Delivery) -> None:
    for person in (cast.sato, cast.tanaka, cast.suzuki, cast.fujimoto):
        page = page_of(person, delivery)
        assert "照合を記録する" in panel_of(page, delivery)
        assert page.count('data-question="unknown"') == 1
        assert f'href="#settle-{delivery.pk}">照合する' in page
    for person in (cast.hayashi, cast.ito, cast.onishi):
        page = page_of(person, delivery)
        assert panel_of(page, delivery) == ""
        assert page.count('data-question="unknown"') == 1
        assert "照合する<" not in page


def test_panel_says_what_happened_and_shows_what_was_sent(cast: Cast, account: SocialAccount) -> None:
    delivery = in_doubt(cast, account, text="出した本文\nそのまま")
    panel = panel_of(page_of(cast.sato, delivery), delivery)
    assert f"「{account.name}」に届いたか、記録してください" in panel
    assert "返事がありません。" in panel
    assert '<p class="sunk exact">出した本文\nそのまま</p>' in panel
    assert f'href="{account.url}" rel="noreferrer"' in panel
    assert "同じ内容を手で投稿しないでください" in panel


def test_panel_says_until_when_the_worker_sends_it_again(cast: Cast, delivery: Delivery) -> None:
    panel = panel_of(page_of(cast.sato, delivery), delivery)
    assert "10:30</time> まで、同じ番号を付けて送り直して確かめます" in panel
    assert "二重には出ません" in panel


def test_panel_says_that_the_worker_only_asks_when_the_time_is_over(
    cast: Cast, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=1))
    page = page_of(cast.sato, delivery)
    assert "もう送り直しません。届いているかを、サービスに問い合わせています" in panel_of(page, delivery)
    assert "送り直して確かめます" not in page


@pytest.mark.parametrize("why", ["another connection", "no connection"])
def test_panel_says_that_only_a_person_can_tell_when_the_worker_cannot(
    cast: Cast, account: SocialAccount, delivery: Delivery, why: str
) -> None:
    if why == "another connection":
        SocialAccount.objects.filter(pk=account.pk).update(config={"base_url": "https://other.example"})
    else:
        lose_connection(delivery)
    page = page_of(cast.sato, delivery)
    assert "問い合わせることもできません。記録するまで、このままです。" in panel_of(page, delivery)
    assert "解けるのは: 照合する担当の職員" in page
    assert "次に確かめるのは" not in page
    assert "担当の職員が、サービスの画面を見て照合します。" in page_of(cast.hayashi, delivery)


def lose_connection(delivery: Delivery) -> None:
    from platforms.errors import NotConfigured

    hold_unconnected(delivery.pk, NotConfigured("接続が設定されていません"), now=LATER)


def test_panel_says_that_the_worker_waits_when_a_gate_holds_it(
    cast: Cast, account: SocialAccount, delivery: Delivery
) -> None:
    from tests.posts.test_screen_case import come_and_be_held

    operation.suspend(account=account, reason="点検", by=cast.suzuki, now=LATER)
    come_and_be_held(delivery.post)
    assert "いまは止めているものがあるので、送り直していません。" in page_of(cast.sato, delivery)


def test_panel_says_from_when_it_can_be_recorded_while_something_may_arrive(
    cast: Cast, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "記録できるのは" not in page_of(cast.sato, delivery)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=30))
    assert "記録できるのは" in page_of(cast.sato, delivery)
    refused = press(cast.sato, delivery, LIVE)
    assert refused.status_code == 409
    assert 'data-code="may_still_arrive"' in html(refused)


# --- recording


def test_post_is_published_with_its_address_when_it_is_recorded_as_live(
    cast: Cast, delivery: Delivery
) -> None:
    page = html(press(cast.tanaka, delivery, LIVE, follow=True))
    assert IS_LIVE in page
    assert state_of(delivery) == "accepted"
    assert f'<a href="{URL}" rel="noreferrer">投稿を見る' in page
    told = (
        f"田中 健一（観光交流課 主任）が照合し、「{delivery.social_account.name}」に届いていると記録しました"
    )
    assert told in page
    assert "「ページで見た。」" in page
    assert panel_of(page, delivery) == ""


def test_post_offers_its_rest_when_it_is_recorded_as_not_live(cast: Cast, delivery: Delivery) -> None:
    page = html(press(cast.sato, delivery, NOT_LIVE, follow=True))
    assert IS_NOT_LIVE in page
    assert state_of(delivery) == "expired"
    assert f"「{delivery.social_account.name}」には、届いていません" in page
    assert f'action="/posts/{delivery.post_id}/rest/"' in page
    assert "時刻を過ぎたので発信しませんでした" not in page


def test_unknowns_of_one_post_are_settled_one_by_one(cast: Cast, account: SocialAccount) -> None:
    other = make_account(cast, "くらし", network="line", handle="k", url="https://line.example/k")
    first = in_doubt(cast, account, other)
    second = first.post.deliveries.exclude(pk=first.pk).get()
    page = html(press(cast.sato, first, {**LIVE, "url": ""}))
    assert "URLが書かれていません" in panel_of(page, first)
    assert "ページで見た。" in panel_of(page, first)
    assert "ページで見た。" not in panel_of(page, second)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    press(cast.sato, first, LIVE)
    assert (state_of(first), state_of(second)) == ("accepted", "unknown")


# --- nothing typed is lost


@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ({**LIVE, "url": "", "reason": ""}, 409, ["address_missing", "saw_missing"]),
        ({**LIVE, "url": "javascript:alert(1)"}, 409, ["address_unreadable"]),
        ({**NOT_LIVE, "reason": " "}, 409, ["saw_missing"]),
        ({"tries": 1, "url": URL, "reason": "見た。"}, 422, ["届いているか、いないかを選んでください。"]),
        ({**LIVE, "verdict": "maybe"}, 422, ["届いているか、いないかを選んでください。"]),
        ({**LIVE, "url": "https://x.com/" + "a" * 500}, 422, ["URLは500字までです。"]),
        ({**LIVE, "reason": "あ" * 2001}, 422, ["確かめたことは2,000字までです。"]),
        ({**LIVE, "reason": "a\0b"}, 422, ["画面に出ない文字"]),
        ({**LIVE, "tries": ""}, 422, ["画面が古くなりました。開き直してください。"]),
        ({**LIVE, "tries": "x"}, 422, ["画面が古くなりました。開き直してください。"]),
    ],
)
def test_form_comes_back_filled_with_what_is_missing_when_refused(
    cast: Cast, delivery: Delivery, typed: dict[str, object], status: int, says: list[str]
) -> None:
    response = press(cast.sato, delivery, typed)
    panel = panel_of(html(response), delivery)
    assert response.status_code == status
    for each in says:
        assert (f'data-code="{each}"' if each.isascii() else each) in panel
    assert (UNCHANGED in panel) == (status == 409)
    if typed.get("url"):
        assert f'value="{typed["url"]}"' in panel
    if typed.get("verdict") == "not_live":
        assert re.search(r'value="not_live"[^>]* checked', panel)
    assert state_of(delivery) == "unknown"
    assert 'name="tries" value="1"' in panel


def test_form_comes_back_with_a_warning_when_the_worker_has_tried_again(
    cast: Cast, delivery: Delivery
) -> None:
    response = press(cast.sato, delivery, {**LIVE, "tries": 0})
    page = html(response)
    assert response.status_code == 409
    assert GONE_ON in page
    assert f'value="{URL}"' in panel_of(page, delivery)
    assert 'name="tries" value="1"' in panel_of(page, delivery)
    assert state_of(delivery) == "unknown"


def test_press_is_answered_on_a_page_of_its_own_when_it_is_settled_already(
    cast: Cast, delivery: Delivery
) -> None:
    settling.settle_not_live(delivery=delivery, reason="ない。", by=cast.tanaka, now=LATER)
    response = press(cast.sato, delivery, LIVE)
    assert response.status_code == 409
    assert 'data-code="wrong_state"' in html(response)
    assert state_of(delivery) == "expired"


@pytest.mark.parametrize(("name", "says"), [("hayashi", "not_staff"), ("ito", "not_in_scope")])
def test_press_is_forbidden_when_one_only_sees_the_post(
    cast: Cast, delivery: Delivery, name: str, says: str
) -> None:
    response = press(getattr(cast, name), delivery, LIVE)
    assert response.status_code == 403
    assert f'data-code="{says}"' in html(response)
    assert state_of(delivery) == "unknown"


def test_press_tells_nothing_of_the_post_when_one_may_not_see_it(cast: Cast, delivery: Delivery) -> None:
    response = press(cast.mori, delivery, LIVE)
    assert response.status_code == 403
    assert delivery.post.title not in html(response)
    assert state_of(delivery) == "unknown"


def test_page_asks_few_queries_more_for_what_is_unknown(
    cast: Cast, account: SocialAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    other = make_account(cast, "くらし", network="line", handle="k", url="https://line.example/k")
    delivery, client = in_doubt(cast, account, other), sign_in(cast.sato)
    with django_assert_max_num_queries(40):
        client.get(f"/posts/{delivery.post_id}/")
