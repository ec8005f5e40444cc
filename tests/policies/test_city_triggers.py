"""What the city has declared, attacked with plain SQL: all of it is refused, on any connection, and changes nothing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit import catalog, triggers
from audit.triggers import Trigger
from policies.actions import headquarters, restricting
from policies.city_facts import Place
from policies.models import Headquarters, Restriction
from policies.triggers import CITY
from rules.states import Cause, Scope
from rules.states import Trigger as Why
from tests.policies.lists import Lists, make_lists
from tests.posts.raw import POSTGRESQL, REFUSALS, SQLITE, copy, plain, replace
from tests.support.cast import NOW, Cast, make_account, make_cast
from tests.support.database import without_triggers

PAST = "'2020-01-01 00:00:00+00:00'"
GUARDED = r"policies_\w+: "
TABLES = ("restriction", "headquarters", "standingconfirmation", "election", "urgency", "calendarday")


@dataclass
class City:
    """One row of each kind: standing, and over."""

    cast: Cast
    lists: Lists
    dissolved: Headquarters
    hq: Headquarters
    whole: Restriction
    flaming: Restriction
    ended: Restriction


Sql = Callable[[City], str]


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


def make_city() -> City:
    """By the legal road: an ended restriction, one for the whole city, one for an account; two headquarters."""
    cast = make_cast()
    account = make_account(cast)
    here, everywhere = (
        Place(Scope.SECTION, cast.tourism),
        Place(Scope.CITY, cast.tourism),
    )
    old = restricting.suspend_posting(
        place=here, cause=Cause.SCANDAL, trigger=Why.ANNOUNCED, by=cast.suzuki, now=NOW
    )
    restricting.lift(restriction=old, words="協議した。", consulted=[cast.tanaka.pk], by=cast.suzuki, now=NOW)
    first = headquarters.set_up(name="台風7号", set_up_at=NOW, suspend=False, by=cast.suzuki, now=NOW)
    later = NOW + timedelta(hours=1)
    headquarters.dissolve(headquarters=first, dissolved_at=later, by=cast.suzuki, now=later)
    hq = headquarters.set_up(name="台風8号", set_up_at=later, suspend=False, by=cast.suzuki, now=later)
    whole = restricting.suspend_posting(
        place=everywhere, cause=Cause.DISASTER, trigger=Why.OCCURRED, by=cast.suzuki, now=later
    )
    mine = Place(Scope.ACCOUNT, cast.tourism, account)
    flaming = restricting.start_flaming(place=mine, by=cast.suzuki, now=later)
    lists = make_lists(cast, now=NOW)
    return City(cast, lists, first, hq, whole, flaming, Restriction.objects.get(pk=old.pk))


# --- no row is lost, renumbered or replaced
ROWS: dict[str, Callable[[City], Any]] = {
    "policies_restriction": lambda c: c.ended,
    "policies_headquarters": lambda c: c.dissolved,
    "policies_standingconfirmation": lambda c: c.lists.standing,
    "policies_election": lambda c: c.lists.elections["current"],
    "policies_urgency": lambda c: c.lists.urgency,
    "policies_calendarday": lambda c: c.lists.closed_day,
}


def _kept_for_ever(table: str, row: Callable[[City], Any]) -> None:
    attack(f"{table} loses a row", "rows are kept", lambda c: f"DELETE FROM {table} WHERE id = {row(c).pk}")
    attack(f"{table} loses all rows", "rows are kept", lambda c: f"DELETE FROM {table}")
    attack(f"{table} is truncated", "rows are kept", lambda c: f"TRUNCATE {table} CASCADE", only=POSTGRESQL)
    attack(
        f"{table} has a row renumbered",
        "",
        lambda c: f"UPDATE {table} SET id = 987654 WHERE id = {row(c).pk}",
    )
    attack(
        f"{table} has a row replaced",
        "exists",
        lambda c: replace(table, row(c).pk, id=row(c).pk),
        only=SQLITE,
    )


for _table, _row in ROWS.items():
    _kept_for_ever(_table, _row)


# --- what began is fixed
def _fixed(table: str, row: Callable[[City], Any], **changes: str) -> None:
    for column, value in changes.items():
        attack(
            f"{table}.{column} is rewritten",
            "",
            lambda c, column=column, value=value: (
                f"UPDATE {table} SET {column} = {value} WHERE id = {row(c).pk}"
            ),
        )


_fixed(
    "policies_restriction",
    lambda c: c.whole,
    kind="'flaming', cause = ''",
    cause="'scandal'",
    trigger="'announced'",
    scope="'section'",
    section_id="section_id + 1",
    headquarters_id="1",
    note="'x'",
    epoch="epoch + 1",
    started_at=PAST,
    started_by_id="started_by_id + 1",
    started_as="'x'",
)
_fixed("policies_restriction", lambda c: c.flaming, social_account_id="social_account_id + 1")
_fixed(
    "policies_headquarters",
    lambda c: c.hq,
    name="'x'",
    set_up_at=PAST,
    recorded_at=PAST,
    recorded_by_id="recorded_by_id + 1",
    recorded_as="'x'",
)
_fixed(
    "policies_standingconfirmation",
    lambda c: c.lists.standing,
    section_id="section_id + 1",
    from_on="'2020-01-01'",
    until_on="'2099-01-01'",
    words="'x'",
    given_at=PAST,
    given_by_id="given_by_id + 1",
    given_as="'x'",
)
_fixed(
    "policies_urgency",
    lambda c: c.lists.urgency,
    label="'x'",
    listed_by_id="listed_by_id + 1",
    listed_at=PAST,
)
_fixed("policies_calendarday", lambda c: c.lists.closed_day, day="'2020-01-01'")

# --- what is over is over
for _table, _over, _again in (
    ("policies_restriction", lambda c: c.ended, "ended_at = NULL, ended_by_id = NULL"),
    ("policies_restriction", lambda c: c.ended, "ended_words = 'x'"),
    ("policies_restriction", lambda c: c.ended, "consulted = '[]'"),
    ("policies_headquarters", lambda c: c.dissolved, "dissolved_as = 'x'"),
    (
        "policies_standingconfirmation",
        lambda c: c.lists.ended_standing,
        "ended_at = NULL, ended_by_id = NULL",
    ),
    ("policies_election", lambda c: c.lists.elections["retired"], "retired_at = NULL"),
    ("policies_election", lambda c: c.lists.elections["retired"], "retired_reason = 'x'"),
    ("policies_urgency", lambda c: c.lists.retired_urgency, "retired_at = NULL, retired_by_id = NULL"),
):
    attack(
        f"{_table} that is over changes: {_again}",
        "ended once",
        lambda c, table=_table, over=_over, again=_again: (
            f"UPDATE {table} SET {again} WHERE id = {over(c).pk}"
        ),
    )

# --- how it begins
attack(
    "restriction begins at an epoch that is not the gate's",
    "gate's epoch",
    lambda c: copy("policies_restriction", c.whole.pk, scope="'section'", epoch="1"),
)
attack(
    "restriction begins ended",
    "begins in force",
    lambda c: copy("policies_restriction", c.ended.pk, epoch="(SELECT epoch FROM policies_citygate)"),
)


def _again(c: City, row: Restriction, **changes: str) -> str:
    return copy("policies_restriction", row.pk, epoch="(SELECT epoch FROM policies_citygate)", **changes)


def _replaced(sql: str) -> str:
    return sql.replace("INSERT", "INSERT OR REPLACE", 1)


for _name, _standing in (("the city", lambda c: c.whole), ("an account", lambda c: c.flaming)):
    attack(
        f"restriction of {_name} stands twice",
        "once_per|unique|in force",
        lambda c, standing=_standing: _again(c, standing(c)),
    )
    attack(
        f"restriction of {_name} is pushed out",
        "in force",
        lambda c, standing=_standing: _replaced(_again(c, standing(c))),
        only=SQLITE,
    )
attack(
    "restriction takes the place of one that is over",
    "exists",
    lambda c: _replaced(_again(c, c.ended, id=str(c.ended.pk), ended_at="NULL", ended_by_id="NULL")),
    only=SQLITE,
)
attack(
    "urgency takes another's place",
    "exists",
    lambda c: replace("policies_urgency", c.lists.urgency.pk, id=c.lists.urgency.pk, label="'x'"),
    only=SQLITE,
)
for _column in ("section_id", "started_by_id", "headquarters_id"):
    attack(
        f"restriction with no such {_column}",
        "parent",
        lambda c, column=_column: _again(c, c.whole, cause="'scandal'", **{column: "987654"}),
    )
attack(
    "restriction of no such account",
    "parent",
    lambda c: _again(c, c.flaming, social_account_id="987654"),
)
attack(
    "second headquarters",
    "one_hq_stands|unique|in force",
    lambda c: copy("policies_headquarters", c.hq.pk),
)
attack(
    "headquarters are pushed out",
    "in force",
    lambda c: replace("policies_headquarters", c.hq.pk),
    only=SQLITE,
)
attack(
    "headquarters by nobody",
    "parent|in force",
    lambda c: copy("policies_headquarters", c.dissolved.pk, recorded_by_id="987654"),
)
for _column in ("section_id", "given_by_id"):
    attack(
        f"standing confirmation with no such {_column}",
        "parent",
        lambda c, column=_column: copy(
            "policies_standingconfirmation", c.lists.standing.pk, **{column: "987654"}
        ),
    )
attack(
    "election listed twice",
    "listed_once|unique|in force",
    lambda c: copy("policies_election", c.lists.elections["current"].pk),
)
attack(
    "election is pushed out by a new one",
    "in force",
    lambda c: replace("policies_election", c.lists.elections["current"].pk),
    only=SQLITE,
)
attack(
    "election is pushed out by another one",
    "in force",
    lambda c: (
        "UPDATE OR REPLACE policies_election SET name = '市長選挙', polling_on ="
        f" (SELECT polling_on FROM policies_election WHERE id = {c.lists.elections['current'].pk})"
        f" WHERE id = {c.lists.elections['coming'].pk}"
    ),
    only=SQLITE,
)
attack(
    "election by nobody",
    "parent",
    lambda c: copy("policies_election", c.lists.elections["current"].pk, name="'x'", listed_by_id="987654"),
)
attack(
    "election backwards",
    "election_runs_forwards|CHECK",
    lambda c: copy(
        "policies_election", c.lists.elections["current"].pk, name="'x'", polling_on="'2020-01-01'"
    ),
)
attack(
    "urgency listed twice",
    "listed_once|unique|in force",
    lambda c: copy("policies_urgency", c.lists.urgency.pk),
)
attack(
    "urgency is pushed out",
    "in force",
    lambda c: replace("policies_urgency", c.lists.urgency.pk),
    only=SQLITE,
)
attack(
    "urgency by nobody",
    "parent",
    lambda c: copy("policies_urgency", c.lists.urgency.pk, label="'x'", listed_by_id="987654"),
)
attack(
    "day by nobody",
    "parent",
    lambda c: copy("policies_calendarday", c.lists.closed_day.pk, day="'2020-01-01'", set_by_id="987654"),
)
attack(
    "day is set twice",
    "exists|unique",
    lambda c: copy("policies_calendarday", c.lists.closed_day.pk),
)
attack(
    "day of no known kind",
    "kind_known|CHECK",
    lambda c: copy("policies_calendarday", c.lists.closed_day.pk, day="'2020-01-01'", kind="'x'"),
)
TRIED = {each.name: each for each in ATTACKS if each.only in ("", connection.vendor)}


@dataclass(frozen=True)
class Statement:
    lawful: list[str]
    sql: str
    says: str


@pytest.fixture(scope="module")
def statements(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Statement]]:
    """On a city committed once for all tests of this module: none of them can change it."""
    with django_db_blocker.unblock():
        try:
            city = make_city()
            yield {
                name: Statement(
                    [step(city) for step in each.before], each.sql(city), f"(?i){GUARDED}|{each.says}"
                )
                for name, each in TRIED.items()
            }
        finally:
            with without_triggers():
                call_command("flush", verbosity=0, interactive=False)


def snapshot() -> dict[str, list[Any]]:
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM policies_{table} ORDER BY id")
            found[table] = cursor.fetchall()
    return found


@pytest.mark.django_db
def test_database_lets_every_lawful_act_pass() -> None:
    city = make_city()
    assert (city.ended.state, city.whole.state, city.hq.standing) == ("ended", "suspension", True)
    assert city.lists.elections["retired"].retired_at is not None


def test_attacks_have_names_of_their_own() -> None:
    assert len({each.name for each in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("name", TRIED)
def test_database_refuses_on_a_plain_connection(statements: dict[str, Statement], name: str) -> None:
    before, tried = snapshot(), statements[name]
    with plain() as raw, pytest.raises(REFUSALS, match=tried.says):
        raw.execute(tried.sql)
    assert snapshot() == before


@pytest.mark.parametrize("name", TRIED)
def test_database_refuses_on_the_programs_connection(statements: dict[str, Statement], name: str) -> None:
    before = snapshot()
    assert re.search(statements[name].says, outcome(statements[name]))
    assert snapshot() == before


def outcome(tried: Statement) -> str:
    """What the database says to it; all is undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(tried.sql)
        except IntegrityError as refusal:
            return str(refusal).splitlines()[0]
        finally:
            transaction.set_rollback(True)
    return "passes"


def test_every_guard_is_met_by_some_attack(statements: dict[str, Statement]) -> None:
    as_declared = {name: outcome(tried) for name, tried in statements.items()}
    own = [trigger for trigger in CITY if trigger.sql(connection.vendor)]
    idle = [trigger.name for trigger in own if not any_differs_without(trigger, as_declared, statements)]
    assert idle == []
    assert triggers.differences(connection) == []


def any_differs_without(
    trigger: Trigger, as_declared: dict[str, str], statements: dict[str, Statement]
) -> bool:
    """Whether the database says something else to some attack when this guard is down."""
    concerned = [name for name in statements if trigger.table in statements[name].sql]
    with transaction.atomic():
        catalog.drop(connection, catalog.held(connection)[trigger.name])
        differs = any(outcome(statements[name]) != as_declared[name] for name in concerned)
        transaction.set_rollback(True)
    return differs
