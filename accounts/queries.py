"""Reading people, roles and the register."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import sql
from accounts.models import (
    ConnectionCheck,
    Notice,
    RoleAssignment,
    Section,
    SocialAccount,
    StaffMember,
    TrainingPost,
)
from audit.models import Entry
from audit.queries import entries_of
from rules.calendar import day_of
from rules.states import NOT_STAFF, AccountState, Role
from rules.transitions import TABLE


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


def led_by(staff: StaffMember, on: date) -> list[int]:
    """Ids of the sections whose chief or deputy this person is on that day."""
    rows = RoleAssignment.objects.in_force(on).filter(staff=staff, role__in=[Role.CHIEF, Role.DEPUTY])
    return [pk for pk in rows.values_list("section", flat=True) if pk is not None]


def broken_connections(accounts: Iterable[int]) -> dict[int, str]:
    """Of these social accounts those whose connection a person has to mend, with what the network said."""
    rows = ConnectionCheck.objects.filter(
        social_account__in=set(accounts), outcome__in=ConnectionCheck.BROKEN
    )
    return dict(rows.values_list("social_account", "detail"))


class OtherEnd(StrEnum):
    """Who answers where a social account is connected to, as far as somebody has looked."""

    OURS = "ours"
    UNCHECKED = "unchecked"
    ANOTHERS = "anothers"


def other_end(account: int) -> OtherEnd:
    """As far as the newest look tells. Without a credential nobody can be wrong."""
    found = sql.rows(
        f"SELECT {OTHER_END} FROM accounts_socialaccount a {OTHER_END_FROM} WHERE a.id = %s", account
    )
    return end_seen(*found[0])


# What a SELECT over `accounts_socialaccount a` has to read besides, for `end_seen`.
OTHER_END = "n.changed_at, k.checked_at, k.outcome"
OTHER_END_FROM = """
LEFT JOIN accounts_credential n ON n.social_account_id = a.id
LEFT JOIN accounts_connectioncheck k ON k.social_account_id = a.id
"""


def end_seen(changed_at: datetime | None, checked_at: datetime | None, outcome: str | None) -> OtherEnd:
    """UNCHECKED where it was connected anew and nobody has looked since."""
    if changed_at is None:
        return OtherEnd.OURS
    if checked_at is None or checked_at < changed_at:
        return OtherEnd.UNCHECKED
    return OtherEnd.ANOTHERS if outcome == ConnectionCheck.REFUSED else OtherEnd.OURS


def unread_of(staff: StaffMember) -> int:
    """How many notices this person has not read."""
    return Notice.objects.filter(to=staff, read_at__isnull=True).count()


def sections_without_approver(on: date) -> QuerySet[Section]:
    """Sections with a social account in use and, on that day, nobody in office: neither there nor in the one above."""
    offices = RoleAssignment.objects.in_force(on).filter(
        role__in=[Role.CHIEF, Role.DEPUTY], staff__is_active=True, staff__is_elected=False
    )
    manned = offices.filter(section__isnull=False).values("section")
    in_use = SocialAccount.objects.exclude(state=AccountState.CLOSED).values("section")
    alone = Section.objects.filter(pk__in=in_use).exclude(pk__in=manned)
    return alone.exclude(parent__isnull=False, parent__in=manned).order_by("pk")


def register() -> QuerySet[SocialAccount]:
    """公式アカウント台帳, those in use first."""
    return SocialAccount.objects.select_related("section", "requested_by").order_by(
        "closed_at", "section", "pk"
    )


def training_timeline(before: int | None = None, limit: int = 20) -> list[TrainingPost]:
    """Newest first; `before` is the id of the last row already shown."""
    rows = TrainingPost.objects.select_related("social_account", "social_account__section")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


def consultable() -> QuerySet[StaffMember]:
    """職員 with whom something can be talked over: active, not elected, staff in the sense of Art. 2."""
    return StaffMember.objects.filter(is_active=True, is_elected=False).exclude(employment__in=NOT_STAFF)


def consultable_among(ids: Collection[int]) -> frozenset[int]:
    """Those of the ids that are of such people."""
    return frozenset(consultable().filter(pk__in=ids).values_list("pk", flat=True)) if ids else frozenset()


@dataclass(frozen=True)
class Happened:
    """One entry of the record, as a page tells it: what (the table's word), by whom, when, from where, why."""

    label: str
    by: str
    at: datetime
    seat: str
    reason: str
    refused: bool


def record_of(stream: str, limit: int = 50) -> list[Happened]:
    """What happened to the subject of that stream, the newest first."""
    labels = {row.event: row.label for row in TABLE}
    return [_happened(entry, labels) for entry in entries_of(stream, limit=limit)]


def _happened(entry: Entry, labels: Mapping[str, str]) -> Happened:
    payload, event = json.loads(entry.payload), entry.event.removesuffix(".refused")
    return Happened(
        labels.get(event, "記録"),
        entry.by.partition(" ")[2] or entry.by,
        entry.at,
        str(payload.get("seat", "")),
        str(payload.get("reason") or payload.get("grounds") or ""),
        entry.event.endswith(".refused"),
    )
