"""What the database itself refuses, on any connection: SQL triggers over the tables of posts.

Valid on SQLite and PostgreSQL; the machinery that writes them for each is in `audit.triggers`. Which moves a
state may make is not said here but taken from THE TABLE. Columns that may be NULL are compared by COALESCE:
a condition that is NULL refuses nothing.
"""

from collections.abc import Iterable

from audit import triggers
from audit.triggers import Trigger, append_only, kept, refuse
from rules.states import Subject
from rules.transitions import LEARNT, TABLE

_LIVE_CLEARANCE = (
    "NOT EXISTS (SELECT 1 FROM posts_clearance c WHERE c.id = NEW.clearance_id"
    " AND c.post_id = NEW.post_id AND c.voided_at IS NULL)"
)
_FINAL = "('accepted', 'rejected', 'expired', 'dropped', 'superseded')"
_MAY_BE_LIVE = "('armed', 'accepted', 'unknown')"


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


def _one_only(name: str, table: str, other: str, says: str) -> Trigger:
    """SQLite's REPLACE deletes in silence what a partial unique index stands against; PostgreSQL knows none."""
    beside = f"EXISTS (SELECT 1 FROM {table} o WHERE {other})"
    both = refuse(name, table=table, on="INSERT", when=beside, message=f"{table}: {says}")
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


def _alone(table: str, on: str = "INSERT") -> Trigger:
    """PostgreSQL: one at a time per post, or two transactions would not see what the other one just wrote.

    Of a table's triggers it fires first, by its name. SQLite has one writer anyway.
    """
    name = f"{table}_alone_{on.lower()}"
    locked = "NOT EXISTS (SELECT 1 FROM posts_post p WHERE p.id = NEW.post_id FOR NO KEY UPDATE)"
    lock = refuse(name, table=table, on=on, when=locked, message=f"{table}: parent missing")
    return Trigger(lock.name, table, "", lock.postgresql)


def _at_hand(table: str) -> Trigger:
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


def _moves(table: str, pairs: Iterable[tuple[str, str]]) -> Trigger:
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


VERSIONS = [
    *append_only("posts_version", keys=[("post_id", "number")]),
    _alone("posts_version"),
    _parents("posts_version", written_by_id="accounts_staffmember"),
    refuse(
        "posts_version_in_turn",
        table="posts_version",
        on="INSERT",
        when=(
            "NOT EXISTS (SELECT 1 FROM posts_post p WHERE p.id = NEW.post_id"
            " AND NEW.number IN (p.version_no, p.version_no + 1))"
        ),
        message="posts_version: not the next version of a post",
    ),
    refuse(
        "posts_version_frozen",
        table="posts_version",
        on="INSERT",
        when=(
            "EXISTS (SELECT 1 FROM posts_delivery y"
            f" WHERE y.post_id = NEW.post_id AND y.state IN {_MAY_BE_LIVE})"
        ),
        message="posts_version: the text has gone out",
    ),
]
PEOPLE = [
    *append_only("posts_contribution", keys=[("version_id", "staff_id")]),
    _alone("posts_contribution"),
    _parents("posts_contribution", staff_id="accounts_staffmember"),
    refuse(
        "posts_contribution_same_post",
        table="posts_contribution",
        on="INSERT",
        when=(
            "NOT EXISTS (SELECT 1 FROM posts_version v"
            " WHERE v.id = NEW.version_id AND v.post_id = NEW.post_id)"
        ),
        message="posts_contribution: version of another post",
    ),
    refuse(
        "posts_contribution_by_decider",
        table="posts_contribution",
        on="INSERT",
        when="EXISTS (SELECT 1 FROM posts_decision d WHERE d.post_id = NEW.post_id AND d.by_id = NEW.staff_id)",
        message="posts_contribution: whoever decided does not write",
    ),
    *append_only("posts_decision"),
    _alone("posts_decision"),
    _parents("posts_decision", by_id="accounts_staffmember"),
    _at_hand("posts_decision"),
    refuse(
        "posts_decision_by_contributor",
        table="posts_decision",
        on="INSERT",
        when="EXISTS (SELECT 1 FROM posts_contribution k WHERE k.post_id = NEW.post_id AND k.staff_id = NEW.by_id)",
        message="posts_decision: whoever wrote does not decide",
    ),
]
CLEARANCES = [
    *kept("posts_clearance", keys=[("decision_id",)]),
    _alone("posts_clearance"),
    _alone("posts_clearance", on="UPDATE"),
    _at_hand("posts_clearance"),
    refuse(
        "posts_clearance_rests_on_decision",
        table="posts_clearance",
        on="INSERT",
        when=(
            "NEW.voided_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM posts_decision d"
            " JOIN posts_version v ON v.id = d.version_id WHERE d.id = NEW.decision_id"
            " AND d.version_id = NEW.version_id AND v.digest = NEW.digest"
            " AND ((d.verb = 'approve' AND NEW.basis = 'approval')"
            " OR (d.verb = 'second_check' AND NEW.basis = 'second_check')))"
        ),
        message="posts_clearance: no such decision on this version",
    ),
    _one_only(
        "posts_clearance_one_live",
        "posts_clearance",
        "o.post_id = NEW.post_id AND o.voided_at IS NULL",
        "another one is live",
    ),
    refuse(
        "posts_clearance_voided_once",
        table="posts_clearance",
        on="UPDATE",
        when=(
            "OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL OR "
            + _changed("id", "post_id", "version_id", "decision_id", "basis", "digest", "cleared_at")
            + " OR EXISTS (SELECT 1 FROM posts_delivery y"
            " WHERE y.clearance_id = OLD.id AND y.state IN ('waiting', 'held', 'armed', 'unknown'))"
        ),
        message="posts_clearance: only voided, once, with nothing left to go out",
    ),
]

_NOT_TARGETED_ON_SQLITE = (
    "EXISTS (SELECT 1 FROM posts_clearance c JOIN posts_version v ON v.id = c.version_id"
    " WHERE c.id = NEW.clearance_id AND CASE WHEN json_valid(v.canonical) THEN NOT EXISTS"
    " (SELECT 1 FROM json_each(v.canonical, '$.targets') t WHERE t.value = NEW.social_account_id)"
    " ELSE 0 END)"
)
_NOT_TARGETED_ON_POSTGRESQL = (
    "EXISTS (SELECT 1 FROM posts_clearance c JOIN posts_version v ON v.id = c.version_id"
    " WHERE c.id = NEW.clearance_id AND CASE WHEN v.canonical LIKE '{%' THEN NOT"
    " (v.canonical::json -> 'targets')::jsonb @> to_jsonb(NEW.social_account_id) ELSE FALSE END)"
)


def _targeted() -> Trigger:
    """The version that was cleared names the account. A text that is not ours is never sent: it has no targets."""
    name, table = "posts_delivery_targeted", "posts_delivery"
    message = "posts_delivery: the version does not go to this account"
    lite, post = (
        refuse(name, table=table, on="INSERT", when=when, message=message)
        for when in (_NOT_TARGETED_ON_SQLITE, _NOT_TARGETED_ON_POSTGRESQL)
    )
    return Trigger(lite.name, table, lite.sqlite, post.postgresql)


def _decided(subject: Subject) -> set[tuple[str, str]]:
    """From which state an act leads to which."""
    rows = [row for row in TABLE if row.subject == subject]
    return {(source, row.target) for row in rows for source in row.sources if source and row.target}


def _learnt() -> set[tuple[str, str]]:
    return {(source, target) for source, target, _ in LEARNT}


DELIVERIES = [
    *kept("posts_delivery", keys=[("clearance_id", "social_account_id")]),
    _alone("posts_delivery"),
    _parents("posts_delivery", social_account_id="accounts_socialaccount"),
    _targeted(),
    refuse(
        "posts_delivery_starts_waiting",
        table="posts_delivery",
        on="INSERT",
        when=(
            "NEW.state <> 'waiting' OR NEW.tries <> 0 OR NEW.key <> '' OR NEW.next_try_at < NEW.due_at"
            f" OR {_LIVE_CLEARANCE}"
        ),
        message="posts_delivery: no live clearance",
    ),
    refuse(
        "posts_delivery_fixed",
        table="posts_delivery",
        on="UPDATE",
        when=(
            _changed("id", "clearance_id", "post_id", "social_account_id", "due_at", "latest_at")
            + " OR (OLD.key <> '' AND (NEW.key <> OLD.key OR NEW.connection <> OLD.connection))"
            " OR NEW.next_try_at < NEW.due_at"
            " OR (OLD.key_at IS NOT NULL AND (NEW.key_at IS NULL OR NEW.key_at <> OLD.key_at))"
        ),
        message="posts_delivery: what was cleared is fixed",
    ),
    refuse(
        "posts_delivery_ends_once",
        table="posts_delivery",
        on="UPDATE",
        when=f"OLD.state IN {_FINAL}",
        message="posts_delivery: it has ended",
    ),
    _moves("posts_delivery", _decided(Subject.DELIVERY) | _learnt()),
    refuse(
        "posts_delivery_arms",
        table="posts_delivery",
        on="UPDATE",
        when=(
            "NEW.tries <> OLD.tries + CASE WHEN NEW.state = 'armed' THEN 1 ELSE 0 END"
            f" OR (NEW.state = 'armed' AND {_LIVE_CLEARANCE})"
        ),
        message="posts_delivery: armed once per try, under a live clearance",
    ),
    # A doubt stays: once an attempt ended unknown, a later one that did not go says nothing about it.
    refuse(
        "posts_delivery_learns",
        table="posts_delivery",
        on="UPDATE",
        when=(
            "OLD.state = 'armed' AND (NOT EXISTS (SELECT 1 FROM posts_attempt a"
            " WHERE a.delivery_id = OLD.id AND a.number = OLD.tries AND a.finished_at IS NOT NULL"
            " AND (a.outcome = NEW.state OR NEW.state = 'unknown' OR (NEW.state = 'waiting'"
            " AND a.outcome IN ('not_sent', 'rate_limited', 'auth_expired'))))"
            " OR (NEW.state IN ('waiting', 'rejected') AND EXISTS (SELECT 1 FROM posts_attempt a"
            " WHERE a.delivery_id = OLD.id AND a.outcome = 'unknown')))"
        ),
        message="posts_delivery: no attempt says so",
    ),
    refuse(
        "posts_delivery_never_second",
        table="posts_delivery",
        on="INSERT",
        when=(
            "EXISTS (SELECT 1 FROM posts_delivery y WHERE y.post_id = NEW.post_id"
            f" AND y.social_account_id = NEW.social_account_id AND y.state IN {_MAY_BE_LIVE})"
        ),
        message="posts_delivery: never a second post",
    ),
]
ATTEMPTS = [
    *kept("posts_attempt", keys=[("delivery_id", "number")]),
    refuse(
        "posts_attempt_of_armed",
        table="posts_attempt",
        on="INSERT",
        when=(
            "NEW.finished_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM posts_delivery y"
            " WHERE y.id = NEW.delivery_id AND y.social_account_id = NEW.social_account_id"
            " AND y.state = 'armed' AND y.tries = NEW.number)"
        ),
        message="posts_attempt: the delivery is not armed",
    ),
    refuse(
        "posts_attempt_epoch",
        table="posts_attempt",
        on="INSERT",
        when="EXISTS (SELECT 1 FROM policies_citygate g WHERE g.epoch <> NEW.epoch)",
        message="posts_attempt: armed after a restriction that it does not know",
    ),
    _one_only(
        "posts_attempt_one_armed",
        "posts_attempt",
        "o.social_account_id = NEW.social_account_id AND o.finished_at IS NULL",
        "another one is armed",
    ),
    refuse(
        "posts_attempt_finished_once",
        table="posts_attempt",
        on="UPDATE",
        when=(
            "OLD.finished_at IS NOT NULL OR NEW.finished_at IS NULL OR "
            + _changed("id", "delivery_id", "social_account_id", "number", "epoch", "armed_at", "armed_until")
        ),
        message="posts_attempt: finished once, never changed",
    ),
]
POSTS = [
    *kept("posts_post", keys=[("drafter_id", "draft_key")]),
    _parents(
        "posts_post",
        section_id="accounts_section",
        drafter_id="accounts_staffmember",
        corrects_id="posts_post",
        continues_id="posts_post",
    ),
    refuse(
        "posts_post_starts",
        table="posts_post",
        on="INSERT",
        when="NEW.state <> 'drafting' OR NEW.version_no <> 1",
        message="posts_post: it starts as a draft",
    ),
    _one_only(
        "posts_post_continued_once",
        "posts_post",
        "o.continues_id = NEW.continues_id AND o.state <> 'cancelled'",
        "another one goes on with it",
    ),
    refuse(
        "posts_post_fixed",
        table="posts_post",
        on="UPDATE",
        when=(
            _changed("id", "section_id", "kind", "drafter_id", "drafted_at")
            + " OR COALESCE(NEW.corrects_id, 0) <> COALESCE(OLD.corrects_id, 0)"
            " OR COALESCE(NEW.continues_id, 0) <> COALESCE(OLD.continues_id, 0)"
            " OR COALESCE(NEW.draft_key, '') <> COALESCE(OLD.draft_key, '')"
        ),
        message="posts_post: whose it is and what it follows is fixed",
    ),
    _moves("posts_post", _decided(Subject.POST)),
    refuse(
        "posts_post_cleared",
        table="posts_post",
        on="UPDATE",
        when=(
            "NEW.state <> OLD.state AND 'cleared' IN (NEW.state, OLD.state) AND (NEW.state = 'cleared')"
            " <> EXISTS (SELECT 1 FROM posts_clearance c WHERE c.post_id = OLD.id AND c.voided_at IS NULL)"
        ),
        message="posts_post: cleared exactly while a clearance is live",
    ),
    refuse(
        "posts_post_text_frozen",
        table="posts_post",
        on="UPDATE",
        when=(
            "NEW.version_no <> OLD.version_no AND (NEW.version_no <> OLD.version_no + 1"
            " OR NOT EXISTS (SELECT 1 FROM posts_version v"
            " WHERE v.post_id = OLD.id AND v.number = NEW.version_no)"
            " OR EXISTS (SELECT 1 FROM posts_clearance c WHERE c.post_id = OLD.id AND c.voided_at IS NULL)"
            f" OR EXISTS (SELECT 1 FROM posts_delivery y WHERE y.post_id = OLD.id AND y.state IN {_MAY_BE_LIVE}))"
        ),
        message="posts_post: the text is cleared or has gone out",
    ),
]


def register() -> None:
    triggers.register(*VERSIONS, *PEOPLE, *CLEARANCES, *DELIVERIES, *ATTEMPTS, *POSTS)
