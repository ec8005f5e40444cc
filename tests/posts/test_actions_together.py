"""Two people at once, each on a connection of their own: one wins, the other is told what has become of the case."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.db import connection, connections

from accounts.acts import ActRefused, ActStale
from accounts.models import SocialAccount
from audit.verification import verify
from posts.actions import drafting, review
from posts.models import Clearance, Decision, Delivery, Post
from rules.gates import CHECKLIST
from tests.support.cast import (
    NOW,
    Cast,
    approved,
    claimed,
    content_for,
    let_draft,
    make_account,
    make_cast,
    seen,
    submitted,
)

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


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


def together(*acts: Act) -> list[str]:
    """All begin at the same moment; for each "done", or why it was refused."""
    barrier = threading.Barrier(len(acts))

    def one(act: Act) -> str:
        try:
            connection.ensure_connection()
            barrier.wait(20)
            act()
        except ActRefused as error:
            return "+".join(sorted(error.refusal.codes))
        except ActStale:
            return "stale"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(60) for future in [pool.submit(one, act) for act in acts]]


def approving(post: Post, by: object, digest: str) -> Act:
    return lambda: review.approve(post=post, seen_digest=digest, by=by, now=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("_round", range(3))
def test_one_of_two_approvals_wins(cast: Cast, account: SocialAccount, _round: int) -> None:
    post = submitted(cast, account)
    digest = seen(post)
    said = together(approving(post, cast.suzuki, digest), approving(post, cast.fujimoto, digest))
    assert sorted(said) == ["done", "wrong_state"]
    counts = (Decision.objects.count(), Clearance.objects.count(), Delivery.objects.count())
    assert counts == (1, 1, 1)
    assert verify().finding is None


def test_approval_or_return_wins_but_not_both(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    digest = seen(post)
    said = together(
        approving(post, cast.suzuki, digest),
        lambda: review.return_(post=post, seen_digest=digest, reason="日付", by=cast.fujimoto, now=NOW),
    )
    assert sorted(said) == ["done", "wrong_state"]
    post.refresh_from_db()
    assert (post.state == "cleared") == (said[0] == "done")


def test_second_check_wins_once(cast: Cast, account: SocialAccount) -> None:
    let_draft(account, cast.mori)
    post = claimed(cast, account)
    digest = seen(post)

    def checking(by: object) -> Act:
        return lambda: review.second_check(
            post=post,
            seen_digest=digest,
            ticks=CHECKLIST,
            by=by,  # type: ignore[arg-type]
            now=NOW,
        )

    assert sorted(together(checking(cast.tanaka), checking(cast.mori))) == ["done", "wrong_state"]


def test_request_taken_back_is_not_approved(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    said = together(
        approving(post, cast.suzuki, seen(post)), lambda: review.take_back(post=post, by=cast.sato, now=NOW)
    )
    assert sorted(said) == ["done", "wrong_state"]
    post.refresh_from_db()
    assert post.state == ("cleared" if said[0] == "done" else "drafting")


def test_edit_wins_or_is_told_that_somebody_else_saved(cast: Cast, account: SocialAccount) -> None:
    """Of a cleared post: one new version, and the other writer sees it before anything is lost."""
    post = approved(cast, account)
    post.refresh_from_db()
    form_no = post.form_no

    def editing(by: object, text: str) -> Act:
        return lambda: drafting.edit(
            post=Post.objects.get(pk=post.pk),
            title=post.title,
            content=content_for(account, text=text),
            declared=True,
            by=by,  # type: ignore[arg-type]
            now=NOW,
            form_no=form_no,
        )

    assert sorted(together(editing(cast.sato, "佐藤"), editing(cast.tanaka, "田中"))) == ["done", "stale"]
    post.refresh_from_db()
    assert (post.version_no, post.versions.count(), post.contributions.count()) == (2, 2, 2)


def test_approval_never_covers_a_text_that_was_edited_at_that_moment(
    cast: Cast, account: SocialAccount
) -> None:
    """The author calls it back and edits while the chief approves what she had before her."""
    post = submitted(cast, account)
    digest = seen(post)

    def rewrite() -> None:
        review.take_back(post=post, by=cast.sato, now=NOW)
        fresh = Post.objects.get(pk=post.pk)
        drafting.edit(
            post=fresh,
            title=fresh.title,
            content=content_for(account, text="別の本文"),
            declared=True,
            by=cast.sato,
            now=NOW,
            form_no=fresh.form_no,
        )
        review.submit(post=fresh, seen_digest=seen(fresh), by=cast.sato, now=NOW)

    said = together(approving(post, cast.suzuki, digest), rewrite)
    cleared = Clearance.objects.filter(voided_at__isnull=True)
    assert said in (["done", "wrong_state"], ["wrong_state", "done"], ["version_changed", "done"])
    assert all(clearance.digest == digest for clearance in cleared)


def test_stuck_lock_of_another_post_holds_nobody_up(cast: Cast, account: SocialAccount) -> None:
    posts = [submitted(cast, account) for _ in range(4)]
    acts = [approving(post, cast.suzuki, seen(post)) for post in posts]
    assert together(*acts) == ["done"] * 4
    assert verify().finding is None
