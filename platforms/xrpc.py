"""Speaking to a server of the AT protocol: calls, answers, and the signed-in session. Nothing here publishes.

The session is kept, for a server allows few sign-ins (30 in five minutes). Not here: posts, records.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from outbound.deadline import Deadline
from outbound.errors import OutboundError
from outbound.http import Client
from platforms.errors import AuthExpired, NotSent, PlatformError, RateLimited
from platforms.wire import json_object, not_sent, unix_moment, words

_TOKEN_ERRORS: Final = frozenset({"ExpiredToken", "InvalidToken"})


@dataclass(frozen=True)
class Answer:
    """One answer: `data` is its JSON object ({} when there is none), `words` the network's text for staff."""

    status: int
    data: Mapping[str, object]
    words: str
    until: datetime | None

    def text(self, name: str) -> str:
        """A text of the answer, "" when there is none by that name."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""

    @property
    def is_about_token(self) -> bool:
        """The access token is not accepted. Servers say so with 400 as well as with 401."""
        return self.status == 401 or (self.status == 400 and self.text("error") in _TOKEN_ERRORS)

    @property
    def is_rate_limit(self) -> bool:
        return self.status == 429


@dataclass(frozen=True)
class Session:
    """Who we are signed in as."""

    did: str
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


class Server:
    """One server. Raises outbound's errors; what they mean depends on the call."""

    def __init__(self, base_url: str, client: Client, *, secret: str) -> None:
        self._base = base_url.rstrip("/")
        self._client = client
        self._secret = secret

    def get(self, method: str, query: Mapping[str, str], *, deadline: Deadline) -> Answer:
        """Ask what anybody may ask."""
        return self._call("GET", f"{method}?{urlencode(query)}", deadline=deadline)

    def post(self, method: str, *, deadline: Deadline, token: str = "", content: bytes = b"") -> Answer:
        """Call a procedure with these exact bytes."""
        headers = {"content-type": "application/json"} if content else {}
        if token:
            headers["authorization"] = f"Bearer {token}"
        return self._call("POST", method, deadline=deadline, headers=headers, content=content)

    def _call(
        self,
        verb: str,
        path: str,
        *,
        deadline: Deadline,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        url = f"{self._base}/xrpc/{path}"
        answer = self._client.request(verb, url, deadline=deadline, headers=headers, content=content)
        data = json_object(answer)
        said = words(str(data.get("message") or data.get("error") or ""), answer.status, [self._secret])
        return Answer(answer.status, data, said, unix_moment(answer.headers.get("ratelimit-reset", "")))


class SignIn:
    """The session of one account, shared by all threads. Every error says that nothing was published."""

    def __init__(self, server: Server, identifier: str, password: str) -> None:
        self._server = server
        self._login = json.dumps({"identifier": identifier, "password": password}).encode()
        self._session: Session | None = None
        self._lock = threading.Lock()

    def current(self, deadline: Deadline) -> Session:
        """The kept session, or a new one. Raises NotSent, RateLimited, AuthExpired."""
        with self._alone(deadline):
            if self._session is None:
                self._session = self._signed_in(deadline)
            return self._session

    def renewed(self, stale: Session, deadline: Deadline) -> Session:
        """A session instead of one that was not accepted. Raises NotSent, RateLimited, AuthExpired."""
        with self._alone(deadline):
            if self._session is None or self._session == stale:
                self._session = None
                self._session = self._refreshed(stale, deadline) or self._signed_in(deadline)
            return self._session

    def anew(self, deadline: Deadline) -> Session:
        """Sign in with the password, whatever is kept. Raises NotSent, RateLimited, AuthExpired."""
        with self._alone(deadline):
            self._session = self._signed_in(deadline)
            return self._session

    @contextmanager
    def _alone(self, deadline: Deadline) -> Iterator[None]:
        if not self._lock.acquire(timeout=deadline.remaining()):
            raise NotSent("時間内に接続できませんでした")
        try:
            yield
        finally:
            self._lock.release()

    def _signed_in(self, deadline: Deadline) -> Session:
        answer = self._asked("com.atproto.server.createSession", deadline, content=self._login)
        return _session(answer)

    def _refreshed(self, stale: Session, deadline: Deadline) -> Session | None:
        answer = self._asked("com.atproto.server.refreshSession", deadline, token=stale.refresh)
        return None if _is_denial(answer) else _session(answer)

    def _asked(self, method: str, deadline: Deadline, *, token: str = "", content: bytes = b"") -> Answer:
        try:
            return self._server.post(method, deadline=deadline, token=token, content=content)
        except OutboundError as error:
            raise not_sent(error) from error


def _session(answer: Answer) -> Session:
    parts = [answer.text(name) for name in ("did", "handle", "accessJwt", "refreshJwt")]
    if answer.status != 200 or not all(parts):
        raise _sign_in_error(answer)
    return Session(*parts)


def _is_denial(answer: Answer) -> bool:
    return answer.status in {400, 401, 403}


def _sign_in_error(answer: Answer) -> PlatformError:
    if answer.is_rate_limit:
        return RateLimited(until=answer.until)
    if _is_denial(answer):
        return AuthExpired(f"接続先がサインインを受け付けません：{answer.words}")
    return NotSent(f"接続先がサインインに正しく応答しません：{answer.words}")
