"""Statements against what is noted of posts that went out that a database must refuse. See `attacks.py`."""

from tests.posts.attacks import Sql, attack, kept_for_ever
from tests.posts.raw import SQLITE, copy, replace

_SIGHTING: Sql = lambda w: str(w.delivery("sent").sighting.pk)  # noqa: E731  # a row, by name
_ORDERED: Sql = lambda w: str(w.delivery("sent").withdrawal.pk)  # noqa: E731
_GONE: Sql = lambda w: str(w.delivery("gone").withdrawal.pk)  # noqa: E731

KEPT = {"posts_sighting": _SIGHTING, "posts_withdrawal": _ORDERED}
for _table, _row in KEPT.items():
    kept_for_ever(_table, _row)
    attack(
        f"{_table} moves to another delivery",
        "of this delivery only|never rewritten",
        lambda w, table=_table, row=_row: (
            f"UPDATE {table} SET delivery_id = {w.delivery('waiting').pk} WHERE id = {row(w)}"
        ),
    )
    attack(
        f"{_table} of no delivery",
        "parent missing|nothing has gone out|foreign key",
        lambda w, table=_table, row=_row: copy(table, int(row(w)), delivery_id=987654),
    )
    attack(
        f"{_table} twice for one delivery",
        "exists|unique|duplicate",
        lambda w, table=_table, row=_row: copy(table, int(row(w))),
    )
    attack(
        f"{_table} is replaced by its delivery",
        "exists",
        lambda w, table=_table, row=_row: replace(table, int(row(w))),
        only=SQLITE,
    )
attack(
    "withdrawal of what has not gone out",
    "nothing has gone out",
    lambda w: copy("posts_withdrawal", int(_ORDERED(w)), delivery_id=w.delivery("waiting").pk),
)
for _change in ("reason = 'x'", "office = 'x'", "ordered_by_id = ordered_by_id + 1"):
    attack(
        f"order to delete is rewritten: {_change}",
        "never rewritten|foreign key",
        lambda w, change=_change: f"UPDATE posts_withdrawal SET {change} WHERE id = {_ORDERED(w)}",
    )
attack(
    "what is gone stands again",
    "never rewritten|withdrawal_says_when|CHECK",
    lambda w: f"UPDATE posts_withdrawal SET state = 'ordered' WHERE id = {_GONE(w)}",
)
attack(
    "withdrawal by nobody",
    "parent missing|foreign key",
    lambda w: copy(
        "posts_withdrawal",
        int(_GONE(w)),
        delivery_id=w.delivery("standing").pk,
        ordered_by_id=987654,
        state="'ordered'",
        gone_at="NULL",
        gone_by_id="NULL",
    ),
)
attack(
    "delivery becomes a warning afterwards",
    "fixed",
    lambda w: f"UPDATE posts_delivery SET urgent = NOT urgent WHERE id = {w.delivery('waiting').pk}",
)
