"""The steps of a transfer list, each an act of its app, in the order in which nothing stands in the way of the next.

Who joins comes first. What people held ends before others get it, a system admin's part last of all, so that there is
always one. Then what was in the hands of those who went: posts, credentials, devices.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from accounts.actions.devices import ask_back_deed
from accounts.actions.ledger import ask_rotation_deed
from accounts.actions.offices import Office, end_role_deed, give_role_deed
from accounts.actions.people import (
    Newcomer,
    leave_deed,
    let_draft_deed,
    move_deed,
    register_deed,
    stop_draft_deed,
)
from accounts.actions.transfer_table import Line, Move
from accounts.acts import Deed
from accounts.facts import drafts_for
from accounts.models import ROLE_JA, Device, LedgerEntry, RoleAssignment, SocialAccount, StaffMember
from desk.actions.transfer_check import Register
from posts.actions.handing import hand_over_deed
from posts.owners import without_owner
from rules.calendar import day_of
from rules.states import DeviceState, Role

_OFFICES = (Role.CHIEF, Role.DEPUTY)


@dataclass(frozen=True)
class Step:
    """One act of the list: the row it comes from (0 for what follows from several), in words, and the deed."""

    line: int
    kind: str
    words: str
    deed: Deed[Any]

    @property
    def where(self) -> str:
        return f"{self.line}行目: " if self.line else ""


@dataclass(frozen=True)
class _Person:
    """One person of the list with all their rows."""

    staff: StaffMember
    lines: Sequence[Line]

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def moves(self) -> bool:
        return self.first.move == Move.MOVED

    def keeps(self, held: RoleAssignment) -> bool:
        """The list names the same role again: a city's role, or one in the same section."""
        return any(
            line.role == held.role and (held.section is None or held.section.name == line.section)
            for line in self.lines
        )


def steps_of(
    lines: Sequence[Line], register: Register, *, on: date, by: StaffMember, now: datetime
) -> Iterator[Step]:
    """Each step is made when the ones before it are done, and sees what they wrote. Writes nothing itself."""
    switch_on = max(on, day_of(now))
    yield from _joining(lines, register, by)
    people = [_Person(register.people[name], rows) for name, rows in _by_person(lines).items()]
    yield from _given(people, register, switch_on, city=True)
    for person in sorted(people, key=lambda person: person.staff.pk == by.pk):
        yield from _taken(person, register, switch_on)
    for person in people:
        yield from _placed(person, register)
    yield from _given(people, register, switch_on, city=False)
    for person in people:
        yield from _handed_on(person, register, switch_on, by, now)
    yield from _city_roles_ended(people, by, switch_on)


def _by_person(lines: Iterable[Line]) -> Mapping[str, list[Line]]:
    people: dict[str, list[Line]] = {}
    for line in lines:
        people.setdefault(line.username, []).append(line)
    return people


def _joining(lines: Sequence[Line], register: Register, by: StaffMember) -> Iterator[Step]:
    for line in lines:
        if line.move == Move.JOINED and line.username not in register.people:
            newcomer = Newcomer(line.username, line.name, line.section, "", line.title, line.employment)
            deed = register_deed(person=newcomer, by=by)
            yield Step(line.number, "採用", f"{line.name}さんを{line.section}に登録します", deed)
            register.people[line.username] = StaffMember.objects.select_related("section").get(
                username=line.username
            )


# --- taking


def _taken(person: _Person, register: Register, switch_on: date) -> Iterator[Step]:
    """Offices that the list does not name again end the day before; who leaves, leaves everything."""
    if person.first.move == Move.LEFT:
        words = f"{person.staff.display_name}さんを退職の扱いにします。役割も起案の権限もなくなります"
        yield Step(person.first.number, "退職", words, leave_deed(staff=person.staff, today=switch_on))
        return
    for held in _held(person.staff, switch_on):
        if held.role in _OFFICES and not person.keeps(held):
            yield _ended(person, held, switch_on)
    wanted = {name for line in person.lines for name in line.accounts}
    for account in SocialAccount.objects.filter(pk__in=drafts_for(person.staff)).order_by("pk"):
        if account.name not in wanted:
            words = f"{person.staff.display_name}さんから「{account.name}」の起案の権限を外します"
            deed = stop_draft_deed(staff=person.staff, account=account)
            yield Step(person.first.number, "権限", words, deed)


def _city_roles_ended(people: Iterable[_Person], by: StaffMember, switch_on: date) -> Iterator[Step]:
    """Last, and the own ones at the very end: who applies the list is system admin until it is done."""
    for person in sorted(people, key=lambda person: person.staff.pk == by.pk):
        for held in _held(person.staff, switch_on) if person.moves else ():
            if held.role not in _OFFICES and not person.keeps(held):
                yield _ended(person, held, switch_on)


def _held(staff: StaffMember, switch_on: date) -> list[RoleAssignment]:
    return list(RoleAssignment.objects.in_force(switch_on).filter(staff=staff).select_related("section"))


def _ended(person: _Person, held: RoleAssignment, switch_on: date) -> Step:
    last_day = switch_on - timedelta(days=1)
    where = f"{held.section.name}の" if held.section else ""
    words = (
        f"{person.staff.display_name}さんの{where}{held.get_role_display()}を{last_day:%-m月%-d日}で終えます"
    )
    deed = end_role_deed(staff=person.staff, role=Role(held.role), section=held.section, on=last_day)
    return Step(person.first.number, "役割", words, deed)


# --- giving


def _placed(person: _Person, register: Register) -> Iterator[Step]:
    """The new section and title, and the accounts to draft for."""
    line, staff = person.first, person.staff
    title = line.title or staff.title
    if person.moves and (staff.section.name, staff.title) != (line.section, title):
        words = f"{staff.display_name}さん: {staff.office} → {line.section} {title}"
        deed = move_deed(staff=staff, section=register.sections[line.section], title=title)
        yield Step(line.number, "異動", words, deed)
    held = drafts_for(staff)
    for row in person.lines:
        for account in [register.accounts[name] for name in row.accounts]:
            if account.pk not in held:
                words = f"{staff.display_name}さんに「{account.name}」の起案の権限を渡します"
                yield Step(row.number, "権限", words, let_draft_deed(staff=staff, account=account))


def _given(people: Iterable[_Person], register: Register, switch_on: date, *, city: bool) -> Iterator[Step]:
    for person in people:
        held = _held(person.staff, switch_on)
        for line in person.lines:
            if line.role is not None and (line.role not in _OFFICES) == city and not _has(line, held):
                yield _office(person.staff, line, register, switch_on)


def _has(line: Line, held: Iterable[RoleAssignment]) -> bool:
    return any(
        row.role == line.role and (row.section is None or row.section.name == line.section) for row in held
    )


def _office(staff: StaffMember, line: Line, register: Register, switch_on: date) -> Step:
    assert line.role is not None
    section = register.sections[line.section] if line.role in _OFFICES else None
    office = Office(line.role, switch_on, section, line.until_on, "人事異動")
    where = f"{section.name}の" if section else ""
    words = f"{staff.display_name}さんを{where}{ROLE_JA[line.role]}にします（{switch_on:%-m月%-d日}から）"
    return Step(line.number, "役割", words, give_role_deed(staff=staff, office=office))


# --- what was in their hands


def _handed_on(
    person: _Person, register: Register, switch_on: date, by: StaffMember, now: datetime
) -> Iterator[Step]:
    if _has_gone(person):
        yield from _posts(person, register, now)
        yield from _credentials(person, switch_on, by, now)
        yield from _devices(person, switch_on, now)


def _posts(person: _Person, register: Register, now: datetime) -> Iterator[Step]:
    successor = register.people.get(person.first.successor)
    if successor is None:
        return
    for post in without_owner([person.staff.pk]):
        words = f"投稿「{post.title}」を{person.first.name}さんから{successor.display_name}さんへ引き継ぎます"
        deed = hand_over_deed(post=post, to=successor, reason="人事異動", now=now)
        yield Step(person.first.number, "投稿", words, deed)


def _credentials(person: _Person, switch_on: date, by: StaffMember, now: datetime) -> Iterator[Step]:
    reason = f"管理していた{person.first.name}さんの異動・退職"
    held = LedgerEntry.objects.filter(holder=person.staff).select_related("social_account")
    for entry in held.order_by("pk"):
        account = entry.social_account
        deed = ask_rotation_deed(account=account, reason=reason, since=switch_on, by=by, now=now)
        words = f"「{account.name}」の認証情報の変更を頼みます（{reason}）"
        yield Step(person.first.number, "認証情報", words, deed)


def _devices(person: _Person, switch_on: date, now: datetime) -> Iterator[Step]:
    reason = f"{person.first.name}さんの異動・退職"
    for device in Device.objects.filter(holder=person.staff, state=DeviceState.ENROLLED).order_by("pk"):
        deed = ask_back_deed(device=device, reason=reason, on=switch_on, now=now)
        words = f"端末「{device.name}」の返却か引継ぎを求めます"
        yield Step(person.first.number, "端末", words, deed)


def _has_gone(person: _Person) -> bool:
    """Who only gets another title in the same section keeps what is in their hands."""
    return person.first.move == Move.LEFT or (
        person.moves and person.staff.section.name != person.first.section
    )
