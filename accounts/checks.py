"""A system check of what the register needs: somebody who approves, in every section that owns a social account."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections
from django.utils import timezone

from accounts.models import RoleAssignment, Section, SocialAccount, StaffMember
from accounts.queries import sections_without_approver
from rules.calendar import day_of

_READ = (Section, SocialAccount, RoleAssignment, StaffMember)


def connect() -> None:
    checks.register(check_approvers, checks.Tags.database)


def check_approvers(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """`check --database default`: in every such section somebody is chief or deputy today, or chief above it."""
    return [message for alias in databases or () for message in _warnings(alias)]


def _warnings(alias: str) -> list[checks.CheckMessage]:
    """None before the first migration: there are no sections yet."""
    tables = set(connections[alias].introspection.table_names())
    if not {model._meta.db_table for model in _READ} <= tables:
        return []
    rows = sections_without_approver(day_of(timezone.now())).using(alias)
    if not (names := list(rows.values_list("name", flat=True))):
        return []
    return [
        checks.Warning(
            f"所属長も代決者もいない所属があります: {'、'.join(names)}。投稿を承認できる人がいません。",
            hint="役割を割り当ててください: manage.py import_people people.csv --by USERNAME",
            obj=alias,
            id="accounts.W001",
        )
    ]
