"""The city as the rules see it: its name, the rulebooks it stands under, and how each of them reads on that day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rules import clauses
from rules.clauses import Rulebook


@dataclass(frozen=True)
class City:
    """What holds for the whole city on the day of the question: its name, its rulebooks' ids, and since when its rules
    read as they do. `books` are the rulebooks in force; one that is not among them reads as it comes with the program.
    """

    name: str
    rulebooks: tuple[str, ...]
    rules_version_on: date | None = None
    books: Mapping[str, Rulebook] = field(default_factory=dict)

    def book(self, rulebook_id: str) -> Rulebook:
        """The rulebook as in force. Raises RulebookError for an id that nobody knows."""
        return self.books.get(rulebook_id) or clauses.load(rulebook_id)
