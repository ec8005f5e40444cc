"""認証情報の金庫: AES-256-GCM under a key ring, bound to the row by its id. Nothing here logs or prints."""

import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


class VaultError(Exception):
    """A credential cannot be opened: its key is not in the ring, or the row was tampered with."""


def seal(secret: Mapping[str, str], *, bound_to: str) -> tuple[str, bytes]:
    """Encrypt under the active (first) key. Returns the key's id and nonce + ciphertext."""
    key_id = active_key_id()
    nonce = os.urandom(_NONCE_BYTES)
    plain = json.dumps(dict(secret), ensure_ascii=False).encode()
    return key_id, nonce + AESGCM(settings.CREDENTIAL_KEYS[key_id]).encrypt(nonce, plain, bound_to.encode())


def unseal(key_id: str, sealed: bytes, *, bound_to: str) -> dict[str, str]:
    """The secret again. Raises VaultError, whose text names the key but never the content."""
    key = settings.CREDENTIAL_KEYS.get(key_id)
    if key is None:
        raise VaultError(f"鍵「{key_id}」が CREDENTIAL_KEYS にありません。")
    nonce, ciphertext = bytes(sealed[:_NONCE_BYTES]), bytes(sealed[_NONCE_BYTES:])
    try:
        plain = AESGCM(key).decrypt(nonce, ciphertext, bound_to.encode())
    except (InvalidTag, ValueError) as error:  # ValueError: so short that not even the nonce is whole
        raise VaultError(
            f"鍵「{key_id}」では開けません。保存された内容が変えられた疑いがあります。"
        ) from error
    secret: dict[str, str] = json.loads(plain)
    return secret


def active_key_id() -> str:
    """The key that new secrets are sealed with: the first of the ring."""
    return next(iter(settings.CREDENTIAL_KEYS))
