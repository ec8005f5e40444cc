"""The bench's own database and people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.test.runner import DiscoverRunner
from django.test.utils import override_settings

from accounts.models import SocialAccount
from tests.support import cast


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
    settings.DEMO = False
    try:
        with override_settings(CELERY_BROKER_URL="memory://"):
            people = cast.make_cast()
            yield Scene(people, cast.make_account(people))
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()


def database_name() -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
