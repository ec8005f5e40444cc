"""All checks in the order in which people read them. Adding one is adding it to its family's `CHECKS`."""

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import Final

from rules.checks.check import Check

_FAMILIES: tuple[tuple[Check, ...], ...] = ()
CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {check.id: check for check in chain.from_iterable(_FAMILIES)}
)
