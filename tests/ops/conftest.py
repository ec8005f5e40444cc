"""What the tests of running the program share: a free port, the environment of a production start."""

import socket
from pathlib import Path

import pytest

from scripts.check import production


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def production_env(tmp_path: Path) -> dict[str, str]:
    """A production start's environment, on SQLite, with fresh secrets."""
    return production(tmp_path / "secrets")
