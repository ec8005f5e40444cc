"""Looking at a screen in the middle of a story: axe and overflow, wide and narrow; pictures where somebody asks.

STORY_SHOTS=folder keeps a picture of every screen that a story looked at.
"""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.support.browser import NARROW, WIDE, overflow, violations

SHOTS = os.environ.get("STORY_SHOTS", "")


def look_at(page: Page, name: str) -> None:
    """Nothing against it, at both widths; the page is wide again afterwards."""
    for size, width in (("390", NARROW), ("1280", WIDE)):
        page.set_viewport_size(width)
        assert violations(page) == [], f"{name} at {size}"
        assert overflow(page) == 0, f"{name} at {size}"
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/{name}-{size}.png", full_page=True)
