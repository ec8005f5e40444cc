"""Who is at a post: seen by the others, stops nobody, ends by itself, one reviewer at a time."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import SocialAccount
from posts.actions import presence, review
from posts.models import Presence
from posts.presence import at_post, is_reviewing, reviewers
from tests.support.browser import BACKEND
from tests.support.cast import Cast, drafted, let_draft, make_account, make_cast, seen, submitted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def test_editor_is_seen_by_others_for_three_minutes(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    post = drafted(cast, account, now=now)
    presence.editing(post=post, by=cast.sato, now=now)
    assert [row.staff for row in at_post(post, cast.tanaka, now)] == [cast.sato]
    assert at_post(post, cast.sato, now) == []
    presence.editing(post=post, by=cast.sato, now=now + timedelta(minutes=2))
    [row] = at_post(post, cast.tanaka, now + timedelta(minutes=4))
    assert row.since == now
    assert at_post(post, cast.tanaka, now + timedelta(minutes=6)) == []


def test_reviewer_claims_lets_go_and_is_taken_over(cast: Cast, account: SocialAccount, now: datetime) -> None:
    post = submitted(cast, account, now=now)
    assert presence.claim(post=post, by=cast.suzuki, now=now) is None
    assert presence.claim(post=post, by=cast.fujimoto, now=now) == cast.suzuki
    assert is_reviewing(post, cast.fujimoto, now)
    assert [row.staff for row in reviewers([post], now)[post.pk]] == [cast.fujimoto]
    presence.let_go(post=post, by=cast.fujimoto)
    assert reviewers([post], now) == {}


def test_claim_ends_after_an_hour_and_stops_nobody(cast: Cast, account: SocialAccount, now: datetime) -> None:
    post = submitted(cast, account, now=now)
    presence.claim(post=post, by=cast.suzuki, now=now)
    assert reviewers([post], now + presence.REVIEWING_LASTS) == {}
    assert review.approve(post=post, seen_digest=seen(post), by=cast.fujimoto, now=now).state == "cleared"


def test_of_two_who_claim_at_once_one_has_it(cast: Cast, account: SocialAccount, now: datetime) -> None:
    post = submitted(cast, account, now=now)
    start = threading.Barrier(2)

    def run(name: str) -> None:
        start.wait()
        try:
            presence.claim(post=post, by=getattr(cast, name), now=now)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(name,)) for name in ("suzuki", "fujimoto")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Presence.objects.filter(post=post).count() == 1


def test_screens_say_who_is_at_it(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    client = Client()
    client.force_login(cast.suzuki, backend=BACKEND)
    assert client.post(reverse("post_claim", args=[post.pk]), {"do": "claim"}).status_code == 302
    assert "手をはなす" in client.get(reverse("review_case", args=[post.pk])).content.decode()
    client.force_login(cast.fujimoto, backend=BACKEND)
    page = client.get(reverse("review_case", args=[post.pk])).content.decode()
    assert page.count("鈴木 洋子さんが見ています") == 1
    assert "見ています。" in page


def test_composer_says_who_else_is_editing(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account)
    let_draft(account, cast.tanaka)
    client = Client()
    client.force_login(cast.sato, backend=BACKEND)
    client.get(reverse("post_edit", args=[post.pk]))
    client.force_login(cast.tanaka, backend=BACKEND)
    assert "佐藤 美咲さんが" in client.get(reverse("post_edit", args=[post.pk])).content.decode()
