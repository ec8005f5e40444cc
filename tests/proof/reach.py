"""Every state that one post with two social accounts can come into, and the acts that lead there.

A breadth-first walk over small states: instants are ranks, only their order counts. Every act is judged by the
real `decide()` over facts made from the state; what an act leaves behind follows THE TABLE's target and, for
deliveries, LEARNT. Here is the walk; what must hold on it is in `test_reachable.py`.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rules.states import Basis, DeliveryState, PostState, RestrictionState, Subject, Verb
from rules.transitions import LEARNT, NOTHING, TABLE, Transition
from rules.workflow import Allowed, decide
from tests.proof import cast
from tests.proof.reach_facts import (
    KIND_OF,
    PEOPLE,
    Facts,
    Hold,
    Out,
    Rel,
    Scenario,
    State,
    facts_of,
)

_OPEN = (DeliveryState.WAITING, DeliveryState.HELD)
# What a delivery ends in. An unknown waits for somebody to settle it.
ENDS: Final = frozenset(
    {DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.EXPIRED, DeliveryState.DROPPED}
)
_ALIVE = (*_OPEN, DeliveryState.ARMED, DeliveryState.UNKNOWN)
_WORKS = (DeliveryState.ARMED, DeliveryState.UNKNOWN)
_LEARNT = {(source, target) for source, target, _ in LEARNT}


class Edge(NamedTuple):
    """One step. `kind` is act, learnt, clock (a time passed by) or world (hours, restrictions, HQ)."""

    source: State
    target: State
    kind: str
    verb: str
    by: int
    out: int = -1


@dataclass
class Walk:
    """What was found from one start."""

    scenario: Scenario
    states: set[State] = field(default_factory=set)
    edges: list[Edge] = field(default_factory=list)


def walk(scenario: Scenario) -> Walk:
    """Everything that can be reached in this scenario, whoever of its writers drafts."""
    found = Walk(scenario)
    queue = deque(scenario.starts())
    found.states.update(queue)
    while queue:
        for edge in _steps(scenario, queue.popleft()):
            found.edges.append(edge)
            if edge.target not in found.states:
                found.states.add(edge.target)
                queue.append(edge.target)
    return found


def is_end(state: State) -> bool:
    """Nothing is left to do about this post."""
    over = state.post == PostState.CANCELLED or (
        state.post == PostState.CLEARED and all(out.state in ENDS for out in state.outs)
    )
    return over and state.review != "open"


def is_settled(state: State) -> bool:
    """The post has come to its end; only somebody's look afterwards may be missing."""
    return is_end(state._replace(review=""))


# --- The steps from a state


def _steps(scenario: Scenario, state: State) -> Iterator[Edge]:
    facts = facts_of(scenario, state)
    steps = [_review(state, facts)]
    if not is_settled(state):
        steps += [
            _post_acts(state, facts),
            _delivery_acts(state, facts),
            _learnt(state),
            _restricting(scenario, state, facts),
            _hours(state),
        ]
    for step in steps:
        for edge in step:
            yield edge._replace(target=canonical(edge.target))


def _rows(subject: Subject, state: str) -> Iterator[Transition]:
    return (row for row in TABLE if row.subject == subject and state in row.sources)


def _post_acts(state: State, facts: Facts) -> Iterator[Edge]:
    for row in _rows(Subject.POST, state.post):
        for person in facts.people:
            if isinstance(decide(row.verb, facts.post, person, cast.CITY, facts.now), Allowed):
                after = _after_post_act(state, facts, row, person.id)
                yield Edge(state, after, "act", row.verb, person.id)


def _after_post_act(state: State, facts: Facts, row: Transition, by: int) -> State:
    """The target of the row, and what goes with it."""
    target = PostState(row.target) if row.target else state.post
    after = state._replace(post=target)
    if row.verb == Verb.CONFIRM:
        return after._replace(word=facts.rank)
    if row.verb == Verb.EDIT:
        outs = _without(state, DeliveryState.SUPERSEDED)
        return after._replace(contributors=state.contributors | {by}, cleared=None, outs=outs, word=None)
    if row.verb in (Verb.RETURN, Verb.ESCALATE, Verb.HAND_BACK):
        outs = _without(state, DeliveryState.SUPERSEDED)
        return after._replace(decided=state.decided | {by}, cleared=None, outs=outs)
    if row.verb == Verb.CANCEL:
        return after._replace(outs=_without(state, DeliveryState.DROPPED))
    if target == PostState.CLEARED:
        return _cleared(after, facts, row.verb, by)
    assert row.verb in (Verb.SUBMIT, Verb.CLAIM, Verb.TAKE_BACK), f"{row.verb} is not modelled"
    return after


def _without(state: State, end: DeliveryState) -> tuple[Out, ...]:
    """Open deliveries end with their clearance or their post, as LEARNT says."""
    assert all((out.state, end) in _LEARNT for out in state.outs if out.state in _OPEN)
    return tuple(Out(end) if out.state in _OPEN else out for out in state.outs)


def _cleared(state: State, facts: Facts, verb: Verb, by: int) -> State:
    waived = verb == Verb.SEND_IN_EMERGENCY
    waiting = Out(DeliveryState.WAITING)
    return state._replace(
        cleared=facts.clearance_in_prospect(verb, by),
        decided=state.decided if waived else state.decided | {by},
        outs=(waiting, waiting),
        review="open" if waived else state.review,
    )


def _delivery_acts(state: State, facts: Facts) -> Iterator[Edge]:
    for place, out in enumerate(state.outs):
        for row in _rows(Subject.DELIVERY, out.state):
            for person in facts.people:
                if isinstance(
                    decide(row.verb, facts.deliveries[place], person, cast.CITY, facts.now), Allowed
                ):
                    release = out.release
                    if row.verb == Verb.RELEASE:
                        release = Rel(facts.rank, person.id in facts.chiefs, facts.ticked)
                    after = Out(DeliveryState(str(row.target)), release)
                    yield Edge(state, _with_out(state, place, after), "act", row.verb, person.id, place)
                elif row.verb == Verb.SEND and person is cast.WORKER and out.state == DeliveryState.WAITING:
                    held = _with_out(state, place, out._replace(state=DeliveryState.HELD))
                    yield Edge(state, held, "learnt", "held", person.id, place)


def _with_out(state: State, place: int, out: Out) -> State:
    return state._replace(outs=(*state.outs[:place], out, *state.outs[place + 1 :]))


def _learnt(state: State) -> Iterator[Edge]:
    """The network's answers, and the clock on what waits."""
    for place, out in enumerate(state.outs):
        for source, target, _ in LEARNT:
            after = _with_out(state, place, Out(target, out.release))
            if source == out.state and source in _WORKS:
                yield Edge(state, after, "learnt", "answer", 0, place)
            elif source == out.state and target == DeliveryState.EXPIRED:
                yield Edge(state, after, "clock", "late", 0, place)


def _hours(state: State) -> Iterator[Edge]:
    yield Edge(state, state._replace(out_of_hours=not state.out_of_hours), "world", "hours", 0)


def _review(state: State, facts: Facts) -> Iterator[Edge]:
    """Whoever may look at a waiver afterwards."""
    if state.review == "open":
        for person in facts.people:
            if isinstance(
                decide(Verb.REVIEW_AFTERWARDS, facts.review(), person, cast.CITY, facts.now), Allowed
            ):
                yield Edge(
                    state, state._replace(review="done"), "act", Verb.REVIEW_AFTERWARDS, person.id
                )


# --- Restrictions and headquarters

_STARTS = {
    "natural": Verb.SUSPEND_POSTING,
    "scandal": Verb.SUSPEND_POSTING,
    "limited": Verb.LIMIT_TO_DISASTER,
    "flaming": Verb.START_FLAMING,
}
_ENDS = {
    RestrictionState.SUSPENSION: Verb.LIFT,
    RestrictionState.DISASTER_ONLY: Verb.END_LIMIT,
    RestrictionState.FLAMING: Verb.END_FLAMING,
}


def _restricting(scenario: Scenario, state: State, facts: Facts) -> Iterator[Edge]:
    for kind in scenario.kinds:
        running = next((hold for hold in state.holds if hold.kind == kind and hold.ended is None), None)
        verb = _ENDS[KIND_OF[kind]] if running else _STARTS[kind]
        subject = facts.restriction(kind, running)
        by = _somebody(verb, subject, facts, new=running is None)
        if by is not None:
            after = _ended(state, kind, facts.rank) if running else _begun(state, kind, facts.rank)
            yield Edge(state, after, "world", verb, by)
    if "limited" in scenario.kinds:
        yield from _headquarters(state, facts)


def _somebody(verb: Verb, subject: object, facts: Facts, *, new: bool) -> int | None:
    """The first of the cast who may; who it is leaves no trace in the state."""
    for person in facts.people:
        if isinstance(decide(verb, subject, person, cast.CITY, facts.now, new=new), Allowed):  # type: ignore[arg-type]
            return person.id
    return None


def _begun(state: State, kind: str, rank: int) -> State:
    """A new one takes the place of an ended one of its kind, which asks for nothing that it does not ask."""
    others = tuple(hold for hold in state.holds if hold.kind != kind)
    return state._replace(holds=tuple(sorted((*others, Hold(kind, rank, None)))))


def _ended(state: State, kind: str, rank: int) -> State:
    holds = (
        hold._replace(ended=rank) if hold.kind == kind and hold.ended is None else hold for hold in state.holds
    )
    return state._replace(holds=tuple(holds))


def _headquarters(state: State, facts: Facts) -> Iterator[Edge]:
    """Setting up starts a natural suspension; dissolving ends the limit and leaves the suspension."""
    verb = Verb.DISSOLVE_HQ if state.hq else Verb.SET_UP_HQ
    by = _somebody(verb, facts.headquarters(), facts, new=not state.hq)
    assert by is not None
    after = state._replace(hq=not state.hq)
    if state.hq:
        after = _ended(after, "limited", facts.rank)
    elif not any(hold.kind == "natural" and hold.ended is None for hold in state.holds):
        after = _begun(after, "natural", facts.rank)
    yield Edge(state, after, "world", verb, by)


# --- One state for all that behave alike


def canonical(state: State) -> State:
    """Forgets what can no longer be asked about, puts like deliveries in order, and ranks the instants anew."""
    if is_settled(state):
        quiet = state._replace(holds=(), hq=False, word=None, out_of_hours=False, cleared=None)
        outs = tuple(Out(out.state) for out in state.outs)
        return quiet._replace(outs=tuple(sorted(outs, key=str)), decided=frozenset())
    state = _forget(state)
    return _ranked(state._replace(outs=tuple(sorted(state.outs, key=str))))


def _forget(state: State) -> State:
    if state.cleared is None:
        state = state._replace(outs=())
    since = None if state.cleared is None else state.cleared.at
    holds = tuple(
        hold
        for hold in state.holds
        if hold.ended is None or (since is not None and hold.ended > since)
    )
    outs = tuple(out if out.state in _ALIVE else Out(out.state) for out in state.outs)
    # Who has decided is asked of those who may write only.
    writers = state.decided & {person.id for person in PEOPLE if person.drafts_for}
    return state._replace(holds=holds, outs=outs, decided=writers)


def _ranked(state: State) -> State:
    instants = {hold.began for hold in state.holds} | {hold.ended for hold in state.holds}
    instants |= {out.release.at for out in state.outs if out.release}
    instants |= {state.word}
    if state.cleared:
        instants |= {state.cleared.at, state.cleared.named}
    order = sorted(instant for instant in instants if instant is not None)
    rank = {instant: place for place, instant in enumerate(order)}
    cleared = state.cleared
    return state._replace(
        holds=tuple(Hold(h.kind, rank[h.began], _of(rank, h.ended)) for h in state.holds),
        outs=tuple(
            out._replace(release=out.release._replace(at=rank[out.release.at])) if out.release else out
            for out in state.outs
        ),
        word=_of(rank, state.word),
        cleared=cleared and cleared._replace(at=rank[cleared.at], named=_of(rank, cleared.named)),
    )


def _of(rank: dict[int, int], instant: int | None) -> int | None:
    return None if instant is None else rank[instant]


def basis_of(state: State) -> Basis | None:
    return state.cleared.basis if state.cleared else None


def not_begun() -> str:
    return NOTHING


def summary() -> str:
    """One line for `make prove`."""
    walks = [walk(scenario) for scenario in Scenario.all()]
    states, edges = sum(len(found.states) for found in walks), sum(len(found.edges) for found in walks)
    return f"Reachable: {states:,} states and {edges:,} edges in {len(walks)} scenarios"
