"""Statements that a database must refuse, and what it says then. Each is tried on a plain connection and on Django's.

An attack is made from the world's ids when it is tried; one that only one database knows names it. What comes
`before` it in the same transaction is lawful.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.posts.raw import POSTGRESQL, SQLITE, copy, replace
from tests.posts.world import World

Sql = Callable[[World], str]


@dataclass(frozen=True)
class Attack:
    name: str
    says: str
    sql: Sql
    only: str = ""
    before: tuple[Sql, ...] = ()


ATTACKS: list[Attack] = []


def attack(name: str, says: str, sql: Sql, *, only: str = "", before: tuple[Sql, ...] = ()) -> None:
    ATTACKS.append(Attack(name, says, sql, only, before))


def first(world: World, name: str, rows: str) -> int:
    """The id of the oldest version, decision, clearance … of a post of the world."""
    pk: int = getattr(getattr(world, name), rows).order_by("pk").values_list("pk", flat=True)[0]
    return pk


def kept_for_ever(table: str, row: Sql) -> None:
    """The table loses no row, in whatever way."""
    attack(f"{table} loses a row", "rows are kept", lambda w: f"DELETE FROM {table} WHERE id = {row(w)}")
    attack(f"{table} loses all rows", "rows are kept", lambda w: f"DELETE FROM {table}")
    attack(f"{table} is truncated", "rows are kept", lambda w: f"TRUNCATE {table} CASCADE", only=POSTGRESQL)
    attack(
        f"{table} gets an id twice",
        "exists|unique|duplicate",
        lambda w: copy(table, int(row(w)), id=row(w)),
    )
    attack(
        f"{table} has a row replaced",
        "exists",
        lambda w: replace(table, int(row(w)), id=row(w)),
        only=SQLITE,
    )
    attack(
        f"{table} has a row renumbered", "", lambda w: f"UPDATE {table} SET id = 987654 WHERE id = {row(w)}"
    )


def _never_changes(table: str, row: Sql, **values: str) -> None:
    for column, value in values.items():
        attack(
            f"{table}.{column} changes",
            "never change",
            lambda w, column=column, value=value: (
                f"UPDATE {table} SET {column} = {value} WHERE id = {row(w)}"
            ),
        )


for _table, _row in {
    "posts_post": lambda w: w.returned.pk,
    "posts_version": lambda w: first(w, "returned", "versions"),
    "posts_contribution": lambda w: first(w, "sent", "contributions"),
    "posts_decision": lambda w: first(w, "sent", "decisions"),
    "posts_clearance": lambda w: first(w, "sent", "clearances"),
    "posts_delivery": lambda w: w.delivery("sent").pk,
    "posts_attempt": lambda w: w.delivery("sent").attempts.get().pk,
    "posts_waiver": lambda w: first(w, "waived", "waivers"),
    "posts_afterwardsreview": lambda w: w.waived.clearances.get().review.pk,
    "posts_chiefconfirmation": lambda w: first(w, "worded", "confirmations"),
    "posts_release": lambda w: w.delivery("released").releases.get().pk,
}.items():
    kept_for_ever(_table, _row)

# --- versions and who wrote them
_never_changes(
    "posts_version",
    lambda w: first(w, "drafting", "versions"),
    canonical="'x'",
    digest="'x'",
    number="7",
    written_by_id="1",
)
_never_changes("posts_contribution", lambda w: first(w, "drafting", "contributions"), staff_id="1", at="at")
_never_changes(
    "posts_decision", lambda w: first(w, "returned", "decisions"), verb="'approve'", by_id="1", reason="''"
)
attack(
    "version with a number that is taken",
    "exists|not the next|unique|duplicate",
    lambda w: copy("posts_version", first(w, "drafting", "versions")),
)
attack(
    "version replaced by its number",
    "exists",
    lambda w: replace("posts_version", first(w, "drafting", "versions"), canonical="'x'"),
    only=SQLITE,
)
attack(
    "version replaced while it is at hand",
    "exists",
    lambda w: replace("posts_version", first(w, "returned", "versions"), canonical="'x'"),
    only=SQLITE,
)
attack(
    "version out of turn",
    "not the next",
    lambda w: copy("posts_version", first(w, "drafting", "versions"), number=9),
)
attack(
    "version of no post",
    "not the next|parent",
    lambda w: copy("posts_version", first(w, "drafting", "versions"), post_id=987654),
)
attack(
    "version by nobody",
    "parent",
    lambda w: copy("posts_version", first(w, "drafting", "versions"), number=3, written_by_id=987654),
)
for _name in ("sent", "unknown", "armed"):
    attack(
        f"new version of what is {_name}",
        "gone out",
        lambda w, name=_name: copy("posts_version", first(w, name, "versions"), number=2),
    )
attack(
    "contribution by who decided",
    "whoever decided does not write",
    lambda w: copy("posts_contribution", first(w, "returned", "contributions"), staff_id=w.cast.suzuki.pk),
)
attack(
    "contribution by nobody",
    "parent",
    lambda w: copy("posts_contribution", first(w, "returned", "contributions"), staff_id=987654),
)
attack(
    "contribution to another post's version",
    "another post",
    lambda w: copy("posts_contribution", first(w, "returned", "contributions"), post_id=w.drafting.pk),
)
attack(
    "contribution to no version",
    "another post",
    lambda w: copy("posts_contribution", first(w, "returned", "contributions"), version_id=987654),
)
attack(
    "contribution replaced",
    "exists",
    lambda w: replace("posts_contribution", first(w, "returned", "contributions")),
    only=SQLITE,
)

# --- decisions
attack(
    "decision by who wrote",
    "whoever wrote does not decide",
    lambda w: copy("posts_decision", first(w, "returned", "decisions"), by_id=w.cast.sato.pk),
)
attack(
    "decision by who wrote an earlier version",
    "whoever wrote does not decide",
    lambda w: copy(
        "posts_decision",
        first(w, "returned", "decisions"),
        post_id=w.drafting.pk,
        version_id=w.drafting.versions.get(number=2).pk,
        by_id=w.cast.sato.pk,
    ),
)
attack(
    "decision by nobody",
    "parent",
    lambda w: copy("posts_decision", first(w, "returned", "decisions"), by_id=987654),
)
attack(
    "decision on an old version",
    "not the version at hand",
    lambda w: copy("posts_decision", first(w, "voided", "decisions"), by_id=w.cast.fujimoto.pk),
)
attack(
    "decision on another post's version",
    "not the version at hand",
    lambda w: copy(
        "posts_decision", first(w, "returned", "decisions"), post_id=w.drafting.pk, by_id=w.cast.mori.pk
    ),
)
attack(
    "decision without a reason",
    "return_says_why|CHECK",
    lambda w: copy("posts_decision", first(w, "returned", "decisions"), reason="''"),
)

# --- clearances
_CLEARED = {
    "is un-voided": ("voided", "voided_at = NULL"),
    "is voided a second time": ("voided", "voided_at = cleared_at"),
    "is voided while something waits": ("waiting", "voided_at = cleared_at"),
    "is voided while something is on its way": ("armed", "voided_at = cleared_at"),
    "is voided while something is unknown": ("unknown", "voided_at = cleared_at"),
    "gets another digest": ("sent", "voided_at = cleared_at, digest = 'x'"),
    "gets another basis": ("sent", "voided_at = cleared_at, basis = 'second_check'"),
    "gets another version": ("sent", "voided_at = cleared_at, version_id = version_id + 1"),
    "moves to another post": ("sent", "voided_at = cleared_at, post_id = post_id + 1"),
    "changes and stays live": ("waiting", "basis = 'second_check'"),
}
for _name, (_post, _set) in _CLEARED.items():
    attack(
        f"clearance {_name}",
        "only voided, once",
        lambda w, post=_post, change=_set: (
            f"UPDATE posts_clearance SET {change} WHERE id = {first(w, post, 'clearances')}"
        ),
    )
attack(
    "clearance takes another's decision",
    "only voided|unique|UNIQUE",
    lambda w: (
        "UPDATE posts_clearance SET voided_at = cleared_at, decision_id ="
        f" {first(w, 'returned', 'decisions')} WHERE id = {first(w, 'sent', 'clearances')}"
    ),
)


def _new_clearance(**changes: Callable[[World], object]) -> Sql:
    """For the returned post, resting on the decision that sent it back."""
    fixed: dict[str, Callable[[World], object]] = {
        "post_id": lambda w: w.returned.pk,
        "version_id": lambda w: first(w, "returned", "versions"),
        "decision_id": lambda w: first(w, "returned", "decisions"),
        "digest": lambda w: f"'{w.returned.versions.get().digest}'",
        "voided_at": lambda w: "NULL",
    }

    def sql(w: World) -> str:
        values = {name: value(w) for name, value in (fixed | changes).items()}
        return copy("posts_clearance", first(w, "sent", "clearances"), **values)

    return sql


attack("clearance on a return", "no such decision", _new_clearance())
attack("clearance on no decision", "no such decision", _new_clearance(decision_id=lambda w: 987654))
attack(
    "clearance on another post's decision",
    "no such decision",
    _new_clearance(decision_id=lambda w: first(w, "sent", "decisions")),
)
attack(
    "clearance of another post's version",
    "not the version at hand",
    _new_clearance(version_id=lambda w: first(w, "drafting", "versions")),
)
for _column, _value in {"basis": "'second_check'", "digest": "'x'", "voided_at": "cleared_at"}.items():
    attack(
        f"clearance with another {_column}",
        "no such decision",
        lambda w, column=_column, value=_value: copy(
            "posts_clearance", first(w, "sent", "clearances"), **{column: value}
        ),
    )
attack(
    "clearance by an old decision",
    "not the version at hand",
    lambda w: copy("posts_clearance", first(w, "voided", "clearances"), voided_at="NULL"),
)
attack(
    "clearance replaces the live one",
    "exists|another one is live",
    lambda w: replace("posts_clearance", first(w, "waiting", "clearances")),
    only=SQLITE,
)
attack(
    "second live clearance",
    "another one is live|one_live|unique|exists",
    lambda w: copy("posts_clearance", first(w, "waiting", "clearances")),
)

# --- a decision that nothing rests on yet


def _approving(w: World) -> str:
    """Suzuki approves what was submitted, by hand."""
    return copy(
        "posts_decision",
        first(w, "sent", "decisions"),
        post_id=w.submitted.pk,
        version_id=w.submitted.versions.get().pk,
    )


def _clearing(w: World, **changes: object) -> str:
    values = {
        "post_id": w.submitted.pk,
        "version_id": w.submitted.versions.get().pk,
        "decision_id": "(SELECT MAX(id) FROM posts_decision)",
        "digest": f"'{w.submitted.versions.get().digest}'",
        **changes,
    }
    return copy("posts_clearance", first(w, "sent", "clearances"), **values)


def _replacing(w: World) -> str:
    taken = _clearing(w, id=first(w, "voided", "clearances"))
    return taken.replace("INSERT", "INSERT OR REPLACE", 1)


attack("clearance takes a voided one's place", "exists", _replacing, only=SQLITE, before=(_approving,))
attack(
    "clearance with a digest that is not the version's",
    "no such decision",
    lambda w: _clearing(w, digest="'x'"),
    before=(_approving,),
)
attack(
    "clearance on an approval, as if it were a second check",
    "no such decision",
    lambda w: _clearing(w, basis="'second_check'"),
    before=(_approving,),
)
attack(
    "clearance that replaces the live one by another decision",
    "another one is live|one_live|unique",
    lambda w: _clearing(w).replace("INSERT", "INSERT OR REPLACE", 1),
    only=SQLITE,
    before=(_approving, _clearing, _approving),
)
attack(
    "delivery begins for an account that is not in the register",
    "parent",
    lambda w: copy(
        "posts_delivery",
        w.delivery("waiting").pk,
        post_id=w.submitted.pk,
        clearance_id="(SELECT MAX(id) FROM posts_clearance)",
        social_account_id=987654,
    ),
    before=(
        lambda w: copy(
            "posts_version", w.submitted.versions.get().pk, number=2, canonical="'x'", digest="'x'"
        ),
        lambda w: f"UPDATE posts_post SET version_no = 2 WHERE id = {w.submitted.pk}",
        lambda w: _approving(w).replace(
            str(w.submitted.versions.get().pk), "(SELECT MAX(id) FROM posts_version)"
        ),
        lambda w: _clearing(w, version_id="(SELECT MAX(id) FROM posts_version)", digest="'x'"),
    ),
)
attack(
    "delivery begins beside one that is live",
    "never a second",
    lambda w: copy(
        "posts_delivery",
        w.delivery("waiting").pk,
        post_id=w.sent.pk,
        clearance_id="(SELECT MAX(id) FROM posts_clearance)",
        social_account_id=w.kanko.pk,
    ),
    before=(
        lambda w: f"UPDATE posts_clearance SET voided_at = cleared_at WHERE post_id = {w.sent.pk}",
        lambda w: copy("posts_decision", first(w, "sent", "decisions"), by_id=w.cast.fujimoto.pk),
        lambda w: copy(
            "posts_clearance",
            first(w, "sent", "clearances"),
            decision_id="(SELECT MAX(id) FROM posts_decision)",
            voided_at="NULL",
        ),
    ),
)

# --- posts
for _name, (_post, _set, _says) in {
    "moves to another section": ("drafting", "section_id = section_id + 1", "fixed"),
    "becomes a correction": ("drafting", "kind = 'correction', corrects_id = 1", "fixed"),
    "gets another drafter": ("drafting", "drafter_id = drafter_id + 1", "fixed"),
    "follows another": ("drafting", "continues_id = 1", "fixed"),
    "comes from another form": ("drafting", "draft_key = 'another'", "fixed"),
    "was drafted at another time": ("drafting", "drafted_at = '2020-01-01 00:00:00+00:00'", "fixed"),
    "goes back to an old version": ("drafting", "version_no = 1", "cleared or has gone out"),
    "gets a version that is not there": ("drafting", "version_no = 3", "cleared or has gone out"),
    "gets a new text when it is out": ("sent", "version_no = 2", "cleared or has gone out"),
    "gets a new text when it is cleared": ("waiting", "version_no = 2", "cleared or has gone out"),
    "is cleared without a decision": ("submitted", "state = 'cleared'", "exactly while"),
    "is drafted while cleared": ("waiting", "state = 'drafting'", "exactly while"),
    "is cancelled while cleared": ("waiting", "state = 'cancelled'", "exactly while"),
    "comes back when cancelled": ("cancelled", "state = 'drafting'", "no such move"),
    "skips the queue": ("drafting", "state = 'cleared'", "no such move|exactly while"),
    "has a state that does not exist": ("drafting", "state = 'published'", "no such move|known|CHECK"),
}.items():
    attack(
        f"post {_name}",
        _says,
        lambda w, post=_post, change=_set: f"UPDATE posts_post SET {change} WHERE id = {getattr(w, post).pk}",
    )
attack("post begins cleared", "starts as a draft", lambda w: copy("posts_post", w.sent.pk))
attack("post of no section", "parent", lambda w: copy("posts_post", w.returned.pk, section_id=987654))
attack("post by nobody", "parent", lambda w: copy("posts_post", w.returned.pk, drafter_id=987654))
attack(
    "post pushes out another of the same form",
    "exists",
    lambda w: replace("posts_post", w.returned.pk, draft_key="'form'"),
    only=SQLITE,
    before=(lambda w: copy("posts_post", w.returned.pk, draft_key="'form'"),),
)
attack(
    "post pushes out another that goes on with the same one",
    "goes on",
    lambda w: replace("posts_post", w.returned.pk, continues_id=w.rejected.pk),
    only=SQLITE,
    before=(lambda w: copy("posts_post", w.returned.pk, continues_id=w.rejected.pk),),
)
attack(
    "correction of nothing",
    "parent",
    lambda w: copy("posts_post", w.returned.pk, kind="'correction'", corrects_id=987654),
)

# --- people and accounts that posts name


def _pushes_out(table: str, row: Sql, key: str, **others: str) -> None:
    """A new row, or another one, takes over what is unique: SQLite would delete the old row in silence."""
    attack(
        f"{table} has a row replaced by its {key}",
        "exists|in use",
        lambda w: replace(table, int(row(w)), **others),
        only=SQLITE,
    )
    attack(
        f"{table} has a row pushed out by its {key}",
        "taken",
        lambda w: (
            f"UPDATE OR REPLACE {table} SET {key} = (SELECT {key} FROM {table} WHERE id = {row(w)})"
            f" WHERE id <> {row(w)}"
        ),
        only=SQLITE,
    )


_SATO: Sql = lambda w: str(w.cast.sato.pk)  # noqa: E731  # a row, by name
_TOURISM: Sql = lambda w: str(w.cast.tourism.pk)  # noqa: E731
_MACHI: Sql = lambda w: str(w.machi.pk)  # noqa: E731
_NEW = {"name": "'新しい'", "url": "'https://new.example/'", "handle": "'@new'"}
for _table, _row in (
    ("accounts_staffmember", _SATO),
    ("accounts_section", _TOURISM),
    ("accounts_socialaccount", _MACHI),
):
    kept_for_ever(_table, _row)
_pushes_out("accounts_staffmember", _SATO, "username")
_pushes_out("accounts_section", _TOURISM, "name")
for _key in _NEW:
    _others = {name: value for name, value in _NEW.items() if name != _key}
    _pushes_out("accounts_socialaccount", _MACHI, _key, **_others)
    attack(
        f"social account with a {_key} that is in use",
        "in use",
        lambda w, others=_others: copy("accounts_socialaccount", w.machi.pk, **others),
    )
attack(
    "social account takes another's place",
    "exists",
    lambda w: replace("accounts_socialaccount", w.machi.pk, id=w.machi.pk, **_NEW),
    only=SQLITE,
)
