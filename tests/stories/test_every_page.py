"""Every page as every person sees it, wide and narrow: axe, one heading, nothing cut off, no errors in the browser."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page

from accounts.models import StaffMember
from tests.stories.conftest import Desk
from tests.stories.pages import ANSWERS, PAGES, PRESSES, World, make_world, names
from tests.support.browser import BACKEND, NARROW, WIDE, overflow, violations
from tests.support.cast import Cast

pytestmark = pytest.mark.slow
ELEMENT = re.compile(r"<(\w+)([^>]*)>")
LOOK = re.compile(
    r'\b(?:class|type|role|data-state|aria-current|disabled|checked|open|hidden)\b(?:="[^"]*")?'
)
# The menu and the person at the top are the same on every page of one person.
AROUND = re.compile(r'<nav class="menu".*?</nav>|<details class="who">.*?</details>', re.S)
Kind = tuple[str, ...]
Seen = defaultdict[str, set[Kind]]


def test_page_is_looked_at_when_it_has_an_address() -> None:
    assert names() == {*PAGES, *PRESSES, *ANSWERS}


@pytest.mark.long
@pytest.mark.timeout(600)
def test_every_page_is_accessible_and_fits_for_everybody(cast: Cast, desk_of: Desk) -> None:
    world = make_world(cast)
    seen: Seen = defaultdict(set)
    faults: list[str] = []
    for who, person in world.everybody().items():
        page = desk_of(person)
        for path in new_paths(world, person, seen):
            faults += [f"{who} {path}: {fault}" for fault in faults_of(page, path)]
    assert set(PAGES) <= set(seen)
    assert "\n".join(faults) == ""


@pytest.mark.long
@pytest.mark.timeout(300)
def test_every_page_of_the_city_site_is_accessible_and_fits(cast: Cast, desk_of: Desk, site: Path) -> None:
    make_world(cast)
    page = desk_of()
    pages = sorted(path.relative_to(site / "current") for path in (site / "current").rglob("*.html"))
    assert len(pages) >= 4
    faults = [f"{path}: {fault}" for path in pages for fault in faults_of(page, f"/site/{path}")]
    assert "\n".join(faults) == ""


def test_page_without_a_heading_is_found(desk_of: Desk) -> None:
    page = desk_of()
    page.goto("/sign-in/")
    page.evaluate("document.querySelector('h1').remove()")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x><p class=w>x</p>')"
    )
    page.evaluate("document.querySelector('.w').style.width = '2000px'")
    assert overflow(page) > 0
    assert any(line.startswith("image-alt") for line in violations(page))
    assert any(line.startswith("page-has-heading-one") for line in violations(page))


def new_paths(world: World, person: StaffMember | None, seen: Seen) -> Iterator[str]:
    """The addresses at which this person sees kinds of elements that nobody before has seen there."""
    client = Client()
    if person is not None:
        client.force_login(person, backend=BACKEND)
    for name, paths in PAGES.items():
        for path in paths(world):
            answer = client.get(path, follow=True)
            known = seen[shown_as(name, answer)]
            new = kinds(answer.content.decode()) - known
            known |= new
            if new:
                yield path


def shown_as(name: str, answer: HttpResponse) -> str:
    """One page that keeps people out is like another, whatever address it stands at."""
    led_away = answer.redirect_chain  # type: ignore[attr-defined]  # the test client's own
    return name if answer.status_code == 200 and not led_away else ""


def kinds(html: str) -> frozenset[Kind]:
    """Every kind of element in it: tag, classes, state. Words and numbers do not count."""
    return frozenset((tag, *LOOK.findall(rest)) for tag, rest in ELEMENT.findall(AROUND.sub("", html)))


def faults_of(page: Page, path: str) -> Iterator[str]:
    page.goto(path)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        yield from (f"{size['width']}px {line}" for line in violations(page))
        if too_wide := overflow(page):
            yield f"{size['width']}px is {too_wide}px too wide"
    page.set_viewport_size(WIDE)
    headings = page.locator("h1").count()
    if headings != 1:
        yield f"{headings} h1"
