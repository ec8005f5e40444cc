"""The cast with one social account that is connected for real, so that the city site shows it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import SocialAccount, StaffMember
from policies.actions import policy
from policies.models import PolicyVersion
from policies.site.target import LocalFolder
from tests.support.cast import POLICY, Cast, make_account, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast, now: datetime) -> SocialAccount:
    """Approved and without a policy."""
    return make_account(cast, connection="api", opened=False, now=now)


@pytest.fixture
def opened(cast: Cast, now: datetime) -> SocialAccount:
    """In operation under version 1."""
    return make_account(cast, connection="api", now=now)


@pytest.fixture
def content(account: SocialAccount) -> dict[str, Any]:
    return content_of(account)


def content_of(account: SocialAccount, **changes: Any) -> dict[str, Any]:
    """A complete policy that applies from today."""
    own = {"service": "X（旧Twitter）", "handle": account.handle, "url": account.url}
    return {**POLICY, **own, "effective_on": date(2026, 11, 20), **changes}


@pytest.fixture
def waiting(cast: Cast, account: SocialAccount, content: dict[str, Any], now: datetime) -> PolicyVersion:
    """Version 1, before the chief."""
    version = policy.write(account=account, content=content, by=cast.onishi, now=now)
    return policy.ask_decision(version=version, by=cast.onishi, now=now)


@pytest.fixture
def decided(cast: Cast, waiting: PolicyVersion, now: datetime) -> PolicyVersion:
    return policy.decide(version=waiting, by=cast.suzuki, now=now)


@pytest.fixture
def as_(client: Client) -> Callable[[StaffMember], Client]:
    """The browser of that person."""

    def sign_in(staff: StaffMember) -> Client:
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def published(path: str) -> str:
    """The text of a file as it stands on the city site."""
    content = LocalFolder(settings.SITE_FOLDER).read(path)
    assert content is not None, path
    return content.decode("utf-8-sig")
