"""What other pages say about a post that people bring out by hand."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import StaffMember
from posts.actions import sending
from posts.actions.by_hand import take
from posts.actions.settling import settle_not_live
from posts.models import Delivery
from tests.support.cast import Cast, approved, make_account, make_cast
from tests.support.restricting import suspend

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def page(person: StaffMember, name: str, *args: object, status: int = 200) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return str(answer.content.decode())


def taken(cast: Cast, *, ago: timedelta = timedelta()) -> Delivery:
    now = timezone.now() - ago
    account = make_account(cast, connection="manual", now=now)
    delivery = approved(cast, account, now=now).deliveries.get()
    sending.send(delivery.pk, clock=lambda: now)
    return take(delivery=delivery, by=cast.sato, now=now)


def test_post_that_nobody_reported_asks_to_be_settled_in_words_of_its_own(cast: Cast) -> None:
    delivery = taken(cast, ago=timedelta(hours=1))
    sending.settle_stuck(now=timezone.now())
    text = page(cast.tanaka, "post_detail", delivery.post_id)
    assert sending.NOT_REPORTED.rstrip("。") in text
    assert "手作業で出す公式アカウントなので、発信の仕組みには確かめられません" in text
    assert "返事を待っています" not in text


def test_restriction_names_whoever_has_taken_a_post_so_that_they_can_be_called(cast: Cast) -> None:
    taken(cast, ago=timedelta(minutes=5))
    row = suspend(cast, now=timezone.now())
    text = page(cast.suzuki, "restriction_detail", row.pk)
    assert "佐藤 美咲（観光交流課 主事）さん" in text
    assert "すぐに声をかけて" in text


def test_post_leads_to_where_it_is_brought_out_and_says_what_happened(cast: Cast) -> None:
    delivery = taken(cast)
    text = page(cast.tanaka, "post_detail", delivery.post_id)
    assert reverse("hand_case", args=[delivery.pk]) in text
    assert "手作業で出すことを引き受けました" in text


def test_list_is_empty_for_whoever_has_nothing_to_do_with_it(cast: Cast) -> None:
    taken(cast)
    assert "いま、手作業で出すものはありません" in page(cast.mori, "hand_list")
    assert "あなたが引き受けています" in page(cast.sato, "hand_list")


def test_account_that_the_program_sends_to_has_no_such_page(cast: Cast) -> None:
    delivery = approved(cast, make_account(cast), now=timezone.now()).deliveries.get()
    page(cast.sato, "hand_case", delivery.pk, status=404)


def test_typed_address_and_reason_come_back_when_they_cannot_be_read(cast: Cast) -> None:
    delivery, client = taken(cast), Client()
    client.force_login(cast.sato)
    long = "https://x.com/" + "a" * 500
    answer = client.post(reverse("hand_report", args=[delivery.pk]), {"url": long})
    assert answer.status_code == 422
    assert "URLは500字までです。" in answer.content.decode()
    assert long in answer.content.decode()
    answer = client.post(reverse("hand_put_back", args=[delivery.pk]), {"reason": "\0"})
    assert answer.status_code == 422
    assert Delivery.objects.get().state == "armed"


def test_address_of_a_report_that_comes_too_late_is_settled_with(cast: Cast) -> None:
    delivery = taken(cast, ago=timedelta(minutes=40))
    sending.settle_stuck(now=timezone.now())
    client = Client()
    client.force_login(cast.sato, backend="django.contrib.auth.backends.ModelBackend")
    url = "https://x.com/mima_kanko_demo/status/1"
    response = client.post(reverse("hand_report", args=[delivery.pk]), {"url": url})
    shown = response.content.decode()
    assert response.status_code == 409
    assert "貼ったURLは残っています" in shown
    assert f'value="{url}"' in shown
    assert f'id="settle-{delivery.pk}"' in shown


def ended(cast: Cast) -> Delivery:
    delivery = taken(cast, ago=timedelta(hours=3))
    sending.settle_stuck(now=timezone.now())
    settle_not_live(delivery=delivery, reason="見当たらない。", by=cast.tanaka, now=timezone.now())
    return delivery


def test_whoever_settles_is_told_whom_to_ask_first(cast: Cast) -> None:
    delivery = taken(cast, ago=timedelta(hours=1))
    sending.settle_stuck(now=timezone.now())
    text = page(cast.tanaka, "post_detail", delivery.post_id)
    assert "引き受けた人に聞いてください" in text
    assert "佐藤 美咲（観光交流課）" in text


def test_late_word_is_offered_kept_when_refused_and_taken(cast: Cast) -> None:
    delivery = ended(cast)
    address = reverse("delivery_after_all", args=[delivery.pk])
    assert address in page(cast.tanaka, "post_detail", delivery.post_id)
    assert "引き受けた人に聞いてください" in page(cast.tanaka, "delivery_after_all", delivery.pk)
    client = Client()
    client.force_login(cast.tanaka)
    refused = client.post(address, {"url": "", "reason": "佐藤が出していた。"})
    assert refused.status_code == 409
    assert 'data-code="address_missing"' in refused.content.decode()
    assert "佐藤が出していた。" in refused.content.decode()
    too_long = client.post(address, {"url": "https://x.com/" + "a" * 500, "reason": ""})
    assert too_long.status_code == 422
    seen = {"url": "https://x.com/mima_kanko_demo/status/1", "reason": "佐藤が出していた。"}
    assert client.post(address, seen).status_code == 302
    delivery.refresh_from_db()
    assert delivery.state == "accepted"
    after = page(cast.tanaka, "post_detail", delivery.post_id)
    assert address not in after
    assert "やはり届いていたと記録しました" in after
    assert client.post(address, seen).status_code == 409


def test_late_word_is_not_offered_to_people_who_do_not_see_the_account(cast: Cast) -> None:
    delivery = ended(cast)
    text = page(cast.mori, "post_detail", delivery.post_id, status=403)
    assert "やはり届いていた" not in text
