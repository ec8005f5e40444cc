"""A city's own proxy on this machine: tunnels every name to one server, or says no."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Proxy:
    """What the proxy is told (`refuses`), and what it was asked: the names, and who asked."""

    leads_to: int
    refuses: bool = False
    url: str = ""
    asked: list[str] = field(default_factory=list)
    credentials: list[str | None] = field(default_factory=list)


@contextmanager
def proxying(leads_to: int, *, refuses: bool = False) -> Iterator[Proxy]:
    """A running proxy whose every tunnel ends at that port of this machine."""
    proxy = Proxy(leads_to, refuses)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy))
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            proxy.asked.append(self.path)
            proxy.credentials.append(self.headers.get("proxy-authorization"))
            if proxy.refuses:
                return self.send_error(403)
            self.send_response(200)
            self.end_headers()
            with socket.create_connection(("127.0.0.1", proxy.leads_to)) as far:
                return _pump(self.connection, far)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _pump(near: socket.socket, far: socket.socket) -> None:
    while True:
        for ready in select.select([near, far], [], [], 5)[0]:
            try:
                data = ready.recv(65536)
                if not data:
                    return
                (far if ready is near else near).sendall(data)
            except OSError:  # one of the two has gone
                return
