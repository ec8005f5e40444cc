"""The machine's own books: what it did, and from them a situation of the oracle for whatever goes out.

Written down from what the acts were asked and whether they were done, never read back from the product. The
oracle knows one `since` for all that is in force; here scandals and flaming begin at different times, so each is
asked about on its own, together with everything else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.proof import oracle
from tests.proof.oracle import (
    Bearing,
    Confirmation,
    Decider,
    Ground,
    Held,
    Hours,
    Hq,
    Road,
    Since,
    Situation,
    Stop,
    Suspension,
    Urgency,
)
from tests.proof.rulings import as_claimed, expected

_JST: Final = ZoneInfo("Asia/Tokyo")
_HOLIDAYS: Final = frozenset({date(2026, 11, 23)})
_HOLDS: Final = frozenset({Stop.LIMITED, Stop.HOLD, Stop.FLAMING})
NATURAL, SCANDAL, LIMITED, FLAMING = "natural", "scandal", "limited", "flaming"


def is_open(instant: datetime) -> bool:
    """The city's hours as the policy of the cast has them: 8:30 to 17:15 on weekdays that are no holiday."""
    local = instant.astimezone(_JST)
    at_work = time(8, 30) <= local.time() < time(17, 15)
    return at_work and local.weekday() < 5 and local.date() not in _HOLIDAYS


@dataclass
class Hold:
    """A restriction: over which social accounts, from when, until when."""

    pk: int
    kind: str
    accounts: frozenset[int]
    began: datetime
    ended: datetime | None = None


@dataclass
class Cleared:
    """What a post was cleared on, and whether that still stands."""

    road: Road
    by: str
    decider: Decider
    at: datetime
    ticked: bool = False
    named: frozenset[int] = frozenset()
    live: bool = True


@dataclass
class Freed:
    """A release by name."""

    at: datetime
    by_chief: bool
    ticked: bool


@dataclass
class Out:
    """A delivery: what it rests on, when it is due, whether it was let go, what the machine knows of it."""

    pk: int
    account: int
    cleared: Cleared
    due: datetime
    freed: Freed | None = None


@dataclass
class Case:
    """A post."""

    pk: int
    bearing: Bearing
    ground: Ground
    targets: tuple[int, ...]
    due: datetime | None
    writers: set[str] = field(default_factory=set)
    deciders: set[str] = field(default_factory=set)
    words: list[datetime] = field(default_factory=list)
    cleared: Cleared | None = None
    outs: dict[int, Out] = field(default_factory=dict)


@dataclass
class Books:
    """Everything so far."""

    holds: list[Hold] = field(default_factory=list)
    cases: dict[int, Case] = field(default_factory=dict)
    standing: bool = False
    hq: bool = False
    was_dissolved: bool = False
    went_out: int = 0

    def over(self, account: int) -> list[Hold]:
        return [row for row in self.holds if row.ended is None and account in row.accounts]

    def emergency(self, targets: tuple[int, ...]) -> bool:
        """Note 4 (b): an HQ stands, or every account it goes to is held for a natural disaster or limited."""
        return self.hq or all(
            any(row.kind in (NATURAL, LIMITED) for row in self.over(account)) for account in targets
        )

    def complaints(self, case: Case, out: Out) -> list[str]:
        """Everything the oracle has against this going out now; nothing is as it should be."""
        found = [] if out.cleared.live else ["its clearance has ended"]
        for hold in self.holds:
            if _caught(case, out, hold) and not (out.freed and out.freed.at >= hold.ended):  # type: ignore[operator]
                found.append(f"caught by {hold.kind} and not released")
        for s in self.situations(case, out):
            stops, _ = expected(s)
            if stops != frozenset():
                found.append(f"{stops} in {s}")
        return found

    def situations(self, case: Case, out: Out) -> Iterator[Situation]:
        """The moment of publication: as it stands without scandals and flaming, and with each one of them."""
        rows = self.over(out.account)
        limited = any(row.kind == LIMITED for row in rows)
        natural = any(row.kind == NATURAL for row in rows)
        hq = self._hq(limited, natural)
        base = replace(
            bare(case, out, standing=self.standing),
            hq=hq,
            suspension=Suspension.DISASTER if natural else Suspension.NONE,
        )
        yield base
        for row in rows:
            if row.kind in (SCANDAL, FLAMING):
                yield _with(base, row, case, out)

    def _hq(self, limited: bool, natural: bool) -> Hq:
        """Standing or dissolved it counts for the table with the hold that came with it; see rows 13 and 14."""
        if limited:
            return Hq.LIMITED
        if not natural:
            return Hq.NONE
        return Hq.STANDING if self.hq else (Hq.DISSOLVED if self.was_dissolved else Hq.NONE)


def bare(case: Case, out: Out, *, standing: bool) -> Situation:
    """The post with its clearance, and nothing in force."""
    cleared = out.cleared
    due = max(out.due, out.freed.at) if out.freed else out.due
    approval = cleared.road is Road.APPROVAL
    return Situation(
        registered_device=True,
        hq=Hq.NONE,
        suspension=Suspension.NONE,
        flaming=False,
        bearing=case.bearing,
        road=cleared.road,
        ground=Ground.NONE if approval else case.ground,
        decider=cleared.decider,
        # That there was an emergency, declared or listed, was seen to when the waiver was used.
        urgency=Urgency.LISTED if cleared.road is Road.WAIVER else Urgency.NONE,
        hours=Hours.IN if is_open(due) else Hours.OUT,
        confirmation=_confirmation(case, out, standing),
        named=False,
        chief_confirmed=False,
        since=Since.BEFORE,
        held=Held.NO,
    )


def _confirmation(case: Case, out: Out, standing: bool) -> Confirmation:
    """The strongest there is. A tick on a release by name is the chief's record, whatever road it came by."""
    if case.words or (out.freed and out.freed.ticked):
        return Confirmation.RECORD
    if out.cleared.ticked and out.cleared.road is Road.APPROVAL:
        return Confirmation.TICK
    return Confirmation.STANDING if standing else Confirmation.NONE


def _with(s: Situation, hold: Hold, case: Case, out: Out) -> Situation:
    """The situation with this scandal or this flaming in force, too."""
    cleared, freed = out.cleared, out.freed
    since = Since.DURING if cleared.at >= hold.began else Since.BEFORE
    if hold.kind == FLAMING:
        if freed and freed.by_chief and freed.at >= hold.began and cleared.road is Road.APPROVAL:
            # Row 17, R7: the chief's own release by name decides as an approval does.
            return replace(s, flaming=True, since=Since.DURING, decider=Decider.CHIEF)
        return replace(s, flaming=True, since=since)
    both = s.suspension is Suspension.DISASTER
    return replace(
        s,
        suspension=Suspension.BOTH if both else Suspension.SCANDAL,
        since=since,
        named=hold.pk in cleared.named,
        chief_confirmed=any(_in_time(word, hold) for word in case.words),
    )


def _in_time(word: datetime, hold: Hold) -> bool:
    """A word is told with its minute, no more; what is written down after the end releases nothing."""
    given = word >= hold.began.replace(second=0, microsecond=0)
    return given and (hold.ended is None or word < hold.ended)


def _caught(case: Case, out: Out, hold: Hold) -> bool:
    """Row 14: a restriction that has ended held this, by the oracle's word for that kind, while it was cleared."""
    if hold.ended is None or out.account not in hold.accounts or out.cleared.at >= hold.ended:
        return False
    s = bare(case, out, standing=False)
    if hold.kind == LIMITED:
        s = replace(s, hq=Hq.LIMITED)
    elif hold.kind == NATURAL:
        s = replace(s, suspension=Suspension.DISASTER)
    else:
        s = _with(s, hold, case, out)
    return bool(_HOLDS & oracle.stops(as_claimed(s)))  # type: ignore[operator]


# How far the clock goes on: within the limit of lateness, past it, into the night, over the holidays.
LEAPS: Final = (
    timedelta(minutes=2),
    timedelta(minutes=20),
    timedelta(minutes=35),
    timedelta(hours=3),
    timedelta(hours=9),
    timedelta(days=1),
)
