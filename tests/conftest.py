"""What every test may use: a frozen now, a city and files of its own, a browser. The cast lives in tests/support."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from accounts import books
from tests.support.database import patch_flush
from tests.support.require import require

TESTS = Path(__file__).parent
# These folders hold the actions and the sending: they run again on PostgreSQL and Redis.
BOTH_DATABASES = ("accounts", "policies", "posts", "audit", "sending")

patch_flush()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "live: calls a real network with a city's own keys; `make test-live` only"
    )
    config.addinivalue_line(
        "markers", "posts: publishes one test post, on networks where it can be taken back"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What writes to the database is marked by its folder, so that nobody forgets to."""
    for item in items:
        if item.path.relative_to(TESTS).parts[0] in BOTH_DATABASES:
            item.add_marker(pytest.mark.both_databases)


def pytest_unconfigure() -> None:
    """The files of this test process go with it, unless VAR_DIR said where to keep them."""
    if django_settings.TEST_RUN in django_settings.VAR_DIR.name:
        shutil.rmtree(django_settings.VAR_DIR, ignore_errors=True)


@pytest.fixture
def now() -> datetime:
    """A Friday morning in office hours."""
    return datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.fixture(autouse=True)
def installation(settings: Settings, tmp_path: Path) -> dict[str, Any]:
    """The city of the test: known whatever the environment says, with a site folder of its own."""
    settings.SITE_FOLDER = tmp_path / "site"
    books.forget()
    settings.CITY_ALWAYS_OPEN = True  # what is about working hours says so itself
    settings.CITY = {
        "name": "見本市",
        "url": "https://www.city.mihon.example/",
        "desk_name": "広報広聴課",
        "desk_phone": "0000-00-0000",
        "rulebooks": ["mima"],
    }
    return settings.CITY


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium as the operating system has it; nothing is downloaded."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    require(chromium, "Chromium", "apt-get install chromium fonts-noto-cjk, or CHROMIUM=path")
    # Playwright keeps an event loop in the test's thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return {**browser_type_launch_args, "executable_path": chromium, "args": ["--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A browser of a Japanese city hall."""
    return {**browser_context_args, "locale": "ja-JP", "timezone_id": "Asia/Tokyo"}
