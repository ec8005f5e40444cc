"""保留: holding what a restriction catches, and letting it go by name: 出す・直す・やめる, each delivery on its own."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from accounts.acts import Deed, perform
from accounts.models import StaffMember
from policies.city_facts import chiefs_of
from policies.models import Restriction
from policies.queries import accounts_under
from posts.actions.arming import hold, locked_delivery
from posts.actions.cases import CaseFile, act
from posts.actions.clearing import too_late_after, void_clearance
from posts.actions.nudge import nudge
from posts.canonical import parse
from posts.facts import held_facts, sending_facts
from posts.models import Decision, Delivery, Post, Release
from posts.restrained import stops_on
from rules.asked import Asked
from rules.calendar import day_of
from rules.states import OPEN, DeliveryState, Verb
from rules.transitions import Transition

Write = Callable[["HeldFile", Transition], Mapping[str, object]]


@dataclass(frozen=True)
class HeldFile:
    """A locked delivery that somebody decides about."""

    delivery: Delivery


def freeze(*, now: datetime, restriction: Restriction | None = None) -> int:
    """Hold at once, with its reason, whatever waits and is caught; how many were. Nothing is sent or let go.

    The worker would find the same in the last instant; this is so that schedules show it. `restriction`
    narrows the search to what lies under it, also after its end.
    """
    caught = _caught(_open_under(restriction), now)
    return sum(_hold_again(pk, now) for pk in caught)


def release(
    *, delivery: Delivery, ticks: Collection[str], reason: str, by: StaffMember, now: datetime
) -> Delivery:
    """出す: this one, now or at its time. Refuses contributors, people not in office, and what still stands."""
    asked = Asked(reason=reason, ticks=frozenset(ticks))

    def write(held: HeldFile, row: Transition) -> Mapping[str, object]:
        _let_go(held.delivery, asked, by, now)
        return {**_said(held.delivery), "ticks": sorted(asked.ticks), "reason": reason.strip()}

    return _decide(Verb.RELEASE, delivery, asked, write, by, now)


def drop(*, delivery: Delivery, reason: str, by: StaffMember, now: datetime) -> Delivery:
    """やめる: it does not go out there any more. Refuses people not in office, and no reason."""
    asked = Asked(reason=reason)

    def write(held: HeldFile, row: Transition) -> Mapping[str, object]:
        held.delivery.state, held.delivery.problem = DeliveryState.DROPPED, reason.strip()
        held.delivery.save(update_fields=["state", "problem"])
        return {**_said(held.delivery), "reason": reason.strip()}

    return _decide(Verb.DROP, delivery, asked, write, by, now)


def hand_back(*, post: Post, reason: str, by: StaffMember, now: datetime) -> Post:
    """直しに戻す: the whole post goes back to who wrote it. Refuses no reason, and text that has gone out."""
    asked = Asked(reason=reason)

    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        void_clearance(case.post, now=now)
        Decision.objects.create(
            post=case.post,
            version=case.version,
            verb=Verb.RETURN,
            by=by,
            at=now,
            office=by.with_title,
            reason=reason.strip(),
        )
        case.move_to(row.target, waiting_since=None)
        return {"version": case.version.number, "reason": reason.strip()}

    return act(Verb.HAND_BACK, post, write, by=by, now=now, asked=asked)


def _decide(
    verb: Verb,
    delivery: Delivery,
    asked: Asked,
    write: Write,
    by: StaffMember,
    now: datetime,
) -> Delivery:
    deed = Deed(
        verb,
        lambda: HeldFile(locked_delivery(delivery.pk)),
        lambda held: held_facts(held.delivery, on=day_of(now), asked=asked),
        write,
        lambda held: held.delivery.post.stream,
        lambda held: nudge(),
    )
    return perform(deed, by=by, now=now).delivery


def _let_go(delivery: Delivery, asked: Asked, by: StaffMember, now: datetime) -> None:
    """A new limit of lateness begins with the release, unless the drafter set one."""
    Release.objects.create(
        delivery=delivery,
        by=by,
        at=now,
        office=by.with_title,
        as_chief=by.pk in chiefs_of(delivery.post.section, day_of(now)),
        ticks=sorted(asked.ticks),
        reason=asked.reason.strip(),
    )
    starts_at = max(delivery.due_at, now)
    own_limit = parse(delivery.clearance.version.canonical).latest_at
    delivery.latest_at = own_limit or too_late_after(delivery.social_account, starts_at)
    delivery.state, delivery.next_try_at = DeliveryState.WAITING, starts_at
    delivery.held_codes, delivery.problem = [], ""
    delivery.save(update_fields=["state", "latest_at", "next_try_at", "held_codes", "problem"])


def _said(delivery: Delivery) -> dict[str, object]:
    return {"delivery": delivery.pk, "account": delivery.social_account.name}


# --- freezing


def _open_under(restriction: Restriction | None) -> list[Delivery]:
    """What could still go out on the accounts under it; without one, only what does not stand still yet."""
    states = OPEN if restriction else (DeliveryState.WAITING,)
    rows = Delivery.objects.filter(
        state__in=states, clearance__voided_at__isnull=True, social_account__in=accounts_under(restriction)
    )
    related = ("clearance__version", "clearance__decision", "clearance__post", "post", "social_account")
    return list(rows.select_related(*related).prefetch_related("releases").order_by("clearance", "pk"))


def _caught(rows: Sequence[Delivery], now: datetime) -> list[int]:
    """Ids of those that a restriction holds otherwise than they say already, judged clearance by clearance."""
    found: list[int] = []
    for _, group in groupby(rows, key=lambda row: row.clearance_id):
        deliveries = list(group)
        for delivery, subject in zip(deliveries, sending_facts(deliveries, on=day_of(now)), strict=True):
            codes = sorted({reason.code for reason in stops_on(subject, now)})
            if codes and codes != delivery.held_codes:
                found.append(delivery.pk)
    return found


def _hold_again(delivery_id: int, now: datetime) -> bool:
    """Under lock, judged anew: in between it may have been sent, edited or let go."""
    with transaction.atomic(durable=True):
        delivery = locked_delivery(delivery_id)
        if delivery.state not in OPEN:
            return False
        reasons = stops_on(sending_facts([delivery], on=day_of(now))[0], now)
        if reasons:
            hold(delivery, reasons, now=now)
        return bool(reasons)
