"""登録端末 (Art. 9(2)): who is asking, through proxies or not, and whether that is the city's own network."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from accounts.devices import DeviceMiddleware, client_address, is_in_city
from tests.support.cast import make_cast

pytestmark = pytest.mark.django_db
CITY, PROXY, HOME = "10.20.1.5", "192.168.0.9", "203.0.113.5"


@pytest.fixture(autouse=True)
def networks(settings: Settings) -> None:
    settings.CITY_NETWORKS = (ip_network("10.20.0.0/16"), ip_network("2001:db8:20::/48"))
    settings.TRUSTED_PROXIES = (ip_network("192.168.0.0/24"),)


def asking(peer: str, forwarded: str | None = None) -> str:
    """The address that counts, as text; "" where there is none."""
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory(REMOTE_ADDR=peer).get("/", headers=headers)
    return str(client_address(request) or "")


def registered(peer: str, forwarded: str | None = None) -> bool:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return is_in_city(RequestFactory(REMOTE_ADDR=peer).get("/", headers=headers))


def test_address_is_the_peers_without_a_proxy() -> None:
    assert asking(CITY) == CITY
    assert asking("2001:db8:20::7") == "2001:db8:20::7"


@pytest.mark.clause("mima:9-2")
@pytest.mark.parametrize("forged", [CITY, f"{CITY}, {CITY}", f"127.0.0.1, {CITY}", "::1", ""])
def test_address_that_a_stranger_writes_does_not_count(forged: str) -> None:
    assert asking(HOME, forged) == HOME
    assert not registered(HOME, forged)


def test_address_is_what_the_trusted_proxy_says() -> None:
    assert asking(PROXY, CITY) == CITY
    assert registered(PROXY, CITY)
    assert not registered(PROXY, HOME)


@pytest.mark.clause("mima:9-2")
@pytest.mark.parametrize(
    "said", [f"{CITY}, {HOME}", f"{CITY},{HOME}", f"{CITY}, x, {HOME}", f"10.20.9.9, {CITY}, {HOME}"]
)
def test_address_behind_a_proxy_is_the_last_one_that_no_proxy_of_ours_wrote(said: str) -> None:
    """Whoever asks may send a header of their own; the proxy writes their true address after it."""
    assert asking(PROXY, said) == HOME
    assert not registered(PROXY, said)


def test_address_goes_through_several_proxies() -> None:
    assert asking(PROXY, f"{CITY}, 192.168.0.7, 192.168.0.8") == CITY
    assert asking(PROXY, f"{HOME}, {CITY}, 192.168.0.8") == CITY


@pytest.mark.parametrize(
    "said", ["unknown", "10.20.1.5:8080", "10.20.1.5/16", "[::1]", "１０.20.1.5", "_hidden", " , "]
)
def test_address_that_cannot_be_read_is_none(said: str) -> None:
    assert asking(PROXY, said) == ""
    assert not registered(PROXY, said)


def test_address_of_a_proxy_alone_is_none() -> None:
    assert asking(PROXY) == ""
    assert asking(PROXY, "192.168.0.8") == ""
    assert asking("") == ""


@pytest.mark.parametrize("peer", ["::ffff:10.20.1.5", "::ffff:0a14:0105"])
def test_ipv4_address_in_ipv6_clothes_is_what_it_is(peer: str) -> None:
    assert asking(peer) == CITY
    assert registered(peer)
    assert asking("::ffff:192.168.0.9", f"::ffff:{HOME}") == HOME


@pytest.mark.parametrize(
    ("peer", "is_city"),
    [
        ("10.20.0.0", True),
        ("10.20.255.255", True),
        ("10.21.0.0", False),
        ("10.19.255.255", False),
        ("2001:db8:20:ffff::1", True),
        ("2001:db8:21::1", False),
        ("127.0.0.1", False),
        ("::1", False),
    ],
)
def test_network_is_the_citys_or_not(peer: str, is_city: bool) -> None:
    assert registered(peer) == is_city


@pytest.mark.parametrize(
    ("peer", "is_here"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), (CITY, False), (HOME, False)],
)
def test_without_a_list_only_this_machine_counts(settings: Settings, peer: str, is_here: bool) -> None:
    settings.CITY_NETWORKS = ()
    assert registered(peer) == is_here


def test_without_trusted_proxies_nobody_speaks_for_another(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ()
    assert asking(PROXY, CITY) == PROXY


@pytest.mark.clause("mima:9-2")
@pytest.mark.parametrize(("peer", "is_city"), [(CITY, True), (HOME, False)])
def test_person_is_told_where_they_sit(peer: str, is_city: bool) -> None:
    request = RequestFactory(REMOTE_ADDR=peer).get("/")
    request.user = make_cast().sato
    request.user.on_registered_device = not is_city
    DeviceMiddleware(lambda request: HttpResponse())(request)
    assert request.user.on_registered_device == is_city


@pytest.mark.clause("mima:9-2")
def test_reading_stays_open_from_anywhere(client: Client) -> None:
    client.force_login(make_cast().sato, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("register"), REMOTE_ADDR=HOME).status_code == 200
