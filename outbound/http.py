"""The one guarded way out: HTTP requests to hosts the city has allowed, with caps on time and size.

Here must not live: what any network means by its answers, retries (a create call is never repeated blindly),
storing of cookies, and any secret in an error or a log line.
"""

import json as json_codec
import logging
import os
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import httpcore
import httpx

from outbound.addresses import LOOPBACK_NAMES, Resolver, look_up
from outbound.deadline import Deadline
from outbound.errors import Forbidden, NoAnswer, NotConnected, Reason, TooLarge
from outbound.transport import Transport, keeping

MAX_BYTES: Final = 1_000_000
_MAX_HOPS: Final = 5
# httpx logs every URL at INFO, and a query may hold what is nobody's business.
logging.getLogger("httpx").setLevel(logging.WARNING)
_USER_AGENT: Final = "sns-governance"
_BROKEN: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    OSError,
)


@dataclass(frozen=True)
class Response:
    """What the other side answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The body as JSON. Raises ValueError when it is none."""
        return json_codec.loads(self.body)


@dataclass(frozen=True)
class _Request:
    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    content: bytes | None


class _Progress:
    """Whether our request has begun to leave (a proxy's CONNECT does not count)."""

    def __init__(self) -> None:
        self.has_left = False

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith("send_request_headers.started"):
            self.has_left |= info["request"].method != b"CONNECT"


class Client:
    """Requests to allowed hosts only; connections stay open per process; safe to share between threads."""

    def __init__(
        self,
        *,
        allow_hosts: frozenset[str],
        allow_loopback: bool = False,
        proxy: str | None = None,
        max_bytes: int = MAX_BYTES,
        resolver: Resolver = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`allow_loopback` also allows this machine's own names, over plain http: off in production."""
        self._hosts = frozenset(host.lower() for host in allow_hosts)
        self._loopback = LOOPBACK_NAMES if allow_loopback else frozenset()
        self._max_bytes = max_bytes
        self._transport: Callable[[], Transport] = lambda: Transport(
            resolver=resolver, proxy=proxy, tls=tls or httpx.create_ssl_context()
        )
        self._opened: tuple[int, httpx.Client] | None = None
        self._lock = threading.Lock()

    def request(
        self,
        method: str,
        url: str,
        *,
        deadline: Deadline,
        headers: Mapping[str, str] | None = None,
        json: object | None = None,
        content: bytes | None = None,
        follow: bool = False,
    ) -> Response:
        """One request. A redirect is returned as it is; with `follow` (GET only) each hop is checked again.

        Raises Forbidden, NotConnected (nothing left), NoAnswer or TooLarge (it may have arrived).
        """
        if follow and method != "GET":
            raise ValueError("only GET may follow redirects")
        headers, content = _prepared(headers or {}, json, content)
        request = _Request(method, self._checked(url), headers, content)
        for _ in range(_MAX_HOPS):
            answer = self._send(request, deadline)
            if not (follow and 300 <= answer.status < 400 and "location" in answer.headers):
                return answer
            request = self._next(request, answer.headers["location"])
        raise NoAnswer("too_many_hops", request.url.host)

    def close(self) -> None:
        """Close the kept connections; the next request opens new ones."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened[1].close()

    def _next(self, request: _Request, location: str) -> _Request:
        """The next hop; what was meant for one origin (a token) is not shown to another."""
        target = self._checked(_joined(request.url, location))
        same = _origin(request.url) == _origin(target)
        return replace(request, url=target, headers=request.headers if same else {})

    def _checked(self, url: str) -> httpx.URL:
        target = _parsed(url)
        if target.host not in self._hosts | self._loopback:
            raise Forbidden("host", target.host)
        if target.scheme != "https" and not (target.scheme == "http" and target.host in self._loopback):
            raise Forbidden("scheme", target.host)
        return target

    def _send(self, request: _Request, deadline: Deadline) -> Response:
        progress, host = _Progress(), request.url.host
        try:
            with keeping(deadline):
                return self._exchange(request, deadline, progress)
        except _BROKEN as error:
            reason = _reason(error)
        # Raised out here, so that the library's own error is not chained: its text can quote a header.
        if progress.has_left:
            raise NoAnswer(reason or "answer", host)
        raise NotConnected(reason or "connect", host)

    def _exchange(self, request: _Request, deadline: Deadline, progress: _Progress) -> Response:
        session = self._session()
        built = session.build_request(
            request.method,
            request.url,
            headers=request.headers,
            content=request.content,
            timeout=httpx.Timeout(deadline.remaining()),
            extensions={"trace": progress},
        )
        answer = session.send(built, stream=True)
        try:
            return Response(answer.status_code, dict(answer.headers), self._body(answer, request.url.host))
        finally:
            answer.close()

    def _body(self, answer: httpx.Response, host: str) -> bytes:
        body = bytearray()
        for part in answer.iter_raw():
            body += part
            if len(body) > self._max_bytes:
                raise TooLarge("too_large", host)
        return bytes(body)

    def _session(self) -> httpx.Client:
        """The open connections of this process; a forked child must not use its parent's."""
        with self._lock:
            if self._opened is None or self._opened[0] != os.getpid():
                self._opened = (os.getpid(), _new_session(self._transport()))
            return self._opened[1]


def _new_session(transport: Transport) -> httpx.Client:
    return httpx.Client(
        transport=transport,
        trust_env=False,
        headers={"user-agent": _USER_AGENT, "accept-encoding": "identity"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )


def _reason(error: Exception) -> Reason | None:
    if isinstance(error, httpcore.TimeoutException):
        return "timeout"
    return "proxy" if isinstance(error, httpcore.ProxyError) else None


def _prepared(
    headers: Mapping[str, str], json: object | None, content: bytes | None
) -> tuple[Mapping[str, str], bytes | None]:
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        raise Forbidden("request", "")
    if json is None:
        return headers, content
    body = json_codec.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
    return {"content-type": "application/json", **headers}, body


def _parsed(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        raise Forbidden("request", "") from None
    if target.userinfo:
        raise Forbidden("request", target.host)
    return target


def _joined(base: httpx.URL, location: str) -> str:
    try:
        return str(base.join(location))
    except httpx.InvalidURL:
        raise Forbidden("request", base.host) from None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
