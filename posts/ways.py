"""できること: the ways on from a post, for one person. The rules say which; nothing is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.facts import city_facts
from posts.facts import held_facts, post_facts
from posts.models import Delivery, Post, Version
from posts.queries import deliveries_of
from rules import facts
from rules.calendar import day_of
from rules.facts import Actor
from rules.states import MAY_BE_LIVE, OPEN, DeliveryState, PostState, Role, Verb
from rules.workflow import Allowed, available_verbs, decide

# Nobody is mending it: what is mended goes out by itself once it is cleared again.
_AT_REST = frozenset({PostState.CLEARED, PostState.CANCELLED})
# What never reached its social account and is not on its way there any more.
_LEFT_BEHIND = frozenset({DeliveryState.EXPIRED, DeliveryState.REJECTED, DeliveryState.DROPPED})
# The reason is asked for when the way is gone; whether there is a way does not hang on it.
_WITH_REASON = facts.Asked(reason="理由")


@dataclass(frozen=True)
class Ways:
    """Each True where this person may go that way now; the screens offer exactly these."""

    edit: bool
    take_back: bool
    cancel: bool
    approve: bool
    check: bool
    correct: bool
    rest: bool
    emergency: bool = False
    withdraw: bool = False

    def __bool__(self) -> bool:
        return any(vars(self).values())


def ways_from(post: Post, version: Version, actor: Actor, *, now: datetime) -> Ways:
    """Gathers what `ways` looks at."""
    return ways(post_facts(post, version, on=day_of(now)), actor, deliveries_of(post), now=now)


def ways(subject: facts.Post, actor: Actor, deliveries: Sequence[Delivery], *, now: datetime) -> Ways:
    """`subject` as the rules see the post with its current version, `deliveries` all that are not superseded."""
    city = city_facts(now)
    offered = available_verbs(subject, actor, city, now)
    allowed = {
        verb
        for verb in (Verb.EDIT, Verb.CANCEL)
        if isinstance(decide(verb, replace(subject, asked=_WITH_REASON), actor, city, now), Allowed)
    }
    again = isinstance(decide(Verb.DRAFT, replace(subject, id=0), actor, city, now, new=True), Allowed)
    return Ways(
        edit=Verb.EDIT in allowed,
        take_back=Verb.TAKE_BACK in offered,
        cancel=Verb.CANCEL in allowed,
        approve=Verb.APPROVE in offered,
        check=Verb.SECOND_CHECK in offered,
        correct=again and has_gone_out(deliveries),
        rest=again and is_left_behind(subject.state, deliveries) and not subject.continued,
        withdraw=has_gone_out(deliveries) and may_withdraw(deliveries, actor, city, now),
        emergency=Verb.SEND_IN_EMERGENCY in offered and subject.claim is not None,
    )


def may_withdraw(deliveries: Sequence[Delivery], actor: Actor, city: facts.City, now: datetime) -> bool:
    """Whether to offer 取り消す: asked of one delivery that went out, since all are of one section."""
    out = [row for row in deliveries if row.state == DeliveryState.ACCEPTED]
    if not out or not any(held.role in (Role.CHIEF, Role.DEPUTY) for held in actor.roles):
        return False
    subject = held_facts(out[0], on=day_of(now), asked=facts.Asked())
    return Verb.WITHDRAW in available_verbs(subject, actor, city, now)


def has_gone_out(deliveries: Sequence[Delivery]) -> bool:
    """mima:7-1: something is live, so an error in it is put right by a correction."""
    return any(delivery.state == DeliveryState.ACCEPTED for delivery in deliveries)


def is_left_behind(state: str, deliveries: Sequence[Delivery]) -> bool:
    """Some social account was not reached, and nothing of the post in this state can still go out by itself."""
    states = {DeliveryState(delivery.state) for delivery in deliveries}
    moving = OPEN | (MAY_BE_LIVE - {DeliveryState.ACCEPTED})
    return state in _AT_REST and bool(states & _LEFT_BEHIND) and not states & moving
