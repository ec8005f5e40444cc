"""The processes of an installation as command lines: web, worker, beat. Containers run the same ones."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
CELERY = ("celery", "-A", "sns_governance")
WEB = ("gunicorn", "sns_governance.wsgi:application", "--no-control-socket", "--worker-class", "gthread")
# Sending waits on networks, so its tasks are threads; what a worker says to other workers is not needed.
WORKER = (*CELERY, "worker", "--pool", "threads", "--concurrency", "8", "--loglevel", "INFO")
WORKER_QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")
# The clock keeps no file: it only wakes, the database knows what is due.
BEAT = (*CELERY, "beat", "-S", "celery.beat:Scheduler", "--pidfile=", "--loglevel", "INFO")


@dataclass(frozen=True)
class Process:
    """One program of the installation; `grace` is how many seconds it gets to end by itself."""

    name: str
    command: Sequence[str]
    grace: float


def here(command: Sequence[str]) -> tuple[str, ...]:
    """`command` with its program taken from the environment that runs this module."""
    return (str(BIN / command[0]), *command[1:])


def web(bind: str) -> Process:
    """gunicorn with one process and threads, listening on `bind` ("127.0.0.1:8000")."""
    threads = os.environ.get("WEB_THREADS", "8")
    workers = os.environ.get("WEB_CONCURRENCY", "1")
    return Process("web", here((*WEB, "--workers", workers, "--threads", threads, "--bind", bind)), grace=10)


def worker(*, sending_seconds: float) -> Process:
    """The worker; it may finish a sending that has begun, which takes `sending_seconds` at most."""
    return Process("worker", here((*WORKER, *WORKER_QUIET)), grace=sending_seconds + 5)


def beat() -> Process:
    """The clock; one of it runs in an installation."""
    return Process("beat", here(BEAT), grace=5)


def main() -> None:
    """`processes.py web|worker|beat`: becomes that process, as a container wants it."""
    by_name = {
        "web": lambda: web(f"0.0.0.0:{os.environ.get('PORT', '8000')}"),
        "worker": lambda: worker(sending_seconds=0),
        "beat": beat,
    }
    command = by_name[sys.argv[1]]().command
    os.execv(command[0], list(command))  # noqa: S606 - one of the three above


if __name__ == "__main__":
    main()
