"""What stands against a transfer list before any rule is asked: names that the register does not know.

One sentence for each fault, with the row. Reads only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.actions.transfer_table import Line, Move
from accounts.models import Section, SocialAccount, StaffMember
from accounts.queries import sections_without_approver
from rules.states import AccountState


@dataclass
class Register:
    """Whom and what the list names, as registered. People who join are added when their step is taken.

    `headless` are the sections that had nobody to approve before: the list did not break them.
    """

    people: dict[str, StaffMember]
    sections: dict[str, Section]
    accounts: dict[str, SocialAccount]
    headless: frozenset[int]

    def touched(self) -> list[int]:
        return [staff.pk for staff in self.people.values() if staff.pk]


def register_of(lines: Sequence[Line], on: date) -> Register:
    """Everything that the rows name, and where nobody approves on that day already."""
    names = {name for line in lines for name in (line.username, line.successor) if name}
    people = StaffMember.objects.filter(username__in=names).select_related("section")
    in_use = SocialAccount.objects.exclude(state=AccountState.CLOSED)
    return Register(
        {staff.username: staff for staff in people},
        {section.name: section for section in Section.objects.all()},
        {account.name: account for account in in_use},
        frozenset(sections_without_approver(on).values_list("pk", flat=True)),
    )


def faults_in(lines: Sequence[Line], register: Register) -> Iterator[str]:
    """Every fault of every row: unknown people, sections, accounts; rows about one person that do not fit."""
    first: dict[str, Line] = {}
    for line in lines:
        for sentence in (*_about_person(line, register), *_about_places(line, register)):
            yield f"{line.number}行目: {sentence}"
        earlier = first.setdefault(line.username, line)
        if (earlier.move, earlier.section) != (line.move, line.section):
            yield f"{line.number}行目: {line.name}さんの行が{earlier.number}行目にもあり、区分か所属が違います。"


def _about_person(line: Line, register: Register) -> Iterator[str]:
    staff = register.people.get(line.username)
    if line.move == Move.JOINED:
        if staff is not None:
            yield f"「{line.username}」は、もう{staff.display_name}さんが使っています。別のユーザー名にしてください。"
    elif staff is None:
        yield f"「{line.username}」という職員はいません。ユーザー名を確かめてください。"
    elif "".join(staff.display_name.split()) != "".join(line.name.split()):
        yield f"「{line.username}」は、{staff.display_name}さんのものです。氏名とユーザー名を確かめてください。"
    elif not staff.is_active:
        yield f"{staff.display_name}さんは、もう退職・異動の扱いになっています。"


def _about_places(line: Line, register: Register) -> Iterator[str]:
    if line.section and line.section not in register.sections:
        yield f"「{line.section}」という所属は登録されていません。先に「所属」の画面で加えてください。"
    for name in line.accounts:
        if name not in register.accounts:
            yield f"「{name}」は、公式アカウント台帳にありません。"
    if line.successor and line.successor not in register.people:
        yield f"引継ぎ先の「{line.successor}」という職員はいません。"
    if line.successor == line.username:
        yield "引継ぎ先が本人です。ほかの職員を書いてください。"
