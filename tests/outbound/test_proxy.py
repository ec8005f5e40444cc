"""The way out through the city's own proxy."""

import ssl
from collections.abc import Sequence

import pytest

from outbound.deadline import Deadline
from outbound.errors import Forbidden, NoAnswer, NotConnected
from outbound.http import Client
from tests.servers.loopback import Answer, Reset, closed_port, serving
from tests.servers.proxy import proxying

HOSTS = frozenset({"city.example"})
URL = "https://city.example/a"


def no_names(host: str, port: int) -> Sequence[str]:
    """Behind a proxy only the proxy is looked up: the network outside may not even be resolvable."""
    assert host == "127.0.0.1"
    return [host]


def through(proxy: str, tls: ssl.SSLContext) -> Client:
    return Client(allow_hosts=HOSTS, proxy=proxy, tls=tls, resolver=no_names)


def soon() -> Deadline:
    return Deadline.after(5)


def test_request_goes_through_the_proxy_when_there_is_one(
    server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext
) -> None:
    with serving(Answer(body="着"), tls=server_tls) as server, proxying(server.server_port) as proxy:
        client = through(proxy.url.replace("//", "//koho:pw@"), trusting_tls)
        assert client.request("GET", URL, deadline=soon()).body.decode() == "着"
        client.close()
    assert proxy.asked == ["city.example:443"]
    assert proxy.credentials == ["Basic a29obzpwdw=="]


def test_name_is_still_checked_when_there_is_a_proxy(trusting_tls: ssl.SSLContext) -> None:
    with proxying(closed_port()) as proxy, pytest.raises(Forbidden, match="host"):
        through(proxy.url, trusting_tls).request("GET", "https://other.example/", deadline=soon())
    assert proxy.asked == []


def test_nothing_has_left_when_the_proxy_says_no(trusting_tls: ssl.SSLContext) -> None:
    with proxying(closed_port(), refuses=True) as proxy, pytest.raises(NotConnected, match="proxy"):
        through(proxy.url, trusting_tls).request("POST", URL, deadline=soon())


def test_nothing_has_left_when_the_proxy_is_gone(trusting_tls: ssl.SSLContext) -> None:
    with pytest.raises(NotConnected, match="connect"):
        through(f"http://127.0.0.1:{closed_port()}", trusting_tls).request("POST", URL, deadline=soon())


def test_outcome_is_open_when_the_connection_breaks_behind_the_proxy(
    server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext
) -> None:
    with serving(Reset(), tls=server_tls) as server, proxying(server.server_port) as proxy:
        client = through(proxy.url, trusting_tls)
        with pytest.raises(NoAnswer):
            client.request("POST", URL, content=b"x", deadline=soon())
        client.close()
    assert len(server.requests) == 1
