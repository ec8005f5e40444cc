"""The pieces that the triggers of posts are made of. Columns that may be NULL are compared by COALESCE: a condition
that is NULL refuses nothing."""

from collections.abc import Iterable

from audit.triggers import Trigger, refuse
from rules.states import Subject
from rules.transitions import LEARNT, TABLE

LIVE_CLEARANCE = (
    "NOT EXISTS (SELECT 1 FROM posts_clearance c WHERE c.id = NEW.clearance_id"
    " AND c.post_id = NEW.post_id AND c.voided_at IS NULL)"
)
FINAL = "('accepted', 'rejected', 'expired', 'dropped', 'superseded')"
MAY_BE_LIVE = "('armed', 'accepted', 'unknown')"


def changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


def one_only(name: str, table: str, other: str, says: str) -> Trigger:
    """SQLite's REPLACE deletes in silence what a partial unique index stands against; PostgreSQL knows none."""
    beside = f"EXISTS (SELECT 1 FROM {table} o WHERE {other})"
    both = refuse(name, table=table, on="INSERT", when=beside, message=f"{table}: {says}")
    return Trigger(both.name, table, both.sqlite, "")


def parents(table: str, **parents: str) -> Trigger:
    """SQLite checks foreign keys only where the connection asks for it; a plain one does not."""
    missing = " OR ".join(
        f"(NEW.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.id = NEW.{column}))"
        for column, parent in parents.items()
    )
    return refuse(
        f"{table}_parents", table=table, on="INSERT", when=missing, message=f"{table}: parent missing"
    )


def alone(table: str, on: str = "INSERT") -> Trigger:
    """PostgreSQL: one at a time per post, or two transactions would not see what the other one just wrote.

    Of a table's triggers it fires first, by its name. SQLite has one writer anyway.
    """
    name = f"{table}_alone_{on.lower()}"
    locked = "NOT EXISTS (SELECT 1 FROM posts_post p WHERE p.id = NEW.post_id FOR NO KEY UPDATE)"
    lock = refuse(name, table=table, on=on, when=locked, message=f"{table}: parent missing")
    return Trigger(lock.name, table, "", lock.postgresql)


def at_hand(table: str) -> Trigger:
    """One decides on the version at hand, and of the very post."""
    return refuse(
        f"{table}_at_hand",
        table=table,
        on="INSERT",
        when=(
            "NOT EXISTS (SELECT 1 FROM posts_version v JOIN posts_post p ON p.id = v.post_id"
            " WHERE v.id = NEW.version_id AND p.id = NEW.post_id AND p.version_no = v.number)"
        ),
        message=f"{table}: not the version at hand",
    )


def moves(table: str, pairs: Iterable[tuple[str, str]]) -> Trigger:
    allowed = " OR ".join(
        f"(OLD.state = '{source}' AND NEW.state = '{target}')" for source, target in sorted(set(pairs))
    )
    return refuse(
        f"{table}_moves",
        table=table,
        on="UPDATE",
        when=f"NEW.state <> OLD.state AND NOT ({allowed})",
        message=f"{table}: no such move",
    )


def decided(subject: Subject) -> set[tuple[str, str]]:
    """From which state an act leads to which."""
    rows = [row for row in TABLE if row.subject == subject]
    return {(source, row.target) for row in rows for source in row.sources if source and row.target}


def learnt() -> set[tuple[str, str]]:
    return {(source, target) for source, target, _ in LEARNT}
