"""Statements against waivers, the chief's word, reviews afterwards and releases that a database must refuse.

See `attacks.py`.
"""

from tests.posts.attacks import Sql, attack, first
from tests.posts.attacks_sending import PAST
from tests.posts.raw import SQLITE, copy, replace
from tests.posts.world import World


def _rewritten(table: str, row: Sql, says: str, *changes: str) -> None:
    for change in changes:
        attack(
            f"{table} is rewritten: {change}",
            says,
            lambda w, change=change: f"UPDATE {table} SET {change} WHERE id = {row(w)}",
        )


def _waiver(w: World) -> int:
    return first(w, "waived", "waivers")


def _recorded(w: World) -> int:
    """The word that nobody has settled yet."""
    pk: int = w.worded.confirmations.get(state="recorded").pk
    return pk


def _ratified(w: World) -> int:
    pk: int = w.worded.confirmations.get(state="ratified").pk
    return pk


def _review(w: World, name: str = "waived") -> int:
    pk: int = getattr(w, name).clearances.get().review.pk
    return pk


# --- waivers
_rewritten(
    "posts_waiver",
    lambda w: str(_waiver(w)),
    "never change",
    "ground = 'public'",
    "urgency_id = NULL",
    "reason = 'x'",
    "by_id = by_id + 1",
    "version_id = version_id + 1",
)
attack(
    "waiver of an old version",
    "not the version at hand",
    lambda w: copy(
        "posts_waiver", _waiver(w), post_id=w.drafting.pk, version_id=first(w, "drafting", "versions")
    ),
)
attack(
    "waiver of another post's version",
    "not the version at hand",
    lambda w: copy("posts_waiver", _waiver(w), post_id=w.returned.pk),
)
attack("waiver by nobody", "parent", lambda w: copy("posts_waiver", _waiver(w), by_id=987654))
attack(
    "waiver for an urgency that is not there",
    "parent",
    lambda w: copy("posts_waiver", _waiver(w), urgency_id=987654),
)
attack(
    "waiver for a listed urgency without a reason",
    "says_why|CHECK",
    lambda w: copy("posts_waiver", _waiver(w), reason="''"),
)


# --- clearances that rest on a waiver
def _by_waiver(w: World, **changes: object) -> str:
    """For the returned post, as if it had been sent in an emergency."""
    values = {
        "post_id": w.returned.pk,
        "version_id": w.returned.versions.get().pk,
        "digest": f"'{w.returned.versions.get().digest}'",
        "waiver_id": "(SELECT MAX(id) FROM posts_waiver)",
        "voided_at": "NULL",
        **changes,
    }
    return copy("posts_clearance", first(w, "waived", "clearances"), **values)


def _waiving(w: World) -> str:
    return copy("posts_waiver", _waiver(w), post_id=w.returned.pk, version_id=w.returned.versions.get().pk)


attack(
    "clearance by waiver without a waiver",
    "no such decision|rests_on",
    lambda w: _by_waiver(w, waiver_id="NULL"),
)
attack(
    "clearance by waiver on a waiver that is not there",
    "no such decision",
    lambda w: _by_waiver(w, waiver_id=987654),
)
attack(
    "clearance by another post's waiver", "no such decision", lambda w: _by_waiver(w, waiver_id=_waiver(w))
)
attack(
    "clearance by waiver with a digest that is not the version's",
    "no such decision",
    lambda w: _by_waiver(w, digest="'x'"),
    before=(_waiving,),
)
attack(
    "clearance on a waiver, as if it were an approval",
    "no such decision|rests_on",
    lambda w: _by_waiver(w, basis="'approval'"),
    before=(_waiving,),
)
attack(
    "clearance by waiver on a decision, too",
    "rests_on|CHECK",
    lambda w: _by_waiver(w, decision_id=first(w, "returned", "decisions")),
    before=(_waiving,),
)
attack(
    "clearance takes another's waiver",
    "only voided",
    lambda w: (
        "UPDATE posts_clearance SET voided_at = cleared_at, waiver_id ="
        f" {first(w, 'reviewed', 'waivers')} WHERE id = {first(w, 'waived', 'clearances')}"
    ),
)

# --- the chief's word
_rewritten(
    "posts_chiefconfirmation",
    lambda w: str(_recorded(w)),
    "settled once",
    "words = 'x'",
    "how = 'in_person'",
    f"confirmed_at = {PAST}",
    *(
        f"state = 'ratified', settled_at = recorded_at, {change}"
        for change in (
            "words = 'x'",
            "how = 'in_person'",
            f"confirmed_at = {PAST}",
            "chief_id = chief_id + 1",
            "recorded_by_id = recorded_by_id + 1",
            f"recorded_at = {PAST}",
            "post_id = post_id + 1",
            "version_id = version_id + 1",
        )
    ),
)
_rewritten(
    "posts_chiefconfirmation",
    lambda w: str(_ratified(w)),
    "settled once",
    "state = 'recorded', settled_at = NULL",
    "state = 'denied', settled_words = 'x'",
    f"settled_at = {PAST}",
)
attack(
    "denial without words",
    "says_when|CHECK",
    lambda w: (
        "UPDATE posts_chiefconfirmation SET state = 'denied', settled_at = recorded_at, settled_words = ''"
        f" WHERE id = {_recorded(w)}"
    ),
)
for _column in ("chief_id", "recorded_by_id"):
    attack(
        f"chief's word with no such {_column}",
        "parent",
        lambda w, column=_column: copy("posts_chiefconfirmation", _recorded(w), **{column: 987654}),
    )
attack(
    "chief's word on an old version",
    "not the version at hand",
    lambda w: copy(
        "posts_chiefconfirmation",
        _recorded(w),
        post_id=w.drafting.pk,
        version_id=first(w, "drafting", "versions"),
    ),
)
attack(
    "chief's word on another post's version",
    "not the version at hand",
    lambda w: copy("posts_chiefconfirmation", _recorded(w), post_id=w.returned.pk),
)
attack(
    "chief's word before it was given",
    "confirmed_before|CHECK",
    lambda w: copy("posts_chiefconfirmation", _recorded(w), recorded_at=PAST),
)
attack(
    "chief's word takes another's place",
    "exists",
    lambda w: replace("posts_chiefconfirmation", _recorded(w), id=_ratified(w)),
    only=SQLITE,
)

# --- reviews afterwards
_rewritten(
    "posts_afterwardsreview",
    lambda w: str(_review(w)),
    "done once",
    "due_at = '2099-01-01 00:00:00+00:00'",
    "clearance_id = clearance_id + 1",
)
_rewritten(
    "posts_afterwardsreview",
    lambda w: str(_review(w, "reviewed")),
    "done once",
    "was_right = FALSE",
    "words = 'x'",
    "done_at = NULL, done_by_id = NULL, was_right = NULL",
)
attack(
    "review is done by nobody",
    "finished_review|CHECK",
    lambda w: f"UPDATE posts_afterwardsreview SET done_at = due_at WHERE id = {_review(w)}",
)
attack(
    "review is done without words",
    "finished_review|CHECK",
    lambda w: (
        f"UPDATE posts_afterwardsreview SET done_at = due_at, done_by_id = {w.cast.suzuki.pk},"
        f" was_right = TRUE, words = '' WHERE id = {_review(w)}"
    ),
)
attack(
    "second review of a clearance",
    "exists|unique",
    lambda w: copy("posts_afterwardsreview", _review(w)),
)
attack(
    "review is replaced by its clearance",
    "exists",
    lambda w: replace("posts_afterwardsreview", _review(w, "reviewed")),
    only=SQLITE,
)
attack(
    "review of no clearance",
    "parent",
    lambda w: copy("posts_afterwardsreview", _review(w), clearance_id=987654),
)

# --- releases
_RELEASE: Sql = lambda w: str(w.delivery("released").releases.get().pk)  # noqa: E731  # a row, by name
_rewritten("posts_release", _RELEASE, "never change", "by_id = by_id + 1", "ticks = '[]'", "as_chief = FALSE")
attack(
    "release of what is not held",
    "nothing is held",
    lambda w: copy("posts_release", int(_RELEASE(w)), delivery_id=w.delivery("waiting").pk),
)
attack(
    "release of no delivery",
    "parent|nothing is held",
    lambda w: copy("posts_release", int(_RELEASE(w)), delivery_id=987654),
)
attack(
    "release by nobody",
    "parent",
    lambda w: copy("posts_release", int(_RELEASE(w)), delivery_id=w.delivery("held").pk, by_id=987654),
)
attack(
    "release takes another's place",
    "exists",
    lambda w: replace(
        "posts_release", int(_RELEASE(w)), id=int(_RELEASE(w)), delivery_id=w.delivery("held").pk
    ),
    only=SQLITE,
)
attack(
    "held delivery goes on without a release",
    "nobody let it go",
    lambda w: f"UPDATE posts_delivery SET state = 'waiting' WHERE id = {w.delivery('held').pk}",
)
for _name in ("held", "released"):
    attack(
        f"{_name} delivery gets a later limit",
        "fixed",
        lambda w, name=_name: (
            f"UPDATE posts_delivery SET latest_at = '2099-01-01 00:00:00+00:00' WHERE id = {w.delivery(name).pk}"
        ),
    )
