"""The wire under the client: connects only to checked addresses and keeps the deadline at every read.

The address is checked at the moment of connecting, on the very address that is connected to, so a name that
changes its mind between check and use gains nothing. Here must not live: URLs, allow-lists, retries.
"""

import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import httpcore
import httpx
from httpcore import SOCKET_OPTION

from outbound.addresses import Address, Resolver, may_call, resolve
from outbound.deadline import Deadline
from outbound.errors import Forbidden, NotConnected

_MAX_CONNECTIONS: Final = 20
_deadline: ContextVar[Deadline] = ContextVar("deadline")


@contextmanager
def keeping(deadline: Deadline) -> Iterator[None]:
    """All reading and writing inside this block ends at the deadline."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step gets only the time that is left of the whole call."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = _left(httpcore.ConnectTimeout)
        try:
            return _Stream(self._inner.start_tls(ssl_context, server_hostname, limit))
        except httpcore.ConnectError:
            raise NotConnected("tls", server_hostname or "") from None

    def get_extra_info(self, info: str) -> Any:  # the socket, or facts about it, as httpcore asks
        return self._inner.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Looks a name up, checks every address, and connects to a checked one."""

    def __init__(self, resolver: Resolver, *, trusted_host: str | None = None) -> None:
        self._resolver = resolver
        self._trusted_host = trusted_host
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        refused: Exception = NotConnected("dns", host)
        addresses = self._addresses(host, port)
        for tried, address in enumerate(addresses):
            try:
                # An address that never answers may not use up the time of the next.
                limit = _left(httpcore.ConnectTimeout) / (len(addresses) - tried)
                wire = self._plain.connect_tcp(str(address), port, limit, local_address, socket_options)
                return _Stream(wire)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused

    def _addresses(self, host: str, port: int) -> list[Address]:
        found = resolve(host, port, using=self._resolver, deadline=_deadline.get())
        if host == self._trusted_host:
            return found
        allowed = [address for address in found if may_call(host, address)]
        if not allowed:
            raise Forbidden("address", host)
        return allowed


class _Body(httpx.SyncByteStream):
    def __init__(self, core: httpcore.Response) -> None:
        self._core = core

    def __iter__(self) -> Iterator[bytes]:
        yield from self._core.iter_stream()

    def close(self) -> None:
        self._core.close()


class Transport(httpx.BaseTransport):
    """httpx on our own backend; the errors stay httpcore's, so that `http` can tell what had left."""

    def __init__(self, *, resolver: Resolver, proxy: str | None, tls: ssl.SSLContext) -> None:
        common: Mapping[str, Any] = {"ssl_context": tls, "max_connections": _MAX_CONNECTIONS}
        self._pool: httpcore.ConnectionPool
        if proxy is None:
            self._pool = httpcore.ConnectionPool(network_backend=CheckedBackend(resolver), **common)
        else:
            self._pool = _through(httpx.Proxy(proxy), resolver, common)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=str(request.url),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


def _through(proxy: httpx.Proxy, resolver: Resolver, common: Mapping[str, Any]) -> httpcore.HTTPProxy:
    """Through the city's own proxy, which may stand on a private address and looks names up itself."""
    backend = CheckedBackend(resolver, trusted_host=proxy.url.host)
    return httpcore.HTTPProxy(str(proxy.url), proxy_auth=proxy.raw_auth, network_backend=backend, **common)


def _left(expired: type[Exception]) -> float:
    remaining = _deadline.get().remaining()
    if remaining == 0.0:
        raise expired
    return remaining
