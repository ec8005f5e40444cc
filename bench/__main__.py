"""`make bench`: our speed as ratios against plain Django in the same run, on a database of its own.

A ratio lasts where a number of milliseconds does not: machines differ, and this one is shared.
"""

import os
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sns_governance.settings")
os.environ.setdefault("DEMO", "1")  # templates cached as in production, without its secrets
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="bench-"))

import django  # settings are read from the environment above


def main() -> None:
    django.setup()
    from bench import case, queue, stage

    with stage.ready() as scene:
        print(f"データベース: {stage.database_name()}")
        case.report(scene)
        queue.report(scene)


if __name__ == "__main__":
    main()
