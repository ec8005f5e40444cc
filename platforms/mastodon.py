"""Mastodon and servers that speak like it: statuses on the server that the city names.

A status carries an idempotency key. The server remembers it for an hour from its first use, and some servers do not
heed it at all; what is in doubt after that is looked for among the account's own statuses.
Facts: Mastodon's API documentation and server, version 4, as of November 2026.
"""

import re
import threading
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode

from outbound.deadline import Deadline
from outbound.errors import NotConnected, OutboundError
from outbound.http import Client
from platforms.base import Adapter, Capabilities, Count, Counter, Message, Profile, Receipt, Seen
from platforms.counting import count
from platforms.errors import AuthExpired, NotSent, OutcomeUnknown, PlatformError, RateLimited, Refused
from platforms.rest import Api, Reply
from platforms.wire import TOO_MANY, UNREADABLE, checked_text, iso_moment, not_sent, outcome_unknown, words

# The server keeps a key for an hour; clocks differ, and a call takes its time.
_KEY_LIVES: Final = timedelta(minutes=50)
_PAGE: Final = 40
_MOST_PAGES: Final = 5
# Some servers answer 422 where they mean 401.
_ABOUT_TOKEN: Final = re.compile(r"token|credential|unauthori[sz]ed", re.IGNORECASE)


class Mastodon(Adapter):
    """One account on one server, by an access token that the account's owner made there."""

    capabilities = Capabilities(
        publishes=True, idempotent=True, key_lives=_KEY_LIVES, checks=True, reads_back=True, withdraws=True
    )

    def __init__(self, base_url: str, access_token: str, client: Client) -> None:
        self._api = Api(base_url, client)
        self._token = access_token
        self._account_id = ""
        self._lock = threading.Lock()

    @property
    def counter(self) -> Counter:
        return _count

    def new_key(self, now: datetime) -> str:
        return str(uuid.uuid4())

    def profile(self, *, deadline: Deadline) -> Profile:
        reply = self._get("/api/v1/accounts/verify_credentials", deadline)
        if reply.status != 200 or not reply.text("id"):
            raise self._read_error(reply)
        return Profile(reply.text("acct"), reply.text("display_name"), reply.text("url"))

    def publish(self, message: Message, *, deadline: Deadline) -> Receipt:
        body = {"status": checked_text(message.text), "visibility": "public", "language": "ja"}
        reply = self._write(
            "POST", "/api/v1/statuses", deadline, json=body, headers={"idempotency-key": message.key}
        )
        if reply.status != 200:
            raise self._error(reply)
        if not reply.text("id"):
            raise OutcomeUnknown("接続先の応答に、投稿の番号がありません")
        return _receipt(reply.data)

    def find_recent(self, since: datetime, *, deadline: Deadline) -> Sequence[Seen]:
        found: list[Seen] = []
        before = ""
        for _ in range(_MOST_PAGES):
            page = self._statuses(before, deadline)
            found += [self._seen(each, deadline) for each in page if _written_at(each) >= since]
            if len(page) < _PAGE or _written_at(page[-1]) < since:
                return found
            before = str(page[-1].get("id"))
        raise NotSent(TOO_MANY)

    def withdraw(self, remote_id: str, *, deadline: Deadline) -> None:
        reply = self._write("DELETE", f"/api/v1/statuses/{_id(remote_id)}", deadline)
        if reply.status not in (200, 404):
            raise self._error(reply)

    # --- calls

    def _write(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        json: object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        try:
            return self._api.call(
                method, path, deadline=deadline, token=self._token, json=json, headers=headers
            )
        except NotConnected as error:
            raise not_sent(error) from error
        except OutboundError as error:
            raise outcome_unknown(error) from error

    def _get(self, path: str, deadline: Deadline) -> Reply:
        try:
            return self._api.call("GET", path, deadline=deadline, token=self._token)
        except OutboundError as error:
            raise not_sent(error) from error

    def _statuses(self, before: str, deadline: Deadline) -> list[Mapping[str, object]]:
        query = {"limit": str(_PAGE), "exclude_reblogs": "true", **({"max_id": before} if before else {})}
        account = self._own_id(deadline)
        reply = self._get(f"/api/v1/accounts/{account}/statuses?{urlencode(query)}", deadline)
        if reply.status != 200 or reply.items is None:
            raise self._read_error(reply)
        rows: list[Mapping[str, object]] = [each for each in reply.items if isinstance(each, dict)]
        if len(rows) < len(reply.items):
            raise NotSent(UNREADABLE)
        return rows

    def _own_id(self, deadline: Deadline) -> str:
        with self._lock:
            known = self._account_id
        if not known:
            reply = self._get("/api/v1/accounts/verify_credentials", deadline)
            known = reply.text("id")
            if reply.status != 200 or not known.isalnum():
                raise self._read_error(reply)
            with self._lock:
                self._account_id = known
        return known

    def _seen(self, status: Mapping[str, object], deadline: Deadline) -> Seen:
        """With the text as it was written, where the server tells it; else as its HTML shows it."""
        receipt = _receipt(status)
        source = self._get(f"/api/v1/statuses/{_id(receipt.remote_id)}/source", deadline)
        told = source.data.get("text") if source.status == 200 else None
        text = told if isinstance(told, str) else plain(str(status.get("content", "")))
        return Seen(receipt, text, _written_at(status))

    # --- what answers mean

    def _read_error(self, reply: Reply) -> PlatformError:
        if reply.status == 429:
            return RateLimited(until=_until(reply))
        if reply.status in (401, 403) or self._speaks_of_token(reply):
            return AuthExpired(f"接続先が認証を受け付けません：{self._words(reply)}")
        return NotSent(f"接続先を確かめられませんでした：{self._words(reply)}")

    def _error(self, reply: Reply) -> PlatformError:
        if reply.status == 429:
            return RateLimited(until=_until(reply))
        if reply.status in (401, 403) or self._speaks_of_token(reply):
            return AuthExpired(f"接続先が認証を受け付けません：{self._words(reply)}")
        # 408: a gate on the way gave up waiting, and does not say for whom.
        if 400 <= reply.status < 500 and reply.status != 408:
            return Refused(f"接続先が投稿を受け付けません：{self._words(reply)}")
        return OutcomeUnknown(f"接続先で異常が起きました：{self._words(reply)}")

    def _speaks_of_token(self, reply: Reply) -> bool:
        return reply.status == 422 and bool(_ABOUT_TOKEN.search(reply.text("error")))

    def _words(self, reply: Reply) -> str:
        said = reply.text("error_description") or reply.text("error")
        return words(said, reply.status, [self._token])


def _receipt(status: Mapping[str, object]) -> Receipt:
    url = status.get("url")
    return Receipt(str(status.get("id")), url if isinstance(url, str) else "")


def _id(remote_id: str) -> str:
    """A status's own number: nothing else goes into an address."""
    if not remote_id.isalnum():
        raise Refused("この公式アカウントの投稿ではありません")
    return remote_id


def _written_at(status: Mapping[str, object]) -> datetime:
    return iso_moment(status.get("created_at"))


def _until(reply: Reply) -> datetime | None:
    """The end of the limit's window: X-RateLimit-Reset, an instant of ISO 8601; None for nonsense."""
    try:
        moment = datetime.fromisoformat(reply.headers.get("x-ratelimit-reset", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


class _Plain(HTMLParser):
    """Text of a status's HTML: a paragraph is set off by an empty line, <br> is a line's end."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag == "p" and self.parts:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(content: str) -> str:
    """What a reader of the HTML sees; runs of empty lines and blanks at the ends are lost there already."""
    parser = _Plain()
    parser.feed(content)
    parser.close()
    return "".join(parser.parts)


def _count(text: str) -> Count:
    return count("mastodon", text)
