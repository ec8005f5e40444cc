"""Starts several processes together, watches them and stops them together, whatever they are."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from scripts.processes import Process

POLL_SECONDS = 0.2
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Child:
    """A running process and the file that holds what it says."""

    process: Process
    popen: "subprocess.Popen[bytes]"
    log: Path


class Supervisor:
    """Runs `processes` until somebody asks to stop or one of them ends by itself."""

    def __init__(self, processes: Sequence[Process], *, env: Mapping[str, str], logs: Path) -> None:
        self.processes = processes
        self.env = dict(env)
        self.logs = logs
        self.children: list[Child] = []
        self.stop_requests = 0

    def run(self, *, is_ready: Callable[[], bool], ready_seconds: float, on_ready: Callable[[], None]) -> int:
        """0 when asked to stop, 1 when a process ended by itself or did not get ready in time."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._ask_to_stop)
        try:
            for process in self.processes:
                self._start(process)
            if not self._wait_ready(is_ready, ready_seconds):
                return 0 if self.stop_requests else 1
            on_ready()
            return self._watch()
        finally:
            self._stop_all()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stop_requests += 1

    def _start(self, process: Process) -> None:
        log = self.logs / f"{process.name}.log"
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops the processes in order.
        with log.open("ab") as output:
            popen = subprocess.Popen(
                process.command,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.children.append(Child(process, popen, log))

    def _wait_ready(self, is_ready: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stop_requests:
            if self._ended():
                return False
            if is_ready():
                return True
            time.sleep(POLL_SECONDS)
        if not self.stop_requests:
            print(f"{seconds:.0f}秒待ちましたが、起動しませんでした。記録: {self.logs}", file=sys.stderr)
        return False

    def _watch(self) -> int:
        while not self.stop_requests:
            if self._ended():
                return 1
            time.sleep(POLL_SECONDS)
        return 0

    def _ended(self) -> bool:
        """Whether a process has ended by itself; says which one and where its last words are."""
        for child in self.children:
            code = child.popen.poll()
            if code is not None:
                print(
                    f"{child.process.name} が止まりました（終了コード {code}）。全体を止めます。",
                    file=sys.stderr,
                )
                print(f"理由は {child.log} の終わりにあります。", file=sys.stderr)
                return True
        return False

    def _stop_all(self) -> None:
        """Ends the processes, last started first; a second request to stop ends their patience."""
        for child in reversed(self.children):
            _signal(child, signal.SIGTERM)
            asked = self.stop_requests
            end = time.monotonic() + child.process.grace
            while child.popen.poll() is None and time.monotonic() < end and self.stop_requests == asked:
                time.sleep(POLL_SECONDS / 4)
            if child.popen.poll() is None:
                _signal(child, signal.SIGKILL)
            child.popen.wait()


def _signal(child: Child, number: signal.Signals) -> None:
    """Asks the process to end, or kills it with whatever it started. One that has ended is left alone."""
    if child.popen.poll() is not None:
        return
    if number == signal.SIGKILL:
        os.killpg(child.popen.pid, number)
    else:
        child.popen.send_signal(number)
