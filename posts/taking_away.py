"""取消し of a post: what of it stands where, what the chief may order, and what became of an order. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.connections import capabilities
from accounts.facts import actor_facts, city_facts
from accounts.models import StaffMember
from posts.facts import doubt_facts
from posts.models import Delivery, Post, Withdrawal
from posts.queries import deliveries_of
from posts.ways import may_withdraw
from rules.facts import Actor, City
from rules.states import DeliveryState, Verb, WithdrawalState
from rules.workflow import available_verbs


@dataclass(frozen=True)
class Standing:
    """One delivery that went out, and the order to delete it, if there is one.

    `by_program`: the program deletes it; else people do, on the network's own page.
    """

    delivery: Delivery
    by_program: bool
    order: Withdrawal | None
    may_tell: bool

    @property
    def is_ordered(self) -> bool:
        """Still to be deleted."""
        return self.order is not None and self.order.state == WithdrawalState.ORDERED


@dataclass(frozen=True)
class TakingAway:
    """A post's deliveries that went out. `may_order`: this person may decide that some are deleted."""

    standing: Sequence[Standing]
    may_order: bool

    @property
    def open(self) -> Sequence[Standing]:
        """Those that nobody has ordered to be deleted."""
        return [row for row in self.standing if row.order is None]


def taking_away(post: Post, staff: StaffMember, *, now: datetime) -> TakingAway:
    """What the page shows."""
    actor, city = actor_facts(staff), city_facts(now)
    rows = [row for row in deliveries_of(post) if row.state == DeliveryState.ACCEPTED]
    orders = Withdrawal.objects.select_related("gone_by").in_bulk(
        [row.pk for row in rows], field_name="delivery_id"
    )
    standing = [_standing(row, orders.get(row.pk), actor, city, now) for row in rows]
    return TakingAway(standing, may_withdraw(rows, actor, city, now))


def _standing(
    delivery: Delivery, order: Withdrawal | None, actor: Actor, city: City, now: datetime
) -> Standing:
    able = bool(delivery.remote_id) and capabilities(delivery.social_account).withdraws
    return Standing(
        delivery,
        by_program=able if order is None else not order.by_hand,
        order=order,
        may_tell=Verb.TELL_GONE in available_verbs(doubt_facts(delivery), actor, city, now),
    )
