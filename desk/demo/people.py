"""The demo city's people: fictional, in all roles of a city like the one whose rules it runs under.

They are registered as a real city's are: a first system admin, who registers everybody else.
"""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.actions.offices import Office, give_role
from accounts.actions.people import Newcomer, first_admin, register
from accounts.models import StaffMember
from rules.calendar import day_of, fiscal_year_end
from rules.states import Employment, Role

PARENT = "企画総務部"
ADMIN = "kondo"


@dataclass(frozen=True)
class Part:
    """One person of the demo, with the story that one can play as this person."""

    username: str
    name: str
    section: str
    title: str
    role: Role | None
    plays: str
    employment: Employment = Employment.REGULAR


PARTS = (
    Part("sato", "佐藤 美咲", "観光交流課", "主事", None, "観光の投稿を起案します"),
    Part(
        "tanaka",
        "田中 健一",
        "観光交流課",
        "課長補佐",
        Role.DEPUTY,
        "ほかの人の投稿を確認します。課長の代決者です",
    ),
    Part(
        "suzuki",
        "鈴木 洋子",
        "観光交流課",
        "観光交流課長",
        Role.CHIEF,
        "観光の投稿を承認し、運用方針を決裁します",
    ),
    Part(
        "nakano", "中野 遥", "移住定住推進課", "主事", None, "移住の投稿を起案します", Employment.FISCAL_YEAR
    ),
    Part("mori", "森 恵子", "移住定住推進課", "移住定住推進課長", Role.CHIEF, "移住の投稿を承認します"),
    Part(
        "onishi",
        "大西 由紀",
        "秘書広報課",
        "広報係長",
        Role.WEB_ADMIN,
        "運用方針を書き、ホームページに公表します",
    ),
    Part("kondo", "近藤 翔", "秘書広報課", "情報政策係長", Role.SYSTEM_ADMIN, "公式アカウントをつなぎます"),
    Part("ogawa", "小川 誠", "秘書広報課", "監査担当", Role.AUDITOR, "すべてを読み、何も変えません"),
)


def load_people(*, at: datetime, now: datetime) -> dict[str, StaffMember]:
    """Everybody as of `at`, the deputy in office beyond `now`; no password works until somebody sets one."""
    admin = _first(next(part for part in PARTS if part.username == ADMIN), at)
    people = {part.username: _person(part, admin, at) for part in PARTS if part.username != ADMIN}
    for part in PARTS:
        if part.role is not None and part.username != ADMIN:
            office = _office(part.role, people[part.username], day_of(at), fiscal_year_end(day_of(now)))
            give_role(staff=people[part.username], office=office, by=admin, now=at)
    return {ADMIN: admin, **people}


def _first(part: Part, at: datetime) -> StaffMember:
    return first_admin(
        username=part.username,
        name=part.name,
        section=part.section,
        title=part.title,
        password=None,
        now=at,
    )


def _person(part: Part, admin: StaffMember, at: datetime) -> StaffMember:
    newcomer = Newcomer(part.username, part.name, part.section, PARENT, part.title, part.employment)
    return register(person=newcomer, by=admin, now=at)


def _office(role: Role, staff: StaffMember, from_on: date, year_end: date) -> Office:
    section = staff.section if role in (Role.CHIEF, Role.DEPUTY) else None
    return Office(role, from_on, section, year_end if role == Role.DEPUTY else None, "年度の発令")
