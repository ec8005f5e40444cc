"""あとの確認 on the database: who makes it, that it is reminded of and escalated once, and what lies where."""

from datetime import datetime, timedelta

import pytest

from accounts.models import SocialAccount
from audit.models import Entry
from posts import afterwards as reading
from posts.actions import afterwards, emergency
from posts.models import AfterwardsReview
from rules.calendar import day_of
from tests.posts.acts import approve, edit, last_entry, refused
from tests.support import cast as people
from tests.support.cast import NOW, Cast, drafted, let_draft, make_account, seen, submitted
from tests.support.restricting import INFORMATION, disaster_claim, set_up_hq

pytestmark = [pytest.mark.django_db, pytest.mark.clause("mima:5-ただし書-緊急")]
DUE = NOW + timedelta(days=1)  # the city is always open, so the next morning is tomorrow's ten o'clock


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def review(cast: Cast, account: SocialAccount) -> AfterwardsReview:
    return waived(cast, account)


def waived(cast: Cast, account: SocialAccount, *others: str) -> AfterwardsReview:
    """Gone out in an emergency; `others` wrote in it besides Sato."""
    if not reading.open_everywhere().exists():
        set_up_hq(cast, now=NOW, stop=False)
    post = drafted(cast, account, claim=disaster_claim(), **INFORMATION)
    for name in others:
        person = getattr(cast, name)
        let_draft(account, person)
        edit(post, account, person, text=f"{name}が書きました。", claim=disaster_claim(), **INFORMATION)
    emergency.send(post=post, seen_digest=seen(post), urgency=None, reason="", by=cast.sato, now=NOW)
    return AfterwardsReview.objects.get(clearance__post=post)


def events(review: AfterwardsReview, *names: str) -> int:
    return Entry.objects.filter(stream=review.clearance.post.stream, event__in=names).count()


def finish(review: AfterwardsReview, cast: Cast, by: str = "suzuki", words: str = "本文を見た") -> None:
    afterwards.finish(review=review, was_right=True, words=words, by=getattr(cast, by), now=DUE)


def test_review_says_who_looked_at_what(cast: Cast, review: AfterwardsReview) -> None:
    afterwards.finish(review=review, was_right=False, words=" 地名が違う ", by=cast.suzuki, now=DUE)
    review.refresh_from_db()
    assert (review.done_at, review.done_by, review.done_as) == (DUE, cast.suzuki, cast.suzuki.with_title)
    assert (review.was_right, review.words) == (False, "地名が違う")
    assert last_entry(review.clearance.post).event == "review.finished"


def test_review_is_made_once_and_with_words(cast: Cast, review: AfterwardsReview) -> None:
    with refused("reason_missing"):
        finish(review, cast, words=" ")
    finish(review, cast)
    with refused("wrong_state"):
        finish(review, cast, by="fujimoto")


def test_review_is_for_people_in_office_without_a_part_in_it(cast: Cast, account: SocialAccount) -> None:
    review = waived(cast, account, "suzuki")
    with refused("reviewer_contributed"):
        finish(review, cast)
    for name in ("tanaka", "mori", "ito"):
        with refused("not_approver"):
            finish(review, cast, by=name)
    finish(review, cast, by="fujimoto")


def test_review_goes_to_the_section_above_when_every_approver_wrote_in_it(
    cast: Cast, account: SocialAccount
) -> None:
    review = waived(cast, account, "suzuki", "fujimoto")
    assert [row.review for row in reading.waiting_for(cast.ito, now=NOW)] == [review]
    assert [row.mine for row in reading.waiting_for(cast.ito, now=NOW)] == [True]
    finish(review, cast, by="ito")
    assert reading.waiting_for(cast.ito, now=NOW) == []


def test_review_is_reminded_of_once_though_two_sweeps_come(cast: Cast, review: AfterwardsReview) -> None:
    assert afterwards.look_after(now=DUE - timedelta(hours=2)) == 0
    for _ in range(2):
        afterwards.look_after(now=DUE - timedelta(hours=1))
    assert events(review, "review.reminded") == 1
    assert events(review, "review.escalated") == 0


def test_review_is_escalated_once_though_two_sweeps_come(cast: Cast, review: AfterwardsReview) -> None:
    late = DUE + timedelta(minutes=1)
    assert [afterwards.look_after(now=late) for _ in range(2)] == [2, 0]
    review.refresh_from_db()
    assert (review.reminded_at, review.escalated_at) == (late, late)
    assert events(review, "review.escalated") == 1


def test_review_that_was_made_is_neither_reminded_of_nor_escalated(
    cast: Cast, review: AfterwardsReview
) -> None:
    finish(review, cast)
    assert afterwards.look_after(now=DUE + timedelta(days=1)) == 0


# --- where it lies


def test_open_review_lies_with_the_sections_approvers_the_oldest_due_first(
    cast: Cast, account: SocialAccount, review: AfterwardsReview
) -> None:
    second = waived(cast, account)
    for person in (cast.suzuki, cast.fujimoto):
        assert [row.review for row in reading.waiting_for(person, now=NOW)] == [review, second]
    for person in (cast.sato, cast.mori, cast.ito, cast.kondo):
        assert reading.waiting_for(person, now=NOW) == []


def test_escalated_review_lies_with_the_chief_above_too(cast: Cast, review: AfterwardsReview) -> None:
    late = DUE + timedelta(minutes=1)
    afterwards.look_after(now=late)
    (row,) = reading.waiting_for(cast.ito, now=late)
    assert (row.review, row.mine, row.is_overdue) == (review, True, True)
    assert [person.id for person in row.people] == [cast.suzuki.pk, cast.fujimoto.pk, cast.ito.pk]


# --- how often


def test_share_is_waivers_of_all_clearances_in_the_month_of_japan(
    cast: Cast, account: SocialAccount, review: AfterwardsReview
) -> None:
    for at in (NOW, NOW - timedelta(days=30)):
        approve(submitted(cast, account, now=at), cast.suzuki, now=at)
    afterwards.finish(review=review, was_right=False, words="地名が違う", by=cast.suzuki, now=DUE)
    ((section, months),) = reading.shares([cast.tourism.pk], day_of(NOW))
    assert section == cast.tourism
    assert [(row.month.month, row.waived, row.in_all, row.wrong) for row in months[:3]] == [
        (11, 1, 2, 1),
        (10, 0, 1, 0),
        (9, 0, 0, 0),
    ]
    assert [row.percent for row in months[:3]] == [50.0, 0.0, 0.0]
    assert len(months) == 12


def test_share_counts_a_night_in_the_month_that_japan_has_then(cast: Cast, account: SocialAccount) -> None:
    at = datetime(2026, 10, 31, 15, 30, tzinfo=NOW.tzinfo)  # 0:30 on the first of November in Japan
    approve(submitted(cast, account, now=at), cast.suzuki, now=at)
    ((_, months),) = reading.shares(None, day_of(NOW))
    assert [(row.month.month, row.in_all) for row in months[:2]] == [(11, 1), (10, 0)]


def test_share_is_of_ones_own_sections_and_those_below(
    cast: Cast, account: SocialAccount, review: AfterwardsReview
) -> None:
    assert reading.shares([cast.moving.pk], day_of(NOW)) == []
    assert [section for section, _ in reading.shares([cast.planning.pk], day_of(NOW))] == [cast.tourism]
