"""The cast of all tests: Sato writes, Tanaka checks, Suzuki is chief, Mori is another section's chief.

Builders walk the legal road: no state is written past the actions.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from guardian.shortcuts import assign_perm

from accounts.models import RoleAssignment, Section, SocialAccount, StaffMember
from platforms.counting import networks
from policies.actions import operation, policy
from posts import canonical
from posts.actions import drafting, review
from posts.models import Post
from rules.facts import Claim, PublicSource
from rules.gates import CHECKLIST
from rules.states import Employment, Ground, Role

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # Friday 10:00 JST
LONG_AGO = date(2024, 4, 1)
CATEGORIES = ["観光とイベント", "移住と定住", "防災"]


@dataclass
class Cast:
    """Everybody, by the names used in test titles."""

    sato: StaffMember
    tanaka: StaffMember
    suzuki: StaffMember
    fujimoto: StaffMember
    mori: StaffMember
    onishi: StaffMember
    kondo: StaffMember
    ito: StaffMember
    hayashi: StaffMember
    tourism: Section
    moving: Section
    planning: Section


def make_cast() -> Cast:
    """Three sections under 企画部, and nine people in all roles."""
    planning = Section.objects.create(name="企画総務部")
    tourism = Section.objects.create(name="観光交流課", parent=planning)
    moving = Section.objects.create(name="移住定住推進課", parent=planning)
    cast = Cast(
        sato=_person("sato", "佐藤 美咲", tourism, "主事"),
        tanaka=_person("tanaka", "田中 健一", tourism, "主任"),
        suzuki=_person("suzuki", "鈴木 洋子", tourism, "観光交流課長"),
        fujimoto=_person("fujimoto", "藤本 剛", tourism, "課長補佐"),
        mori=_person("mori", "森 恵子", moving, "移住定住推進課長"),
        onishi=_person("onishi", "大西 由紀", planning, "ホームページ担当"),
        kondo=_person("kondo", "近藤 翔", planning, "情報政策係長"),
        ito=_person("ito", "伊藤 正", planning, "企画総務部長"),
        hayashi=_person("hayashi", "林 大輔", tourism, "委託事業者", Employment.CONTRACTOR),
        tourism=tourism,
        moving=moving,
        planning=planning,
    )
    _give(cast.suzuki, Role.CHIEF, tourism)
    _give(cast.mori, Role.CHIEF, moving)
    _give(cast.ito, Role.CHIEF, planning)
    _give(cast.fujimoto, Role.DEPUTY, tourism, until_on=date(2027, 3, 31))
    _give(cast.onishi, Role.WEB_ADMIN)
    _give(cast.kondo, Role.SYSTEM_ADMIN)
    return cast


def _person(
    username: str, name: str, section: Section, title: str, employment: Employment = Employment.REGULAR
) -> StaffMember:
    return StaffMember.objects.create(
        username=username, display_name=name, section=section, title=title, employment=employment
    )


def _give(
    staff: StaffMember, role: Role, section: Section | None = None, until_on: date | None = None
) -> RoleAssignment:
    return RoleAssignment.objects.create(
        staff=staff, role=role, section=section, from_on=LONG_AGO, until_on=until_on
    )


def let_draft(account: SocialAccount, *people: StaffMember) -> None:
    for staff in people:
        assign_perm("accounts.draft", staff, account)


POLICY = {
    "account_name": "美馬市観光【公式】",
    "purpose": "市の魅力を知っていただくため、次の情報をお伝えします。",
    "categories": CATEGORIES,
    "posters": "観光交流課の職員",
    "hours_start": "08:30",
    "hours_end": "17:15",
    "reply_mode": "none",
    "reply_text": "情報発信専用です。返信はしません。",
    "personal_information": "個人情報の保護に関する法律に基づいて取り扱います。",
    "intellectual_property": "文章や写真の著作権は、市または正当な権利者にあります。",
    "disclaimers": ["利用者の行為について、市は責任を負いません。"],
    "further_items": [{"heading": "利用者の遵守事項", "body": "人を傷つける書き込みはしないでください。"}],
    "effective_on": date(2026, 4, 1),
}


def make_account(
    cast: Cast,
    name: str = "美馬市観光（X）",
    *,
    network: str = "x",
    connection: str = "training",
    handle: str = "@mima_kanko_demo",
    url: str = "https://x.com/mima_kanko_demo",
    rulebooks: tuple[str, ...] = ("mima",),
    opened: bool = True,
    now: datetime = NOW,
) -> SocialAccount:
    """A social account of the tourism section: requested, approved, with a policy in force, in operation."""
    account = operation.request(
        section=cast.tourism,
        name=name,
        network=network,
        connection=connection,
        handle=handle,
        url=url,
        rulebooks=list(rulebooks),
        research="規約、データの置き場所、費用、終わり方を調べた。",
        purpose="観光の情報を届ける",
        by=cast.sato,
        now=now - timedelta(days=30),
    )
    operation.approve(account=account, by=cast.suzuki, now=now - timedelta(days=29))
    let_draft(account, cast.sato, cast.tanaka, cast.hayashi)
    if opened:
        give_policy(cast, account, now=now - timedelta(days=28))
        operation.open_(account=account, by=cast.suzuki, now=now - timedelta(days=27))
    account.refresh_from_db()
    return account


def give_policy(cast: Cast, account: SocialAccount, *, now: datetime) -> None:
    """Write, decide and publish a policy by the legal road."""
    own = {"service": networks()[account.network], "handle": account.handle, "url": account.url}
    version = policy.write(account=account, content=POLICY | own, by=cast.onishi, now=now)
    policy.ask_decision(version=version, by=cast.onishi, now=now)
    policy.decide(version=version, by=cast.suzuki, now=now)
    policy.publish(version=version, by=cast.onishi, now=now)


def content_for(
    *accounts: SocialAccount, text: str = "うだつの町並みであかりの夕べを開催します。", **rest: object
) -> canonical.Content:
    values: dict[str, object] = {"category": "観光とイベント", **rest}
    return canonical.Content(text=text, targets=tuple(account.pk for account in accounts), **values)  # type: ignore[arg-type]


def public_claim(on: date = date(2026, 11, 19)) -> Claim:
    return Claim(Ground.PUBLIC, PublicSource("https://www.city.mima.example/event/akari.html", on))


def drafted(cast: Cast, *accounts: SocialAccount, now: datetime = NOW, **content: object) -> Post:
    """A complete draft by Sato, with the declaration."""
    return drafting.draft(
        title="あかりの夕べ",
        content=content_for(*accounts, **content),
        declared=True,
        by=cast.sato,
        now=now,  # type: ignore[arg-type]
    )


def seen(post: Post) -> str:
    """The digest of the version that somebody looking at the post now sees."""
    post.refresh_from_db()
    return post.versions.get(number=post.version_no).digest


def submitted(cast: Cast, *accounts: SocialAccount, now: datetime = NOW, **content: object) -> Post:
    post = drafted(cast, *accounts, now=now, **content)
    return review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=now)


def claimed(cast: Cast, *accounts: SocialAccount, now: datetime = NOW, **content: object) -> Post:
    post = drafted(cast, *accounts, now=now, **{"claim": public_claim(), **content})
    return review.claim_exemption(post=post, seen_digest=seen(post), by=cast.sato, now=now)


def approved(cast: Cast, *accounts: SocialAccount, now: datetime = NOW, **content: object) -> Post:
    post = submitted(cast, *accounts, now=now, **content)
    return review.approve(post=post, seen_digest=seen(post), by=cast.suzuki, now=now)


def checked(cast: Cast, *accounts: SocialAccount, now: datetime = NOW, **content: object) -> Post:
    post = claimed(cast, *accounts, now=now, **content)
    return review.second_check(post=post, seen_digest=seen(post), ticks=CHECKLIST, by=cast.tanaka, now=now)
