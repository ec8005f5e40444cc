"""Short ways to act and to look at refusals, for the tests of actions. The legal road is in tests/support/cast."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from accounts.acts import ActRefused
from accounts.models import SocialAccount, StaffMember
from accounts.refusals import ShownReason, shown_all
from audit.models import Entry
from posts.actions import drafting, review
from posts.models import Post
from rules.gates import CHECKLIST
from tests.posts.raw import snapshot
from tests.support.cast import NOW, content_for, seen


@dataclass
class Refusal:
    """What was refused, filled in when it happened."""

    codes: set[str] = field(default_factory=set)
    forbidden: bool = False
    shown: list[ShownReason] = field(default_factory=list)


@contextmanager
def refused(*codes: str) -> Iterator[Refusal]:
    """Exactly these reasons; nothing but the record's own entry is written."""
    before, entries, refusal = snapshot(), Entry.objects.count(), Refusal()
    with pytest.raises(ActRefused) as caught:
        yield refusal
    reasons = caught.value.refusal.reasons
    refusal.codes, refusal.forbidden = {reason.code for reason in reasons}, caught.value.refusal.forbidden
    refusal.shown = shown_all(reasons)
    assert refusal.codes == set(codes)
    assert snapshot() == before
    assert Entry.objects.count() == entries + 1
    assert Entry.objects.latest("pk").event.endswith(".refused")


def approve(post: Post, by: StaffMember, now: datetime = NOW) -> Post:
    return review.approve(post=post, seen_digest=seen(post), by=by, now=now)


def check(post: Post, by: StaffMember, now: datetime = NOW) -> Post:
    return review.second_check(post=post, seen_digest=seen(post), ticks=CHECKLIST, by=by, now=now)


def send_back(post: Post, by: StaffMember, reason: str = "日にちがありません。") -> Post:
    return review.return_(post=post, seen_digest=seen(post), reason=reason, by=by, now=NOW)


def edit(post: Post, account: SocialAccount, by: StaffMember, **content: object) -> Post:
    post.refresh_from_db()
    values = {"text": "書き直しました。", **content}
    return drafting.edit(
        post=post,
        title=post.title,
        content=content_for(account, **values),  # type: ignore[arg-type]
        declared=True,
        by=by,
        now=NOW,
        form_no=post.form_no,
    )


def last_entry(post: Post) -> Entry:
    return Entry.objects.filter(stream=post.stream).latest("seq")
