"""The queue's server goes away and comes back: approving does not suffer, and posts go out afterwards."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from posts.actions import review
from posts.actions.nudge import nudge
from posts.models import Delivery, Post
from tests.sending.conftest import Stage
from tests.sending.installation import installation, until
from tests.support.cast import approved, seen, submitted
from tests.support.require import require

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(240)]


class RedisServer:
    """A server of this test alone, always at the same address."""

    def __init__(self, folder: Path) -> None:
        require(shutil.which("redis-server"), "redis-server", "apt-get install redis-server")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        until(self.answers, 20)

    def answers(self) -> bool:
        with Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except RedisConnectionError:
                return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis_server(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """Running, and the queue of this process, too."""
    server = RedisServer(tmp_path)
    server.start()
    monkeypatch.setattr(current_app.conf, "broker_write_url", server.url)
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    monkeypatch.setattr(review, "nudge", nudge)  # the stage has it quiet
    yield server
    server.kill()


def state_of(post: Post) -> str:
    return Delivery.objects.get(post=post).state


def test_posts_go_out_after_the_queue_came_back_and_nobody_waits_meanwhile(
    stage: Stage, redis_server: RedisServer, tmp_path: Path, client: Client
) -> None:
    with installation(tmp_path / "worker", redis_url=redis_server.url) as running:
        running.start_beat()
        running.keep_worker_running()
        first = approved(stage.cast, stage.account, now=timezone.now())
        until(lambda: state_of(first) == "accepted", 60, tmp_path / "worker" / "worker-1.log")
        redis_server.kill()
        second = submitted(stage.cast, stage.account, now=timezone.now())
        client.force_login(stage.cast.suzuki)
        started = time.monotonic()
        answer = client.post(
            reverse("review_case", args=[second.pk]), {"do": "approve", "seen_digest": seen(second)}
        )
        assert time.monotonic() - started < 6  # asking a dead broker in the request took longer
        assert answer.status_code == 302
        assert state_of(second) == "waiting"
        redis_server.start()

        def went_out() -> bool:
            # kombu may give up while it hands back a message it held: whoever runs a worker starts it again
            running.keep_worker_running()
            return state_of(second) == "accepted"

        until(went_out, 90, tmp_path / "worker" / "worker-1.log")
    assert Delivery.objects.get(post=second).tries == 1
