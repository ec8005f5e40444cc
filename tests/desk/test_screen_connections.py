"""接続の状態: who sees which accounts, what was learnt last, and what to do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ConnectionCheck, SocialAccount, StaffMember
from policies.actions import operation
from posts.actions import sending
from posts.models import Attempt
from tests.support.cast import Cast, approved, make_account, make_cast

pytestmark = pytest.mark.django_db
As = Callable[[StaffMember], Client]


@pytest.fixture
def as_() -> As:
    def signed_in(person: StaffMember) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    url = "https://bsky.app/profile/mima_kanko_demo"
    now = timezone.now()
    account = make_account(cast, "くらし", network="bluesky", connection="api", url=url, now=now)
    operation.set_credential(
        account=account,
        config={"base_url": "https://pds.example"},
        secret={"app_password": "a"},
        by=cast.kondo,
        now=now,
    )
    return account


def page_of(as_: As, person: StaffMember) -> str:
    answer = as_(person).get(reverse("connection_list"))
    assert answer.status_code == 200
    return str(answer.content.decode())


def found(account: SocialAccount, outcome: str, detail: str = "") -> None:
    ConnectionCheck.objects.create(
        social_account=account,
        checked_at=timezone.now(),
        outcome=outcome,
        detail=detail,
        handle="koho.example",
    )


def test_whole_connection_says_whom_it_found(account: SocialAccount, cast: Cast, as_: As) -> None:
    found(account, "ok")
    page = page_of(as_, cast.sato)
    assert "正常" in page
    assert "@koho.example" in page
    assert "つなぎ直しが必要" not in page


@pytest.mark.parametrize("outcome", ["auth_expired", "refused"])
def test_broken_connection_says_what_waits_for_it_and_who_mends_it(
    account: SocialAccount, cast: Cast, as_: As, outcome: str
) -> None:
    post = approved(cast, account, now=timezone.now(), due_at=timezone.now() + timedelta(days=1))
    found(account, outcome, "接続先が認証を受け付けません：Invalid token")
    page = page_of(as_, cast.sato)
    assert "認証の更新が要ります" in page
    assert "Invalid token" in page
    assert "これから出る投稿が1件あります" in page
    assert reverse("account_credential", args=[account.pk]) not in page
    assert reverse("account_credential", args=[account.pk]) in page_of(as_, cast.kondo)
    case = as_(cast.sato).get(reverse("post_detail", args=[post.pk])).content.decode()
    assert "接続が切れているので、このままでは出ません。" in case


def test_blip_is_said_without_asking_anybody_to_mend_it(account: SocialAccount, cast: Cast, as_: As) -> None:
    found(account, "not_sent", "接続先につながりません")
    page = page_of(as_, cast.kondo)
    assert "仕組みがまた試します" in page
    assert "つなぎ直しが必要" not in page


def test_each_sees_their_own_and_the_system_admin_all(account: SocialAccount, cast: Cast, as_: As) -> None:
    assert "くらし" not in page_of(as_, cast.mori)
    assert "公式アカウントは、まだありません" in page_of(as_, cast.mori)
    assert "くらし" in page_of(as_, cast.kondo)


def test_account_brought_out_by_hand_has_no_connection_to_mend(cast: Cast, as_: As) -> None:
    make_account(cast, "手の投稿", connection="manual", now=timezone.now())
    page = page_of(as_, cast.sato)
    assert "手作業" in page
    assert "次にすること" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("mima:2-場面")
def test_somebody_else_s_account_stays_wrong_whatever_went_out_there(
    cast: Cast, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posts.actions.review.nudge", lambda: None)
    now = timezone.now()
    account = make_account(cast, "訓練のX", now=now)
    found(account, "refused", "つながったのは「@koho.example」で、台帳の「@mima_kanko_demo」ではありません")
    delivery = approved(cast, account, now=now).deliveries.get()
    sending.send(delivery.pk, clock=lambda: now + timedelta(minutes=5))
    assert Attempt.objects.get().outcome == "accepted"
    page = page_of(as_, cast.sato)
    assert "認証の更新が要ります" in page
    assert "台帳の「@mima_kanko_demo」ではありません" in page
