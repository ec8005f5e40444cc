"""Text goes out as it was cleared, byte for byte, through the training connection of a real installation."""

import json
from pathlib import Path

import pytest

from accounts.models import TrainingPost
from audit.models import Entry
from audit.verification import verify
from posts.actions import sending
from posts.actions.arming import arm
from posts.models import Delivery
from tests.sending.conftest import Stage
from tests.sending.stubs import Stub, way
from tests.support.cast import approved, make_account

pytestmark = pytest.mark.django_db(transaction=True)
LINES = (Path(__file__).parents[1] / "data" / "posts_dev.jsonl").read_text(encoding="utf-8").splitlines()


def test_every_text_of_the_collection_arrives_as_it_was_cleared(stage: Stage) -> None:
    line = make_account(stage.cast, "LINE", network="line", handle="@line", url="https://line.example/@line")
    texts = [json.loads(each)["text"] for each in LINES]
    assert len(texts) == 60
    posts = [approved(stage.cast, line, text=text) for text in texts]
    turn: int | None = posts[0].deliveries.get().pk
    while turn is not None:
        turn = sending.send_in_turn(turn, clock=stage.clock)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"accepted"}
    arrived = TrainingPost.objects.order_by("pk").values_list("text", flat=True)
    assert [each.encode() for each in arrived] == [each.encode() for each in texts]


def test_accounts_with_a_text_of_their_own_get_it(stage: Stage) -> None:
    other = make_account(stage.cast, "町並み", handle="@machi", url="https://x.com/machi")
    post = approved(stage.cast, stage.account, other, variants={other.pk: "町並みだけの本文 👨‍👩‍👧‍👦葛󠄀"})
    for delivery in post.deliveries.all():
        sending.send(delivery.pk, clock=stage.clock)
    texts = dict(TrainingPost.objects.values_list("social_account", "text"))
    assert texts == {
        stage.account.pk: "うだつの町並みであかりの夕べを開催します。",
        other.pk: "町並みだけの本文 👨‍👩‍👧‍👦葛󠄀",
    }


def test_training_post_is_one_when_it_is_sent_again_after_an_unknown(stage: Stage) -> None:
    delivery = approved(stage.cast, stage.account).deliveries.get()
    armed = arm(delivery.pk, way(Stub(), delivery), now=stage.clock())
    assert armed
    TrainingPost.objects.create(
        social_account=stage.account, key=armed.key, text=armed.text, posted_at=armed.key_at
    )
    stage.clock.forward(seconds=33)
    assert sending.settle_stuck(now=stage.clock()) == 1
    stage.clock.forward(seconds=6)
    sending.send(delivery.pk, clock=stage.clock)
    delivery.refresh_from_db()
    assert (delivery.state, TrainingPost.objects.count()) == ("accepted", 1)


def test_record_of_a_whole_case_verifies(stage: Stage) -> None:
    post = approved(stage.cast, stage.account)
    sending.send(post.deliveries.get().pk, clock=stage.clock)
    entries = Entry.objects.filter(stream=post.stream).order_by("seq").values_list("event", flat=True)
    assert list(entries) == [
        "post.drafted",
        "post.submitted",
        "post.approved",
        "delivery.armed",
        "delivery.accepted",
    ]
    assert verify().finding is None
