"""A city under Toyama's rulebook alone: its own duties hold, and it sees no other city's name anywhere."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.acts import ActRefused
from accounts.models import SocialAccount, StaffMember
from policies.actions import operation, policy
from policies.models import PolicyVersion
from tests.policies.conftest import content_of
from tests.support.cast import Cast

NOT_SAID = {"reply_mode": "none", "reply_text": "返信はしません。"}


@pytest.fixture
def toyama(installation: dict[str, Any]) -> None:
    installation |= {"name": "富山市", "desk_name": "情報システム課", "rulebooks": ["toyama"]}


@pytest.fixture
def request_of(cast: Cast, now: datetime) -> Callable[..., SocialAccount]:
    def make(research: str = "規約と費用を調べた。", rulebook: str = "toyama") -> SocialAccount:
        return operation.request(
            section=cast.tourism,
            name="富山の観光（X）",
            network="x",
            connection="api",
            handle="@toyama_kanko_demo",
            url="https://x.com/toyama_kanko_demo",
            rulebooks=[rulebook],
            research=research,
            purpose="観光の情報を届ける",
            by=cast.sato,
            now=now,
        )

    return make


def asked(cast: Cast, account: SocialAccount, now: datetime, **changes: Any) -> PolicyVersion:
    own = {"account_name": "富山市観光【公式】"}
    version = policy.write(
        account=account, content=content_of(account, **own, **changes), by=cast.onishi, now=now
    )
    return policy.ask_decision(version=version, by=cast.onishi, now=now)


@pytest.mark.clause("toyama:5-1")
def test_account_is_not_approved_before_the_service_was_looked_into(
    toyama: None, cast: Cast, request_of: Callable[..., SocialAccount], now: datetime
) -> None:
    with pytest.raises(ActRefused) as caught:
        operation.approve(account=request_of(research=" "), by=cast.suzuki, now=now)
    assert caught.value.refusal.codes == {"research_missing"}


def test_account_under_mima_needs_no_research(
    cast: Cast, request_of: Callable[..., SocialAccount], now: datetime
) -> None:
    account = operation.approve(account=request_of(research="", rulebook="mima"), by=cast.suzuki, now=now)
    assert account.state == "approved"


@pytest.mark.clause("toyama:5-3")
def test_policy_that_replies_to_nobody_must_say_send_only(
    toyama: None, cast: Cast, request_of: Callable[..., SocialAccount], now: datetime
) -> None:
    with pytest.raises(ActRefused) as caught:
        asked(cast, request_of(), now, **NOT_SAID)
    assert caught.value.refusal.codes == {"send_only_not_said"}


@pytest.mark.clause("toyama:5-3")
@pytest.mark.parametrize("words", ["情報発信専用です。", "専ら情報発信に用います。"])
def test_policy_that_says_send_only_goes_to_the_chief(
    toyama: None, cast: Cast, request_of: Callable[..., SocialAccount], now: datetime, words: str
) -> None:
    assert asked(cast, request_of(), now, reply_text=words).state == "awaiting_decision"


def test_policy_under_mima_need_not_say_send_only(
    cast: Cast, request_of: Callable[..., SocialAccount], now: datetime
) -> None:
    assert asked(cast, request_of(rulebook="mima"), now, **NOT_SAID).state == "awaiting_decision"


def test_no_page_of_a_toyama_city_shows_another_city(
    toyama: None,
    cast: Cast,
    request_of: Callable[..., SocialAccount],
    now: datetime,
    as_: Callable[[StaffMember], Client],
) -> None:
    account = request_of()
    operation.approve(account=account, by=cast.suzuki, now=now)
    version = asked(cast, account, now)
    policy.decide(version=version, by=cast.suzuki, now=now)
    policy.publish(version=version, by=cast.onishi, now=now)
    pages = [
        reverse("policy_list"),
        reverse("policy_edit", args=[account.pk]),
        reverse("policy_detail", args=[version.pk]),
        reverse("register"),
        reverse("account_detail", args=[account.pk]),
        reverse("account_request"),
    ]
    for page in pages:
        text = as_(cast.onishi).get(page).content.decode()
        assert "<h1" in text
        assert "美馬" not in text, page
        assert "要領" not in text, page
    for path in settings.SITE_FOLDER.rglob("*.*"):
        assert "美馬" not in path.read_text(encoding="utf-8"), path


def test_samples_name_the_installations_own_city(
    toyama: None, cast: Cast, request_of: Callable[..., SocialAccount], as_: Callable[[StaffMember], Client]
) -> None:
    account = request_of()
    url = reverse("policy_edit", args=[account.pk])
    text = as_(cast.onishi).post(url, {"do": "sample:k", "form_no": "0"}).content.decode()
    assert "富山市または正当な権利を持つ人" in text
    assert "美馬" not in text
