"""The database holds against any SQL short of DDL and PRAGMA: every attack is refused, and nothing changes."""

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
    states = {name: getattr(world, name).deliveries.get().state for name in ("sent", "unknown", "armed", "rejected")}
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
    before, sql = snapshot(), attack.sql(world)
    with plain() as raw, pytest.raises(REFUSALS, match=f"(?i){GUARDED}|{attack.says}"):
        raw.execute(sql)
    assert snapshot() == before


@pytest.mark.parametrize("attack", TRIED, ids=lambda attack: attack.name)
def test_database_refuses_on_the_programs_connection(world: World, attack: Attack) -> None:
    before, sql = snapshot(), attack.sql(world)
    with (
        pytest.raises(IntegrityError, match=f"(?i){GUARDED}|{attack.says}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert snapshot() == before


def outcomes(world: World) -> dict[str, str]:
    """What the database says to each attack; all is undone."""
    return {attack.name: outcome(attack.sql(world)) for attack in TRIED}


def outcome(sql: str) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            transaction.set_rollback(True)
    except IntegrityError as refusal:
        return str(refusal).splitlines()[0]
    return "passes"


def own_triggers() -> list[Trigger]:
    """Those of posts, people and the register; the locks are proven by two connections at once, elsewhere."""
    mine = (trigger for trigger in triggers.declared() if trigger.table.startswith(("posts_", "accounts_")))
    return [trigger for trigger in mine if trigger.sql(connection.vendor) and "_alone_" not in trigger.name]


@pytest.mark.parametrize("trigger", own_triggers(), ids=lambda trigger: trigger.name)
def test_some_attack_meets_the_guard(world: World, trigger: Trigger) -> None:
    with transaction.atomic():
        as_declared = outcomes(world)
        catalog.drop(connection, catalog.held(connection)[trigger.name])
        assert outcomes(world) != as_declared
        transaction.set_rollback(True)
    assert triggers.differences(connection) == []
