"""What the database itself refuses, on any connection: SQL triggers over the tables of posts.

Valid on SQLite and PostgreSQL; the machinery that writes them for each is in `audit.triggers`.
"""

from audit import triggers
from audit.triggers import Trigger, append_only, refuse

_LIVE_CLEARANCE = (
    "NOT EXISTS (SELECT 1 FROM posts_clearance c WHERE c.id = NEW.clearance_id"
    " AND c.post_id = NEW.post_id AND c.voided_at IS NULL)"
)
_FINAL = "('accepted', 'rejected', 'expired', 'dropped', 'superseded')"
_MAY_BE_LIVE = "('armed', 'accepted', 'unknown')"


def _parents(table: str, **parents: str) -> list[Trigger]:
    """SQLite checks foreign keys only where the connection asks for it; a plain one does not."""
    missing = " OR ".join(
        f"(NEW.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p.id = NEW.{column}))"
        for column, parent in parents.items()
    )
    return [
        refuse(
            f"{table}_parents", table=table, on="INSERT", when=missing, message=f"{table}: parent missing"
        ),
    ]


def _kept(table: str) -> Trigger:
    return refuse(f"{table}_kept", table=table, on="DELETE", when="1 = 1", message=f"{table}: rows are kept")


def _same_post(table: str) -> Trigger:
    return refuse(
        f"{table}_same_post",
        table=table,
        on="INSERT",
        when="NOT EXISTS (SELECT 1 FROM posts_version v WHERE v.id = NEW.version_id AND v.post_id = NEW.post_id)",
        message=f"{table}: version of another post",
    )


VERSIONS = [
    *append_only("posts_version", keys=[("post_id", "number")]),
    *_parents("posts_version", post_id="posts_post", written_by_id="accounts_staffmember"),
]
PEOPLE = [
    *append_only("posts_contribution", keys=[("version_id", "staff_id")]),
    *_parents("posts_contribution", version_id="posts_version", staff_id="accounts_staffmember"),
    _same_post("posts_contribution"),
    refuse(
        "posts_contribution_by_decider",
        table="posts_contribution",
        on="INSERT",
        when="EXISTS (SELECT 1 FROM posts_decision d WHERE d.post_id = NEW.post_id AND d.by_id = NEW.staff_id)",
        message="posts_contribution: whoever decided does not write",
    ),
    *append_only("posts_decision"),
    *_parents("posts_decision", version_id="posts_version", by_id="accounts_staffmember"),
    _same_post("posts_decision"),
    refuse(
        "posts_decision_by_contributor",
        table="posts_decision",
        on="INSERT",
        when="EXISTS (SELECT 1 FROM posts_contribution k WHERE k.post_id = NEW.post_id AND k.staff_id = NEW.by_id)",
        message="posts_decision: whoever wrote does not decide",
    ),
]
CLEARANCES = [
    _kept("posts_clearance"),
    _same_post("posts_clearance"),
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
    refuse(
        "posts_clearance_voided_once",
        table="posts_clearance",
        on="UPDATE",
        when=(
            "OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL OR NEW.id <> OLD.id"
            " OR NEW.post_id <> OLD.post_id OR NEW.version_id <> OLD.version_id"
            " OR NEW.decision_id <> OLD.decision_id OR NEW.basis <> OLD.basis OR NEW.digest <> OLD.digest"
            " OR NEW.cleared_at <> OLD.cleared_at OR EXISTS (SELECT 1 FROM posts_delivery y"
            " WHERE y.clearance_id = OLD.id AND y.state IN ('waiting', 'held', 'armed', 'unknown'))"
        ),
        message="posts_clearance: only voided, once, with nothing left to go out",
    ),
]
DELIVERIES = [
    _kept("posts_delivery"),
    *_parents("posts_delivery", social_account_id="accounts_socialaccount"),
    refuse(
        "posts_delivery_starts_waiting",
        table="posts_delivery",
        on="INSERT",
        when=f"NEW.state <> 'waiting' OR {_LIVE_CLEARANCE}",
        message="posts_delivery: no live clearance",
    ),
    refuse(
        "posts_delivery_fixed",
        table="posts_delivery",
        on="UPDATE",
        when=(
            "NEW.id <> OLD.id OR NEW.clearance_id <> OLD.clearance_id OR NEW.post_id <> OLD.post_id"
            " OR NEW.social_account_id <> OLD.social_account_id OR NEW.due_at <> OLD.due_at"
            " OR (OLD.key <> '' AND NEW.key <> OLD.key) OR NEW.tries < OLD.tries"
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
    refuse(
        "posts_delivery_moves",
        table="posts_delivery",
        on="UPDATE OF state",
        when=(
            "(NEW.state = 'armed' AND OLD.state NOT IN ('waiting', 'held', 'unknown'))"
            " OR (NEW.state IN ('accepted', 'rejected', 'unknown') AND OLD.state NOT IN ('armed', 'unknown'))"
            " OR (NEW.state IN ('dropped', 'superseded', 'expired') AND OLD.state NOT IN ('waiting', 'held'))"
            f" OR (NEW.state = 'armed' AND {_LIVE_CLEARANCE})"
        ),
        message="posts_delivery: no such move",
    ),
]
ATTEMPTS = [
    _kept("posts_attempt"),
    refuse(
        "posts_attempt_of_armed",
        table="posts_attempt",
        on="INSERT",
        when=(
            "NEW.finished_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM posts_delivery y"
            " WHERE y.id = NEW.delivery_id AND y.social_account_id = NEW.social_account_id AND y.state = 'armed')"
        ),
        message="posts_attempt: the delivery is not armed",
    ),
    refuse(
        "posts_attempt_finished_once",
        table="posts_attempt",
        on="UPDATE",
        when=(
            "OLD.finished_at IS NOT NULL OR NEW.finished_at IS NULL OR NEW.id <> OLD.id"
            " OR NEW.delivery_id <> OLD.delivery_id OR NEW.social_account_id <> OLD.social_account_id"
            " OR NEW.number <> OLD.number OR NEW.epoch <> OLD.epoch OR NEW.armed_at <> OLD.armed_at"
        ),
        message="posts_attempt: finished once, never changed",
    ),
]
POSTS = [
    _kept("posts_post"),
    refuse(
        "posts_post_text_frozen",
        table="posts_post",
        on="UPDATE OF version_no",
        when=(
            "NEW.version_no <> OLD.version_no AND EXISTS (SELECT 1 FROM posts_delivery y"
            f" WHERE y.post_id = OLD.id AND y.state IN {_MAY_BE_LIVE})"
        ),  # constants of this module
        message="posts_post: the text has gone out",
    ),
]


def register() -> None:
    triggers.register(*VERSIONS, *PEOPLE, *CLEARANCES, *DELIVERIES, *ATTEMPTS, *POSTS)
