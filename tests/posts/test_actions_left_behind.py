"""残りを新しい投稿にする: what a post did not reach is taken over by one other post, and never goes out twice."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connections, transaction

from accounts.acts import ActRefused
from accounts.models import SocialAccount
from platforms.errors import OutcomeUnknown, Refused
from posts.actions import drafting, review, sending
from posts.canonical import parse
from posts.models import Delivery, Post
from tests.posts.acts import approve, edit, refused
from tests.sending.stubs import Stub, connected, taken
from tests.support.cast import NOW, Cast, approved, content_for, make_account, make_cast, seen

pytestmark = pytest.mark.django_db
TOO_LONG = Refused("長すぎます")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with patch("posts.actions.review.nudge"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def other(cast: Cast) -> SocialAccount:
    return make_account(cast, "町並み", handle="@machi", url="https://x.com/machi")


def send(post: Post, *answers: Any) -> None:
    with connected(Stub(list(answers))):
        for delivery in post.deliveries.filter(state="waiting").order_by("pk"):
            sending.send(delivery.pk, clock=lambda: NOW)


def go_on(cast: Cast, post: Post) -> Post:
    return drafting.rest_of(post=post, by=cast.sato, now=NOW)


def clear(cast: Cast, post: Post) -> Post:
    """Its content as it is, declared, asked for and approved."""
    post.refresh_from_db()
    content = parse(post.versions.get(number=post.version_no).canonical)
    values = {"title": post.title, "content": content, "declared": True, "form_no": post.form_no}
    drafting.edit(post=post, by=cast.sato, now=NOW, **values)
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    return approve(post, cast.suzuki)


def cancel(cast: Cast, post: Post) -> Post:
    return review.cancel(post=post, reason="中止になりました。", by=cast.sato, now=NOW)


def reached(account: SocialAccount) -> int:
    return Delivery.objects.filter(social_account=account, state="accepted").count()


# --- once


def test_rest_is_drafted_once_when_it_is_asked_for_twice(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    send(post, TOO_LONG)
    rest = go_on(cast, post)
    with refused("nothing_left_behind"):
        go_on(cast, post)
    assert list(post.continuations.all()) == [rest]


def test_rest_is_drafted_anew_when_the_first_was_cancelled(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    send(post, TOO_LONG)
    cancel(cast, go_on(cast, post))
    assert go_on(cast, post).state == "drafting"


def test_rest_goes_on_from_the_cancelled_one_when_that_has_reached_somebody(
    cast: Cast, account: SocialAccount, other: SocialAccount
) -> None:
    post = approved(cast, account, other)
    send(post, TOO_LONG, TOO_LONG)
    rest = clear(cast, go_on(cast, post))
    send(rest, taken, TOO_LONG)
    cancel(cast, rest)
    with refused("nothing_left_behind"):
        go_on(cast, post)
    with refused("continued_elsewhere"):
        edit(post, account, cast.sato)
    send(clear(cast, go_on(cast, rest)))
    assert (reached(account), reached(other)) == (1, 1)


def test_rest_of_a_correction_corrects_the_same_post(
    cast: Cast, account: SocialAccount, other: SocialAccount
) -> None:
    wrong = approved(cast, account, other)
    send(wrong)
    correction = drafting.correction_of(post=wrong, by=cast.sato, now=NOW)
    text = {"text": "日にちに誤りがありました。", "kind": correction.kind}
    values = {"title": "訂正", "content": content_for(account, other, **text), "declared": True}
    drafting.edit(post=correction, by=cast.sato, now=NOW, form_no=correction.form_no, **values)
    send(clear(cast, correction), taken, TOO_LONG)
    rest = go_on(cast, correction)
    assert (rest.kind, rest.corrects, rest.continues) == ("correction", wrong, correction)


# --- not while the post itself may still go out


NOTHING, NOWHERE = "nothing_left_behind", "no_account"


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        pytest.param((taken, taken), {NOTHING, NOWHERE}, id="all out"),
        pytest.param((TOO_LONG, OutcomeUnknown("返事なし")), {NOTHING}, id="one unknown"),
        pytest.param((TOO_LONG,), {NOTHING}, id="one waits"),
        pytest.param((), {NOTHING, NOWHERE}, id="nothing sent"),
    ],
)
def test_rest_is_refused_when_nothing_is_left_behind_for_good(
    cast: Cast, account: SocialAccount, other: SocialAccount, answers: tuple[Any, ...], codes: set[str]
) -> None:
    post = approved(cast, account, other)
    with connected(Stub(list(answers))):
        for delivery in post.deliveries.order_by("pk")[: len(answers)]:
            sending.send(delivery.pk, clock=lambda: NOW)
    with refused(*codes):
        go_on(cast, post)


def test_rest_is_refused_when_the_post_is_being_mended(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    send(post, TOO_LONG)
    edit(post, account, cast.sato)
    with refused("nothing_left_behind"):
        go_on(cast, post)
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    with refused("nothing_left_behind"):
        go_on(cast, post)
    approve(post, cast.suzuki)
    send(post)
    assert reached(account) == 1


def test_post_is_not_mended_when_another_goes_on_with_it(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    send(post, TOO_LONG)
    rest = go_on(cast, post)
    with refused("continued_elsewhere"):
        edit(post, account, cast.sato)
    cancel(cast, rest)
    edit(post, account, cast.sato)
    post.refresh_from_db()
    assert (post.state, post.version_no) == ("drafting", 2)


# --- the database, and two at once


def test_second_post_in_place_of_the_same_is_refused_by_the_database(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    send(post, TOO_LONG)
    first = go_on(cast, post)
    values = {"section": post.section, "drafter": cast.sato, "drafted_at": NOW, "title": "残り"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(continues=post, **values)
    cancel(cast, first)
    assert Post.objects.create(continues=post, **values).pk


def at_once(*works: Callable[[], object]) -> list[object]:
    """Each on its own connection, all from the same moment: what came of it, a refusal by its codes."""
    barrier, results = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            connections["default"].ensure_connection()
            barrier.wait(20)
            results.append(work())
        except ActRefused as error:
            results.append(error.refusal.codes)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == len(works), "somebody got neither an answer nor a refusal"
    return results


@pytest.mark.django_db(transaction=True)
def test_rest_is_drafted_once_when_two_ask_at_the_same_moment(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    send(post, TOO_LONG)
    results = at_once(*[lambda: drafting.rest_of(post=post, by=cast.sato, now=NOW)] * 3)
    assert results.count(frozenset({"nothing_left_behind"})) == 2
    assert post.continuations.count() == 1


@pytest.mark.django_db(transaction=True)
def test_post_goes_on_in_one_way_when_one_mends_it_while_another_continues_it(
    cast: Cast, account: SocialAccount
) -> None:
    for _ in range(3):
        post = approved(cast, account)
        send(post, TOO_LONG)
        post.refresh_from_db()
        results = at_once(
            lambda post=post: drafting.rest_of(post=post, by=cast.sato, now=NOW),
            lambda post=post: edit(Post.objects.get(pk=post.pk), account, cast.tanaka),
        )
        refusals = [each for each in results if isinstance(each, frozenset)]
        post.refresh_from_db()
        mended, continued = post.version_no == 2, post.continuations.exists()
        assert mended != continued
        assert refusals == [frozenset({"nothing_left_behind" if mended else "continued_elsewhere"})]
