"""登録端末 as people live it: refused at home; the city's laptop, registered by the system admin's code, works."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.actions import devices
from accounts.actions.devices import Place
from accounts.models import Device, SocialAccount
from audit.models import Entry
from posts.models import Post
from tests.stories import installation
from tests.stories.conftest import Desk
from tests.stories.looking import look_at
from tests.support.cast import NOW, Cast, drafted, let_draft, make_account

pytestmark = [pytest.mark.slow, pytest.mark.clause("mima:9-2")]


@pytest.fixture(scope="module")
def outside(house_env: dict[str, str]) -> Iterator[str]:
    """The installation as it is seen from a machine that is not on the city's network."""
    with installation.web(house_env | {"CITY_NETWORKS": "10.20.0.0/16"}) as url:
        yield url.replace("127.0.0.1", "localhost")


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    account = make_account(cast)
    let_draft(account, cast.sato)
    return account


def with_authenticator(page: Page, *, can_be_copied: bool) -> None:
    """A machine with a platform authenticator of its own, as Chromium plays it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        "defaultBackupEligibility": can_be_copied,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def code_for(cast: Cast, name: str) -> str:
    place = Place(name, cast.tourism, cast.sato)
    return devices.invite(place=place, by=cast.kondo, now=timezone.now())[1]


def ask(page: Page, post: Post) -> None:
    page.goto(f"/posts/{post.pk}/edit/")
    page.get_by_role("button", name="承認を頼む", exact=True).click()


def join(page: Page, code: str) -> None:
    page.goto("/devices/this/")
    page.get_by_role("textbox", name="登録の番号").fill(code)
    page.get_by_role("button", name="この端末を登録する").click()


def test_machine_outside_is_refused_until_it_is_registered_with_a_passkey_that_stays(
    cast: Cast, account: SocialAccount, outside: str, desk_of: Desk
) -> None:
    post = drafted(cast, account, now=NOW)
    page = desk_of(cast.sato, base_url=outside)
    ask(page, post)
    expect(page.get_by_role("alert").first).to_contain_text("登録された端末ではありません")
    assert Entry.objects.filter(stream=post.stream, event="post.submitted.refused").count() == 1
    page.goto(f"/posts/{post.pk}/")  # reading stays open
    expect(page.get_by_role("heading", level=1)).to_have_text(post.title)

    with_authenticator(page, can_be_copied=False)
    join(page, code_for(cast, "観光-ノート-01"))
    expect(page.get_by_text("発信・承認・確認ができる端末です")).to_be_visible()
    look_at(page, "device-joined")
    ask(page, post)
    expect(page.get_by_text("第1版の承認を頼みました。")).to_be_visible()

    page.context.clear_cookies()
    again = desk_of(cast.sato, base_url=outside)
    again.goto("/devices/this/")
    expect(again.get_by_text("登録されていない端末です", exact=True)).to_be_visible()
    look_at(again, "device-unregistered")


def test_device_is_confirmed_again_after_signing_in_and_not_when_it_has_ended(
    cast: Cast, account: SocialAccount, outside: str, desk_of: Desk
) -> None:
    page = desk_of(cast.sato, base_url=outside)
    with_authenticator(page, can_be_copied=False)
    join(page, code_for(cast, "観光-ノート-02"))
    expect(page.get_by_text("発信・承認・確認ができる端末です")).to_be_visible()
    page.locator("details.who").first.evaluate("who => who.open = true")
    page.get_by_role("button", name="ログアウトする").click()
    page.get_by_role("button", name="佐藤").click()
    page.goto("/devices/this/")
    page.get_by_role("button", name="この端末を確かめる").click()
    expect(page.get_by_text("発信・承認・確認ができる端末です")).to_be_visible()
    device = Device.objects.get(name="観光-ノート-02")
    devices.end(device=device, reason="なくした", by=cast.kondo, now=timezone.now())
    page.goto("/devices/this/")
    expect(page.get_by_text("登録されていない端末です", exact=True)).to_be_visible()


def test_passkey_that_can_be_copied_is_refused(
    cast: Cast, account: SocialAccount, outside: str, desk_of: Desk
) -> None:
    page = desk_of(cast.sato, base_url=outside)
    with_authenticator(page, can_be_copied=True)
    join(page, code_for(cast, "観光-ノート-03"))
    expect(page.get_by_text("ほかの端末に写せる種類のものです")).to_be_visible()
    assert Device.objects.get(name="観光-ノート-03").state == "invited"
