"""The triggers that a database holds: reading, creating, dropping them, and telling from which SQL one was made.

The only module that knows SQLite's and PostgreSQL's catalogues. What is declared is none of its business.

SQLite keeps the text of a trigger as it was written. PostgreSQL keeps a parse of it; so a comment on the trigger
holds a digest over our text *and* over what PostgreSQL says it holds, and either one's change is noticed, as
well as a trigger that was disabled.
"""

import hashlib
from typing import Final, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX: Final = "guard_"

_SQLITE_HELD = "SELECT name, tbl_name, sql, '' FROM sqlite_master WHERE type = 'trigger'"
_POSTGRESQL_HELD = """
SELECT t.tgname, c.relname,
       concat_ws(E'\\n', pg_get_triggerdef(t.oid), p.prosrc, p.proconfig::text, t.tgenabled::text),
       coalesce(obj_description(t.oid, 'pg_trigger'), '')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"""
_POSTGRESQL_FUNCTIONS = """
SELECT proname FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype"""


class Stored(NamedTuple):
    """A trigger in the database: what it is there, and (PostgreSQL) the comment it was given."""

    name: str
    table: str
    definition: str
    comment: str


def held(connection: BaseDatabaseWrapper) -> dict[str, Stored]:
    """The triggers of ours, by name."""
    query = _SQLITE_HELD if connection.vendor == "sqlite" else _POSTGRESQL_HELD
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = [Stored(*row) for row in cursor.fetchall()]
    return {stored.name: stored for stored in rows if stored.name.startswith(PREFIX)}


def is_from(connection: BaseDatabaseWrapper, stored: Stored, sql: str) -> bool:
    """Whether this is what `sql` made."""
    if connection.vendor == "sqlite":
        return stored.definition == sql
    return stored.comment == _fingerprint(stored, sql)


def _fingerprint(stored: Stored, sql: str) -> str:
    return hashlib.sha256(f"{sql}\n{stored.definition}".encode()).hexdigest()


def create(connection: BaseDatabaseWrapper, name: str, table: str, sql: str) -> None:
    """Makes the trigger. `sql` is a whole statement; on PostgreSQL it makes the function of that name, too."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
    if connection.vendor == "postgresql":
        _secure(connection, name, table)
        _comment(connection, name, table, _fingerprint(held(connection)[name], sql))


def _secure(connection: BaseDatabaseWrapper, name: str, table: str) -> None:
    """No session setting turns it off, and no table on somebody's own search path is taken for one of ours."""
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {quoted(table)} ENABLE ALWAYS TRIGGER {quoted(name)}")
        cursor.execute("SELECT current_schema()")
        schema = quoted(cursor.fetchone()[0])
        cursor.execute(f"ALTER FUNCTION {quoted(name)}() SET search_path = {schema}, pg_temp")


def _comment(connection: BaseDatabaseWrapper, name: str, table: str, text: str) -> None:
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TRIGGER {quoted(name)} ON {quoted(table)} IS '{text}'")


def drop(connection: BaseDatabaseWrapper, stored: Stored) -> None:
    """Drops a trigger of ours and, on PostgreSQL, its function."""
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {quoted(stored.name)}")
            return
        cursor.execute(f"DROP TRIGGER {quoted(stored.name)} ON {quoted(stored.table)}")
        cursor.execute(f"DROP FUNCTION IF EXISTS {quoted(stored.name)}()")


def drop_functions(connection: BaseDatabaseWrapper) -> None:
    """Drops functions of ours whose table, and with it their trigger, is gone. Only PostgreSQL has functions."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL_FUNCTIONS)
        names = [name for (name,) in cursor.fetchall() if name.startswith(PREFIX)]
        for name in names:
            cursor.execute(f"DROP FUNCTION {connection.ops.quote_name(name)}()")
