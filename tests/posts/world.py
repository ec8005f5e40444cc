"""A committed world for raw SQL: one post in each situation, each brought there by the legal road."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest.mock import patch

from django.core.management import call_command

from accounts.models import SocialAccount
from platforms.errors import OutcomeUnknown, Refused
from policies.actions import lists, restricting
from policies.models import Urgency
from posts.actions import afterwards, confirming, drafting, emergency, review, sending, withdrawing
from posts.actions import held as held_acts
from posts.actions.arming import arm
from posts.models import Delivery, Post
from rules.states import How
from tests.posts.world_kept import Kept, make_kept
from tests.sending.stubs import Stub, connected, way
from tests.support.cast import (
    NOW,
    Cast,
    approved,
    checked,
    content_for,
    drafted,
    make_account,
    make_cast,
    seen,
    submitted,
)
from tests.support.database import without_triggers
from tests.support.restricting import INFORMATION, disaster_claim, place, suspend

LATER = NOW + timedelta(minutes=1)


@dataclass
class World:
    cast: Cast
    kanko: SocialAccount
    machi: SocialAccount
    kura: SocialAccount
    sent: Post
    gone: Post
    standing: Post
    waiting: Post
    drafting: Post
    submitted: Post
    returned: Post
    checked: Post
    voided: Post
    unknown: Post
    armed: Post
    rejected: Post
    cancelled: Post
    waived: Post
    reviewed: Post
    worded: Post
    held: Post
    released: Post
    kept: Kept

    def delivery(self, name: str) -> Delivery:
        return getattr(self, name).deliveries.order_by("pk").first()


def make_world() -> World:
    with patch("posts.actions.review.nudge"):
        return _make_world()


def _make_world() -> World:
    cast = make_cast()
    kanko = make_account(cast)
    machi = _account(cast, "町並み保存会（LINE）", "machinami")
    kura = _account(cast, "くらしの情報（LINE）", "kurashi")
    michi = _account(cast, "道の情報（LINE）", "michi")
    sora = _account(cast, "空の情報（LINE）", "sora")
    held, released = _held(cast, michi)
    tomorrow = {"due_at": NOW + timedelta(days=1)}
    world = World(
        cast,
        kanko,
        machi,
        kura,
        sent=approved(cast, kanko),
        gone=approved(cast, kanko),
        standing=approved(cast, kanko),
        waiting=approved(cast, kanko, machi, **tomorrow),
        drafting=_written_by_two(cast, kanko),
        submitted=submitted(cast, kanko, **tomorrow),
        returned=_returned(cast, kanko),
        checked=checked(cast, kanko, **tomorrow),
        voided=_voided(cast, kanko),
        unknown=approved(cast, kura),
        armed=approved(cast, machi),
        rejected=approved(cast, kanko),
        cancelled=_cancelled(cast, kanko),
        waived=_waived(cast, sora),
        reviewed=_reviewed(cast, sora),
        worded=_worded(cast, kanko),
        held=held,
        released=released,
        kept=make_kept(cast, kanko),
    )
    _send(world)
    return world


def _account(cast: Cast, name: str, handle: str) -> SocialAccount:
    url = f"https://line.example/{handle}"
    return make_account(cast, name, network="line", handle=handle, url=url)


def _written_by_two(cast: Cast, account: SocialAccount) -> Post:
    post = drafted(cast, account)
    return _edited(cast, post, account, by="tanaka")


def _edited(cast: Cast, post: Post, account: SocialAccount, *, by: str) -> Post:
    post.refresh_from_db()
    return drafting.edit(
        post=post,
        title=post.title,
        content=content_for(account, text="書き直しました。"),
        declared=True,
        by=getattr(cast, by),
        now=LATER,
        form_no=post.form_no,
    )


def _returned(cast: Cast, account: SocialAccount) -> Post:
    post = submitted(cast, account)
    return review.return_(
        post=post, seen_digest=seen(post), reason="日にちがありません。", by=cast.suzuki, now=LATER
    )


def _voided(cast: Cast, account: SocialAccount) -> Post:
    return _edited(cast, approved(cast, account), account, by="sato")


def _cancelled(cast: Cast, account: SocialAccount) -> Post:
    return review.cancel(post=approved(cast, account), reason="中止になりました。", by=cast.sato, now=LATER)


def _held(cast: Cast, account: SocialAccount) -> tuple[Post, Post]:
    """Two that a suspension caught; it is over, and one was let go by name."""
    posts = [approved(cast, account, due_at=NOW + timedelta(days=1)) for _ in range(2)]
    row = suspend(cast, now=NOW, where=place(cast, account))
    assert held_acts.freeze(restriction=row, now=NOW) == 2
    restricting.lift(
        restriction=row, words="再開する。", consulted=[cast.tanaka.pk], by=cast.suzuki, now=LATER
    )
    with patch("posts.actions.held.nudge"):
        held_acts.release(
            delivery=posts[1].deliveries.get(),
            ticks=[],
            reason="日にちは変わらない。",
            by=cast.suzuki,
            now=LATER,
        )
    return posts[0], posts[1]


def _waived(cast: Cast, account: SocialAccount) -> Post:
    """緊急発信, for an urgency that the city lists."""
    urgency = Urgency.objects.first() or lists.list_urgency(label="断水", by=cast.suzuki, now=NOW)
    post = drafted(cast, account, claim=disaster_claim(), **INFORMATION)
    with patch("posts.actions.emergency.nudge"):
        return emergency.send(
            post=post,
            seen_digest=seen(post),
            urgency=urgency.pk,
            reason="水が止まっている。",
            by=cast.sato,
            now=NOW,
        )


def _reviewed(cast: Cast, account: SocialAccount) -> Post:
    """The same, looked at afterwards."""
    post = _waived(cast, account)
    review_row = post.clearances.get().review
    afterwards.finish(review=review_row, was_right=True, words="事実のとおり。", by=cast.suzuki, now=LATER)
    return post


def _worded(cast: Cast, account: SocialAccount) -> Post:
    """The chief's word, twice: one ratified, one only written down."""
    post = drafted(cast, account)
    word = confirming.Word(chief=cast.suzuki.pk, confirmed_at=NOW, how=How.PHONE, words="出してよい")
    with patch("posts.actions.confirming.nudge"):
        for _ in range(2):
            confirming.record(post=post, seen_digest=seen(post), word=word, by=cast.sato, now=NOW)
        first = post.confirmations.order_by("pk")[0]
        confirming.ratify(confirmation=first, by=cast.suzuki, now=LATER)
    return post


def _send(world: World) -> None:
    """`sent` is accepted, `rejected` refused, `unknown` doubtful; `armed` is on its way."""

    def clock() -> datetime:
        return LATER

    for name, answers in (
        ("sent", []),
        ("gone", []),
        ("standing", []),
        ("rejected", [Refused("長すぎます")]),
        ("unknown", [OutcomeUnknown("返事がありません")]),
    ):
        with connected(Stub(answers)):
            sending.send(world.delivery(name).pk, clock=clock)
    _withdraw(world)
    armed = world.delivery("armed")
    assert arm(armed.pk, way(Stub(), armed), now=LATER) is not None


def _withdraw(world: World) -> None:
    """The chief has ordered that `sent` is deleted; `gone`, which was ordered away, too, is gone by now."""
    with patch("posts.actions.withdrawing.nudge"):
        for name in ("sent", "gone"):
            withdrawing.withdraw(
                delivery=world.delivery(name), reason="誤りがあった。", by=world.cast.suzuki, now=LATER
            )
        withdrawing.tell_gone(
            delivery=world.delivery("gone"), seen="画面で消した。", by=world.cast.sato, now=LATER
        )


@contextmanager
def committed_world() -> Iterator[World]:
    """The world, and empty tables afterwards."""
    try:
        yield make_world()
    finally:
        with without_triggers():
            call_command("flush", verbosity=0, interactive=False)
