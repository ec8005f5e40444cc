"""Signing in and out, and changing people in the demo."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import Settings

from accounts.models import Section, StaffMember
from desk import urls_session, views_session

PASSWORD = "a long sentence to type"


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username())


urlpatterns = [
    path("", page, name="home"),
    path("posts/", page, name="post_list"),
    path("", include("desk.urls_session")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def section() -> Section:
    return Section.objects.create(name="観光交流課")


@pytest.fixture
def sato(section: Section) -> StaffMember:
    return StaffMember.objects.create_user(
        username="sato", password=PASSWORD, display_name="佐藤 美咲", section=section
    )


@pytest.fixture
def tanaka(section: Section) -> StaffMember:
    return StaffMember.objects.create_user(username="tanaka", display_name="田中 健一", section=section)


def sign_in(client: Client, password: str = PASSWORD, url: str = "", username: str = "sato") -> HttpResponse:
    data = {"username": username, "password": password, "next": url}
    return client.post("/sign-in/", data)  # type: ignore[return-value]


def signed_in_as(client: Client) -> str:
    return client.get("/").content.decode()


def test_page_leads_to_sign_in_when_nobody_is_signed_in(client: Client) -> None:
    assert client.get("/posts/").headers["Location"] == "/sign-in/?next=/posts/"


def test_sign_in_leads_to_where_one_wanted_to_go(client: Client, sato: StaffMember) -> None:
    assert sign_in(client, url="/posts/").headers["Location"] == "/posts/"
    assert signed_in_as(client) == "sato"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_stays_here_when_the_next_page_is_elsewhere(
    client: Client, sato: StaffMember, elsewhere: str
) -> None:
    assert sign_in(client, url=elsewhere).headers["Location"] == "/"


def test_sign_in_says_the_same_whatever_was_wrong(client: Client, sato: StaffMember) -> None:
    wrong_password = sign_in(client, password="not this one").content.decode()
    sato.is_active = False
    sato.save()
    left = sign_in(client).content.decode()
    nobody = sign_in(client, username="nobody").content.decode()
    assert all(views_session.NO_MATCH in html for html in (wrong_password, left, nobody))
    assert signed_in_as(client) == ""


def test_sign_in_keeps_only_the_name_when_refused(client: Client, sato: StaffMember) -> None:
    html = sign_in(client, password="not this one").content.decode()
    assert 'value="sato"' in html
    assert "not this one" not in html


def test_sign_out_needs_a_press_of_the_button(client: Client, sato: StaffMember) -> None:
    sign_in(client)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302


def test_demo_switch_makes_one_somebody_else(client: Client, tanaka: StaffMember, settings: Settings) -> None:
    settings.DEMO = True
    answer = client.post("/demo/switch/", {"person": tanaka.pk, "next": "/posts/"})
    assert answer.headers["Location"] == "/posts/"
    assert signed_in_as(client) == "tanaka"


def test_demo_switch_takes_nothing_along_from_the_person_before(
    client: Client, sato: StaffMember, tanaka: StaffMember, settings: Settings
) -> None:
    settings.DEMO = True
    sign_in(client)
    before = client.session.session_key
    client.post("/demo/switch/", {"person": tanaka.pk})
    assert client.session.session_key != before


def test_demo_switch_stays_here_when_the_next_page_is_elsewhere(
    client: Client, tanaka: StaffMember, settings: Settings
) -> None:
    settings.DEMO = True
    answer = client.post("/demo/switch/", {"person": tanaka.pk, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


def test_demo_switch_does_not_exist_outside_the_demo(
    client: Client, tanaka: StaffMember, settings: Settings
) -> None:
    settings.DEMO = False
    assert client.post("/demo/switch/", {"person": tanaka.pk}).status_code == 404
    assert client.get("/").status_code == 302


def test_demo_switch_needs_a_post(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    assert client.get("/demo/switch/").status_code == 405


@pytest.mark.parametrize("person", ["", "0", "x", "-1"])
def test_demo_switch_finds_nobody_when_the_person_does_not_exist(
    client: Client, settings: Settings, person: str
) -> None:
    settings.DEMO = True
    assert client.post("/demo/switch/", {"person": person}).status_code == 404


def test_demo_switch_finds_nobody_when_the_person_has_left(
    client: Client, tanaka: StaffMember, settings: Settings
) -> None:
    settings.DEMO = True
    tanaka.is_active = False
    tanaka.save()
    assert client.post("/demo/switch/", {"person": tanaka.pk}).status_code == 404


def test_sign_in_lists_the_people_only_in_the_demo(
    client: Client, sato: StaffMember, settings: Settings
) -> None:
    settings.DEMO = True
    assert "佐藤 美咲（観光交流課）" in client.get("/sign-in/").content.decode()
    settings.DEMO = False
    assert "佐藤 美咲" not in client.get("/sign-in/").content.decode()


def test_every_session_view_declares_who_may_call_it() -> None:
    declared = {pattern.name: pattern.callback.permission for pattern in urls_session.urlpatterns}
    assert declared == {"sign_in": "public", "sign_out": "signed_in", "demo_switch": "public"}
