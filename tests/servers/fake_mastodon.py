"""A small stand-in for a Mastodon server, for faults a real one cannot be told to have.

It speaks only what the adapter uses; Mastodon.py reads it in tests/platforms/test_mastodon.py, an eye other
than our own. How Mastodon behaves is taken from its public source: keys, HTML of posts, words of errors.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import parse_qs, urlsplit

from tests.servers.loopback import Answer, Loopback, Reply, Request, serving

ACCOUNT_ID = "109302436954721982"
HANDLE = "koho"
NAME = "見本市 広報"
TOKEN = "ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0"
KEY_LIVES = timedelta(seconds=3600)
NEIGHBOUR = "soumu@sns.soumu.example"
NEIGHBOUR_URL = "https://sns.soumu.example/@soumu"

POST = "POST status"
DELETE = "DELETE status"
READ = "GET status"
SOURCE = "GET source"
LIST = "GET statuses"
VERIFY = "GET verify_credentials"

_ROUTES = {
    r"POST /api/v1/statuses": POST,
    r"DELETE /api/v1/statuses/(\w+)": DELETE,
    r"GET /api/v1/statuses/(\w+)": READ,
    r"GET /api/v1/statuses/(\w+)/source": SOURCE,
    r"GET /api/v1/accounts/verify_credentials": VERIFY,
    r"GET /api/v1/accounts/(\w+)/statuses": LIST,
}


def error(status: int, words: str, **headers: str) -> Answer:
    """An error as Mastodon writes it."""
    return answer({"error": words}, status, **headers)


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body, {"content-type": "application/json; charset=utf-8", **named})


def limited(until: str) -> Answer:
    return error(429, "Too many requests", x_ratelimit_reset=until)


@dataclass
class Status:
    """A post as it stands there."""

    number: str
    account: str
    text: str
    at: datetime
    visibility: str
    language: str
    is_boost: bool = False


@dataclass
class FakeMastodon:
    """State of the fake; `faults` are answered once each, in order, before the fake does its own work."""

    faults: dict[str, list[Reply]] = field(default_factory=dict)
    afterwards: list[Reply] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=lambda: {TOKEN: ACCOUNT_ID})
    keys: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    now: datetime = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
    bad_token: Reply = field(default_factory=lambda: error(401, "The access token is invalid"))
    ignores_keys: bool = False  # as snac does
    strips: bool = False  # as Mastodon does: blanks at both ends are gone
    tells_source: bool = True
    url: str = ""
    loopback: Loopback | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, endpoint: str, *replies: Reply) -> None:
        self.faults.setdefault(endpoint, []).extend(replies)

    def accept_then(self, reply: Reply) -> None:
        """Take the next post, and answer badly."""
        self.afterwards.append(reply)

    def texts(self) -> list[object]:
        return [status.text for status in self.statuses]

    def count(self, endpoint: str) -> int:
        return self.asked.count(endpoint)

    def answer(self, request: Request) -> Reply:
        endpoint, found = _routed(request)
        with self.lock:
            self.asked.append(endpoint)
            if self.faults.get(endpoint):
                return self.faults[endpoint].pop(0)
            if endpoint not in _METHODS:
                return Answer(404, "<html>not here</html>", {"content-type": "text/html"})
            if self.account(request) is None:
                return self.bad_token
            return _METHODS[endpoint](self, request, found)

    def account(self, request: Request) -> str | None:
        return self.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))

    def post(self, request: Request, _: str) -> Reply:
        account, told = self.account(request) or "", _told(request)
        key = (account, request.headers.get("idempotency-key", ""))
        status = self._known(key)
        if status is None:
            text = told["status"].strip("\t\n\v\f\r \0") if self.strips else told["status"]
            if not text.strip():
                return error(422, "Validation failed: Text can't be blank")
            status = self.add(text, account, told.get("visibility", ""), told.get("language", ""))
            if key[1]:
                self.keys[key] = (status.number, self.now + KEY_LIVES)
        return self.afterwards.pop(0) if self.afterwards else answer(self.shown(status))

    def add(
        self, text: str, account: str = ACCOUNT_ID, visibility: str = "public", language: str = "ja"
    ) -> Status:
        """A post, whoever makes it; its number grows with time, as Mastodon's do."""
        number = str((int(self.now.timestamp() * 1000) << 16) + len(self.asked) + len(self.statuses))
        status = Status(number, account, text, self.now, visibility, language)
        self.statuses.append(status)
        return status

    def _known(self, key: tuple[str, str]) -> Status | None:
        number, until = self.keys.get(key, ("", self.now))
        if self.ignores_keys or until <= self.now:
            return None
        return next((status for status in self.statuses if status.number == number), None)

    def delete(self, request: Request, number: str) -> Reply:
        own = [
            each for each in self.statuses if (each.number, each.account) == (number, self.account(request))
        ]
        if not own:
            return error(404, "Record not found")
        self.statuses.remove(own[0])
        return answer({**self.shown(own[0]), "text": own[0].text})

    def read(self, request: Request, number: str) -> Reply:
        found = [each for each in self.statuses if each.number == number]
        return answer(self.shown(found[0])) if found else error(404, "Record not found")

    def source(self, request: Request, number: str) -> Reply:
        found = [each for each in self.statuses if each.number == number]
        if not found or not self.tells_source:
            return error(404, "Record not found")
        return answer({"id": number, "text": found[0].text, "spoiler_text": ""})

    def list(self, request: Request, account: str) -> Reply:
        query = parse_qs(urlsplit(request.path).query)
        limit = min(int(query.get("limit", ["20"])[0]), 40)
        before = int(query.get("max_id", [str(2**63)])[0])
        own = [each for each in self.statuses if each.account == account and int(each.number) < before]
        if query.get("exclude_reblogs") == ["true"]:
            own = [each for each in own if not each.is_boost]
        newest = sorted(own, key=lambda each: int(each.number), reverse=True)
        return answer([self.shown(each) for each in newest[:limit]])

    def verify(self, request: Request, _: str) -> Reply:
        return answer(self.profile(self.account(request) or ""))

    def profile(self, account: str) -> dict[str, object]:
        return {
            "id": account,
            "username": HANDLE,
            "acct": HANDLE,
            "display_name": NAME,
            "url": f"{self.url}/@{HANDLE}",
            "created_at": "2022-11-08T00:00:00.000Z",
        }

    def shown(self, status: Status) -> dict[str, object]:
        is_mentioned = f"@{NEIGHBOUR}" in status.text
        mention = {"id": "1", "username": "soumu", "url": NEIGHBOUR_URL, "acct": NEIGHBOUR}
        return {
            "id": status.number,
            "created_at": status.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "visibility": status.visibility,
            "language": status.language,
            "uri": f"{self.url}/users/{HANDLE}/statuses/{status.number}",
            "url": f"{self.url}/@{HANDLE}/{status.number}",
            "content": rendered(status.text),
            "account": self.profile(status.account),
            "mentions": [mention] if is_mentioned else [],
            "reblog": None,
        }


_METHODS: dict[str, Callable[[FakeMastodon, Request, str], Reply]] = {
    POST: FakeMastodon.post,
    DELETE: FakeMastodon.delete,
    READ: FakeMastodon.read,
    SOURCE: FakeMastodon.source,
    LIST: FakeMastodon.list,
    VERIFY: FakeMastodon.verify,
}


@contextmanager
def running_fake_mastodon() -> Iterator[FakeMastodon]:
    fake = FakeMastodon()
    with serving(fake.answer) as server:
        fake.url, fake.loopback = server.url, server
        yield fake


def rendered(text: str) -> str:
    """A post's HTML as Mastodon's TextFormatter makes it: linked, in paragraphs, without a line break."""
    paragraphs = re.split(r"\n\n+", re.sub(r"\r\n?", "\n", text))
    linked = [_LINKED.sub(_link, each) for each in paragraphs]
    breaking = [re.sub(r"([^\n]\n)(?=[^\n])", r"\1<br />", each) for each in linked]
    return "".join(f"<p>{each}</p>" for each in breaking).replace("\n", "")


# Every piece of a text that is not copied as it is.
_LINKED = re.compile(
    rf"(?P<url>https?://[!#-;=?-~]+)|#(?P<tag>\w+)|@(?P<account>{re.escape(NEIGHBOUR)})|(?P<sign>[<>&\"'])"
)


def _link(found: re.Match[str]) -> str:
    if found["url"]:
        return _link_to_url(found["url"])
    if found["tag"]:
        tag = found["tag"]
        return f'<a href="/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
    if found["account"]:
        link = f'<a href="{NEIGHBOUR_URL}" class="u-url mention">@<span>soumu</span></a>'
        return f'<span class="h-card" translate="no">{link}</span>'
    return escape(found["sign"])


def _link_to_url(url: str) -> str:
    prefix = re.match(r"https?://(www\.)?", url)[0]  # type: ignore[index]
    shown, rest = url[len(prefix) :][:30], url[len(prefix) + 30 :]
    spans = (
        f'<span class="invisible">{escape(prefix)}</span>'
        f'<span class="{"ellipsis" if rest else ""}">{escape(shown)}</span>'
        f'<span class="invisible">{escape(rest)}</span>'
    )
    return f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">{spans}</a>'


def _routed(request: Request) -> tuple[str, str]:
    asked = f"{request.method} {urlsplit(request.path).path}"
    for pattern, endpoint in _ROUTES.items():
        found = re.fullmatch(pattern, asked)
        if found:
            return endpoint, found[1] if found.groups() else ""
    return asked, ""


def _told(request: Request) -> dict[str, str]:
    """What a form or JSON says: Mastodon takes both."""
    if "json" in request.headers.get("content-type", ""):
        return json.loads(request.body)  # type: ignore[no-any-return]
    return {name: told[0] for name, told in parse_qs(request.body.decode()).items()}
