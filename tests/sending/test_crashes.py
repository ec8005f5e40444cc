"""Workers that are killed in mid-air, for real: in the end every post is there exactly once."""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import SocialAccount, TrainingPost
from audit.models import Entry
from audit.verification import verify
from posts.models import Attempt, Delivery
from tests.sending.conftest import Stage
from tests.sending.installation import Installation, installation
from tests.support.cast import approved

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(240)]
KILLS = 5
SECONDS = 150


@pytest.fixture
def accounts(stage: Stage, another: Callable[[str], SocialAccount]) -> list[SocialAccount]:
    return [stage.account, *(another(f"@mima_{number}") for number in range(2, 6))]


def due_now(stage: Stage, accounts: list[SocialAccount], posts: int) -> list[Delivery]:
    now = timezone.now()
    made = [
        approved(stage.cast, accounts[number % len(accounts)], now=now, text=f"{number + 1}番目の投稿です。")
        for number in range(posts)
    ]
    return [post.deliveries.get() for post in made]


def all_sent() -> bool:
    return not Delivery.objects.exclude(state="accepted").exists()


def check_that_nothing_was_lost_or_doubled(running: Installation, deliveries: list[Delivery]) -> None:
    texts = sorted(TrainingPost.objects.values_list("text", flat=True))
    assert texts == sorted(f"{number + 1}番目の投稿です。" for number in range(len(deliveries)))
    keys = set(Delivery.objects.values_list("key", flat=True))
    calls = Counter(running.calls())
    assert set(calls) == keys == set(TrainingPost.objects.values_list("key", flat=True))
    for delivery in Delivery.objects.prefetch_related("attempts", "post"):
        attempts = list(delivery.attempts.all())
        assert [attempt.number for attempt in attempts] == list(range(1, delivery.tries + 1))
        assert calls[delivery.key] <= delivery.tries
        *earlier, last = [attempt.outcome for attempt in attempts]
        assert last in ("accepted", "unknown")  # a late word settles an unknown without another attempt
        assert set(earlier) <= {"unknown", "not_sent"}
        check_record(delivery)
    assert verify().finding is None


def check_record(delivery: Delivery) -> None:
    """As many armed as there were attempts, accepted once, at the end."""
    events = list(
        Entry.objects.filter(stream=delivery.post.stream, event__startswith="delivery.")
        .order_by("seq")
        .values_list("event", flat=True)
    )
    assert events.count("delivery.armed") == delivery.tries
    assert events.count("delivery.accepted") == 1
    assert events[-1] == "delivery.accepted"


@pytest.mark.long
def test_every_post_goes_out_once_when_workers_are_killed_right_after_arming(
    stage: Stage, accounts: list[SocialAccount], tmp_path: Path
) -> None:
    with installation(tmp_path) as running:
        running.kill_at_call("before", "after", "before", "after", "before")
        deliveries = due_now(stage, accounts, posts=5)
        running.start_beat()
        give_up = time.monotonic() + SECONDS
        while (running.kills_to_come or not all_sent()) and time.monotonic() < give_up:
            running.keep_worker_running()
            time.sleep(0.05)
        assert all_sent(), running.log_of("worker")[-3000:]
        assert running.kills_to_come == 0
        assert running.started == KILLS + 1
    assert Attempt.objects.filter(outcome="unknown").count() >= KILLS
    check_that_nothing_was_lost_or_doubled(running, deliveries)


@pytest.mark.long
def test_every_post_goes_out_once_when_workers_are_killed_at_any_moment(
    stage: Stage, accounts: list[SocialAccount], tmp_path: Path
) -> None:
    moments = random.Random(20261120)
    with installation(tmp_path, call_seconds=0.3) as running:
        deliveries = due_now(stage, accounts, posts=10)
        running.start_beat()
        for _ in range(KILLS):
            running.keep_worker_running()
            running.wait_until_ready()
            time.sleep(moments.uniform(0.1, 1.2))
            running.kill_worker()
        give_up = time.monotonic() + SECONDS
        while not all_sent() and time.monotonic() < give_up:
            running.keep_worker_running()
            time.sleep(0.05)
        assert all_sent(), running.log_of("worker")[-3000:]
    check_that_nothing_was_lost_or_doubled(running, deliveries)
