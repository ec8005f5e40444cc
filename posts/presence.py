"""Who is at a post right now, for the others to see. Reading only; it stops nobody."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from accounts.models import StaffMember
from posts.models import Post, Presence
from rules.states import Doing


def at_post(post: Post, besides: StaffMember, now: datetime) -> list[Presence]:
    """Everybody else who is at it, whoever came first first."""
    rows = Presence.objects.filter(post=post, until__gt=now).exclude(staff=besides)
    return list(rows.select_related("staff__section").order_by("since"))


def is_reviewing(post: Post, staff: StaffMember, now: datetime) -> bool:
    return Presence.objects.filter(post=post, staff=staff, doing=Doing.REVIEWING, until__gt=now).exists()


def reviewers(posts: Iterable[Post], now: datetime) -> Mapping[int, Sequence[Presence]]:
    """Post id → who has said that they look at it, for a whole list in one query."""
    rows = Presence.objects.filter(post__in=[post.pk for post in posts], doing=Doing.REVIEWING, until__gt=now)
    found: dict[int, list[Presence]] = {}
    for row in rows.select_related("staff"):
        found.setdefault(row.post_id, []).append(row)
    return found
