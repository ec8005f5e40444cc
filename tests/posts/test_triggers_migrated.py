"""The guards stand again after the tables went away and came back."""

import pytest
from django.core.management import call_command
from django.db import connection

from audit import triggers
from tests.posts import attacks_sending, attacks_words
from tests.posts.attacks import ATTACKS
from tests.posts.raw import REFUSALS, plain, snapshot
from tests.posts.world import make_world

assert attacks_sending.PAST == attacks_words.PAST  # imported for the attacks that they add
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.long
def test_guards_stand_again_after_migrating_back_to_zero_and_forth() -> None:
    for app in ("posts", "audit"):
        call_command("migrate", app, "zero", verbosity=0)
        assert triggers.differences(connection) == []  # those of the other apps stood all the time
    assert "posts_delivery" not in connection.introspection.table_names()
    call_command("migrate", verbosity=0)
    assert triggers.differences(connection) == []
    world = make_world()
    before = snapshot()
    tried = [each for each in ATTACKS if each.only in ("", connection.vendor) and not each.before]
    assert [each.name for each in tried if passes(each.sql(world))] == []
    assert snapshot() == before


def passes(sql: str) -> bool:
    with plain() as raw:
        try:
            raw.execute(sql)
        except REFUSALS:
            return False
        return True
