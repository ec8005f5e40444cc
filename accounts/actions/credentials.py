"""Re-sealing stored credentials under the active key of the ring."""

from datetime import datetime

from django.db import transaction

from accounts import vault
from accounts.events import CREDENTIAL_ROTATED
from accounts.models import Credential
from audit import actions as audit


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
