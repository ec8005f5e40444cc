"""手作業で出すもの: what waits for people to bring it out, and one such delivery as a person sees it. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast
from guardian.models import UserObjectPermission

from accounts.connections import BY_HAND, capabilities
from accounts.facts import actor_facts, city_facts
from accounts.models import RoleAssignment, SocialAccount, StaffMember
from accounts.refusals import ShownReason, shown_all
from posts.addresses import shows_no_page
from posts.facts import delivery_facts
from posts.models import Attempt, Delivery
from posts.restrained import stops_on
from rules.calendar import day_of
from rules.facts import Reason
from rules.states import NOT_STAFF, OPEN, DeliveryState, Role, Verb
from rules.workflow import Refused, decide

MOST = 50
_WITH = ("clearance__version", "clearance__decision", "clearance__post", "post__section", "social_account")


@dataclass(frozen=True)
class HandCase:
    """One delivery: its exact text, who is at it (`go`), and why this person may not take it now (none: they may).

    `stops` are restrictions that began after this person took it: what is not out yet must not go out any more.
    """

    delivery: Delivery
    text: str
    go: Attempt | None
    is_mine: bool
    reasons: Sequence[ShownReason]
    shows_no_page: bool
    stops: Sequence[ShownReason] = ()

    @property
    def is_open(self) -> bool:
        return self.delivery.state in OPEN

    @property
    def may_take(self) -> bool:
        return self.is_open and not self.reasons


def due_by_hand(staff: StaffMember, *, now: datetime) -> QuerySet[Delivery]:
    """What is due on this person's social accounts, and what somebody is at; the oldest first."""
    if staff.employment in NOT_STAFF or staff.is_elected:
        return Delivery.objects.none()
    led = RoleAssignment.objects.in_force(day_of(now)).filter(staff=staff, role__in=[Role.CHIEF, Role.DEPUTY])
    mine = Q(post__section=staff.section_id) | Q(post__section__in=led.values("section"))
    mine |= Q(social_account__in=_drafted_for_by(staff))
    rows = Delivery.objects.filter(
        mine, social_account__connection=BY_HAND, clearance__voided_at__isnull=True
    )
    waits = Q(state__in=OPEN, due_at__lte=now) | Q(state=DeliveryState.ARMED)
    return rows.filter(waits).order_by("due_at", "pk")


def _drafted_for_by(staff: StaffMember) -> QuerySet[UserObjectPermission]:
    """Ids of the social accounts that this person may draft for, to be asked together with the deliveries."""
    given = UserObjectPermission.objects.filter(
        user=staff, permission__codename="draft", content_type__model=SocialAccount._meta.model_name
    )
    return given.annotate(account=Cast("object_pk", BigIntegerField())).values("account")


def waiting_for_hands(staff: StaffMember, *, now: datetime) -> QuerySet[Delivery]:
    """Of those, what nobody is at and nothing is known to hold, and that this person did not check themselves."""
    rows = due_by_hand(staff, now=now).filter(state__in=OPEN, handed_at__isnull=False, held_codes=[])
    return rows.exclude(clearance__basis="second_check", clearance__decision__by=staff)


def cases(rows: QuerySet[Delivery], staff: StaffMember, *, now: datetime) -> list[HandCase]:
    found = rows.select_related(*_WITH).prefetch_related("attempts__taken_by__section", "releases")[:MOST]
    return [hand_case(row, staff, now=now) for row in found]


def hand_delivery(pk: int) -> Delivery | None:
    """A delivery to an account of the kind that people bring posts out to."""
    rows = Delivery.objects.select_related(*_WITH).prefetch_related("attempts__taken_by__section", "releases")
    return rows.filter(pk=pk, social_account__connection=BY_HAND).first()


def hand_case(delivery: Delivery, staff: StaffMember, *, now: datetime) -> HandCase:
    go = next((row for row in delivery.attempts.all() if row.finished_at is None), None)
    return HandCase(
        delivery=delivery,
        text=delivery.text,
        go=go,
        is_mine=go is not None and go.taken_by_id == staff.pk,
        reasons=_against(delivery, staff, now) if delivery.state in OPEN else (),
        shows_no_page=shows_no_page(delivery),
        stops=shown_all(stops_since(delivery, now=now))
        if go is not None and go.taken_by_id == staff.pk
        else (),
    )


def stops_since(delivery: Delivery, *, now: datetime) -> Sequence[Reason]:
    """What restrictions have against it by now, as if nobody had taken it."""
    return stops_on(replace(delivery_facts(delivery, on=day_of(now)), state=DeliveryState.WAITING), now)


def _against(delivery: Delivery, staff: StaffMember, now: datetime) -> Sequence[ShownReason]:
    by_hand = capabilities(delivery.social_account).by_hand
    known = replace(delivery_facts(delivery, on=day_of(now)), by_hand=by_hand)
    decision = decide(Verb.TAKE, known, actor_facts(staff, verb=Verb.TAKE), city_facts(now), now)
    return shown_all(decision.reasons) if isinstance(decision, Refused) else ()
