"""取り消す: the page, its refusals and what stays typed."""

from unittest.mock import patch

import pytest

from accounts.models import SocialAccount
from posts.models import Post, Withdrawal
from tests.posts.sent import reach
from tests.posts.test_screen_case import LATER, html, sign_in
from tests.support.cast import Cast, approved, make_account, make_cast

REASON = "写真に、ほかの人の電話番号が写っていたため。"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def post(cast: Cast, account: SocialAccount) -> Post:
    post = approved(cast, account)
    reach(post, LATER)
    return post


@pytest.fixture(autouse=True)
def quiet() -> object:
    with patch("posts.actions.withdrawing.nudge"):
        yield


def order(cast: Cast, post: Post, **typed: object) -> object:
    chosen = [row.pk for row in post.deliveries.all()]
    data = {"deliveries": chosen, "reason": REASON, **typed}
    return sign_in(cast.suzuki).post(f"/posts/{post.pk}/withdraw/", data, follow=True)


def test_chief_decides_and_the_page_says_how_it_stands(cast: Cast, post: Post) -> None:
    assert "取り消すと決める" in html(sign_in(cast.suzuki).get(f"/posts/{post.pk}/withdraw/"))
    shown = html(order(cast, post))
    assert "手で消すのを待っています" in shown
    assert REASON in shown
    assert Withdrawal.objects.get().ordered_by == cast.suzuki
    told = sign_in(cast.sato).post(
        f"/deliveries/{post.deliveries.get().pk}/gone/", {"seen": "画面で消した。"}, follow=True
    )
    assert "取消し済み" in html(told)
    assert "取消し済み" in html(sign_in(cast.sato).get(f"/posts/{post.pk}/"))


def test_staff_see_who_decides_and_are_refused(cast: Cast, post: Post) -> None:
    shown = html(sign_in(cast.sato).get(f"/posts/{post.pk}/withdraw/"))
    assert "担当の所属長と代決者だけです" in shown
    response = sign_in(cast.sato).post(
        f"/posts/{post.pk}/withdraw/", {"deliveries": [post.deliveries.get().pk], "reason": REASON}
    )
    assert response.status_code == 403
    assert not Withdrawal.objects.exists()


def test_nothing_typed_is_lost_when_something_is_missing(cast: Cast, post: Post) -> None:
    response = order(cast, post, deliveries=[])
    assert response.status_code == 422  # type: ignore[attr-defined]
    assert REASON in html(response)
    response = order(cast, post, reason=" ")
    assert response.status_code == 409  # type: ignore[attr-defined]
    assert 'data-code="reason_missing"' in html(response)
    assert not Withdrawal.objects.exists()


def test_second_order_finds_nothing_left_to_choose(cast: Cast, post: Post) -> None:
    order(cast, post)
    assert order(cast, post).status_code == 422  # type: ignore[attr-defined]
    assert Withdrawal.objects.count() == 1


def test_page_of_a_post_that_went_nowhere_says_what_to_do_instead(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    shown = html(sign_in(cast.suzuki).get(f"/posts/{post.pk}/withdraw/"))
    assert "どこにも出ていません" in shown
