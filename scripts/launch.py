"""What the demo and production on this machine start with: port, lock, Django commands, processes."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from scripts import processes
from scripts.healthcheck import is_healthy
from scripts.supervisor import Supervisor

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60.0


class CannotStart(Exception):
    """One sentence for the person at the terminal."""


def port(environ: Mapping[str, str], *, example: str) -> int:
    """PORT, free to listen on; `example` is the command that a sentence proposes."""
    text = environ.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT={text} はポート番号ではありません。例: {example}")
    number = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError as error:
            raise CannotStart(
                f"ポート{number}は使えません（{error.strerror}）。別の番号で実行してください。例: {example}"
                f" (Port {number} is not available.)"
            ) from error
    return number


def only_one(var: Path) -> IO[bytes]:
    """A lock on `var` that lasts as long as the returned file is open, even when this program is killed."""
    var.mkdir(parents=True, exist_ok=True)
    lock = (var / "lock").open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise CannotStart(
            f"{var} はもう動いています。先にそちらをCtrl-Cで止めてください。 (Already running.)"
        ) from error
    return lock


def manage(*arguments: str, env: Mapping[str, str]) -> None:
    """Runs a Django command and lets it speak for itself."""
    if subprocess.call((sys.executable, "manage.py", *arguments), env=dict(env), cwd=ROOT) != 0:
        raise CannotStart(f"「manage.py {arguments[0]}」が失敗しました。理由は上にあります。")


def serve(
    number: int, *, env: Mapping[str, str], logs: Path, sending_seconds: float, on_ready: Callable[[], None]
) -> int:
    """Runs worker, web and beat until Ctrl-C; they stop in the reverse order."""
    bind = f"{env.get('BIND', '127.0.0.1')}:{number}"
    together = [processes.worker(sending_seconds=sending_seconds), processes.web(bind), processes.beat()]
    supervisor = Supervisor(together, env=env, logs=logs)
    return supervisor.run(is_ready=lambda: is_healthy(number), ready_seconds=READY_SECONDS, on_ready=on_ready)


def start(main: Callable[[], int]) -> int:
    """Runs `main` in the project's folder; what keeps it from starting becomes one sentence, status 1."""
    os.chdir(ROOT)
    try:
        return main()
    except CannotStart as sentence:
        print(sentence, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before the processes run: nothing to stop
        print("中止しました。", file=sys.stderr)
        return 128 + signal.SIGINT
