"""The bench's own database and people, and how a ratio is measured: both sides in turn, medians."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.test.runner import DiscoverRunner
from django.test.utils import override_settings

from accounts.models import SocialAccount
from tests.support import cast

ROUNDS = 5


@dataclass
class Scene:
    people: cast.Cast
    account: SocialAccount


@contextmanager
def ready() -> Iterator[Scene]:
    """A fresh database with the tests' cast and one social account in operation."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment(debug=False)
    databases = runner.setup_databases()
    settings.DEBUG = False
    try:
        with override_settings(CELERY_BROKER_URL="memory://"):
            people = cast.make_cast()
            yield Scene(people, cast.make_account(people))
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()


def database_name() -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]


def compare(ours: Callable[[], object], plain: Callable[[], object], *, times: int) -> tuple[float, float]:
    """Median seconds per call of each side, measured in turn so that a busy machine hits both."""
    ours(), plain()  # first calls fill caches on both sides
    rounds = [(_seconds(ours, times), _seconds(plain, times)) for _ in range(ROUNDS)]
    return statistics.median(r[0] for r in rounds), statistics.median(r[1] for r in rounds)


def _seconds(call: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times
