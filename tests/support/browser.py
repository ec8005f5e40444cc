"""A browser in a person's hands that watches the pages: script errors, refused content, server errors, axe.

What a story does on a page stands in the story; here is only how a page is opened, watched and judged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, ViewportSize, expect

from accounts.models import StaffMember

BACKEND = "django.contrib.auth.backends.ModelBackend"
SECONDS = 15
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
# Our own answers to what a person may not or cannot do; Chromium reports each of them as an error, too.
ANSWERS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
# The script gives up a question when a newer one replaces it, or when the page is left; it reports that loudly.
GIVEN_UP = re.compile(r"htmx:(afterRequest|sendAbort)\b")

expect.set_options(timeout=SECONDS * 1000)


@dataclass
class Watch:
    """What went wrong on the pages of one browser, whatever the story was looking at."""

    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=lambda: {403, 404, 409, 422})

    def over(self, page: Page) -> Page:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("response", self._response)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        answer = ANSWERS.match(message.text)
        if (answer and int(answer[1]) in self.expected) or GIVEN_UP.match(message.text):
            return
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.location.get('url')}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 and response.status not in self.expected:
            self.faults.append(f"{response.status} {response.request.method} {response.url}")


def sign_in(context: BrowserContext, person: StaffMember, url: str) -> None:
    """Give the browser a session of this person, as after signing in."""
    client = Client()
    client.force_login(person, backend=BACKEND)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def violations(page: Page) -> list[str]:
    """What axe has against the page at its present size, one line for each rule and place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(
            AXE_SCRIPT
        )  # not a script of the page, so that its Content-Security-Policy can stay strict
    found = page.evaluate("options => axe.run(options).then(results => results.violations)", AXE)
    return list(_lines(found))


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for rule in found:
        for node in rule["nodes"]:
            place, why = " ".join(map(str, node["target"])), node["failureSummary"].splitlines()[-1].strip()
            yield f"{rule['id']}: {place} | {why}"


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window; 0 when nothing is cut off or scrolled sideways."""
    root = "document.documentElement"
    return int(page.evaluate(f"Math.max(0, {root}.scrollWidth - {root}.clientWidth)"))
