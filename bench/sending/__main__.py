"""`make bench-send`: the sending as ratios against its baselines in the same run, on PostgreSQL and Redis.

It makes and drops a database of its own on the server that DATABASE_URL names; the Redis database must be empty.
"""

import os
import sys
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sns_governance.settings")
os.environ.setdefault("DEMO", "1")  # settings without production's secrets
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="bench-send-"))

import django  # settings are read from the environment above


def main() -> int:
    django.setup()
    import redis
    from django.conf import settings
    from django.db import connection

    queue = redis.from_url(settings.REDIS_URL)
    if connection.vendor != "postgresql" or queue.dbsize():
        print("PostgreSQLと、空のRedisデータベースが要ります。")
        return 1
    connection.settings_dict["TEST"]["NAME"] = f"bench_send_{os.getpid()}"
    try:
        from bench.sending import measure

        measure.report()
    finally:
        queue.flushdb()
    return 0


if __name__ == "__main__":
    sys.exit(main())
