"""条文対応表: for every clause what enforces it, where, which tests name it, and what is still to come. Reading only.

Dotted names come from THE TABLE and from the docstrings that name a clause; tests from a file that `write_docs` keeps
fresh, because an installation has no tests folder.
"""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import ModuleType

import accounts
import desk
import policies
import posts
import rules
from rules import clauses
from rules.clauses import Clause, Rulebook
from rules.transitions import TABLE, Transition

PROOFS = "clause_tests.json"
# The number of clauses still planned that was last written down. It may only fall.
PLANNED_AT_MOST = 40
_ROOMS = (rules, accounts, policies, posts, desk)
_NO_CODE = ("migrations", "management", "templatetags")


@dataclass(frozen=True)
class Entry:
    """One clause with everything that is known of it."""

    clause: Clause
    duties: Sequence[str]
    enforced_by: Sequence[str]
    screens: Sequence[str]
    tests: Sequence[str]

    def document(self) -> dict[str, object]:
        """For JSON."""
        clause = self.clause
        return {
            "id": clause.id,
            "kind": clause.kind,
            "gist": clause.gist,
            "done_by": clause.done_by,
            "who": clause.who,
            "note": clause.note,
            "asked_at": clause.asked_at,
            "waits_for": clause.waits_for,
            "duties": list(self.duties),
            "enforced_by": list(self.enforced_by),
            "screens": list(self.screens),
            "tests": list(self.tests),
        }


def entries(books: Iterable[Rulebook], tests: Mapping[str, Sequence[str]] | None = None) -> list[Entry]:
    """Every clause of the rulebooks, in the order of their texts. `tests` as `stored_proofs` has them, if not those."""
    tests = stored_proofs() if tests is None else tests
    return [_entry(clause, book, tests) for book in books for clause in book.clauses.values()]


def faults(found: Sequence[Entry]) -> Iterator[str]:
    """What must not be: a clause that claims more than it can show, or more of them still planned than before."""
    for entry in found:
        if entry.clause.done_by == "code" and not entry.enforced_by:
            yield f"{entry.clause.id}: 仕組みが守るとありますが、守るものの名前が見つかりません。"
        if entry.clause.done_by == "code" and not entry.tests:
            yield f"{entry.clause.id}: 仕組みが守るとありますが、名前を挙げる試験がありません。"
    planned = sum(entry.clause.done_by == "planned" for entry in found)
    if planned > PLANNED_AT_MOST:
        yield f"これから作る条文が{planned}件あります。{PLANNED_AT_MOST}件より増やせません。"
    if planned < PLANNED_AT_MOST:
        yield f"これから作る条文が{planned}件に減りました。desk/coverage.py の数も減らしてください。"


def _entry(clause: Clause, book: Rulebook, tests: Mapping[str, Sequence[str]]) -> Entry:
    duties = [key for key, duty in book.duties.items() if clause.id in duty.clauses]
    names = dict.fromkeys([*_named(clause.id), *(name for key in duties for name in _of_duty(key))])
    screens = [clause.screen] if clause.screen else list(_screens(duties))
    return Entry(clause, duties, list(names), screens, tests.get(clause.id, ()))


@cache
def stored_proofs() -> Mapping[str, Sequence[str]]:
    """Clause id → the tests that name it."""
    text = files("desk").joinpath("reference", PROOFS).read_text(encoding="utf-8")
    found: dict[str, list[str]] = json.loads(text)
    return found


# --- What enforces it


@cache
def _of_duty(duty: str) -> tuple[str, ...]:
    """Rows of THE TABLE that stand on the duty, the gates that can be switched by it, and who may act in its rows."""
    rows = [row for row in TABLE if row.duty == duty]
    gates = [gate.check for row in TABLE for gate in row.gates if gate.duty == duty]
    people = [row.who.check for row in rows]
    checks = dict.fromkeys(_dotted(check) for check in (*gates, *people))
    return (*checks, *(_row(row) for row in rows), *_REST.get(duty, ()))


# Duties that no row of the table carries: where they are kept instead.
_REST: Mapping[str, Sequence[str]] = {
    "desk": ("desk.context_processors.shell",),
    "permanence": ("posts.triggers", "audit.guards"),
    "rule_versions": ("accounts.books.read_books",),
    "site_register": ("policies.site.pages",),
    "titles": ("desk.clause_table.books",),
    "text_limit": ("platforms.counting.count",),
}


def _row(row: Transition) -> str:
    return f"rules.transitions.TABLE[{row.verb}]"


def _dotted(thing: Callable[..., object]) -> str:
    return f"{thing.__module__}.{thing.__qualname__}"


def _named(clause_id: str) -> Sequence[str]:
    return _docstrings().get(clause_id, ())


@cache
def _docstrings() -> Mapping[str, Sequence[str]]:
    """Clause id → functions and classes whose docstring begins by naming it."""
    known = {key for book in clauses.available() for key in clauses.load(book).clauses}
    found: dict[str, list[str]] = {}
    for module in (module for room in _ROOMS for module in _modules(room)):
        for _, thing in inspect.getmembers(
            module, lambda thing: inspect.isfunction(thing) or inspect.isclass(thing)
        ):
            if thing.__module__ == module.__name__:
                head = (thing.__doc__ or "").partition(": ")[0]
                for key in known & set(head.replace(",", " ").split()):
                    found.setdefault(key, []).append(_dotted(thing))
    return found


def _modules(room: ModuleType) -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        if not any(part in info.name.split(".") for part in _NO_CODE):
            yield importlib.import_module(info.name)


# --- Where one meets it

_SCREENS: Mapping[str, Sequence[str]] = {
    "approval": ("review_queue",),
    "category": ("post_new",),
    "clearance": ("post_list",),
    "correction": ("post_list",),
    "credentials": ("register",),
    "declaration": ("post_new",),
    "desk": ("home",),
    "device": ("home",),
    "disaster_only": ("headquarters",),
    "elected": ("home",),
    "election": ("election_list",),
    "embargo": ("post_new",),
    "emergency": ("urgency_list", "afterwards_list"),
    "exemption": ("post_new",),
    "flaming": ("restriction_list",),
    "flaming_report": ("restriction_list",),
    "ground_disaster": ("disaster_new",),
    "ground_fact": ("post_new",),
    "ground_law": ("post_new",),
    "ground_public": ("post_new",),
    "handbook": ("handbook",),
    "out_of_hours": ("hours",),
    "owning_section": ("post_new",),
    "permanence": ("post_list",),
    "policy": ("policy_list",),
    "policy_items": ("policy_list",),
    "policy_publication": ("policy_list",),
    "public_order": ("check_queue",),
    "register": ("register",),
    "research": ("account_request",),
    "resumption": ("restriction_list",),
    "rule_versions": ("clauses",),
    "second_check": ("check_queue",),
    "send_only": ("policy_list",),
    "site_register": ("register",),
    "staff": ("register",),
    "suspension": ("restriction_list",),
    "text_limit": ("post_new",),
    "titles": ("clauses",),
}


def _screens(duties: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(screen for duty in duties for screen in _SCREENS.get(duty, ()))
