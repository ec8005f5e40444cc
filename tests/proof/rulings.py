"""Where the product and the oracle differ on purpose: each difference once, with its reason and its source.

The oracle reads nothing but the decision table. Rulings about the world say what else a situation contains in
the product (R4 to R6); rulings about the expectation say how the oracle's stops change. A case that means
nothing in the product is excluded. All are counted.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

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

Stops = frozenset[Stop]
# None excludes the case.
Change = Callable[[Situation, Stops], Stops | None]

_DISASTERS = (Bearing.INFORMATION, Bearing.CORRECTION)
_NATURAL = (Suspension.DISASTER, Suspension.BOTH)
_SCANDAL = (Suspension.SCANDAL, Suspension.BOTH)


def as_claimed(s: Situation) -> Situation:
    """A correction that claims another ground than (4), or none, on an exempt road: a post like any other."""
    elsewhere = s.road is not Road.APPROVAL and s.ground is not Ground.DISASTER
    return replace(s, bearing=Bearing.ORDINARY) if elsewhere and s.bearing is Bearing.CORRECTION else s


# --- What the world contains -----------------------------------------------------------------------------


def suspended_with_the_hq(s: Situation) -> bool:
    """R4: setting up an HQ starts a natural suspension, which stays until a resumption record.

    Under the restriction it does not speak. Source: DESIGN §5, last paragraph; domain.md rows 13, 14.
    """
    if s.suspension in _NATURAL or s.hq is Hq.NONE:
        return False
    return s.hq is Hq.LIMITED or s.held is Held.NO


def word_in_the_scandal(s: Situation) -> bool:
    """R5: the chief's word, given under the scandal suspension; not given where the oracle ignores it.

    RECORD is a word from before any suspension. Source: domain.md row 9; DESIGN §5, "by phone is enough".
    """
    return s.chief_confirmed and s.suspension in _SCANDAL and s.hq is not Hq.LIMITED


def ended_restriction(s: Situation) -> str:
    """R6: the ended restriction that had caught a post of which `held` speaks; "" when none could have.

    It began after the clearance and ended before now. Where several kinds catch, they take turns. REDECIDED
    is a release by the chief himself after the end, through decide(), with a 時間外 tick exactly where the
    confirmation is the tick on an approval. Source: domain.md row 14, clauses.csv mima:8-1-再開.
    """
    if s.held is Held.NO:
        return ""
    read = as_claimed(s)
    kinds = catching(read.bearing, read.road, read.ground)
    return kinds[_turn(s) % len(kinds)] if kinds else ""


_SOUND: Final = Situation(
    registered_device=True,
    hq=Hq.NONE,
    suspension=Suspension.NONE,
    flaming=False,
    bearing=Bearing.ORDINARY,
    road=Road.APPROVAL,
    ground=Ground.NONE,
    decider=Decider.CHIEF,
    urgency=Urgency.NONE,
    hours=Hours.IN,
    confirmation=Confirmation.NONE,
    named=False,
    chief_confirmed=False,
    since=Since.BEFORE,
    held=Held.NO,
)


@cache
def catching(bearing: Bearing, road: Road, ground: Ground) -> tuple[str, ...]:
    """Every kind that catches a post cleared before it began, by the oracle's own words for that kind."""
    post = replace(_SOUND, bearing=bearing, road=road, ground=ground)
    caught = {
        "scandal": oracle.article_8_1(replace(post, suspension=Suspension.SCANDAL)),
        "natural": oracle.article_8_1(replace(post, suspension=Suspension.DISASTER)),
        "limited": oracle.article_8_2(replace(post, hq=Hq.LIMITED)),
        "flaming": oracle.article_7_4(replace(post, flaming=True)),
    }
    return tuple(kind for kind, holds in caught.items() if holds)


_CONFIRMATIONS, _SUSPENSIONS, _HQS = tuple(Confirmation), tuple(Suspension), tuple(Hq)


def _turn(s: Situation) -> int:
    places = (
        _CONFIRMATIONS.index(s.confirmation),
        _SUSPENSIONS.index(s.suspension),
        _HQS.index(s.hq),
    )
    return sum(places) + s.flaming


# --- How the expectation changes -------------------------------------------------------------------------


def correction_keeps_to_its_path(s: Situation, stops: Stops) -> Stops:
    """R10: a correction of disaster information is that past the chief and on (4); on (1) to (3) it is ordinary.

    Row 19 gives it the original's path, and there is none that disaster information takes on (1) to (3): else a
    festival could go out as a "correction" of a warning under the limit. Source: docs/decisions/0015, row 19.
    """
    read = as_claimed(s)
    if read is s:
        return stops
    asked_again = oracle.stops(read)
    assert asked_again is not None, "the road has not changed"
    return asked_again


def claim_taken_as_it_is(s: Situation, stops: Stops) -> Stops | None:
    """R3: (4) claimed for what is no disaster information: the checker's and the chief's eyes judge that."""
    return None if s.ground is Ground.DISASTER and s.bearing not in _DISASTERS else stops


def caught_by_nothing(s: Situation, stops: Stops) -> Stops | None:
    """R6: disaster information's correction on its path passes every restriction: none can have caught it (row 19)."""
    return None if s.held is not Held.NO and not ended_restriction(s) else stops


def only_the_chiefs_own(s: Situation, stops: Stops) -> Stops:
    """R1: in flaming mode a deputy's approval does not pass (the issue: "only the chief's own approval")."""
    by_deputy = s.road is Road.APPROVAL and s.decider is Decider.DEPUTY
    return stops | {Stop.FLAMING} if s.flaming and by_deputy and s.bearing not in _DISASTERS else stops


def emergency_or_listed_urgency(s: Situation, stops: Stops) -> Stops:
    """R2: a waiver wants a listed urgency with its reason; on (4) alone an emergency declared when it is used does.

    In the world as it was at that act. The oracle lets a declared disaster do for (1) to (3) as well, and (4) go
    without any. Source: clauses.csv mima:5-ただし書-緊急 ("AND"); docs/decisions/0015, the waiver.
    """
    if s.road is not Road.WAIVER or s.urgency is Urgency.LISTED:
        return stops
    standing = s.hq is Hq.STANDING or s.hq is Hq.LIMITED
    natural = s.suspension in _NATURAL or suspended_with_the_hq(s)
    declared = s.since is Since.DURING and (standing or natural)
    freed = declared and s.ground is Ground.DISASTER and s.urgency is Urgency.NONE
    return stops if freed else stops | {Stop.ROAD}


def one_word_serves_9_1_too(s: Situation, stops: Stops) -> Stops:
    """R5: the chief's word on this version under the scandal is a confirmation of 9(1), whatever the post is."""
    return stops - {Stop.HOURS} if word_in_the_scandal(s) else stops


def chiefs_release_is_a_decision(s: Situation, stops: Stops) -> Stops:
    """R7: an approved post released by name by the chief himself in flaming mode is decided by the chief.

    Row 17: "chief decides". It mends an approval from before; what a deputy approved in flaming mode never
    became cleared.
    """
    approved = s.road is Road.APPROVAL and s.since is Since.BEFORE
    return stops - {Stop.FLAMING} if approved and s.held is Held.REDECIDED else stops


def statement_is_the_chiefs(s: Situation, stops: Stops) -> Stops:
    """R9: the city's statement goes on no exemption (row 8); the product says so in the normal state, too."""
    waived = s.road is Road.WAIVER and s.bearing is Bearing.STATEMENT
    return stops | {Stop.ROAD} if waived else stops


@dataclass(frozen=True)
class Ruling:
    name: str
    change: Change

    @property
    def says(self) -> str:
        return (self.change.__doc__ or "").split("\n")[0].partition(": ")[2]


# In this order: R10 asks the oracle anew; R7 takes back what R1 put in where the chief has released by name.
RULINGS: Final = (
    Ruling("R10", correction_keeps_to_its_path),
    Ruling("R3", claim_taken_as_it_is),
    Ruling("R6", caught_by_nothing),
    Ruling("R1", only_the_chiefs_own),
    Ruling("R2", emergency_or_listed_urgency),
    Ruling("R5", one_word_serves_9_1_too),
    Ruling("R7", chiefs_release_is_a_decision),
    Ruling("R9", statement_is_the_chiefs),
)


def expected(s: Situation) -> tuple[Stops | None, tuple[str, ...]]:
    """The stops to expect, None for an excluded case, and the rulings that changed something."""
    stops = oracle.stops(s)
    assert stops is not None, "situations() makes no contradiction"
    touched = []
    for ruling in RULINGS:
        changed = ruling.change(s, stops)
        if changed is None:
            return None, (ruling.name,)
        if changed != stops:
            touched.append(ruling.name)
            stops = changed
    return stops, tuple(touched)
