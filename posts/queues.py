"""The queues of the review screens: their pages by key, who comes next, who else could do the work.

Reading only. Whether somebody may decide on a case is asked of the rules when they do.
"""

from collections.abc import Collection
from datetime import date
from typing import TypeVar

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet
from guardian.models import UserObjectPermission

from accounts.models import RoleAssignment, SocialAccount, StaffMember
from posts.canonical import parse
from posts.models import Contribution, Post, Version
from posts.queries import check_queue, review_queue
from rules.states import NOT_STAFF, Role

M = TypeVar("M", bound=Model)

QUEUE_PAGE = 50
MOST_COUNTED = 100
MOST_NAMED = 5
MOST_CONSULTED = 60


def approvals_waiting_for(staff: StaffMember, on: date) -> QuerySet[Post]:
    """承認待ち that this person can decide: nothing of their own, and of sections below only what is left to them."""
    offices = RoleAssignment.objects.in_force(on).filter(role__in=[Role.CHIEF, Role.DEPUTY])
    wrote = Contribution.objects.filter(post=OuterRef(OuterRef("pk")), staff=OuterRef("staff"))
    free = offices.filter(section=OuterRef("section")).exclude(Exists(wrote))
    mine = Contribution.objects.filter(post=OuterRef("pk"), staff=staff)
    led = Q(section__in=offices.filter(staff=staff).values("section"))
    return review_queue(staff, on).filter(led | ~Exists(free)).exclude(Exists(mine))


def checks_waiting_for(staff: StaffMember) -> QuerySet[Post]:
    """確認待ち for this person, each post once. Only staff check: for contractors nothing waits here."""
    if staff.employment in NOT_STAFF or staff.is_elected:
        return Post.objects.none()
    return check_queue(staff)


def page_of_queue(queue: QuerySet[Post], after: int | None = None) -> tuple[list[Post], int | None]:
    """The oldest due first: the rows after that post, and the key to ask the next page with (None at the end)."""
    last = Post.objects.filter(pk=after).first() if after is not None else None
    found = list((behind(queue, last) if last else queue)[: QUEUE_PAGE + 1])
    rows = found[:QUEUE_PAGE]
    return rows, (rows[-1].pk if len(found) > QUEUE_PAGE else None)


def behind(queue: QuerySet[Post], post: Post) -> QuerySet[Post]:
    """What comes after this post in the queue's own order, whether or not the post still waits itself."""
    if post.due_at is None:
        return queue.filter(Q(due_at__isnull=True, pk__gt=post.pk) | Q(due_at__isnull=False))
    return queue.filter(Q(due_at__gt=post.due_at) | Q(due_at=post.due_at, pk__gt=post.pk))


def next_after(queue: QuerySet[Post], post: Post) -> Post | None:
    """Which case opens when this one is decided: the one behind it, else the first; None when all is done."""
    return behind(queue, post).first() or queue.exclude(pk=post.pk).first()


def capped_count(queue: QuerySet[M]) -> int:
    """How many wait, but never counting on beyond MOST_COUNTED."""
    return queue.order_by()[:MOST_COUNTED].count()


def possible_checkers(post: Post, targets: Collection[int], on: date) -> list[StaffMember]:
    """Some of the people who could check this post on that day: in scope, staff, and with no part in it."""
    scope = (
        Q(section=post.section_id)
        | Q(pk__in=_drafters_for_all(targets))
        | Q(pk__in=_approvers(post.section_id, on))
    )
    people = StaffMember.objects.filter(scope, is_active=True, is_elected=False)
    people = people.exclude(employment__in=NOT_STAFF).exclude(
        pk__in=Contribution.objects.filter(post=post).order_by().values("staff")
    )
    return list(people.select_related("section").order_by("pk")[:MOST_NAMED])


def consultable(post: Post, reader: StaffMember, on: date) -> list[StaffMember]:
    """With whom somebody who approves may have talked it over: the section, the one above, and every chief."""
    chiefs = RoleAssignment.objects.in_force(on).filter(role=Role.CHIEF).values("staff")
    near = Q(section__in=[pk for pk in (post.section_id, post.section.parent_id) if pk])
    people = StaffMember.objects.filter(near | Q(pk__in=chiefs), is_active=True, is_elected=False)
    people = people.exclude(employment__in=NOT_STAFF).exclude(pk=reader.pk)
    return list(people.select_related("section").order_by("section", "pk")[:MOST_CONSULTED])


def _drafters_for_all(targets: Collection[int]) -> QuerySet[UserObjectPermission, int]:
    """Ids of the people who may draft for every one of these social accounts."""
    rows = UserObjectPermission.objects.filter(
        permission__codename="draft",
        permission__content_type__app_label="accounts",
        object_pk__in=[str(target) for target in targets],
    )
    return rows.values("user").annotate(n=Count("pk")).filter(n=len(targets)).values_list("user", flat=True)


def _approvers(section: int, on: date) -> QuerySet[RoleAssignment, int]:
    rows = RoleAssignment.objects.in_force(on).filter(section=section, role__in=[Role.CHIEF, Role.DEPUTY])
    return rows.values_list("staff", flat=True)


def accounts_of(rows: Collection[Post]) -> dict[int, list[SocialAccount]]:
    """Post id → the social accounts that its current version goes to, for a whole list in two queries."""
    current = Version.objects.filter(post__in=[row.pk for row in rows], number=F("post__version_no"))
    targets = {pk: parse(text).targets for pk, text in current.order_by().values_list("post", "canonical")}
    wanted = {target for group in targets.values() for target in group}
    accounts = SocialAccount.objects.in_bulk(wanted) if wanted else {}
    return {post: [accounts[pk] for pk in group if pk in accounts] for post, group in targets.items()}
