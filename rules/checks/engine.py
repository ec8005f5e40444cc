"""Running the checks: every check that is on, over every part it reads, in one pass."""

from collections.abc import Iterator

from rules.checks.catalogue import CHECKS
from rules.checks.check import Check
from rules.checks.findings import Finding, Hit, Severity
from rules.checks.material import Material, World

# Raised by one whenever a check judges otherwise than before.
RULES_VERSION = "1"
WHOLE = ""
_BY_WEIGHT = {Severity.BLOCK: 0, Severity.CONFIRM: 1, Severity.INFO: 2}


def examine(material: Material, world: World) -> tuple[Finding, ...]:
    """All findings, the heaviest first, and among equals as they stand in the text."""
    found = [
        _finding(check, key, text, hit, world)
        for check in CHECKS.values()
        if check.id in world.duties
        for key, text, hit in _hits(check, material, world)
    ]
    return tuple(sorted(dict.fromkeys(found), key=_place))


def _hits(check: Check, material: Material, world: World) -> Iterator[tuple[str, str, Hit]]:
    """Where each hit stands: the part's key and its original text."""
    if check.on_text is not None:
        for part in material.parts:
            if part.kind in check.kinds and part.text:
                yield from ((part.key, part.text, hit) for hit in check.on_text(part.reading, world))
    if check.on_medium is not None:
        for medium in material.media:
            yield from ((medium.key, "", hit) for hit in check.on_medium(medium, world))
    if check.on_whole is not None:
        yield from ((WHOLE, "", hit) for hit in check.on_whole(material, world))


def _finding(check: Check, key: str, text: str, hit: Hit, world: World) -> Finding:
    return Finding(
        check=check.id,
        severity=hit.severity or check.severity,
        part=key,
        span=hit.span,
        excerpt=text[hit.span.begin : hit.span.end] if hit.span else "",
        message=hit.message,
        suggestion=hit.suggestion,
        fix=hit.fix,
        rules_version=RULES_VERSION,
        lists_version=world.lists.version,
    )


def _place(finding: Finding) -> tuple[int, str, int]:
    return _BY_WEIGHT[finding.severity], finding.part, finding.span.begin if finding.span else -1
