"""What holds around the social accounts of a post, in words: restrictions and what still passes, working hours,
elections. The rules judge; here is only what the screens say before and beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.books import books_of
from accounts.facts import city_facts
from policies.models import CAUSE_JA, RESTRICTION_JA
from policies.surroundings import names_in
from rules import clauses, restraints
from rules.calendar import Hours, day_of, hours_at, next_opening
from rules.facts import SYSTEM, Account, Delivery, Reason
from rules.restraint_gates import RESTRAINED, weighing_on
from rules.states import Cause, RestrictionKind, Verb
from rules.workflow import Refused, decide

SUSPENSION, LIMIT, FLAMING = (
    RestrictionKind.SUSPENSION,
    RestrictionKind.DISASTER_ONLY,
    RestrictionKind.FLAMING,
)
_PASSES = {
    (LIMIT, None): "出せるのは、防災に関連する情報だけです。印を付けて所属長の承認を受けるか、"
    "(1)か(3)を選んで確認を受けてください。(4) 防災の情報は、そのまま出せます。",
    (
        SUSPENSION,
        Cause.DISASTER,
    ): "出せるのは、防災情報とその訂正だけです。承認を受けるときは「防災情報です」に印を付け、"
    "省略するときは (4) を選んでください。",
    (SUSPENSION, Cause.SCANDAL): "出せるのは、所属長がこの投稿停止を名指しして承認する市の声明と、"
    "所属長が確認した防災情報だけです。",
    (FLAMING, None): "出せるのは、所属長本人が承認したものだけです。(1)〜(3)では出せません。"
    "防災情報は、ふだんどおり出せます。",
}
_DUTY_OF = {SUSPENSION: "suspension", LIMIT: "disaster_only", FLAMING: "flaming"}


@dataclass(frozen=True)
class Weight:
    """One restriction in force over some social accounts. `since` says since when and by whom."""

    id: int
    title: str
    since: str
    passes: str
    duty: str
    is_scandal: bool
    names: tuple[str, ...]
    rulebooks: tuple[str, ...]

    @property
    def key(self) -> str:
        """The value of its checkbox."""
        return str(self.id)


@dataclass(frozen=True)
class OffHours:
    """Social accounts that a post would leave out of hours; `is_unknown` where the day's holidays are not known."""

    names: tuple[str, ...]
    is_unknown: bool
    next_at: datetime | None
    rulebooks: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """An election in its period, and which of its candidates and parties the texts name."""

    election: str
    names: tuple[str, ...]


def weights(targets: Iterable[Account]) -> list[Weight]:
    """What weighs on these social accounts now, each restriction once, in the order of the decision table."""
    found: dict[int, tuple[restraints.Restriction, list[Account]]] = {}
    for target in targets:
        for row in weighing_on(target):
            if is_on(_DUTY_OF[row.kind], target):
                found.setdefault(row.id, (row, []))[1].append(target)
    kinds = [LIMIT, SUSPENSION, FLAMING]
    return [
        _weight(row, under)
        for row, under in sorted(found.values(), key=lambda pair: kinds.index(pair[0].kind))
    ]


def is_touched(targets: Iterable[Account]) -> bool:
    """A restriction or a headquarters makes it matter what a post has to do with a disaster."""
    return any(target.hq_stands or weighing_on(target) for target in targets)


def off_hours(targets: Sequence[Account], instant: datetime) -> OffHours | None:
    """mima:9-1: which of them are not at work at that instant, as far as their rulebooks ask; None when all are."""
    asked = [target for target in targets if is_on("out_of_hours", target)]
    states = {target.id: hours_at(target.calendar, instant) for target in asked}
    away = [target for target in asked if states[target.id] != Hours.IN]
    if not away:
        return None
    return OffHours(
        names=tuple(target.name for target in away),
        is_unknown=all(states[target.id] == Hours.UNKNOWN for target in away),
        next_at=next_time(asked, instant),
        rulebooks=_books(away),
    )


def next_time(targets: Sequence[Account], instant: datetime) -> datetime | None:
    """The first instant at or after that one at which all of them are at work; None where that is not known."""
    found = instant
    for _ in range(len(targets) + 1):
        for target in targets:
            found = next_opening(target.calendar, found)
    at_work = all(hours_at(target.calendar, found) == Hours.IN for target in targets)
    return found if at_work and targets else None


def named_in(
    elections: Iterable[restraints.Election], texts: Iterable[str], targets: Sequence[Account], on: date
) -> list[Named]:
    """mima:4-4: who is named in the period of which election; nobody where only the board itself speaks."""
    if not any(is_on("election", target) and not target.election_board for target in targets):
        return []
    said = list(texts)
    return [
        Named(row.name, names_in(said, (*row.candidates, *row.parties)))
        for row in elections
        if row.covers(on)
    ]


def goes_out_at(due_at: datetime | None, now: datetime) -> datetime:
    """When it would leave if it were cleared now."""
    return max(due_at or now, now)


def day_out(due_at: datetime | None, now: datetime) -> date:
    return day_of(goes_out_at(due_at, now))


def is_on(duty: str, target: Account) -> bool:
    """Whether the rulebooks of this social account (the city's, where it has none) ask for it."""
    return clauses.is_on(duty, books_of(target.rulebooks))


def title_of(row: restraints.Restriction) -> str:
    """投稿停止（自然災害）, 防災情報限定, 炎上対応."""
    label = RESTRICTION_JA[row.kind]
    return f"{label}（{CAUSE_JA[row.cause]}）" if row.cause else label


def _weight(row: restraints.Restriction, under: Sequence[Account]) -> Weight:
    return Weight(
        id=row.id,
        title=title_of(row),
        since=row.words,
        passes=_PASSES[row.kind, row.cause],
        duty=_DUTY_OF[row.kind],
        is_scandal=row.cause == Cause.SCANDAL,
        names=tuple(target.name for target in under),
        rulebooks=_books(under),
    )


def _books(targets: Iterable[Account]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(book for target in targets for book in target.rulebooks))


def stops_on(subject: Delivery, now: datetime) -> tuple[Reason, ...]:
    """What restrictions have against sending it now; nothing when they let it pass."""
    decision = decide(Verb.SEND, subject, SYSTEM, city_facts(now), now)
    reasons = decision.reasons if isinstance(decision, Refused) else ()
    return tuple(reason for reason in reasons if reason.code in RESTRAINED)
