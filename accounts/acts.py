"""How anybody does anything: lock, compare, gather facts, decide, write, record, all in one transaction.

Every action of every app goes through `perform`. Domain code says what is locked and what is written;
the order, the record and the refusal are the same for all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import transaction

from accounts.facts import actor_facts, city_facts
from accounts.models import StaffMember
from audit import actions as audit
from audit.models import Entry
from rules.facts import SubjectFacts
from rules.states import Verb
from rules.transitions import Transition, rows_of
from rules.workflow import Refused, decide, kind_of

T = TypeVar("T")

# How the record names the sending worker.
WORKER = "worker 発信の仕組み"


class ActError(Exception):
    """An act that did not happen; nothing was changed."""


class ActRefused(ActError):
    """The rules refuse. Carries every reason, and the reference of the record's own entry about it."""

    def __init__(self, refusal: Refused, record: str) -> None:
        super().__init__(", ".join(sorted(refusal.codes)))
        self.refusal = refusal
        self.record = record

    @property
    def sentences(self) -> str:
        """Every reason with its next step, for people who read it on a terminal."""
        return "".join(f"{reason.sentence}{reason.next_step}" for reason in self.refusal.reasons)


class ActStale(ActError):
    """Somebody else saved in between: the form was filled in against an older state."""

    def __init__(self, current: Any) -> None:
        super().__init__("stale form")
        self.current = current


@dataclass(frozen=True)
class Deed(Generic[T]):
    """One act, in pieces: `lock` returns the row under lock, `facts` what the rules judge, `write` does it.

    `write` gets the row and the table's row, and returns the payload for the record. `stream` names the case
    file the record belongs to (`opens_stream`: this act is certainly its first). `then` runs after commit
    (a nudge, never anything that may fail the act). `new` says that the row does not exist yet.
    """

    verb: Verb
    lock: Callable[[], T]
    facts: Callable[[T], SubjectFacts]
    write: Callable[[T, Transition], Mapping[str, object]]
    stream: Callable[[T], str]
    then: Callable[[T], None] | None = None
    new: bool = False
    opens_stream: bool = False


def perform(deed: Deed[T], *, by: StaffMember, now: datetime, form_no: int | None = None) -> T:
    """Do it, or say why not.

    Raises ActStale when `form_no` is not the row's, ActRefused when the rules say no (the refusal is in the
    record by then). The result is the locked row after writing.
    """
    try:
        return _in_transaction(deed, by, now, form_no)
    except _Refusal as refusal:
        entry = _record_refusal(deed, refusal, by, now)
        raise ActRefused(refusal.decision, f"{entry.stream} {entry.seq}") from None


def perform_together(deeds: Iterable[Deed[Any]], *, by: StaffMember, now: datetime) -> int:
    """Many acts as one: all of them happen, or none. Returns how many there were.

    The deeds are taken one after the other, so a later one may rest on what an earlier one wrote. Raises ActRefused
    for the first that the rules refuse (that refusal is in the record by then, the others never were).
    """
    running: list[Deed[Any]] = []
    try:
        with transaction.atomic(durable=True):
            for deed in deeds:
                running.append(deed)
                _do(deed, by, now, None)
    except _Refusal as refusal:
        entry = _record_refusal(running[-1], refusal, by, now)
        raise ActRefused(refusal.decision, f"{entry.stream} {entry.seq}") from None
    return len(running)


def rehearse(deed: Deed[Any], *, by: StaffMember, now: datetime) -> Refused | None:
    """Do it inside the caller's transaction, who takes everything back afterwards; the refusal where the rules say no.

    For showing beforehand what an act would do; nothing of it must ever be committed.
    """
    try:
        with transaction.atomic():
            _do(deed, by, now, None)
    except _Refusal as refusal:
        return refusal.decision
    return None


def _in_transaction(deed: Deed[T], by: StaffMember, now: datetime, form_no: int | None) -> T:
    with transaction.atomic(durable=True):
        return _do(deed, by, now, form_no)


def _do(deed: Deed[T], by: StaffMember, now: datetime, form_no: int | None) -> T:
    row = deed.lock()
    if form_no is not None and getattr(row, "form_no", form_no) != form_no:
        raise ActStale(row)
    facts = deed.facts(row)
    actor = actor_facts(by, verb=deed.verb)
    decision = decide(deed.verb, facts, actor, city_facts(now), now, new=deed.new)
    if isinstance(decision, Refused):
        raise _Refusal(decision, deed.stream(row), kind_of(facts))
    payload = deed.write(row, decision.row)
    audit.append(
        stream=deed.stream(row),
        event=decision.row.event,
        at=now,
        by=signature(by),
        payload=_seated(by, payload),
        opens=deed.opens_stream,
    )
    if deed.then is not None:
        transaction.on_commit(lambda: deed.then(row), robust=True)  # type: ignore[misc]
    return row


class _Refusal(Exception):
    """Carries the refusal out of the transaction, which rolls back."""

    def __init__(self, decision: Refused, stream: str, subject: Any) -> None:
        self.decision, self.stream, self.subject = decision, stream, subject


def _record_refusal(deed: Deed[Any], refusal: _Refusal, by: StaffMember, now: datetime) -> Entry:
    event = rows_of(refusal.subject, deed.verb)[0].event
    with transaction.atomic(durable=True):
        return audit.append(
            stream=refusal.stream,
            event=f"{event}.refused",
            at=now,
            by=signature(by),
            payload=_seated(by, _refused(refusal.decision)),
        )


def signature(by: StaffMember) -> str:
    """How the record names a person: sign-in name and, as of then, name and office."""
    return f"{by.username} {by.with_title}"


def _refused(decision: Refused) -> dict[str, object]:
    duties = {reason.duty for reason in decision.reasons}
    return {"codes": sorted(decision.codes), "duties": sorted(duties)}


def _seated(by: StaffMember, payload: Mapping[str, object]) -> Mapping[str, object]:
    """With where the person sat, in words; an act from the server's own terminal has no seat."""
    return {**payload, "seat": by.seat} if by.seat else payload
