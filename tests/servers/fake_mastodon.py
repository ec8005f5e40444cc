"""A small stand-in for a Mastodon server: its keys, its HTML, its limits, and faults it can be told to have.

It speaks only what the adapter uses; tests/platforms/test_mastodon.py holds it against Mastodon.py, a client of others.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import parse_qs, urlsplit

from tests.servers.loopback import Answer, Loopback, Reply, Request, serving

TOKEN = "token-of-mima-koho"
ACCT, NAME, ACCOUNT_ID = "koho", "美馬市広報", "109"
STATUSES, CREDENTIALS = "/api/v1/statuses", "/api/v1/accounts/verify_credentials"
LIST = f"/api/v1/accounts/{ACCOUNT_ID}/statuses"
KEY_LIVES = timedelta(hours=1)


def error(status: int, message: str, **headers: str) -> Answer:
    return Answer(status, {"error": message}, headers)


@dataclass
class Status:
    id: int
    text: str
    at: datetime


@dataclass
class FakeMastodon:
    """State of the fake; `faults` are answered once each, in order, `after` them what it has taken already."""

    faults: dict[str, list[Reply]] = field(default_factory=dict)
    after: list[Reply] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    keys: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    now: datetime = datetime(2026, 11, 21, 3, 4, 5, 678_000, tzinfo=UTC)
    heeds_keys: bool = True
    tells_source: bool = True
    last_id: int = 100
    url: str = ""
    loopback: Loopback | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, path: str, *replies: Reply) -> None:
        self.faults.setdefault(path, []).extend(replies)

    def accept_then(self, *replies: Reply) -> None:
        """Takes the next statuses, and answers like this instead of saying so."""
        self.after.extend(replies)

    def texts(self) -> list[object]:
        return [status.text for status in self.statuses]

    def answer(self, request: Request) -> Reply:
        path = urlsplit(request.path).path
        with self.lock:
            self.asked.append(f"{request.method} {path}")
            if self.faults.get(path):
                return self.faults[path].pop(0)
            if request.headers.get("authorization") != f"Bearer {TOKEN}":
                return error(401, "The access token is invalid")
            return self._routed(request, path)

    def _routed(self, request: Request, path: str) -> Reply:
        if path == STATUSES and request.method == "POST":
            return self.post(request)
        if path == CREDENTIALS:
            return Answer(200, self.account())
        if path == LIST:
            return self.list(request)
        if found := re.fullmatch(rf"{STATUSES}/(\d+)(/source)?", path):
            return self.one(request, int(found[1]), is_source=bool(found[2]))
        return error(404, "Record not found")

    def post(self, request: Request) -> Reply:
        key = request.headers.get("idempotency-key", "")
        known = self.keys.get(key)
        if self.heeds_keys and known and self.now - known[0] < KEY_LIVES:
            return Answer(200, self.shown(self.status(known[1])))
        self.last_id += 1
        status = Status(self.last_id, _written(request), self.now)
        self.statuses.append(status)
        self.keys[key] = (self.now, status.id)
        return self.after.pop(0) if self.after else Answer(200, self.shown(status))

    def list(self, request: Request) -> Reply:
        asked = parse_qs(urlsplit(request.path).query)
        before, limit = int(asked.get("max_id", ["0"])[0]), int(asked.get("limit", ["20"])[0])
        newest = [each for each in reversed(self.statuses) if not before or each.id < before]
        return Answer(200, [self.shown(each) for each in newest[:limit]])

    def one(self, request: Request, pk: int, *, is_source: bool) -> Reply:
        status = next((each for each in self.statuses if each.id == pk), None)
        if status is None or (is_source and not self.tells_source):
            return error(404, "Record not found")
        if is_source:
            return Answer(200, {"id": str(pk), "text": status.text, "spoiler_text": ""})
        if request.method == "DELETE":
            self.statuses.remove(status)
        return Answer(200, self.shown(status))

    def status(self, pk: int) -> Status:
        return next(each for each in self.statuses if each.id == pk)

    def shown(self, status: Status) -> dict[str, object]:
        return {
            "id": str(status.id),
            "created_at": status.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "url": f"{self.url}/@{ACCT}/{status.id}",
            "uri": f"{self.url}/users/{ACCT}/statuses/{status.id}",
            "content": as_html(status.text),
            "visibility": "public",
            "account": self.account(),
        }

    def account(self) -> dict[str, object]:
        return {"id": ACCOUNT_ID, "acct": ACCT, "display_name": NAME, "url": f"{self.url}/@{ACCT}"}


def as_html(text: str) -> str:
    """As the server renders plain text: paragraphs, line ends, links with their ends hidden; ends and runs are lost."""
    paragraphs = re.split(r"\n{2,}", text.strip())
    return "".join(f"<p>{_linked(escape(part, quote=True))}</p>" for part in paragraphs)


def _linked(part: str) -> str:
    def link(found: re.Match[str]) -> str:
        scheme, rest = found[0].split("://", 1)
        return (
            f'<a href="{found[0]}" rel="nofollow noopener"><span class="invisible">{scheme}://</span>'
            f'<span class="ellipsis">{rest[:30]}</span><span class="invisible">{rest[30:]}</span></a>'
        )

    return re.sub(r"https?://[^\s<。]+", link, part).replace("\n", "<br />")


@contextmanager
def running_mastodon() -> Iterator[FakeMastodon]:
    fake = FakeMastodon()
    with serving(fake.answer) as server:
        fake.url, fake.loopback = server.url, server
        yield fake


def _written(request: Request) -> str:
    if request.headers.get("content-type", "").startswith("application/json"):
        return str(request.json()["status"])
    return parse_qs(request.body.decode(), keep_blank_values=True)["status"][0]
