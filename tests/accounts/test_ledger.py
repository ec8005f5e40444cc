"""認証情報の台帳: who holds what, when it is to be changed, and that no secret and no private address gets in."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from accounts.actions import ledger, people
from accounts.actions.ledger import Change
from accounts.acts import ActRefused, ActStale
from accounts.ledger import is_of_city, line_of, lines
from accounts.models import LedgerEntry, SocialAccount
from audit.models import Entry
from policies.actions import operation
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


@pytest.mark.parametrize("recorded_before", [0, 1, 2])
def test_second_person_who_records_is_told(
    cast: Cast, account: SocialAccount, now: datetime, recorded_before: int
) -> None:
    """Also of two who opened the page when there was no line at all."""
    for _ in range(recorded_before):
        ledger.record(account=account, change=change(cast, now), by=cast.suzuki, now=now)
    opened = line_of(SocialAccount.objects.get(pk=account.pk), day_of(now)).form_no
    ledger.record(account=account, change=change(cast, now), by=cast.suzuki, now=now, form_no=opened)
    with pytest.raises(ActStale):
        ledger.record(account=account, change=change(cast, now), by=cast.kondo, now=now, form_no=opened)


def test_later_of_two_requests_is_not_done_with_a_change_between_them(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    """mima:3-3-認証: who went in May still knows what was changed in April."""
    later = now + timedelta(days=30)
    ledger.ask_rotation(account=account, reason="4月の異動", by=cast.kondo, now=now)
    ledger.ask_rotation(account=account, reason="5月の異動", by=cast.kondo, now=later)
    between = change(cast, now, changed_on=day_of(now) + timedelta(days=1))
    assert ledger.record(account=account, change=between, by=cast.suzuki, now=later).rotate_since
    assert not ledger.record(
        account=account, change=change(cast, later), by=cast.suzuki, now=later
    ).rotate_since


def test_requested_change_of_an_account_without_a_line_says_why(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    ledger.ask_rotation(account=account, reason="担当者が替わった", by=cast.kondo, now=now)
    [line] = lines(day_of(now))
    assert line.must_change
    assert "担当者が替わった" in line.owed[0]
    assert "まだ記録がありません" in line.owed[1]


@pytest.mark.parametrize("gone", ["left", "moved"])
def test_credential_must_change_when_its_holder_went(
    cast: Cast, account: SocialAccount, now: datetime, gone: str
) -> None:
    ledger.record(account=account, change=change(cast, now), by=cast.suzuki, now=now)
    assert not lines(day_of(now))[0].must_change
    if gone == "left":
        people.leave(staff=cast.sato, by=cast.kondo, now=now)
    else:
        people.move(staff=cast.sato, section=cast.moving, title="主事", email="", by=cast.kondo, now=now)
    [line] = lines(day_of(now))
    assert line.must_change
    assert "担当の所属にいません" in line.owed[0]


def test_holder_in_the_section_above_is_fine(cast: Cast, account: SocialAccount, now: datetime) -> None:
    ledger.record(account=account, change=change(cast, now, holder=cast.kondo), by=cast.suzuki, now=now)
    [line] = lines(day_of(now))
    assert (line.must_change, line.owed) == (False, ())


def test_closed_account_has_no_line(cast: Cast, account: SocialAccount, now: datetime) -> None:
    operation.close(account=account, reason="使わないため", by=cast.suzuki, now=now)
    assert lines(day_of(now)) == []


def test_new_secret_for_the_network_counts_as_a_change_but_answers_no_request(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    """A request stays until somebody says that it is done: a key of our own shuts nobody out."""
    old = change(cast, now, changed_on=day_of(now) - timedelta(days=400))
    ledger.record(account=account, change=old, by=cast.suzuki, now=now)
    ledger.ask_rotation(account=account, reason="漏れたかもしれない", by=cast.suzuki, now=now)
    opened = LedgerEntry.objects.get().form_no
    operation.set_credential(account=account, config={}, secret={"password": "x"}, by=cast.kondo, now=now)
    entry = LedgerEntry.objects.get()
    assert (entry.changed_on, entry.holder, entry.recorded_by) == (day_of(now), cast.sato, cast.kondo)
    assert entry.rotate_reason == "漏れたかもしれない"
    assert entry.form_no == opened + 1


def test_connection_without_a_new_secret_is_no_change(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    operation.set_credential(account=account, config={"a": "b"}, secret={}, by=cast.kondo, now=now)
    assert not LedgerEntry.objects.exists()


@pytest.mark.clause("toyama:6-4")
def test_no_secret_gets_into_the_line_or_its_record(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    operation.set_credential(
        account=account, config={}, secret={"password": "hirake-goma"}, by=cast.kondo, now=now
    )
    kept = [str(vars(entry)) for entry in LedgerEntry.objects.all()]
    kept += Entry.objects.values_list("payload", flat=True)
    assert len(kept) > 1
    assert not [text for text in kept if "hirake-goma" in text]


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
