"""What the database itself refuses, on any connection: SQL triggers over the tables of policies.

Valid on SQLite and PostgreSQL; the machinery that writes them for each is in `audit.triggers`.
"""

from audit import triggers
from audit.triggers import Trigger, kept, refuse
from policies.models import CONTENT_FIELDS

_VERSION = "policies_policyversion"
_DECIDED = "('decided', 'published')"


def _changed(*columns: str) -> str:
    """True when one of the columns changes; NULL and the empty text count as the same."""
    old, new = (
        [f"COALESCE(CAST({row}.{column} AS TEXT), '')" for column in columns] for row in ("OLD", "NEW")
    )
    return " OR ".join(f"{after} <> {before}" for before, after in zip(old, new, strict=True))


VERSIONS = [
    *kept(_VERSION, keys=[("social_account_id", "number")]),
    refuse(
        "policies_version_begins_as_draft",
        table=_VERSION,
        on="INSERT",
        when=(
            "NEW.state <> 'drafting' OR NEW.decided_at IS NOT NULL OR NEW.published_at IS NOT NULL OR NOT EXISTS"
            " (SELECT 1 FROM accounts_socialaccount a WHERE a.id = NEW.social_account_id)"
        ),
        message="policies_policyversion: a version begins as a draft of a social account",
    ),
    refuse(
        "policies_version_moves",
        table=_VERSION,
        on="UPDATE",
        when=(
            "NEW.id <> OLD.id OR NEW.social_account_id <> OLD.social_account_id OR NEW.number <> OLD.number"
            " OR (NEW.state <> OLD.state AND NOT"
            " ((OLD.state = 'drafting' AND NEW.state = 'awaiting_decision')"
            " OR (OLD.state = 'awaiting_decision' AND NEW.state IN ('drafting', 'decided'))"
            " OR (OLD.state = 'decided' AND NEW.state = 'published')))"
        ),
        message="policies_policyversion: no such move",
    ),
    refuse(
        "policies_version_decided_is_fixed",
        table=_VERSION,
        on="UPDATE",
        when=(
            f"OLD.state IN {_DECIDED} AND"
            f" ({_changed(*CONTENT_FIELDS, 'written_by_id', 'decided_by_id', 'decided_at', 'decided_as')})"
        ),
        message="policies_policyversion: what was decided is fixed",
    ),
    refuse(
        "policies_version_published_once",
        table=_VERSION,
        on="UPDATE",
        when=f"OLD.state = 'published' AND ({_changed('published_by_id', 'published_at')})",
        message="policies_policyversion: published once",
    ),
]
GATE = [
    *kept("policies_citygate"),
    refuse(
        "policies_citygate_rises",
        table="policies_citygate",
        on="UPDATE",
        when="NEW.id <> OLD.id OR NEW.epoch <= OLD.epoch",
        message="policies_citygate: the epoch only rises",
    ),
]
SITE = kept("policies_citysite")


def _once(table: str, ended: str, *fixed: str) -> list[Trigger]:
    """Rows stay; what began them is fixed, and they end once."""
    changed = f"OLD.{ended} IS NOT NULL OR {_changed('id', *fixed)}"
    over = refuse(
        f"{table}_once", table=table, on="UPDATE", when=changed, message=f"{table}: fixed, and ended once"
    )
    return [*kept(table), over]


def _one_only(table: str, other: str, on: str = "INSERT") -> Trigger:
    """SQLite's REPLACE deletes in silence what a partial unique index stands against; PostgreSQL knows none."""
    name, beside = f"{table}_one_only_{on.lower()}", f"EXISTS (SELECT 1 FROM {table} o WHERE {other})"
    both = refuse(name, table=table, on=on, when=beside, message=f"{table}: another one is in force")
    return Trigger(both.name, table, both.sqlite, "")


def _parents(table: str, **parents: str) -> Trigger:
    """SQLite checks foreign keys only where the connection asks for it; a plain one does not."""
    missing = " OR ".join(
        f"(NEW.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.id = NEW.{column}))"
        for column, parent in parents.items()
    )
    return refuse(
        f"{table}_parents", table=table, on="INSERT", when=missing, message=f"{table}: parent missing"
    )


_STAFF, _SECTION = "accounts_staffmember", "accounts_section"
_SAME_PLACE = (
    "o.ended_at IS NULL AND o.kind = NEW.kind AND o.cause = NEW.cause AND o.scope = NEW.scope"
    " AND (o.scope = 'city' OR (o.scope = 'section' AND o.section_id = NEW.section_id)"
    " OR o.social_account_id = NEW.social_account_id)"
)
_SAME_ELECTION = (
    "o.id <> COALESCE(NEW.id, 0) AND o.name = NEW.name AND o.polling_on = NEW.polling_on"
    " AND o.retired_at IS NULL AND NEW.retired_at IS NULL"
)
RESTRICTIONS = [
    *_once(
        "policies_restriction",
        "ended_at",
        *("kind", "cause", "trigger", "scope", "section_id", "social_account_id", "headquarters_id", "note"),
        *("epoch", "started_at", "started_by_id", "started_as"),
    ),
    refuse(
        "policies_restriction_epoch",
        table="policies_restriction",
        on="INSERT",
        when=(
            "NEW.ended_at IS NOT NULL OR NOT EXISTS"
            " (SELECT 1 FROM policies_citygate g WHERE g.epoch = NEW.epoch)"
        ),
        message="policies_restriction: it begins in force, at the gate's epoch",
    ),
    _one_only("policies_restriction", _SAME_PLACE),
    _parents(
        "policies_restriction",
        section_id=_SECTION,
        social_account_id="accounts_socialaccount",
        headquarters_id="policies_headquarters",
        started_by_id=_STAFF,
    ),
    *_once(
        "policies_headquarters",
        "dissolved_at",
        *("name", "set_up_at", "recorded_at", "recorded_by_id", "recorded_as"),
    ),
    _one_only("policies_headquarters", "o.standing AND NEW.standing"),
    _parents("policies_headquarters", recorded_by_id=_STAFF),
]
LISTS = [
    *_once(
        "policies_standingconfirmation",
        "ended_at",
        *("section_id", "from_on", "until_on", "words", "given_at", "given_by_id", "given_as"),
    ),
    _parents("policies_standingconfirmation", section_id=_SECTION, given_by_id=_STAFF),
    *_once("policies_election", "retired_at"),
    _one_only("policies_election", _SAME_ELECTION),
    _one_only("policies_election", _SAME_ELECTION, on="UPDATE"),
    _parents("policies_election", listed_by_id=_STAFF),
    *_once("policies_urgency", "retired_at", "label", "listed_by_id", "listed_at"),
    _one_only("policies_urgency", "o.label = NEW.label AND o.retired_at IS NULL AND NEW.retired_at IS NULL"),
    _parents("policies_urgency", listed_by_id=_STAFF),
    *kept("policies_calendarday", keys=[("day",)]),
    refuse(
        "policies_calendarday_fixed",
        table="policies_calendarday",
        on="UPDATE",
        when=_changed("id", "day"),
        message="policies_calendarday: a day stays the day it is",
    ),
    _parents("policies_calendarday", set_by_id=_STAFF),
]
CITY = [*RESTRICTIONS, *LISTS]


def register() -> None:
    triggers.register(*VERSIONS, *GATE, *SITE, *CITY)
