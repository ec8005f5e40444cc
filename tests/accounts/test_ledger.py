"""認証情報の台帳: who holds what, when it is to be changed, and that no secret and no private address gets in."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from accounts.actions import ledger
from accounts.actions.ledger import Change
from accounts.acts import ActRefused, ActStale
from accounts.ledger import is_of_city, line_of, lines
from accounts.models import LedgerEntry, SocialAccount
from rules.calendar import day_of, months_after
from tests.support.cast import Cast, make_account, make_cast

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("mima:3-3-認証", "mima:3-3-不正アクセス"),
]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast, settings: Settings) -> SocialAccount:
    settings.CITY_MAIL_DOMAINS = ["city.mima.example"]
    return make_account(cast)


def change(cast: Cast, now: datetime, **other: object) -> Change:
    values = {"two_factor": True, "recovery": "koho@city.mima.example", **other}
    return Change(values.pop("holder", cast.sato), values.pop("changed_on", day_of(now)), **values)  # type: ignore[arg-type]


def test_account_without_an_entry_is_owed_one(cast: Cast, account: SocialAccount, now: datetime) -> None:
    [line] = lines(day_of(now))
    assert (line.entry, line.is_owed) == (None, True)


def test_change_is_recorded_and_nothing_is_owed_until_the_months_are_over(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    ledger.record(account=account, change=change(cast, now), by=cast.suzuki, now=now)
    account.refresh_from_db()
    due = months_after(day_of(now), 12)
    assert line_of(account, day_of(now)).owed == ()
    assert line_of(account, due - timedelta(days=1)).owed == ()
    assert "12か月" in line_of(account, due).owed[0]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"two_factor": False}, "2要素認証"),
        ({"recovery": ""}, "復旧用"),
        ({"holder": "mori"}, "担当の所属にいません"),
    ],
)
def test_what_is_not_guarded_well_is_owed(
    cast: Cast, account: SocialAccount, now: datetime, wrong: dict[str, object], says: str
) -> None:
    wrong = {name: getattr(cast, value) if name == "holder" else value for name, value in wrong.items()}  # type: ignore[arg-type]
    ledger.record(account=account, change=change(cast, now, **wrong), by=cast.suzuki, now=now)
    account.refresh_from_db()
    assert any(says in words for words in line_of(account, day_of(now)).owed)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"holder": None}, "holder_missing"),
        ({"holder": "hayashi"}, "holder_missing"),
        ({"changed_on": None}, "change_date_wrong"),
        ({"changed_on": date(2026, 11, 21)}, "change_date_wrong"),
        ({"recovery": "sato@example.com"}, "recovery_not_of_city"),
        ({"recovery": "x@evilcity.mima.example"}, "recovery_not_of_city"),
    ],
)
def test_change_is_refused_when_it_says_nothing_or_a_private_address(
    cast: Cast, account: SocialAccount, now: datetime, wrong: dict[str, object], code: str
) -> None:
    wrong = {
        name: getattr(cast, value) if name == "holder" and isinstance(value, str) else value
        for name, value in wrong.items()
    }
    with pytest.raises(ActRefused) as caught:
        ledger.record(account=account, change=change(cast, now, **wrong), by=cast.suzuki, now=now)
    assert caught.value.refusal.codes == {code}
    assert not LedgerEntry.objects.exists()


def test_rotation_is_asked_with_a_reason_and_done_with_a_later_change(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    ledger.record(account=account, change=change(cast, now), by=cast.suzuki, now=now)
    with pytest.raises(ActRefused):
        ledger.ask_rotation(account=account, reason=" ", by=cast.kondo, now=now)
    ledger.ask_rotation(account=account, reason="漏れたかもしれない", by=cast.kondo, now=now)
    earlier = change(cast, now, changed_on=day_of(now) - timedelta(days=1))
    assert ledger.record(account=account, change=earlier, by=cast.suzuki, now=now).rotate_since
    assert (
        ledger.record(account=account, change=change(cast, now), by=cast.suzuki, now=now).rotate_since is None
    )


def test_ledger_is_kept_by_the_sections_approvers_and_system_admins(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    for by in (cast.suzuki, cast.fujimoto, cast.kondo):
        ledger.record(account=account, change=change(cast, now), by=by, now=now)
    for by in (cast.sato, cast.mori, cast.hayashi, cast.onishi):
        with pytest.raises(ActRefused):
            ledger.record(account=account, change=change(cast, now), by=by, now=now)


def test_second_person_who_records_is_told(cast: Cast, account: SocialAccount, now: datetime) -> None:
    ledger.record(account=account, change=change(cast, now), by=cast.suzuki, now=now)
    ledger.record(account=account, change=change(cast, now), by=cast.suzuki, now=now, form_no=1)
    with pytest.raises(ActStale):
        ledger.record(account=account, change=change(cast, now), by=cast.kondo, now=now, form_no=1)


def test_database_keeps_the_ledgers_lines(cast: Cast, account: SocialAccount, now: datetime) -> None:
    ledger.record(account=account, change=change(cast, now), by=cast.suzuki, now=now)
    for sql in (
        "DELETE FROM accounts_ledgerentry",
        "UPDATE accounts_ledgerentry SET rotate_since = '2026-11-20'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_address_is_the_citys_by_its_domain(settings: Settings) -> None:
    settings.CITY_MAIL_DOMAINS = ["@City.Mima.example", "lg.example"]
    assert is_of_city("a@city.mima.example")
    assert is_of_city("a@sub.lg.example")
    assert not is_of_city("a@evil-lg.example")
    assert not is_of_city("a@city.mima.example.com")
