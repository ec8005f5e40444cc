"""What is checked, and what the checks know of the world: frozen facts, gathered by somebody else.

Here must not live: any check, any list's content, any clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from rules.checks.lists import Lists
from rules.checks.reading import Reading
from rules.restraints import Election


class PartKind(StrEnum):
    """Where a text stands in what goes out."""

    TEXT = "text"
    ALT = "alt"
    CAPTION = "caption"
    TAGS = "tags"
    LINK_TITLE = "link_title"
    FILE_NAME = "file_name"
    REPLY = "reply"
    QUOTE = "quote"
    POLICY = "policy"


@dataclass(frozen=True)
class Part:
    """One text of a post. `key` tells it from the others of the same post, e.g. `text`, `text:12` (for a social account
    of its own), `alt:0`."""

    key: str
    kind: PartKind
    text: str

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.text)


@dataclass(frozen=True)
class Medium:
    """A picture or film as its author described it. `key` names it in findings.

    `faces`: how many people can be recognised; `consent` and `rights`: on what footing, "" when nothing is said;
    `permission_doc`: the document of a permission; `has_text`: its letters carry facts; `captioned`: None for a
    picture; `shows_mark`: a logo or a character, which needs `mark_permission`.
    """

    key: str
    kind: str = "image"
    file: str = ""
    alt: str = ""
    faces: int = 0
    consent: str = ""
    rights: str = ""
    permission_doc: str = ""
    has_text: bool = False
    decorative: bool = False
    captioned: bool | None = None
    shows_mark: bool = False
    mark_permission: str = ""


@dataclass(frozen=True)
class Measured:
    """A count by the network's own measure, taken by somebody else: `over` is what is too much, 0 when it fits."""

    what_ja: str
    used: int
    limit: int
    unit_ja: str
    over: int


@dataclass(frozen=True)
class Recent:
    """What went to the same social account not long ago."""

    text: str
    minutes_ago: int


@dataclass(frozen=True)
class World:
    """What the checks know besides the texts.

    `at`: when it is to go out; `duties`: the duty keys that are on for this social account (a check whose own key is
    not among them does not run); `links`: what each address answered (an HTTP status, 0 for no answer) and `leads_to`
    where it led, as far as anybody looked; `quotes`: the handle of the quoted account, "" for none.
    """

    at: datetime
    lists: Lists
    duties: frozenset[str]
    elections: tuple[Election, ...] = ()
    is_election_board: bool = False
    network: str = ""
    measured: tuple[Measured, ...] = ()
    links: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    leads_to: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sponsored: bool = False
    quotes: str = ""
    recent: tuple[Recent, ...] = ()


@dataclass(frozen=True)
class Material:
    """All that would go out, to be checked as one."""

    parts: tuple[Part, ...]
    media: tuple[Medium, ...] = ()
