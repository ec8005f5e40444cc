"""Tests that must do what the triggers refuse: tampering, and emptying tables between tests."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import DEFAULT_DB_ALIAS, connections
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


def patch_flush() -> None:
    """Lets Django empty the tables after a test that committed. Called once, by the root conftest."""
    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(self: TransactionTestCase) -> None:
        with ExitStack() as stack:
            for alias in self._databases_names(include_mirrors=False):
                stack.enter_context(without_triggers(alias))
            flush(self)

    TransactionTestCase._fixture_teardown = flush_without_triggers
