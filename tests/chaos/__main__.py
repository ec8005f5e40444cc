"""`make chaos`: thousands of sends; workers killed, answers lost, databases and queue gone, clocks wrong. Then counted.

CHAOS_SENDS, CHAOS_SEED.
"""

import os
import sys
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sns_governance.settings")
os.environ.setdefault("DEMO", "1")  # settings without production's secrets
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="chaos-"))

import django  # settings are read from the environment above

SENDS = int(os.environ.get("CHAOS_SENDS", "2100"))
SEED = int(os.environ.get("CHAOS_SEED", "20261127"))


def main() -> int:
    django.setup()
    from django.conf import settings
    from django.db import connection

    from bench.stage import database_name, ready
    from tests.chaos.storm import Storm

    settings.SEND_DEADLINE_SECONDS = 5
    if connection.vendor == "sqlite":  # a file, which workers of their own can open
        connection.settings_dict["TEST"]["NAME"] = str(settings.VAR_DIR / "chaos.sqlite3")
    with ready() as scene:
        print(f"{database_name()}: {SENDS}件、種 {SEED}", flush=True)
        return Storm(scene.people, sends=SENDS, seed=SEED).blow()


if __name__ == "__main__":
    sys.exit(main())
