"""The demo city's people: fictional, in all roles of a city like the one whose rules it runs under."""

from dataclasses import dataclass
from datetime import date

from accounts.models import RoleAssignment, Section, StaffMember
from rules.states import Employment, Role

SINCE = date(2026, 4, 1)
FISCAL_YEAR_END = date(2027, 3, 31)
PARENT = "企画総務部"
SECTIONS = ("観光交流課", "移住定住推進課", "秘書広報課")


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


def load_people() -> dict[str, StaffMember]:
    """Sections, people and their roles; no password works until somebody sets one."""
    parent = Section.objects.create(name=PARENT)
    sections = {name: Section.objects.create(name=name, parent=parent) for name in SECTIONS}
    return {part.username: _person(part, sections[part.section]) for part in PARTS}


def _person(part: Part, section: Section) -> StaffMember:
    staff = StaffMember(
        username=part.username,
        display_name=part.name,
        section=section,
        title=part.title,
        employment=part.employment,
    )
    staff.set_unusable_password()
    staff.save()
    if part.role is not None:
        _give(staff, part.role)
    return staff


def _give(staff: StaffMember, role: Role) -> None:
    office = role in (Role.CHIEF, Role.DEPUTY)
    RoleAssignment.objects.create(
        staff=staff,
        role=role,
        section=staff.section if office else None,
        from_on=SINCE,
        until_on=FISCAL_YEAR_END if role == Role.DEPUTY else None,
        grounds="令和8年度の発令",
    )
