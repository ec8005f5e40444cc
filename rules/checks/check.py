"""What a check is: its id, its weight and the function that finds. The id is also its duty key."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rules.checks.findings import Hit, Severity
from rules.checks.material import Material, Medium, PartKind, World
from rules.checks.reading import Reading

OnText = Callable[[Reading, World], Iterable[Hit]]
OnMedium = Callable[[Medium, World], Iterable[Hit]]
OnWhole = Callable[[Material, World], Iterable[Hit]]

ALL_TEXTS = frozenset(PartKind)
# Running prose, as people read it.
PROSE = frozenset({PartKind.TEXT, PartKind.REPLY, PartKind.CAPTION, PartKind.POLICY})


@dataclass(frozen=True)
class Check:
    """One of the checks: at least one of `on_text`, `on_medium`, `on_whole` finds.

    `reasoned`: a confirmation needs words, a tick is not enough; `releasable`: False where not even the chief may let
    it pass; `kinds`: the parts it reads.
    """

    id: str
    severity: Severity
    title_ja: str
    on_text: OnText | None = None
    on_medium: OnMedium | None = None
    on_whole: OnWhole | None = None
    kinds: frozenset[PartKind] = ALL_TEXTS
    reasoned: bool = False
    releasable: bool = True
