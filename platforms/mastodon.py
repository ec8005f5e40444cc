"""Mastodon: posts on the server that the city names, and on others that speak Mastodon's API.

The server keeps a post's key for an hour and gives the first post back for it, so within that time the same
message may be sent again. Servers of other makes may ignore the key. Here must not live: media, replies, OAuth.
"""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from outbound.deadline import Deadline
from outbound.errors import NotConnected, OutboundError
from outbound.http import Client
from platforms.base import Adapter, Capabilities, Count, Counter, Message, Profile, Receipt, Seen
from platforms.counting import count
from platforms.errors import AuthExpired, NotSent, OutcomeUnknown, PlatformError, RateLimited, Refused
from platforms.likeness import is_same
from platforms.rest import Api, Reply
from platforms.wire import (
    TOO_MANY,
    UNREADABLE,
    checked_text,
    iso_moment,
    not_sent,
    outcome_unknown,
    unix_moment,
    words,
)

_STATUSES: Final = "/api/v1/statuses"
_PAGE: Final = 40  # the most a server gives at once, the newest first
_PAGES: Final = 5
_SOURCES: Final = 20  # a call each, of 300 in five minutes
_ID: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
# What servers say with 403 and 422 when the login is at fault and not the post.
_LOGIN: Final = re.compile(
    r"your (?:login|account) |suspended|authorized scopes|authenticated user|credential"
    r"|(?:access|invalid)[ _]token|token (?:is|was|has) ",
    re.IGNORECASE,
)


class Mastodon(Adapter):
    """One account on one server."""

    capabilities = Capabilities(
        publishes=True,
        idempotent=True,
        # A server keeps a key for one hour from its first use; ten minutes are for clocks and queues.
        key_lives=timedelta(minutes=50),
        checks=True,
        reads=True,
        reads_back=True,
        withdraws=True,
    )

    def __init__(self, base_url: str, access_token: str, client: Client) -> None:
        self._api = Api(base_url, client)
        self._token = access_token
        self._own_id = ""
        self._lock = threading.Lock()

    @property
    def counter(self) -> Counter:
        return _count

    def new_key(self, now: datetime) -> str:
        return str(uuid4())

    def publish(self, message: Message, *, deadline: Deadline) -> Receipt:
        post = {"status": checked_text(message.text), "visibility": "public", "language": "ja"}
        answer = self._write("POST", _STATUSES, deadline, headers={"idempotency-key": message.key}, json=post)
        if answer.status != 200:
            raise self._error(answer)
        if not answer.text("id"):
            raise OutcomeUnknown("接続先の応答に、投稿の番号がありません")
        return Receipt(answer.text("id"), answer.text("url"), _difference(message.text, answer.data))

    def profile(self, *, deadline: Deadline) -> Profile:
        answer = self._credentials(deadline)
        return Profile(answer.text("acct"), answer.text("display_name"), answer.text("url"))

    def read(self, remote_id: str, *, deadline: Deadline) -> Seen | None:
        """The text is the source when the server tells it, as in find_recent."""
        _check_id(remote_id)
        answer = self._read(f"{_STATUSES}/{remote_id}", deadline)
        # A gate or a wrong address says 404 too, but not in the server's own words.
        if answer.status == 404 and answer.text("error"):
            return None
        if answer.status != 200 or answer.text("id") != remote_id:
            raise self._plain_error(answer) or NotSent(f"投稿を読めませんでした：{self._words(answer)}")
        return self._as_written([_seen(answer.data)], deadline)[0]

    def find_recent(self, since: datetime, *, deadline: Deadline) -> Sequence[Seen]:
        """The text is the source when the server tells it; else it is restored from the page's HTML.

        Mastodon itself drops blanks at both ends; restored, a run of blank lines is one.
        """
        account, oldest = self._account(deadline), ""
        found: list[Seen] = []
        for _ in range(_PAGES):
            page = self._page(account, oldest, deadline)
            recent = [post for post in page if post.at >= since]
            found += recent
            if not page or len(recent) < len(page):
                return self._as_written(found, deadline)
            oldest = page[-1].receipt.remote_id
        raise NotSent(TOO_MANY)

    def withdraw(self, remote_id: str, *, deadline: Deadline) -> None:
        _check_id(remote_id)
        answer = self._write("DELETE", f"{_STATUSES}/{remote_id}", deadline)
        if answer.status not in {200, 404}:
            raise self._error(answer)
        # A gate or a wrong address says 404 too, and then the post still stands.
        if "json" not in answer.headers.get("content-type", ""):
            raise OutcomeUnknown(f"投稿が消えたか、接続先の応答から分かりません：{self._words(answer)}")

    def _write(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        headers: Mapping[str, str] | None = None,
        json: object | None = None,
    ) -> Reply:
        try:
            return self._api.call(
                method, path, deadline=deadline, token=self._token, headers=headers, json=json
            )
        except NotConnected as error:
            raise not_sent(error) from error
        except OutboundError as error:
            raise outcome_unknown(error) from error

    def _read(self, path: str, deadline: Deadline) -> Reply:
        try:
            return self._api.call("GET", path, deadline=deadline, token=self._token)
        except OutboundError as error:
            raise not_sent(error) from error

    def _credentials(self, deadline: Deadline) -> Reply:
        """Our own account. Raises NotSent, RateLimited, AuthExpired."""
        answer = self._read("/api/v1/accounts/verify_credentials", deadline)
        if answer.status != 200 or not _ID.fullmatch(answer.text("id")) or not answer.text("acct"):
            raise self._plain_error(answer) or NotSent(f"接続先が正しく応答しません：{self._words(answer)}")
        return answer

    def _account(self, deadline: Deadline) -> str:
        """The number of our own account, asked for once."""
        if not self._lock.acquire(timeout=deadline.remaining()):
            raise NotSent("時間内に接続できませんでした")
        try:
            self._own_id = self._own_id or self._credentials(deadline).text("id")
            return self._own_id
        finally:
            self._lock.release()

    def _page(self, account: str, before: str, deadline: Deadline) -> list[Seen]:
        query = {"limit": str(_PAGE), "exclude_reblogs": "true"} | ({"max_id": before} if before else {})
        answer = self._read(f"/api/v1/accounts/{account}/statuses?{urlencode(query)}", deadline)
        if answer.status != 200 or answer.items is None:
            raise self._plain_error(answer) or NotSent(f"最近の投稿を読めませんでした：{self._words(answer)}")
        return [_seen(each) for each in answer.items]

    def _as_written(self, posts: Sequence[Seen], deadline: Deadline) -> Sequence[Seen]:
        """With their source, as far as the server tells it: Mastodon does since 3.5, to who may read statuses."""
        exact: list[Seen] = []
        for post in posts[:_SOURCES]:
            text = self._source(post.receipt.remote_id, deadline)
            if text is None:
                break
            exact.append(replace(post, text=text))
        return [*exact, *posts[len(exact) :]]

    def _source(self, remote_id: str, deadline: Deadline) -> str | None:
        try:
            answer = self._read(f"{_STATUSES}/{remote_id}/source", deadline)
        except NotSent:
            return None
        is_told = answer.status == 200 and answer.text("id") == remote_id and "text" in answer.data
        return answer.text("text") if is_told else None

    def _error(self, answer: Reply) -> PlatformError:
        """What an answer other than 200 to a writing call says about the post."""
        plain = self._plain_error(answer)
        if plain is not None:
            return plain
        # 408: a gate on the way gave up waiting, and does not say for whom.
        if 400 <= answer.status < 500 and answer.status != 408:
            return Refused(f"接続先が受け付けません：{self._words(answer)}")
        return OutcomeUnknown(f"接続先で異常が起きました：{self._words(answer)}")

    def _plain_error(self, answer: Reply) -> PlatformError | None:
        """What is not about the post: too many calls, or our login."""
        if answer.status == 429:
            return RateLimited(until=_until(answer))
        if _is_about_login(answer):
            return AuthExpired(f"接続先が認証を受け付けません：{self._words(answer)}")
        return None

    def _words(self, answer: Reply) -> str:
        return words(_said(answer), answer.status, [self._token])


class _Plain(HTMLParser):
    """A post's HTML as text: paragraphs with a blank line between, and accounts by their full name."""

    def __init__(self, accounts: Mapping[str, str]) -> None:
        super().__init__()
        self._accounts = accounts
        self._is_named = False
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        account = self._accounts.get(dict(attrs).get("href") or "")
        if tag == "br":
            self.parts.append("\n")
        elif tag == "p" and self.parts:
            self.parts.append("\n\n")
        elif tag == "a" and account:
            self._is_named = True
            self.parts.append(f"@{account}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._is_named = False

    def handle_data(self, data: str) -> None:
        if not self._is_named:
            # A line break of the HTML itself is none of the text.
            self.parts.append(data.replace("\r", "").replace("\n", ""))


def _restored(status: Mapping[str, object]) -> str:
    """What the author wrote, as well as the status tells: its source (snac sends it along), or its HTML."""
    source = status.get("text")
    if isinstance(source, str) and source:
        return source
    mentions = status.get("mentions")
    told = [each for each in mentions if isinstance(each, dict)] if isinstance(mentions, list) else []
    plain = _Plain({str(each.get("url")): str(each.get("acct")) for each in told})
    plain.feed(str(status.get("content") or ""))
    plain.close()
    return "".join(plain.parts)


def _difference(sent: str, status: Mapping[str, object]) -> Mapping[str, str]:
    """For the record: the text that stands there, when it is another one. The first text of a key stays."""
    there = _restored(status)
    return {} if is_same(sent, there) else {"text_there": there}


def _check_id(remote_id: str) -> None:
    if not _ID.fullmatch(remote_id):
        raise Refused("投稿の番号として読めません")


def _seen(status: object) -> Seen:
    """One post as the server shows it. Raises NotSent when it cannot be read: then nothing is certain."""
    remote_id = status.get("id") if isinstance(status, dict) else None
    if not isinstance(status, dict) or not isinstance(remote_id, str) or not _ID.fullmatch(remote_id):
        raise NotSent(UNREADABLE)
    url = status.get("url")
    receipt = Receipt(remote_id, url if isinstance(url, str) else "")
    return Seen(receipt, _restored(status), iso_moment(status.get("created_at")))


def _said(answer: Reply) -> str:
    return " ".join(filter(None, (answer.text("error"), answer.text("error_description"))))


def _is_about_login(answer: Reply) -> bool:
    """Whether our token or its account is not accepted. snac says so with 422 and no word, Mastodon never does."""
    if answer.status == 401 or (answer.status == 422 and not _said(answer)):
        return True
    return answer.status in {403, 422} and _LOGIN.search(_said(answer)) is not None


def _until(answer: Reply) -> datetime | None:
    """When calls are free again: ISO 8601 on Mastodon, the Unix clock on GoToSocial; None for nonsense."""
    told = answer.headers.get("x-ratelimit-reset", "")
    try:
        return unix_moment(told) or iso_moment(told).astimezone(UTC)
    except (NotSent, OverflowError):
        return None


def _count(text: str) -> Count:
    return count("mastodon", text)
