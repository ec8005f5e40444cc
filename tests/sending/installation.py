"""A worker and a clock of their own on the database of the test, to be killed and started again."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def database_url() -> str:
    """The database of this test, as another process reaches it."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    login = held["USER"] + (f":{held['PASSWORD']}" if held["PASSWORD"] else "")
    return f"postgres://{login}@{held['HOST']}:{held['PORT']}/{held['NAME']}"


class Installation:
    """Processes, their logs, and the files by which a worker is told to die."""

    def __init__(self, folder: Path, *, redis_url: str = "", call_seconds: float = 0) -> None:
        self.folder, self.kills = folder, folder / "kills"
        self.kills.mkdir()
        self.call_log = folder / "calls.log"
        self.call_log.touch()
        self.worker: subprocess.Popen[bytes] | None = None
        self.beat: subprocess.Popen[bytes] | None = None
        self.started = 0
        self.env = {
            **os.environ,
            "DEBUG": "1",
            "CITY_ALWAYS_OPEN": "1",  # the clock is the real one, and these tests run at night, too
            "VAR_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "REDIS_URL": redis_url,
            "QUEUE": f"test-{uuid.uuid4().hex}",
            "SEND_DEADLINE_SECONDS": "3",
            "STUCK_SWEEP_SECONDS": "1",
            "KILL_FOLDER": str(self.kills),
            "CALL_LOG": str(self.call_log),
            "CALL_SECONDS": str(call_seconds),
        }

    def kill_at_call(self, *whens: str) -> None:
        for number, when in enumerate(whens):
            (self.kills / f"{when}-{number}").touch()

    @property
    def kills_to_come(self) -> int:
        return len(list(self.kills.iterdir()))

    def calls(self) -> Sequence[str]:
        """The key of each call to the network, in order."""
        return self.call_log.read_text(encoding="utf-8").split()

    def start_beat(self) -> None:
        self.beat = self._start("beat")

    def keep_worker_running(self) -> None:
        if self.worker is None or self.worker.poll() is not None:
            self.started += 1
            self.worker = self._start("worker")

    def kill_worker(self) -> None:
        assert self.worker is not None
        self.worker.send_signal(signal.SIGKILL)
        self.worker.wait()

    def wait_until_ready(self) -> None:
        """Until this worker takes tasks, or is dead already."""
        log = self._log("worker")
        until(lambda: b" ready." in log.read_bytes() or self.worker.poll() is not None, START_SECONDS, log)

    def log_of(self, name: str) -> str:
        return self._log(name).read_text(encoding="utf-8", errors="replace")

    def _log(self, name: str) -> Path:
        return self.folder / (f"worker-{self.started}.log" if name == "worker" else "beat.log")

    def _start(self, name: str) -> "subprocess.Popen[bytes]":
        with self._log(name).open("wb") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.sending.killing_worker", name],
                cwd=ROOT,
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> None:
        for process in (self.beat, self.worker):
            if process is not None:
                process.kill()
                process.wait()


@contextmanager
def installation(folder: Path, **options: object) -> Iterator[Installation]:
    folder.mkdir(parents=True, exist_ok=True)
    options.setdefault("redis_url", settings.REDIS_URL)
    running = Installation(folder, **options)  # type: ignore[arg-type]
    try:
        yield running
    finally:
        running.stop()


def until(condition: Callable[[], object], seconds: float, log: Path | None = None) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            pytest.fail(f"not within {seconds} s\n{log.read_text(errors='replace')[-3000:] if log else ''}")
        time.sleep(0.05)
