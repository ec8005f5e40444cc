"""What holds around social accounts, in one read: restrictions by scope, HQ, confirmations, elections, days."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import SocialAccount
from policies.actions import hours, lists, restricting
from policies.surroundings import Surroundings, names_in, surroundings
from rules.states import Scope
from tests.policies.lists import give_standing, list_election
from tests.support.cast import NOW, Cast, make_account
from tests.support.restricting import dissolve_hq, flame, place, set_up_hq, suspend

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def around(account: SocialAccount, **asked: object) -> Surroundings:
    return surroundings([account.pk], [account.section_id], on=TODAY, **asked)  # type: ignore[arg-type]


@pytest.mark.clause("mima:8-1-停止")
@pytest.mark.parametrize("scope", [Scope.ACCOUNT, Scope.SECTION, Scope.CITY])
def test_restriction_reaches_as_far_as_it_says(cast: Cast, account: SocialAccount, scope: Scope) -> None:
    other = make_account(cast, "市の味（note）", network="note", url="https://note.com/aji")
    suspend(cast, now=NOW, where=place(cast, account if scope == Scope.ACCOUNT else None, scope))
    found = surroundings([account.pk, other.pk], [cast.tourism.pk, cast.moving.pk], on=TODAY)
    assert len(found.restrictions_over(account.pk, cast.tourism.pk)) == 1
    assert len(found.restrictions_over(other.pk, cast.tourism.pk)) == (scope != Scope.ACCOUNT)
    assert len(found.restrictions_over(987654, cast.moving.pk)) == (scope == Scope.CITY)


def test_restriction_says_since_when_and_by_whom(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    (row,) = around(account).restrictions_over(account.pk, account.section_id)
    assert row.words == "11月20日(金) 10:00 から、佐藤 美咲（観光交流課 主事）"
    assert row.started_at == NOW


def test_restriction_that_is_over_is_seen_only_by_who_looks_back(cast: Cast, account: SocialAccount) -> None:
    row = flame(cast, now=NOW)
    restricting.end_flaming(restriction=row, words="収まった", by=cast.suzuki, now=LATER)
    assert around(account).restrictions_over(account.pk, account.section_id) == ()
    before, at_the_end = (
        around(account, since=since).restrictions_over(account.pk, account.section_id)
        for since in (LATER - timedelta(seconds=1), LATER)
    )
    assert ([found.ended_at for found in before], at_the_end) == ([LATER], ())


@pytest.mark.clause("mima:8-2")
def test_headquarters_stand_until_they_are_dissolved(cast: Cast, account: SocialAccount) -> None:
    assert not around(account).hq_stands
    set_up_hq(cast, now=NOW, stop=False)
    assert around(account).hq_stands
    dissolve_hq(cast, now=LATER)
    assert not around(account).hq_stands


def test_standing_confirmation_is_the_sections_until_taken_back(cast: Cast, account: SocialAccount) -> None:
    row = give_standing(cast, now=NOW)
    (found,) = around(account).standing_of(cast.tourism.pk)
    assert (found.from_on, found.until_on) == (TODAY, date(2027, 3, 31))
    assert around(account).standing_of(cast.moving.pk) == ()
    hours.end_standing(standing=row, by=cast.suzuki, now=NOW)
    assert around(account).standing_of(cast.tourism.pk) == ()


@pytest.mark.clause("mima:4-4")
@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("山田 太郎さんが来ます。", True),
        ("山田太郎さんが来ます。", True),
        ("山田　太郎さんが来ます。", True),
        ("山田\n太郎さんが来ます。", True),
        ("みほん党の集まり", True),
        ("ﾐﾎﾝ党", False),
        ("山田町の太郎さん", False),
        ("山田さんが来ます。", False),
        ("", False),
    ],
)
def test_election_is_found_by_a_full_name_however_it_is_spaced(
    cast: Cast, account: SocialAccount, text: str, is_named: bool
) -> None:
    list_election(cast, name="市長選挙", announced_on=TODAY, now=NOW)
    assert bool(around(account).elections_named_in(["無事です。", text])) == is_named


def test_election_that_was_taken_out_is_not_looked_for(cast: Cast, account: SocialAccount) -> None:
    row = list_election(cast, name="市長選挙", announced_on=TODAY, now=NOW)
    lists.retire_election(election=row, reason="無投票", by=cast.suzuki, now=NOW)
    assert around(account).elections_named_in(["山田 太郎"]) == ()


def test_name_of_nothing_is_in_no_text() -> None:
    assert names_in(["何でもない文"], ["", " ", "　"]) == ()
    assert names_in(["ＡＢＣ党と山田太郎"], ["ABC党", "山田 太郎", "川田 花子"]) == ("ABC党", "山田 太郎")


def test_name_does_not_reach_over_two_texts() -> None:
    assert names_in(["山田", "太郎"], ["山田太郎"]) == ()


def test_everything_is_read_at_once(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    set_up_hq(cast, now=NOW)
    give_standing(cast, now=NOW)
    list_election(cast, name="市長選挙", announced_on=TODAY, now=NOW)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        around(account)
    assert len(queries) == 1
    assert surroundings([], [], on=TODAY).restrictions_over(account.pk, account.section_id)
