"""Small HTTP servers on this machine that answer as told, badly too. What they are told lives in the tests."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext


@dataclass(frozen=True)
class Request:
    """What arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    came_from: int

    def json(self) -> dict[str, object]:
        return dict(json.loads(self.body))


class Reply:
    """How to answer one request; `write` has the whole connection at its disposal."""

    def write(self, handler: "_Handler") -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Answer(Reply):
    """A well-formed answer; `body` is text, or anything JSON can say."""

    status: int = 200
    body: object = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def write(self, handler: "_Handler") -> None:
        body = self.body if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False)
        content = body.encode()
        handler.send_response(self.status)
        for name, value in {**self.headers, "content-length": str(len(content))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


@dataclass(frozen=True)
class Silence(Reply):
    """Reads the request and never answers."""

    def write(self, handler: "_Handler") -> None:
        handler.server.stopping.wait(30)
        handler.close_connection = True


@dataclass(frozen=True)
class Reset(Reply):
    """Reads the request and breaks the connection."""

    def write(self, handler: "_Handler") -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        handler.connection.close()


@dataclass(frozen=True)
class Drip(Reply):
    """Sends raw pieces, waiting before each."""

    pieces: Sequence[bytes]
    seconds: float

    def write(self, handler: "_Handler") -> None:
        handler.close_connection = True
        for piece in self.pieces:
            if handler.server.stopping.wait(self.seconds):
                return
            try:
                handler.wfile.write(piece)
            except OSError:  # the other side has had enough, which is what is tested
                return


Answering = Callable[[Request], Reply]


class Loopback(ThreadingHTTPServer):
    """One server, and everything it was asked."""

    request_queue_size = 64

    def __init__(self, answering: Answering, address: str) -> None:
        self.answering = answering
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        self.scheme = "http"
        super().__init__((address, 0), _Handler)

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what many tests are about: nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits 40 ms for the other side's acknowledgement
    server: Loopback
    timeout = 30

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body, self.client_address[1])
        self.server.requests.append(request)
        self.server.answering(request).write(self)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names http.server looks for

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(
    answering: Answering | Reply, *, address: str = "127.0.0.1", tls: SSLContext | None = None
) -> Iterator[Loopback]:
    """A running server that answers with a function of the request, or always the same."""
    given = answering
    server = Loopback(given if not isinstance(given, Reply) else lambda _: given, address)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
