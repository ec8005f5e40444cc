"""The processes of an installation, on the test's own database, broker and folders: web, worker, beat.

They run in the demo's mode (its settings need no secrets) and on whatever database and broker the tests have.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from django.db import connection

from scripts import processes
from scripts.healthcheck import is_healthy
from scripts.processes import Process

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 40
CITY = {
    "CITY_NAME": "見本市",
    "CITY_URL": "https://www.city.mihon.example/",
    "CITY_DESK_NAME": "広報広聴課",
    "CITY_DESK_PHONE": "0000-00-0000",
    "CITY_RULEBOOKS": "mima",
}


def environment(folder: Path) -> dict[str, str]:
    """The settings of an installation in `folder`, on the database of the tests. Only loopback can be called."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(folder)),
        "LANG": "C.UTF-8",
        "DEMO": "1",
        "VAR_DIR": str(folder),
        "SITE_FOLDER": str(folder / "site"),
        "DATABASE_URL": database_url(),
        "SEND_DEADLINE_SECONDS": "10",
        "OUTBOUND_HOSTS": "127.0.0.1,localhost",
        "OUTBOUND_ALLOW_LOOPBACK": "1",
        "PYTHONUNBUFFERED": "1",
        "WEB_CONCURRENCY": "1",
        **CITY,
    }


def database_url() -> str:
    """The test database as other processes reach it."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    person = ":".join(quote(str(known[key]), safe="") for key in ("USER", "PASSWORD") if known[key])
    return f"postgres://{person}@{known['HOST']}:{known['PORT'] or 5432}/{known['NAME']}"


@contextmanager
def own_redis(url: str) -> Iterator[str]:
    """A database of the Redis server that nobody else uses now, so that no other worker takes our wake-ups."""
    base = url.rsplit("/", 1)[0] if url.count("/") > 2 else url
    for number in range(15, 0, -1):
        client = redis.Redis.from_url(f"{base}/{number}")
        if not client.dbsize() and client.set("taken-by-stories", os.getpid(), nx=True, ex=900):
            try:
                yield f"{base}/{number}"
            finally:
                client.flushdb()
                client.close()
            return
        client.close()
    pytest.fail(f"no empty database on {base}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web(env: Mapping[str, str]) -> Iterator[str]:
    """The web process; yields its address."""
    port = free_port()
    with running(processes.web(f"127.0.0.1:{port}"), env) as (popen, log):
        _wait(lambda: is_healthy(port, timeout=5), popen, log)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def sender(env: Mapping[str, str]) -> Iterator[None]:
    """Worker and beat; ready when the worker says so."""
    worker, beat = processes.worker(sending_seconds=10), processes.beat()
    with running(worker, env) as (popen, log), running(beat, env):
        _wait(lambda: " ready." in log.read_text(encoding="utf-8"), popen, log)
        yield


@contextmanager
def running(process: Process, env: Mapping[str, str]) -> "Iterator[tuple[subprocess.Popen[bytes], Path]]":
    """A process until the end of the block, and whatever it started; how it ends when asked is another test's."""
    log = Path(env["VAR_DIR"]) / f"{process.name}-{time.monotonic_ns()}.log"
    with log.open("wb") as output:
        popen = subprocess.Popen(
            process.command, cwd=ROOT, env=dict(env), stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield popen, log
    finally:
        os.killpg(popen.pid, signal.SIGKILL)
        popen.wait()


def _wait(is_ready: Callable[[], bool], popen: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and popen.poll() is None:
        if is_ready():
            return
        time.sleep(0.05)
    pytest.fail(f"not ready:\n{log.read_text(encoding='utf-8')[-3000:]}")
