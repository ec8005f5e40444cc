"""decide(): the one question that actions, templates and the worker ask. All reasons at once, or none.

Knows the table and the rulebooks; asks the clock nothing, touches no database.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from rules import clauses
from rules.calendar import day_of
from rules.facts import Account, Actor, Case, City, Delivery, Member, Policy, Post, Reason, SubjectFacts
from rules.gate import Gate
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
from rules.states import Subject, Verb
from rules.transitions import NOTHING, TABLE, Transition, row_for, rows_of

_KIND = {
    Post: Subject.POST,
    Delivery: Subject.DELIVERY,
    Policy: Subject.POLICY,
    Account: Subject.ACCOUNT,
    Member: Subject.PERSON,
    Restriction: Subject.RESTRICTION,
    Headquarters: Subject.HEADQUARTERS,
    Confirmation: Subject.CONFIRMATION,
    StandingConfirmation: Subject.STANDING,
    Review: Subject.REVIEW,
    Election: Subject.ELECTION,
    Day: Subject.DAY,
    Urgency: Subject.URGENCY,
    Section: Subject.SECTION,
    Device: Subject.DEVICE,
    LedgerLine: Subject.LEDGER,
    RulebookChange: Subject.RULEBOOK,
}


@dataclass(frozen=True)
class Allowed:
    row: Transition


@dataclass(frozen=True)
class Refused:
    """`forbidden` means that this actor may not, whatever the content; the screen answers 403 instead of 409."""

    verb: Verb
    reasons: tuple[Reason, ...]
    forbidden: bool = False

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(reason.code for reason in self.reasons)


Decision = Allowed | Refused


def decide(
    verb: Verb, subject: SubjectFacts, actor: Actor, city: City, now: datetime, *, new: bool = False
) -> Decision:
    """May `actor` do `verb` to `subject` now? `new` says that the subject does not exist yet.

    Returns Allowed with the table's row, or Refused with every reason there is.
    """
    case = Case(verb, subject, actor, city, now, day_of(now))
    row = row_for(kind_of(subject), verb, NOTHING if new else subject.state)
    if row is None:
        return Refused(verb, _with_rulebooks(case, [_wrong_state(case)]))
    if people := _with_rulebooks(case, list(row.who.check(case))):
        return Refused(verb, people, forbidden=True)
    reasons = [reason for gate in row.gates for reason in _judge(gate, case)]
    return Refused(verb, _with_rulebooks(case, reasons)) if reasons else Allowed(row)


def available_verbs(subject: SubjectFacts, actor: Actor, city: City, now: datetime) -> frozenset[Verb]:
    """Verbs to offer: the state allows them and this actor may. What is owed besides is said when asked."""
    rows = (row for row in TABLE if row.subject == kind_of(subject) and subject.state in row.sources)
    day = day_of(now)
    return frozenset(
        row.verb for row in rows if not any(row.who.check(Case(row.verb, subject, actor, city, now, day)))
    )


@dataclass(frozen=True)
class Standing:
    """How one gate stands now: what it is called, and what it has against the subject (nothing means open)."""

    gate: Gate
    reasons: tuple[Reason, ...]


def standings(
    verb: Verb, subject: SubjectFacts, actor: Actor, city: City, now: datetime
) -> tuple[Standing, ...]:
    """Every gate of the verb's row with its state, in the table's order, for 「いま止めているもの」."""
    case = Case(verb, subject, actor, city, now, day_of(now))
    row = row_for(kind_of(subject), verb, subject.state)
    gates = row.gates if row else ()
    return tuple(Standing(gate, _with_rulebooks(case, list(_judge(gate, case)))) for gate in gates)


def kind_of(subject: SubjectFacts) -> Subject:
    return _KIND[type(subject)]


def rulebooks_of(subject: SubjectFacts, city: City) -> tuple[str, ...]:
    """The subject's own rulebooks; the city's where it has none yet (a draft without targets)."""
    return subject.rulebooks or city.rulebooks


def _judge(gate: Gate, case: Case) -> Iterator[Reason]:
    """A gate speaks only where the rulebooks concerned have its duty switched on."""
    for reason in gate.check(case):
        if _is_on(gate.duty, _concerned(reason, case), case.city):
            yield reason


def _is_on(duty: str, rulebooks: tuple[str, ...], city: City) -> bool:
    return clauses.is_on(duty, [city.book(book) for book in rulebooks])


def _concerned(reason: Reason, case: Case) -> tuple[str, ...]:
    """The rulebooks of the account a reason is about; otherwise those of the whole subject."""
    subject = case.subject
    targets = (*subject.targets, *subject.former_targets) if isinstance(subject, Post) else ()
    named = [target.rulebooks for target in targets if target.name == reason.account]
    return named[0] if named and named[0] else rulebooks_of(subject, case.city)


def _with_rulebooks(case: Case, reasons: list[Reason]) -> tuple[Reason, ...]:
    return tuple(replace(reason, rulebooks=_concerned(reason, case)) for reason in reasons)


def _wrong_state(case: Case) -> Reason:
    rows = rows_of(kind_of(case.subject), case.verb)
    label = rows[0].label if rows else case.verb
    return Reason(
        "wrong_state",
        rows[0].duty if rows else "clearance",
        f"いまの状態では「{label}」は行えません。ほかの人が先に進めたのかもしれません。",
        "画面を開き直して、いまの状態を確かめてください。",
    )
