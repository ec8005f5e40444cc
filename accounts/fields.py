"""What the models' fields share: choices from a mapping of words."""

from collections.abc import Mapping
from typing import Any


def choices_of(labels: Mapping[Any, str]) -> list[tuple[str, str]]:
    return list(labels.items())
