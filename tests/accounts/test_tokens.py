"""Refresh tokens that work once: stored before anybody else may exchange, by whatever process."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from pytest_django import Settings

from accounts import vault
from accounts.models import Credential, SocialAccount
from accounts.tokens import BUSY, DatabaseTokens
from audit.models import Entry
from platforms.errors import AuthExpired, NotSent
from policies.actions import operation
from tests.support.cast import NOW, Cast, make_account, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = {"access_token": "a1", "refresh_token": "r1"}
CONFIG = {"base_url": "https://api.x.com", "handle": "mima_kanko", "client_id": "c"}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def credential(cast: Cast) -> Credential:
    account: SocialAccount = make_account(cast, connection="api")
    operation.set_credential(account=account, config=CONFIG, secret=FIRST, by=cast.kondo, now=NOW)
    return Credential.objects.get()


def tokens(credential: Credential, secret: Mapping[str, str] = FIRST) -> DatabaseTokens:
    return DatabaseTokens(credential.pk, CONFIG, secret, clock=lambda: NOW)


def stored(credential: Credential) -> dict[str, str]:
    credential.refresh_from_db()
    return vault.unseal(credential.key_id, bytes(credential.sealed), bound_to=str(credential.pk))


def next_pair(now: Mapping[str, str]) -> Mapping[str, str]:
    number = int(now["access_token"][1:]) + 1
    return {**now, "access_token": f"a{number}", "refresh_token": f"r{number}"}


def test_new_pair_is_sealed_and_the_record_says_so_without_it(credential: Credential) -> None:
    got = tokens(credential).renewed(FIRST, next_pair)
    assert got == {**CONFIG, "access_token": "a2", "refresh_token": "r2"}
    assert stored(credential) == {"access_token": "a2", "refresh_token": "r2"}
    assert (credential.renewed_at, credential.changed_at, credential.renewing_until) == (NOW, NOW, None)
    [entry] = Entry.objects.filter(event="account.credential_renewed")
    assert '"a2"' not in entry.payload
    assert '"r2"' not in entry.payload


def test_process_with_an_old_pair_takes_what_another_has_stored(credential: Credential) -> None:
    one, other = tokens(credential), tokens(credential)
    one.renewed(FIRST, next_pair)
    got = other.renewed(FIRST, lambda _: pytest.fail("exchanged a second time"))
    assert got["access_token"] == other.current()["access_token"] == "a2"


def test_eight_processes_exchange_once(credential: Credential) -> None:
    calls, barrier = [], threading.Barrier(8)

    def slowly(now: Mapping[str, str]) -> Mapping[str, str]:
        calls.append(now["refresh_token"])
        return next_pair(now)

    def one(_: int) -> str:
        try:
            mine = tokens(credential)
            barrier.wait(20)
            return mine.renewed(FIRST, slowly)["access_token"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(8))) == {"a2"}
    assert calls == ["r1"]


def test_failed_exchange_changes_nothing_and_leaves_the_way_free(credential: Credential) -> None:
    def fails(now: Mapping[str, str]) -> Mapping[str, str]:
        raise AuthExpired("もう使えません")

    with pytest.raises(AuthExpired):
        tokens(credential).renewed(FIRST, fails)
    assert stored(credential) == FIRST
    assert tokens(credential).renewed(FIRST, next_pair)["access_token"] == "a2"


def test_lease_of_a_dead_process_ends_by_itself(credential: Credential, settings: Settings) -> None:
    settings.SEND_DEADLINE_SECONDS = 0
    Credential.objects.update(renewing_until=NOW + timedelta(seconds=1))
    with pytest.raises(NotSent, match=BUSY):
        tokens(credential).renewed(FIRST, next_pair)
    Credential.objects.update(renewing_until=NOW - timedelta(seconds=1))
    assert tokens(credential).renewed(FIRST, next_pair)["access_token"] == "a2"


def test_secret_that_a_person_changes_meanwhile_is_kept_beside_the_new_pair(
    credential: Credential, cast: Cast
) -> None:
    """The used refresh token is worth nothing any more: the new pair has to be stored all the same."""

    def meanwhile(now: Mapping[str, str]) -> Mapping[str, str]:
        account = credential.social_account
        account.refresh_from_db()
        told = {"client_secret": "c2"}
        operation.set_credential(account=account, config=CONFIG, secret=told, by=cast.kondo, now=NOW)
        return next_pair(now)

    assert tokens(credential).renewed(FIRST, meanwhile)["refresh_token"] == "r2"
    assert stored(credential) == {"access_token": "a2", "refresh_token": "r2", "client_secret": "c2"}


def test_person_who_connects_anew_meanwhile_is_right(credential: Credential, cast: Cast) -> None:
    mine = {"access_token": "p1", "refresh_token": "p2"}

    def meanwhile(now: Mapping[str, str]) -> Mapping[str, str]:
        account = credential.social_account
        account.refresh_from_db()
        operation.set_credential(account=account, config=CONFIG, secret=mine, by=cast.kondo, now=NOW)
        return next_pair(now)

    assert tokens(credential).renewed(FIRST, meanwhile)["access_token"] == "p1"
    assert stored(credential) == mine
