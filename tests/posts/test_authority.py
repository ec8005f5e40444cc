"""どの権限で: a decision says by what right it was taken, and a chief who drafts is cleared by somebody else."""

from datetime import datetime, timedelta

import pytest

from accounts.actions import offices
from accounts.actions.offices import Office
from accounts.acts import ActRefused
from accounts.models import RoleAssignment, SocialAccount
from posts.actions import drafting, review
from posts.models import Decision, Post
from posts.queues import approvals_waiting_for
from rules.calendar import day_of
from rules.gates import CHECKLIST
from rules.states import Role
from tests.support.cast import Cast, claimed, content_for, let_draft, make_account, make_cast, seen, submitted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("mima:5-本文")]
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def authority(post: Post) -> str:
    return Decision.objects.filter(post=post).latest("pk").authority


def approved_by(post: Post, name: str, cast: Cast, now: datetime) -> str:
    review.approve(post=post, seen_digest=seen(post), by=getattr(cast, name), now=now)
    return authority(post)


def by_the_chief(cast: Cast, account: SocialAccount, now: datetime) -> Post:
    let_draft(account, cast.suzuki)
    content = content_for(account)
    post = drafting.draft(title="催し", content=content, declared=True, by=cast.suzuki, now=now)
    return review.submit(post=post, seen_digest=seen(post), by=cast.suzuki, now=now)


def test_chief_decides_as_chief(cast: Cast, account: SocialAccount, now: datetime) -> None:
    assert approved_by(submitted(cast, account, now=now), "suzuki", cast, now) == "所属長として"


def test_deputy_decides_with_period_and_ground(cast: Cast, account: SocialAccount, now: datetime) -> None:
    today = day_of(now)
    RoleAssignment.objects.filter(staff=cast.fujimoto).update(until_on=today - DAY)
    office = Office(Role.DEPUTY, today, cast.tourism, today + 2 * DAY, "事務決裁規程第8条")
    offices.name_deputy(staff=cast.tanaka, office=office, by=cast.suzuki, now=now)
    words = approved_by(submitted(cast, account, now=now), "tanaka", cast, now)
    assert words == "代決者として（2026年11月20日〜2026年11月22日、根拠: 事務決裁規程第8条）"


def test_checker_checks_as_checker(cast: Cast, account: SocialAccount, now: datetime) -> None:
    post = claimed(cast, account, now=now)
    review.second_check(post=post, seen_digest=seen(post), ticks=CHECKLIST, by=cast.tanaka, now=now)
    assert authority(post) == "確認者として"


def test_chief_who_drafts_is_cleared_by_the_deputy(cast: Cast, account: SocialAccount, now: datetime) -> None:
    post = by_the_chief(cast, account, now)
    with pytest.raises(ActRefused) as caught:
        approved_by(post, "suzuki", cast, now)
    assert caught.value.refusal.codes == {"approver_contributed"}
    assert approved_by(post, "fujimoto", cast, now).startswith("代決者として")


def test_chief_who_drafts_without_a_deputy_is_cleared_by_the_chief_above(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    RoleAssignment.objects.filter(staff=cast.fujimoto).update(until_on=day_of(now) - DAY)
    post = by_the_chief(cast, account, now)
    assert post in approvals_waiting_for(cast.ito, day_of(now))
    with pytest.raises(ActRefused):
        approved_by(post, "fujimoto", cast, now)
    assert approved_by(post, "ito", cast, now) == "上の所属（企画総務部）の所属長として"


def test_deputy_decides_on_no_day_outside_the_period(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    post = submitted(cast, account, now=now)
    for shift in (timedelta(days=200), -timedelta(days=900)):
        RoleAssignment.objects.filter(staff=cast.fujimoto).update(
            from_on=day_of(now) + shift, until_on=day_of(now) + shift + DAY
        )
        with pytest.raises(ActRefused) as caught:
            approved_by(post, "fujimoto", cast, now)
        assert caught.value.refusal.codes == {"office_not_in_period"}
