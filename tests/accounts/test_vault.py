"""認証情報の金庫: what was sealed opens only under its key, unchanged, for the row it was sealed for."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts import vault
from accounts.vault import VaultError

SECRET = {"app_password": "abcd-efgh-ijkl-mnop"}
ROW = "6b1f7e0c-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def ring(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = {"new": os.urandom(32), "old": os.urandom(32)}


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=40), max_size=4))
def test_secret_comes_back_as_it_was_sealed(secret: dict[str, str]) -> None:
    key_id, sealed = vault.seal(secret, bound_to=ROW)
    assert vault.unseal(key_id, sealed, bound_to=ROW) == secret


def test_new_secrets_are_sealed_under_the_first_key_of_the_ring() -> None:
    assert vault.seal(SECRET, bound_to=ROW)[0] == vault.active_key_id() == "new"


def test_same_secret_is_never_sealed_the_same_way_twice() -> None:
    assert len({vault.seal(SECRET, bound_to=ROW)[1] for _ in range(20)}) == 20


def test_sealed_secret_shows_nothing_of_what_is_in_it() -> None:
    sealed = vault.seal(SECRET, bound_to=ROW)[1]
    assert b"abcd" not in sealed
    assert b"app_password" not in sealed


def test_secret_does_not_open_under_another_key() -> None:
    _, sealed = vault.seal(SECRET, bound_to=ROW)
    with pytest.raises(VaultError, match="鍵「old」では開けません"):
        vault.unseal("old", sealed, bound_to=ROW)


def test_error_names_the_key_that_is_not_in_the_ring() -> None:
    with pytest.raises(VaultError, match="鍵「lost」が CREDENTIAL_KEYS にありません"):
        vault.unseal("lost", b"", bound_to=ROW)


def test_secret_does_not_open_for_another_row() -> None:
    key_id, sealed = vault.seal(SECRET, bound_to=ROW)
    with pytest.raises(VaultError):
        vault.unseal(key_id, sealed, bound_to=ROW.replace("1", "2"))


@pytest.mark.parametrize("place", [0, 11, 12, 20, -1])
def test_secret_does_not_open_when_a_single_bit_was_changed(place: int) -> None:
    key_id, sealed = vault.seal(SECRET, bound_to=ROW)
    tampered = bytearray(sealed)
    tampered[place] ^= 1
    with pytest.raises(VaultError):
        vault.unseal(key_id, bytes(tampered), bound_to=ROW)


@pytest.mark.parametrize("length", [0, 5, 12, 20])
def test_secret_does_not_open_when_it_was_cut_off(length: int) -> None:
    key_id, sealed = vault.seal(SECRET, bound_to=ROW)
    with pytest.raises(VaultError):
        vault.unseal(key_id, sealed[:length], bound_to=ROW)


def test_error_holds_nothing_of_the_secret() -> None:
    key_id, sealed = vault.seal(SECRET, bound_to=ROW)
    with pytest.raises(VaultError) as caught:
        vault.unseal(key_id, sealed[:-1], bound_to=ROW)
    assert "abcd" not in str(caught.value)
    assert sealed.hex()[:12] not in str(caught.value)
