"""What stands against a table of people, found before anything is written: one sentence for each fault.

Compares with the register and asks the rules; writes nothing, refuses nobody. Whether the person who brings the
table may do it is left to the acts, so that a refusal for that is in the record.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError

from accounts.actions.people_table import ImportFault, Row
from accounts.facts import actor_facts, city_facts, member_facts
from accounts.models import Section, SocialAccount, StaffMember
from rules.facts import Actor, City, Member
from rules.states import AccountState, Verb
from rules.workflow import Refused, decide


@dataclass
class Register:
    """People by username, sections with the name of the section above, social accounts in use by name.

    People and sections grow with each line, as they will when the lines are followed.
    """

    people: dict[str, StaffMember]
    sections: dict[str, str]
    accounts: dict[str, SocialAccount]


@dataclass(frozen=True)
class _Judge:
    """Who brings the table, and where and when."""

    actor: Actor
    city: City
    now: datetime

    def against(self, verb: Verb, member: Member) -> Iterator[str]:
        decision = decide(verb, member, self.actor, self.city, self.now)
        if isinstance(decision, Refused) and not decision.forbidden:
            yield from (reason.sentence for reason in decision.reasons)


def check(rows: Iterable[Row], *, by: StaffMember, now: datetime) -> Register:
    """The register with everybody in it. Raises ImportFault naming every faulty line."""
    register, judge = _register(), _Judge(actor_facts(by), city_facts(now), now)
    faults = [f"{row.line}行目: {fault}" for row in rows for fault in _faults(row, register, judge)]
    if faults:
        raise ImportFault("\n".join(faults))
    return register


def _register() -> Register:
    return Register(
        {staff.username: staff for staff in StaffMember.objects.all()},
        {name: parent or "" for name, parent in Section.objects.values_list("name", "parent__name")},
        {account.name: account for account in SocialAccount.objects.exclude(state=AccountState.CLOSED)},
    )


def _faults(row: Row, register: Register, judge: _Judge) -> Iterator[str]:
    staff = register.people.get(row.username)
    if staff is None:
        staff = register.people[row.username] = _newcomer(row)
        yield from _unfit(staff, row)
        yield from _misplaced(row, register)
    else:
        yield from _mistaken(staff, row, register)
    yield from (
        f"「{name}」は、公式アカウント台帳にありません。"
        for name in row.accounts
        if name not in register.accounts
    )
    yield from _refused(staff, row, judge)


def _newcomer(row: Row) -> StaffMember:
    return StaffMember(
        username=row.username, display_name=row.name, title=row.title, employment=row.employment
    )


def _unfit(staff: StaffMember, row: Row) -> Iterator[str]:
    """Too long, or a username with signs that it may not have."""
    sections = (Section(name=name) for name in (row.section, row.parent) if name)
    for made, skipped in ((staff, {"section", "password"}), *((section, {"parent"}) for section in sections)):
        try:
            made.clean_fields(exclude=skipped)
        except ValidationError as error:
            yield from error.messages


def _misplaced(row: Row, register: Register) -> Iterator[str]:
    """A section lies under one other section; the table does not move it."""
    above = register.sections.get(row.section, "")
    if row.parent == row.section:
        yield "「上の所属」が「所属」と同じです。"
    elif row.parent and above and above != row.parent:
        yield f"「{row.section}」は、登録では「{above}」の下にあります。"
    register.sections[row.section] = above or row.parent
    if row.parent:
        register.sections.setdefault(row.parent, "")
    if row.section in _over(row.section, register):
        yield f"「{row.section}」が、自分の上の所属になってしまいます。上の所属を確かめてください。"


def _over(section: str, register: Register) -> list[str]:
    """The sections above that one, as far as they can be followed without going round."""
    names: list[str] = []
    above = register.sections.get(section, "")
    while above and above not in names:
        names.append(above)
        above = register.sections.get(above, "")
    return names


def _mistaken(staff: StaffMember, row: Row, register: Register) -> Iterator[str]:
    """Somebody else's username, somebody who has left, or another kind of employment than the register's."""
    if "".join(staff.display_name.split()) != "".join(row.name.split()):
        yield f"ユーザー名「{row.username}」は、{staff.display_name}さんのものです。"
    if not staff.is_active:
        yield f"{staff.display_name}さんは、退職・異動の扱いになっています。"
    if staff.employment != row.employment:
        registered = staff.get_employment_display()
        yield f"{staff.display_name}さんの任用の種類は、登録では「{registered}」です。"
    if row.role_section and row.role_section not in register.sections:
        yield f"「{row.role_section}」という所属は、登録されていません。"


def _refused(staff: StaffMember, row: Row, judge: _Judge) -> Iterator[str]:
    """What the rules would have against it. Which section it is does not matter to them, only that it is one."""
    if not staff.is_active:
        return
    member = member_facts(staff)
    if row.role is not None:
        section = 0 if row.role_section else None
        part = replace(member, role=row.role, section=section, until_on=row.until_on)
        yield from judge.against(Verb.GIVE_ROLE, part)
    elif row.accounts:
        yield from judge.against(Verb.LET_DRAFT, member)
