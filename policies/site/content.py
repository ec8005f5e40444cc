"""What the city site shows, as facts: accounts, versions, days. Gathered from rows; rendered in `pages.py`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from accounts.models import ACCOUNT_STATE_JA, SocialAccount
from policies import services
from policies.models import PolicyVersion
from policies.queries import for_site
from policies.site.items import Item, items_of
from rules.calendar import JST, day_of
from rules.states import AccountState


@dataclass(frozen=True)
class SitePolicy:
    """One published version. `until_on` is its last day, None while no later version ends it."""

    number: int
    effective_on: date
    until_on: date | None
    published_on: date
    change_note: str
    items: tuple[Item, ...]
    categories: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"v{self.number}.html"


@dataclass(frozen=True)
class SiteAccount:
    """A social account of the register. `current` is the version in force, `coming` the next after it."""

    slug: str
    name: str
    service: str
    handle: str
    url: str
    section: str
    state: AccountState
    opened_on: date | None
    closed_on: date | None
    closed_reason: str
    versions: tuple[SitePolicy, ...]
    current: SitePolicy | None
    coming: SitePolicy | None

    @property
    def shown(self) -> SitePolicy | None:
        """The version on the account's own page: the one in force, else the first to come."""
        return self.current or self.coming

    @property
    def state_ja(self) -> str:
        return ACCOUNT_STATE_JA[self.state]

    @property
    def is_running(self) -> bool:
        return self.state == AccountState.IN_OPERATION

    @property
    def folder(self) -> str:
        return f"accounts/{self.slug}/"


@dataclass(frozen=True)
class Site:
    """The whole site at one moment. `address` is where it is published, with a slash at its end."""

    city: Mapping[str, str]
    address: str
    as_of: datetime
    accounts: tuple[SiteAccount, ...]
    closed: tuple[SiteAccount, ...]
    is_demo: bool = False


def gather(now: datetime) -> Site:
    """Reads the rows; inside a transaction it sees what that transaction has written."""
    known = [_account(account, day_of(now)) for account in for_site()]
    return Site(
        city=settings.CITY,
        address=address(),
        as_of=now.astimezone(JST),
        accounts=tuple(account for account in known if account.state != AccountState.CLOSED),
        closed=tuple(account for account in known if account.state == AccountState.CLOSED),
        is_demo=settings.DEMO,
    )


def address() -> str:
    return settings.SITE_URL.rstrip("/") + "/"


def page_address(account: SocialAccount) -> str:
    """Where the account's policy stands on the city site."""
    return f"{address()}accounts/{slug_of(account)}/"


def slug_of(account: SocialAccount) -> str:
    """Network and handle in plain ASCII. Where the handle says more than that, the row's number tells them apart."""
    handle = account.handle.removeprefix("@")
    plain = re.sub(r"[^a-z0-9._-]+", "-", handle.lower())
    return f"{account.network}-{plain}" if plain == handle else f"{account.network}-{plain}~{account.pk}"


def policy_of(version: PolicyVersion, until_on: date | None) -> SitePolicy:
    """A published version as facts."""
    assert version.effective_on is not None
    assert version.published_at is not None
    return SitePolicy(
        version.number,
        version.effective_on,
        until_on,
        day_of(version.published_at),
        version.change_note,
        items_of(version),
        tuple(version.categories),
    )


def _account(account: SocialAccount, on: date) -> SiteAccount:
    versions = tuple(_policies(account.published_versions))  # type: ignore[attr-defined]  # prefetched by for_site
    applied = [version for version in versions if version.effective_on <= on]
    coming = [version for version in versions if version.effective_on > on]
    return SiteAccount(
        slug=slug_of(account),
        name=account.name,
        service=services.label_of(account.network),
        handle=account.handle,
        url=account.url,
        section=account.section.name,
        state=AccountState(account.state),
        opened_on=account.opened_at and day_of(account.opened_at),
        closed_on=account.closed_at and day_of(account.closed_at),
        closed_reason=account.closed_reason,
        versions=versions,
        current=applied[-1] if applied else None,
        coming=coming[0] if coming else None,
    )


def _policies(versions: list[PolicyVersion]) -> Iterable[SitePolicy]:
    """Versions by the day from which they apply; each ends on the day before the next."""
    for version, following in zip(versions, [*versions[1:], None], strict=True):
        next_on = following.effective_on if following else None
        yield policy_of(version, next_on - timedelta(days=1) if next_on else None)
