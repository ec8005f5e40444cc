"""Plain SQL for the few reads that every act repeats; compiling them anew costs more than running them.

Standard SQL that SQLite and PostgreSQL both read. Nothing is written this way.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection


def rows(sql: str, *params: int | str | date) -> list[tuple[Any, ...]]:
    """All rows of one SELECT."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def one_of(values: Sequence[object]) -> str:
    """Placeholders for IN (...); a list that is empty matches nothing."""
    return ", ".join(["%s"] * len(values)) or "NULL"
