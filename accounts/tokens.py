"""Secrets that change with use: refresh tokens that work once. One process exchanges at a time, by a lease in the row.

The call to the network runs outside any transaction. What it brought is stored before anybody else may exchange; a
process that dies in between leaves a lease that ends by itself, and a token that a person has to renew.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import vault
from accounts.acts import WORKER
from accounts.events import CREDENTIAL_RENEWED
from accounts.models import Credential
from audit import actions as audit
from platforms.errors import NotConfigured, NotSent

POLL_SECONDS = 0.2
BUSY = "認証を更新している途中です。少しおいて、もう一度試します"
Secrets = Mapping[str, str]


class DatabaseTokens:
    """The secrets of one connection, with what was told in its settings beside them."""

    def __init__(
        self,
        pk: UUID,
        settings_: Secrets,
        secret: Secrets,
        *,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        """`pk` is the credential's, `secret` what it holds now."""
        self._pk, self._settings, self._known = pk, settings_, secret
        self._clock = clock
        self._lock = threading.Lock()

    def current(self) -> Secrets:
        with self._lock:
            return {**self._settings, **self._known}

    def renewed(self, stale: Secrets, exchange: Callable[[Secrets], Secrets]) -> Secrets:
        give_up = time.monotonic() + settings.SEND_DEADLINE_SECONDS
        while not self._takes_lease():
            if (newer := self._newer_than(stale)) is not None:
                return newer
            if time.monotonic() > give_up:
                raise NotSent(BUSY)
            time.sleep(POLL_SECONDS)
        try:
            return self._newer_than(stale) or self._exchanged(exchange)
        finally:
            Credential.objects.filter(pk=self._pk).update(renewing_until=None)

    def _takes_lease(self) -> bool:
        now = self._clock()
        free = Credential.objects.filter(Q(renewing_until=None) | Q(renewing_until__lt=now), pk=self._pk)
        return bool(free.update(renewing_until=now + timedelta(seconds=settings.SEND_DEADLINE_SECONDS + 5)))

    def _newer_than(self, stale: Secrets) -> Secrets | None:
        """What somebody else has stored since."""
        self._remember(_opened(self._row()))
        now = self.current()
        return now if now.get("access_token") != stale.get("access_token") else None

    def _exchanged(self, exchange: Callable[[Secrets], Secrets]) -> Secrets:
        row = self._row()
        known = self.current()
        told = exchange(known)
        new = {name: value for name, value in told.items() if value != known.get(name)}
        self._store(row, known, new)
        self._remember(_opened(self._row()))
        return self.current()

    def _store(self, row: Credential, known: Secrets, new: Secrets) -> None:
        """Over what is in the row by now. Where a person has set another token meanwhile, theirs counts."""
        now = self._clock()
        with transaction.atomic(durable=True):
            held = Credential.objects.select_for_update().get(pk=row.pk)
            secret = _opened(held)
            if any(secret.get(name, "") != known.get(name, "") for name in new):
                return
            held.key_id, held.sealed = vault.seal({**secret, **new}, bound_to=str(row.pk))
            held.renewed_at = now
            held.save(update_fields=["key_id", "sealed", "renewed_at"])
            audit.append(
                stream=f"account:{row.social_account_id}",
                event=CREDENTIAL_RENEWED,
                at=now,
                by=WORKER,
                payload={"credential": str(row.pk), "key": held.key_id},
            )

    def _row(self) -> Credential:
        row = Credential.objects.filter(pk=self._pk).first()
        if row is None:
            raise NotConfigured("認証情報がありません。つなぎ直してください")
        return row

    def _remember(self, secret: Secrets) -> None:
        with self._lock:
            self._known = secret


def _opened(credential: Credential) -> Secrets:
    try:
        return vault.unseal(credential.key_id, bytes(credential.sealed), bound_to=str(credential.pk))
    except vault.VaultError as error:
        raise NotConfigured(str(error)) from error
