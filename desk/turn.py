"""あなたの番です: what one person can do now, and nothing else, the most urgent first. Reading only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import SocialAccount, StaffMember
from policies.models import PolicyVersion
from policies.queries import to_publish, waiting_for_decision
from posts import queries as posts
from posts.models import Decision, Post
from posts.queues import accounts_of, approvals_waiting_for, checks_waiting_for
from rules.states import AccountState, Role

MOST = 10


@dataclass(frozen=True)
class Task:
    """One thing to do. `what` is its kind, for the words; without a due time it is as urgent as it is old."""

    what: str
    title: str
    pk: int
    since: datetime
    due_at: datetime | None = None
    who: str = ""
    version_no: int = 0
    reason: str = ""
    accounts: Sequence[SocialAccount] = ()

    @property
    def order(self) -> datetime:
        return self.due_at or self.since


def my_turn(staff: StaffMember, roles: Iterable[str], led: Sequence[int], on: date) -> list[Task]:
    """`led` are the sections whose chief or deputy this person is on that day."""
    decide = list(approvals_waiting_for(staff, on)[:MOST]) if led else []
    check = list(checks_waiting_for(staff)[:MOST])
    returned = list(_returned(staff)[:MOST])
    accounts = accounts_of([*decide, *check, *returned])
    tasks = [
        *(_waiting("approve", post, accounts) for post in decide),
        *(_waiting("check", post, accounts) for post in check),
        *(_to_mend(post, accounts) for post in returned),
        *_policies(roles, led),
        *_requests(led),
    ]
    return sorted(tasks, key=lambda task: task.order)


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
