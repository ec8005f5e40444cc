"""A form becomes one post, however often and however quickly it is sent."""

import threading

import pytest
from django.db import connections

from accounts.acts import ActStale
from accounts.models import SocialAccount
from posts.actions import drafting
from posts.models import Post
from tests.support.cast import NOW, Cast, content_for, make_account, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def send_form(cast: Cast, account: SocialAccount, key: str = "form-1") -> Post:
    return drafting.draft(
        title="あかりの夕べ",
        content=content_for(account),
        declared=True,
        by=cast.sato,
        now=NOW,
        draft_key=key,
    )


def test_second_sending_is_told_of_the_post_that_is_there_when_it_comes_later(cast: Cast) -> None:
    account = make_account(cast)
    post = send_form(cast, account)
    with pytest.raises(ActStale) as stale:
        send_form(cast, account)
    assert stale.value.current.post == post
    assert send_form(cast, account, "form-2") != post


def test_one_post_is_made_when_three_sendings_arrive_at_once(cast: Cast) -> None:
    account, start, outcomes = make_account(cast), threading.Barrier(3), []

    def press() -> None:
        start.wait()
        try:
            outcomes.append(send_form(cast, account).pk)
        except ActStale:
            outcomes.append(0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Post.objects.count() == 1
    assert sorted(outcomes) == [0, 0, Post.objects.get().pk]
