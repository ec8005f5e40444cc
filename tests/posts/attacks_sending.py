"""Statements against deliveries and attempts that a database must refuse; see `attacks.py`."""

from tests.posts.attacks import attack
from tests.posts.raw import SQLITE, copy, replace
from tests.posts.world import World

PAST = "'2020-01-01 00:00:00+00:00'"


def _update(post: str, change: str, says: str, what: str) -> None:
    attack(
        f"delivery {what}",
        says,
        lambda w: f"UPDATE posts_delivery SET {change} WHERE id = {w.delivery(post).pk}",
    )


# --- what was cleared
_FIXED = "fixed"
for _change in (
    "clearance_id = clearance_id + 1",
    "post_id = post_id + 1",
    "social_account_id = social_account_id + 1",
    f"due_at = {PAST}",
    "latest_at = '2099-01-01 00:00:00+00:00'",
    f"next_try_at = {PAST}",
):
    _update("waiting", _change, _FIXED, f"changes: {_change}")
_update("unknown", "key = 'another'", _FIXED, "gets another key")
_update("unknown", "connection = 'another'", _FIXED, "gets another connection")
_update("unknown", f"key_at = {PAST}", _FIXED, "gets another time for its key")
_update("unknown", "key_at = NULL", _FIXED, "loses the time of its key")

# --- how it moves
for _post, _to in (
    ("waiting", "accepted"),
    ("waiting", "rejected"),
    ("waiting", "unknown"),
    ("armed", "held"),
    ("armed", "dropped"),
    ("armed", "superseded"),
    ("armed", "expired"),
    ("unknown", "waiting"),
    ("unknown", "held"),
    ("unknown", "rejected"),
    ("unknown", "dropped"),
    ("unknown", "superseded"),
):
    _update(
        _post,
        f"state = '{_to}', key = 'k', accepted_at = due_at",
        "no such move|fixed",
        f"goes from {_post} to {_to}",
    )
for _to in ("accepted", "rejected", "unknown", "waiting"):
    _update(
        "armed",
        f"state = '{_to}', accepted_at = due_at",
        "no attempt says so",
        f"is {_to} while it is called",
    )
_update("waiting", "state = 'armed', key = 'k'", "armed once per try", "is armed without counting")
_update("waiting", "tries = tries + 1", "armed once per try", "counts without being armed")
_update(
    "unknown", "state = 'armed', tries = tries - 1", "armed once per try", "is armed with a number it had"
)
_update("waiting", "state = 'sent'", "no such move|known", "has a state that does not exist")
for _post in ("sent", "rejected"):
    for _change in ("state = 'waiting'", "remote_id = 'x'", "problem = 'x'", "state = state"):
        _update(_post, _change, "ended", f"{_post} is touched again: {_change}")
attack(
    "superseded delivery comes back",
    "ended",
    lambda w: f"UPDATE posts_delivery SET state = 'waiting' WHERE id = {w.delivery('voided').pk}",
)

# --- how it begins


def _new(what: str, says: str, **changes: str) -> None:
    """Like the one that waits, for an account that the version also goes to but no delivery stands for."""
    attack(
        f"delivery begins {what}",
        says,
        lambda w: copy("posts_delivery", w.delivery("waiting").pk, **changes),
    )


_new("held", "no live clearance", state="'held'")
_new("armed", "no live clearance", state="'armed'", key="'k'")
_new("accepted", "no live clearance", state="'accepted'", key="'k'", accepted_at="due_at")
_new("with tries", "no live clearance", tries="1")
_new("with a key", "no live clearance", key="'k'")
_new("before its time", "no live clearance", next_try_at=PAST)
_new("a second time", "exists|once_per_clearance|UNIQUE|unique")
_new("on no clearance", "no live clearance", clearance_id="987654")
_new("for no account", "parent|does not go", social_account_id="987654")
attack(
    "delivery begins on a voided clearance",
    "no live clearance",
    lambda w: copy(
        "posts_delivery", w.delivery("voided").pk, state="'waiting'", social_account_id=w.machi.pk
    ),
)
attack(
    "delivery begins on another post's clearance",
    "no live clearance",
    lambda w: copy("posts_delivery", w.delivery("waiting").pk, post_id=w.checked.pk),
)
attack(
    "delivery begins for an account that the version does not name",
    "does not go to this account",
    lambda w: copy("posts_delivery", w.delivery("waiting").pk, social_account_id=w.kura.pk),
)
attack(
    "delivery is replaced by its clearance",
    "exists",
    lambda w: replace("posts_delivery", w.delivery("waiting").pk),
    only=SQLITE,
)

# --- attempts


def _attempt(w: World, post: str) -> int:
    return w.delivery(post).attempts.get().pk


for _post, _change in (
    ("sent", "outcome = 'unknown'"),
    ("sent", "detail = 'x'"),
    ("sent", "finished_at = NULL, outcome = 'armed'"),
    ("armed", "detail = 'x'"),
    ("armed", "number = 9, outcome = 'unknown', finished_at = armed_at"),
    ("armed", "epoch = 999, outcome = 'unknown', finished_at = armed_at"),
    ("armed", "armed_until = '2099-01-01 00:00:00+00:00', outcome = 'unknown', finished_at = armed_at"),
    ("armed", "delivery_id = delivery_id + 1, outcome = 'unknown', finished_at = armed_at"),
    ("armed", "social_account_id = social_account_id + 1, outcome = 'unknown', finished_at = armed_at"),
    ("armed", "taken_by_id = 1, outcome = 'unknown', finished_at = armed_at"),
):
    attack(
        f"attempt of {_post} changes: {_change}",
        "finished once",
        lambda w, post=_post, change=_change: (
            f"UPDATE posts_attempt SET {change} WHERE id = {_attempt(w, post)}"
        ),
    )
attack(
    "attempt finishes without an outcome",
    "finished_attempt|CHECK",
    lambda w: f"UPDATE posts_attempt SET finished_at = armed_at WHERE id = {_attempt(w, 'armed')}",
)


def _new_attempt(what: str, says: str, post: str = "armed", only: str = "", **changes: str) -> None:
    def sql(w: World) -> str:
        values: dict[str, object] = {"outcome": "'armed'", "finished_at": "NULL", **changes}
        make = replace if only == SQLITE else copy
        return make("posts_attempt", _attempt(w, post), **values)

    attack(f"attempt {what}", says, sql, only=only)


_new_attempt("on what is not armed", "not armed", post="sent", number="2")
_new_attempt("with a number to come", "not armed", number="2")
_new_attempt("born finished", "not armed", outcome="'accepted'", finished_at="armed_at")
_new_attempt("on another account", "not armed", social_account_id="social_account_id + 1")
_new_attempt("on no delivery", "not armed", delivery_id="987654")
_new_attempt("with an old epoch", "does not know|exists|unique|another one", epoch="0")
_new_attempt("a second time", "exists|unique|UNIQUE|another one", epoch="epoch")
_new_attempt("in place of another", "exists|another one", only=SQLITE)


def _arming(w: World) -> str:
    """The checked post is armed by hand, as the worker would."""
    change = "state = 'armed', key = 'k', key_at = due_at, tries = 1"
    return f"UPDATE posts_delivery SET {change} WHERE id = {w.delivery('checked').pk}"


def _attempting(w: World, **changes: object) -> str:
    values = {"delivery_id": w.delivery("checked").pk, "social_account_id": w.kanko.pk, **changes}
    return copy("posts_attempt", _attempt(w, "armed"), **values)


attack(
    "attempt that does not know the last restriction",
    "does not know",
    lambda w: _attempting(w, epoch=0),
    before=(_arming,),
)
attack(
    "attempt of a person whom nobody knows",
    "parent missing",
    lambda w: _attempting(w, taken_by_id=987654),
    before=(_arming,),
)
attack(
    "attempt takes an old one's place",
    "exists",
    lambda w: _attempting(w, id=_attempt(w, "sent")).replace("INSERT", "INSERT OR REPLACE", 1),
    only=SQLITE,
    before=(_arming,),
)
attack(
    "attempt while another is on its way on the account",
    "not armed",
    lambda w: copy(
        "posts_attempt", _attempt(w, "armed"), delivery_id=w.waiting.deliveries.get(social_account=w.machi).pk
    ),
)
