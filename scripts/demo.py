"""`make demo`: the demo city on this machine, with nothing but Python. Also forgets it (`--reset`).

It runs on its own files under var/demo, whatever the environment says about databases, brokers and networks.
"""

import os
import shutil
import sys
from pathlib import Path

from scripts import launch, make_secrets

VAR = Path(os.environ.get("DEMO_DIR", launch.ROOT / "var" / "demo")).resolve()
# Everything else in the environment belongs to other installations.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONDONTWRITEBYTECODE")
SENDING_SECONDS = 10


def environment(var: Path) -> dict[str, str]:
    """The demo's settings: files under `var`, secrets made on first use."""
    secrets = var / "secrets"
    make_secrets.make(secrets, make_secrets.APPLICATION)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "DEMO": "1",
        "VAR_DIR": str(var),
        "SECRET_KEY_FILE": str(secrets / "secret_key"),
        "CREDENTIAL_KEYS_FILE": str(secrets / "credential_keys"),
        "SEND_DEADLINE_SECONDS": str(SENDING_SECONDS),
        "PYTHONUNBUFFERED": "1",
    }


def demo() -> int:
    """Prepares the demo city if need be and serves it until Ctrl-C."""
    with launch.only_one(VAR):
        number = launch.port(os.environ, example="make demo PORT=8001")
        env = environment(VAR)
        # Wake-ups of last time, which its transport never deletes; what is due stands in the database.
        (VAR / "broker.sqlite3").unlink(missing_ok=True)
        print("準備しています… (migrating and loading the demo city)", flush=True)
        launch.manage("migrate", "--verbosity", "0", env=env)
        launch.manage("load_demo", env=env)
        status = launch.serve(
            number, env=env, logs=VAR, sending_seconds=SENDING_SECONDS, on_ready=lambda: welcome(number, env)
        )
        print("止めました。データは残っています。最初からにするには: make demo-reset")
    return status


def welcome(number: int, env: dict[str, str]) -> None:
    """Where it is, who is who, and what is different from a real city hall."""
    print(f"\n公式SNS運用（見本） http://localhost:{number}/\n", flush=True)
    launch.manage("demo_people", env=env)
    print("\n見本では、勤務時間は0〜24時です（いつでも試せるように）。実際の外部サービスには何も送りません。")
    print(f"記録: {VAR}/web.log worker.log beat.log ／ 終わるには Ctrl-C", flush=True)


def reset() -> int:
    """Forgets the demo city; the next `make demo` starts over."""
    with launch.only_one(VAR):
        shutil.rmtree(VAR)
    print("見本の市のデータを消しました。「make demo」で最初から始まります。")
    return 0


if __name__ == "__main__":
    sys.exit(launch.start(reset if "--reset" in sys.argv[1:] else demo))
