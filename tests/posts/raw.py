"""SQL past the program: plain connections of the databases' own drivers, and statements that break the rules."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.db import connection

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
# What both drivers and Django raise when a database refuses.
REFUSALS = (sqlite3.IntegrityError, psycopg.errors.IntegrityError)


@contextmanager
def plain() -> Iterator[Any]:
    """A connection as any tool would open it: no Django, no PRAGMA, autocommit."""
    opened = _sqlite() if connection.vendor == SQLITE else _postgresql()
    try:
        yield opened
    finally:
        opened.close()


def _sqlite() -> sqlite3.Connection:
    return sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=20)


def _postgresql() -> "psycopg.Connection[Any]":
    wanted = ("host", "port", "user", "password", "dbname")
    params = {key: value for key, value in connection.get_connection_params().items() if key in wanted}
    return psycopg.connect(**params, autocommit=True)


@cache
def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def copy(table: str, pk: int, *, verb: str = "INSERT", **changes: object) -> str:
    """A new row like row `pk`, with changes given as SQL; without `id` it gets a new one."""
    names = [name for name in columns(table) if name != "id" or "id" in changes]
    values = ", ".join(str(changes.get(name, f'"{name}"')) for name in names)
    into = ", ".join(f'"{name}"' for name in names)
    return f"{verb} INTO {table} ({into}) SELECT {values} FROM {table} WHERE id = {pk}"


def replace(table: str, pk: int, **changes: object) -> str:
    return copy(table, pk, verb="INSERT OR REPLACE", **changes)


def snapshot() -> dict[str, list[Any]]:
    """Everything in the tables of posts, to see that a refusal changed nothing."""
    tables = (
        *("post", "version", "contribution", "decision", "clearance", "delivery", "attempt"),
        *("waiver", "afterwardsreview", "chiefconfirmation", "release", "topic", "sectionconfirmation"),
    )
    with connection.cursor() as cursor:
        rows = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM posts_{table} ORDER BY id")
            rows[table] = cursor.fetchall()
        return rows
