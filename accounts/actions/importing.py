"""Registering people from a table, as city halls do on 1 April: people, roles and drafting permissions.

The table says who is to have what; only what is missing is done, each as an act of its own, so that the same table
may come again. Nothing is taken from anybody here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from django.db.models import Q

from accounts.actions.offices import Office, give_role
from accounts.actions.people import Newcomer, let_draft, register
from accounts.actions.people_check import Register, check
from accounts.actions.people_table import Row, read
from accounts.acts import ActError, ActRefused
from accounts.facts import drafts_for
from accounts.models import RoleAssignment, Section, StaffMember
from rules.calendar import day_of


@dataclass
class Imported:
    """How many people were registered, roles given, drafting permissions given."""

    people: int = 0
    roles: int = 0
    permissions: int = 0


class ImportStopped(ActError):
    """The rules refused an act of this line. The lines before it are done, nothing after it is."""

    def __init__(self, line: int, refused: ActRefused) -> None:
        super().__init__(f"{line}行目で止まりました。{refused.sentences}")
        self.line, self.refused = line, refused


def import_people(table: TextIO, *, by: StaffMember, now: datetime) -> Imported:
    """Do what the table says and has not been done yet. People keep the section and title they have.

    Raises ImportFault, before anything is written, naming every faulty line; ImportStopped when the rules refuse
    an act all the same (`by` is no system admin).
    """
    rows = read(table)
    known = check(rows, by=by, now=now)
    done = Imported()
    for row in rows:
        try:
            _follow(row, known, done, by, now)
        except ActRefused as refused:
            raise ImportStopped(row.line, refused) from refused
    return done


def _follow(row: Row, known: Register, done: Imported, by: StaffMember, now: datetime) -> None:
    staff = StaffMember.objects.filter(username=row.username).first()
    if staff is None:
        staff = register(person=_newcomer(row), by=by, now=now)
        done.people += 1
    if row.role is not None and not _holds(staff, row, now):
        give_role(staff=staff, office=_office(row, now), by=by, now=now)
        done.roles += 1
    accounts = [known.accounts[name] for name in row.accounts]
    held = drafts_for(staff)
    for account in dict.fromkeys(accounts):
        if account.pk not in held:
            let_draft(staff=staff, account=account, by=by, now=now)
            done.permissions += 1


def _newcomer(row: Row) -> Newcomer:
    return Newcomer(row.username, row.name, row.section, row.parent, row.title, row.employment)


def _holds(staff: StaffMember, row: Row, now: datetime) -> bool:
    """The role, in that section, is in force today; and not for shorter than the table says."""
    held = RoleAssignment.objects.in_force(day_of(now)).filter(
        staff=staff, role=row.role, section__name=row.role_section or None
    )
    if row.until_on is not None:
        held = held.filter(Q(until_on__isnull=True) | Q(until_on__gte=row.until_on))
    return held.exists()


def _office(row: Row, now: datetime) -> Office:
    assert row.role is not None
    section = Section.objects.get(name=row.role_section) if row.role_section else None
    return Office(row.role, day_of(now), section, row.until_on)
