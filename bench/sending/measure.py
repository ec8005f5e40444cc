"""All ratios of one run. Measured and baseline rounds take turns, so that a busy machine hits them alike."""

import os
import statistics
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from bench.sending import million
from bench.sending.machinery import IN_FLIGHT, running
from bench.sending.outbox import Outgoing
from bench.sending.rounds import ACCOUNTS, Sender, open_accounts
from bench.stage import ready
from sns_governance.celery import app

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
POSTS = 320  # a round; the same number for each social account
PAUSE = 0.15
OF_BARE, OF_OUTBOX, OF_FLOOR = 0.35, 0.6, 0.92


def report() -> None:
    app.conf.update(broker_url=settings.REDIS_URL)  # before the stage puts its own in memory
    with ready() as scene:
        with connection.schema_editor() as editor:
            editor.create_model(Outgoing)
        with running(_database_url(), settings.REDIS_URL) as network:
            sender = Sender(scene.people, open_accounts(scene.people, network.url), network)
            _warm(sender)
            _fast(sender)
            _slow(sender)
        million.report(sender)


def _database_url() -> str:
    """The bench's own database on the same server."""
    told = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(told._replace(path=f"/{connection.settings_dict['NAME']}"))


def _warm(sender: Sender) -> None:
    """Connections, adapters and plans on all sides."""
    for round_ in (sender.bare, sender.outbox, sender.product):
        round_(2 * ACCOUNTS, 0)


def _fast(sender: Sender) -> None:
    """A network that answers at once: what the program itself costs."""
    ours, bare, plain = _medians([sender.product, sender.bare, sender.outbox], pause=0)
    print(f"返事の速い接続先、{IN_FLIGHT}スレッド、{POSTS}件の{ROUNDS}回の中央値:")
    _say("  裸のCelery+HTTPとの比", ours, bare, OF_BARE)
    _say("  素の送信箱との比", ours, plain, OF_OUTBOX)


def _slow(sender: Sender) -> None:
    """A network that answers late: how well the waiting is shared."""
    ours, bare, plain = _medians([sender.product, sender.bare, sender.outbox], pause=PAUSE)
    floor = IN_FLIGHT / PAUSE
    print(f"{PAUSE * 1000:.0f} ミリ秒で返事をする接続先:")
    _say(f"  {IN_FLIGHT} ÷ {PAUSE}秒との比", ours, floor, OF_FLOOR)
    print(f"  （同じ比: 裸のCelery+HTTP {bare / floor:.2f}、素の送信箱 {plain / floor:.2f}）", flush=True)


def _medians(sides: list[Callable[[int, float], float]], *, pause: float) -> list[float]:
    rounds = [[side(POSTS, pause) for side in sides] for _ in range(ROUNDS)]
    return [statistics.median(speeds) for speeds in zip(*rounds, strict=True)]


def _say(what: str, ours: float, other: float, goal: float) -> None:
    print(f"{what} = {ours / other:.2f}（目標 {goal} 以上。{ours:.0f} / {other:.0f} 件/秒）", flush=True)
