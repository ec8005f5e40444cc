"""見直し: whether what stands on the network is what was cleared. On both databases."""

from datetime import timedelta

import pytest

from accounts.models import SocialAccount
from platforms.errors import NotSent
from posts.actions import sighting
from posts.models import Delivery, Sighting
from tests.sending.conftest import Stage
from tests.sending.stubs import Kept, connected
from tests.sending.test_withdrawing import far, out

__all__ = ["far"]
pytestmark = pytest.mark.both_databases


def look(stage: Stage) -> None:
    with connected(stage.stub):
        sighting.look_due(clock=stage.clock)


@pytest.fixture
def sent(stage: Stage, far: Kept) -> Delivery:
    return out(stage)


def test_post_is_looked_at_soon_after_and_then_every_week(stage: Stage, far: Kept, sent: Delivery) -> None:
    look(stage)
    assert Sighting.objects.get().state == ""
    stage.clock.forward(minutes=2)
    look(stage)
    row = Sighting.objects.get(delivery=sent)
    assert (row.state, row.seen_at, row.looks) == (Sighting.SAME, stage.clock(), 1)
    assert row.next_at == stage.clock() + timedelta(days=7)
    for _ in range(30):
        stage.clock.forward(days=7)
        look(stage)
    row.refresh_from_db()
    assert (row.looks, row.next_at) == (sighting.MOST, None)
    assert stage.events(sent.post)[-1] == "accepted"


def test_other_text_there_is_told_once_with_what_was_seen(stage: Stage, far: Kept, sent: Delivery) -> None:
    far.standing[sent.remote_id] = "乗っ取りました。"
    stage.clock.forward(minutes=2)
    look(stage)
    row = Sighting.objects.get()
    assert (row.state, row.text) == (Sighting.DIFFERS, "乗っ取りました。")
    stage.clock.forward(days=7)
    look(stage)
    assert stage.events(sent.post).count("seen_changed") == 1


def test_post_that_is_gone_is_told_and_looked_at_no_more(stage: Stage, far: Kept, sent: Delivery) -> None:
    far.standing.clear()
    stage.clock.forward(minutes=2)
    look(stage)
    assert (Sighting.objects.get().state, Sighting.objects.get().next_at) == (Sighting.GONE, None)
    assert stage.events(sent.post)[-1] == "seen_gone"


def test_network_that_is_away_says_nothing_and_is_asked_again(
    stage: Stage, far: Kept, sent: Delivery
) -> None:
    far.faults = [NotSent("つながりません"), ValueError("壊れた応答")]
    stage.clock.forward(minutes=2)
    look(stage)
    row = Sighting.objects.get()
    assert (row.state, row.problem, row.looks) == ("", "つながりません", 0)
    look(stage)
    assert len(far.faults) == 1  # not at once
    stage.clock.forward(hours=6)
    look(stage)
    assert "ValueError" in Sighting.objects.get().problem
    stage.clock.forward(hours=6)
    look(stage)
    row.refresh_from_db()
    assert (row.state, row.problem) == (Sighting.SAME, "")


def test_other_connection_than_it_was_sent_over_is_not_asked(stage: Stage, far: Kept, sent: Delivery) -> None:
    SocialAccount.objects.update(config={"base_url": "https://other.example"})
    stage.clock.forward(minutes=2)
    look(stage)
    row = Sighting.objects.get()
    assert (row.state, row.next_at, row.problem) == ("", None, sighting.OTHER_CONNECTION)


def test_network_that_cannot_be_read_has_no_sightings(stage: Stage) -> None:
    stage.on_a_network("line", "https://line.me/R/ti/p/@mima")
    out(stage)
    assert not Sighting.objects.exists()
