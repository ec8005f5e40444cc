"""What plain SQL needs that is asked again and again: a cursor and locks. No table is named here."""

from typing import Any

from django.db import connection


def locking(clause: str) -> str:
    """A lock on rows as PostgreSQL writes it; SQLite has one writer anyway."""
    return clause if connection.vendor == "postgresql" else ""


def cursor() -> Any:
    """Like `connection.cursor()`; but PostgreSQL keeps the plan of what it has been asked a few times.

    Django's own cursors write the values into the statement, so that every one is new to the database; that planning
    takes longer than what the sender asks for. Only statements whose text never changes belong here.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    from psycopg import Cursor  # not there where only SQLite is

    connection.ensure_connection()
    bare: Any = Cursor(connection.connection)
    return connection.make_debug_cursor(bare) if connection.queries_logged else connection.make_cursor(bare)
