"""The database holds against any SQL short of DDL and PRAGMA: every attack is refused, and nothing changes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection, transaction

from audit import catalog, triggers
from audit.triggers import Trigger
from tests.posts import attacks_after, attacks_kept, attacks_sending, attacks_words
from tests.posts.attacks import ATTACKS
from tests.posts.raw import REFUSALS, plain, snapshot
from tests.posts.world import committed_world, make_world

assert attacks_sending.PAST == attacks_words.PAST
assert attacks_after.KEPT
assert attacks_kept.NEVER  # imported for the attacks that they add

TRIED = {attack.name: attack for attack in ATTACKS if attack.only in ("", connection.vendor)}
# What a guard of ours says. Several may have something against a statement; which one is first is open.
GUARDED = r"(posts|accounts)_\w+: "


@dataclass(frozen=True)
class Statement:
    """An attack with the ids of this world: `lawful` comes before it in the same transaction."""

    lawful: list[str]
    sql: str
    says: str


@pytest.fixture(scope="module")
def statements(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[dict[str, Statement]]:
    """On a world committed once for all tests of this module: none of them can change it."""
    with django_db_blocker.unblock(), committed_world() as world:
        yield {
            name: Statement(
                [step(world) for step in attack.before], attack.sql(world), f"(?i){GUARDED}|{attack.says}"
            )
            for name, attack in TRIED.items()
        }


@pytest.mark.django_db
def test_database_lets_every_lawful_act_pass() -> None:
    world = make_world()
    names = ("sent", "unknown", "armed", "rejected")
    states = [getattr(world, name).deliveries.get().state for name in names]
    assert states == ["accepted", "unknown", "armed", "rejected"]


def test_attacks_have_names_of_their_own() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("name", TRIED)
def test_database_refuses_on_a_plain_connection(statements: dict[str, Statement], name: str) -> None:
    before, attack = snapshot(), statements[name]
    with plain() as raw:
        raw.execute("BEGIN")
        for step in attack.lawful:
            raw.execute(step)
        with pytest.raises(REFUSALS, match=attack.says):
            raw.execute(attack.sql)
        raw.execute("ROLLBACK")
    assert snapshot() == before


@pytest.mark.parametrize("name", TRIED)
def test_database_refuses_on_the_programs_connection(statements: dict[str, Statement], name: str) -> None:
    before = snapshot()
    assert re.search(statements[name].says, outcome(statements[name]))
    assert snapshot() == before


def outcome(attack: Statement) -> str:
    """What the database says to it; all is undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        for step in attack.lawful:
            cursor.execute(step)
        try:
            with transaction.atomic():
                cursor.execute(attack.sql)
        except IntegrityError as refusal:
            return str(refusal).splitlines()[0]
        finally:
            transaction.set_rollback(True)
    return "passes"


def own_triggers() -> list[Trigger]:
    """Those of posts, people and the register; the locks are proven by two connections at once, elsewhere."""
    mine = (trigger for trigger in triggers.declared() if trigger.table.startswith(("posts_", "accounts_")))
    return [trigger for trigger in mine if trigger.sql(connection.vendor) and "_alone_" not in trigger.name]


def test_every_guard_is_met_by_some_attack(statements: dict[str, Statement]) -> None:
    as_declared = {name: outcome(attack) for name, attack in statements.items()}
    idle = [
        trigger.name
        for trigger in own_triggers()
        if not any_differs_without(trigger, as_declared, statements)
    ]
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
