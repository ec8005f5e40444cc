"""Which networks are asked, and the keys for them, from the environment alone. A secret is never shown.

docs/how-to/test-on-the-networks.md names the variables; LIVE_NETWORKS chooses networks.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import pytest

from outbound.addresses import LOOPBACK_NAMES
from outbound.http import Client
from platforms import registry
from platforms.base import Adapter

MASK: Final = "●●●"
# Field of the connection → the variable it is read from.
VARIABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "x": {
            "base_url": "LIVE_X_URL",
            "handle": "LIVE_X_HANDLE",
            "access_token": "LIVE_X_TOKEN",
        },
        "line": {
            "base_url": "LIVE_LINE_URL",
            "channel_id": "LIVE_LINE_CHANNEL_ID",
            "channel_secret": "LIVE_LINE_CHANNEL_SECRET",
        },
        "mastodon": {"base_url": "LIVE_MASTODON_URL", "access_token": "LIVE_MASTODON_TOKEN"},
        "bluesky": {
            "base_url": "LIVE_BLUESKY_URL",
            "identifier": "LIVE_BLUESKY_IDENTIFIER",
            "app_password": "LIVE_BLUESKY_APP_PASSWORD",
        },
    }
)
# LINE is not among them: a broadcast reaches every friend at once and cannot be taken back.
MAY_POST_TO: Final = ("x", "mastodon", "bluesky")


def chosen() -> list[str]:
    """The networks to ask. Raises UsageError for a name that is none of them."""
    names = os.environ.get("LIVE_NETWORKS", "").replace(",", " ").split() or list(VARIABLES)
    unknown = sorted(set(names) - set(VARIABLES))
    if unknown:
        raise pytest.UsageError(f"LIVE_NETWORKS: {', '.join(unknown)} is none of {', '.join(VARIABLES)}")
    return names


def may_post() -> bool:
    return os.environ.get("LIVE_MAY_POST") == "1"


def secrets() -> list[str]:
    """The values that must not appear anywhere: whatever the connections call a secret."""
    names = (
        variables[field.name]
        for network, variables in VARIABLES.items()
        for field in registry.fields(network, "api")
        if field.is_secret and field.name in variables
    )
    return sorted(filter(None, (os.environ.get(name, "").strip() for name in names)), key=len, reverse=True)


def masked(text: str) -> str:
    for secret in secrets():
        text = text.replace(secret, MASK)
    return text


class OneToken:
    """An access token that is used as it is and never renewed: a refresh token works once, and the installation's own
    connection must not lose it to a test."""

    def __init__(self, token: str) -> None:
        self._told = {"access_token": token, "refresh_token": "", "expires_at": "", "client_id": ""}

    def current(self) -> Mapping[str, str]:
        return self._told

    def renewed(self, stale: Mapping[str, str], exchange: object) -> Mapping[str, str]:
        raise AssertionError("nothing is renewed here")


@contextmanager
def connected(network: str) -> Iterator[Adapter]:
    """The adapter as the installation builds it. A missing key fails the test and says its name."""
    told = {field: os.environ.get(name, "").strip() for field, name in VARIABLES[network].items()}
    missing = [name for field, name in VARIABLES[network].items() if not told[field]]
    if missing:
        pytest.fail(
            f"MISSING: {', '.join(missing)} for {network}, or leave it out with LIVE_NETWORKS "
            "(docs/how-to/test-on-the-networks.md)",
            pytrace=False,
        )
    told |= {"client_id": "not used"} if network == "x" else {}
    tokens = OneToken(told["access_token"]) if network == "x" else None
    client = _client(told["base_url"])
    try:
        yield registry.build(
            network=network,
            connection="api",
            config=told,
            secret=told,
            timeline=None,
            client=client,
            tokens=tokens,
        )
    finally:
        client.close()


def _client(base_url: str) -> Client:
    """The guarded way out, open to this one server; to this machine only where the address names it."""
    host = urlsplit(base_url).hostname or ""
    proxy = os.environ.get("OUTBOUND_PROXY") or None
    return Client(allow_hosts=frozenset({host}), allow_loopback=host in LOOPBACK_NAMES, proxy=proxy)
