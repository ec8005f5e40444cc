"""All checks in the order in which people read them. Adding one is adding it to its family's `CHECKS`."""

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

from rules.checks import (
    bans,
    claims,
    dates,
    duplicates,
    elections,
    form,
    internal,
    length,
    letters,
    links,
    media,
    people,
    personal,
    rumours,
    tone,
    words,
)
from rules.checks.check import Check

_FAMILIES: tuple[tuple[Check, ...], ...] = (
    personal.CHECKS,
    people.CHECKS,
    media.CHECKS,
    elections.CHECKS,
    bans.CHECKS,
    rumours.CHECKS,
    links.CHECKS,
    internal.CHECKS,
    dates.CHECKS,
    words.CHECKS,
    tone.CHECKS,
    letters.CHECKS,
    form.CHECKS,
    length.CHECKS,
    claims.CHECKS,
    duplicates.CHECKS,
)
CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {check.id: check for check in chain.from_iterable(_FAMILIES)}
)
