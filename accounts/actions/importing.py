"""Registering people from a table, as city halls do on 1 April.

Every bad row is named before anything is written."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TextIO, TypeVar

from django.db import transaction

from accounts.actions.people import Office, give_role
from accounts.acts import signature
from accounts.events import REGISTERED
from accounts.models import EMPLOYMENT_JA, ROLE_JA, Section, StaffMember
from audit import actions as audit
from rules.calendar import day_of
from rules.states import Employment, Role

COLUMNS = ("ユーザー名", "氏名", "所属", "上の所属", "職", "任用の種類", "役割", "期間の終わり")
_EMPLOYMENT = {label: key for key, label in EMPLOYMENT_JA.items()}
T = TypeVar("T")
_ROLES = {label: key for key, label in ROLE_JA.items()}


class ImportFault(ValueError):
    """What is wrong with the table, one sentence a line; nothing was registered."""


@dataclass(frozen=True)
class Row:
    username: str
    name: str
    section: str
    parent: str
    title: str
    employment: Employment
    role: Role | None
    until_on: date | None


def import_people(table: TextIO, *, by: StaffMember, now: datetime) -> int:
    """Register everybody in the table; people already registered are left as they are.

    Returns how many were registered. Raises ImportFault naming every faulty row, and ActRefused when the
    rules refuse a role (then the people before that row are registered, the rest is not).
    """
    rows = _rows(csv.DictReader(table))
    known = set(StaffMember.objects.values_list("username", flat=True))
    new = [row for row in rows if row.username not in known]
    people = _register(new, by, now)
    for row, staff in zip(new, people, strict=True):
        if row.role is not None:
            give_role(staff=staff, office=_office(row, staff, now), by=by, now=now)
    return len(new)


def _rows(reader: "csv.DictReader[str]") -> list[Row]:
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ImportFault(f"見出しの行に、次の列がありません: {'、'.join(missing)}")
    rows, faults = [], []
    for number, cells in enumerate(reader, start=2):
        try:
            rows.append(_row(cells))
        except ValueError as error:
            faults.append(f"{number}行目: {error}")
    if faults:
        raise ImportFault("\n".join(faults))
    return rows


def _row(cells: Mapping[str, str]) -> Row:
    values = {name: (cells[name] or "").strip() for name in COLUMNS}
    for name in ("ユーザー名", "氏名", "所属"):
        if not values[name]:
            raise ValueError(f"「{name}」が空です。")
    return Row(
        username=values["ユーザー名"],
        name=values["氏名"],
        section=values["所属"],
        parent=values["上の所属"],
        title=values["職"],
        employment=_one_of(_EMPLOYMENT, values["任用の種類"] or "正規職員", "任用の種類"),
        role=_one_of(_ROLES, values["役割"], "役割") if values["役割"] else None,
        until_on=_day(values["期間の終わり"]),
    )


def _one_of(known: Mapping[str, T], value: str, column: str) -> T:
    if value not in known:
        raise ValueError(f"「{column}」は、{'・'.join(known)} のどれかにしてください（「{value}」）。")
    return known[value]


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise ValueError(f"「期間の終わり」は 2027-03-31 のように書いてください（「{value}」）。") from None


def _register(rows: Iterable[Row], by: StaffMember, now: datetime) -> list[StaffMember]:
    with transaction.atomic(durable=True):
        return [_person(row, by, now) for row in rows]


def _person(row: Row, by: StaffMember, now: datetime) -> StaffMember:
    parent = Section.objects.get_or_create(name=row.parent)[0] if row.parent else None
    section, _ = Section.objects.get_or_create(name=row.section, defaults={"parent": parent})
    staff = StaffMember(
        username=row.username,
        display_name=row.name,
        section=section,
        title=row.title,
        employment=row.employment,
    )
    staff.set_unusable_password()
    staff.save()
    audit.append(
        stream=f"staff:{staff.pk}",
        event=REGISTERED,
        at=now,
        by=signature(by),
        payload={"username": row.username, "section": section.name},
    )
    return staff


def _office(row: Row, staff: StaffMember, now: datetime) -> Office:
    assert row.role is not None
    office = row.role in (Role.CHIEF, Role.DEPUTY)
    return Office(row.role, day_of(now), staff.section if office else None, row.until_on)
