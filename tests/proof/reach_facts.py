"""The small states of the walk, and the facts that `decide()` is asked about in each of them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple

from rules.calendar import WorkingCalendar
from rules.facts import Account, Actor, Asked, Clearance, Delivery, Person, Post, Release
from rules.gates import CHECKLIST
from rules.restraints import Confirmation, Headquarters, Restriction, Review, Urgency
from rules.states import (
    Basis,
    Cause,
    DeliveryState,
    Ground,
    HeadquartersState,
    How,
    PostKind,
    PostState,
    RestrictionKind,
    RestrictionState,
    ReviewState,
    Scope,
    Tick,
    Verb,
)
from tests.proof import cast
from tests.proof.cast import FRIDAY, at

_BEGIN = at(FRIDAY, 10)
_MINUTE = timedelta(minutes=1)
BOTH = frozenset({1, 2})
DRAFTER, CHECKER, CHIEF = cast.SATO, cast.TANAKA, replace(cast.SUZUKI, drafts_for=BOTH)
DEPUTY, PARENT, WORKER = cast.TAKAHASHI, cast.WATANABE, cast.WORKER
PEOPLE: Final = (DRAFTER, CHECKER, CHIEF, DEPUTY, PARENT, WORKER)
_NAMED = {CHIEF.id: cast.SUZUKI_NAMED, DEPUTY.id: Person(DEPUTY.id, "高橋（代決者）")}
KIND_OF = {
    "natural": RestrictionState.SUSPENSION,
    "scandal": RestrictionState.SUSPENSION,
    "limited": RestrictionState.DISASTER_ONLY,
    "flaming": RestrictionState.FLAMING,
}
_CAUSES = {"natural": Cause.DISASTER, "scandal": Cause.SCANDAL}
_ALWAYS, _CLOSED = WorkingCalendar(always=True), WorkingCalendar(holidays=frozenset({FRIDAY}))
_BASIS = {
    Verb.APPROVE: Basis.APPROVAL,
    Verb.SECOND_CHECK: Basis.SECOND_CHECK,
    Verb.SEND_IN_EMERGENCY: Basis.WAIVER,
}


class Hold(NamedTuple):
    """A restriction of that kind, over the first social account or over both."""

    kind: str
    began: int
    ended: int | None


class Rel(NamedTuple):
    """A release by name."""

    at: int
    by_chief: bool
    ticked: bool


class Out(NamedTuple):
    """A delivery to one of the two."""

    state: DeliveryState
    release: Rel | None = None


class Cleared(NamedTuple):
    """A clearance; `named` is when the scandal suspension began that it names."""

    basis: Basis
    by_chief: bool
    at: int
    ticked: bool
    named: int | None


class State(NamedTuple):
    """All that matters of one post. Instants are ranks."""

    post: PostState
    contributors: frozenset[int]
    decided: frozenset[int] = frozenset()
    cleared: Cleared | None = None
    word: int | None = None
    outs: tuple[Out, ...] = ()
    holds: tuple[Hold, ...] = ()
    hq: bool = False
    out_of_hours: bool = False
    review: str = ""


@dataclass(frozen=True)
class Scenario:
    """What stays the same in one walk: what the post is about, which restrictions occur, who is in office.

    `wide` restrictions and hours reach both social accounts, others the first only; with `hours` the clock runs.
    """

    bearing: str
    kinds: tuple[str, ...] = ()
    deputy: bool = True
    listed_urgency: bool = False
    wide: bool = False
    hours: bool = False
    accounts: int = 2

    @property
    def title(self) -> str:
        said = [
            self.bearing,
            *self.kinds,
            *(["hours"] if self.hours else []),
            *(["wide"] if self.wide else []),
        ]
        return " ".join(said)

    @staticmethod
    def few() -> tuple["Scenario", ...]:
        """Each kind of restriction, for the posts that it tells apart: for `make test`."""
        return (
            Scenario("ordinary", hours=True, listed_urgency=True, accounts=1),
            Scenario("ordinary", ("natural",)),
            Scenario("ordinary", ("flaming",), listed_urgency=True, accounts=1),
            Scenario("ordinary", ("scandal",), deputy=False, listed_urgency=True),
            Scenario("information", ("scandal",), accounts=1),
            Scenario("information", ("natural", "limited"), accounts=1),
            Scenario("information", ("flaming",), accounts=1, listed_urgency=True),
            Scenario("statement", ("scandal",), wide=True),
            Scenario("related", ("natural", "limited"), deputy=False, accounts=1),
        )

    @staticmethod
    def all() -> tuple["Scenario", ...]:
        """Kinds of restrictions that meet each other, too: for `make prove`."""
        return (
            Scenario("information", ("scandal",), hours=True),
            Scenario("information", ("scandal",), accounts=1, hours=True),
            Scenario("ordinary", hours=True, listed_urgency=True),
            Scenario("ordinary", ("flaming",), listed_urgency=True),
            Scenario("ordinary", ("natural",), hours=True),
            Scenario("ordinary", ("scandal", "flaming"), deputy=False),
            Scenario("ordinary", ("natural", "limited"), deputy=False),
            Scenario("related", ("natural", "limited"), wide=True),
            Scenario("information", ("natural", "limited")),
            Scenario("information", ("flaming",), listed_urgency=True),
            Scenario("statement", ("scandal", "flaming"), deputy=False),
            *Scenario.few(),
        )

    def starts(self) -> tuple[State, ...]:
        return tuple(State(PostState.DRAFTING, frozenset({person.id})) for person in (DRAFTER, CHIEF))

    @property
    def people(self) -> tuple[Actor, ...]:
        return tuple(person for person in PEOPLE if self.deputy or person is not DEPUTY)

    @property
    def approvers(self) -> tuple[Person, ...]:
        return (_NAMED[CHIEF.id], _NAMED[DEPUTY.id]) if self.deputy else (_NAMED[CHIEF.id],)


_BEARINGS: dict[str, dict[str, object]] = {
    "ordinary": {"claim": cast.CLAIMS[Ground.PUBLIC]},
    "information": {
        "claim": cast.CLAIMS[Ground.DISASTER],
        "disaster_information": True,
        "disaster_related": True,
    },
    "statement": {"kind": PostKind.STATEMENT, "claim": cast.CLAIMS[Ground.PUBLIC]},
    "related": {"disaster_related": True, "claim": cast.CLAIMS[Ground.LAW]},
}


def _instant(rank: int) -> datetime:
    return _BEGIN + rank * _MINUTE


@dataclass
class Facts:
    """Everything that is asked about in one state, made when it is asked for."""

    scenario: Scenario
    state: State

    @cached_property
    def rank(self) -> int:
        """The rank of now: after everything that the state remembers."""
        s = self.state
        known = [*(h.began for h in s.holds), *(h.ended for h in s.holds), s.word, -1]
        known += [out.release.at for out in s.outs if out.release]
        known += [s.cleared.at] if s.cleared else []
        return 1 + max(instant for instant in known if instant is not None)

    @cached_property
    def now(self) -> datetime:
        return _instant(self.rank)

    @property
    def people(self) -> tuple[Actor, ...]:
        return self.scenario.people

    @property
    def chiefs(self) -> frozenset[int]:
        return frozenset({CHIEF.id, PARENT.id})

    @property
    def ticked(self) -> bool:
        """Whoever decides out of hours ticks that; in hours there is nothing to tick."""
        return self.state.out_of_hours

    @cached_property
    def scandal(self) -> int | None:
        running = (h.began for h in self.state.holds if h.kind == "scandal" and h.ended is None)
        return next(running, None)

    @property
    def declared(self) -> bool:
        natural = any(h.kind == "natural" and h.ended is None for h in self.state.holds)
        return natural or self.state.hq

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """A headquarters is the whole city's; restrictions and closing hours may be the first account's only."""
        x = replace(cast.X, hq_stands=self.state.hq, calendar=_ALWAYS)
        restricted = replace(
            x,
            restrictions=tuple(_restriction(hold) for hold in self.state.holds),
            calendar=_CLOSED if self.state.out_of_hours else _ALWAYS,
        )
        note = replace(restricted if self.scenario.wide else x, id=2, name="見本市移住ノート")
        return (restricted, note)[: self.scenario.accounts]

    @cached_property
    def post(self) -> Post:
        """With all that an honest person brings to whatever act."""
        s = self.state
        return replace(
            cast.DRAFT,
            state=s.post,
            targets=self.accounts,
            contributors=s.contributors,
            deciders=s.decided,
            approvers=self.scenario.approvers,
            confirmations=() if s.word is None else (Confirmation(_instant(s.word)),),
            urgency=Urgency("断水") if self.scenario.listed_urgency else None,
            deliveries=tuple(out.state for out in s.outs),
            asked=self.asked,
            **_BEARINGS[self.scenario.bearing],
        )

    @cached_property
    def asked(self) -> Asked:
        ticks = {*CHECKLIST, *([Tick.OUT_OF_HOURS] if self.ticked else [])}
        return Asked(
            reason="記録のため。",
            seen_digest=cast.DIGEST,
            ticks=frozenset(ticks),
            url="https://x.com/mihon_kanko/status/1",
            named=frozenset() if self.scandal is None else frozenset({_id_of(self.scandal)}),
            consulted=frozenset({CHECKER.id, CHIEF.id}),
            urgency=1 if self.scenario.listed_urgency else None,
            confirmed_by=CHIEF.id,
            confirmed_at=self.now,
            how=How.PHONE,
        )

    def clearance_in_prospect(self, verb: Verb, by: int) -> Cleared:
        named = self.scandal if verb == Verb.APPROVE else None
        ticked = self.ticked and verb == Verb.APPROVE
        return Cleared(_BASIS[verb], by in self.chiefs, self.rank, ticked, named)

    def delivery(self, place: int) -> Delivery:
        out, cleared = self.state.outs[place], self.state.cleared
        assert cleared is not None
        return Delivery(
            state=out.state,
            account=self.accounts[place],
            post=replace(self.post, clearance=_clearance(cleared), targets=(self.accounts[place],)),
            clearance_live=True,
            latest_at=None,
            release=_release(out.release),
            settle_from=self.now,
            asked=self.asked,
        )

    def restriction(self, kind: str, running: Hold | None) -> Restriction:
        """As a subject: to be started, or the one to be ended."""
        limited = any(h.kind == "limited" and h.ended is None for h in self.state.holds)
        row = _restriction(running or Hold(kind, self.rank, None))
        return replace(
            row,
            scope=Scope.CITY,
            section=cast.TOURISM,
            parent_section=cast.DEPARTMENT,
            chiefs=self.chiefs,
            hq_stands=self.state.hq,
            limited=limited and kind == "natural",
            asked=self.asked,
        )

    def headquarters(self) -> Headquarters:
        state = HeadquartersState.STANDING
        return Headquarters(state, self.now, dissolved_at=self.now if self.state.hq else None)

    def review(self) -> Review:
        return Review(
            ReviewState.OPEN,
            cast.TOURISM,
            cast.DEPARTMENT,
            self.now,
            self.state.contributors,
            self.scenario.approvers,
            asked=self.asked,
        )


def _id_of(began: int) -> int:
    """A restriction is known by when it began."""
    return 100 + began


def _restriction(hold: Hold) -> Restriction:
    return Restriction(
        RestrictionKind(KIND_OF[hold.kind].value),
        _instant(hold.began),
        id=_id_of(hold.began),
        cause=_CAUSES.get(hold.kind),
        ended_at=None if hold.ended is None else _instant(hold.ended),
    )


def _clearance(cleared: Cleared) -> Clearance:
    return Clearance(
        basis=cleared.basis,
        digest=cast.DIGEST,
        given_at=_instant(cleared.at),
        by_chief=cleared.by_chief,
        ticks=_ticks(cleared.ticked),
        named=frozenset() if cleared.named is None else frozenset({_id_of(cleared.named)}),
    )


def _release(release: Rel | None) -> Release | None:
    if release is None:
        return None
    return Release(_instant(release.at), release.by_chief, _ticks(release.ticked))


def _ticks(ticked: bool) -> frozenset[str]:
    return frozenset({Tick.OUT_OF_HOURS}) if ticked else frozenset()
