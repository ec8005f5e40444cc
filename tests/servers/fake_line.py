"""A small stand-in for LINE's Messaging API, with its retry keys, its month's quota, and faults it can be told to have.

It speaks only what the adapter uses; tests/platforms/test_line.py holds it, and what it was asked, against LINE's own
models and description.
"""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from tests.servers.loopback import Answer, Loopback, Reply, Request, serving

CHANNEL_ID, CHANNEL_SECRET = "1234567890", "0123456789abcdef0123456789abcdef"
BASIC_ID, NAME = "mima_city", "美馬市"
TOKEN, BROADCAST, INFO = "/oauth2/v3/token", "/v2/bot/message/broadcast", "/v2/bot/info"
QUOTA, CONSUMPTION = "/v2/bot/message/quota", "/v2/bot/message/quota/consumption"
# How long a key is remembered from its first use.
KEY_LIVES = timedelta(hours=24)


def error(status: int, message: str, **headers: str) -> Answer:
    return Answer(status, {"message": message}, headers)


@dataclass
class FakeLine:
    """State of the fake; `faults` are answered once each, in order, `after` them what it has taken already."""

    faults: dict[str, list[Reply]] = field(default_factory=dict)
    after: list[Reply] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    keys: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    now: datetime = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
    quota: int = 1000
    used: int = 0
    url: str = ""
    loopback: Loopback | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, path: str, *replies: Reply) -> None:
        self.faults.setdefault(path, []).extend(replies)

    def accept_then(self, *replies: Reply) -> None:
        """Takes the next broadcasts, and answers like this instead of saying so."""
        self.after.extend(replies)

    def texts(self) -> list[object]:
        return [text for _, text in self.sent]

    def answer(self, request: Request) -> Reply:
        with self.lock:
            self.asked.append(request.path)
            if self.faults.get(request.path):
                return self.faults[request.path].pop(0)
            if request.path != TOKEN and _bearer(request) not in self.tokens:
                return error(401, "Authentication failed. Confirm that the access token is valid.")
            return _PATHS[request.path](self, request)

    def token(self, request: Request) -> Reply:
        told = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if (told.get("client_id"), told.get("client_secret")) != (CHANNEL_ID, CHANNEL_SECRET):
            return Answer(400, {"error": "invalid_client", "error_description": "invalid client_secret"})
        token = f"stateless-{uuid.uuid4()}"
        self.tokens.add(token)
        return Answer(200, {"token_type": "Bearer", "access_token": token, "expires_in": 899})

    def broadcast(self, request: Request) -> Reply:
        key = request.headers.get("x-line-retry-key", "")
        known = self.keys.get(key)
        if known and self.now - known[0] < KEY_LIVES:
            headers = {"x-line-request-id": str(uuid.uuid4()), "x-line-accepted-request-id": known[1]}
            return Answer(409, {"message": "The retry key is already accepted"}, headers)
        messages = request.json()["messages"]
        assert isinstance(messages, list)
        if self.used >= self.quota:
            return error(429, "You have reached your monthly limit.")
        self.used += 1
        name = str(uuid.uuid4())
        self.keys[key] = (self.now, name)
        self.sent.append((name, messages[0]["text"]))
        return self.after.pop(0) if self.after else Answer(200, {}, {"x-line-request-id": name})

    def info(self, request: Request) -> Reply:
        told = {"userId": "U" + "0" * 32, "basicId": f"@{BASIC_ID}", "displayName": NAME}
        return Answer(200, {**told, "chatMode": "bot", "markAsReadMode": "manual"})

    def month_s_quota(self, request: Request) -> Reply:
        return Answer(200, {"type": "limited", "value": self.quota})

    def consumption(self, request: Request) -> Reply:
        return Answer(200, {"totalUsage": self.used})


_PATHS = {
    TOKEN: FakeLine.token,
    BROADCAST: FakeLine.broadcast,
    INFO: FakeLine.info,
    QUOTA: FakeLine.month_s_quota,
    CONSUMPTION: FakeLine.consumption,
}


@contextmanager
def running_line() -> Iterator[FakeLine]:
    fake = FakeLine()
    with serving(fake.answer) as server:
        fake.url, fake.loopback = server.url, server
        yield fake


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")
