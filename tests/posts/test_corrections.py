"""訂正: it says something else than what went out, to the people who have read that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.acts import ActRefused
from accounts.models import SocialAccount
from posts.actions import drafting, review, sending
from posts.canonical import Content, parse
from posts.models import Post
from tests.support.cast import NOW, Cast, approved, make_account, make_cast, seen

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def gone_out(cast: Cast, account: SocialAccount) -> Post:
    post = approved(cast, account)
    for delivery in post.deliveries.all():
        sending.send(delivery.pk, clock=lambda: LATER)
    assert set(post.deliveries.values_list("state", flat=True)) == {"accepted"}
    return post


def codes_of(cast: Cast, correction: Post, content: Content) -> set[str]:
    """What asking for approval of the correction with this content is refused for."""
    drafting.edit(
        post=correction,
        title="訂正",
        content=content,
        declared=True,
        by=cast.sato,
        now=LATER,
        form_no=correction.form_no,
    )
    correction.refresh_from_db()
    try:
        review.submit(post=correction, seen_digest=seen(correction), by=cast.sato, now=LATER)
    except ActRefused as refused:
        return set(refused.refusal.codes)
    return set()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def correction(cast: Cast, account: SocialAccount) -> Post:
    return drafting.correction_of(post=gone_out(cast, account), by=cast.sato, now=LATER)


def content_of(post: Post) -> Content:
    return parse(post.versions.get(number=post.version_no).canonical)


@pytest.mark.clause("mima:7-1")
def test_correction_is_refused_when_it_says_what_went_out_already(cast: Cast, correction: Post) -> None:
    assert codes_of(cast, correction, content_of(correction)) == {"correction_unchanged"}


@pytest.mark.clause("mima:7-1")
def test_correction_may_be_asked_for_when_it_says_something_else(cast: Cast, correction: Post) -> None:
    changed = replace(content_of(correction), text="訂正します。誤 12月6日(土) 正 12月6日(日)")
    assert codes_of(cast, correction, changed) == set()


@pytest.mark.clause("mima:7-1")
def test_correction_is_refused_when_it_goes_where_the_mistake_never_went(
    cast: Cast, correction: Post
) -> None:
    other = make_account(
        cast, "美馬市のまちなみ", network="instagram", handle="@machi", url="https://www.instagram.com/machi"
    )
    elsewhere = replace(content_of(correction), text="訂正します。", targets=(other.pk,))
    assert codes_of(cast, correction, elsewhere) == {"correction_elsewhere"}
