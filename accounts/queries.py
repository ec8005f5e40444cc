"""Reading people, roles and the register."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from accounts.models import ROLE_JA, RoleAssignment, Section, SocialAccount, StaffMember, TrainingPost
from rules.calendar import day_of
from rules.states import AccountState, Role


def roles_of(staff: StaffMember, on: date) -> set[str]:
    if staff.is_elected or not staff.is_active:
        return set()
    return set(RoleAssignment.objects.in_force(on).filter(staff=staff).values_list("role", flat=True))


def roles_of_request(request: HttpRequest) -> set[str]:
    """Roles held today by whoever is signed in; remembered for the length of the request."""
    if not isinstance(request.user, StaffMember):
        return set()
    if not hasattr(request, "_roles_today"):
        request._roles_today = roles_of(request.user, day_of(timezone.now()))  # type: ignore[attr-defined]
    return request._roles_today  # type: ignore[attr-defined]


def approvers_of(section: Section | int, on: date) -> QuerySet[StaffMember]:
    """所属長 and 代決者 of the section on that day, the chief first."""
    section_id = section if isinstance(section, int) else section.pk
    rows = RoleAssignment.objects.in_force(on).filter(
        section_id=section_id, role__in=[Role.CHIEF, Role.DEPUTY]
    )
    return (
        StaffMember.objects.filter(pk__in=rows.values("staff"))
        .select_related("section")
        .order_by("role_assignments__role", "pk")
        .distinct()
    )


def holders_of(roles: Iterable[str], on: date) -> QuerySet[StaffMember]:
    rows = RoleAssignment.objects.in_force(on).filter(role__in=list(roles))
    return StaffMember.objects.filter(pk__in=rows.values("staff")).select_related("section").order_by("pk")


def who_may(roles: Iterable[str]) -> str:
    """One sentence for a 403: which roles may, and who holds them today."""
    roles = tuple(roles)
    names = "、".join(staff.with_title for staff in holders_of(roles, day_of(timezone.now()))[:5])
    kinds = "または".join(ROLE_JA[Role(role)] for role in roles)
    return f"{kinds}だけが行えます" + (f"（{names}）。" if names else "。いまは登録された人がいません。")


def draftable_by(staff: StaffMember) -> QuerySet[SocialAccount]:
    """Social accounts that this person may draft for, in whatever state."""
    accounts: QuerySet[SocialAccount] = get_objects_for_user(
        staff, "accounts.draft", klass=SocialAccount, with_superuser=False
    )
    return accounts.select_related("section").order_by("pk")


def register() -> QuerySet[SocialAccount]:
    """公式アカウント台帳, those in use first."""
    return SocialAccount.objects.select_related("section", "requested_by").order_by(
        "closed_at", "section", "pk"
    )


def in_operation() -> QuerySet[SocialAccount]:
    return register().filter(state=AccountState.IN_OPERATION)


def training_timeline(before: int | None = None, limit: int = 20) -> list[TrainingPost]:
    """Newest first; `before` is the id of the last row already shown."""
    rows = TrainingPost.objects.select_related("social_account", "social_account__section")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])
