"""接続の確認: what is looked at when, what is written down, and what somebody is told of."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from accounts import queries
from accounts.actions import checking
from accounts.models import ConnectionCheck, SocialAccount
from accounts.queries import OtherEnd
from accounts.tasks import check_connections
from audit.models import Entry
from outbound.deadline import Deadline
from platforms.base import Capabilities, Profile
from platforms.errors import AuthExpired, NotSent, PlatformError, RateLimited, Refused
from policies.actions import operation
from tests.sending.stubs import Stub
from tests.support.cast import NOW, Cast, make_account, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
CONFIG = {"base_url": "https://pds.example", "identifier": "koho.example"}


class Known(Stub):
    """A network that says who we are, or does not."""

    error: Exception | None = None
    found = Profile("mima_kanko_demo", "美馬市広報")
    capabilities = Capabilities(publishes=True, checks=True)

    def profile(self, *, deadline: Deadline) -> Profile:
        if self.error is not None:
            raise self.error
        return self.found


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    url = "https://bsky.app/profile/mima_kanko_demo"
    account = make_account(cast, network="bluesky", connection="api", url=url)
    connect(account, cast)
    return account


def connect(account: SocialAccount, cast: Cast, now: object = NOW) -> None:
    account.refresh_from_db()
    secret = {"app_password": "abcd"}
    operation.set_credential(account=account, config=CONFIG, secret=secret, by=cast.kondo, now=now)  # type: ignore[arg-type]


def look(
    account: SocialAccount,
    error: Exception | None = None,
    *,
    now: object = NOW,
    found: Profile = Known.found,
) -> ConnectionCheck:
    network = Known()
    network.error, network.found = error, found
    with patch("accounts.actions.checking.adapter_for", lambda account, *, now: network):
        return checking.check(account, now=now)  # type: ignore[arg-type]


def told(account: SocialAccount) -> list[str]:
    events = ("account.connection_lost", "account.connection_found")
    rows = Entry.objects.filter(stream=f"account:{account.pk}", event__in=events).order_by("seq")
    return [row.event.rpartition("_")[2] for row in rows]


def test_name_that_the_network_knows_us_by_is_written_down(account: SocialAccount) -> None:
    row = look(account)
    assert (row.outcome, row.handle, row.name, row.is_broken) == (
        "ok",
        "mima_kanko_demo",
        "美馬市広報",
        False,
    )
    assert told(account) == []


def with_handle(account: SocialAccount, handle: str) -> SocialAccount:
    SocialAccount.objects.filter(pk=account.pk).update(handle=handle)
    account.refresh_from_db()
    return account


@pytest.mark.clause("mima:2-場面")
def test_token_of_somebody_else_s_account_is_refused_and_told(account: SocialAccount) -> None:
    row = look(account, found=Profile("taro_private", "太郎"))
    words = "つながったのは「@taro_private」で、台帳の「@mima_kanko_demo」ではありません"
    assert (row.outcome, row.detail, row.handle, row.is_broken) == ("refused", words, "taro_private", True)
    assert (told(account), queries.other_end(account.pk)) == (["lost"], OtherEnd.ANOTHERS)
    look(account)
    assert (told(account), queries.other_end(account.pk)) == (["lost", "found"], OtherEnd.OURS)


@pytest.mark.parametrize("error", [AuthExpired("切れました"), NotSent("つながりません")])
def test_dead_connection_is_not_somebody_else_s_account(account: SocialAccount, error: PlatformError) -> None:
    look(account, error)
    assert queries.other_end(account.pk) == OtherEnd.OURS


@pytest.mark.parametrize(
    ("handle", "found", "is_ours"),
    [
        ("@Koho.Mima.Example", Profile("koho.mima.example"), True),
        ("koho", Profile("koho"), True),
        ("@koho@pds.example", Profile("koho", url="https://pds.example/@koho"), True),
        ("@koho@sns.example", Profile("koho", url="https://sns.example/@koho"), True),
        ("@koho@another.example", Profile("koho", url="https://pds.example/@koho"), False),
        ("@koho@another.example", Profile("koho"), False),
        ("@123abcde", Profile("mima_city", url="https://line.me/R/ti/p/@123abcde"), True),
        ("@mima_city", Profile("mima_city", url="https://line.me/R/ti/p/@123abcde"), True),
        ("@koho", Profile("koho2", url="https://pds.example/@koho2"), False),
        ("@koho", Profile("", url=""), False),
    ],
)
def test_names_are_compared_as_the_networks_compare_them(
    account: SocialAccount, handle: str, found: Profile, is_ours: bool
) -> None:
    row = look(with_handle(account, handle), found=found)
    assert row.outcome == ("ok" if is_ours else "refused")


def test_entry_without_a_user_name_does_not_pass_silently(account: SocialAccount) -> None:
    row = look(with_handle(account, ""))
    assert "台帳にユーザー名がない" in row.detail
    assert "@mima_kanko_demo" in row.detail


@pytest.mark.parametrize("error", [AuthExpired("切れました"), Refused("別のアカウントです")])
def test_what_a_person_has_to_mend_is_told_once_and_again_when_it_is_whole(
    account: SocialAccount, error: PlatformError
) -> None:
    for _ in range(3):
        row = look(account, error)
    assert (row.is_broken, row.detail) == (True, error.detail)
    look(account)
    look(account)
    assert told(account) == ["lost", "found"]


@pytest.mark.parametrize("error", [NotSent("つながりません"), RateLimited(), RuntimeError("boom")])
def test_blip_is_no_dead_connection(account: SocialAccount, error: Exception) -> None:
    row = look(account, error)
    assert (row.is_broken, told(account)) == (False, [])
    assert "boom" not in row.detail


def test_blip_between_does_not_say_that_a_dead_connection_is_whole(account: SocialAccount) -> None:
    look(account, AuthExpired("切れました"))
    look(account, NotSent("つながりません"))
    look(account)
    assert told(account)[0] == "lost"


def test_connection_is_looked_at_at_once_then_every_six_hours_and_sooner_when_it_failed(
    account: SocialAccount, cast: Cast
) -> None:
    def is_due(**later: float) -> bool:
        return checking.due(NOW + timedelta(**later)).filter(pk=account.pk).exists()

    assert is_due()
    look(account)
    assert [is_due(hours=5.9), is_due(hours=6.1)] == [False, True]
    look(account, NotSent("つながりません"))
    assert [is_due(minutes=9), is_due(minutes=11)] == [False, True]
    look(account)
    connect(account, cast, NOW + timedelta(minutes=1))
    assert is_due(minutes=2)


def test_only_connections_of_our_own_are_looked_at(cast: Cast, account: SocialAccount) -> None:
    make_account(cast, "手", connection="manual", handle="@te", url="https://x.com/te")
    make_account(cast, "訓", handle="@kun", url="https://x.com/kun")
    bare = {"handle": "hadaka", "url": "https://bsky.app/profile/hadaka"}
    make_account(cast, "未設定", network="bluesky", connection="api", **bare)
    assert list(checking.due(NOW)) == [account]


def test_clock_looks_at_what_is_due_and_one_failure_does_not_stop_the_rest(
    account: SocialAccount, cast: Cast
) -> None:
    handle = {"handle": "futatsu", "url": "https://bsky.app/profile/futatsu"}
    connect(make_account(cast, "二つめ", network="bluesky", connection="api", **handle), cast)
    network = Known()
    network.error = RuntimeError("boom")
    with patch("accounts.actions.checking.adapter_for", lambda account, *, now: network):
        check_connections()
    assert ConnectionCheck.objects.filter(outcome="not_sent").count() == 2
