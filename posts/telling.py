"""Who is in charge of a post at the moment, by the hand that THE TABLE names. Reading only."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from guardian.models import UserObjectPermission

from accounts.models import RoleAssignment, SocialAccount, StaffMember
from accounts.queries import consultable
from posts.canonical import parse
from posts.models import Contribution, Post
from posts.queries import current_version
from rules.states import Role


def in_hands(hand: str, post: Post, on: date) -> QuerySet[StaffMember]:
    """The people whose hands they are. KeyError for a hand that no post ever is in."""
    return {
        "contributor": contributors,
        "owner": owners,
        "approver": approvers,
        "above": above,
        "checker": checkers,
    }[hand](post, on)


def contributors(post: Post, on: date) -> QuerySet[StaffMember]:
    return _here(StaffMember.objects.filter(pk__in=_wrote(post)))


def owners(post: Post, on: date) -> QuerySet[StaffMember]:
    return _here(StaffMember.objects.filter(pk=post.owner.pk))


def approvers(post: Post, on: date) -> QuerySet[StaffMember]:
    """Chiefs and deputies of the section who wrote nothing in it; where all did, those of the section above."""
    free = _office([post.section_id], on).exclude(pk__in=_wrote(post))
    return free if free.exists() else above(post, on)


def above(post: Post, on: date) -> QuerySet[StaffMember]:
    """Chiefs and deputies of the section above."""
    parent = post.section.parent_id
    return _office([parent] if parent else [], on).exclude(pk__in=_wrote(post))


def checkers(post: Post, on: date) -> QuerySet[StaffMember]:
    """Staff of the section, and those who may draft for one of its accounts, without a part in it."""
    targets = [str(pk) for pk in parse(current_version(post).canonical).targets]
    may_draft = UserObjectPermission.objects.filter(
        user=OuterRef("pk"),
        permission__codename="draft",
        content_type__model=SocialAccount._meta.model_name,
        object_pk__in=targets,
    )
    near = consultable().annotate(drafts=Exists(may_draft))
    return near.filter(Q(section=post.section_id) | Q(drafts=True)).exclude(pk__in=_wrote(post))


def _office(sections: Iterable[int], on: date) -> QuerySet[StaffMember]:
    rows = RoleAssignment.objects.in_force(on).filter(
        section__in=sections, role__in=[Role.CHIEF, Role.DEPUTY]
    )
    return _here(StaffMember.objects.filter(pk__in=rows.values("staff")))


def _wrote(post: Post) -> QuerySet[Contribution]:
    return Contribution.objects.filter(post=post).values("staff")  # type: ignore[return-value]


def _here(people: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    return people.filter(is_active=True, is_elected=False)
