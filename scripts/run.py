"""`make run`: production on this machine, from DATABASE_URL and REDIS_URL. No container, no demo data."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from scripts import launch

NEEDED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CREDENTIAL_KEYS", "ALLOWED_HOSTS", "CITY_NETWORKS")
BY_FILE = NEEDED[:-2]


def missing(environ: Mapping[str, str]) -> list[str]:
    """The settings that neither NAME nor, for secrets, NAME_FILE gives."""
    return [
        name
        for name in NEEDED
        if not environ.get(name) and not (name in BY_FILE and environ.get(f"{name}_FILE"))
    ]


def run() -> int:
    """Checks, migrates, collects the static files and serves until Ctrl-C."""
    if names := missing(os.environ):
        raise launch.CannotStart(
            f"設定がありません: {'、'.join(names)}。秘密は「make secrets」で作れます。(Settings are missing.)"
        )
    var = Path(os.environ.get("VAR_DIR", launch.ROOT / "var")).resolve()
    with launch.only_one(var):
        number = launch.port(os.environ, example="make run PORT=8001")
        env = dict(os.environ)
        launch.manage("check", "--deploy", "--fail-level", "WARNING", env=env)
        launch.manage("migrate", "--verbosity", "0", env=env)
        launch.manage("collectstatic", "--noinput", "--verbosity", "0", env=env)
        seconds = float(env.get("SEND_DEADLINE_SECONDS", "30"))
        return launch.serve(
            number, env=env, logs=var, sending_seconds=seconds, on_ready=lambda: welcome(number)
        )


def welcome(number: int) -> None:
    print(f"動いています: http://localhost:{number}/ （終わるには Ctrl-C）", flush=True)


if __name__ == "__main__":
    sys.exit(launch.start(run))
