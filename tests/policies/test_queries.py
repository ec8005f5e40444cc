"""Which policy is in force, in one statement; what waits for whom."""

from datetime import date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import SocialAccount
from policies import queries
from policies.models import PolicyVersion
from tests.support.cast import Cast


def test_with_policy_reads_accounts_and_categories_in_one_statement(
    opened: SocialAccount, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        rows = list(queries.with_policy(SocialAccount.objects.all(), date(2026, 11, 20)))
    assert rows[0].policy_categories == ["観光とイベント", "移住と定住", "防災"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("on", [date(2026, 3, 31), date(2020, 1, 1)])
def test_with_policy_says_none_before_the_day(opened: SocialAccount, on: date) -> None:
    row = queries.with_policy(SocialAccount.objects.all(), on).get()
    assert row.policy_categories is None  # type: ignore[attr-defined]


def test_with_policy_says_none_for_a_decided_policy_that_is_not_published(
    decided: PolicyVersion,
) -> None:
    row = queries.with_policy(SocialAccount.objects.all(), date(2026, 12, 31)).get()
    assert row.policy_categories is None  # type: ignore[attr-defined]


def test_waiting_for_decision_is_seen_by_the_sections_chief_only(cast: Cast, waiting: PolicyVersion) -> None:
    assert list(queries.waiting_for_decision([cast.tourism.pk])) == [waiting]
    assert not queries.waiting_for_decision([cast.moving.pk]).exists()


def test_to_publish_is_what_was_decided(decided: PolicyVersion, now: datetime) -> None:
    assert list(queries.to_publish()) == [decided]
