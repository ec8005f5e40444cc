"""One state for all that behave alike: what can no longer be asked about is forgotten, instants are ranked anew."""

from typing import Final

from rules.states import DeliveryState, PostState
from tests.proof.reach_facts import PEOPLE, Cleared, Hold, Out, Rel, Scenario, State

OPEN: Final = (DeliveryState.WAITING, DeliveryState.HELD)
ALIVE: Final = (*OPEN, DeliveryState.ARMED, DeliveryState.UNKNOWN)
# What a delivery ends in. Rejected, expired, dropped: it never went out, and no rule tells them apart.
ENDS: Final = (DeliveryState.ACCEPTED, DeliveryState.DROPPED)
_WRITERS = frozenset(person.id for person in PEOPLE if person.drafts_for)
_LONG_AGO = -1


def canonical(scenario: Scenario, state: State) -> State:
    outs = tuple(out if out.state in ALIVE else Out(_end(out.state)) for out in state.outs)
    state = state._replace(outs=outs, decided=state.decided & _WRITERS)
    if not any(out.state in ALIVE for out in outs) and state.post in (
        PostState.CLEARED,
        PostState.CANCELLED,
    ):
        return _settled(state)
    if state.cleared is None:
        # A review that a voided waiver has opened stays open; that is the actions' business, not the walk's.
        state = state._replace(outs=(), review="")
    state = _forget(scenario, state)
    if scenario.wide:
        state = state._replace(outs=tuple(sorted(state.outs, key=str)))
    return _ranked(state)


def _end(state: DeliveryState) -> DeliveryState:
    return state if state == DeliveryState.ACCEPTED else DeliveryState.DROPPED


def _settled(state: State) -> State:
    """Only what may still be looked at afterwards, and by whom."""
    contributors = state.contributors if state.review == "open" else frozenset()
    outs = tuple(sorted(state.outs))
    return State(state.post, contributors, outs=outs, review=state.review)


def _forget(scenario: Scenario, state: State) -> State:
    """Drops the facts that no gate can ask about in this scenario."""
    scandal, flaming = "scandal" in scenario.kinds, "flaming" in scenario.kinds
    cleared = state.cleared
    if cleared:
        named = cleared.named if scenario.bearing == "statement" else None
        cleared = cleared._replace(by_chief=flaming and cleared.by_chief, named=named)
    speaks = scenario.hours or (scandal and scenario.bearing == "information")
    holds = tuple(_hold(hold) for hold in sorted(state.holds) if _still_asked(hold, cleared))
    outs = tuple(
        out._replace(release=_release(out.release, holds, flaming) if scenario.wide or not place else None)
        for place, out in enumerate(state.outs)
    )
    return state._replace(cleared=cleared, word=state.word if speaks else None, holds=holds, outs=outs)


def _release(release: Rel | None, holds: tuple[Hold, ...], flaming: bool) -> Rel | None:
    """A release speaks for a tick, for the chief in flaming mode, and against what had ended before it."""
    if release is None:
        return None
    lets_go = any(hold.ended is not None and hold.ended <= release.at for hold in holds)
    by_chief = flaming and release.by_chief
    return release._replace(by_chief=by_chief) if lets_go or by_chief or release.ticked else None


def _still_asked(hold: Hold, cleared: Cleared | None) -> bool:
    return hold.ended is None or (cleared is not None and hold.ended > cleared.at)


def _hold(hold: Hold) -> Hold:
    """When a natural suspension or a limit began is asked by nobody."""
    return hold._replace(began=_LONG_AGO) if hold.kind in ("natural", "limited") else hold


def _ranked(state: State) -> State:
    """Beginnings and ends on odd ranks, all else on the even rank between: only that order is ever compared."""
    bounds = sorted(
        {
            bound
            for hold in state.holds
            for bound in (hold.began, hold.ended)
            if bound not in (None, _LONG_AGO)
        }
    )
    rank = {bound: 2 * place + 1 for place, bound in enumerate(bounds)}

    def between(instant: int) -> int:
        return 2 * sum(bound <= instant for bound in bounds)

    cleared = state.cleared
    if cleared:
        named = None if cleared.named is None else rank.get(cleared.named)
        cleared = cleared._replace(at=between(cleared.at), named=named)
    return state._replace(
        cleared=cleared,
        word=None if state.word is None else between(state.word),
        holds=tuple(
            Hold(h.kind, rank.get(h.began, _LONG_AGO), None if h.ended is None else rank[h.ended])
            for h in state.holds
        ),
        outs=tuple(
            out._replace(release=Rel(between(out.release.at), *out.release[1:])) if out.release else out
            for out in state.outs
        ),
    )
