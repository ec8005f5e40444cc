"""要照合: what the program still does by itself about an unknown, and whether a person may settle it.

Reading only; sending goes by the same `course_of`, so that no screen promises what the worker does not do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.connections import BY_HAND, capabilities, destination
from platforms.base import Capabilities
from platforms.errors import NotConfigured, Unsupported, WrongAccount
from posts.addresses import shows_no_page
from posts.facts import doubt_facts, settle_from, was_taken
from posts.models import Attempt, Delivery
from rules.facts import Actor, City
from rules.states import DeliveryState, Verb
from rules.workflow import available_verbs

# Why there was no way to the network when the worker came last.
UNCONNECTED = frozenset({NotConfigured.code, Unsupported.code, WrongAccount.code})


class Course(StrEnum):
    """What the worker does about an unknown: send it again under its key, look for it, nothing."""

    SEND = "send"
    LOOK = "look"
    NONE = "none"


def course_of(delivery: Delivery, able: Capabilities, now: datetime) -> Course:
    """The same message again makes no second post; but after its time it must not become a first one.

    Our key means something only to the server and the name it was first used with.
    """
    if delivery.connection != destination(delivery.social_account):
        return Course.NONE
    if able.idempotent and delivery.latest_at >= now and _is_remembered(delivery, able, now):
        return Course.SEND
    return Course.LOOK if able.finds or able.reads_back else Course.NONE


def _is_remembered(delivery: Delivery, able: Capabilities, now: datetime) -> bool:
    """The network still knows the key: after that the same message would make a second post."""
    if able.key_lives is None:
        return True
    return delivery.key_at is not None and now < delivery.key_at + able.key_lives


def course_seen(delivery: Delivery, now: datetime) -> Course:
    """The same, without connecting: none while the worker finds no way to the network."""
    if UNCONNECTED & set(delivery.held_codes):
        return Course.NONE
    return course_of(delivery, capabilities(delivery.social_account), now)


@dataclass(frozen=True)
class Candidate:
    """A post that stands on the social account, and that nobody knows as another delivery's."""

    remote_id: str
    url: str
    text: str
    at: datetime


def candidates_of(delivery: Delivery) -> list[Candidate]:
    """Newest first."""
    return [
        Candidate(row["id"], row["url"], row["text"], datetime.fromisoformat(row["at"]))
        for row in delivery.recent
    ]


@dataclass(frozen=True)
class Unsettled:
    """One unknown with what a person needs who settles it. `settle_from` None: a call is running."""

    delivery: Delivery
    text: str
    course: Course
    is_held: bool
    settle_from: datetime | None
    sent_at: datetime
    may_settle: bool
    is_early: bool
    shows_no_page: bool

    @property
    def takers(self) -> "list[Attempt]":
        """Who had it by hand: they know before any screen does."""
        return takers_of(self.delivery) if self.delivery.social_account.connection == BY_HAND else []

    @property
    def recent(self) -> Sequence[Candidate]:
        """What stood on the account when the worker looked last; one of them may be this one."""
        return candidates_of(self.delivery)


def unsettled_of(delivery: Delivery, text: str, actor: Actor, city: City, now: datetime) -> Unsettled | None:
    """None for a delivery that is not unknown. `text` is what was sent."""
    if delivery.state != DeliveryState.UNKNOWN:
        return None
    course, arrived_at = course_seen(delivery, now), settle_from(delivery)
    return Unsettled(
        delivery=delivery,
        text=text,
        course=course,
        is_held=course == Course.SEND and bool(delivery.held_codes),
        settle_from=arrived_at,
        sent_at=max(attempt.armed_at for attempt in delivery.attempts.all()),
        may_settle=may_settle(delivery, actor, city, now),
        is_early=arrived_at is None or now < arrived_at,
        shows_no_page=shows_no_page(delivery),
    )


def may_settle(delivery: Delivery, actor: Actor, city: City, now: datetime) -> bool:
    """Whether to offer 照合する to this person."""
    if delivery.state != DeliveryState.UNKNOWN:
        return False
    return Verb.SETTLE_LIVE in available_verbs(doubt_facts(delivery), actor, city, now)


def takers_of(delivery: Delivery) -> list[Attempt]:
    """Goes of people on this delivery, the newest first: whom to ask before anything is recorded."""
    goes = delivery.attempts.filter(taken_by__isnull=False)
    return list(goes.select_related("taken_by__section").order_by("-number"))


def may_settle_after_all(delivery: Delivery, actor: Actor, city: City, now: datetime) -> bool:
    """Whether to offer やはり届いていたと記録する: of what a person had taken and nobody found."""
    if delivery.state != DeliveryState.EXPIRED or not was_taken(delivery):
        return False
    return Verb.SETTLE_AFTER_ALL in available_verbs(doubt_facts(delivery), actor, city, now)


def worst(courses: Sequence[Course]) -> Course:
    """Of several, the one that leaves most to people."""
    return max(courses, key=list(Course).index)
