"""What every story may use: the running installation, its people, and a browser for each of them."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page
from pytest_django import Settings

from accounts.models import StaffMember
from tests.servers.bluesky import bluesky_account, bluesky_pds
from tests.stories import installation
from tests.support.browser import SECONDS, WIDE, Watch, sign_in
from tests.support.cast import Cast, make_cast

__all__ = ["bluesky_account", "bluesky_pds"]
Desk = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "stories" in item.path.parts:
            item.add_marker(pytest.mark.story)


@pytest.fixture(scope="session")
def house_env(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The settings of the installation: files of this test process alone, and a Redis database if there is one."""
    with django_db_blocker.unblock():
        env = installation.environment(tmp_path_factory.mktemp("house"))
    if not django_settings.REDIS_URL:
        yield env
        return
    with installation.own_redis(django_settings.REDIS_URL) as url:
        yield env | {"REDIS_URL": url}


@pytest.fixture(scope="session")
def base_url() -> str:
    """Replaces the one of pytest-base-url, which this pytest warns of; every browser is told its own address."""
    return ""


@pytest.fixture(scope="session")
def web(house_env: dict[str, str]) -> Iterator[str]:
    """The address of the web process."""
    with installation.web(house_env) as url:
        yield url


@pytest.fixture(scope="module")
def sender(house_env: dict[str, str]) -> Iterator[None]:
    """Worker and beat, for the modules whose posts go out. Not longer: they write to the database of all tests."""
    with installation.sender(house_env):
        yield


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def site(house_env: dict[str, str], settings: Settings) -> Path:
    """The folder of the city site: what a builder publishes is what the web process serves. Empty at first."""
    folder = Path(house_env["SITE_FOLDER"])
    shutil.rmtree(folder, ignore_errors=True)
    settings.SITE_FOLDER = folder
    return folder


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Whatever went wrong on any page of the story fails it."""
    watch = Watch()
    yield watch
    assert "\n".join(watch.faults) == ""


@pytest.fixture
def desk_of(web: str, watch: Watch, new_context: Callable[..., Any]) -> Desk:
    """The browser of a person (None: a citizen): a page of their own, with options for its context."""

    def open_(person: StaffMember | None = None, *, base_url: str = web, **options: Any) -> Page:
        context = new_context(base_url=base_url, viewport=options.pop("viewport", WIDE), **options)
        context.set_default_timeout(SECONDS * 1000)
        if person is not None:
            sign_in(context, person, base_url)
        return watch.over(context.new_page())

    return open_
