"""What a check says: a finding, where it stands and how much it weighs. Here must not live: any check."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much a finding weighs. BLOCK: it cannot go on, only the chief releases it. CONFIRM: the author says why it is
    right, and the checker sees it. INFO: a hint."""

    BLOCK = "block"
    CONFIRM = "confirm"
    INFO = "info"


class Span(NamedTuple):
    """From `begin` up to but not including `end`, in characters of the original text."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """What one check found in what it was given. The engine makes a finding of it.

    `severity`: where it differs from the check's own; `fix`: what one press puts in the span's place.
    """

    message: str
    span: Span | None = None
    suggestion: str = ""
    fix: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's word about one part of a post, bound to the lists and rules it was judged by.

    `part` names the part as `material.Part.key` does; `excerpt` is the original text of the span, "" for the whole.
    """

    check: str
    severity: Severity
    part: str
    span: Span | None
    excerpt: str
    message: str
    suggestion: str
    fix: str | None
    rules_version: str
    lists_version: str
