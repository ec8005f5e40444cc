"""Which acts stand open now, to whom, and what is still owed: for the buttons of a page. Decides nothing itself.

The same table and the same gates answer as when the button is pressed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.facts import actor_facts, city_facts
from accounts.models import StaffMember
from accounts.refusals import ShownReason, shown_all
from rules.facts import Account, Policy
from rules.states import Verb
from rules.transitions import TABLE, Transition
from rules.workflow import Standing, available_verbs, kind_of, standings

REASON = "reason"  # the gate that asks for words; a form asks for them before


@dataclass(frozen=True)
class Offer:
    """One act: its name, whether this person may do it (else who may), and the reasons that stand against it."""

    verb: Verb
    label: str
    is_mine: bool
    who: str
    asks_reason: bool
    reasons: tuple[ShownReason, ...]

    @property
    def key(self) -> str:
        """The verb's first word: approve, open, suspend …"""
        return self.verb.value.split("_")[0]


def offers(subject: Policy | Account, staff: StaffMember, now: datetime) -> tuple[Offer, ...]:
    """Every act that the state allows, in the table's order."""
    actor, city = actor_facts(staff), city_facts(now)
    mine = available_verbs(subject, actor, city, now)
    rows = (row for row in TABLE if row.subject == kind_of(subject) and subject.state in row.sources)
    return tuple(
        Offer(
            verb=row.verb,
            label=row.label,
            is_mine=row.verb in mine,
            who=_who(row, subject),
            asks_reason=any(gate.name == REASON for gate in row.gates),
            reasons=_owed(standings(row.verb, subject, actor, city, now)),
        )
        for row in rows
    )


def offered(found: Iterable[Offer], verb: Verb) -> Offer | None:
    """The offer of that act if this person may do it."""
    return next((offer for offer in found if offer.verb == verb and offer.is_mine), None)


def _owed(found: Iterable[Standing]) -> tuple[ShownReason, ...]:
    reasons = (reason for standing in found if standing.gate.name != REASON for reason in standing.reasons)
    return tuple(shown_all(reasons))


def _who(row: Transition, subject: Policy | Account) -> str:
    """鈴木 洋子（観光交流課長）, where the row is the chief's; else the group's name."""
    account = subject.account if isinstance(subject, Policy) else subject
    names = "、".join(person.name for person in account.approvers)
    return names if row.who.name == "section_chief" and names else row.who.label
