"""What the database refuses about people, sections and the register: everything that was done names them.

So their rows stay, under their id. Who leaves is made inactive; a social account is closed.
"""

from collections.abc import Sequence

from audit import triggers
from audit.triggers import Trigger, kept, refuse


def _stays(table: str, *keys: Sequence[str]) -> list[Trigger]:
    return [*kept(table, keys=keys), _renumbered(table), _replaced(table, keys)]


def _renumbered(table: str) -> Trigger:
    return refuse(
        f"{table}_id", table=table, on="UPDATE", when="NEW.id <> OLD.id", message=f"{table}: ids are kept"
    )


def _replaced(table: str, keys: Sequence[Sequence[str]]) -> Trigger:
    """SQLite's UPDATE OR REPLACE deletes, in silence, the row whose key is taken over."""
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} o WHERE o.id <> OLD.id AND "
        + " AND ".join(f"o.{column} = NEW.{column}" for column in key)
        + ")"
        for key in keys
    )
    both = refuse(f"{table}_taken", table=table, on="UPDATE", when=taken, message=f"{table}: it is taken")
    return Trigger(both.name, table, both.sqlite, "")


KEPT = [
    *_stays("accounts_section", ("name",)),
    *_stays("accounts_staffmember", ("username",)),
    *_stays("accounts_socialaccount", ("name",), ("url",), ("network", "handle")),
]


def register() -> None:
    triggers.register(*KEPT)
