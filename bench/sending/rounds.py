"""One round: so many posts, from the first message in the queue to the last state in the database."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from unittest.mock import patch

from django.utils import timezone

from accounts.models import SocialAccount
from bench.sending.machinery import Network
from bench.sending.outbox import Outgoing
from policies.actions import operation
from posts.models import Delivery
from sns_governance.celery import app
from tests.support.cast import Cast, approved, make_account

# More social accounts than calls in flight: one call at a time per account is then no limit.
ACCOUNTS = 32
PATIENCE = 180.0
POLL = 0.03  # asking costs the machine that is measured
TEXT = "うだつの町並みであかりの夕べを開催します。"
_numbers = count(1)


@dataclass
class Sender:
    """What all rounds share."""

    people: Cast
    accounts: list[SocialAccount]
    network: Network

    def product(self, posts: int, pause: float) -> float:
        """Posts per second of real deliveries, each of a case of its own, from the product's own sweep on."""
        ids = self.cleared(posts)
        rows = Delivery.objects.filter(pk__in=ids).exclude(state="accepted")
        return self._timed([("posts.sweep", {})], posts, pause, lambda: not rows.exists())

    def outbox(self, posts: int, pause: float) -> float:
        made = Outgoing._default_manager.bulk_create(Outgoing(text=TEXT) for _ in range(posts))
        ids = [row.pk for row in made]
        rows = Outgoing._default_manager.filter(pk__in=ids).exclude(state="sent")
        return self._timed(
            [("bench.outbox", {"pk": pk}) for pk in ids], posts, pause, lambda: not rows.exists()
        )

    def bare(self, posts: int, pause: float) -> float:
        messages = [("bench.bare", {"text": TEXT, "key": str(next(_numbers))}) for _ in range(posts)]
        return self._timed(messages, posts, pause, lambda: True)

    def cleared(self, posts: int, **content: object) -> list[int]:
        """Ids of new deliveries that wait, turn by turn on all social accounts, by the legal road."""
        last = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with patch("posts.actions.review.nudge"):
            for number in range(posts):
                account = self.accounts[number % len(self.accounts)]
                text = f"{TEXT}{next(_numbers)}"
                approved(self.people, account, now=timezone.now(), text=text, **content)
        return list(Delivery.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True))

    def _timed(
        self,
        messages: Iterable[tuple[str, Mapping[str, object]]],
        posts: int,
        pause: float,
        ended: Callable[[], bool],
    ) -> float:
        _until(_is_drained)  # a round's last wake-ups find nothing, and would slow the next round
        self.network.begin(pause)
        begun = time.perf_counter()
        for name, kwargs in messages:
            app.send_task(name, kwargs=dict(kwargs))
        _until(lambda: self.network.answered() >= posts)
        _until(ended)
        return posts / (time.perf_counter() - begun)


def _is_drained() -> bool:
    """Nothing waits in the queue, and the worker has nothing in hand."""
    with app.connection_for_read() as broker:
        redis = broker.default_channel.client  # type: ignore[attr-defined]
        return not redis.llen("celery") and not redis.hlen("unacked")


def open_accounts(people: Cast, url: str) -> list[SocialAccount]:
    """Social accounts in operation on the loopback network, through Mastodon's own adapter."""
    return [_open_account(people, url, number) for number in range(ACCOUNTS)]


def _open_account(people: Cast, url: str, number: int) -> SocialAccount:
    now = timezone.now()
    account = make_account(
        people,
        f"美馬市観光（{number}）",
        network="mastodon",
        connection="api",
        handle=f"@kanko{number}@mastodon.example",
        url=f"https://mastodon.example/@kanko{number}",
        now=now,
    )
    config, secret = {"base_url": url}, {"access_token": "bench"}
    return operation.set_credential(account=account, config=config, secret=secret, by=people.kondo, now=now)


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            raise RuntimeError("the round does not end")
        time.sleep(POLL)
