"""From a situation of the oracle to the product's facts, and the product's answer: does this post get out?

The acts go through `rules.workflow.decide`, one after the other on one line of time: the word of record, the
clearance (BEFORE), what is in force begins, the chief's word in the scandal, the clearance (DURING), an ended
restriction comes and goes, the release by name, the sending. What a world contains beyond the situation's own
words is said in `rulings.py`. Nothing here knows what is right.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Final

from rules.facts import Account, Actor, Asked, Clearance, Delivery, Post, Release
from rules.gates import CHECKLIST
from rules.restraints import Confirmation as Word
from rules.restraints import Restriction, StandingConfirmation
from rules.restraints import Urgency as ListedUrgency
from rules.states import (
    Basis,
    Cause,
    DeliveryState,
    PostKind,
    PostState,
    RestrictionKind,
    Tick,
    Verb,
)
from rules.states import Ground as ClaimedGround
from rules.workflow import Allowed, Decision, decide
from tests.proof import cast
from tests.proof.cast import FRIDAY, SATURDAY, at
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
    Suspension,
    Urgency,
)
from tests.proof.rulings import ended_restriction, suspended_with_the_hq, word_in_the_scandal

Codes = frozenset[str]
NONE: Final[Codes] = frozenset()

# --- The line of time. What happens in hours happens on Friday; a due time out of hours lies on Saturday.
RECORDED_AT = at(FRIDAY, 8, 45)
CLEARED_BEFORE_AT = at(FRIDAY, 9)
BEGAN_AT = at(FRIDAY, 9, 30)
WORD_AT = at(FRIDAY, 9, 40)
CLEARED_DURING_AT = at(FRIDAY, 10)
SENT_AT = {Hours.IN: at(FRIDAY, 14), Hours.OUT: at(SATURDAY, 14)}
# Before the sending, on its day.
WAIVED, CAUGHT, LIFTED, RELEASED = (timedelta(minutes=m) for m in (120, 60, 40, 30))

SCANDAL_ID: Final = 7


@dataclass(frozen=True, slots=True)
class Answer:
    """What each act was told, in codes; an act that the situation has no use for was told nothing."""

    cleared: Codes
    released: Codes
    sent: Codes
    forbidden: bool

    @property
    def goes(self) -> bool:
        return not (self.cleared or self.released or self.sent)


def answer(s: Situation) -> Answer:
    """Clear, release by name where the situation says so, and send; each is judged whatever the others said."""
    cleared, forbidden = _clearing(
        *_as_it_was(s), s.bearing, s.road, s.ground, s.decider, s.urgency, s.named, s.registered_device
    )
    waiting = delivery_of(s)
    released = NONE
    if s.held is Held.REDECIDED:
        released = _codes(_release(s, waiting))
    sent = decide(Verb.SEND, waiting, cast.WORKER, cast.CITY, SENT_AT[s.hours])
    return Answer(cleared, released, _codes(sent), forbidden)


def _codes(decision: Decision) -> Codes:
    return NONE if isinstance(decision, Allowed) else decision.codes


# --- The state of the account


@cache
def _in_force(hq: Hq, suspension: Suspension, flaming: bool, natural: bool) -> tuple[Restriction, ...]:
    """The restrictions that began together and are in force."""
    rows = [
        (natural or suspension in (Suspension.DISASTER, Suspension.BOTH), "natural", 6),
        (suspension in (Suspension.SCANDAL, Suspension.BOTH), "scandal", SCANDAL_ID),
        (hq is Hq.LIMITED, "limited", 8),
        (flaming, "flaming", 9),
    ]
    return tuple(restriction(kind, BEGAN_AT, pk) for holds, kind, pk in rows if holds)


_KINDS = {
    "natural": (RestrictionKind.SUSPENSION, Cause.DISASTER),
    "scandal": (RestrictionKind.SUSPENSION, Cause.SCANDAL),
    "limited": (RestrictionKind.DISASTER_ONLY, None),
    "flaming": (RestrictionKind.FLAMING, None),
}


@cache
def restriction(kind: str, began: datetime, pk: int, ended: datetime | None = None) -> Restriction:
    """A restriction by the proof's word for its kind."""
    its_kind, cause = _KINDS[kind]
    return Restriction(its_kind, began, id=pk, cause=cause, ended_at=ended)


_STANDING = {
    Confirmation.STANDING: StandingConfirmation(date(2026, 4, 1), date(2027, 3, 31)),
    # It covers the Friday of the clearance, but no longer the Saturday of the publication.
    Confirmation.EXPIRED: StandingConfirmation(date(2026, 4, 1), FRIDAY),
}


@cache
def _account(restrictions: tuple[Restriction, ...], confirmation: Confirmation, hq_stands: bool) -> Account:
    standing = tuple(word for name, word in _STANDING.items() if name == confirmation)
    return replace(cast.X, restrictions=restrictions, standing=standing, hq_stands=hq_stands)


def account_of(s: Situation) -> Account:
    """The social account at the moment of publication."""
    return _account_now(
        s.hq, s.suspension, s.flaming, suspended_with_the_hq(s), s.confirmation, s.hours, ended_restriction(s)
    )


@cache
def _account_now(
    hq: Hq,
    suspension: Suspension,
    flaming: bool,
    natural: bool,
    confirmation: Confirmation,
    hours: Hours,
    ended: str,
) -> Account:
    rows = _in_force(hq, suspension, flaming, natural)
    if ended:
        now = SENT_AT[hours]
        rows = (*rows, restriction(ended, now - CAUGHT, 5, now - LIFTED))
    return _account(rows, confirmation, _stands(hq))


def _stands(hq: Hq) -> bool:
    return hq is Hq.STANDING or hq is Hq.LIMITED


# --- The post

_GROUNDS = {
    Ground.PUBLIC: ClaimedGround.PUBLIC,
    Ground.FACT: ClaimedGround.FACT,
    Ground.LAW: ClaimedGround.LAW,
    Ground.DISASTER: ClaimedGround.DISASTER,
}
_BEARINGS: dict[Bearing, dict[str, object]] = {
    Bearing.ORDINARY: {},
    Bearing.STATEMENT: {"kind": PostKind.STATEMENT},
    Bearing.RELATED: {"disaster_related": True},
    Bearing.INFORMATION: {"disaster_related": True, "disaster_information": True},
    Bearing.CORRECTION: {"kind": PostKind.CORRECTION, "corrects_disaster": True},
}


@cache
def _written(bearing: Bearing, ground: Ground) -> Post:
    claim = None if ground is Ground.NONE else cast.CLAIMS[_GROUNDS[ground]]
    return replace(cast.DRAFT, claim=claim, **_BEARINGS[bearing])


@cache
def _words(record: bool, in_scandal: bool) -> tuple[Word, ...]:
    instants = [*([RECORDED_AT] if record else []), *([WORD_AT] if in_scandal else [])]
    return tuple(Word(instant) for instant in instants)


# --- The clearance

_VERBS = {
    Road.APPROVAL: (Verb.APPROVE, PostState.AWAITING_APPROVAL, Basis.APPROVAL),
    Road.CHECK: (Verb.SECOND_CHECK, PostState.AWAITING_CHECK, Basis.SECOND_CHECK),
    Road.WAIVER: (Verb.SEND_IN_EMERGENCY, PostState.DRAFTING, Basis.WAIVER),
}
_DECIDERS = {
    Decider.CHIEF: cast.SUZUKI,
    Decider.DEPUTY: cast.TAKAHASHI,
    Decider.OTHER: cast.TANAKA,
    Decider.AUTHOR: cast.KATO,
    Decider.CONTRACTOR: cast.ONO,
}
_LISTED = (Urgency.LISTED, Urgency.LISTED_NO_REASON)


Past = tuple[bool, Hq, Suspension, bool, bool, Hours, Confirmation, bool]


def _as_it_was(s: Situation) -> Past:
    """The world at the clearing act. BEFORE: nothing restricted, no HQ, Friday morning; DURING: as it is now."""
    if s.since is Since.BEFORE:
        return False, Hq.NONE, Suspension.NONE, False, False, Hours.IN, s.confirmation, False
    natural, word = suspended_with_the_hq(s), word_in_the_scandal(s)
    return True, s.hq, s.suspension, s.flaming, natural, s.hours, s.confirmation, word


@lru_cache(maxsize=200_000)
def _clearing(
    during: bool,
    hq: Hq,
    suspension: Suspension,
    flaming: bool,
    natural: bool,
    hours: Hours,
    confirmation: Confirmation,
    word: bool,
    bearing: Bearing,
    road: Road,
    ground: Ground,
    decider: Decider,
    urgency: Urgency,
    named: bool,
    registered_device: bool,
) -> tuple[Codes, bool]:
    """What the clearing act is told, and whether it was forbidden to this person altogether."""
    verb, state, _ = _VERBS[road]
    account = _account(_in_force(hq, suspension, flaming, natural), confirmation, _stands(hq))
    scheduled = during and road is not Road.WAIVER
    post = replace(
        _written(bearing, ground),
        state=state,
        targets=(account,),
        confirmations=_words(confirmation is Confirmation.RECORD, word),
        urgency=_URGENCY if urgency in _LISTED else None,
        due_at=SENT_AT[hours] if scheduled else None,
        asked=_asked(road, confirmation, urgency, named),
    )
    decision = decide(
        verb, post, _actor(road, decider, registered_device), cast.CITY, cleared_at(road, hours, during)
    )
    return _codes(decision), not isinstance(decision, Allowed) and decision.forbidden


_URGENCY = ListedUrgency("断水")


def cleared_at(road: Road, hours: Hours, during: bool) -> datetime:
    """When the clearance was given; a waiver under way is used on the day of the sending itself."""
    if not during:
        return CLEARED_BEFORE_AT
    return SENT_AT[hours] - WAIVED if road is Road.WAIVER else CLEARED_DURING_AT


@cache
def _actor(road: Road, decider: Decider, registered_device: bool) -> Actor:
    """Who acts: the decider, or on the waiver somebody who wrote in the post."""
    actor = cast.SATO if road is Road.WAIVER else _DECIDERS[decider]
    return replace(actor, registered_device=registered_device)


@cache
def _asked(road: Road, confirmation: Confirmation, urgency: Urgency, named: bool) -> Asked:
    """What is brought to the clearing act. Whoever names the suspension has consulted somebody on it."""
    return Asked(
        reason="" if urgency is Urgency.LISTED_NO_REASON else "いま知らせないと間に合わないため。",
        seen_digest=cast.DIGEST,
        ticks=_ticks(road, confirmation),
        named=frozenset({SCANDAL_ID}) if named else frozenset(),
        consulted=frozenset({cast.TANAKA.id}) if named else frozenset(),
        urgency=1 if urgency in _LISTED else None,
    )


@cache
def _ticks(road: Road, confirmation: Confirmation) -> frozenset[str]:
    """The tick is made on whatever road; where it means nothing, nothing may come of it."""
    ticked = {Tick.OUT_OF_HOURS} if confirmation is Confirmation.TICK else set()
    return frozenset({*ticked, *(CHECKLIST if road is Road.CHECK else ())})


# --- The delivery


@lru_cache(maxsize=50_000)
def _cleared(
    bearing: Bearing,
    road: Road,
    ground: Ground,
    decider: Decider,
    confirmation: Confirmation,
    named: bool,
    word: bool,
    at_: datetime,
) -> Post:
    """The post with the clearance that the clearing act would have given it."""
    clearance = Clearance(
        basis=_VERBS[road][2],
        digest=cast.DIGEST,
        given_at=at_,
        by_chief=decider in (Decider.CHIEF, Decider.AUTHOR),
        ticks=_ticks(road, confirmation),
        named=frozenset({SCANDAL_ID}) if named else frozenset(),
    )
    words = _words(confirmation is Confirmation.RECORD, word)
    return replace(
        _written(bearing, ground), state=PostState.CLEARED, clearance=clearance, confirmations=words
    )


def delivery_of(s: Situation) -> Delivery:
    """The delivery that waits for its sending; a due time only where the clearance was given to a schedule."""
    during, word = s.since is Since.DURING, word_in_the_scandal(s)
    given_at = cleared_at(s.road, s.hours, during)
    return Delivery(
        state=DeliveryState.WAITING,
        account=account_of(s),
        post=_cleared(s.bearing, s.road, s.ground, s.decider, s.confirmation, s.named, word, given_at),
        clearance_live=True,
        latest_at=None,
        due_at=SENT_AT[s.hours] if during and s.road is not Road.WAIVER else None,
        release=_released(s) if s.held is Held.REDECIDED else None,
    )


def _released(s: Situation) -> Release:
    return Release(SENT_AT[s.hours] - RELEASED, True, _ticks_on_release(s))


def _ticks_on_release(s: Situation) -> frozenset[str]:
    ticked = s.confirmation is Confirmation.TICK and s.road is Road.APPROVAL
    return frozenset({Tick.OUT_OF_HOURS}) if ticked else frozenset()


def _release(s: Situation, delivery: Delivery) -> Decision:
    """The release by name itself, by the chief, before the sending."""
    kept = replace(delivery, state=DeliveryState.HELD, release=None, asked=Asked(ticks=_ticks_on_release(s)))
    return decide(Verb.RELEASE, kept, cast.SUZUKI, cast.CITY, SENT_AT[s.hours] - RELEASED)
