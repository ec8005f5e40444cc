"""告示のときに見直す投稿: what is scheduled in an election's period, or names who stands. Reading only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import StaffMember
from policies.models import Election
from policies.surroundings import names_in
from posts import canonical
from posts.models import Delivery, Post
from posts.queries import visible_to
from rules.calendar import day_of
from rules.states import OPEN, DeliveryState

MOST_SHOWN = 100


@dataclass(frozen=True)
class ToReview:
    """One post with what of it still waits: why it stands in the list, and where it goes."""

    post: Post
    deliveries: tuple[Delivery, ...]
    names: tuple[str, ...]
    due_at: datetime
    in_period: bool

    @property
    def is_held(self) -> bool:
        return any(delivery.state == DeliveryState.HELD for delivery in self.deliveries)

    @property
    def only_boards(self) -> bool:
        """Goes only to accounts of 選挙管理委員会, which may name who stands."""
        return all(delivery.social_account.is_election_board for delivery in self.deliveries)


def to_review(
    election: Election, staff: StaffMember, roles: Collection[str], on: date
) -> tuple[list[ToReview], int]:
    """Those this person may read, what names somebody first, then by due time; and how many others there are."""
    found = [row for row in (_judged(election, rows) for rows in _waiting()) if _concerns(row)]
    pks = [row.post.pk for row in found]
    mine = set(visible_to(staff, roles, on).filter(pk__in=pks).values_list("pk", flat=True))
    seen = sorted((row for row in found if row.post.pk in mine), key=lambda row: (not row.names, row.due_at))
    return seen, len(found) - len(seen)


def _waiting() -> list[tuple[Delivery, ...]]:
    """What still waits or is held, post by post."""
    rows = Delivery.objects.filter(state__in=OPEN).select_related(
        "post__section", "clearance__version", "social_account"
    )
    by_post: dict[int, list[Delivery]] = {}
    for row in rows.order_by("due_at", "pk"):
        by_post.setdefault(row.post_id, []).append(row)
    return [tuple(found) for found in by_post.values()]


def _judged(election: Election, deliveries: tuple[Delivery, ...]) -> ToReview:
    content = canonical.parse(deliveries[0].clearance.version.canonical)
    texts = [content.text_for(delivery.social_account_id) for delivery in deliveries]
    due_at = deliveries[0].due_at
    return ToReview(
        post=deliveries[0].post,
        deliveries=deliveries,
        names=names_in(texts, (*election.candidates, *election.parties)),
        due_at=due_at,
        in_period=election.announced_on <= day_of(due_at) <= election.polling_on,
    )


def _concerns(row: ToReview) -> bool:
    return row.in_period or bool(row.names)
