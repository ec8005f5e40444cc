"""The database holds against any SQL short of DDL and PRAGMA: every attack is refused, and nothing changes."""

import re
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from audit import catalog, triggers
from audit.triggers import Trigger
from tests.posts import attacks_sending
from tests.posts.attacks import ATTACKS, Attack
from tests.posts.raw import REFUSALS, plain, snapshot
from tests.posts.world import World, committed_world, make_world

assert attacks_sending.PAST  # imported for the attacks that it adds


@pytest.mark.django_db
def test_database_lets_every_lawful_act_pass() -> None:
    world = make_world()
    states = {
        name: getattr(world, name).deliveries.get().state for name in ("sent", "unknown", "armed", "rejected")
    }
    assert states == {"sent": "accepted", "unknown": "unknown", "armed": "armed", "rejected": "rejected"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[World]:
    """Committed once for all tests of this module: none of them can change it."""
    with django_db_blocker.unblock(), committed_world() as world:
        yield world


TRIED = [attack for attack in ATTACKS if attack.only in ("", connection.vendor)]
# What a guard of ours says. Several may have something against a statement; which one is first is open.
GUARDED = r"(posts|accounts)_\w+: "


@pytest.mark.parametrize("attack", TRIED, ids=lambda attack: attack.name)
def test_database_refuses_on_a_plain_connection(world: World, attack: Attack) -> None:
    before, lawful, sql = snapshot(), [step(world) for step in attack.before], attack.sql(world)
    with plain() as raw:
        raw.execute("BEGIN")
        for step in lawful:
            raw.execute(step)
        with pytest.raises(REFUSALS, match=f"(?i){GUARDED}|{attack.says}"):
            raw.execute(sql)
        raw.execute("ROLLBACK")
    assert snapshot() == before


@pytest.mark.parametrize("attack", TRIED, ids=lambda attack: attack.name)
def test_database_refuses_on_the_programs_connection(world: World, attack: Attack) -> None:
    before = snapshot()
    assert re.search(f"(?i){GUARDED}|{attack.says}", outcome(world, attack))
    assert snapshot() == before


def outcome(world: World, attack: Attack) -> str:
    """What the database says to it; all is undone."""
    lawful, sql = [step(world) for step in attack.before], attack.sql(world)
    with transaction.atomic(), connection.cursor() as cursor:
        for step in lawful:
            cursor.execute(step)
        try:
            with transaction.atomic():
                cursor.execute(sql)
        except IntegrityError as refusal:
            return str(refusal).splitlines()[0]
        finally:
            transaction.set_rollback(True)
    return "passes"


def outcomes(world: World, table: str) -> dict[str, str]:
    return {attack.name: outcome(world, attack) for attack in TRIED if table in attack.sql(world)}


def own_triggers() -> list[Trigger]:
    """Those of posts, people and the register; the locks are proven by two connections at once, elsewhere."""
    mine = (trigger for trigger in triggers.declared() if trigger.table.startswith(("posts_", "accounts_")))
    return [trigger for trigger in mine if trigger.sql(connection.vendor) and "_alone_" not in trigger.name]


@pytest.mark.parametrize("trigger", own_triggers(), ids=lambda trigger: trigger.name)
def test_some_attack_meets_the_guard(world: World, trigger: Trigger) -> None:
    with transaction.atomic():
        as_declared = outcomes(world, trigger.table)
        catalog.drop(connection, catalog.held(connection)[trigger.name])
        assert outcomes(world, trigger.table) != as_declared
        transaction.set_rollback(True)
    assert triggers.differences(connection) == []
