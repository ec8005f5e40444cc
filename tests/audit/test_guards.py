"""The record on a plain connection: whatever SQL somebody writes, it only grows."""

import sqlite3
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit import actions, catalog, triggers
from audit.models import Entry, Stream
from audit.verification import verify
from tests.audit.conftest import AT

TABLES = ["audit_entry", "audit_seal", "audit_stream"]
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own SQL")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own SQL")

# Whole statements: what an attacker with the application's rights would type.
FORBIDDEN = [
    "UPDATE audit_entry SET payload = '{}'",
    "UPDATE audit_entry SET id = 77 WHERE seq = 1",
    "UPDATE audit_seal SET hash = ''",
    "DELETE FROM audit_entry",
    "DELETE FROM audit_seal WHERE number = 1",
    "DELETE FROM audit_stream",
    "INSERT INTO audit_entry SELECT * FROM audit_entry",
    "INSERT INTO audit_entry SELECT 77, stream, seq, event, at, by, body, salt, payload, hash FROM audit_entry",
    "INSERT INTO audit_seal SELECT 77, number, at, body, hash FROM audit_seal",
    "UPDATE audit_stream SET last_seq = last_seq + 2",
    "UPDATE audit_stream SET last_seq = last_seq - 1",
    "UPDATE audit_stream SET last_hash = 'forged'",
    "UPDATE audit_stream SET name = 'post:other'",
    "UPDATE audit_stream SET id = 77",
    "UPDATE audit_stream SET sealed_seq = 0",
    "UPDATE audit_stream SET sealed_seq = last_seq + 1",
    "UPDATE audit_stream SET opened_at = '2020-01-01 00:00:00+00:00'",
    "INSERT INTO audit_stream (name, last_seq, last_hash, sealed_seq, opened_at)"
    " VALUES ('post:forged', 3, 'forged', 0, '2020-01-01 00:00:00+00:00')",
]
REPLACING = [
    "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
    "REPLACE INTO audit_entry SELECT 77, stream, seq, event, at, by, '', salt, payload, hash FROM audit_entry",
    "INSERT OR REPLACE INTO audit_seal SELECT 77, number, at, '', hash FROM audit_seal",
    "INSERT OR REPLACE INTO audit_stream SELECT id, name, 0, '', 0, opened_at FROM audit_stream",
    "INSERT OR REPLACE INTO audit_stream SELECT 77, name, 0, '', 0, opened_at FROM audit_stream",
    "UPDATE OR REPLACE audit_stream SET name = 'account:3' WHERE name <> 'account:3'",
    "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE true ON CONFLICT DO UPDATE SET payload = '{}'",
]
ON_CONFLICT = [
    "INSERT INTO audit_entry SELECT * FROM audit_entry ON CONFLICT (id) DO UPDATE SET payload = '{}'",
    "INSERT INTO audit_stream SELECT * FROM audit_stream ON CONFLICT (id) DO UPDATE SET last_seq = 0",
]


@pytest.fixture
def record(append) -> None:
    with transaction.atomic():
        append(count=2)
        append("account:3")
        actions.seal(now=AT)


def refused(sql: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify().finding is None
    assert Entry.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("sql", FORBIDDEN)
def test_record_refuses_raw_sql_that_would_change_it(record, sql):
    refused(sql)


@on_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize("sql", REPLACING)
def test_record_refuses_to_be_replaced_on_sqlite(record, sql):
    refused(sql)


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("sql", [*(f"TRUNCATE {table}" for table in TABLES), *ON_CONFLICT])
def test_record_refuses_truncate_and_upsert_on_postgresql(record, sql):
    refused(sql)


@on_postgresql
@pytest.mark.django_db
def test_record_refuses_when_the_session_plays_replica(record):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    refused("DELETE FROM audit_entry")


@on_postgresql
@pytest.mark.django_db
def test_stream_guard_looks_at_our_tables_when_a_temporary_one_has_the_same_name(monkeypatch, record):
    guard = triggers.refuse(
        "probe",
        table="audit_stream",
        on="INSERT",
        when="EXISTS (SELECT 1 FROM audit_entry)",
        message="probe",
    )
    monkeypatch.setitem(triggers._declared, guard.name, guard)
    triggers.make(connection)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE audit_entry (id int)")
    with pytest.raises(IntegrityError, match="probe"), transaction.atomic():
        Stream.objects.create(name="staff:7", opened_at=AT)


@pytest.mark.django_db
def test_stream_may_move_on_by_one(record):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_stream SET last_seq = last_seq + 1, last_hash = 'next'")
    assert set(Stream.objects.values_list("last_seq", "last_hash")) == {(3, "next"), (2, "next")}


@pytest.fixture
def plain() -> Iterator[Callable[[str], object]]:
    """Runs SQL on a connection that Django knows nothing of."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"])
    else:
        other = psycopg.connect(**connection.get_connection_params())
    yield other.execute
    other.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_entry SET payload = '{}'",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry SELECT * FROM audit_entry",
        pytest.param("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry", marks=on_sqlite),
        pytest.param("TRUNCATE audit_entry", marks=on_postgresql),
    ],
)
def test_record_refuses_on_a_separate_plain_connection(record, plain, sql):
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        plain(sql)


@pytest.mark.django_db(transaction=True)
def test_triggers_are_there_again_after_migrating_back_to_zero_and_forth():
    before = set(catalog.held(connection))
    call_command("migrate", "audit", "zero", verbosity=0)
    assert not set(connection.introspection.table_names()) & set(TABLES)
    assert not {stored.table for stored in catalog.held(connection).values()} & set(TABLES)
    call_command("migrate", "audit", verbosity=0)
    assert set(catalog.held(connection)) == before
    assert triggers.differences(connection) == []
    with transaction.atomic():
        Stream.objects.create(name="staff:7", opened_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stream.objects.all().delete()
