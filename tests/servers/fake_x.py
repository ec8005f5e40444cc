"""A small stand-in for X's API v2: no keys, duplicates refused, addresses shortened, refresh tokens that work once.

It speaks only what the adapter uses; tests/platforms/test_x.py holds what it was asked against X's own description.
"""

import json
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import parse_qs, urlsplit

from tests.servers.loopback import Answer, Loopback, Reply, Request, serving

HANDLE, NAME, USER_ID = "mima_kanko", "美馬市観光", "2244994945"
CLIENT_ID, CLIENT_SECRET = "client-of-mima", "secret-of-mima"
POSTS, ME, TOKEN, TIMELINE = "/2/tweets", "/2/users/me", "/2/oauth2/token", f"/2/users/{USER_ID}/tweets"
READ = f"GET {POSTS}/:id"
LIVES = timedelta(hours=2)
SHORT = 280
ADDRESS = re.compile(
    r"https?://[\w.?=&%/#:-]+|(?<![\w.])(?:[a-z0-9-]+\.)+(?:jp|com|example)(?:/[\w.?=&%/#-]*)?"
)


def not_found(name: str) -> dict[str, object]:
    """X's word for a post that is not there, or not any more."""
    return {
        "value": name,
        "detail": f"Could not find tweet with id: [{name}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "id",
        "resource_id": name,
        "type": "https://api.x.com/2/problems/resource-not-found",
    }


def problem(status: int, title: str, detail: str = "", **headers: str) -> Answer:
    body = {"title": title, "detail": detail or title, "type": "about:blank", "status": status}
    return Answer(status, body, headers)


@dataclass
class FakeX:
    """State of the fake; `faults` are answered once each, in order, `after` them what it has taken already."""

    faults: dict[str, list[Reply]] = field(default_factory=dict)
    after: list[Reply] = field(default_factory=list)
    posts: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    access: dict[str, datetime] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=set)
    used_up: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    now: datetime = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
    handle: str = HANDLE
    last_id: int = 1_990_000_000_000_000_000
    url: str = ""
    loopback: Loopback | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, path: str, *replies: Reply) -> None:
        self.faults.setdefault(path, []).extend(replies)

    def accept_then(self, *replies: Reply) -> None:
        """Takes the next posts, and answers like this instead of saying so."""
        self.after.extend(replies)

    def texts(self) -> list[object]:
        return [text for text, _ in self.posts.values()]

    def grant(self) -> dict[str, str]:
        """A new pair of tokens, as X would hand them out."""
        access, refresh = f"access-{uuid.uuid4()}", f"refresh-{uuid.uuid4()}"
        self.access[access] = self.now + LIVES
        self.refresh.add(refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expires_at": (self.now + LIVES).isoformat(),
        }

    def answer(self, request: Request) -> Reply:
        path = urlsplit(request.path).path
        with self.lock:
            self.asked.append(f"{request.method} {path}")
            endpoint = READ if request.method == "GET" and path.startswith(f"{POSTS}/") else path
            if self.faults.get(endpoint):
                return self.faults[endpoint].pop(0)
            if path == TOKEN:
                return self.token(request)
            bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
            if self.access.get(bearer, datetime.min.replace(tzinfo=UTC)) <= self.now:
                return problem(401, "Unauthorized")
            return self._routed(request, path)

    def _routed(self, request: Request, path: str) -> Reply:
        if path == POSTS:
            return self.post(request)
        if path == ME:
            return Answer(200, {"data": {"id": USER_ID, "name": NAME, "username": self.handle}})
        if path == TIMELINE:
            return self.timeline(request)
        name = path.rpartition("/")[2]
        return self.read(request, name) if request.method == "GET" else self.delete(name)

    def token(self, request: Request) -> Reply:
        told = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        refresh = told.get("refresh_token", "")
        if refresh in self.used_up:  # somebody has it twice: everything it led to ends
            self.access.clear()
            self.refresh.clear()
        if refresh not in self.refresh:
            words = "Value passed for the token was invalid."
            return Answer(400, {"error": "invalid_request", "error_description": words})
        self.refresh.remove(refresh)
        self.used_up.add(refresh)
        granted = self.grant()
        del granted["expires_at"]
        return Answer(200, {"token_type": "bearer", "expires_in": int(LIVES.total_seconds()), **granted})

    def post(self, request: Request) -> Reply:
        text = str(request.json()["text"])
        if text in self.texts():
            words = "You are not allowed to create a Tweet with duplicate content."
            return problem(403, "Forbidden", words)
        self.last_id += 1
        name = str(self.last_id)
        self.posts[name] = (text, self.now)
        told = {"id": name, "text": shortened(text)[0], "edit_history_post_ids": [name]}
        return self.after.pop(0) if self.after else Answer(201, {"data": told})

    def timeline(self, request: Request) -> Reply:
        asked = parse_qs(urlsplit(request.path).query)
        since = datetime.fromisoformat(asked["start_time"][0])
        size, start = int(asked["max_results"][0]), int(asked.get("pagination_token", ["0"])[0])
        newest = [name for name, (_, at) in reversed(self.posts.items()) if at >= since]
        rows = [self.shown(name) for name in newest[start : start + size]]
        more = {"next_token": str(start + size)} if len(newest) > start + size else {}
        meta = {"result_count": len(rows), **more}
        return Answer(200, {"data": rows, "meta": meta} if rows else {"meta": meta})

    def read(self, request: Request, name: str) -> Reply:
        """One post: no more of it than is asked for. What is missing is told with 200, as X does."""
        if name not in self.posts:
            return Answer(200, {"errors": [not_found(name)]})
        asked = parse_qs(urlsplit(request.path).query).get("tweet.fields", [""])[0].split(",")
        told = {"id", "text", *asked}
        return Answer(200, {"data": {key: value for key, value in self.shown(name).items() if key in told}})

    def shown(self, name: str) -> Mapping[str, object]:
        """All that X tells of a post; a long text stands beside its beginning, with addresses of its own."""
        text, at = self.posts[name]
        short, urls = shortened(text)
        entities: dict[str, object] = {"urls": urls} if urls else {}
        created = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        row = {"id": name, "text": short, "created_at": created, "entities": entities}
        if len(short) <= SHORT:
            return row
        return {**row, "text": f"{short[:SHORT]}…", "entities": {}, "note_tweet": {**row, "text": short}}

    def delete(self, name: str) -> Reply:
        if name not in self.posts:
            return problem(404, "Not Found Error")
        del self.posts[name]
        return Answer(200, {"data": {"deleted": True}})


def shortened(text: str) -> tuple[str, list[dict[str, str]]]:
    """As X keeps a text: & < > escaped, every address a t.co one, with the long one beside it."""
    urls: list[dict[str, str]] = []

    def short(found: re.Match[str]) -> str:
        long = found[0] if "://" in found[0] else f"http://{found[0]}"
        urls.append({"url": f"https://t.co/{len(urls):010d}", "expanded_url": long, "display_url": long[:30]})
        return urls[-1]["url"]

    return escape(ADDRESS.sub(short, text), quote=False), urls


class Kept:
    """Where the tokens are kept, in memory; one exchange at a time, as the database does it."""

    def __init__(self, told: Mapping[str, str]) -> None:
        self.told, self.lock = dict(told), threading.Lock()
        self.stored: list[str] = []

    def current(self) -> Mapping[str, str]:
        return self.told

    def renewed(
        self, stale: Mapping[str, str], exchange: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> Mapping[str, str]:
        with self.lock:
            if self.told["access_token"] == stale["access_token"]:
                self.told = dict(exchange(self.told))
                self.stored.append(json.dumps(self.told))
            return self.told


@contextmanager
def running_x() -> Iterator[FakeX]:
    fake = FakeX()
    with serving(fake.answer) as server:
        fake.url, fake.loopback = server.url, server
        yield fake
