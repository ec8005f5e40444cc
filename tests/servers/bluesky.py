"""Fixtures: a real Bluesky server on this machine, a fresh account per test, and an independent reader.

The packages come from `tests/servers/bluesky-up.sh install`; BLUESKY_NODE_DIR names another place that has them.
"""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from atproto import Client as Reader
from atproto import models

from tests.support.require import require

HERE = Path(__file__).parent
START_SECONDS = 60


@dataclass(frozen=True)
class Account:
    """A fresh account; the adapter signs in with the app password."""

    base_url: str
    did: str
    handle: str
    password: str
    app_password: str

    def reader(self) -> Reader:
        """Signed in through the network's own SDK, which shares nothing with our adapter."""
        reader = Reader(base_url=self.base_url)
        reader.login(self.handle, self.password, fetch_bsky_profile=False)
        return reader

    def posts(self) -> list[models.AppBskyFeedPost.Record]:
        """The posts that stand on the server, newest first."""
        listing = self.reader().com.atproto.repo.list_records(
            models.ComAtprotoRepoListRecords.Params(repo=self.did, collection="app.bsky.feed.post")
        )
        return [record.value for record in listing.records]

    def texts(self) -> list[str]:
        return [post.text for post in self.posts()]


@dataclass(frozen=True)
class BlueskyPds:
    """A running server."""

    url: str

    def new_account(self) -> Account:
        name = f"koho{secrets.token_hex(5)}"
        handle, password = f"{name}.test", secrets.token_urlsafe(12)
        reader = Reader(base_url=self.url)
        made = reader.com.atproto.server.create_account(
            models.ComAtprotoServerCreateAccount.Data(
                handle=handle, email=f"{name}@example.jp", password=password
            )
        )
        reader.login(handle, password, fetch_bsky_profile=False)
        app = reader.com.atproto.server.create_app_password(
            models.ComAtprotoServerCreateAppPassword.Data(name="koho")
        )
        return Account(self.url, made.did, handle, password, app.password)


@pytest.fixture(scope="session")
def bluesky_pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyPds]:
    with running_pds(tmp_path_factory.mktemp("pds")) as pds:
        yield pds


@pytest.fixture
def bluesky_account(bluesky_pds: BlueskyPds) -> Account:
    return bluesky_pds.new_account()


@contextmanager
def running_pds(logs: Path, *, extra: str = "{}") -> Iterator[BlueskyPds]:
    """A server of its own; `extra` is JSON for its settings. Skips, loudly, where it cannot run."""
    packages = Path(os.environ.get("BLUESKY_NODE_DIR") or HERE.parent.parent / ".cache" / "bluesky")
    require(shutil.which("node"), "node", "install Node.js 20")
    require(
        (packages / "node_modules" / "@atproto" / "dev-env").is_dir(),
        "a real Bluesky server",
        "tests/servers/bluesky-up.sh install, or BLUESKY_NODE_DIR",
    )
    log = logs / "pds.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [HERE / "bluesky-up.sh", "run", packages],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PDS_EXTRA": extra},
        )
    try:
        yield BlueskyPds(_ready(process, log))
    finally:
        _stop(process)


def _ready(process: "subprocess.Popen[bytes]", log: Path) -> str:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        for line in log.read_text(errors="replace").splitlines(keepends=True):
            if line.startswith("READY ") and line.endswith("\n"):
                return line.split()[1]
        time.sleep(0.1)
    pytest.fail(f"the Bluesky server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
