"""What the worker reads of a delivery, each time in one statement: before it begins, under lock, and after the call.

Reading and locking only; what may be done with it the actions ask the rules.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import SocialAccount
from accounts.queries import OTHER_END, OTHER_END_FROM, OtherEnd, end_seen
from accounts.sql import instances, instant, narrow, rows
from audit.sql import locking
from posts.models import Clearance, Decision, Delivery, Post, Version
from posts.queries import TO_SEND

# Written out, not passed: only so can a kept plan use the index of what is to be sent.
_SENDABLE = ", ".join(f"'{state}'" for state in TO_SEND)
_DELIVERY = narrow(
    Delivery,
    "y",
    *("id", "clearance_id", "post_id", "social_account_id", "state", "due_at", "latest_at", "next_try_at"),
    *("tries", "key", "key_at", "connection", "held_codes", "problem", "handed_at"),
)
_CLEARANCE = narrow(
    Clearance,
    "c",
    *("id", "post_id", "version_id", "decision_id", "basis", "digest", "cleared_at", "voided_at"),
)
_VERSION = narrow(Version, "v", "id", "post_id", "canonical")
_DECISION = narrow(Decision, "d", "id", "by_id", "as_chief", "ticks", "named")
_POST = narrow(Post, "p", "id", "section_id", "title", "kind", "corrects_id", "state", "declared_on")
_ACCOUNT = narrow(
    SocialAccount, "a", "id", "section_id", "name", "network", "connection", "handle", "url", "config"
)
_ALL = (_DELIVERY, _CLEARANCE, _VERSION, _DECISION, _POST, _ACCOUNT)
_FROM = """
  FROM posts_delivery y
  JOIN posts_clearance c ON c.id = y.clearance_id
  JOIN posts_version v ON v.id = c.version_id
  LEFT JOIN posts_decision d ON d.id = c.decision_id
  JOIN posts_post p ON p.id = y.post_id
  JOIN accounts_socialaccount a ON a.id = y.social_account_id
"""
_CLAIM = f"""
SELECT {", ".join(part.columns for part in _ALL)},
       EXISTS (SELECT 1 FROM posts_attempt t WHERE t.social_account_id = y.social_account_id
                AND t.taken_by_id IS NULL AND t.finished_at IS NULL),
       (SELECT MAX(q.quiet_until) FROM posts_attempt q WHERE q.social_account_id = y.social_account_id
         AND q.quiet_until > %s),
       EXISTS (SELECT 1 FROM posts_chiefconfirmation k WHERE k.version_id = c.version_id),
       EXISTS (SELECT 1 FROM posts_release r WHERE r.delivery_id = y.id)
{_FROM}
 WHERE y.id = %s AND y.state IN ({_SENDABLE}) AND y.next_try_at <= %s
"""


@dataclass(frozen=True)
class Claimed:
    """A delivery under lock with what stands in its way on its social account: a call that runs now, and until when
    the network asked all of it to wait."""

    delivery: Delivery
    is_busy: bool
    quiet_until: datetime | None


def claimed(delivery_id: int, now: datetime) -> Claimed | None:
    """The delivery under lock, its social account being locked already; None when it is not due any more."""
    found = rows(_CLAIM + locking(" FOR UPDATE OF y"), now, delivery_id, now)
    for *row, is_busy, quiet_until, is_confirmed, is_released in found:
        delivery = _together(row)
        _knows_of_none(delivery, releases=is_released)
        _knows_of_none(delivery.clearance.version, confirmations=is_confirmed)
        return Claimed(delivery, bool(is_busy), instant(quiet_until))
    return None


def _together(row: list[object]) -> Delivery:
    """One row as a delivery with all that belongs to it, its post once."""
    delivery, clearance, version, decision, post, account = instances(_ALL, row)
    clearance.version, clearance.decision, clearance.post = version, decision, post
    delivery.clearance, delivery.post, delivery.social_account = clearance, post, account
    assert isinstance(delivery, Delivery)
    return delivery


def _knows_of_none(instance: Delivery | Version, **relations: object) -> None:
    """What the same read has shown to be empty is not asked for again: as after prefetch_related."""
    empty: dict[str, list[object]] = {name: [] for name, is_any in relations.items() if not is_any}
    instance._prefetched_objects_cache = empty  # type: ignore[union-attr]  # Django's own place for it


def lock_account_of(delivery_id: int) -> None:
    """The first lock of whoever works on a delivery. Its account never changes, so one statement finds and locks it."""
    rows(_ACCOUNT_OF + locking(" FOR NO KEY UPDATE OF a"), delivery_id)


_ACCOUNT_OF = """
SELECT a.id FROM accounts_socialaccount a
 WHERE a.id = (SELECT y.social_account_id FROM posts_delivery y WHERE y.id = %s)
"""


def epoch_under_shared_lock() -> int:
    """CityGate's epoch FOR SHARE: whoever narrows sending waits for us, or we for them. SQLite has one writer."""
    [(epoch,)] = rows("SELECT epoch FROM policies_citygate WHERE id = 1" + locking(" FOR SHARE"))
    return int(epoch)


# --- before it begins


def due_at(delivery_id: int) -> datetime | None:
    """When to look at it; None when it no longer waits for anything."""
    found = rows(_DUE, delivery_id)
    return instant(found[0][0]) if found else None


_DUE = f"SELECT next_try_at FROM posts_delivery WHERE id = %s AND state IN ({_SENDABLE})"


def with_account(delivery_id: int) -> tuple[Delivery, OtherEnd]:
    """The delivery as it is now, without any lock, its social account, and who answers where that is connected to."""
    [row] = rows(_BEFORE, delivery_id)
    delivery, account = instances((_DELIVERY, _ACCOUNT), row)
    delivery.social_account = account
    return delivery, end_seen(*row[-3:])


_BEFORE = f"""
SELECT {_DELIVERY.columns}, {_ACCOUNT.columns}, {OTHER_END}
  FROM posts_delivery y JOIN accounts_socialaccount a ON a.id = y.social_account_id {OTHER_END_FROM}
 WHERE y.id = %s
"""


def beside(delivery_id: int, *, now: datetime) -> list[int]:
    """What is due now on the same social account: warnings first, then the longest due; the first few of them."""
    return [int(pk) for (pk,) in rows(_BESIDE, delivery_id, now)]


# More than one thread sends in a row, so that rows that cannot even be tried never hide the others.
_BESIDE = f"""
SELECT y.id FROM posts_delivery y
 WHERE y.social_account_id = (SELECT o.social_account_id FROM posts_delivery o WHERE o.id = %s)
   AND y.state IN ({_SENDABLE}) AND y.next_try_at <= %s
 ORDER BY y.urgent DESC, y.next_try_at, y.id LIMIT 20
"""


# --- after the call


def called(attempt_id: int) -> Delivery:
    """The delivery of that attempt under lock, its social account first, and of all else no more than is told."""
    rows(_ACCOUNT_CALLED + locking(" FOR NO KEY UPDATE OF a"), attempt_id)
    return _told(
        f"{_TOLD} WHERE y.id = (SELECT t.delivery_id FROM posts_attempt t WHERE t.id = %s)", attempt_id
    )


_ACCOUNT_CALLED = """
SELECT a.id FROM accounts_socialaccount a
 WHERE a.id = (SELECT t.social_account_id FROM posts_attempt t WHERE t.id = %s)
"""


def under_lock(delivery_id: int) -> Delivery:
    """The same by its own number."""
    lock_account_of(delivery_id)
    return _told(f"{_TOLD} WHERE y.id = %s", delivery_id)


def _told(sql: str, key: int) -> Delivery:
    [row] = rows(sql + locking(" FOR UPDATE OF y"), key)
    delivery, account = instances((_DELIVERY, _TOLD_ACCOUNT), row)
    delivery.social_account, delivery.post = account, _BARE_POST.of([delivery.post_id])
    assert isinstance(delivery, Delivery)
    return delivery


_TOLD_ACCOUNT = narrow(SocialAccount, "a", "id", "name", "network", "connection")
_BARE_POST = narrow(Post, "p", "id")
_TOLD = f"""
SELECT {_DELIVERY.columns}, {_TOLD_ACCOUNT.columns}
  FROM posts_delivery y JOIN accounts_socialaccount a ON a.id = y.social_account_id
"""
