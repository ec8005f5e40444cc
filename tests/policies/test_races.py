"""Two at once, on two real connections: one wins, the other is told."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts.acts import ActRefused, ActStale
from accounts.models import SocialAccount
from policies.actions import operation, policy
from policies.models import CityGate, PolicyVersion
from policies.site.target import LocalFolder
from rules.states import PolicyState
from tests.policies.conftest import content_of
from tests.support.cast import Cast, make_account, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def both(*acts: Callable[[], object]) -> list[object]:
    """Run the acts at the same moment, each on a connection of its own; what each came to."""
    results: list[object] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            results.append(act())
        except (ActRefused, ActStale, operation.AlreadyRegistered) as error:
            results.append(type(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_decision_is_made_once_when_chief_and_deputy_press_at_once(now: datetime) -> None:
    cast = make_cast()
    account = make_account(cast, connection="api", opened=False, now=now)
    version = policy.write(account=account, content=content_of(account), by=cast.onishi, now=now)
    policy.ask_decision(version=version, by=cast.onishi, now=now)
    seen = version.form_no

    def press(who: str) -> Callable[[], object]:
        mine = PolicyVersion.objects.get(pk=version.pk)
        return lambda: policy.decide(version=mine, by=getattr(cast, who), now=now, form_no=seen)

    results = both(press("suzuki"), press("fujimoto"))
    assert results.count(ActStale) == 1
    version.refresh_from_db()
    assert version.state == PolicyState.DECIDED


def test_first_draft_is_begun_once_when_two_save_at_once(now: datetime) -> None:
    cast = make_cast()
    account = make_account(cast, connection="api", opened=False, now=now)

    def save(who: str) -> Callable[[], object]:
        words = {"purpose": who}
        return lambda: policy.write(account=account, content=words, by=getattr(cast, who), now=now, form_no=0)

    results = both(save("sato"), save("onishi"))
    assert results.count(ActStale) == 1
    assert PolicyVersion.objects.count() == 1


def test_publications_at_once_leave_a_site_with_both_policies(now: datetime) -> None:
    cast = make_cast()
    versions = [_decided(cast, name, now) for name in ("ichi", "ni")]
    results = both(*(_publish(version, cast, now) for version in versions))
    assert all(isinstance(result, PolicyVersion) for result in results)
    page = LocalFolder(settings.SITE_FOLDER).read("register.csv")
    assert page is not None
    assert all(f"@{name}" in page.decode() for name in ("ichi", "ni"))


def test_gate_rises_for_each_of_two_narrowings_at_once(now: datetime) -> None:
    cast = make_cast()
    accounts = [_account(cast, name, now, opened=True) for name in ("ichi", "ni")]
    before = CityGate.objects.get().epoch
    both(*(_suspend(account, cast, now) for account in accounts))
    assert CityGate.objects.get().epoch == before + 2


@pytest.mark.parametrize("key", ["name", "url", "handle"])
def test_entry_is_made_once_when_another_is_being_made_at_that_moment(key: str, now: datetime) -> None:
    """Neither sees the other's row yet: the database itself has to stand in between."""
    cast = make_cast()

    def entry(number: int) -> dict[str, Any]:
        mine = {"name": f"新しい{number}", "handle": f"@n{number}", "url": f"https://x.com/n{number}"}
        return {**_ENTRY, "section": cast.tourism, **mine, key: "https://x.com/same"}

    came_of_it: list[object] = []
    ask = lambda: operation.request(by=cast.sato, now=now, **entry(2))  # noqa: E731
    asking = threading.Thread(target=lambda: came_of_it.extend(both(ask)))
    with transaction.atomic():
        first = SocialAccount.objects.create(**entry(1), requested_by=cast.sato, requested_at=now)
        asking.start()
        asking.join(1)
    asking.join(30)
    assert came_of_it == [operation.AlreadyRegistered]
    assert list(SocialAccount.objects.all()) == [first]


_ENTRY = {
    "network": "x",
    "connection": "training",
    "rulebooks": ["mima"],
    "research": "調べた。",
    "purpose": "届ける",
}


def _account(cast: Cast, name: str, now: datetime, *, opened: bool = False) -> SocialAccount:
    return make_account(
        cast,
        name,
        connection="api",
        handle=f"@{name}",
        url=f"https://x.com/{name}",
        opened=opened,
        now=now,
    )


def _decided(cast: Cast, name: str, now: datetime) -> PolicyVersion:
    account = _account(cast, name, now)
    version = policy.write(account=account, content=content_of(account), by=cast.onishi, now=now)
    policy.ask_decision(version=version, by=cast.onishi, now=now)
    return policy.decide(version=version, by=cast.suzuki, now=now)


def _publish(version: PolicyVersion, cast: Cast, now: datetime) -> Callable[[], object]:
    return lambda: policy.publish(version=version, by=cast.onishi, now=now)


def _suspend(account: SocialAccount, cast: Cast, now: datetime) -> Callable[[], object]:
    return lambda: operation.suspend(account=account, reason="点検", by=cast.suzuki, now=now)
