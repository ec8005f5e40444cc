"""あなたの番です: what one person can do now, and nothing else, the most urgent first. Reading only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from accounts.ledger import lines
from accounts.models import SocialAccount, StaffMember
from policies.city_facts import in_force
from policies.models import PolicyVersion
from policies.queries import to_publish, waiting_for_decision
from posts import queries as posts
from posts.afterwards import open_for
from posts.bringing import waiting_for_hands
from posts.holding import decidable
from posts.models import AfterwardsReview, ChiefConfirmation, Contribution, Decision, Delivery, Post
from posts.queues import accounts_of, approvals_waiting_for, checks_waiting_for
from posts.topics import waiting_for
from rules.calendar import day_of
from rules.states import AccountState, ConfirmationState, DeliveryState, PostState, RestrictionKind, Role

MOST = 10
# What may be longer than it is shown: it is looked through for what this person can do.
_LOOKED_THROUGH = 50
# A held delivery that nothing holds any more but that somebody has to let it go by name.
_BY_NAME = "awaiting_release"


class Kind(NamedTuple):
    """How a task looks and where it leads: chip (a key of chips.KINDS and its kind), URL name, button. `rank` goes
    before the time: what went out unseen first, then what waits for a word; all else is as urgent as it is due."""

    chip: str
    chip_of: str
    url: str
    press: str
    rank: int = 9
    anchor: str = ""


KINDS = {
    "overdue": Kind("overdue", "task", "afterwards_review", "見て記録する", 0),
    "told": Kind("overdue", "task", "afterwards_review", "見て記録する", 0),
    "flaming": Kind("flaming", "task", "restriction_detail", "経過を見る", 0),
    "afterwards": Kind("afterwards", "task", "afterwards_review", "見て記録する", 1),
    "ratify": Kind("ratify", "task", "post_detail", "確かめる", 2, "#confirm-panel"),
    "held": Kind("held", "delivery", "held_decide", "決める", 3),
    "report": Kind("armed", "by_hand", "hand_case", "記録する", 0),
    "bring": Kind("waiting", "by_hand", "hand_case", "引き受ける"),
    "expired": Kind("expired", "delivery", "post_detail", "決める"),
    "approve": Kind("awaiting_approval", "post", "review_case", "判断する"),
    "check": Kind("awaiting_check", "post", "check_case", "確認する"),
    "topic": Kind("awaiting_check", "post", "post_topic", "答える"),
    "rotate": Kind("rotate", "task", "ledger_entry", "記録する", 10),
    "returned": Kind("returned", "post", "post_edit", "直す"),
    "decide_policy": Kind("awaiting_decision", "policy", "policy_detail", "判断する"),
    "publish_policy": Kind("decided", "policy", "policy_detail", "公表する"),
    "approve_account": Kind("requested", "account", "account_detail", "判断する"),
}


@dataclass(frozen=True)
class Task:
    """One thing to do. `what` is its kind, for the words; without a due time it is as urgent as it is old. `delivery`
    is the id of the one that it is about."""

    what: str
    title: str
    pk: int
    since: datetime
    due_at: datetime | None = None
    who: str = ""
    version_no: int = 0
    reason: str = ""
    accounts: Sequence[SocialAccount] = ()
    delivery: int = 0

    @property
    def kind(self) -> Kind:
        return KINDS[self.what]

    @property
    def order(self) -> tuple[int, datetime]:
        return self.kind.rank, self.due_at or self.since


def my_turn(staff: StaffMember, roles: Iterable[str], led: Sequence[int], now: datetime) -> list[Task]:
    """`led` are the sections whose chief or deputy this person is on that day."""
    on = day_of(now)
    decide = list(approvals_waiting_for(staff, on)[:MOST]) if led else []
    check = list(checks_waiting_for(staff)[:MOST])
    returned = list(_returned(staff)[:MOST])
    topics = list(waiting_for(staff)[:MOST])
    accounts = accounts_of([*decide, *check, *returned, *topics])
    tasks = [
        *(_of_chiefs(staff, led, now) if led else ()),
        *_by_hand(staff, now),
        *_expired(staff),
        *(_waiting("approve", post, accounts) for post in decide),
        *(_waiting("check", post, accounts) for post in check),
        *(_waiting("topic", post, accounts) for post in topics),
        *(_to_mend(post, accounts) for post in returned),
        *_policies(roles, led),
        *_requests(led),
        *_credentials(roles, led, now),
    ]
    return sorted(tasks, key=lambda task: task.order)


# --- what went out unseen, what waits for a word


def _of_chiefs(staff: StaffMember, led: Sequence[int], now: datetime) -> Iterator[Task]:
    yield from _reported(staff, led)
    yield from _reviews(staff, led, now)
    for word in _words(staff, led)[:MOST]:
        yield _word(word)
    yield from _held(staff, led, now)


def _credentials(roles: Iterable[str], led: Sequence[int], now: datetime) -> Iterator[Task]:
    """mima:3-3-認証: credentials to be changed, of one's sections, and of all for system admins; never more urgent than
    a post."""
    everywhere = Role.SYSTEM_ADMIN in set(roles)
    found = lines(day_of(now), None if everywhere else led) if everywhere or led else []
    for line in [line for line in found if line.must_change][:MOST]:
        yield Task(
            "rotate", line.account.name, line.account.pk, now, reason=line.owed[0], accounts=(line.account,)
        )


def _reported(staff: StaffMember, led: Sequence[int]) -> Iterator[Task]:
    """mima:7-4-報告: criticism floods in, and somebody else has told this chief by starting 炎上対応."""
    rows = in_force().filter(kind=RestrictionKind.FLAMING, section__in=led).exclude(started_by=staff)
    for row in rows[:MOST]:
        yield Task("flaming", row.where, row.pk, row.started_at, who=row.started_as)


def _reviews(staff: StaffMember, led: Sequence[int], now: datetime) -> Iterator[Task]:
    """Overdue, due, and those of sections below that this person was told of."""
    rows = list(open_for(staff, day_of(now))[:MOST])
    wrote = _written_by(staff, [row.clearance.post_id for row in rows]) if rows else set()
    for row in rows:
        if row.clearance.post_id not in wrote:
            told = row.clearance.post.section_id not in led and row.escalated_at is not None
            yield _review(row, "told" if told else "overdue" if row.due_at < now else "afterwards")


def _review(row: AfterwardsReview, what: str) -> Task:
    clearance = row.clearance
    title, waiver = clearance.post.title, clearance.waiver
    return Task(
        what, title, row.pk, clearance.cleared_at, due_at=row.due_at, who=waiver.office if waiver else ""
    )


def _written_by(staff: StaffMember, posts_: Sequence[int]) -> set[int]:
    return set(Contribution.objects.filter(staff=staff, post__in=posts_).values_list("post", flat=True))


def _words(staff: StaffMember, led: Sequence[int]) -> QuerySet[ChiefConfirmation]:
    """Words of the chief that somebody else wrote down, on versions that still stand."""
    rows = ChiefConfirmation.objects.filter(state=ConfirmationState.RECORDED, post__section__in=led)
    standing = rows.exclude(post__state=PostState.CANCELLED).filter(version__number=F("post__version_no"))
    return standing.exclude(recorded_by=staff).select_related("post", "recorded_by__section").order_by("pk")


def _word(row: ChiefConfirmation) -> Task:
    return Task(
        "ratify",
        row.post.title,
        row.post_id,
        since=row.recorded_at,
        who=row.recorded_by.display_name,
        reason=row.chief_as,
    )


def _held(staff: StaffMember, led: Sequence[int], now: datetime) -> Iterator[Task]:
    """Deliveries that a restriction caught and that nothing but a decision by name lets go."""
    section = Q(post__section__in=led) | Q(post__section__parent__in=led)
    rows = Delivery.objects.filter(section, state=DeliveryState.HELD, clearance__voided_at__isnull=True)
    by_name = rows.annotate(codes=Cast("held_codes", TextField())).filter(codes__contains=f'"{_BY_NAME}"')
    related = ("post__section", "social_account", "clearance__version")
    waiting = list(by_name.select_related(*related).order_by("due_at")[:_LOOKED_THROUGH])
    mine = decidable(waiting, staff, now=now)
    for row in [row for row in waiting if row.pk in mine][:MOST]:
        yield _of_delivery("held", row, row.pk)


def _expired(staff: StaffMember) -> Iterator[Task]:
    """What was too late to send, for those who wrote it; nothing where another post has taken it over."""
    mine = Contribution.objects.filter(post=OuterRef("post"), staff=staff)
    taken_up = Post.objects.filter(continues=OuterRef("post")).exclude(state=PostState.CANCELLED)
    rows = Delivery.objects.filter(state=DeliveryState.EXPIRED, clearance__voided_at__isnull=True)
    asking = rows.filter(Exists(mine), post__state=PostState.CLEARED).exclude(Exists(taken_up))
    for row in asking.select_related("post", "social_account").order_by("-pk")[:MOST]:
        yield _of_delivery("expired", row, row.post_id)


def _by_hand(staff: StaffMember, now: datetime) -> Iterator[Task]:
    """What this person has taken and not reported yet, and what waits for somebody to bring it out."""
    mine = Delivery.objects.filter(attempts__taken_by=staff, attempts__finished_at__isnull=True)
    for row in mine.select_related("post", "social_account"):
        yield _of_delivery("report", row, row.pk)
    for row in waiting_for_hands(staff, now=now).select_related("post", "social_account")[:MOST]:
        yield _of_delivery("bring", row, row.pk)


def _of_delivery(what: str, row: Delivery, pk: int) -> Task:
    return Task(
        what,
        row.post.title,
        pk,
        since=row.due_at,
        due_at=row.due_at,
        accounts=(row.social_account,),
        delivery=row.pk,
    )


# --- posts that wait


def _returned(staff: StaffMember) -> QuerySet[Post]:
    last = Decision.objects.filter(post=OuterRef("pk")).order_by("-pk")
    return posts.returned_to(staff).annotate(
        last_office=Subquery(last.values("office")[:1]), last_at=Subquery(last.values("at")[:1])
    )


def _waiting(what: str, post: Post, accounts: Mapping[int, list[SocialAccount]]) -> Task:
    return Task(
        what,
        post.title,
        post.pk,
        since=post.waiting_since or post.drafted_at,
        due_at=post.due_at,
        who=post.drafter.display_name,
        version_no=post.version_no,
        accounts=accounts.get(post.pk, ()),
    )


def _to_mend(post: Post, accounts: Mapping[int, list[SocialAccount]]) -> Task:
    return Task(
        "returned",
        post.title,
        post.pk,
        since=post.last_at,  # type: ignore[attr-defined]  # annotated by _returned
        due_at=post.due_at,
        who=post.last_office,  # type: ignore[attr-defined]
        version_no=post.version_no,
        reason=post.last_reason,  # type: ignore[attr-defined]
        accounts=accounts.get(post.pk, ()),
    )


def _policies(roles: Iterable[str], led: Sequence[int]) -> Iterator[Task]:
    """運用方針: to decide for chiefs and deputies, to publish for web admins."""
    for version in waiting_for_decision(led)[:MOST] if led else ():
        yield _policy("decide_policy", version, version.written_at, version.written_by.display_name)
    for version in to_publish()[:MOST] if Role.WEB_ADMIN in set(roles) else ():
        assert version.decided_at is not None
        yield _policy("publish_policy", version, version.decided_at, version.decided_as)


def _policy(what: str, version: PolicyVersion, since: datetime, who: str) -> Task:
    account = version.social_account
    title = f"{account.name}の運用方針"
    return Task(what, title, version.pk, since, who=who, version_no=version.number, accounts=(account,))


def _requests(led: Sequence[int]) -> Iterator[Task]:
    """開設の申出: for the chiefs and deputies of the section that would own the social account."""
    rows = SocialAccount.objects.filter(state=AccountState.REQUESTED, section__in=led)
    for row in rows.select_related("requested_by")[:MOST] if led else ():
        assert row.requested_at is not None
        who = row.requested_by.display_name if row.requested_by else ""
        yield Task("approve_account", row.name, row.pk, row.requested_at, who=who, accounts=(row,))
