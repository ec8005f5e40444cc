"""What a person brings to an act: words, ticks, names, and which content they were looking at.

Values as they came in; nothing is judged here.
"""

from dataclasses import dataclass, field
from datetime import datetime

from rules.states import How


@dataclass(frozen=True)
class Asked:
    """What the person brings to the act.

    `url` is where they found a post that is out; `no_url` says that its network shows no address; `page` whose it
    is: "" this account's, as far as an address tells, "elsewhere" not that network's, "another" another account's.
    `page_of` is the number of another post that has the same address. `named` are the suspensions that an approval
    names, `consulted` the registered people with whom something was talked over. `urgency` is the listed urgency
    somebody appeals to. `confirmed_by`, `confirmed_at` and `how` tell of the chief's word, or of a section's:
    whose, when and by what means. `topic` is the section that it is of.
    """

    reason: str = ""
    seen_digest: str = ""
    ticks: frozenset[str] = frozenset()
    url: str = ""
    no_url: bool = False
    page: str = ""
    page_of: str = ""
    named: frozenset[int] = frozenset()
    consulted: frozenset[int] = frozenset()
    urgency: int | None = None
    confirmed_by: int | None = None
    confirmed_at: datetime | None = None
    how: How | None = None
    topic: int | None = None


@dataclass(frozen=True)
class Person:
    """Somebody named in a sentence: id and 「鈴木 洋子（観光交流課長）」; `chief` tells a chief from a deputy."""

    id: int
    name: str
    chief: bool = field(default=False, compare=False)
