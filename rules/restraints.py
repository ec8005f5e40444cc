"""Facts about what holds for a city at a moment: restrictions, HQ, the chief's word, elections, the city's lists.

Small frozen pictures, gathered elsewhere. What follows from them for a post is in `restraint_gates.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from rules.asked import Asked, Person
from rules.states import (
    Cause,
    ConfirmationState,
    HeadquartersState,
    ListState,
    RestrictionKind,
    RestrictionState,
    ReviewState,
    Scope,
    StandingState,
)


@dataclass(frozen=True)
class Restriction:
    """投稿停止, 防災情報限定 or 炎上対応, as it weighs on a social account, and as a subject of its own.

    `where` names its scope (「全庁」), `words` since when and by whom. `section` is responsible for it (the
    account's, the section itself, or who started it for the city), `parent_section` the one above; `chiefs` are
    the ids of both sections' chiefs. For one to be started: `covered_by` says what stands there already,
    `has_place` whether the scope names something, `hq_stands` whether a headquarters stands. `limited` says that
    a disaster-only restriction rests on this one.
    """

    kind: RestrictionKind
    started_at: datetime | None
    id: int = 0
    cause: Cause | None = None
    scope: Scope = Scope.CITY
    ended_at: datetime | None = None
    where: str = ""
    words: str = ""
    section: int = 0
    parent_section: int | None = None
    account: int | None = None
    chiefs: frozenset[int] = frozenset()
    approvers: tuple[Person, ...] = ()
    covered_by: str = ""
    has_place: bool = True
    hq_stands: bool = False
    limited: bool = False
    rulebooks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)

    @property
    def duty(self) -> str:
        """The duty that asks for it; each kind stands on its own clause."""
        return self.kind.value

    @property
    def in_force(self) -> bool:
        return self.ended_at is None

    @property
    def state(self) -> RestrictionState:
        return RestrictionState(self.kind.value) if self.in_force else RestrictionState.ENDED


def in_storm(rows: Iterable[Restriction]) -> bool:
    """Whether 炎上対応 is among what is in force."""
    return any(row.in_force and row.kind == RestrictionKind.FLAMING for row in rows)


@dataclass(frozen=True)
class Headquarters:
    """災害対策本部 from its set-up until it is dissolved. `another_stands` refuses a second one."""

    state: HeadquartersState
    set_up_at: datetime | None
    dissolved_at: datetime | None = None
    another_stands: bool = False
    asked: Asked = field(default_factory=Asked)
    rulebooks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Confirmation:
    """The chief's word on one version: when it was given, when it was written down. As a subject, who did that, and
    of which section."""

    confirmed_at: datetime
    state: ConfirmationState = ConfirmationState.RECORDED
    recorded_at: datetime | None = None
    recorded_by: int = 0
    section: int = 0
    approvers: tuple[Person, ...] = ()
    rulebooks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)

    @property
    def known_at(self) -> datetime:
        return self.recorded_at or self.confirmed_at

    def counts(self, *, after_denial: bool) -> bool:
        """After a denial of the same version somebody else's note of the chief's word is not enough."""
        enough = (ConfirmationState.RATIFIED,)
        return self.state in (enough if after_denial else (*enough, ConfirmationState.RECORDED))


@dataclass(frozen=True)
class StandingConfirmation:
    """包括確認: given beforehand by the chief for a section, limited to disaster information, with a last day."""

    from_on: date
    until_on: date | None
    state: StandingState = StandingState.IN_FORCE
    section: int = 0
    approvers: tuple[Person, ...] = ()
    rulebooks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)

    def covers(self, day: date) -> bool:
        return self.until_on is not None and self.from_on <= day <= self.until_on


@dataclass(frozen=True)
class Review:
    """あとの確認 of something that went out in an emergency: whose hands were in it, who looks at it, by when.

    `escalated` says that the time went by and the section above was told.
    """

    state: ReviewState
    section: int
    parent_section: int | None
    due_at: datetime
    contributors: frozenset[int]
    approvers: tuple[Person, ...] = ()
    escalated: bool = False
    rulebooks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)

    @property
    def falls_to_parent(self) -> bool:
        """The parent section's chief may look at it, too: nobody below is free to, or did so in time."""
        return self.escalated or all(person.id in self.contributors for person in self.approvers)


@dataclass(frozen=True)
class Election:
    """An election of the register; its period runs from the announcement to polling day, both included."""

    name: str
    announced_on: date | None
    polling_on: date | None
    candidates: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    taken: bool = False
    state: ListState = ListState.LISTED
    rulebooks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)

    def covers(self, day: date) -> bool:
        if self.announced_on is None or self.polling_on is None:
            return False
        return self.announced_on <= day <= self.polling_on


@dataclass(frozen=True)
class Day:
    """One day of the city's calendar that is otherwise than the weekday and the holidays say."""

    on: date
    state: ListState = ListState.LISTED
    rulebooks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)


@dataclass(frozen=True)
class Urgency:
    """One kind of emergency that the city lists besides disasters (Art. 5 ただし書, 「等」)."""

    label: str
    taken: bool = False
    state: ListState = ListState.LISTED
    rulebooks: tuple[str, ...] = ()
    asked: Asked = field(default_factory=Asked)
