"""The people, the city and the social account of the proof: few, fixed, made by hand. No expectations live here."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from rules.facts import (
    SYSTEM,
    Account,
    Actor,
    Asked,
    City,
    Claim,
    DisasterReport,
    LawCitation,
    PastFact,
    Person,
    Post,
    PublicSource,
    RoleHeld,
)
from rules.states import AccountState, Employment, Ground, PostKind, PostState, Role

JST = ZoneInfo("Asia/Tokyo")
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
DEPARTMENT, TOURISM = 1, 10
DIGEST = "digest-of-the-version"
CITY = City("見本市", ("mima",), date(2023, 4, 1))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JST)


def _office(role: Role, section: int) -> tuple[RoleHeld, ...]:
    return (RoleHeld(role, section, date(2026, 4, 1), date(2027, 3, 31)),)


SUZUKI_NAMED = Person(5, "鈴木 洋子（観光交流課長）", chief=True)
# Who drafts, without any rank.
SATO = Actor(1, "佐藤", TOURISM, drafts_for=frozenset({1, 2}))
# Who checks: no rank, no part in the post.
TANAKA = Actor(3, "田中", TOURISM)
SUZUKI = Actor(5, "鈴木", TOURISM, roles=_office(Role.CHIEF, TOURISM))
TAKAHASHI = Actor(6, "高橋", TOURISM, roles=_office(Role.DEPUTY, TOURISM))
# A chief who wrote in the post: the rank changes nothing.
KATO = Actor(9, "加藤", TOURISM, roles=_office(Role.CHIEF, TOURISM), drafts_for=frozenset({1, 2}))
WATANABE = Actor(10, "渡辺", DEPARTMENT, roles=_office(Role.CHIEF, DEPARTMENT))
# A contractor to whom somebody has even given the chief's role.
ONO = Actor(
    12,
    "小野",
    TOURISM,
    employment=Employment.CONTRACTOR,
    roles=_office(Role.CHIEF, TOURISM),
    drafts_for=frozenset({1, 2}),
)
WORKER = SYSTEM

X = Account(
    id=1,
    name="見本市観光X",
    section=TOURISM,
    state=AccountState.IN_OPERATION,
    rulebooks=("mima",),
    policy_in_force=True,
    approvers=(SUZUKI_NAMED,),
    policy_categories=frozenset({"観光"}),
)

CLAIMS = {
    Ground.PUBLIC: Claim(Ground.PUBLIC, PublicSource("https://www.city.mihon.example/koho", FRIDAY)),
    Ground.FACT: Claim(Ground.FACT, PastFact("紅葉まつり", FRIDAY)),
    Ground.LAW: Claim(Ground.LAW, LawCitation("水防法", "第15条")),
    Ground.DISASTER: Claim(Ground.DISASTER, DisasterReport("避難情報", "見本市災害対策本部", at(FRIDAY, 8))),
}

# A draft against which no rule has anything, once it has been asked for with what its act wants.
DRAFT = Post(
    id=100,
    state=PostState.DRAFTING,
    section=TOURISM,
    parent_section=DEPARTMENT,
    kind=PostKind.POST,
    digest=DIGEST,
    category="観光",
    category_note="",
    title="うだつの町並みライトアップ",
    targets=(X,),
    contributors=frozenset({SATO.id, KATO.id}),
    deciders=frozenset(),
    approvers=(SUZUKI_NAMED,),
    declared_on=FRIDAY,
)
SEEN = Asked(seen_digest=DIGEST)
