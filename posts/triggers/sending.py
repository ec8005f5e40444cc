"""What the database refuses about deliveries and attempts."""

from audit.triggers import Trigger, kept, refuse
from posts.triggers.parts import (
    FINAL,
    LIVE_CLEARANCE,
    MAY_BE_LIVE,
    alone,
    changed,
    decided,
    learnt,
    moves,
    one_only,
    parents,
)
from rules.states import Subject

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


# The one way back from an end: a person had it, did not say so in time, and it is out there after all.
_AFTER_ALL = (
    "OLD.state = 'expired' AND NEW.state = 'accepted' AND NEW.tries = OLD.tries AND NEW.key = OLD.key"
    " AND EXISTS (SELECT 1 FROM posts_attempt a WHERE a.delivery_id = OLD.id AND a.taken_by_id IS NOT NULL"
    " AND a.outcome = 'unknown')"
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


DELIVERIES = [
    *kept("posts_delivery", keys=[("clearance_id", "social_account_id")]),
    alone("posts_delivery"),
    parents("posts_delivery", social_account_id="accounts_socialaccount"),
    _targeted(),
    refuse(
        "posts_delivery_starts_waiting",
        table="posts_delivery",
        on="INSERT",
        when=(
            "NEW.state <> 'waiting' OR NEW.tries <> 0 OR NEW.key <> '' OR NEW.next_try_at < NEW.due_at"
            f" OR {LIVE_CLEARANCE}"
        ),
        message="posts_delivery: no live clearance",
    ),
    refuse(
        "posts_delivery_fixed",
        table="posts_delivery",
        on="UPDATE",
        when=(
            changed("id", "clearance_id", "post_id", "social_account_id", "due_at", "urgent")
            + " OR (NEW.latest_at <> OLD.latest_at AND NOT (OLD.state = 'held' AND NEW.state = 'waiting'))"
            " OR (OLD.key <> '' AND NEW.key <> OLD.key)"
            " OR (OLD.key <> '' AND NEW.connection <> OLD.connection AND OLD.state NOT IN ('waiting', 'held'))"
            " OR NEW.next_try_at < NEW.due_at"
            " OR (OLD.key_at IS NOT NULL AND (NEW.key_at IS NULL OR NEW.key_at <> OLD.key_at))"
        ),
        message="posts_delivery: what was cleared is fixed",
    ),
    refuse(
        "posts_delivery_ends_once",
        table="posts_delivery",
        on="UPDATE",
        when=f"OLD.state IN {FINAL} AND NOT ({_AFTER_ALL})",
        message="posts_delivery: it has ended",
    ),
    moves("posts_delivery", decided(Subject.DELIVERY) | learnt()),
    refuse(
        "posts_delivery_released",
        table="posts_delivery",
        on="UPDATE",
        when=(
            "OLD.state = 'held' AND NEW.state = 'waiting' AND NOT EXISTS"
            " (SELECT 1 FROM posts_release r WHERE r.delivery_id = OLD.id)"
        ),
        message="posts_delivery: nobody let it go by name",
    ),
    refuse(
        "posts_delivery_arms",
        table="posts_delivery",
        on="UPDATE",
        when=(
            "NEW.tries <> OLD.tries + CASE WHEN NEW.state = 'armed' THEN 1 ELSE 0 END"
            f" OR (NEW.state = 'armed' AND {LIVE_CLEARANCE})"
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
            f" AND y.social_account_id = NEW.social_account_id AND y.state IN {MAY_BE_LIVE})"
        ),
        message="posts_delivery: never a second post",
    ),
]
ATTEMPTS = [
    *kept("posts_attempt", keys=[("delivery_id", "number")]),
    parents("posts_attempt", taken_by_id="accounts_staffmember"),
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
    one_only(
        "posts_attempt_one_armed",
        "posts_attempt",
        "o.social_account_id = NEW.social_account_id AND o.finished_at IS NULL"
        " AND o.taken_by_id IS NULL AND NEW.taken_by_id IS NULL",
        "another one is armed",
    ),
    refuse(
        "posts_attempt_finished_once",
        table="posts_attempt",
        on="UPDATE",
        when=(
            "OLD.finished_at IS NOT NULL OR NEW.finished_at IS NULL OR "
            + changed("id", "delivery_id", "social_account_id", "number", "epoch", "armed_at", "armed_until")
            + " OR COALESCE(NEW.taken_by_id, 0) <> COALESCE(OLD.taken_by_id, 0)"
        ),
        message="posts_attempt: finished once, never changed",
    ),
]
AFTERLIFE = [
    *kept("posts_sighting", keys=[("delivery_id",)]),
    parents("posts_sighting", delivery_id="posts_delivery"),
    refuse(
        "posts_sighting_of_one",
        table="posts_sighting",
        on="UPDATE",
        when=changed("id", "delivery_id"),
        message="posts_sighting: of this delivery only",
    ),
    *kept("posts_withdrawal", keys=[("delivery_id",)]),
    parents("posts_withdrawal", ordered_by_id="accounts_staffmember", gone_by_id="accounts_staffmember"),
    refuse(
        "posts_withdrawal_of_accepted",
        table="posts_withdrawal",
        on="INSERT",
        when=(
            "NEW.state <> 'ordered' OR NOT EXISTS (SELECT 1 FROM posts_delivery y"
            " WHERE y.id = NEW.delivery_id AND y.state = 'accepted')"
        ),
        message="posts_withdrawal: nothing has gone out there",
    ),
    refuse(
        "posts_withdrawal_once",
        table="posts_withdrawal",
        on="UPDATE",
        when=(
            "OLD.state = 'gone' OR "
            + changed("id", "delivery_id", "ordered_by_id", "ordered_at", "office", "reason")
        ),
        message="posts_withdrawal: ordered once, never rewritten",
    ),
]
