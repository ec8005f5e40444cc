"""Duties that a city switches on or off in one of its rulebooks, and those that no city may switch off."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from rules.clauses import Rulebook

# Without these there would be no approval, no second pair of eyes, nobody known to be staff, or no record of it.
CORE: Final = frozenset(
    {
        "approval",
        "clearance",
        "credentials",
        "elected",
        "exemption",
        "four_eyes",
        "permanence",
        "policy",
        "register",
        "rule_versions",
        "second_check",
        "settling",
        "staff",
        "titles",
    }
)


def switched(book: Rulebook, switches: Mapping[str, bool]) -> Rulebook:
    """The rulebook with these duties on or off. The clauses a duty stands on stay: the city's decision stands beside
    them. KeyError for an unknown duty; a core duty stays on whatever is said."""
    duties = dict(book.duties)
    for key, on in switches.items():
        duties[key] = replace(duties[key], on=on or key in CORE)
    return replace(book, duties=MappingProxyType(duties))
