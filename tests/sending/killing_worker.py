"""The installation's worker or clock with a network that can kill it: `python -m tests.sending.killing_worker worker`.

KILL_FOLDER holds one file per kill: the first call that takes away a file named `before…` or `after…` ends the
whole process there, before or after the network has the post. CALL_LOG gets a line per call.
"""

import inspect
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sns_governance.settings")

from celery.__main__ import main

from scripts import processes
from sns_governance.celery import app

FOLDER = Path(os.environ["KILL_FOLDER"])
CALL_LOG = Path(os.environ["CALL_LOG"])
SLOWNESS = float(os.environ.get("CALL_SECONDS", "0"))
_dying = threading.Lock()


def die(when: str) -> None:
    """One file ends one process: the lock is still held when it does."""
    with _dying:
        for flag in FOLDER.glob(f"{when}*"):
            flag.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)


def make_the_networks_deadly() -> None:
    """Django must be ready, so this runs when the worker has loaded its tasks."""
    from accounts.connections import DatabaseTimeline
    from platforms.bluesky import Bluesky

    DatabaseTimeline.publish = deadly(DatabaseTimeline.publish, lambda call: call["key"])  # type: ignore[method-assign]
    Bluesky.publish = deadly(Bluesky.publish, lambda call: call["message"].key)  # type: ignore[method-assign]


def deadly(publish: Callable[..., Any], key_of: Callable[[dict[str, Any]], str]) -> Callable[..., Any]:
    signature = inspect.signature(publish)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with CALL_LOG.open("a", encoding="utf-8") as log:
            log.write(key_of(signature.bind(*args, **kwargs).arguments) + "\n")
        die("before")
        time.sleep(SLOWNESS)
        result = publish(*args, **kwargs)
        die("after")
        return result

    return wrapped


if __name__ == "__main__":
    app.conf.task_default_queue = os.environ["QUEUE"]
    if sys.argv[1] == "worker":
        app.loader.import_default_modules()
        make_the_networks_deadly()
        command = [*processes.WORKER, *processes.WORKER_QUIET]
    else:
        app.conf.beat_schedule["sweep-due"]["schedule"] = 1.0
        command = list(processes.BEAT)
    sys.argv = command
    main()
