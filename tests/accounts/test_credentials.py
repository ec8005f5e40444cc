"""認証情報 in use: sealed when it is set, opened only to send, each opening in the record, shown nowhere."""

import json
import os
import traceback
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts import connections, vault
from accounts.models import Credential, SocialAccount
from audit.models import Entry
from outbound.deadline import Deadline
from platforms.errors import NotConfigured, PlatformError
from policies.actions import operation
from posts.actions import sending
from posts.models import Attempt, Delivery
from tests.posts.acts import refused
from tests.servers.fake_pds import HANDLE, PASSWORD, FakePds, running_fake
from tests.support.cast import NOW, Cast, approved, make_account, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[SocialAccount]:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    monkeypatch.setattr(connections, "_client", None)
    monkeypatch.setattr(connections, "_adapters", {})
    monkeypatch.setattr("posts.actions.review.nudge", lambda: None)
    yield make_account(
        cast,
        "美馬市（Bluesky）",
        network="bluesky",
        connection="api",
        handle=HANDLE,
        url="https://sns.example/koho",
    )
    if connections._client is not None:
        connections._client.close()


@pytest.fixture
def pds() -> Iterator[FakePds]:
    with running_fake() as fake:
        yield fake


def connect(cast: Cast, account: SocialAccount, url: str, password: str = PASSWORD) -> SocialAccount:
    return operation.set_credential(
        account=account,
        config={"base_url": url, "identifier": HANDLE},
        secret={"app_password": password},
        by=cast.kondo,
        now=NOW,
    )


def uses() -> int:
    return Entry.objects.filter(event="account.credential_used", by__startswith="worker ").count()


@pytest.mark.clause("mima:3-3-認証")
def test_credential_is_sealed_and_its_record_names_fields_but_no_value(
    cast: Cast, account: SocialAccount
) -> None:
    connect(cast, account, "https://pds.example")
    credential = Credential.objects.get()
    assert PASSWORD.encode() not in bytes(credential.sealed)
    assert credential.changed_by == cast.kondo
    entry = Entry.objects.get(event="account.credential_set")
    assert json.loads(entry.payload)["changed"] == ["base_url", "identifier", "app_password"]
    assert PASSWORD not in entry.payload + entry.body


def opened() -> dict[str, str]:
    row = Credential.objects.get()
    return vault.unseal(row.key_id, bytes(row.sealed), bound_to=str(row.pk))


def set_secret(cast: Cast, account: SocialAccount, **secret: str) -> None:
    account.refresh_from_db()
    operation.set_credential(account=account, config={}, secret=secret, by=cast.kondo, now=NOW)


def test_changing_one_secret_keeps_the_others_and_says_that_they_were_opened(
    cast: Cast, account: SocialAccount
) -> None:
    set_secret(cast, account, access_token="a1", refresh_token="r1", client_secret="first-client-secret")
    set_secret(cast, account, client_secret="second-client-secret")
    assert opened() == {"access_token": "a1", "refresh_token": "r1", "client_secret": "second-client-secret"}
    [entry] = Entry.objects.filter(event="account.credential_used")
    assert entry.by.startswith("kondo ")
    last = Entry.objects.filter(event="account.credential_set").latest("seq")
    assert json.loads(last.payload)["changed"] == ["client_secret"]
    assert "second-client-secret" not in last.payload + entry.payload


def test_new_token_forgets_when_the_old_one_ended(cast: Cast, account: SocialAccount) -> None:
    set_secret(cast, account, access_token="a1", refresh_token="r1", expires_at="2026-11-20T00:00:00+00:00")
    set_secret(cast, account, client_secret="c1")
    assert "expires_at" in opened()
    set_secret(cast, account, access_token="a2")
    assert opened() == {"access_token": "a2", "refresh_token": "r1", "client_secret": "c1"}


def test_secret_that_nobody_can_open_is_replaced_by_what_is_typed(cast: Cast, account: SocialAccount) -> None:
    set_secret(cast, account, app_password="old")
    Credential.objects.update(key_id="lost")
    set_secret(cast, account, app_password="new")
    assert opened() == {"app_password": "new"}


@pytest.mark.parametrize("name", ["sato", "suzuki", "onishi", "hayashi"])
def test_credential_is_set_by_system_admins_only(cast: Cast, account: SocialAccount, name: str) -> None:
    with refused("not_system_admin") as refusal:
        operation.set_credential(
            account=account,
            config={},
            secret={"app_password": PASSWORD},
            by=getattr(cast, name),
            now=NOW,
        )
    assert refusal.forbidden
    assert not Credential.objects.exists()


def test_each_opening_of_a_credential_is_in_the_record(
    cast: Cast, account: SocialAccount, pds: FakePds
) -> None:
    connect(cast, account, pds.url)
    connections.adapter_for(account, now=NOW)
    [entry] = Entry.objects.filter(event="account.credential_used")
    assert (entry.stream, entry.by) == (f"account:{account.pk}", "worker 発信の仕組み")
    assert json.loads(entry.payload) == {"credential": str(Credential.objects.get().pk), "key": "dev"}
    assert connections.adapter_for(account, now=NOW) is connections.adapter_for(account, now=NOW)
    assert uses() == 1  # kept, so that the network's session is


def test_credential_is_opened_again_when_it_or_the_settings_changed(
    cast: Cast, account: SocialAccount, pds: FakePds
) -> None:
    connect(cast, account, pds.url)
    first = connections.adapter_for(account, now=NOW)
    operation.set_credential(
        account=account,
        config=account.config,
        secret={"app_password": "new"},
        by=cast.kondo,
        now=NOW + timedelta(minutes=1),
    )
    second = connections.adapter_for(account, now=NOW)
    account.config = {**account.config, "web_base": "https://sns.example"}
    account.save()
    third = connections.adapter_for(account, now=NOW)
    assert len({id(adapter) for adapter in (first, second, third)}) == 3
    assert uses() == 3


@pytest.mark.parametrize("missing", ["base_url", "identifier", "app_password"])
def test_account_without_a_setting_says_which_and_opens_nothing(
    cast: Cast, account: SocialAccount, missing: str
) -> None:
    config = {"base_url": "https://pds.example", "identifier": HANDLE}
    secret = {} if missing == "app_password" else {"app_password": PASSWORD}
    config.pop(missing, None)
    operation.set_credential(account=account, config=config, secret=secret, by=cast.kondo, now=NOW)
    with pytest.raises(NotConfigured, match="設定されていません"):
        connections.adapter_for(account, now=NOW)
    assert uses() == 0


def test_tampered_credential_holds_the_post_and_says_so(cast: Cast, account: SocialAccount) -> None:
    connect(cast, account, "https://pds.example")
    credential = Credential.objects.get()
    Credential.objects.update(sealed=bytes(credential.sealed)[:-1] + b"x")
    delivery = approved(cast, account).deliveries.get()
    sending.send(delivery.pk, clock=lambda: NOW)
    delivery.refresh_from_db()
    assert delivery.state == "held"
    assert delivery.problem.startswith("鍵「dev」では開けません")
    assert not Attempt.objects.exists()


def test_credential_of_another_account_does_not_open(cast: Cast, account: SocialAccount) -> None:
    """Somebody with the database copies the sealed secret into another account's row."""
    connect(cast, account, "https://pds.example")
    other = make_account(
        cast, "町並み", network="bluesky", connection="api", handle="@machi", url="https://sns.example/machi"
    )
    connect(cast, other, "https://pds.example", "another")
    stolen = Credential.objects.get(social_account=account)
    Credential.objects.filter(social_account=other).update(sealed=stolen.sealed, key_id=stolen.key_id)
    with pytest.raises(NotConfigured, match="開けません"):
        connections.adapter_for(other, now=NOW)


def test_secret_is_nowhere_to_be_read_after_a_refused_sign_in(
    cast: Cast, account: SocialAccount, pds: FakePds, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    wrong = "wrong-pass-word-1234"
    connect(cast, account, pds.url, wrong)
    delivery = approved(cast, account).deliveries.get()
    sending.send(delivery.pk, clock=lambda: NOW)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts.get().outcome) == ("waiting", "auth_expired")
    record = "".join(f"{entry.payload}{entry.body}" for entry in Entry.objects.all())
    written = "".join(str(row) for row in [*Delivery.objects.values(), *Attempt.objects.values()])
    adapter = connections.adapter_for(account, now=NOW)
    assert wrong not in record + written + caplog.text + repr(adapter) + repr(vars(adapter))


def test_secret_is_in_no_traceback_when_the_check_fails(
    cast: Cast, account: SocialAccount, pds: FakePds
) -> None:
    connect(cast, account, pds.url, "wrong-pass-word-1234")
    with pytest.raises(PlatformError) as caught:
        connections.adapter_for(account, now=NOW).profile(deadline=Deadline.after(5))
    assert "wrong-pass-word-1234" not in "".join(traceback.format_exception(caught.value))


# --- another key


@pytest.fixture
def two_keys(cast: Cast, account: SocialAccount, settings: Settings) -> dict[str, bytes]:
    """A credential sealed under the key that was first until now."""
    connect(cast, account, "https://pds.example")
    keys = {"2027": os.urandom(32), **settings.CREDENTIAL_KEYS}
    settings.CREDENTIAL_KEYS = keys
    return keys


def test_rotation_seals_again_under_the_first_key(
    two_keys: dict[str, bytes], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("rotate_credential_keys")
    assert "1件の認証情報を、鍵「2027」で封じ直しました。" in capsys.readouterr().out
    credential = Credential.objects.get()
    settings.CREDENTIAL_KEYS = {"2027": two_keys["2027"]}  # the old key is gone for good
    secret = vault.unseal(credential.key_id, bytes(credential.sealed), bound_to=str(credential.pk))
    assert secret == {"app_password": PASSWORD}
    entry = Entry.objects.get(event="account.credential_rotated")
    assert json.loads(entry.payload) == {"credential": str(credential.pk), "from": "dev", "to": "2027"}


def test_rotation_does_nothing_when_all_is_under_the_first_key(
    two_keys: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("rotate_credential_keys")
    sealed = bytes(Credential.objects.get().sealed)
    call_command("rotate_credential_keys")
    assert "0件" in capsys.readouterr().out
    assert bytes(Credential.objects.get().sealed) == sealed


def test_rotation_changes_nothing_when_one_credential_cannot_be_opened(
    cast: Cast, two_keys: dict[str, bytes]
) -> None:
    other = make_account(
        cast, "町並み", network="bluesky", connection="api", handle="@machi", url="https://sns.example/machi"
    )
    connect(cast, other, "https://pds.example")
    Credential.objects.filter(social_account=other).update(key_id="lost")
    before = list(Credential.objects.order_by("pk").values_list("key_id", "sealed"))
    with pytest.raises(CommandError, match=r"鍵「lost」.*何も変えていません"):
        call_command("rotate_credential_keys")
    assert list(Credential.objects.order_by("pk").values_list("key_id", "sealed")) == before
    assert not Entry.objects.filter(event="account.credential_rotated").exists()
