"""What the database refuses about people, sections and the register: everything that was done names them.

So their rows stay, under their id. Who leaves is made inactive; a social account is closed.
"""

from collections.abc import Sequence

from audit import triggers
from audit.triggers import Trigger, append_only, kept, refuse


def _stays(table: str, *keys: Sequence[str]) -> list[Trigger]:
    replaced = [_replaced(table, keys)] if keys else []
    return [*kept(table, keys=keys), _renumbered(table), *replaced]


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


def _in_use(*key: str, besides: str = "1 = 1") -> str:
    """Another entry, not closed, holds the key (a row to be inserted has no id yet on SQLite)."""
    same = " AND ".join(f"o.{column} = NEW.{column}" for column in key)
    return (
        "NEW.state <> 'closed' AND EXISTS (SELECT 1 FROM accounts_socialaccount o"
        f" WHERE o.state <> 'closed' AND {besides} AND {same})"
    )


def _taken_in_use(*key: str) -> Trigger:
    name = f"accounts_socialaccount_{key[-1]}_new"
    message = "accounts_socialaccount: it is in use"
    return refuse(name, table="accounts_socialaccount", on="INSERT", when=_in_use(*key), message=message)


def _replaced_in_use(*key: str) -> Trigger:
    name = f"accounts_socialaccount_{key[-1]}_taken"
    message = "accounts_socialaccount: it is taken"
    both = refuse(
        name,
        table="accounts_socialaccount",
        on="UPDATE",
        when=_in_use(*key, besides="o.id <> OLD.id"),
        message=message,
    )
    return Trigger(both.name, both.table, both.sqlite, "")


def _second_chief(on: str) -> Trigger:
    """mima:5-本文: one section has one chief on one day, whoever writes it."""
    other = (
        "SELECT 1 FROM accounts_roleassignment o JOIN accounts_staffmember s ON s.id = o.staff_id"
        " WHERE o.role = 'chief' AND o.section_id = NEW.section_id AND s.is_active = TRUE AND s.is_elected = FALSE"
        " AND (o.until_on IS NULL OR o.until_on >= NEW.from_on)"
        " AND (NEW.until_on IS NULL OR o.from_on <= NEW.until_on)"
    )
    itself = " AND o.id <> NEW.id" if on == "UPDATE" else ""
    here = (
        "SELECT 1 FROM accounts_staffmember n"
        " WHERE n.id = NEW.staff_id AND n.is_active = TRUE AND n.is_elected = FALSE"
    )
    when = f"NEW.role = 'chief' AND EXISTS ({here}) AND EXISTS ({other}{itself})"
    return refuse(
        f"accounts_roleassignment_one_chief_{on.lower()}",
        table="accounts_roleassignment",
        on=on,
        when=when,
        message="accounts_roleassignment: that section has a chief then",
    )


KEPT = [
    *(_second_chief(on) for on in ("INSERT", "UPDATE")),
    *_stays("accounts_section", ("name",)),
    *_stays("accounts_staffmember", ("username",)),
    *_stays("accounts_socialaccount"),
    *(_taken_in_use(*key) for key in (("name",), ("url",), ("network", "handle"))),
    *(_replaced_in_use(*key) for key in (("name",), ("url",), ("network", "handle"))),
]


# What the city decided about its rulebooks, what was imported and who read the handbook is never rewritten.
DECIDED = [
    trigger
    for table in ("adoption", "dutyswitch", "rulebookversion", "regulationtext", "wording", "handbookreading")
    for trigger in append_only(f"accounts_{table}")
]
# Devices and lines of the ledger change, but stay; a device that has ended stays as it ended.
LASTING = [
    *kept("accounts_device"),
    _renumbered("accounts_device"),
    refuse(
        "accounts_device_ended",
        table="accounts_device",
        on="UPDATE",
        when="OLD.state = 'ended'",
        message="accounts_device: it has ended",
    ),
    *kept("accounts_ledgerentry", keys=[("social_account_id",)]),
    _renumbered("accounts_ledgerentry"),
]


def register() -> None:
    triggers.register(*KEPT, *DECIDED, *LASTING)
