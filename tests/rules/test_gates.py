"""Each gate alone: open for the sound case, and for each thing wrong exactly its own code, at each verb that asks.

What a verb asks is written here by hand from the design (section 5). All faults together: `test_all_reasons.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from rules.facts import Asked, City, Clearance, Delivery, Policy, Post
from rules.gates import CHECKLIST
from rules.states import AccountState, Basis, DeliveryState, PolicyState, Verb
from tests.rules.cast import (
    CAST,
    CITY,
    DAY,
    HOUR,
    NOW,
    POST_ACTS,
    SOUND_DELIVERY,
    SOUND_POLICY,
    SOUND_POST,
    SUZUKI,
    TANAKA,
    TODAY,
    WATER,
    Act,
    X,
    codes,
    judge,
    on_asked,
    on_note,
    on_post,
    on_x,
)

SECOND = timedelta(seconds=1)
D = DeliveryState
ASKED_FIRST = {"submit", "claim"}
CLEARING = {"approve", "second check"}
EVERYWHERE = ASKED_FIRST | CLEARING
EDITING = {"edit", "edit cleared"}
CANCELLING = {"cancel", "cancel cleared"}
RETURNING = {"return", "return check", "escalate"}
CHECKING = {"second check", "return check", "escalate"}


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a post, the code that names it, and the acts that must notice it."""

    name: str
    change: Callable[[Post], Post]
    code: str
    acts: frozenset[str]


def fault(name: str, change: Callable[[Post], Post], code: str, acts: set[str]) -> Fault:
    return Fault(name, change, code, frozenset(acts))


def writer_is(post: Post) -> Post:
    """Everybody in the cast wrote in the post."""
    return replace(post, contributors=frozenset(actor.id for actor in CAST.values()))


def all_decided(post: Post) -> Post:
    return replace(post, deciders=frozenset(actor.id for actor in CAST.values()))


FAULTS = [
    fault("other section's account", on_note(section=WATER), "account_of_other_section", ASKED_FIRST | EDITING),
    *(
        fault(f"account {state}", on_note(state=state), "not_in_operation", EVERYWHERE)
        for state in AccountState
        if state != AccountState.IN_OPERATION
    ),
    fault("no policy", on_x(policy_in_force=False), "no_policy_in_force", EVERYWHERE),
    fault("category", on_x(policy_categories=frozenset({"税"})), "category_outside_policy", EVERYWHERE),
    fault("no category at all", on_note(policy_categories=frozenset()), "category_outside_policy", EVERYWHERE),
    fault("no text", on_x(text_empty=True), "text_empty", EVERYWHERE),
    fault("text 1 over", on_note(text_over=1), "text_too_long", EVERYWHERE),
    fault("due just now", on_post(due_at=NOW), "due_in_past", ASKED_FIRST),
    fault("latest before due", on_post(due_at=NOW + 2 * HOUR, latest_at=NOW + HOUR), "latest_before_due", ASKED_FIRST),
    fault("latest is due", on_post(due_at=NOW + HOUR, latest_at=NOW + HOUR), "latest_before_due", ASKED_FIRST),
    fault("latest is now", on_post(latest_at=NOW), "latest_before_due", ASKED_FIRST),
    fault("latest passed", on_post(latest_at=NOW), "latest_passed", CLEARING),
    fault("no title", on_post(title=" 　\n"), "title_missing", ASKED_FIRST),
    fault("not declared", on_post(declared_on=None), "not_declared", ASKED_FIRST),
    fault("declared before", on_post(declared_on=date(2023, 3, 31)), "not_declared", ASKED_FIRST),
    fault("decider writes", all_decided, "decider_cannot_write", EDITING),
    *(fault(f"{s}", on_post(deliveries=(D.WAITING, s)), "text_frozen", EDITING) for s in (D.ARMED, D.UNKNOWN)),
    fault("one accepted", on_post(deliveries=(D.ACCEPTED, D.REJECTED)), "text_frozen", EDITING),
    *(fault(f"flying {s}", on_post(deliveries=(D.WAITING, s)), "in_flight", CANCELLING) for s in (D.ARMED, D.UNKNOWN)),
    fault("in flight and out", on_post(deliveries=(D.ACCEPTED, D.ARMED)), "in_flight", CANCELLING),
    fault("all out", on_post(deliveries=(D.ACCEPTED, D.ACCEPTED)), "all_published", CANCELLING),
    fault("all out since", on_post(deliveries=(D.SUPERSEDED, D.ACCEPTED)), "all_published", CANCELLING),
    fault("no reason", on_asked(reason=" 　"), "reason_missing", RETURNING),
    fault("not seen", on_asked(seen_digest=""), "version_changed", EVERYWHERE),
    fault("older seen", on_asked(seen_digest="older"), "version_changed", EVERYWHERE),
    fault("approver wrote", writer_is, "approver_contributed", {"approve", "return"}),
    fault("checker wrote", writer_is, "checker_contributed", CHECKING),
    *(
        fault(f"no tick {tick}", on_asked(ticks=frozenset(CHECKLIST) - {tick}), "checklist_incomplete", {"second check"})
        for tick in CHECKLIST
    ),
    fault("no ticks", on_asked(ticks=frozenset()), "checklist_incomplete", {"second check"}),
    fault("strange tick", on_asked(ticks=frozenset({"all_fine"})), "checklist_incomplete", {"second check"}),
    fault("no claim", on_post(claim=None), "claim_missing", {"claim", "second check"}),
]
# Faults whose change breaks two things at two kinds of act.
TWICE = {
    "latest is now": ("latest_passed", CLEARING),
    "latest passed": ("latest_before_due", ASKED_FIRST),
    "decider writes": ("", set()),
    "ARMED": ("", set()),
    "approver wrote": ("checker_contributed", CHECKING),
    "checker wrote": ("approver_contributed", {"approve", "return"}),
}


def owed(name: str, change: Callable[[Post], Post]) -> list[str]:
    """Codes that the act owes a post changed so: of every fault with the very same change."""
    changed = change(SOUND_POST)
    return sorted({f.code for f in FAULTS if name in f.acts and f.change(SOUND_POST) == changed})


@pytest.mark.parametrize("name", list(POST_ACTS))
def test_act_is_allowed_when_nothing_is_wrong(name: str) -> None:
    assert codes(POST_ACTS[name].on(SOUND_POST)) == []
