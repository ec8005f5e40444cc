"""What must hold on every state and every step of a walk, in words of its own: ranks and names, no rule's code.

Each function yields the faults that it finds, as sentences; nothing means that the walk is sound.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from rules.states import Basis, DeliveryState, PostState, Verb
from tests.proof.reach import Edge, Walk, is_end, is_settled
from tests.proof.reach_facts import CHIEF, DEPUTY, PARENT, WORKER, Cleared, Hold, Out, Scenario, State

_MAY_BE_LIVE = (DeliveryState.ARMED, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)
_OVER = (DeliveryState.ACCEPTED, DeliveryState.DROPPED)


def _arming(found: Walk) -> Iterator[tuple[Edge, Out, Cleared]]:
    """Every step on which something is armed, with its delivery and the clearance behind it."""
    for edge in found.edges:
        if edge.verb == Verb.SEND:
            assert edge.source.cleared is not None
            yield edge, edge.source.outs[edge.place], edge.source.cleared


def armed_without_clearance(found: Walk) -> Iterator[str]:
    """Nothing is armed without a live clearance on a basis that this post may have, and only by the worker."""
    allowed = {Basis.APPROVAL} if found.scenario.bearing == "statement" else set(Basis)
    for edge in found.edges:
        if edge.verb == Verb.SEND:
            cleared = edge.source.cleared
            sound = edge.source.post == PostState.CLEARED and cleared is not None and cleared.basis in allowed
            if not sound or edge.by != WORKER.id:
                yield f"armed without a clearance: {edge}"


def armed_while_held(found: Walk) -> Iterator[str]:
    """Nothing is armed while a restriction holds it, nor after one that did, without a release by name."""
    for edge, out, cleared in _arming(found):
        if found.scenario.wide or edge.place == 0:
            for hold in _speaking(edge.source, out, cleared):
                if _holds(found.scenario, edge.source, hold, out, cleared):
                    yield f"armed under {hold}: {edge}"


def _speaking(state: State, out: Out, cleared: Cleared) -> list[Hold]:
    """Those in force (the limit alone, besides flaming), and those ended since without a release after that."""
    running = [hold for hold in state.holds if hold.ended is None]
    if any(hold.kind == "limited" for hold in running):
        running = [hold for hold in running if hold.kind in ("limited", "flaming")]
    released = -1 if out.release is None else out.release.at
    ended = [
        hold
        for hold in state.holds
        if hold.ended is not None and cleared.at < hold.ended and released < hold.ended
    ]
    return running + ended


def _holds(scenario: Scenario, state: State, hold: Hold, out: Out, cleared: Cleared) -> bool:
    """Whether this kind catches this post on this basis: the decision table in the walk's own words."""
    approved = cleared.basis == Basis.APPROVAL
    information = scenario.bearing == "information"
    if hold.kind == "natural":
        return not information
    if hold.kind == "limited":
        related = scenario.bearing == "related" and cleared.basis != Basis.WAIVER
        return not (information or related)
    if hold.kind == "flaming":
        released = out.release is not None and out.release.by_chief and out.release.at > hold.began
        by_chief = approved and ((cleared.by_chief and cleared.at > hold.began) or released)
        return not (information or by_chief)
    since = approved and cleared.at > hold.began
    if information:
        return not (since or (state.word is not None and state.word > hold.began))
    return not (scenario.bearing == "statement" and since and cleared.named == hold.began)


def armed_out_of_hours(found: Walk) -> Iterator[str]:
    """Nothing is armed out of hours without the chief's tick, on an approval or a release, or the chief's word."""
    for edge, out, cleared in _arming(found):
        ticked = cleared.ticked and cleared.basis == Basis.APPROVAL
        released = out.release is not None and out.release.ticked
        theirs = edge.source.out_of_hours and (found.scenario.wide or edge.place == 0)
        if theirs and not (ticked or released or edge.source.word is not None):
            yield f"armed out of hours: {edge}"


_DECIDING = (Verb.APPROVE, Verb.SECOND_CHECK, Verb.RELEASE, Verb.REVIEW_AFTERWARDS)


def decided_by_somebody_with_a_part(found: Walk) -> Iterator[str]:
    """Nobody clears, releases or looks afterwards at what they touched; a waiver opens a review."""
    for edge in found.edges:
        if edge.verb in _DECIDING and edge.by in edge.source.contributors:
            yield f"decided by a contributor: {edge}"
        if edge.verb == Verb.SEND_IN_EMERGENCY and edge.target.review != "open":
            yield f"waived without a review: {edge}"


def decided_without_office(found: Walk) -> Iterator[str]:
    """Chief or deputy approve and release; the parent's chief when all of them have a part in it, or, while criticism
    floods in over it, when the chief has."""
    offices = {CHIEF.id, *([DEPUTY.id] if found.scenario.deputy else [])}
    for edge in found.edges:
        if edge.verb in (Verb.APPROVE, Verb.RELEASE):
            burning = _burns(found.scenario, edge) and CHIEF.id in edge.source.contributors
            stands_in = edge.by == PARENT.id and (burning or offices <= edge.source.contributors)
            if edge.by not in offices and not stands_in:
                yield f"decided without an office: {edge}"


def _burns(scenario: Scenario, edge: Edge) -> bool:
    """Flaming weighs on what is decided about: the post, or the one delivery."""
    reached = scenario.wide or edge.place != 1
    return reached and any(hold.kind == "flaming" and hold.ended is None for hold in edge.source.holds)


def waived_without_emergency(found: Walk) -> Iterator[str]:
    """A waiver wants a listed urgency; disaster information, or an emergency declared for every account it goes to."""
    everywhere = found.scenario.wide or found.scenario.accounts == 1
    for edge in found.edges:
        if edge.verb == Verb.SEND_IN_EMERGENCY and not found.scenario.listed_urgency:
            natural = any(hold.kind == "natural" and hold.ended is None for hold in edge.source.holds)
            declared = edge.source.hq or (natural and everywhere)
            if not (declared and found.scenario.bearing == "information"):
                yield f"waived without an emergency: {edge}"


def changed_what_may_be_live(found: Walk) -> Iterator[str]:
    """What may be out there is not edited, and what has ended goes nowhere any more."""
    for edge in found.edges:
        live = any(out.state in _MAY_BE_LIVE for out in edge.source.outs)
        if edge.verb in (Verb.EDIT, Verb.HAND_BACK) and (live or edge.target.cleared or edge.target.outs):
            yield f"edited what may be live, or kept its clearance: {edge}"
        if edge.place >= 0 and edge.source.outs[edge.place].state in _OVER:
            yield f"moved what has ended: {edge}"


# --- No dead ends


def without_a_way_on(found: Walk) -> Iterator[str]:
    """In every state that is no end somebody has an act that leads on, or the worker has an answer to come."""
    onward = (edge for edge in found.edges if edge.kind == "act" or edge.verb == "answer")
    lead_on = {edge.source for edge in onward if edge.target != edge.source}
    stuck = (state for state in found.states if not is_end(state) and state not in lead_on)
    yield from (f"nobody can do anything: {state}" for state in stuck)


def without_an_end(found: Walk) -> Iterator[str]:
    """From every state an end is reached by acts and answers alone, whatever is restricted, at any hour."""
    ends = {state for state in found.states if is_end(state)}
    reaching = _reaching(found, ends, lambda edge: edge.kind in ("act", "learnt"))
    yield from (f"no end in sight: {state}" for state in found.states - reaching)


def without_a_way_out_to_the_public(found: Walk) -> Iterator[str]:
    """As long as nothing of it was dropped, it can still be published: a restriction that ends buries nothing."""
    published = {state for state in found.states if _is_published(state)}
    reaching = _reaching(found, published, lambda edge: edge.kind != "clock")
    for state in found.states - reaching:
        dropped = any(out.state == DeliveryState.DROPPED for out in state.outs)
        if not (is_settled(state) or dropped):
            yield f"can never be published: {state}"


def _is_published(state: State) -> bool:
    return bool(state.outs) and all(out.state == DeliveryState.ACCEPTED for out in state.outs)


def _reaching(found: Walk, goals: set[State], counts: Callable[[Edge], bool]) -> set[State]:
    """The states from which a goal can be reached over the edges that count."""
    before: dict[State, list[State]] = defaultdict(list)
    for edge in found.edges:
        if counts(edge):
            before[edge.target].append(edge.source)
    reaching, waiting = set(goals), list(goals)
    while waiting:
        for state in before[waiting.pop()]:
            if state not in reaching:
                reaching.add(state)
                waiting.append(state)
    return reaching


INVARIANTS: Final[tuple[Callable[[Walk], Iterator[str]], ...]] = (
    armed_without_clearance,
    armed_while_held,
    armed_out_of_hours,
    decided_by_somebody_with_a_part,
    decided_without_office,
    waived_without_emergency,
    changed_what_may_be_live,
    without_a_way_on,
    without_an_end,
    without_a_way_out_to_the_public,
)
