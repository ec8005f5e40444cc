"""規程についての市の決定: adopting a rulebook or giving it up, switching a duty, writing one of the city's own.

Each begins on a later day than it is recorded, and is never taken back: a later decision counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from accounts.acts import Deed, perform
from accounts.books import Books, forget, read_books
from accounts.models import Adoption, DutySwitch, RoleAssignment, RulebookVersion, StaffMember
from rules import clauses
from rules.asked import Asked
from rules.calendar import day_of
from rules.clauses import RulebookError
from rules.registered import RulebookChange
from rules.states import Role, Verb
from rules.switching import CORE
from rules.transitions import Transition

T = TypeVar("T", Adoption, DutySwitch, RulebookVersion)


@dataclass(frozen=True)
class Decision:
    """Which rulebook, from which day on, and why."""

    rulebook: str
    effective_on: date | None
    reason: str


def adopt(*, what: Decision, adopted: bool, by: StaffMember, now: datetime) -> Adoption:
    """規程の採用を決める, or that the city no longer stands under it. Refuses to give up the last one."""
    row = Adoption(adopted=adopted, **_written(what, by, now))

    def facts(_: Adoption) -> RulebookChange:
        books = _books(what, now)
        others = [book for book in books.city if book != what.rulebook]
        unchanged = adopted == (what.rulebook in books.city)
        return _change(what, books, unchanged=unchanged, last=not adopted and not others)

    return _decide(Verb.ADOPT_RULEBOOK, row, facts, {"adopted": adopted}, by, now)


def switch_duty(*, what: Decision, duty: str, on: bool, by: StaffMember, now: datetime) -> DutySwitch:
    """決まりを切り替える. Refuses to switch off what no city may, and what is so already on that day."""
    row = DutySwitch(duty=duty, on=on, **_written(what, by, now))

    def facts(_: DutySwitch) -> RulebookChange:
        books = _books(what, now)
        known = books.known.get(what.rulebook)
        unchanged = known is not None and known.duties[duty].on == on
        return _change(what, books, duty=duty, on=on, core=duty in CORE, unchanged=unchanged)

    return _decide(Verb.SWITCH_DUTY, row, facts, {"duty": duty, "on": on}, by, now)


def write(*, what: Decision, document: str, by: StaffMember, now: datetime) -> RulebookVersion:
    """市の規程を登録する, or a newer version of one. Refuses a document that cannot be read as a rulebook."""
    row = RulebookVersion(document=document, **_written(what, by, now))

    def facts(_: RulebookVersion) -> RulebookChange:
        return _change(what, _books(what, now), fault=fault_of(what.rulebook, document), known=True)

    return _decide(Verb.WRITE_RULEBOOK, row, facts, {"document": document}, by, now)


def fault_of(rulebook_id: str, document: str) -> str:
    """What is wrong with the document, in a sentence; "" for one that can be read and is of that rulebook."""
    try:
        book = clauses.parse(document, source=rulebook_id)
    except RulebookError as error:
        return f"規程として読めません（{error}）。"
    return "" if book.id == rulebook_id else f"規程の番号が「{book.id}」で、「{rulebook_id}」と違います。"


def _books(what: Decision, now: datetime) -> Books:
    """As they would be on the day it begins: without a day, as today."""
    return read_books(what.effective_on or day_of(now))


def _change(what: Decision, books: Books, **more: object) -> RulebookChange:
    values = {"known": what.rulebook in books.known, **more}
    asked = Asked(reason=what.reason)
    return RulebookChange(what.rulebook, what.effective_on, asked=asked, **values)  # type: ignore[arg-type]


def _written(what: Decision, by: StaffMember, now: datetime) -> dict[str, Any]:
    return {
        "rulebook": what.rulebook,
        "effective_on": what.effective_on,
        "reason": what.reason.strip(),
        "recorded_by": by,
        "recorded_at": now,
    }


def _decide(
    verb: Verb,
    row: T,
    facts: Callable[[T], RulebookChange],
    said: Mapping[str, object],
    by: StaffMember,
    now: datetime,
) -> T:
    """One after the other: whoever keeps the rulebooks at this moment waits for whoever came before."""

    def lock() -> T:
        admins = RoleAssignment.objects.select_for_update(no_key=True).filter(role=Role.SYSTEM_ADMIN)
        list(admins.order_by("pk").values_list("pk"))
        return row

    def save(decided: T, _: Transition) -> Mapping[str, object]:
        decided.save(force_insert=True)
        return {"effective_on": row.effective_on, "reason": row.reason, **said}

    deed = Deed(
        verb,
        lock,
        facts,
        save,
        lambda decided: f"rulebook:{decided.rulebook}",
        then=lambda _: forget(),
        new=True,
    )
    return perform(deed, by=by, now=now)
