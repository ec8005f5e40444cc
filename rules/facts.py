"""Facts: small frozen pictures of the world that the rules judge. Gathered elsewhere, never fetched here.

Ids are the database's; `on` arguments are dates in JST, instants are aware datetimes.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from rules.asked import Asked as Asked
from rules.asked import Person as Person
from rules.calendar import WorkingCalendar
from rules.city import City as City
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
    NOT_STAFF,
    AccountState,
    Basis,
    DeliveryState,
    Employment,
    Ground,
    MemberState,
    PolicyState,
    PostKind,
    PostState,
    Role,
    Verb,
    WithdrawalState,
)


@dataclass(frozen=True)
class RoleHeld:
    """A role in force from `from_on` to `until_on`, both included; section None means the whole city."""

    role: Role
    section: int | None
    from_on: date
    until_on: date | None = None

    def covers(self, role: Role, section: int | None, on: date) -> bool:
        in_time = self.from_on <= on and (self.until_on is None or on <= self.until_on)
        return in_time and self.role == role and self.section in (None, section)


@dataclass(frozen=True)
class Actor:
    """Who acts. `drafts_for` are the social accounts that this person may draft for; `registered_device` says
    whether they sit at a device of the city's, as Art. 9(2) wants (somebody on the server itself does)."""

    id: int
    name: str
    section: int
    employment: Employment = Employment.REGULAR
    active: bool = True
    elected: bool = False
    roles: tuple[RoleHeld, ...] = ()
    drafts_for: frozenset[int] = frozenset()
    system: bool = False
    registered_device: bool = True

    @property
    def is_staff(self) -> bool:
        barred = self.system or self.elected or self.employment in NOT_STAFF
        return self.active and not barred

    def holds(self, role: Role, section: int | None, on: date) -> bool:
        return any(held.covers(role, section, on) for held in self.roles)

    def holds_somewhere(self, roles: Collection[Role], on: date) -> bool:
        """Any of the roles, for whatever section."""
        return any(held.role in roles and held.covers(held.role, held.section, on) for held in self.roles)

    def is_approver_of(self, section: int | None, on: date) -> bool:
        """Chief or deputy of the section on that day."""
        return section is not None and (
            self.holds(Role.CHIEF, section, on) or self.holds(Role.DEPUTY, section, on)
        )


SYSTEM = Actor(id=0, name="発信の仕組み", section=0, system=True)


@dataclass(frozen=True)
class Account:
    """A social account as the rules see it. `policy_categories` are those of the policy in force (item ウ).

    `restrictions` are those in force over it, and those ended since the clearance that is asked about.
    `standing` are the chief's standing confirmations, `election_board` marks 選管's own account.
    """

    id: int
    name: str
    section: int
    state: AccountState
    rulebooks: tuple[str, ...]
    policy_in_force: bool
    approvers: tuple[Person, ...] = ()
    policy_categories: frozenset[str] = frozenset()
    research_complete: bool = True
    text_over: int = 0
    text_empty: bool = False
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    restrictions: tuple[Restriction, ...] = ()
    standing: tuple[StandingConfirmation, ...] = ()
    hq_stands: bool = False
    election_board: bool = False
    asked: Asked = field(default_factory=Asked)


@dataclass(frozen=True)
class PublicSource:
    """Evidence for (1): where the city has already published it, and when."""

    where: str
    published_on: date | None


@dataclass(frozen=True)
class PastFact:
    """Evidence for (2): what took place, and on which day."""

    what: str
    held_on: date | None


@dataclass(frozen=True)
class LawCitation:
    """Evidence for (3): the law or ordinance, and its article."""

    law: str
    article: str


@dataclass(frozen=True)
class DisasterReport:
    """Evidence for (4): the kind of information, who announced it, and when."""

    kind: str
    source: str
    announced_at: datetime | None


Evidence = PublicSource | PastFact | LawCitation | DisasterReport


@dataclass(frozen=True)
class Claim:
    ground: Ground
    evidence: Evidence


@dataclass(frozen=True)
class Clearance:
    """発信根拠: what the version rests on. `by_chief` tells the chief's own approval from a deputy's; `ticks` and
    `named` are what the chief ticked and which suspensions the approval names."""

    basis: Basis
    digest: str
    given_at: datetime | None = None
    by_chief: bool = False
    ticks: frozenset[str] = frozenset()
    named: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Release:
    """A held delivery let go by name: when, whether by the chief, with which ticks."""

    at: datetime
    by_chief: bool
    ticks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TopicSection:
    """所管課: a section whose field the post is about. `agrees` is its newest word on this very version, None when it
    has said nothing; `members` are the ids of its staff."""

    id: int
    name: str
    agrees: bool | None = None
    members: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Successor:
    """Who is to take a post over: staff who may draft for every social account of it, or not."""

    id: int
    name: str
    able: bool
    drafts_for: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Post:
    """A post and its current version. `digest` is computed from the stored canonical text, never copied.

    `former_targets` are those of the stored version where an edit would change them.
    `corrects_published` is False for a correction of something that never went out; `corrects_nothing` True
    for one whose text is what went out; `beyond_corrected` names targets that the corrected post never reached.
    `nothing_left_behind` is True for a continuation that has nothing to continue; `continued` says that
    another post has taken over what was left. `disaster_related` is Art. 8(2)'s wide word, `disaster_information`
    the narrow one of Art. 5(4); `corrects_disaster` says that disaster information is what is corrected.
    `elections` are those whose candidates or parties the texts name; `urgency` is the listed one appealed to.
    `checked_by` is whose second check it rests on. Before `embargo_at` nothing goes out; `topic_sections` are
    those whose field it is about. `successor` is who is to take it over.
    """

    id: int
    state: PostState
    section: int
    parent_section: int | None
    kind: PostKind
    digest: str
    category: str
    category_note: str
    title: str
    targets: tuple[Account, ...]
    contributors: frozenset[int]
    deciders: frozenset[int]
    approvers: tuple[Person, ...] = ()
    claim: Claim | None = None
    due_at: datetime | None = None
    latest_at: datetime | None = None
    declared_on: date | None = None
    former_targets: tuple[Account, ...] = ()
    corrects_published: bool = True
    corrects_nothing: bool = False
    beyond_corrected: tuple[str, ...] = ()
    nothing_left_behind: bool = False
    continued: bool = False
    disaster_related: bool = False
    disaster_information: bool = False
    corrects_disaster: bool = False
    elections: tuple[Election, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    urgency: Urgency | None = None
    embargo_at: datetime | None = None
    topic_sections: tuple[TopicSection, ...] = ()
    successor: Successor | None = None
    clearance: Clearance | None = None
    checked_by: int | None = None
    deliveries: tuple[DeliveryState, ...] = ()
    asked: Asked = field(default_factory=Asked)

    @property
    def rulebooks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(book for target in self.targets for book in target.rulebooks))

    @property
    def falls_to_parent(self) -> bool:
        """Then the parent section's chief decides (an empty section has nobody to decide either)."""
        return all(person.id in self.contributors for person in self.approvers)


@dataclass(frozen=True)
class Delivery:
    """One version on its way to one social account.

    `latest_at` is when it is too late for it; `release` the last one by name.
    `settle_from` is when what left us last has arrived or never will; None when nobody looked, or a call runs.
    `by_hand` says that people bring it out; `taken_by` who is at it, `was_taken` that somebody was before. `gone_on`:
    after it had ended something else was begun in its place. `withdrawal` is how far the order to delete it
    is; None where nobody gave one.
    """

    state: DeliveryState
    account: Account
    post: Post
    clearance_live: bool
    latest_at: datetime | None
    due_at: datetime | None = None
    release: Release | None = None
    settle_from: datetime | None = None
    by_hand: bool = False
    taken_by: Person | None = None
    was_taken: bool = False
    gone_on: bool = False
    withdrawal: WithdrawalState | None = None
    asked: Asked = field(default_factory=Asked)

    @property
    def rulebooks(self) -> tuple[str, ...]:
        return self.account.rulebooks


@dataclass(frozen=True)
class Policy:
    """One version of a social account's operation policy. `empty_items` are the headings still to be written,
    `unlike_register` those that say something else than the register."""

    state: PolicyState
    account: Account
    empty_items: tuple[str, ...]
    effective_on: date | None
    last_effective_on: date | None
    nobody_replies: bool
    says_send_only: bool
    published_at: datetime | None = None
    unlike_register: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)

    @property
    def rulebooks(self) -> tuple[str, ...]:
        return self.account.rulebooks

    @property
    def section(self) -> int:
        return self.account.section


@dataclass(frozen=True)
class Member:
    """Somebody who is to get a part (a role, the permission to draft for a social account) or to lose it.

    `from_on` and `until_on` are the first and last day of the role; `holds_it` says whether they hold what is to be
    taken from them, `last_admin` that nobody would be system admin after it. `other_chief` names whoever is chief
    of that section on one of those days, `own_chief` says that they are that themselves. `read_already` tells that
    this year's reading of the handbook is on record.
    """

    id: int
    name: str
    employment: Employment
    elected: bool
    active: bool
    role: Role | None = None
    section: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    holds_it: bool = False
    last_admin: bool = False
    other_chief: str = ""
    own_chief: bool = False
    read_already: bool = False
    state: MemberState = MemberState.REGISTERED
    asked: Asked = field(default_factory=Asked)

    @property
    def rulebooks(self) -> tuple[str, ...]:
        return ()


SubjectFacts = (
    Post
    | Delivery
    | Policy
    | Account
    | Member
    | Restriction
    | Headquarters
    | Confirmation
    | StandingConfirmation
    | Review
    | Election
    | Day
    | Urgency
    | Section
    | Device
    | LedgerLine
    | RulebookChange
)


@dataclass(frozen=True)
class Case:
    """One question to the rules: may this actor do this to that, here and now?"""

    verb: Verb
    subject: SubjectFacts
    actor: Actor
    city: City
    now: datetime
    on: date


@dataclass(frozen=True)
class Reason:
    """Why not. `duty` leads to the clause; the sentence says what is so, the next step what to do about it."""

    code: str
    duty: str
    sentence: str
    next_step: str
    account: str = ""
    rulebooks: tuple[str, ...] = ()
