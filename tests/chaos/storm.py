"""The storm: what was cleared is sent by workers that die, to networks that do not answer, until all has come to rest.

The networks and the queue live in this process; each worker is a fork of it that sends one delivery and ends, well or
badly. The clock is ours and jumps two minutes a round, so that leases, retries and looks come due. What is still in
doubt in the end is settled as the documents say: a person looks at the account's page and records what is there.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import patch

from django.db import connections
from django.utils import timezone

from outbound.http import Client
from posts.actions import sending
from posts.actions.settling import settle_live, settle_not_live
from posts.models import Attempt, Delivery
from tests.chaos import faults
from tests.chaos.networks import Place, running
from tests.chaos.queue import FAULTS, TWO_SWEEPS, Queue
from tests.support.cast import Cast, approved

AT_ONCE = 4
JUMP = timedelta(minutes=2)
# So many rounds in which no doubt was resolved: the worker will not resolve those that are left.
CALM_ROUNDS = 60
MOST_ROUNDS = 2_000


@dataclass
class Storm:
    """One run: what befell whom, and the most that was in doubt at any moment."""

    people: Cast
    sends: int
    seed: int
    now: datetime = field(default_factory=timezone.now)
    befell: Counter[str] = field(default_factory=Counter)
    places: dict[int, Place] = field(default_factory=dict)
    calls: int = 0
    in_flight: int = 0
    in_doubt: int = 0

    def blow(self) -> int:
        """0 when nothing was lost, doubled or misreported."""
        self.luck = random.Random(self.seed)  # not for secrets
        self.queue = Queue(self.luck)
        client = Client(allow_hosts=frozenset(), allow_loopback=True)
        with running(self.people, client) as places:
            self.places = {place.account.pk: place for place in places}
            self._clear()
            self._until_nothing_waits()
            self._until_nothing_is_learnt()
            settled = self._settle_the_rest()
            return self._count(settled)

    def _clear(self) -> None:
        accounts = [place.account for place in self.places.values()]
        rest = {"now": self.now, "latest_at": self.now + timedelta(days=60)}
        started = time.monotonic()
        with patch("posts.actions.review.nudge"):
            for number in range(self.sends):
                account = accounts[number % len(accounts)]
                approved(self.people, account, text=f"{number}番目の投稿。", **rest)  # type: ignore[arg-type]
        print(f"  承認まで {time.monotonic() - started:.0f}秒", flush=True)

    # --- rounds

    def _until_nothing_waits(self) -> None:
        for number in range(MOST_ROUNDS):
            self._round(chance=0.4)
            states = _states()
            if number % 20 == 0:
                print(f"  {number}回目 {dict(states)}", flush=True)
            if not states.keys() & {"waiting", "held", "armed"}:
                return

    def _until_nothing_is_learnt(self) -> None:
        """No fault befalls anybody any more; what is in doubt is sent again, or looked for, as long as that helps."""
        same, before = 0, -1
        while same < CALM_ROUNDS:
            self._round(chance=0)
            now = _states()["unknown"]
            same, before = (same + 1 if now == before else 0), now

    def _round(self, *, chance: float) -> None:
        for place in self.places.values():
            place.at(self.now)
        fault = self._one_of(FAULTS, chance)
        self._in_parallel(self._chosen(fault), chance)
        for place in self.places.values():
            place.forget()
        before = _states()["unknown"]
        self.now += JUMP
        self._look_after_stuck(with_another=fault == TWO_SWEEPS)
        self.in_doubt = max(self.in_doubt, _states()["unknown"] - before)

    def _one_of(self, faults_: Sequence[str], chance: float, otherwise: str = faults.NONE) -> str:
        fault = self.luck.choice(faults_) if self.luck.random() < chance else otherwise
        if fault != otherwise:
            self.befell[fault] += 1
        return fault

    def _chosen(self, fault: str) -> Sequence[Delivery]:
        """Of what the queue brings one of each social account: whoever comes next finds it busy, and comes again with
        the next sweep. What comes a second time comes beside the first, and now and then two workers take the same."""
        once, again = self.queue.deliver(self.now, fault)
        rows = Delivery.objects.in_bulk({*once, *again})
        first: dict[int, Delivery] = {}
        for pk in once:
            first.setdefault(rows[pk].social_account_id, rows[pk])
        late = [rows[pk] for pk in again if rows[pk] not in first.values()]
        twice = {row.pk for row in first.values() if row.pk in again or self.luck.random() < 0.1}
        pairs = [row for row in first.values() for _ in range(2 if row.pk in twice else 1)]
        return [*pairs, *self.luck.sample(late, min(len(late), AT_ONCE))]

    def _in_parallel(self, rows: Sequence[Delivery], chance: float) -> None:
        connections.close_all()  # a fork must not share them
        flying: set[int] = set()
        for row in rows:
            if len(flying) >= AT_ONCE:
                flying.discard(os.wait()[0])
            flying.add(self._fly(row, self._one_of(faults.ALL, chance), self._jump(chance)))
            self.calls += 1
            self.in_flight = max(self.in_flight, len(flying))
        for pid in flying:
            os.waitpid(pid, 0)

    def _jump(self, chance: float) -> str:
        return self._one_of(tuple(faults.JUMPS), chance / 2, otherwise=faults.RIGHT)

    def _look_after_stuck(self, *, with_another: bool) -> None:
        """The sweep for workers that are gone; `with_another`: a second process does the same at the same moment."""
        connections.close_all()
        other = _fork(lambda: sending.settle_stuck(now=self.now)) if with_another else None
        sending.settle_stuck(now=self.now)
        if other is not None:
            os.waitpid(other, 0)

    def _fly(self, row: Delivery, fault: str, jump: str) -> int:
        place = self.places[row.social_account_id]
        place.told(fault)
        return _fork(lambda: self._work(row.pk, place, fault, jump))

    def _work(self, pk: int, place: Place, fault: str, jump: str) -> None:
        clock = faults.Clock(self.now)
        clock.jump(jump)
        faults.befall(fault, place.adapter)
        with patch("posts.actions.sending.adapter_for", lambda account, *, now: place.adapter):
            sending.send(pk, clock=clock)

    # --- afterwards

    def _settle_the_rest(self) -> int:
        related = ("clearance__version", "post", "social_account")
        rows = Delivery.objects.filter(state="unknown").select_related(*related)
        for row in rows:
            seen = {"delivery": row, "reason": "公式アカウントのページを見た。"}
            by = {"by": self.people.tanaka, "now": self.now}
            if row.text in self.places[row.social_account_id].texts():
                page = f"{row.social_account.url}/status/{row.pk}"
                settle_live(url=page, no_url=False, **seen, **by)  # type: ignore[arg-type]
            else:
                settle_not_live(**seen, **by)  # type: ignore[arg-type]
        return len(rows)

    def _count(self, settled: int) -> int:
        live = Counter(text for place in self.places.values() for text in place.texts())
        rows = Delivery.objects.select_related("clearance__version")
        said = {row.text: row.state for row in rows}
        lost = [text for text, state in said.items() if state == "accepted" and not live[text]]
        unsaid = [text for text, state in said.items() if state != "accepted" and live[text]]
        doubled = [text for text, times in live.items() if times > 1]
        left = set(said.values()) - {"accepted", "expired"}
        for fault, times in sorted(self.befell.items()):
            print(f"  {times:6} {fault}")
        print(f"  {self.calls:6} workers, {self.queue.refused} sweeps without a queue")
        print(
            f"  cleared {len(said)}, live {len(live)}, attempts {Attempt.objects.count()}, {dict(_states())}"
        )
        print(f"  lost {len(lost)}, doubled {len(doubled)}, live and not so recorded {len(unsaid)}")
        print(f"  new unknowns a round at most {self.in_doubt}, social accounts {len(self.places)}", end="")
        print(f", settled by a person {settled}, left open {len(left)}", flush=True)
        return int(bool(lost or doubled or unsaid or left))


def _fork(work: Callable[[], object]) -> int:
    """A process that does it, and never comes back from there."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    return pid


def _states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))
