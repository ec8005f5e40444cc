"""Two connections at once: what one of them has written and not yet committed binds the other."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from tests.posts.attacks import first
from tests.posts.raw import REFUSALS, copy, plain
from tests.posts.world import World, make_world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@contextmanager
def meanwhile(sql: str) -> Iterator[list[BaseException]]:
    """Another connection tries `sql` and has to wait; at the end it has gone on, refused or not."""
    errors: list[BaseException] = []

    def other() -> None:
        with plain() as raw:
            try:
                raw.execute(sql)
            except REFUSALS as error:
                errors.append(error)

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive(), "it did not wait"
    yield errors
    thread.join(20)
    assert not thread.is_alive()


def held(raw: Any, sql: str) -> None:
    raw.execute("BEGIN")
    raw.execute(sql)


def writing(world: World) -> str:
    """By Mori, who has no part in it so far."""
    own = first(world, "submitted", "contributions")
    return copy("posts_contribution", own, staff_id=world.cast.mori.pk)


def deciding(world: World) -> str:
    """By Mori, on the same post."""
    return copy(
        "posts_decision",
        first(world, "sent", "decisions"),
        post_id=world.submitted.pk,
        version_id=world.submitted.versions.get().pk,
        by_id=world.cast.mori.pk,
    )


def test_decision_waits_for_a_contribution_by_the_same_person(world: World) -> None:
    refused(writing(world), deciding(world), "whoever wrote does not decide")


def test_contribution_waits_for_a_decision_by_the_same_person(world: World) -> None:
    refused(deciding(world), writing(world), "whoever decided does not write")


def test_delivery_waits_for_the_end_of_its_clearance(world: World) -> None:
    voiding = f"UPDATE posts_clearance SET voided_at = cleared_at WHERE post_id = {world.rejected.pk}"
    delivering = copy(
        "posts_delivery",
        world.delivery("waiting").pk,
        post_id=world.rejected.pk,
        clearance_id=first(world, "rejected", "clearances"),
        social_account_id=world.kanko.pk,
    )
    refused(voiding, delivering, "no live clearance")


def test_decision_waits_for_a_new_version(world: World) -> None:
    """A decision on the version that was at hand a moment ago."""
    on_the_old_one = deciding(world)
    with plain() as raw:
        held(raw, copy("posts_version", first(world, "submitted", "versions"), number=2))
        raw.execute(f"UPDATE posts_post SET version_no = 2 WHERE id = {world.submitted.pk}")
        with meanwhile(on_the_old_one) as errors:
            raw.execute("COMMIT")
    assert "not the version at hand" in str(errors[0])


def refused(one: str, other: str, says: str) -> None:
    """The other waits until the one is committed, and is refused then."""
    with plain() as raw:
        held(raw, one)
        with meanwhile(other) as errors:
            raw.execute("COMMIT")
    assert says in str(errors[0])
