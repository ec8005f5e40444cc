"""What a gate is: a duty, a label for the screens, and a pure check that yields reasons."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules.facts import Case, Reason

Check = Callable[[Case], Iterator[Reason]]


@dataclass(frozen=True)
class Gate:
    """A duty and its check. A reason that names an account is judged under that account's rulebooks."""

    name: str
    duty: str
    check: Check
    label: str
