"""The previews as whoever writes, checks and approves meets them."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import SocialAccount
from tests.support import cast as people
from tests.support.cast import Cast, claimed, make_account, submitted

pytestmark = pytest.mark.django_db
LINK = "https://www.city.mihon.lg.jp/event/2026/akari.html"
TEXT = f"<b>あかり</b>の夕べ\n\n　くわしくは {LINK}\n#美馬市"
SHORT = '<span class="pv__link">city.mihon.lg.jp/event/2026/aka…</span>'
LASTING = {
    "x": "あとから直せません。まちがいは訂正の投稿で知らせます。",
    "line": "LINEは、送ったあとで直すことも消すこともできません。まちがいは訂正の投稿で知らせます。",
    "plain": "手作業の送り先は、サービスの画面で消します。あとから直せません。",
}


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def accounts(cast: Cast) -> list[SocialAccount]:
    return [
        make_account(cast, "市のX", connection="api", handle="@mihon", url="https://x.com/mihon"),
        make_account(
            cast, "市のLINE", network="line", connection="api", handle="@l", url="https://l.example"
        ),
        make_account(
            cast, "市のFB", network="facebook", connection="manual", handle="fb", url="https://fb.example/a"
        ),
    ]


def previews(response: HttpResponse) -> dict[str, str]:
    """The figures of a page by the look they have."""
    page = response.content.decode()
    return dict(re.findall(r'<figure class="pv pv--(\w+)">(.*?)</figure>', page, re.DOTALL))


def sign_in(person: object) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def assert_as_they_will_look(shown: dict[str, str]) -> None:
    assert set(shown) == {"x", "line", "plain"}
    start = '<p class="pv__text">&lt;b&gt;あかり&lt;/b&gt;の夕べ\n\n　くわしくは '
    assert f'{start}{SHORT}\n<span class="pv__tag">#美馬市</span></p>' in shown["x"]
    assert f'<span class="pv__full">{LINK}</span>' in shown["x"]
    assert "<small>@mihon</small>" in shown["x"]
    assert "費用の目安 0.20米ドル（URLを含むため）" in shown["x"]
    assert f'{start}<span class="pv__link">{LINK}</span>\n#美馬市</p>' in shown["line"]
    assert f"{start}{LINK}\n#美馬市</p>" in shown["plain"]
    assert all(said in shown[look] for look, said in LASTING.items())


def test_previews_look_like_their_networks_and_say_what_cannot_be_undone_while_one_writes(
    cast: Cast, accounts: list[SocialAccount]
) -> None:
    form = {"text": TEXT.replace("\n", "\r\n"), "targets": [str(row.pk) for row in accounts]}
    assert_as_they_will_look(previews(sign_in(cast.sato).post("/posts/counters/", form)))


def test_chief_and_checker_see_the_same_before_they_decide(cast: Cast, accounts: list[SocialAccount]) -> None:
    to_approve = submitted(cast, *accounts, text=TEXT)
    assert_as_they_will_look(previews(sign_in(cast.suzuki).get(f"/review/{to_approve.pk}/")))
    to_check = claimed(cast, *accounts, text=TEXT)
    assert_as_they_will_look(previews(sign_in(cast.tanaka).get(f"/check/{to_check.pk}/")))
