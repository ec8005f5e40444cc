"""The machinery of triggers: wording, declaring, making, comparing; on a table made for the test."""

from collections.abc import Iterator

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from audit import triggers, wiring
from audit.triggers import Trigger, append_only, kept, refuse

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own SQL")

CLOSED = refuse(
    "note_closed",
    table="note",
    on="UPDATE OF text",
    when="OLD.is_closed = TRUE AND NEW.text <> OLD.text",
    message="note: it's closed",
)


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def note(db, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A table of two rows, one closed; nothing is declared but what the test declares."""
    triggers.drop(connection)
    monkeypatch.setattr(triggers, "_declared", {})
    run("CREATE TABLE note (id integer PRIMARY KEY, text varchar(9) UNIQUE, is_closed bool NOT NULL)")
    run("INSERT INTO note VALUES (1, 'open', FALSE), (2, 'closed', TRUE)")
    return


def declare(*declared: Trigger) -> None:
    triggers.register(*declared)
    triggers.make(connection)


def test_refuse_holds_only_where_its_condition_is_true(note):
    declare(CLOSED)
    run("UPDATE note SET text = 'other' WHERE id = 1")
    run("UPDATE note SET is_closed = TRUE")
    with pytest.raises(IntegrityError, match="note: it's closed"):
        run("UPDATE note SET text = 'more' WHERE id = 2")


def test_refuse_lets_a_delete_happen_when_its_condition_is_false(note):
    declare(refuse("note_gone", table="note", on="DELETE", when="OLD.is_closed", message="note: closed"))
    run("DELETE FROM note WHERE id = 1")
    with pytest.raises(IntegrityError):
        run("DELETE FROM note WHERE id = 2")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM note")
        assert cursor.fetchall() == [(2,)]


def test_refuse_may_look_into_other_rows(note):
    second = "EXISTS (SELECT 1 FROM note n WHERE n.is_closed AND NEW.is_closed)"
    declare(refuse("note_one_closed", table="note", on="INSERT", when=second, message="note: one is closed"))
    run("INSERT INTO note VALUES (3, 'third', FALSE)")
    with pytest.raises(IntegrityError):
        run("INSERT INTO note VALUES (4, 'fourth', TRUE)")


@pytest.mark.parametrize("on", ["", "TRUNCATE", "INSERT OR UPDATE", "UPDATE OF", "DELETE; DROP"])
def test_refuse_is_an_error_when_it_waits_for_something_else(on):
    with pytest.raises(ValueError, match="nothing a trigger waits for"):
        refuse("note_x", table="note", on=on, when="TRUE", message="")


def test_append_only_lets_rows_come_and_nothing_else(note):
    declare(*append_only("note", keys=[("text",)]))
    run("INSERT INTO note VALUES (3, 'third', FALSE)")
    for sql in [
        "UPDATE note SET is_closed = TRUE",
        "DELETE FROM note",
        "INSERT INTO note VALUES (1, 'x', FALSE)",
    ]:
        with pytest.raises(IntegrityError):
            run(sql)


def test_kept_rows_may_change_but_never_go(note):
    declare(*kept("note", keys=[("text",)]))
    run("UPDATE note SET is_closed = TRUE")
    with pytest.raises(IntegrityError, match="kept"):
        run("DELETE FROM note")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own SQL")
@pytest.mark.parametrize("values", ["1, 'x', FALSE", "9, 'open', FALSE"])
def test_kept_rows_are_not_replaced_by_id_or_key(note, values):
    declare(*kept("note", keys=[("text",)]))
    with pytest.raises(IntegrityError, match="exists already"):
        run(f"INSERT OR REPLACE INTO note VALUES ({values})")


@on_postgresql
def test_kept_rows_are_not_truncated(note):
    declare(*kept("note"))
    with pytest.raises(IntegrityError, match="kept"):
        run("TRUNCATE note")


@pytest.mark.parametrize("name", ["note", "Guard_note", "guard_note; DROP", "guard_" + "x" * 60])
def test_trigger_is_an_error_when_its_name_is_not_ours_or_too_long(name):
    with pytest.raises(ValueError, match="no name"):
        Trigger(name, "note", "", "")


def test_trigger_is_an_error_when_its_table_needs_quotes():
    with pytest.raises(ValueError, match="plain table"):
        Trigger("guard_note", "my note", "", "")


def test_register_may_repeat_a_trigger_but_not_change_it(note):
    triggers.register(CLOSED, CLOSED)
    assert triggers.declared() == (CLOSED,)
    with pytest.raises(ValueError, match="declared twice"):
        triggers.register(Trigger(CLOSED.name, "note", "other", "other"))


def test_make_passes_over_a_table_that_does_not_exist(note):
    declare(CLOSED, *append_only("nowhere"))
    assert triggers.differences(connection) == []


def test_make_changes_nothing_when_all_is_there(note, django_assert_max_num_queries):
    declare(CLOSED, *append_only("note"))
    with django_assert_max_num_queries(4) as queries:
        triggers.make(connection)
    assert not any("CREATE" in query["sql"] for query in queries)


def test_drop_takes_away_what_is_no_longer_declared_too(note, monkeypatch):
    declare(CLOSED)
    monkeypatch.setattr(triggers, "_declared", {})
    assert triggers.differences(connection) == ["トリガー guard_note_closed は宣言されていません"]
    triggers.drop(connection)
    assert triggers.differences(connection) == []
    run("UPDATE note SET text = 'more' WHERE id = 2")


def test_drop_and_make_work_when_a_table_went_away_with_its_trigger(note):
    declare(CLOSED)
    run("DROP TABLE note")
    triggers.drop(connection)
    run("CREATE TABLE note (id integer PRIMARY KEY, text varchar(9), is_closed bool NOT NULL)")
    triggers.make(connection)
    assert triggers.differences(connection) == []


def drop_sql(name: str) -> str:
    return f"DROP TRIGGER {name}" + (" ON note" if connection.vendor == "postgresql" else "")


def test_differences_names_a_dropped_trigger_and_make_mends_it(note):
    declare(CLOSED)
    run(drop_sql(CLOSED.name))
    assert triggers.differences(connection) == ["トリガー guard_note_closed がありません"]
    if connection.vendor == "postgresql":
        run(f"DROP FUNCTION {CLOSED.name}()")
    triggers.make(connection)
    assert triggers.differences(connection) == []


def test_differences_names_a_changed_trigger_and_make_mends_it(note):
    declare(CLOSED)
    weaker = refuse("note_closed", table="note", on="DELETE", when="1 = 2", message="")
    triggers.drop(connection)
    run(weaker.sql(connection.vendor))
    assert triggers.differences(connection) == ["トリガー guard_note_closed の内容が宣言と違います"]
    triggers.make(connection)
    assert triggers.differences(connection) == []


@on_postgresql
@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE note DISABLE TRIGGER guard_note_closed",
        "ALTER TABLE note ENABLE TRIGGER guard_note_closed",
        "CREATE OR REPLACE FUNCTION guard_note_closed() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path = public, pg_temp AS $$ BEGIN RETURN NEW; END $$",
        "ALTER FUNCTION guard_note_closed() RESET search_path",
        "COMMENT ON TRIGGER guard_note_closed ON note IS NULL",
    ],
)
def test_differences_names_a_trigger_that_was_weakened_on_postgresql(note, sql):
    declare(CLOSED)
    run(sql)
    assert triggers.differences(connection) == ["トリガー guard_note_closed の内容が宣言と違います"]
    triggers.make(connection)
    assert triggers.differences(connection) == []


def test_database_holds_exactly_what_is_declared(db):
    assert triggers.declared()
    assert triggers.differences(connection) == []


def test_system_check_reports_each_difference_only_when_asked_for_databases(note):
    triggers.register(CLOSED)
    (error,) = wiring.check_triggers(databases=["default"])
    assert (error.id, error.msg) == ("audit.E001", "トリガー guard_note_closed がありません")
    assert wiring.check_triggers(databases=None) == []
    assert wiring.check_triggers in checks.registry.registry.get_checks()


@pytest.mark.django_db(transaction=True)
def test_migrate_mends_the_triggers_when_they_are_missing():
    triggers.drop(connection)
    call_command("migrate", verbosity=0, skip_checks=False)
    assert triggers.differences(connection) == []


@pytest.mark.django_db(transaction=True)
def test_migrate_leaves_the_triggers_up_when_it_fails(monkeypatch):
    def fails(*args: object, **kwargs: object) -> None:
        assert triggers.differences(connection) != []
        raise CommandError("half way")

    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migrate", fails)
    with pytest.raises(CommandError, match="half way"):
        call_command("migrate", verbosity=0)
    assert triggers.differences(connection) == []
