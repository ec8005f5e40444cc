"""What a test needs from this machine: missing, it skips with one loud line; where all must run, it fails."""

import os

import pytest


def require(condition: object, what: str, how: str) -> None:
    """Go on when the condition holds; else skip, or fail when REQUIRE_ALL=1. `how` says how to get it.

    Called at the top of a module it skips the whole module with a single line.
    """
    if condition:
        return
    message = f"MISSING: {what} ({how})"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message, allow_module_level=True)
