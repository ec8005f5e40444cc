"""From a social account to the adapter that can post to it. The only module that knows the registry.

An adapter is kept per process, so that a network session is reused; a changed setting or credential makes a
new one. Opening a credential leaves an entry in the record.
"""

import hashlib
import json
import threading
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts import vault
from accounts.acts import WORKER
from accounts.events import CREDENTIAL_USED
from accounts.models import Credential, SocialAccount, TrainingPost
from accounts.sql import rows
from accounts.tokens import DatabaseTokens
from audit import actions as audit
from outbound.http import Client
from platforms import registry
from platforms.base import Adapter, Capabilities
from platforms.errors import NotConfigured, Unsupported

# The way of connecting that people bring posts out by.
BY_HAND = registry.MANUAL
# And the one whose posts only appear on the timeline inside the product.
TRAINING = registry.TRAINING
_adapters: dict[int, tuple[tuple[object, ...], Adapter]] = {}
_lock = threading.Lock()
_client: Client | None = None


class DatabaseTimeline:
    """The training timeline of one social account, kept in our own database; a key is posted once."""

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id

    def publish(self, *, key: str, text: str, at: datetime) -> str:
        row, _ = TrainingPost.objects.get_or_create(
            key=key, defaults={"social_account_id": self.account_id, "text": text, "posted_at": at}
        )
        return f"training:{row.pk}"

    def find(self, *, key: str) -> str | None:
        pk = TrainingPost.objects.filter(key=key).values_list("pk", flat=True).first()
        return f"training:{pk}" if pk else None

    def read(self, *, name: str) -> tuple[str, datetime] | None:
        number = name.removeprefix("training:")
        if name == number or not (number.isascii() and number.isdecimal()):
            return None
        posts = TrainingPost.objects.filter(social_account_id=self.account_id, pk=number)
        return posts.values_list("text", "posted_at").first()


def adapter_for(account: SocialAccount, *, now: datetime) -> Adapter:
    """The adapter of this social account. Raises platforms' NotConfigured or Unsupported (nothing was sent)."""
    changed_at = rows("SELECT changed_at FROM accounts_credential WHERE social_account_id = %s", account.pk)
    version = (account.network, account.connection, str(account.config), changed_at)
    with _lock:
        known = _adapters.get(account.pk)
    if known is not None and known[0] == version:
        return known[1]
    adapter = _build(account, Credential.objects.filter(social_account=account).first(), now)
    with _lock:
        _adapters[account.pk] = (version, adapter)
    return adapter


def destination(account: SocialAccount) -> str:
    """Where posts of this account go, as a digest: network, way of connecting and settings, without secrets."""
    settings_ = json.dumps([account.network, account.connection, account.config], sort_keys=True)
    return hashlib.sha256(settings_.encode()).hexdigest()


def supports(network: str, connection: str) -> bool:
    return registry.supports(network, connection)


def by_themselves() -> Mapping[str, Capabilities]:
    """What can be done on each network that the program sends to by itself."""
    return {network: registry.capabilities(network, "api") for network in registry.networks_by_api()}


def capabilities(account: SocialAccount) -> Capabilities:
    """What this account's way of connecting can do; nothing where the program has no adapter for it."""
    try:
        return registry.capabilities(account.network, account.connection)
    except Unsupported:
        return Capabilities()


def new_key(account: SocialAccount, now: datetime) -> str:
    """A key for something that people bring out: no secret is opened for it."""
    return registry.build(
        network=account.network,
        connection=account.connection,
        config={},
        secret={},
        timeline=None,
        client=None,
        tokens=None,
    ).new_key(now)


def fields(network: str, connection: str) -> object:
    """What this way of connecting needs to be told: settings and secrets, with Japanese labels."""
    return registry.fields(network, connection)


def _build(account: SocialAccount, credential: Credential | None, now: datetime) -> Adapter:
    secret = _open(credential, now) if credential and _is_configured(account) else {}
    return registry.build(
        network=account.network,
        connection=account.connection,
        config=account.config,
        secret=secret,
        timeline=DatabaseTimeline(account.pk),
        client=_shared_client(),
        tokens=DatabaseTokens(credential.pk, account.config, secret) if credential else None,
    )


def _is_configured(account: SocialAccount) -> bool:
    """A secret is not opened for a connection that cannot be built anyway."""
    fields_ = registry.fields(account.network, account.connection)
    return all(
        account.config.get(field.name) for field in fields_ if field.is_required and not field.is_secret
    )


def _open(credential: Credential, now: datetime) -> Mapping[str, str]:
    try:
        secret = vault.unseal(credential.key_id, bytes(credential.sealed), bound_to=str(credential.pk))
    except vault.VaultError as error:
        raise NotConfigured(str(error)) from error
    with transaction.atomic():
        audit.append(
            stream=f"account:{credential.social_account_id}",
            event=CREDENTIAL_USED,
            at=now,
            by=WORKER,
            payload={"credential": str(credential.pk), "key": credential.key_id},
        )
    return secret


def _shared_client() -> Client:
    global _client
    if _client is None:
        _client = Client(
            allow_hosts=frozenset(settings.OUTBOUND_HOSTS),
            allow_loopback=settings.OUTBOUND_ALLOW_LOOPBACK,
            proxy=settings.OUTBOUND_PROXY or None,
        )
    return _client
