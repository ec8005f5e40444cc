"""担当: who answers for a post that is not finished, and which such posts have nobody any more. Reading only."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.facts import drafts_for
from accounts.models import StaffMember
from posts.canonical import parse
from posts.models import Delivery, Post, Version
from rules.states import OPEN, DeliveryState, PostState

_UNFINISHED = (PostState.DRAFTING, PostState.AWAITING_APPROVAL, PostState.AWAITING_CHECK)
_ON_THE_WAY = (*OPEN, DeliveryState.ARMED, DeliveryState.UNKNOWN)


def owned_by(staff: Collection[int]) -> QuerySet[Post]:
    """Posts in their hands: still being written or decided, or cleared and not gone out everywhere."""
    on_the_way = Delivery.objects.filter(state__in=_ON_THE_WAY, clearance__voided_at__isnull=True)
    open_ = Q(state__in=_UNFINISHED) | Q(state=PostState.CLEARED, pk__in=on_the_way.values("post"))
    theirs = Q(handed_to__in=staff) | Q(handed_to__isnull=True, drafter__in=staff)
    return Post.objects.filter(open_, theirs).select_related("section", "drafter", "handed_to").order_by("pk")


def without_owner(staff: Collection[int]) -> list[Post]:
    """Of those, the ones whose owner has left or may no longer draft for all of their social accounts."""
    able: dict[int, frozenset[int]] = {}
    return [post for post in owned_by(staff) if not _is_able(post.owner, post, able)]


def _is_able(owner: StaffMember, post: Post, able: dict[int, frozenset[int]]) -> bool:
    if owner.pk not in able:
        able[owner.pk] = drafts_for(owner) if owner.is_active and not owner.is_elected else frozenset()
    version = Version.objects.get(post=post, number=post.version_no)
    targets = set(parse(version.canonical).targets)
    # A draft without targets yet asks for nothing but somebody who is here.
    return owner.is_active and targets <= able[owner.pk]
