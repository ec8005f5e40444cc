"""What the database itself refuses: SQL triggers, declared by the apps and written for SQLite and PostgreSQL.

They hold against any SQL short of DDL and PRAGMA, on a plain connection. Here: how a trigger is worded,
declared, made, dropped and compared. Which triggers there are is said by each app (ours in `guards.py`);
reading what a database holds is in `catalog.py`, when it is all run in `wiring.py`.

In conditions write TRUE and FALSE for booleans and `<>` for unequal; both databases read them alike.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from audit import catalog

PREFIX: Final = catalog.PREFIX
_NAME = re.compile(rf"{PREFIX}[a-z0-9_]+")
_LONGEST_NAME = 63  # PostgreSQL cuts longer ones
_EVENT = re.compile(r"INSERT|DELETE|UPDATE|UPDATE OF [a-z0-9_]+(, [a-z0-9_]+)*")
_ALWAYS = "1 = 1"

_SQLITE = """\
CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW WHEN ({when})
BEGIN SELECT RAISE(ABORT, {message}); END"""

_POSTGRESQL = """\
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
  IF ({when}) THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {message};
  END IF;
  RETURN {row};
END
$guard$;
CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()"""


@dataclass(frozen=True)
class Trigger:
    """One trigger in the words of each database; "" where that database needs none.

    Names begin with `guard_`, so that ours are told from a database administrator's. On PostgreSQL the
    trigger's function carries the trigger's name. Raises ValueError for another name or a table that needs quotes.
    """

    name: str
    table: str
    sqlite: str
    postgresql: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.name) > _LONGEST_NAME:
            raise ValueError(f"{self.name!r} is no name for a trigger of ours")
        if not re.fullmatch(r"[a-z0-9_]+", self.table):
            raise ValueError(f"{self.table!r} is no plain table name")

    def sql(self, vendor: str) -> str:
        """Raises KeyError for a database we do not know."""
        return {"sqlite": self.sqlite, "postgresql": self.postgresql}[vendor]


def refuse(name: str, *, table: str, on: str, when: str, message: str) -> Trigger:
    """Refuses, before it happens, what makes the SQL condition `when` over NEW and OLD true.

    `on` is INSERT, DELETE, UPDATE or "UPDATE OF column, column". Django raises IntegrityError. The name gets our
    prefix. A condition that is NULL does not refuse, so mind columns that may be NULL.
    """
    if not _EVENT.fullmatch(on):
        raise ValueError(f"{on!r} is nothing a trigger waits for")
    words = {"name": PREFIX + name, "table": table, "on": on, "when": when, "message": _quoted(message)}
    row = "OLD" if on == "DELETE" else "NEW"
    return Trigger(
        words["name"],
        table,
        sqlite=_SQLITE.format_map(words),
        postgresql=_POSTGRESQL.format_map(words | {"row": row, "each": "ROW"}),
    )


def kept(table: str, *, keys: Sequence[Sequence[str]] = ()) -> tuple[Trigger, ...]:
    """Rows never go: refuses DELETE, TRUNCATE and what replaces a row (an existing id or unique key in `keys`)."""
    deleted = refuse(
        f"{table}_delete", table=table, on="DELETE", when=_ALWAYS, message=f"{table}: rows are kept"
    )
    return (deleted, _no_truncate(table), _no_replace(table, keys))


def append_only(table: str, *, keys: Sequence[Sequence[str]] = ()) -> tuple[Trigger, ...]:
    """Rows are added and never change: what `kept` refuses, and UPDATE."""
    changed = refuse(
        f"{table}_update", table=table, on="UPDATE", when=_ALWAYS, message=f"{table}: rows never change"
    )
    return (*kept(table, keys=keys), changed)


def _no_truncate(table: str) -> Trigger:
    """SQLite knows no TRUNCATE."""
    words = {"name": f"{PREFIX}{table}_truncate", "table": table, "on": "TRUNCATE", "when": _ALWAYS}
    words |= {"message": _quoted(f"{table}: rows are kept"), "row": "NULL", "each": "STATEMENT"}
    return Trigger(words["name"], table, sqlite="", postgresql=_POSTGRESQL.format_map(words))


def _no_replace(table: str, keys: Sequence[Sequence[str]]) -> Trigger:
    """SQLite's INSERT OR REPLACE deletes without firing DELETE triggers. PostgreSQL has nothing like it."""
    same = (" AND ".join(f"{column} = NEW.{column}" for column in key) for key in [["id"], *keys])
    existing = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {condition})" for condition in same)
    both = refuse(
        f"{table}_replace", table=table, on="INSERT", when=existing, message=f"{table}: it exists already"
    )
    return Trigger(both.name, table, sqlite=both.sqlite, postgresql="")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_declared: dict[str, Trigger] = {}


def register(*triggers: Trigger) -> None:
    """Declares triggers. Raises ValueError when one of that name but with another text is declared."""
    for trigger in triggers:
        if _declared.setdefault(trigger.name, trigger) != trigger:
            raise ValueError(f"{trigger.name} is declared twice")


def declared() -> tuple[Trigger, ...]:
    return tuple(_declared.values())


def make(connection: BaseDatabaseWrapper) -> None:
    """Makes what is declared and missing or different, on the tables that exist."""
    with transaction.atomic(using=connection.alias):
        held = catalog.held(connection)
        for trigger in _wanted(connection).values():
            stored = held.get(trigger.name)
            if stored is None or not _same(connection, trigger, stored):
                _remake(connection, trigger, stored)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Drops every trigger of ours, also those that are no longer declared."""
    with transaction.atomic(using=connection.alias):
        for stored in catalog.held(connection).values():
            catalog.drop(connection, stored)
        catalog.drop_functions(connection)


def differences(connection: BaseDatabaseWrapper) -> list[str]:
    """What the database holds otherwise than declared, one Japanese sentence per trigger; [] when all is well."""
    wanted, held = _wanted(connection), catalog.held(connection)
    missing = [f"トリガー {name} がありません" for name in wanted.keys() - held.keys()]
    unknown = [f"トリガー {name} は宣言されていません" for name in held.keys() - wanted.keys()]
    other = [
        f"トリガー {name} の内容が宣言と違います"
        for name in wanted.keys() & held.keys()
        if not _same(connection, wanted[name], held[name])
    ]
    return sorted(missing + unknown + other)


def _wanted(connection: BaseDatabaseWrapper) -> Mapping[str, Trigger]:
    """What this database should hold, given the tables that exist."""
    tables = set(connection.introspection.table_names())
    return {
        trigger.name: trigger
        for trigger in _declared.values()
        if trigger.table in tables and trigger.sql(connection.vendor)
    }


def _same(connection: BaseDatabaseWrapper, trigger: Trigger, stored: catalog.Stored) -> bool:
    return stored.table == trigger.table and catalog.is_from(
        connection, stored, trigger.sql(connection.vendor)
    )


def _remake(connection: BaseDatabaseWrapper, trigger: Trigger, stored: catalog.Stored | None) -> None:
    if stored:
        catalog.drop(connection, stored)
    catalog.create(connection, trigger.name, trigger.table, trigger.sql(connection.vendor))
