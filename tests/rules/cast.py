"""The cast and the sound cases of the rules' tests: facts by hand, nothing from a database.

Here live people, social accounts and subjects against which no rule has anything. Not here: any expectation.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.facts import (
    SYSTEM,
    Account,
    Actor,
    Asked,
    City,
    Claim,
    Clearance,
    Delivery,
    DisasterReport,
    Member,
    Person,
    Policy,
    Post,
    PublicSource,
    RoleHeld,
    SubjectFacts,
    Successor,
    TopicSection,
)
from rules.gates import CHECKLIST
from rules.registered import Device, LedgerLine, RulebookChange, Section
from rules.restraints import (
    Confirmation,
    Day,
    Election,
    Headquarters,
    Restriction,
    Review,
    StandingConfirmation,
    Urgency,
)
from rules.states import (
    AccountState,
    Basis,
    Cause,
    DeliveryState,
    Employment,
    Ground,
    HeadquartersState,
    How,
    PolicyState,
    PostKind,
    PostState,
    RestrictionKind,
    ReviewState,
    Role,
    Scope,
    Verb,
)
from rules.workflow import Decision, Refused, decide

JST = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=JST)
TODAY = NOW.date()
DAY, HOUR, TICK = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
RULES_SINCE = date(2023, 4, 1)
DEPARTMENT, TOURISM, WATER, PR = 1, 10, 20, 30
DIGEST = "digest-of-the-version"
CITY = City("見本市", ("mima",), RULES_SINCE)


def held(
    role: Role, section: int | None, since: date = date(2026, 4, 1), until: date | None = None
) -> RoleHeld:
    return RoleHeld(role, section, since, until)


X = Account(
    id=1,
    name="見本市観光X",
    section=TOURISM,
    state=AccountState.IN_OPERATION,
    rulebooks=("mima",),
    policy_in_force=True,
    approvers=(Person(5, "鈴木 洋子（観光交流課長）", chief=True),),
    policy_categories=frozenset({"観光", "移住"}),
    asked=Asked(reason="担当者が代わったためです。"),
)
NOTE = replace(X, id=2, name="見本市移住ノート")
BOTH_ACCOUNTS = frozenset({X.id, NOTE.id})
CHIEF_OF_TOURISM = (held(Role.CHIEF, TOURISM),)

# --- People. Who wrote in the post: Sato, Ito, Kato, the contractor Ono, and the three who may do nothing.
SATO = Actor(1, "佐藤", TOURISM, drafts_for=BOTH_ACCOUNTS)
ITO = Actor(2, "伊藤", WATER, drafts_for=BOTH_ACCOUNTS)
TANAKA = Actor(3, "田中", TOURISM)
YAMADA = Actor(4, "山田", TOURISM, drafts_for=BOTH_ACCOUNTS)
SUZUKI = Actor(5, "鈴木", TOURISM, roles=CHIEF_OF_TOURISM)
DEPUTY = Actor(6, "高橋", TOURISM, roles=(held(Role.DEPUTY, TOURISM, TODAY, TODAY),))
DEPUTY_BEFORE = replace(DEPUTY, id=7, roles=(held(Role.DEPUTY, TOURISM, TODAY + DAY),))
DEPUTY_AFTER = replace(DEPUTY, id=8, roles=(held(Role.DEPUTY, TOURISM, TODAY - 9 * DAY, TODAY - DAY),))
KATO = Actor(9, "加藤", TOURISM, roles=CHIEF_OF_TOURISM, drafts_for=BOTH_ACCOUNTS)
PARENT_CHIEF = Actor(10, "渡辺", DEPARTMENT, roles=(held(Role.CHIEF, DEPARTMENT),))
MORI = Actor(11, "森", WATER, roles=(held(Role.CHIEF, WATER),))
ONO = Actor(12, "小野", TOURISM, employment=Employment.CONTRACTOR, drafts_for=BOTH_ACCOUNTS)
NEW_CONTRACTOR = replace(ONO, id=13)
NEW_MANAGER = replace(ONO, id=14, employment=Employment.DESIGNATED_MANAGER)
CONTRACTOR_CHIEF = replace(ONO, id=15, roles=CHIEF_OF_TOURISM)
ELECTED = replace(KATO, id=16, elected=True)
LEFT = replace(KATO, id=17, active=False)
WEB_ADMIN = Actor(18, "石井", PR, roles=(held(Role.WEB_ADMIN, None),))
SYSTEM_ADMIN = Actor(19, "上田", PR, roles=(held(Role.SYSTEM_ADMIN, None),))
AUDITOR = Actor(20, "監査", PR, roles=(held(Role.AUDITOR, None),))
OUTSIDE_DRAFTER = replace(ITO, id=21)
DRAFTS_FOR_ONE = replace(ITO, id=22, drafts_for=frozenset({X.id}))
DEPUTY_FROM_PR = replace(DEPUTY, id=24, section=PR)
STRANGER = Actor(23, "島田", WATER)

CAST: dict[str, Actor] = {
    "sato": SATO,
    "ito": ITO,
    "tanaka": TANAKA,
    "yamada": YAMADA,
    "suzuki": SUZUKI,
    "deputy": DEPUTY,
    "deputy_before": DEPUTY_BEFORE,
    "deputy_after": DEPUTY_AFTER,
    "kato": KATO,
    "parent_chief": PARENT_CHIEF,
    "mori": MORI,
    "ono": ONO,
    "new_contractor": NEW_CONTRACTOR,
    "new_manager": NEW_MANAGER,
    "contractor_chief": CONTRACTOR_CHIEF,
    "elected": ELECTED,
    "left": LEFT,
    "web_admin": WEB_ADMIN,
    "system_admin": SYSTEM_ADMIN,
    "auditor": AUDITOR,
    "outside_drafter": OUTSIDE_DRAFTER,
    "drafts_for_one": DRAFTS_FOR_ONE,
    "deputy_from_pr": DEPUTY_FROM_PR,
    "stranger": STRANGER,
    "worker": SYSTEM,
}
WROTE = frozenset({SATO.id, ITO.id, KATO.id, ONO.id, ELECTED.id, LEFT.id})

# --- Sound subjects
PUBLISHED = PublicSource("https://www.city.mihon.example/koho/11.html", TODAY - DAY)
EVACUATION = DisasterReport("避難情報", "見本市災害対策本部", NOW)
SOUND_POST = Post(
    id=100,
    state=PostState.DRAFTING,
    section=TOURISM,
    parent_section=DEPARTMENT,
    kind=PostKind.POST,
    digest=DIGEST,
    category="観光",
    category_note="",
    title="うだつの町並みライトアップ",
    targets=(X, NOTE),
    contributors=WROTE,
    deciders=frozenset(),
    approvers=X.approvers,
    claim=Claim(Ground.PUBLIC, PUBLISHED),
    declared_on=TODAY,
    urgency=Urgency("断水"),
    topic_sections=(TopicSection(WATER, "水道課", agrees=True, members=frozenset({ITO.id, STRANGER.id})),),
    successor=Successor(YAMADA.id, YAMADA.name, able=True, drafts_for=BOTH_ACCOUNTS),
    asked=Asked(
        "日付を直してください。",
        DIGEST,
        frozenset(CHECKLIST),
        consulted=frozenset({TANAKA.id, SUZUKI.id}),
        urgency=1,
        confirmed_by=SUZUKI.id,
        confirmed_at=NOW,
        how=How.PHONE,
        topic=WATER,
    ),
)
# The same with what the section asked has said on the phone.
SOUND_TOPIC = replace(SOUND_POST, asked=replace(SOUND_POST.asked, confirmed_by=STRANGER.id))
SOUND_DELIVERY = Delivery(
    state=DeliveryState.WAITING,
    account=X,
    post=replace(
        SOUND_POST, state=PostState.CLEARED, clearance=Clearance(Basis.APPROVAL, DIGEST), targets=(X,)
    ),
    clearance_live=True,
    latest_at=NOW + HOUR,
    settle_from=NOW - timedelta(minutes=1),
    by_hand=True,
    taken_by=Person(SATO.id, SATO.name),
    was_taken=True,
    asked=Asked("公式アカウントのページを見た。", url="https://x.com/mihon_kanko/status/1"),
)
SOUND_POLICY = Policy(
    state=PolicyState.DRAFTING,
    account=X,
    empty_items=(),
    effective_on=TODAY + DAY,
    last_effective_on=TODAY,
    nobody_replies=True,
    says_send_only=True,
    asked=Asked(reason="キを書き足してください。"),
)
# Somebody who is to become chief of the section, and has what one may want to take away again.
SOUND_MEMBER = Member(
    id=60,
    name="中村",
    employment=Employment.REGULAR,
    elected=False,
    active=True,
    role=Role.CHIEF,
    section=TOURISM,
    holds_it=True,
    asked=Asked(reason="事務決裁規程第8条"),
)
# What a system admin keeps: a section under its department, a machine, a line of the ledger, a rule from tomorrow on.
SOUND_SECTION = Section(id=WATER, name="水道課", above=("企画総務部",), asked=Asked(reason="組織を変えた。"))
SOUND_DEVICE = Device(
    id=90, name="観光端末3", holder=SATO.id, section=TOURISM, asked=Asked(reason="買い替えた。")
)
SOUND_LINE = LedgerLine(
    id=X.id,
    name=X.name,
    section=TOURISM,
    holder=SATO.id,
    changed_on=TODAY,
    recovery="koho@city.mihon.example",
    approvers=X.approvers,
    books=("mima",),
    asked=Asked(reason="管理する人が替わった。"),
)
SOUND_CHANGE = RulebookChange(
    "mima", TODAY + DAY, duty="out_of_hours", on=False, asked=Asked(reason="要領を改めた。")
)
# A suspension of the social account, ended by its chief after talking it over with Tanaka.
SOUND_RESTRICTION = Restriction(
    kind=RestrictionKind.SUSPENSION,
    started_at=NOW - 2 * HOUR,
    id=70,
    cause=Cause.DISASTER,
    scope=Scope.ACCOUNT,
    where="見本市観光X",
    words="11月20日 8:00から、佐藤",
    section=TOURISM,
    parent_section=DEPARTMENT,
    account=X.id,
    chiefs=frozenset({SUZUKI.id, KATO.id, PARENT_CHIEF.id}),
    approvers=X.approvers,
    hq_stands=True,
    rulebooks=("mima",),
    asked=Asked("水が引き、道路が通れるようになった。", consulted=frozenset({SUZUKI.id, TANAKA.id})),
)
SOUND_HQ = Headquarters(
    state=HeadquartersState.STANDING,
    set_up_at=NOW - 3 * HOUR,
    dissolved_at=NOW - HOUR,
)
# What Ito wrote down of the chief's word.
SOUND_WORD = Confirmation(
    confirmed_at=NOW - HOUR,
    recorded_by=ITO.id,
    section=TOURISM,
    approvers=X.approvers,
    asked=Asked("その日は休んでいた。"),
)
SOUND_STANDING = StandingConfirmation(
    from_on=TODAY, until_on=date(2027, 3, 31), section=TOURISM, approvers=X.approvers
)
SOUND_REVIEW = Review(
    state=ReviewState.OPEN,
    section=TOURISM,
    parent_section=DEPARTMENT,
    due_at=NOW + DAY,
    contributors=WROTE,
    approvers=X.approvers,
    asked=Asked("断水の範囲と時刻を、水道課の発表と見比べた。"),
)
SOUND_ELECTION = Election(
    name="見本市長選挙",
    announced_on=TODAY - DAY,
    polling_on=TODAY + 6 * DAY,
    candidates=("穴吹 一郎",),
    asked=Asked("日付をまちがえて登録した。"),
)
SOUND_DAY = Day(on=date(2026, 12, 28), asked=Asked("市の創立記念日で休む。"))
SOUND_URGENCY = Urgency("断水")


@dataclass(frozen=True)
class Act:
    """A verb from one state, and somebody who may do it."""

    verb: Verb
    state: PostState
    by: Actor

    def on(self, post: Post) -> Decision:
        return judge(self.verb, replace(post, state=self.state), self.by)


# Every act on a post, each by somebody against whom the rules have nothing.
POST_ACTS = {
    "edit": Act(Verb.EDIT, PostState.DRAFTING, SATO),
    "edit cleared": Act(Verb.EDIT, PostState.CLEARED, SATO),
    "submit": Act(Verb.SUBMIT, PostState.DRAFTING, SATO),
    "claim": Act(Verb.CLAIM, PostState.DRAFTING, SATO),
    "approve": Act(Verb.APPROVE, PostState.AWAITING_APPROVAL, SUZUKI),
    "return": Act(Verb.RETURN, PostState.AWAITING_APPROVAL, SUZUKI),
    "second check": Act(Verb.SECOND_CHECK, PostState.AWAITING_CHECK, TANAKA),
    "return check": Act(Verb.RETURN, PostState.AWAITING_CHECK, TANAKA),
    "escalate": Act(Verb.ESCALATE, PostState.AWAITING_CHECK, TANAKA),
    "take back": Act(Verb.TAKE_BACK, PostState.AWAITING_APPROVAL, SATO),
    "take back check": Act(Verb.TAKE_BACK, PostState.AWAITING_CHECK, SATO),
    "cancel": Act(Verb.CANCEL, PostState.DRAFTING, SATO),
    "cancel cleared": Act(Verb.CANCEL, PostState.CLEARED, SATO),
    "send in emergency": Act(Verb.SEND_IN_EMERGENCY, PostState.DRAFTING, SATO),
    "confirm": Act(Verb.CONFIRM, PostState.AWAITING_CHECK, TANAKA),
    "confirm draft": Act(Verb.CONFIRM, PostState.DRAFTING, SATO),
    "confirm cleared": Act(Verb.CONFIRM, PostState.CLEARED, TANAKA),
    "hand back": Act(Verb.HAND_BACK, PostState.CLEARED, SUZUKI),
    "hand over": Act(Verb.HAND_OVER, PostState.DRAFTING, SATO),
    "hand over cleared": Act(Verb.HAND_OVER, PostState.CLEARED, SUZUKI),
}


@dataclass(frozen=True)
class DeliveryAct:
    """The same for a delivery."""

    verb: Verb
    state: DeliveryState
    by: Actor

    def on(self, delivery: Delivery, now: datetime = NOW) -> Decision:
        return judge(self.verb, replace(delivery, state=self.state), self.by, now=now)


DELIVERY_ACTS = {
    "send": DeliveryAct(Verb.SEND, DeliveryState.WAITING, SYSTEM),
    "send held": DeliveryAct(Verb.SEND, DeliveryState.HELD, SYSTEM),
    "send unknown": DeliveryAct(Verb.SEND, DeliveryState.UNKNOWN, SYSTEM),
    "take": DeliveryAct(Verb.TAKE, DeliveryState.WAITING, SATO),
    "take held": DeliveryAct(Verb.TAKE, DeliveryState.HELD, TANAKA),
    "report": DeliveryAct(Verb.REPORT, DeliveryState.ARMED, SATO),
    "put back": DeliveryAct(Verb.PUT_BACK, DeliveryState.ARMED, SATO),
    "release": DeliveryAct(Verb.RELEASE, DeliveryState.HELD, SUZUKI),
    "drop": DeliveryAct(Verb.DROP, DeliveryState.HELD, SUZUKI),
    "settle live": DeliveryAct(Verb.SETTLE_LIVE, DeliveryState.UNKNOWN, SATO),
    "settle not live": DeliveryAct(Verb.SETTLE_NOT_LIVE, DeliveryState.UNKNOWN, SATO),
    "settle after all": DeliveryAct(Verb.SETTLE_AFTER_ALL, DeliveryState.EXPIRED, SATO),
    "withdraw": DeliveryAct(Verb.WITHDRAW, DeliveryState.ACCEPTED, SUZUKI),
}


def judge(
    verb: Verb,
    subject: SubjectFacts,
    by: Actor,
    *,
    now: datetime = NOW,
    city: City = CITY,
    new: bool = False,
) -> Decision:
    return decide(verb, subject, by, city, now, new=new)


def codes(decision: Decision) -> list[str]:
    """Every code of a refusal, sorted, twice when it is said twice; nothing when allowed."""
    return sorted(reason.code for reason in decision.reasons) if isinstance(decision, Refused) else []


def outcome(decision: Decision) -> str:
    """allowed, forbidden, or the codes of a refusal that has nothing against the person."""
    if not isinstance(decision, Refused):
        return "allowed"
    return "forbidden" if decision.forbidden else " ".join(codes(decision))


def on_x(**changes: object) -> Callable[[Post], Post]:
    """A change of the post's first social account."""
    return lambda post: replace(post, targets=(replace(post.targets[0], **changes), *post.targets[1:]))


def on_note(**changes: object) -> Callable[[Post], Post]:
    """A change of the post's second social account."""
    return lambda post: replace(post, targets=(post.targets[0], replace(post.targets[1], **changes)))


def on_post(**changes: object) -> Callable[[Post], Post]:
    return lambda post: replace(post, **changes)


def on_asked(**changes: object) -> Callable[[Post], Post]:
    return lambda post: replace(post, asked=replace(post.asked, **changes))


def on_every_account(**changes: object) -> Callable[[Post], Post]:
    return lambda post: replace(post, targets=tuple(replace(target, **changes) for target in post.targets))
