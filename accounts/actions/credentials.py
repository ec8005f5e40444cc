"""Sealing credentials: what a person typed over what is stored, and all anew under the active key of the ring."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts import vault
from accounts.acts import signature
from accounts.events import CREDENTIAL_ROTATED, CREDENTIAL_USED
from accounts.models import Credential, SocialAccount, StaffMember
from audit import actions as audit

# What the network told beside a token: another token knows nothing of it.
_TOLD_BESIDE = "expires_at"


def seal(*, account: SocialAccount, typed: Mapping[str, str], by: StaffMember, now: datetime) -> Credential:
    """Store what was typed; what was left empty stays. The caller holds the account's lock, and writes the record."""
    rows = Credential.objects.select_for_update().filter(social_account=account)
    credential = rows.first() or Credential(social_account=account)
    secret = {**_kept(credential, typed, by, now), **typed}
    credential.key_id, credential.sealed = vault.seal(secret, bound_to=str(credential.pk))
    credential.changed_at, credential.changed_by = now, by
    credential.save()
    return credential


def _kept(
    credential: Credential, typed: Mapping[str, str], by: StaffMember, now: datetime
) -> Mapping[str, str]:
    """The stored secrets, opened for this; none where nobody can open them any more."""
    if not credential.sealed:
        return {}
    try:
        stored = vault.unseal(credential.key_id, bytes(credential.sealed), bound_to=str(credential.pk))
    except vault.VaultError:
        return {}
    audit.append(
        stream=f"account:{credential.social_account_id}",
        event=CREDENTIAL_USED,
        at=now,
        by=signature(by),
        payload={"credential": str(credential.pk), "key": credential.key_id},
    )
    return {
        name: value for name, value in stored.items() if name != _TOLD_BESIDE or "access_token" not in typed
    }


def rotate(*, now: datetime, by: str) -> int:
    """Re-seal every credential that is not under the active key. All or none.

    Returns how many were re-sealed. Raises VaultError, naming the key, when one cannot be opened.
    """
    with transaction.atomic(durable=True):
        old = Credential.objects.select_for_update().exclude(key_id=vault.active_key_id())
        return sum(_reseal(credential, now, by) for credential in old)


def _reseal(credential: Credential, now: datetime, by: str) -> int:
    bound_to = str(credential.pk)
    before = credential.key_id
    secret = vault.unseal(before, bytes(credential.sealed), bound_to=bound_to)
    credential.key_id, credential.sealed = vault.seal(secret, bound_to=bound_to)
    credential.save(update_fields=["key_id", "sealed"])
    audit.append(
        stream=f"account:{credential.social_account_id}",
        event=CREDENTIAL_ROTATED,
        at=now,
        by=by,
        payload={"credential": bound_to, "from": before, "to": credential.key_id},
    )
    return 1
