"""「直しています」 and 「わたしが見ます」: noting that somebody is at a post. No act of THE TABLE, and not in the
record: it decides nothing, stops nobody, and ends by itself."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import StaffMember
from posts.models import Post, Presence
from rules.states import Doing

EDITING_LASTS = timedelta(minutes=3)
REVIEWING_LASTS = timedelta(minutes=60)


def editing(*, post: Post, by: StaffMember, now: datetime) -> None:
    """The composer is open: noted for three minutes, and again while somebody types."""
    until = now + EDITING_LASTS
    mine = Presence.objects.filter(post=post, staff=by, doing=Doing.EDITING)
    if mine.filter(until__gt=now).update(until=until):
        return
    Presence.objects.update_or_create(
        post=post, staff=by, doing=Doing.EDITING, defaults={"since": now, "until": until}
    )


def claim(*, post: Post, by: StaffMember, now: datetime) -> StaffMember | None:
    """わたしが見ます, for an hour. Taken over from whoever had it; returns them, None where nobody had."""
    with transaction.atomic():
        Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        held = Presence.objects.filter(post=post, doing=Doing.REVIEWING).select_related("staff").first()
        Presence.objects.filter(post=post, doing=Doing.REVIEWING).delete()
        Presence.objects.create(
            post=post, staff=by, doing=Doing.REVIEWING, since=now, until=now + REVIEWING_LASTS
        )
    still = held is not None and held.until > now and held.staff_id != by.pk
    return held.staff if held is not None and still else None


def let_go(*, post: Post, by: StaffMember) -> None:
    """手をはなす."""
    Presence.objects.filter(post=post, staff=by, doing=Doing.REVIEWING).delete()


def done(*, post: Post, by: StaffMember) -> None:
    """Saved, asked for or decided: nobody is at it any more for this."""
    Presence.objects.filter(post=post, staff=by).delete()
