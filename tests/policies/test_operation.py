"""The register: requesting to closing, what a narrowing act does to the gate, and credentials."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts import vault
from accounts.acts import ActRefused, ActStale
from accounts.models import Credential, SocialAccount
from audit.models import Entry
from policies.actions import operation
from policies.models import CityGate, CitySite
from rules.states import AccountState
from tests.policies.conftest import published
from tests.support.cast import Cast, make_account

FOLDER = "accounts/x-mima_kanko_demo/"
KEYS = ("name", "url", "handle")
NEW = {"name": "別の名前", "url": "https://x.com/betsu", "handle": "@betsu"}


def epoch() -> int:
    return CityGate.objects.get(pk=1).epoch


def test_account_is_requested_by_staff_of_the_section(cast: Cast, account: SocialAccount) -> None:
    entry = Entry.objects.get(event="account.requested")
    assert entry.stream == f"account:{account.pk}"
    assert account.requested_by == cast.sato


def test_request_is_refused_for_another_section(cast: Cast, now: datetime) -> None:
    with pytest.raises(ActRefused) as caught:
        operation.request(**_entry(cast), by=cast.mori, now=now)
    assert caught.value.refusal.forbidden
    assert not SocialAccount.objects.exists()
    assert Entry.objects.get(event="account.requested.refused").stream == f"staff:{cast.mori.pk}"


def test_request_says_so_when_the_handle_is_in_the_register(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    with pytest.raises(operation.AlreadyRegistered, match="台帳"):
        operation.request(**_entry(cast), by=cast.sato, now=now)


@pytest.mark.parametrize("key", KEYS)
def test_request_says_so_when_a_name_of_an_entry_in_use_is_taken(
    cast: Cast, account: SocialAccount, now: datetime, key: str
) -> None:
    taken = {**NEW, key: getattr(account, key)}
    with pytest.raises(operation.AlreadyRegistered):
        operation.request(**{**_entry(cast), **taken}, by=cast.sato, now=now)
    assert SocialAccount.objects.count() == 1


def test_closed_entry_frees_its_name_and_keeps_its_place_in_the_register(
    cast: Cast, opened: SocialAccount, now: datetime
) -> None:
    """Handed back and opened anew by the same city: the old entry stays, with all that was posted."""
    operation.close(account=opened, reason="いったん終えます", by=cast.suzuki, now=now)
    same = {key: getattr(opened, key) for key in KEYS}
    anew = operation.request(**{**_entry(cast), **same}, by=cast.sato, now=now)
    assert list(SocialAccount.objects.order_by("pk")) == [opened, anew]
    assert [row.name for row in SocialAccount.objects.all()] == [opened.name] * 2
    with pytest.raises(operation.AlreadyRegistered):
        operation.request(**{**_entry(cast), **same}, by=cast.sato, now=now)


@pytest.mark.clause("mima:3-1")
def test_account_is_not_opened_without_a_policy_in_force(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    with pytest.raises(ActRefused) as caught:
        operation.open_(account=account, by=cast.suzuki, now=now)
    assert caught.value.refusal.codes == {"no_policy_in_force"}
    account.refresh_from_db()
    assert account.state == AccountState.APPROVED


def test_account_is_opened_by_the_chief_alone(cast: Cast, opened: SocialAccount) -> None:
    assert opened.state == AccountState.IN_OPERATION
    assert opened.opened_at is not None
    assert Entry.objects.get(event="account.opened").by.startswith("suzuki ")


@pytest.mark.parametrize("act", [operation.suspend, operation.close])
def test_narrowing_raises_the_gate_and_takes_the_account_off(
    cast: Cast, opened: SocialAccount, now: datetime, act: object
) -> None:
    before = epoch()
    act(account=opened, reason="乗っ取りの疑い", by=cast.suzuki, now=now)  # type: ignore[operator]
    assert epoch() == before + 1
    assert opened.state in (AccountState.SUSPENDED, AccountState.CLOSED)


@pytest.mark.parametrize("act", [operation.suspend, operation.close])
def test_narrowing_is_refused_without_a_reason_and_leaves_the_gate_alone(
    cast: Cast, opened: SocialAccount, now: datetime, act: object
) -> None:
    before = epoch()
    with pytest.raises(ActRefused) as caught:
        act(account=opened, reason="", by=cast.suzuki, now=now)  # type: ignore[operator]
    assert caught.value.refusal.codes == {"reason_missing"}
    assert epoch() == before


def test_narrowing_is_refused_from_staff(cast: Cast, opened: SocialAccount, now: datetime) -> None:
    with pytest.raises(ActRefused) as caught:
        operation.suspend(account=opened, reason="休みます", by=cast.sato, now=now)
    assert caught.value.refusal.forbidden


def test_account_is_resumed_under_its_policy(cast: Cast, opened: SocialAccount, now: datetime) -> None:
    operation.suspend(account=opened, reason="点検のため", by=cast.suzuki, now=now)
    assert "休止中" in published("index.html")
    operation.resume(account=opened, by=cast.suzuki, now=now)
    assert opened.state == AccountState.IN_OPERATION
    assert "休止中" not in published("index.html")


def test_closed_account_stands_in_its_own_table_with_the_reason(
    cast: Cast, opened: SocialAccount, now: datetime
) -> None:
    operation.close(account=opened, reason="Blueskyへまとめました", by=cast.suzuki, now=now)
    page = published("index.html")
    assert "いま運用している公式アカウントはありません" in page
    assert page.index("終わった公式アカウント") < page.index("Blueskyへまとめました")
    assert "令和8年11月20日（2026年）に終わりました" in published(f"{FOLDER}index.html")


def test_closed_account_never_comes_back(cast: Cast, opened: SocialAccount, now: datetime) -> None:
    operation.close(account=opened, reason="終わり", by=cast.suzuki, now=now)
    for act in (operation.open_, operation.resume):
        with pytest.raises(ActRefused) as caught:
            act(account=opened, by=cast.suzuki, now=now)
        assert caught.value.refusal.codes == {"wrong_state"}


def test_suspension_stands_even_when_the_site_cannot_be_written(
    cast: Cast, opened: SocialAccount, now: datetime, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    settings.SITE_FOLDER = tmp_path / "file"
    operation.suspend(account=opened, reason="乗っ取りの疑い", by=cast.suzuki, now=now)
    assert opened.state == AccountState.SUSPENDED
    assert "書き込めません" in CitySite.objects.get().problem


def test_act_is_stale_on_a_form_of_yesterday(cast: Cast, opened: SocialAccount, now: datetime) -> None:
    with pytest.raises(ActStale):
        operation.suspend(account=opened, reason="x", by=cast.suzuki, now=now, form_no=1)


def _set(cast: Cast, account: SocialAccount, now: datetime, password: str = "himitsu-no-kotoba") -> None:
    operation.set_credential(
        account=account,
        config={"base_url": "https://pds.example"},
        secret={"app_password": password} if password else {},
        by=cast.kondo,
        now=now,
    )


@pytest.mark.clause("mima:3-3-認証")
@pytest.mark.clause("toyama:6-4")
def test_credential_is_sealed_and_the_record_names_key_and_fields_but_no_value(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    _set(cast, account, now)
    stored = Credential.objects.get()
    assert b"himitsu" not in bytes(stored.sealed)
    opened = vault.unseal(stored.key_id, bytes(stored.sealed), bound_to=str(stored.pk))
    assert opened == {"app_password": "himitsu-no-kotoba"}
    payload = Entry.objects.get(event="account.credential_set").payload
    assert json.loads(payload) == {"changed": ["base_url", "app_password"], "key": stored.key_id}


def test_credential_stays_when_only_the_settings_change(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    _set(cast, account, now)
    before = bytes(Credential.objects.get().sealed)
    _set(cast, account, now, password="")
    assert bytes(Credential.objects.get().sealed) == before


def test_credential_is_refused_from_everybody_but_system_admins(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    with pytest.raises(ActRefused) as caught:
        operation.set_credential(account=account, config={}, secret={"a": "b"}, by=cast.suzuki, now=now)
    assert caught.value.refusal.forbidden
    assert not Credential.objects.exists()


def test_training_account_leaves_the_site_alone(cast: Cast, now: datetime) -> None:
    account = make_account(cast, now=now)
    release = CitySite.objects.get().release
    operation.suspend(account=account, reason="練習", by=cast.suzuki, now=now)
    assert CitySite.objects.get().release == release


def _entry(cast: Cast) -> operation.Entry:
    return {
        "section": cast.tourism,
        "name": "別の名前",
        "network": "x",
        "connection": "api",
        "handle": "@mima_kanko_demo",
        "url": "https://x.com/betsu",
        "rulebooks": ["mima"],
        "research": "調べた。",
        "purpose": "届ける",
    }
