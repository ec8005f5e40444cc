"""The sweep over a short history and over a long one: two copies of one database, asked in turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from bench.pairs import compare
from bench.sending.rounds import Sender
from posts.models import Attempt, Delivery
from posts.queries import to_send
from posts.tasks import sweep, sweep_stuck

GOAL = 1.2
SHORT, LONG = 1_000, 1_000_000
WAITING = 100
TIMES = 200


def report(sender: Sender, *, long: int = LONG) -> None:
    """Waiting deliveries are due in an hour: the sweep finds nothing, a look ahead finds them all."""
    now = timezone.now()
    template = Delivery.objects.filter(state="accepted").latest("pk").pk
    sender.cleared(WAITING, due_at=now.replace(second=0, microsecond=0) + timedelta(hours=1))
    _grow(template, SHORT)
    with _copy() as short:
        _grow(template, long, start=SHORT)
        for name, ask in _asked().items():
            ours, plain = compare(ask, _on(short, ask), times=TIMES)
            print(
                f"{name}: 過去{long:,}件と{SHORT:,}件の比 = {ours / plain:.2f}（目標 {GOAL} 以下。"
                f"{ours * 1000:.2f} ms / {plain * 1000:.2f} ms）",
                flush=True,
            )


def _asked() -> dict[str, Callable[[], object]]:
    later = timezone.now() + timedelta(hours=2)
    return {
        f"発信待ちの検索（{WAITING}件あり）": lambda: to_send(now=later, before=later),
        "見回り（なし）": sweep,
        "止まったものの見回り（なし）": sweep_stuck,
    }


def _on(other: BaseDatabaseWrapper, ask: Callable[[], object]) -> Callable[[], object]:
    """The same question to the other database."""

    def asked() -> object:
        connections["default"], own = other, connections["default"]
        try:
            return ask()
        finally:
            connections["default"] = own

    return asked


@contextmanager
def _copy() -> Iterator[BaseDatabaseWrapper]:
    """A copy of the bench's database as it is now, dropped afterwards."""
    name = str(connection.settings_dict["NAME"])
    connection.close()
    _administer(f'CREATE DATABASE "{name}_short" TEMPLATE "{name}"')
    other = connections.create_connection("default")
    other.settings_dict = {**connection.settings_dict, "NAME": f"{name}_short"}
    try:
        other.cursor().execute("VACUUM ANALYZE")
        yield other
    finally:
        other.close()
        _administer(f'DROP DATABASE "{name}_short"')


def _administer(statement: str) -> None:
    told = connection.get_connection_params() | {"dbname": "postgres"}
    keys = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{key: told[key] for key in keys if key in told}, autocommit=True) as session:
        session.execute(statement)


def _grow(template: int, until: int, *, start: int = 0) -> None:
    """Old accepted deliveries and their attempts, like the template's, past the triggers of this database."""
    with connection.cursor() as cursor:
        # The product's triggers are always on, whatever the role; only reading comes after this.
        cursor.execute("ALTER TABLE posts_delivery DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE posts_attempt DISABLE TRIGGER USER")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_many(Delivery, "id"), [start + 1, until, template])
        cursor.execute(_many(Attempt, "delivery_id"), [start + 1, until, template])
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


_OWN = {"id", "clearance_id", "post_id", "delivery_id"}
_WHEN = {
    "due_at",
    "latest_at",
    "next_try_at",
    "key_at",
    "accepted_at",
    "armed_at",
    "armed_until",
    "finished_at",
}


def _many(model: type[Delivery] | type[Attempt], by: str) -> str:
    """Each row with numbers of its own, a minute before the one made before it."""
    names = [str(field.column) for field in model._meta.concrete_fields]
    values = ", ".join(_value(name) for name in names)
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {values}"
        f" FROM {model._meta.db_table} t, generate_series(%s::bigint, %s::bigint) n WHERE t.{by} = %s"
    )


def _value(name: str) -> str:
    if name in _OWN:
        return f"t.{name} + 1000000 + n"
    if name in _WHEN:
        return f"t.{name} - n * interval '1 minute'"
    return f"t.{name}"
