"""One held delivery as whoever decides sees it: why it is held, what they may do, who was first. Reading only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from json import loads

from accounts.facts import account_facts, actor_facts, approver_people, city_facts
from accounts.models import StaffMember
from accounts.refusals import ShownReason, shown_all
from audit.queries import entries_of
from posts import canonical
from posts.facts import held_facts, post_facts, written_facts
from posts.models import Contribution, Delivery
from posts.timeline import Line, line_of
from rules import facts
from rules.asked import Asked
from rules.calendar import day_of
from rules.facts import SYSTEM, Actor, City
from rules.states import DeliveryState, Tick, Verb
from rules.workflow import Decision, Refused, available_verbs, decide

# What the chief's tick on the release settles; everything else has to be settled before.
TICK_FOR = {
    "out_of_hours": Tick.OUT_OF_HOURS,
    "calendar_unknown": Tick.OUT_OF_HOURS,
    "election_unconfirmed": Tick.ELECTION,
}
VERBS = (Verb.RELEASE, Verb.HAND_BACK, Verb.DROP)
# The words are asked for when the button is pressed; whether there is a way does not hang on them.
_WITH_REASON = Asked(reason="理由")
_ENDINGS = ("delivery.released", "delivery.dropped", "post.handed_back", "post.edited", "post.cancelled")


@dataclass(frozen=True)
class Way:
    """One of 出す・直す・やめる: whether this person may, what stands against it, what a tick would settle."""

    may: bool
    owed: Sequence[ShownReason] = ()
    ticks: Sequence[Tick] = ()

    @property
    def is_open(self) -> bool:
        return self.may and not self.owed


@dataclass(frozen=True)
class HeldCase:
    """`goes_at` is when it would go out if it were let go now; `left` says who was first, when it waits no more."""

    delivery: Delivery
    text: str
    reasons: Sequence[ShownReason]
    goes_at: datetime
    is_late: bool
    release: Way
    hand_back: Way
    drop: Way
    who: str
    left: Line | None

    @property
    def is_held(self) -> bool:
        return self.delivery.state == DeliveryState.HELD

    @property
    def is_frozen(self) -> bool:
        """The text is out on another social account: nobody can mend the post any more."""
        return any(reason.code == "text_frozen" for reason in self.hand_back.owed)

    @property
    def owed_besides(self) -> Sequence[ShownReason]:
        """What stands against 出す and does not already stand among what holds it."""
        known = {reason.code for reason in self.reasons}
        return [reason for reason in self.release.owed if reason.code not in known]

    @property
    def is_mine(self) -> bool:
        return self.release.may or self.hand_back.may or self.drop.may


def held_delivery(pk: int) -> Delivery | None:
    """The delivery with everything that deciding about it looks at, held or not any more."""
    related = ("clearance__version", "clearance__decision", "clearance__waiver", "clearance__post")
    rows = Delivery.objects.select_related(*related, "post__section", "post__drafter", "social_account")
    return rows.prefetch_related("releases").filter(pk=pk).first()


def held_case(delivery: Delivery, staff: StaffMember, *, now: datetime) -> HeldCase:
    """The case as this person sees it now; the rules say what is offered."""
    subject = held_facts(delivery, on=day_of(now), asked=Asked())
    actor, city = actor_facts(staff), city_facts(now)
    is_held = delivery.state == DeliveryState.HELD
    stops = decide(Verb.SEND, subject, SYSTEM, city, now) if is_held else None
    release = decide(Verb.RELEASE, subject, actor, city, now)
    return HeldCase(
        delivery=delivery,
        text=delivery.text,
        reasons=_still_there(stops, release) if stops else (),
        goes_at=max(delivery.due_at, now),
        is_late=delivery.due_at < now,
        release=_release(release),
        hand_back=_hand_back(delivery, actor, city, now),
        drop=_way(decide(Verb.DROP, replace(subject, asked=_WITH_REASON), actor, city, now)),
        who="、".join(person.name for person in subject.post.approvers),
        left=None if is_held else _left(delivery),
    )


def _reasons(decision: Decision) -> Sequence[ShownReason]:
    return shown_all(decision.reasons) if isinstance(decision, Refused) else ()


def _still_there(stops: Decision, release: Decision) -> Sequence[ShownReason]:
    """What was out of hours at its time need not be so any more when it is let go now."""
    gone = frozenset(TICK_FOR)
    if isinstance(release, Refused):
        gone = frozenset() if release.forbidden else gone - release.codes
    return [reason for reason in _reasons(stops) if reason.code not in gone]


def _way(decision: Decision) -> Way:
    if isinstance(decision, Refused) and (decision.forbidden or "wrong_state" in decision.codes):
        return Way(may=False)
    return Way(may=True, owed=_reasons(decision))


def _release(decision: Decision) -> Way:
    way = _way(decision)
    ticks = dict.fromkeys(TICK_FOR[reason.code] for reason in way.owed if reason.code in TICK_FOR)
    return replace(way, owed=[row for row in way.owed if row.code not in TICK_FOR], ticks=tuple(ticks))


def _hand_back(delivery: Delivery, actor: Actor, city: City, now: datetime) -> Way:
    """It is the whole post that goes back, so what has gone out elsewhere stands against it."""
    version = delivery.clearance.version
    if delivery.state != DeliveryState.HELD or delivery.clearance.voided_at:
        return Way(may=False)
    known = post_facts(delivery.post, version, on=day_of(now), verb=Verb.HAND_BACK, asked=_WITH_REASON)
    return _way(decide(Verb.HAND_BACK, known, actor, city, now))


def _left(delivery: Delivery) -> Line | None:
    """The newest entry of the record that says why it waits no more."""
    for entry in entries_of(delivery.post.stream):
        about = loads(entry.payload).get("delivery", delivery.pk)
        if entry.event in _ENDINGS and about == delivery.pk:
            return line_of(entry)
    return None


# --- many at once


def decidable(rows: Iterable[Delivery], staff: StaffMember, *, now: datetime) -> frozenset[int]:
    """Ids of the held deliveries that this person may decide about, whatever their number in a few queries.

    The rows come with `post__section`, `social_account` and `clearance__version`.
    """
    held = [row for row in rows if row.state == DeliveryState.HELD]
    if not held:
        return frozenset()
    actor, city = actor_facts(staff), city_facts(now)
    approvers = approver_people({row.post.section_id for row in held}, day_of(now))
    hands = _hands({row.post_id for row in held})
    return frozenset(
        row.pk
        for row in held
        if Verb.DROP
        in available_verbs(
            _known(row, hands.get(row.post_id, frozenset()), approvers.get(row.post.section_id, ())),
            actor,
            city,
            now,
        )
    )


def _hands(posts: set[int]) -> dict[int, frozenset[int]]:
    """Post id → the ids of everybody who wrote in it."""
    found: dict[int, frozenset[int]] = {}
    for post, staff in Contribution.objects.filter(post__in=posts).values_list("post", "staff").order_by():
        found[post] = found.get(post, frozenset()) | {staff}
    return found


def _known(
    delivery: Delivery, contributors: frozenset[int], approvers: tuple[facts.Person, ...]
) -> facts.Delivery:
    """As much of the delivery as says who may decide about it."""
    account = account_facts(delivery.social_account, policy_categories=None)
    content = canonical.parse(delivery.clearance.version.canonical)
    written = written_facts(delivery.post, content, (account,))
    post = replace(
        written,
        parent_section=delivery.post.section.parent_id,
        contributors=contributors,
        approvers=approvers,
    )
    return facts.Delivery(
        state=DeliveryState(delivery.state),
        account=account,
        post=post,
        clearance_live=delivery.clearance.voided_at is None,
        latest_at=delivery.latest_at,
        due_at=delivery.due_at,
    )
