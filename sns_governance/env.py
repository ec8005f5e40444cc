"""Secrets from the environment: NAME or NAME_FILE, checked for strength. Nothing else lives here.

A refusal says in Japanese what is missing and in English how a developer makes one; it never shows the value.
"""

import base64
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

MINIMUM_LENGTH = 50
MINIMUM_VARIETY = 12
KEY_BYTES = 32
SECRETS_HINT = "Run `make secrets` and set {name}_FILE to the file it made."

# Values of this file and of Django's own start-up project: known to everybody, so no secrets.
_SAMPLE_MARKS = ("development-only", "django-insecure", "changeme", "change-me", "example", "secret-key")
_DEVELOPMENT_SECRET = "development-only-secret-that-production-refuses-0123456789-abcdef"  # noqa: S105
_DEVELOPMENT_KEYS = "dev:" + base64.b64encode(b"development-only-key-32-bytes-!!").decode()


def read(name: str) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names; "" when neither is set."""
    value = os.environ.get(name, "").strip()
    path = os.environ.get(f"{name}_FILE", "")
    if value and path:
        raise _wrong(name, f"と {name}_FILE の両方が設定されています。どちらか一方にしてください。")
    if not path:
        return value
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(name, f"のファイル {path} を読み取れません。") from error


def secret(name: str, *, strict: bool) -> str:
    """The secret `name`; with `strict` (production) a missing or guessable one stops the start."""
    value = read(name)
    if not strict:
        return value or _DEVELOPMENT_SECRET
    if not value:
        raise _wrong(name, "が設定されていません。")
    if fault := weakness(value):
        raise _wrong(name, f"は秘密として弱すぎます（{fault}）。")
    return value


def weakness(value: str) -> str:
    """Why `value` could be guessed, or "" when nothing speaks against it."""
    if any(mark in value.lower() for mark in _SAMPLE_MARKS):
        return "見本の値です"
    if len(value) < MINIMUM_LENGTH:
        return f"{MINIMUM_LENGTH}文字以上が必要です"
    if len(set(value)) < MINIMUM_VARIETY:
        return "同じ文字の繰り返しです"
    return ""


def credential_keys(*, strict: bool) -> dict[str, bytes]:
    """The key ring "id:base64 of 32 bytes,…" in its order; the first key seals, the others only open."""
    name = "CREDENTIAL_KEYS"
    value = read(name) or ("" if strict else _DEVELOPMENT_KEYS)
    if not value:
        raise _wrong(name, "が設定されていません。")
    ring: dict[str, bytes] = {}
    for item in value.split(","):
        key_id, _, encoded = item.strip().partition(":")
        if not key_id or key_id in ring:
            raise _wrong(name, "の鍵の名前が空か、重なっています。")
        ring[key_id] = _key(name, encoded, strict=strict)
    return ring


def _key(name: str, encoded: str, *, strict: bool) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise _wrong(name, "は「名前:Base64」の形ではありません。") from error
    if len(key) != KEY_BYTES:
        raise _wrong(name, f"の鍵は{KEY_BYTES}バイトでなければなりません。")
    if strict and (len(set(key)) < MINIMUM_VARIETY or key.startswith(b"development-only")):
        raise _wrong(name, "の鍵は秘密として弱すぎます。")
    return key


def _wrong(name: str, sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {sentence} {SECRETS_HINT.format(name=name)}")
