"""Every state that one post with two social accounts can come into, and the acts that lead there.

A breadth-first walk over small states: instants are ranks, only their order counts. Every act is judged by the
real `decide()` over facts made from the state; what an act leaves behind follows THE TABLE's target and, for
deliveries, LEARNT. Here is the walk; what must hold on it is in `test_reachable.py`.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rules.facts import SubjectFacts
from rules.restraints import Restriction
from rules.states import DeliveryState, PostState, Subject, Verb
from rules.transitions import LEARNT, TABLE, Transition
from rules.workflow import Allowed, decide
from tests.proof import cast
from tests.proof.reach_canonical import ALIVE, ENDS, OPEN, canonical
from tests.proof.reach_facts import Facts, Hold, Out, Rel, Scenario, State

_WORKS: Final = (DeliveryState.ARMED, DeliveryState.UNKNOWN)
_LEARNT: Final = {(source, target) for source, target, _ in LEARNT}


class Edge(NamedTuple):
    """One step. `kind` is act, learnt, clock (a time passed by) or world (hours, restrictions, HQ)."""

    source: State
    target: State
    kind: str
    verb: str
    by: int
    place: int = -1


class May(NamedTuple):
    """What somebody may do, as `decide()` said."""

    row: Transition
    by: int


@dataclass
class Walk:
    """What was found in one scenario, with what `decide()` was asked on the way, so that it is asked once."""

    scenario: Scenario
    states: set[State] = field(default_factory=set)
    edges: list[Edge] = field(default_factory=list)
    asked: dict[object, tuple[May, ...]] = field(default_factory=dict)
    known: dict[State, State] = field(default_factory=dict)

    def canonical(self, state: State) -> State:
        found = self.known.get(state)
        if found is None:
            found = self.known[state] = canonical(self.scenario, state)
        return found


def walk(scenario: Scenario) -> Walk:
    """Everything that can be reached in this scenario, whoever of its writers drafts."""
    found = Walk(scenario)
    queue = deque(scenario.starts())
    found.states.update(queue)
    while queue:
        for edge in _steps(found, queue.popleft()):
            reached = edge._replace(target=found.canonical(edge.target))
            found.edges.append(reached)
            if reached.target not in found.states:
                found.states.add(reached.target)
                queue.append(reached.target)
    return found


def is_settled(state: State) -> bool:
    """The post has come to its end; only somebody's look afterwards may be missing."""
    return state.post == PostState.CANCELLED or (
        state.post == PostState.CLEARED and all(out.state in ENDS for out in state.outs)
    )


def is_end(state: State) -> bool:
    """Nothing is left to do about this post."""
    return is_settled(state) and state.review != "open"


# --- The steps from a state


def _steps(found: Walk, state: State) -> Iterator[Edge]:
    facts = Facts(found.scenario, state)
    if is_settled(state):
        yield from _review(found, state, facts)
        return
    yield from _post_acts(found, state, facts)
    for place, out in enumerate(state.outs):
        if out.state in ALIVE:
            yield from _delivery_acts(found, state, facts, place)
            yield from _learnt(state, place)
    yield from _restricting(found, state, facts)
    if found.scenario.hours:
        yield Edge(state, state._replace(out_of_hours=not state.out_of_hours), "world", "hours", 0)


def _who_may(facts: Facts, subject: SubjectFacts, *verbs: Verb, new: bool = False) -> tuple[May, ...]:
    """Everybody of the cast with everything that they may do of these verbs."""
    return tuple(
        May(decision.row, person.id)
        for verb in verbs
        for person in facts.people
        if isinstance(decision := decide(verb, subject, person, cast.CITY, facts.now, new=new), Allowed)
    )


def _verbs(subject: Subject, state: str) -> tuple[Verb, ...]:
    return tuple(row.verb for row in TABLE if row.subject == subject and state in row.sources)


def _post_acts(found: Walk, state: State, facts: Facts) -> Iterator[Edge]:
    states = tuple(out.state for out in state.outs)
    question = (state._replace(outs=()), states)
    if question not in found.asked:
        found.asked[question] = _who_may(facts, facts.post, *_verbs(Subject.POST, state.post))
    for row, by in found.asked[question]:
        yield Edge(state, _after_post_act(state, facts, row, by), "act", row.verb, by)


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
    assert all((out.state, end) in _LEARNT for out in state.outs if out.state in OPEN)
    return tuple(Out(end) if out.state in OPEN else out for out in state.outs)


def _cleared(state: State, facts: Facts, verb: Verb, by: int) -> State:
    waived = verb == Verb.SEND_IN_EMERGENCY
    waiting = Out(DeliveryState.WAITING)
    return state._replace(
        cleared=facts.clearance_in_prospect(verb, by),
        decided=state.decided if waived else state.decided | {by},
        outs=(waiting,) * len(facts.accounts),
        review="open" if waived else state.review,
    )


def _delivery_acts(found: Walk, state: State, facts: Facts, place: int) -> Iterator[Edge]:
    out = state.outs[place]
    question = (state._replace(outs=(out,)), found.scenario.wide or place)
    if question not in found.asked:
        verbs = _verbs(Subject.DELIVERY, out.state)
        found.asked[question] = _who_may(facts, facts.delivery(place), *verbs)
    for row, by in found.asked[question]:
        release = out.release
        if row.verb == Verb.RELEASE:
            release = Rel(facts.rank, by in facts.chiefs, facts.ticked)
        after = Out(DeliveryState(str(row.target)), release)
        yield Edge(state, _with_out(state, place, after), "act", row.verb, by, place)
    stopped = all(row.verb != Verb.SEND for row, _ in found.asked[question])
    if stopped and out.state == DeliveryState.WAITING:
        held = out._replace(state=DeliveryState.HELD)
        yield Edge(state, _with_out(state, place, held), "learnt", "held", 0, place)


def _with_out(state: State, place: int, out: Out) -> State:
    return state._replace(outs=(*state.outs[:place], out, *state.outs[place + 1 :]))


def _learnt(state: State, place: int) -> Iterator[Edge]:
    """The network's answers, and the clock on what waits."""
    out = state.outs[place]
    for source, target, _ in LEARNT:
        after = _with_out(state, place, Out(target, out.release))
        if source == out.state and source in _WORKS:
            yield Edge(state, after, "learnt", "answer", 0, place)
        elif source == out.state and target == DeliveryState.EXPIRED:
            yield Edge(state, after, "clock", "late", 0, place)


def _review(found: Walk, state: State, facts: Facts) -> Iterator[Edge]:
    """Whoever may look at a waiver afterwards."""
    if state.review != "open":
        return
    question = ("review", state.contributors)
    if question not in found.asked:
        found.asked[question] = _who_may(facts, facts.review(), Verb.REVIEW_AFTERWARDS)
    for row, by in found.asked[question]:
        yield Edge(state, state._replace(review="done"), "act", row.verb, by)


# --- Restrictions and headquarters. Who it is leaves no trace in the state, so the first who may is taken.

_STARTS = {
    "natural": Verb.SUSPEND_POSTING,
    "scandal": Verb.SUSPEND_POSTING,
    "limited": Verb.LIMIT_TO_DISASTER,
    "flaming": Verb.START_FLAMING,
}
_STOPS = {
    "natural": Verb.LIFT,
    "scandal": Verb.LIFT,
    "limited": Verb.END_LIMIT,
    "flaming": Verb.END_FLAMING,
}


def _restricting(found: Walk, state: State, facts: Facts) -> Iterator[Edge]:
    for kind in found.scenario.kinds:
        running = _running(state, kind)
        verb = (_STOPS if running else _STARTS)[kind]
        question = (verb, kind, tuple(hold.kind for hold in state.holds if hold.ended is None), state.hq)
        if question not in found.asked:
            subject: Restriction = facts.restriction(kind, running)
            found.asked[question] = _who_may(facts, subject, verb, new=running is None)
        if found.asked[question]:
            after = _ended(state, kind, facts.rank) if running else _begun(state, kind, facts.rank)
            yield Edge(state, after, "world", verb, found.asked[question][0].by)
    if "limited" in found.scenario.kinds:
        yield from _headquarters(found, state, facts)


def _running(state: State, kind: str) -> Hold | None:
    return next((hold for hold in state.holds if hold.kind == kind and hold.ended is None), None)


def _begun(state: State, kind: str, rank: int) -> State:
    """A new one takes the place of an ended one of its kind: that one asks for nothing that it does not ask."""
    others = tuple(hold for hold in state.holds if hold.kind != kind)
    return state._replace(holds=(*others, Hold(kind, rank, None)))


def _ended(state: State, kind: str, rank: int) -> State:
    return state._replace(
        holds=tuple(
            hold._replace(ended=rank) if hold.kind == kind and hold.ended is None else hold
            for hold in state.holds
        )
    )


def _headquarters(found: Walk, state: State, facts: Facts) -> Iterator[Edge]:
    """Setting up starts a natural suspension; dissolving ends the limit and leaves the suspension."""
    verb = Verb.DISSOLVE_HQ if state.hq else Verb.SET_UP_HQ
    if verb not in found.asked:
        found.asked[verb] = _who_may(facts, facts.headquarters(), verb, new=not state.hq)
    after = state._replace(hq=not state.hq)
    if state.hq:
        after = _ended(after, "limited", facts.rank)
    elif not _running(state, "natural"):
        after = _begun(after, "natural", facts.rank)
    yield Edge(state, after, "world", verb, found.asked[verb][0].by)
