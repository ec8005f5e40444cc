"""Values from the environment that want checking: secrets (NAME or NAME_FILE), hours, networks. Nothing else.

A refusal says in Japanese what is missing and in English how a developer makes one; it never shows the value.
"""

import base64
import os
import re
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network
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


def hours(name: str, *, default: str) -> tuple[time, time]:
    """Working hours like "8:30-17:15"; the second of "0:00-0:00" is the day's end. ImproperlyConfigured otherwise."""
    value = os.environ.get(name, "").strip() or default
    found = re.fullmatch(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", value)
    try:
        opens, closes = [time(int(hour), int(minute)) for hour, minute in _pairs(found)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} は 8:30-17:15 のように書いてください。") from error
    return opens, closes


def _pairs(found: re.Match[str] | None) -> list[tuple[str, str]]:
    if found is None:
        raise ValueError("no hours")
    first, second, third, fourth = found.groups()
    return [(first, second), (third, fourth)]


def networks(name: str, *, strict: bool) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks like "10.20.0.0/16,192.168.1.0/24"; with `strict` (production) none at all stops the start."""
    items = [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]
    if not items and strict:
        raise ImproperlyConfigured(
            f"{name} が設定されていません。発信と承認ができる庁内の回線を、10.20.0.0/16 のように書いてください。"
            f" Set {name} to the city's own networks."
        )
    try:
        return tuple(ip_network(item) for item in items)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} は 10.20.0.0/16 のように書いてください。") from error


def positive(name: str, *, default: int) -> int:
    """A whole number above nothing: minutes and seconds that something lasts. Raises ImproperlyConfigured."""
    said = read(name) or str(default)
    if not said.isascii() or not said.isdecimal() or int(said) < 1:
        raise _wrong(name, "は1以上の整数にしてください。")
    return int(said)


def _wrong(name: str, sentence: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {sentence} {SECRETS_HINT.format(name=name)}")
