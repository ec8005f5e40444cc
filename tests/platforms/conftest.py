"""Fixtures for the adapters: a client that may call this machine, the fake and the real Bluesky server."""

from collections.abc import Iterator

import pytest

from outbound.http import Client
from tests.servers.bluesky import bluesky_account, bluesky_pds
from tests.servers.fake_pds import FakePds, running_fake

__all__ = ["bluesky_account", "bluesky_pds"]


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client(allow_hosts=frozenset(), allow_loopback=True)
    yield client
    client.close()


@pytest.fixture
def fake_pds() -> Iterator[FakePds]:
    with running_fake() as fake:
        yield fake
