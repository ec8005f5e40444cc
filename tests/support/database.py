"""Tests that must do what the triggers refuse: tampering, and emptying tables between tests."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.introspection import BaseDatabaseIntrospection
from django.test import TransactionTestCase

from audit import triggers


@contextmanager
def without_triggers(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """No trigger of ours holds inside; all are made again at the end."""
    triggers.drop(connections[using])
    try:
        yield
    finally:
        triggers.make(connections[using])


# What the program itself knows of its models: a process that outlives a test keeps the ids of these rows in mind.
_KEPT = frozenset({"django_content_type", "auth_permission"})


@contextmanager
def keeping_what_describes_the_models() -> Iterator[None]:
    all_names = BaseDatabaseIntrospection.django_table_names

    def names(self: BaseDatabaseIntrospection, *args: bool, **kwargs: bool) -> list[str]:
        return [name for name in all_names(self, *args, **kwargs) if name not in _KEPT]

    with patch.object(BaseDatabaseIntrospection, "django_table_names", names):
        yield


def patch_flush() -> None:
    """Lets Django empty the tables after a test that committed. Called once, by the root conftest."""
    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(self: TransactionTestCase) -> None:
        with ExitStack() as stack:
            stack.enter_context(keeping_what_describes_the_models())
            for alias in self._databases_names(include_mirrors=False):
                stack.enter_context(without_triggers(alias))
            flush(self)

    TransactionTestCase._fixture_teardown = flush_without_triggers
