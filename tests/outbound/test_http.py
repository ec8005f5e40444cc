"""The guarded way out: what it lets through, what it refuses, and what it says when a call comes to nothing."""

import logging
import os
import socket
import ssl
import threading
import time
import traceback

import pytest

from outbound.deadline import Deadline
from outbound.errors import Forbidden, NoAnswer, NotConnected, OutboundError, TooLarge
from outbound.http import Client
from tests.servers.loopback import Answer, Drip, Request, Reset, Silence, closed_port, serving

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"


def soon() -> Deadline:
    return Deadline.after(5)


def test_request_brings_the_answer_when_all_is_well(client: Client) -> None:
    with serving(Answer(201, {"名": "美馬"}, {"X-Id": "7"})) as server:
        answer = client.request("POST", f"{server.url}/a?b=1", json={"文": "訓練"}, deadline=soon())
    assert (answer.status, answer.headers["x-id"], answer.json()) == (201, "7", {"名": "美馬"})
    asked = server.requests[0]
    assert (asked.path, asked.body.decode()) == ("/a?b=1", '{"文":"訓練"}')
    assert asked.headers["content-type"] == "application/json"


def test_request_sends_the_very_bytes_when_content_is_given(client: Client) -> None:
    with serving(Answer()) as server:
        client.request("POST", server.url, content=b'{ "a" :1}', deadline=soon())
    assert server.requests[0].body == b'{ "a" :1}'


def test_connection_is_used_again_when_a_second_request_follows(client: Client) -> None:
    with serving(Answer()) as server:
        for _ in range(2):
            client.request("GET", server.url, deadline=soon())
    assert server.requests[0].came_from == server.requests[1].came_from


def test_connection_is_not_shared_when_the_process_is_another(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Answer()) as server:
        client.request("GET", server.url, deadline=soon())
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda: -1)
            parents = client._opened
            client.request("GET", server.url, deadline=soon())
        assert parents is not None
        parents[1].close()
    assert server.requests[0].came_from != server.requests[1].came_from


def test_client_is_safe_when_many_threads_share_it(client: Client) -> None:
    def echo(request: Request) -> Answer:
        return Answer(200, request.path)

    seen: dict[int, bytes] = {}
    with serving(echo) as server:

        def ask(number: int) -> None:
            seen[number] = client.request("GET", f"{server.url}/{number}", deadline=soon()).body

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert seen == {number: f"/{number}".encode() for number in range(30)}


def test_cookie_is_forgotten_when_the_next_request_goes(client: Client) -> None:
    with serving(Answer(headers={"set-cookie": "who=koho"})) as server:
        for _ in range(2):
            client.request("GET", server.url, deadline=soon())
    assert "cookie" not in server.requests[1].headers


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://other.example/", "host"),
        ("https://www.example.jp.evil.example/", "host"),
        ("http://www.example.jp/", "scheme"),
        ("ftp://localhost/", "scheme"),
        ("file:///etc/passwd", "host"),
        ("https://user:secret@www.example.jp/", "request"),
        ("https://www.example.jp:port/", "request"),
        ("", "host"),
    ],
)
def test_request_is_forbidden_when_the_url_is_not_ours_to_call(client: Client, url: str, reason: str) -> None:
    with pytest.raises(Forbidden) as caught:
        client.request("GET", url, deadline=soon())
    assert caught.value.reason == reason
    assert "secret" not in str(caught.value)


def test_own_machine_is_forbidden_when_loopback_is_not_allowed() -> None:
    with serving(Answer()) as server, pytest.raises(Forbidden, match="host"):
        Client(allow_hosts=frozenset()).request("GET", server.url, deadline=soon())
    assert server.requests == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_address_is_forbidden_when_an_allowed_name_leads_inside(address: str) -> None:
    client = Client(
        allow_hosts=frozenset({"www.example.jp"}), allow_loopback=True, resolver=lambda *_: [address]
    )
    with serving(Answer()) as server, pytest.raises(Forbidden, match="address"):
        client.request("GET", f"https://www.example.jp:{server.server_port}/", deadline=soon())
    assert server.requests == []


def test_checked_address_is_the_one_connected_to_when_a_name_changes_its_mind() -> None:
    answers = [["127.0.0.2"], ["10.0.0.1"]]
    client = Client(allow_hosts=frozenset(), allow_loopback=True, resolver=lambda *_: answers.pop(0))
    with serving(Answer(body="checked"), address="127.0.0.2") as server:
        assert client.request("GET", server.url, deadline=soon()).body == b"checked"
        client.close()
        with pytest.raises(Forbidden, match="address"):
            client.request("GET", server.url, deadline=soon())
    assert (len(server.requests), answers) == (1, [])


def test_next_address_is_tried_when_the_first_does_not_answer() -> None:
    client = Client(
        allow_hosts=frozenset(), allow_loopback=True, resolver=lambda *_: ["127.0.0.3", "127.0.0.2"]
    )
    with serving(Answer(), address="127.0.0.2") as server:
        assert client.request("GET", server.url, deadline=soon()).status == 200
        client.close()


def test_redirect_is_returned_when_nobody_asked_to_follow(client: Client) -> None:
    with serving(Answer(302, headers={"location": "/next"})) as server:
        answer = client.request("GET", server.url, deadline=soon())
    assert (answer.status, answer.headers["location"], len(server.requests)) == (302, "/next", 1)


def test_redirect_is_followed_when_asked_for_and_allowed(client: Client) -> None:
    def answering(request: Request) -> Answer:
        return Answer(302, headers={"location": "/next"}) if request.path == "/" else Answer(body="there")

    with serving(answering) as server:
        answer = client.request("GET", f"{server.url}/", follow=True, deadline=soon())
    assert answer.body == b"there"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://10.0.0.1/", "host"),
        ("http://www.example.jp/", "scheme"),
        ("https://user:pw@localhost/", "request"),
    ],
)
def test_redirect_is_checked_again_when_it_leads_elsewhere(
    client: Client, location: str, reason: str
) -> None:
    with (
        serving(Answer(302, headers={"location": location})) as server,
        pytest.raises(Forbidden, match=reason),
    ):
        client.request("GET", server.url, follow=True, deadline=soon())


def test_redirect_is_forbidden_when_its_name_leads_to_a_private_address() -> None:
    def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "localhost" else ["192.168.0.1"]

    client = Client(allow_hosts=frozenset({"www.example.jp"}), allow_loopback=True, resolver=resolver)
    reply = Answer(302, headers={"location": "https://www.example.jp/"})
    with serving(reply) as server, pytest.raises(Forbidden, match=r"address: www\.example\.jp"):
        client.request("GET", server.url, follow=True, deadline=soon())
    client.close()


def test_token_stays_behind_when_a_redirect_leads_to_another_origin(client: Client) -> None:
    with serving(Answer()) as other:
        reply = Answer(302, headers={"location": f"http://127.0.0.1:{other.server_port}/"})
        with serving(reply) as server:
            client.request(
                "GET", server.url, headers={"authorization": "Bearer t"}, follow=True, deadline=soon()
            )
    assert server.requests[0].headers["authorization"] == "Bearer t"
    assert "authorization" not in other.requests[0].headers


def test_redirects_end_when_they_go_round_and_round(client: Client) -> None:
    with serving(Answer(302, headers={"location": "/"})) as server, pytest.raises(NoAnswer, match="hops"):
        client.request("GET", server.url, follow=True, deadline=soon())
    assert len(server.requests) == 5


def test_redirect_cannot_be_followed_when_the_request_changes_something(client: Client) -> None:
    with pytest.raises(ValueError, match="GET"):
        client.request("POST", "https://www.example.jp/", follow=True, deadline=soon())


def test_nothing_has_left_when_the_port_is_closed(client: Client) -> None:
    with pytest.raises(NotConnected, match="connect: localhost"):
        client.request("POST", f"http://localhost:{closed_port()}/", deadline=soon())


def test_nothing_has_left_when_the_certificate_is_not_trusted(
    client: Client, server_tls: ssl.SSLContext
) -> None:
    with serving(Answer(), tls=server_tls) as server, pytest.raises(NotConnected, match="tls: localhost"):
        client.request("POST", server.url, deadline=soon())
    assert server.requests == []


def test_answer_comes_over_tls_when_the_certificate_is_trusted(
    server_tls: ssl.SSLContext, trusting_tls: ssl.SSLContext
) -> None:
    client = Client(allow_hosts=frozenset(), allow_loopback=True, tls=trusting_tls)
    with serving(Answer(body="確か"), tls=server_tls) as server:
        assert client.request("GET", server.url, deadline=soon()).body.decode() == "確か"
        client.close()


def test_nothing_has_left_when_a_tls_handshake_never_ends(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(NotConnected, match="timeout"):
        client.request("POST", f"https://localhost:{mute.getsockname()[1]}/", deadline=Deadline.after(0.3))


def test_nothing_has_left_when_the_deadline_is_over_before_the_call(client: Client) -> None:
    with serving(Answer()) as server, pytest.raises(NotConnected, match="timeout"):
        client.request("POST", server.url, deadline=Deadline.after(0))
    assert server.requests == []


def test_outcome_is_open_when_the_connection_breaks_after_the_request(client: Client) -> None:
    with serving(Reset()) as server, pytest.raises(NoAnswer, match="answer: localhost"):
        client.request("POST", server.url, content=b"x", deadline=soon())
    assert len(server.requests) == 1


def test_outcome_is_open_when_the_answer_is_not_http(client: Client) -> None:
    with serving(Drip([b"SMTP ready\r\n\r\n"], 0)) as server, pytest.raises(NoAnswer):
        client.request("POST", server.url, deadline=soon())


@pytest.mark.parametrize(
    "reply",
    [
        Silence(),
        Drip([HEAD, *[b"x"] * 100], 0.1),
        Drip([bytes([byte]) for byte in HEAD * 3], 0.1),
    ],
    ids=["silence", "slow body", "slow head"],
)
def test_call_ends_with_an_open_outcome_when_the_answer_takes_longer_than_the_deadline(
    client: Client, reply: Silence | Drip
) -> None:
    started = time.monotonic()
    with serving(reply) as server, pytest.raises(NoAnswer, match="timeout"):
        client.request("POST", server.url, deadline=Deadline.after(0.5))
    assert 0.4 < time.monotonic() - started < 2


def test_query_is_in_no_log_when_a_call_succeeds(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Answer()) as server:
        client.request(
            "GET", f"{server.url}/?key=s3cret", headers={"authorization": "s3cret"}, deadline=soon()
        )
    assert "s3cret" not in caplog.text


def test_reading_stops_when_the_answer_is_too_large() -> None:
    client = Client(allow_hosts=frozenset(), allow_loopback=True, max_bytes=1000)
    with serving(Answer(body="x" * 1001)) as server, pytest.raises(TooLarge):
        client.request("GET", server.url, deadline=soon())
    with serving(Answer(body="x" * 1000)) as server:
        assert len(client.request("GET", server.url, deadline=soon()).body) == 1000
    client.close()


@pytest.mark.parametrize("fault", ["reset", "closed", "newline", "japanese"])
def test_secret_is_in_no_error_and_no_log_when_a_call_fails(
    client: Client, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG)
    token = {"newline": "s3cret\nx", "japanese": "s3cret秘"}.get(fault, "s3cret")
    with serving(Reset()) as server:
        url = f"http://localhost:{closed_port()}/" if fault == "closed" else server.url
        with pytest.raises(OutboundError) as caught:
            client.request(
                "POST",
                f"{url}/?key=s3cret",
                headers={"authorization": token},
                content=b"s3cret",
                deadline=soon(),
            )
    said = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "s3cret" not in said
