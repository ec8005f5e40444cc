"""わたしの仕事, besides what is to do now: what is stuck, what was sent, what comes next, how it is connected.

Reading only. Each function asks a fixed number of questions of the database, however much there is to show.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.facts import actor_facts, approver_people, city_facts, drafts_for
from accounts.handbook import Owed, owed_by
from accounts.models import Section, SocialAccount, StaffMember
from accounts.queries import led_by, sections_without_approver
from audit.queries import latest_seal
from desk.connections import Connection, connections
from desk.troubles import Trouble, trouble_of
from desk.turn import MOST, Task, my_turn
from posts import queries as posts
from posts.doubts import may_settle
from posts.models import Attempt, Delivery, Post
from posts.queues import accounts_of
from rules.calendar import day_of
from rules.facts import Person
from rules.states import AccountState, DeliveryState, PostState, Role

MOST_SENT = 5
# Deliveries that somebody should know about, besides those that wait after a failed try.
_TROUBLED = (DeliveryState.HELD, DeliveryState.UNKNOWN, DeliveryState.REJECTED, DeliveryState.EXPIRED)
_ENDED = (DeliveryState.REJECTED, DeliveryState.EXPIRED)


@dataclass(frozen=True)
class Stuck:
    delivery: Delivery
    trouble: Trouble
    may_settle: bool


@dataclass(frozen=True)
class Sent:
    """A post this person asked for, and where it lies; `arrived` of `in_all` deliveries are out."""

    post: Post
    chip: str
    approvers: Sequence[Person]
    cleared_by: str
    arrived: int
    in_all: int
    last_at: datetime | None
    accounts: Sequence[SocialAccount]

    @property
    def note(self) -> str:
        return f"{self.arrived}/{self.in_all}件" if self.chip == "partly" else ""


@dataclass(frozen=True)
class Coming:
    """One post's deliveries that are due at one instant."""

    post: Post
    due_at: datetime
    names: Sequence[str]


@dataclass(frozen=True)
class Home:
    turn: Sequence[Task]
    stuck: Sequence[Stuck]
    sent: Sequence[Sent]
    drafts: Sequence[Post]
    coming: Sequence[Coming]
    connections: Sequence[Connection]
    may_draft: bool
    may_connect: bool
    last_sign: datetime | None
    headless: Sequence[Section]
    reads_reviews: bool
    handbook: Owed | None


def home_of(staff: StaffMember, roles: Iterable[str], *, now: datetime) -> Home:
    on, led, drafting = day_of(now), led_by(staff, day_of(now)), drafts_for(staff)
    accounts = watched_by(staff, set(roles), led, drafting)
    turn = my_turn(staff, roles, led, now)
    asked = {task.delivery for task in turn}
    troubled = [row for row in stuck(staff, roles, now) if row.delivery.pk not in asked]
    return Home(
        turn=turn,
        stuck=troubled,
        sent=sent(staff, on, without={row.delivery.post_id for row in troubled}),
        drafts=list(posts.drafts_of(staff)[:MOST]),
        coming=coming(accounts),
        connections=connections(accounts)[: 2 * MOST],
        may_draft=bool(drafting),
        may_connect=Role.SYSTEM_ADMIN in set(roles),
        last_sign=last_sign_of_sending(),
        headless=_headless(staff, set(roles), on),
        reads_reviews=bool(led) or Role.AUDITOR in set(roles),
        handbook=owed_by(staff, on),
    )


def _headless(staff: StaffMember, roles: set[str], on: date) -> list[Section]:
    """Sections where nobody can approve now: this person's own, and all of them for those who can mend it."""
    rows = sections_without_approver(on)
    return list(rows if Role.SYSTEM_ADMIN in roles else rows.filter(pk=staff.section_id))


def watched_by(
    staff: StaffMember, roles: set[str], led: Sequence[int], drafting: Iterable[int]
) -> QuerySet[SocialAccount]:
    """The social accounts of this person's sections and drafting; all of them for system admins."""
    rows = SocialAccount.objects.exclude(state=AccountState.CLOSED)
    if Role.SYSTEM_ADMIN in roles:
        return rows
    return rows.filter(Q(section__in=[staff.section_id, *led]) | Q(pk__in=drafting))


# --- 止まっているもの


def stuck(staff: StaffMember, roles: Iterable[str], now: datetime) -> list[Stuck]:
    """Deliveries of this person's and their sections' posts that do not go by themselves, or not yet.

    All of the city's for system admins: they are who can release many of them.
    """
    on, office = day_of(now), {Role.SYSTEM_ADMIN} & set(roles)
    visible = posts.visible_to(staff, office, on).filter(state=PostState.CLEARED)
    retrying = Q(state=DeliveryState.WAITING) & ~Q(problem="")
    taken_up = Exists(Post.objects.filter(continues=OuterRef("post")).exclude(state=PostState.CANCELLED))
    rows = (
        Delivery.objects.filter(Q(state__in=_TROUBLED) | retrying, clearance__voided_at__isnull=True)
        .filter(post__in=visible)
        .exclude(Q(state__in=_ENDED) & taken_up)
        .select_related("post", "social_account", "clearance__version")
        .prefetch_related("attempts")
        .order_by("-pk")
    )
    actor, city = actor_facts(staff), city_facts(now)
    return [Stuck(row, trouble_of(row, now), may_settle(row, actor, city, now)) for row in rows[:MOST]]


# --- あなたが出したもの


def sent(staff: StaffMember, on: date, *, without: Iterable[int] = ()) -> list[Sent]:
    """The newest posts this person asked for, with where each lies now; `without` those shown elsewhere."""
    rows = list(posts.sent_by(staff).exclude(pk__in=without)[:MOST_SENT])
    deliveries = _deliveries_of(rows)
    accounts = accounts_of(rows)
    waiting = {row.section_id for row in rows if row.state == PostState.AWAITING_APPROVAL}
    approvers = approver_people(waiting, on) if waiting else {}
    return [
        _sent(row, deliveries[row.pk], approvers.get(row.section_id, ()), accounts.get(row.pk, []))
        for row in rows
    ]


def _deliveries_of(rows: Iterable[Post]) -> Mapping[int, list[Delivery]]:
    found = Delivery.objects.filter(post__in=[row.pk for row in rows]).exclude(
        state__in=[DeliveryState.SUPERSEDED, DeliveryState.DROPPED]
    )
    by_post: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in found.select_related("clearance__decision", "clearance__waiver").order_by("pk"):
        by_post[delivery.post_id].append(delivery)
    return by_post


def _sent(
    post: Post,
    deliveries: Sequence[Delivery],
    approvers: Sequence[Person],
    accounts: Sequence[SocialAccount],
) -> Sent:
    out = [row.accepted_at for row in deliveries if row.accepted_at is not None]
    return Sent(
        post=post,
        chip=posts.display_state(post, deliveries),
        approvers=approvers if post.state == PostState.AWAITING_APPROVAL else (),
        cleared_by=deliveries[-1].clearance.office if deliveries else "",
        arrived=len(out),
        in_all=len({row.social_account_id for row in deliveries}),
        last_at=max(out, default=None),
        accounts=accounts,
    )


# --- これからの発信


def coming(accounts: QuerySet[SocialAccount]) -> list[Coming]:
    """What these social accounts send next, one row for each post and time; not what waits for people already."""
    rows = (
        Delivery.objects.filter(state=DeliveryState.WAITING, social_account__in=accounts, handed_at=None)
        .select_related("post", "social_account")
        .order_by("due_at", "post", "pk")
    )
    found: dict[tuple[int, datetime], list[Delivery]] = defaultdict(list)
    for row in rows[: 5 * MOST]:
        found[row.post_id, row.due_at].append(row)
    return [
        Coming(group[0].post, due_at, [row.social_account.name for row in group])
        for (_, due_at), group in list(found.items())[:MOST]
    ]


def last_sign_of_sending() -> datetime | None:
    """When the sending machinery was last seen at work: its newest attempt, or its newest seal."""
    attempts = Attempt.objects.order_by("-pk").values_list("armed_at", flat=True)[:1]
    seal = latest_seal()
    return max([*attempts, *([seal.at] if seal else [])], default=None)
