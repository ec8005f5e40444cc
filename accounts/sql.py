"""Plain SQL for the few statements that every act or every sending repeats; compiling them anew costs more than running
them.

Standard SQL that SQLite and PostgreSQL both read. What is read so may come as an instance that knows only some of its
columns; what is written so, the database's own triggers judge as they judge everything.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

from audit.sql import cursor

M = TypeVar("M", bound=models.Model)
Param = int | str | date | None


def rows(sql: str, *params: Param) -> list[tuple[Any, ...]]:
    """All rows that one statement gives back."""
    with cursor() as asked:
        asked.execute(sql, [_adapted(each) for each in params])
        found: list[tuple[Any, ...]] = asked.fetchall()
        return found


def write(sql: str, *params: Param) -> int:
    """One UPDATE or INSERT; how many rows it touched."""
    with cursor() as asked:
        asked.execute(sql, [_adapted(each) for each in params])
        return int(asked.rowcount)


def save(instance: models.Model, *names: str) -> None:
    """As `instance.save(update_fields=names)`: these columns, by the row's own number."""
    meta = instance._meta
    values = [_stored(meta.get_field(name), getattr(instance, name)) for name in names]
    write(_update(meta.db_table, names), *values, instance.pk)


@cache
def _update(table: str, names: tuple[str, ...]) -> str:
    return f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in names)} WHERE id = %s"


def insert(instance: models.Model) -> None:
    """As `instance.save(force_insert=True)`: all columns; the row's number comes from the database."""
    fields = [field for field in instance._meta.concrete_fields if not field.primary_key]
    values = [_stored(field, getattr(instance, field.attname)) for field in fields]
    columns = tuple(field.column for field in fields)
    [(instance.pk,)] = rows(_insert(instance._meta.db_table, columns), *values)


@cache
def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({one_of(columns)}) RETURNING id"


def _stored(field: Any, value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(field, models.JSONField) else value


def one_of(values: Sequence[object]) -> str:
    """Placeholders for IN (...); a list that is empty matches nothing."""
    return ", ".join(["%s"] * len(values)) or "NULL"


def instant(value: datetime | str | None) -> datetime | None:
    """An instant as it comes from either database: SQLite keeps UTC without saying so, and sometimes as text."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _adapted(value: Param) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


@dataclass(frozen=True)
class Narrow(Generic[M]):
    """Some columns of one model in the model's own order, for a SELECT that names its table `alias`; made by `narrow`.
    What was not read is read when somebody asks for it, as with any deferred column."""

    model: type[M]
    alias: str
    names: tuple[str, ...]

    @cached_property
    def columns(self) -> str:
        return ", ".join(f"{self.alias}.{name}" for name in self.names)

    def of(self, values: Sequence[Any]) -> M:
        known = [read(value) if read else value for read, value in zip(self._reads, values, strict=True)]
        return self.model.from_db(connection.alias, self.names, known)

    @cached_property
    def _reads(self) -> Sequence[Callable[[Any], Any] | None]:
        fields = {field.attname: field for field in self.model._meta.concrete_fields}
        return [_read_of(fields[name]) for name in self.names]


def narrow(model: type[M], alias: str, *names: str) -> Narrow[M]:
    """These columns of that model, in whatever order they are named."""
    own = tuple(field.attname for field in model._meta.concrete_fields)
    return Narrow(model, alias, tuple(sorted(names, key=own.index)))


def instances(parts: Iterable[Narrow[Any]], row: Sequence[Any]) -> list[Any]:
    """One row as an instance of each, in their order; None for one that an outer join did not find."""
    found, at = [], 0
    for part in parts:
        values = row[at : at + len(part.names)]
        found.append(None if values[0] is None else part.of(values))
        at += len(part.names)
    return found


def _read_of(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return json.loads
    if isinstance(field, models.DateTimeField):
        return instant
    return bool if isinstance(field, models.BooleanField) else None
