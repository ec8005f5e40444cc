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
from atproto import Request, models

from tests.support.require import require

HERE = Path(__file__).parent
PACKAGES = Path(os.environ.get("BLUESKY_NODE_DIR") or HERE.parent.parent / ".cache" / "bluesky")
START_SECONDS = 60


def require_bluesky() -> None:
    """For the top of a module: skip it, or fail, where a real server cannot run."""
    require(shutil.which("node"), "Node.js", "install Node.js 20")
    require(
        (PACKAGES / "node_modules" / "@atproto" / "dev-env").is_dir(),
        "a real Bluesky server",
        "tests/servers/bluesky-up.sh install, or BLUESKY_NODE_DIR",
    )


@dataclass(frozen=True)
class Account:
    """A fresh account; the adapter signs in with the app password."""

    base_url: str
    did: str
    handle: str
    password: str
    app_password: str

    def posts(self) -> list[models.AppBskyFeedPost.Record]:
        """The posts that stand on the server, newest first."""
        query = models.ComAtprotoRepoListRecords.Params(repo=self.did, collection="app.bsky.feed.post")
        with reading(self.base_url, self.handle, self.password) as reader:
            listing = reader.com.atproto.repo.list_records(query)
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
        wanted = models.ComAtprotoServerCreateAccount.Data(
            handle=handle, email=f"{name}@example.jp", password=password
        )
        with reading(self.url) as reader:
            made = reader.com.atproto.server.create_account(wanted)
        with reading(self.url, handle, password) as reader:
            app = reader.com.atproto.server.create_app_password(
                models.ComAtprotoServerCreateAppPassword.Data(name="koho")
            )
        return Account(self.url, made.did, handle, password, app.password)


@contextmanager
def reading(url: str, handle: str = "", password: str = "") -> Iterator[Reader]:
    """The network's own SDK, which shares nothing with our adapter; signed in when a handle is given."""
    request = Request()
    try:
        reader = Reader(base_url=url, request=request)
        if handle:
            reader.login(handle, password, fetch_bsky_profile=False)
        yield reader
    finally:
        request.close()


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
    require_bluesky()
    log = logs / "pds.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [HERE / "bluesky-up.sh", "run", PACKAGES],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PDS_EXTRA": extra, "TMPDIR": str(logs)},
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
