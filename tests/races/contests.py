"""The five races: what two people press at once, and what must never come of it. One new post per repetition."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from accounts.models import SocialAccount, StaffMember
from policies.actions import restricting
from policies.models import Restriction
from posts.actions import drafting, review, sending
from posts.models import Attempt, Clearance, Contribution, Decision, Delivery, Post
from rules.gates import CHECKLIST
from rules.states import MAY_BE_LIVE, OPEN, Cause, Trigger
from tests.races.pairs import Act, Pair
from tests.support import restricting as road
from tests.support.cast import NOW, Cast, approved, claimed, content_for, public_claim, seen, submitted


@dataclass
class Ground:
    """The committed cast of a race, with a clock that goes on a second at a time."""

    cast: Cast
    account: SocialAccount
    ticks: Iterator[int] = field(default_factory=count)

    def now(self) -> datetime:
        return NOW + timedelta(seconds=next(self.ticks))


@dataclass(frozen=True)
class Result:
    """What both were told, and what escaped (nothing, it is to be hoped)."""

    said: tuple[str, ...]
    escapes: tuple[str, ...] = ()


Contest = Callable[[Ground, Pair, int], Result]


# --- two deciders


def two_deciders(ground: Ground, pair: Pair, turn: int) -> Result:
    """Chief and deputy decide on one post: both approve, or one approves what the other returns."""
    cast, now = ground.cast, ground.now()
    post = submitted(cast, ground.account, now=now)
    digest = seen(post)
    if turn % 3:
        second = _approving(post, digest, cast.fujimoto, now)
    else:
        second = _returning(post, digest, cast.fujimoto, now)
    said = pair.press(_approving(post, digest, cast.suzuki, now), second, turn)
    return Result(("approve", said[0], "return" if turn % 3 == 0 else "approve", said[1]), _decided(post))


def _approving(post: Post, digest: str, by: StaffMember, now: datetime) -> Act:
    return lambda: review.approve(post=post, seen_digest=digest, by=by, now=now)


def _returning(post: Post, digest: str, by: StaffMember, now: datetime) -> Act:
    return lambda: review.return_(post=post, seen_digest=digest, reason="日付", by=by, now=now)


def _decided(post: Post) -> tuple[str, ...]:
    """One decision; a clearance with one delivery exactly when the post is cleared."""
    post.refresh_from_db()
    counts = (
        Decision.objects.filter(post=post).count(),
        Clearance.objects.filter(post=post).count(),
        Delivery.objects.filter(post=post).count(),
    )
    wanted = (1, 1, 1) if post.state == "cleared" else (1, 0, 0)
    return () if counts == wanted else (f"{post.state} with decisions, clearances, deliveries {counts}",)


# --- edit against approve


def edit_against_approve(ground: Ground, pair: Pair, turn: int) -> Result:
    """The author saves another text while the chief approves the one before her."""
    cast, now = ground.cast, ground.now()
    post = submitted(cast, ground.account, now=now)
    digest = seen(post)
    rewrite = _rewriting(post, ground, cast.sato) if turn % 3 else _editing(post, ground, cast.sato)
    said = pair.press(_approving(post, digest, cast.suzuki, now), rewrite, turn)
    return Result(("approve", said[0], "edit", said[1]), _cleared_as_seen(post, digest, said[0] == "done"))


def _editing(post: Post, ground: Ground, by: StaffMember, claim: object = None) -> Act:
    now = ground.now()

    def edit() -> object:
        fresh = Post.objects.get(pk=post.pk)
        return drafting.edit(
            post=fresh,
            title=fresh.title,
            content=content_for(ground.account, text="別の本文です。", claim=claim),
            declared=True,
            by=by,
            now=now,
            form_no=fresh.form_no,
        )

    return edit


def _rewriting(post: Post, ground: Ground, by: StaffMember) -> Act:
    """Calls it back, saves another text, and asks again."""
    now, edit = ground.now(), _editing(post, ground, by)

    def rewrite() -> object:
        review.take_back(post=post, by=ground.cast.sato, now=now)
        edit()
        return review.submit(post=post, seen_digest=seen(post), by=ground.cast.sato, now=now)

    return rewrite


def _cleared_as_seen(post: Post, digest: str, approved_it: bool) -> tuple[str, ...]:
    """What is cleared is what the chief saw, and is the current version; nothing open hangs on anything else."""
    post.refresh_from_db()
    current = post.versions.get(number=post.version_no).digest
    live = [row.digest for row in Clearance.objects.filter(post=post, voided_at__isnull=True)]
    loose = Delivery.objects.filter(post=post, state__in=OPEN, clearance__voided_at__isnull=False).count()
    escapes = []
    if any(row not in (digest, current) or row != current for row in live):
        escapes.append("a live clearance for another text")
    if len(live) > 1 or (live and not approved_it) or bool(live) != (post.state == "cleared"):
        escapes.append(f"{len(live)} live clearances, approved {approved_it}, {post.state}")
    if loose:
        escapes.append("an open delivery without a live clearance")
    return tuple(escapes)


# --- contribute against second check


def contribute_against_check(ground: Ground, pair: Pair, turn: int) -> Result:
    """Somebody writes in the post while somebody checks it: two people, or one person in two windows."""
    cast, now = ground.cast, ground.now()
    post = claimed(cast, ground.account, now=now)
    digest = seen(post)
    writer = cast.tanaka if turn % 3 else cast.mori

    def check() -> object:
        return review.second_check(post=post, seen_digest=digest, ticks=CHECKLIST, by=cast.tanaka, now=now)

    said = pair.press(check, _contributing(post, ground, writer), turn)
    kind = "same person writes" if turn % 3 else "another writes"
    return Result(("check", said[0], kind, said[1]), _parted(post, digest))


def _contributing(post: Post, ground: Ground, by: StaffMember) -> Act:
    """Sato calls the request back, `by` saves another text, Sato asks for a check again."""
    now, edit = ground.now(), _editing(post, ground, by, claim=public_claim())

    def contribute() -> object:
        review.take_back(post=post, by=ground.cast.sato, now=now)
        edit()
        return review.claim_exemption(post=post, seen_digest=seen(post), by=ground.cast.sato, now=now)

    return contribute


def _parted(post: Post, digest: str) -> tuple[str, ...]:
    """Nobody both wrote and decided, and a check covers the text that was seen."""
    wrote = set(Contribution.objects.filter(post=post).values_list("staff", flat=True))
    decided = set(Decision.objects.filter(post=post).values_list("by", flat=True))
    live = Clearance.objects.filter(post=post, voided_at__isnull=True).values_list("digest", flat=True)
    escapes = ["contributor and decider at once"] if wrote & decided else []
    if any(row != digest for row in live):
        escapes.append("a check of another text")
    return tuple(escapes)


# --- cancel against armed


def cancel_against_armed(ground: Ground, pair: Pair, turn: int) -> Result:
    """Somebody cancels while the worker arms and sends."""
    cast, now = ground.cast, ground.now()
    post = approved(cast, ground.account, now=now)
    said = pair.press(
        lambda: review.cancel(post=post, reason="中止", by=cast.sato, now=now), _sending(post, now), turn
    )
    post.refresh_from_db()
    live = Delivery.objects.filter(post=post, state__in=MAY_BE_LIVE).count()
    escapes = []
    if post.state == "cancelled" and (live or Attempt.objects.filter(delivery__post=post).exists()):
        escapes.append("cancelled, and sent all the same")
    if post.state != "cancelled" and not live:
        escapes.append("neither cancelled nor sent")
    return Result(("cancel", said[0], "worker", said[1]), tuple(escapes))


def _sending(post: Post, now: datetime) -> Act:
    delivery = Delivery.objects.get(post=post)

    def send() -> str:
        return "sent" if sending.send(delivery.pk, clock=lambda: now) else "nothing sent"

    return send


# --- restriction against claim


def restriction_against_worker(ground: Ground, pair: Pair, turn: int) -> Result:
    """Posting stops while the worker claims what is due: nothing is armed at or after the stop's epoch."""
    cast, now = ground.cast, ground.now()
    post = approved(cast, ground.account, now=now)
    began: list[Restriction] = []
    said = pair.press(_starting(ground, turn, began), _sending(post, now), turn)
    escapes = _escaped(post, began)
    for row in began:
        road.end(cast, row, now=ground.now())
    return Result((f"{began[0].kind if began else 'nothing'} starts", said[0], "worker", said[1]), escapes)


def _starting(ground: Ground, turn: int, began: list[Restriction]) -> Act:
    cast, now = ground.cast, ground.now()
    where = road.place(cast, ground.account)
    cause = Cause.DISASTER if turn % 2 else Cause.SCANDAL

    def suspend() -> None:
        began.append(
            restricting.suspend_posting(
                place=where, cause=cause, trigger=Trigger.OCCURRED, by=cast.sato, now=now
            )
        )

    def flame() -> None:
        began.append(restricting.start_flaming(place=where, by=cast.sato, now=now))

    return suspend if turn % 3 else flame


def _escaped(post: Post, began: list[Restriction]) -> tuple[str, ...]:
    """Attempts at or after the epoch, and a post that went out although it is held, or neither."""
    if not began:
        return ("the restriction did not begin",)
    attempts = Attempt.objects.filter(delivery__post=post)
    escapes = ["armed at or after the epoch"] if attempts.filter(epoch__gte=began[0].epoch).exists() else []
    state = Delivery.objects.get(post=post).state
    if (state, attempts.count()) not in (("accepted", 1), ("held", 0)):
        escapes.append(f"{state} with {attempts.count()} attempts")
    return tuple(escapes)


CONTESTS: Final[dict[str, Contest]] = {
    "two deciders on one post": two_deciders,
    "edit against approve": edit_against_approve,
    "contribute against second check": contribute_against_check,
    "cancel against armed": cancel_against_armed,
    "restriction against claim": restriction_against_worker,
}
