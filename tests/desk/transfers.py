"""A city before the transfer of 1 April: eight sections, forty people who move, drafts and keys in their hands."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.actions.transfer_table import COLUMNS
from accounts.models import Device, LedgerEntry, RoleAssignment, Section, SocialAccount, StaffMember
from posts.actions import drafting
from posts.models import Post
from rules.states import DeviceKind, DeviceState, Role
from tests.support.cast import LONG_AGO, Cast, content_for, let_draft, make_account

APRIL = date(2027, 4, 1)
EIGHT = range(8)


@dataclass
class City:
    """`people` are the forty: in section i the chief `c<i>`, and the staff `s<i>a` to `s<i>d`."""

    cast: Cast
    sections: list[Section]
    accounts: list[SocialAccount]
    people: dict[str, StaffMember]
    drafts: list[Post]
    rows: list[dict[str, str]] = field(default_factory=list)


def make_city(cast: Cast, now: datetime) -> City:
    sections = [Section.objects.create(name=f"第{i}課", parent=cast.planning) for i in EIGHT]
    people = {name: staff for i, section in enumerate(sections) for name, staff in _of(i, section)}
    accounts = [_account(cast, i, section, people) for i, section in enumerate(sections)]
    drafts = []
    for i in EIGHT:
        let_draft(accounts[i], *(people[f"s{i}{letter}"] for letter in "abcd"))
        drafts.append(_draft(accounts[i], people[f"s{i}a"], now))
        _keys(accounts[i], people[f"s{i}b"], cast, now)
    city = City(cast, sections, accounts, people, drafts)
    city.rows = list(_list(city))
    return city


def _of(i: int, section: Section) -> Iterable[tuple[str, StaffMember]]:
    chief = _person(f"c{i}", f"課長 {i}", section, f"{section.name}長")
    RoleAssignment.objects.create(staff=chief, role=Role.CHIEF, section=section, from_on=LONG_AGO)
    yield f"c{i}", chief
    for letter in "abcd":
        yield f"s{i}{letter}", _person(f"s{i}{letter}", f"職員 {i}{letter}", section, "主事")


def _person(username: str, name: str, section: Section, title: str) -> StaffMember:
    return StaffMember.objects.create(username=username, display_name=name, section=section, title=title)


def _account(cast: Cast, i: int, section: Section, people: Mapping[str, StaffMember]) -> SocialAccount:
    """An account in operation under a policy, moved to its own section (as a reorganisation would have done)."""
    handle = f"@dai_{i}_demo"
    account = make_account(cast, f"第{i}課（X）", handle=handle, url=f"https://x.com/dai_{i}_demo")
    SocialAccount.objects.filter(pk=account.pk).update(section=section)
    account.refresh_from_db()
    return account


def _draft(account: SocialAccount, by: StaffMember, now: datetime) -> Post:
    content = content_for(account)
    return drafting.draft(title=f"{account.name}のお知らせ", content=content, declared=True, by=by, now=now)


def _keys(account: SocialAccount, holder: StaffMember, cast: Cast, now: datetime) -> None:
    LedgerEntry.objects.create(
        social_account=account,
        holder=holder,
        changed_on=date(2026, 10, 1),
        recorded_by=cast.kondo,
        recorded_at=now,
    )
    Device.objects.create(
        name=f"PC-{account.pk:03d}",
        kind=DeviceKind.CERTIFICATE,
        state=DeviceState.ENROLLED,
        section=account.section,
        holder=holder,
        fingerprint=f"{account.pk:064x}",
        recorded_by=cast.kondo,
        recorded_at=now,
        enrolled_at=now,
    )


def _list(city: City) -> Iterable[dict[str, str]]:
    """Everybody moves one section on; the chiefs change places; the new ones take over what the old ones wrote."""
    for i in EIGHT:
        to = (i + 1) % 8
        new, own = city.sections[to], city.accounts[to].name
        yield _row(city.people[f"c{i}"], new, f"{new.name}長", role="所属長")
        for letter in "abcd":
            successor = f"s{(i - 1) % 8}{letter}"
            yield _row(city.people[f"s{i}{letter}"], new, "主事", accounts=own, successor=successor)


def _row(
    staff: StaffMember,
    section: Section,
    title: str,
    *,
    role: str = "",
    accounts: str = "",
    successor: str = "",
) -> dict[str, str]:
    return dict(
        zip(
            COLUMNS,
            (
                staff.username,
                staff.display_name,
                "異動",
                section.name,
                title,
                "",
                role,
                "",
                accounts,
                successor,
            ),
            strict=True,
        )
    )


def table(rows: Iterable[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
