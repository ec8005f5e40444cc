"""X (formerly Twitter), API v2: posts by a user's OAuth 2.0 token.

X knows no key of ours: an outcome that is in doubt is never sent again, but looked for among the account's own posts.
Access tokens live two hours; the refresh token that makes the next one works once. Facts: X's API v2 description 2.167
and developer documentation, as of November 2026.
"""

import html
import threading
import uuid
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from outbound.deadline import Deadline
from outbound.errors import NotConnected, OutboundError
from outbound.http import Client
from platforms.base import Adapter, Capabilities, Count, Counter, Message, Profile, Receipt, Seen, Tokens
from platforms.counting import count
from platforms.errors import AuthExpired, NotSent, OutcomeUnknown, PlatformError, RateLimited, Refused
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

# A token that ends so soon is replaced first.
_SPARE: Final = timedelta(minutes=5)
_PAGE: Final = 100
_MOST_PAGES: Final = 5
# `note_tweet` is the whole of a text that is longer than 280.
_SHOWN: Final = "created_at,entities,note_tweet"
_DUPLICATE: Final = "duplicate content"
# A 403 that a person mends at the connection or with X, whatever the text is.
_ABOUT_ACCOUNT: Final = (
    "suspended",
    "locked",
    "permission",
    "oauth",
    "client-not-enrolled",
    "not authorized",
)
_ABOUT_MONEY: Final = ("creditsdepleted", "credits", "usagecapexceeded", "usage-capped", "spending")
OUT_OF_CREDIT: Final = "Xの利用料の残りがありません。チャージするか、上限を見直してください"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class X(Adapter):
    """One account. `handle` is its name there, so that nobody posts to another account by a wrong token."""

    capabilities = Capabilities(publishes=True, checks=True, reads=True, reads_back=True, withdraws=True)

    def __init__(
        self,
        base_url: str,
        handle: str,
        tokens: Tokens,
        client: Client,
        *,
        web_base: str = "https://x.com",
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        """`tokens` hold access_token, refresh_token, expires_at (ISO 8601; "" unknown), client_id, client_secret."""
        self._api = Api(base_url, client)
        self._handle = handle.strip().lstrip("@")
        self._tokens = tokens
        self._web_base = web_base.rstrip("/")
        self._clock = clock
        self._user_id = ""
        self._lock = threading.Lock()

    @property
    def counter(self) -> Counter:
        return _count

    def new_key(self, now: datetime) -> str:
        return f"x-{uuid.uuid4()}"

    def publish(self, message: Message, *, deadline: Deadline) -> Receipt:
        body = {"text": checked_text(message.text)}
        reply = self._write("POST", "/2/tweets", deadline, json=body)
        if reply.status != 201:
            raise self._error(reply)
        name = _data(reply).get("id")
        if not _is_number(name):
            raise OutcomeUnknown("接続先の応答に、投稿の番号がありません")
        return self._receipt(str(name), str(_data(reply).get("text", "")))

    def profile(self, *, deadline: Deadline) -> Profile:
        data = self._me(deadline)
        handle = str(data.get("username", ""))
        if handle.lower() != self._handle.lower():
            raise Refused(f"つながったのは「@{handle}」で、接続の設定の「@{self._handle}」ではありません")
        return Profile(self._handle, str(data.get("name", "")), f"{self._web_base}/{self._handle}")

    def read(self, remote_id: str, *, deadline: Deadline) -> Seen | None:
        _check_number(remote_id)
        query = urlencode({"tweet.fields": _SHOWN})
        reply = self._asked(f"/2/tweets/{remote_id}?{query}", deadline)
        if _says_none(reply):
            return None
        if reply.status != 200 or _data(reply).get("id") != remote_id:
            raise self._read_error(reply)
        return self._seen(_data(reply))

    def find_recent(self, since: datetime, *, deadline: Deadline) -> Sequence[Seen]:
        found: list[Seen] = []
        page = ""
        for _ in range(_MOST_PAGES):
            reply = self._page(since, page, deadline)
            found += [self._seen(each) for each in _rows(reply)]
            page = str(_object(reply.data.get("meta")).get("next_token") or "")
            if not page:
                return [post for post in found if post.at >= since]
        raise NotSent(TOO_MANY)

    def withdraw(self, remote_id: str, *, deadline: Deadline) -> None:
        _check_number(remote_id)
        reply = self._write("DELETE", f"/2/tweets/{remote_id}", deadline)
        if reply.status == 404 or (reply.status == 200 and _data(reply).get("deleted") is True):
            return
        raise self._error(reply) if reply.status != 200 else OutcomeUnknown("消えたか、分かりません")

    # --- calls

    def _write(self, method: str, path: str, deadline: Deadline, *, json: object | None = None) -> Reply:
        """One call; once more with a new token where X says clearly that this one is not accepted."""
        token = self._current(deadline)
        reply = self._once(method, path, token, deadline, json)
        if reply.status == 401:
            reply = self._once(method, path, self._instead_of(token, deadline), deadline, json)
        return reply

    def _once(
        self, method: str, path: str, token: Mapping[str, str], deadline: Deadline, json: object | None
    ) -> Reply:
        try:
            return self._api.call(method, path, deadline=deadline, token=token["access_token"], json=json)
        except NotConnected as error:
            raise not_sent(error) from error
        except OutboundError as error:
            raise outcome_unknown(error) from error

    def _asked(self, path: str, deadline: Deadline) -> Reply:
        """A question: it publishes nothing, whatever happens."""
        try:
            return self._write("GET", path, deadline)
        except OutcomeUnknown as error:
            raise NotSent(error.detail) from error

    def _get(self, path: str, deadline: Deadline) -> Reply:
        reply = self._asked(path, deadline)
        if reply.status != 200:
            raise self._read_error(reply)
        return reply

    def _me(self, deadline: Deadline) -> Mapping[str, object]:
        data = _data(self._get("/2/users/me", deadline))
        name = data.get("id")
        if not _is_number(name):
            raise NotSent("接続先の応答に、アカウントの番号がありません")
        with self._lock:
            self._user_id = str(name)
        return data

    def _page(self, since: datetime, page: str, deadline: Deadline) -> Reply:
        with self._lock:
            known = self._user_id
        user = known or str(self._me(deadline)["id"])
        start = since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        query = {"max_results": str(_PAGE), "start_time": start, "tweet.fields": "created_at,entities"}
        more = {"pagination_token": page} if page else {}
        return self._get(f"/2/users/{user}/tweets?{urlencode({**query, **more})}", deadline)

    # --- tokens

    def _current(self, deadline: Deadline) -> Mapping[str, str]:
        """The kept token; a new one first when it is about to end. A blip then is no dead token."""
        token = self._tokens.current()
        ends_at = _moment(token.get("expires_at", ""))
        if ends_at is None or self._clock() < ends_at - _SPARE or not token.get("refresh_token"):
            return token
        try:
            return self._instead_of(token, deadline)
        except (NotSent, RateLimited):
            if self._clock() < ends_at:
                return token
            raise

    def _instead_of(self, token: Mapping[str, str], deadline: Deadline) -> Mapping[str, str]:
        if not token.get("refresh_token"):
            raise AuthExpired("Xへの接続が切れました。つなぎ直してください")
        return self._tokens.renewed(token, lambda newest: self._exchange(newest, deadline))

    def _exchange(self, token: Mapping[str, str], deadline: Deadline) -> Mapping[str, str]:
        """The next token. The refresh token is used up by this, so what comes back must be stored at once."""
        form = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if token.get("client_secret"):
            login = f"{token['client_id']}:{token['client_secret']}".encode()
            headers["authorization"] = f"Basic {b64encode(login).decode()}"
        else:
            form["client_id"] = token.get("client_id", "")
        try:
            reply = self._api.call(
                "POST",
                "/2/oauth2/token",
                deadline=deadline,
                headers=headers,
                content=urlencode(form).encode(),
            )
        except OutboundError as error:
            raise not_sent(error) from error
        return {**token, **self._exchanged(reply, token)}

    def _exchanged(self, reply: Reply, token: Mapping[str, str]) -> Mapping[str, str]:
        access, lives = reply.text("access_token"), reply.data.get("expires_in")
        if reply.status == 200 and access and isinstance(lives, int):
            ends_at = (self._clock() + timedelta(seconds=lives)).isoformat()
            refresh = reply.text("refresh_token") or token["refresh_token"]
            return {"access_token": access, "refresh_token": refresh, "expires_at": ends_at}
        if reply.status == 429:
            raise RateLimited(until=_until(reply))
        if reply.status in (400, 401, 403):
            raise AuthExpired(f"接続先が認証を受け付けません：{self._words(reply)}")
        raise NotSent(f"接続先が認証に正しく応答しません：{self._words(reply)}")

    # --- what answers mean

    def _read_error(self, reply: Reply) -> PlatformError:
        error = self._error(reply)
        known = isinstance(error, RateLimited | AuthExpired)
        return error if known else NotSent(f"接続先を確かめられませんでした：{self._words(reply)}")

    def _error(self, reply: Reply) -> PlatformError:
        """What an answer says about the post."""
        said = self._words(reply)
        kind = f"{reply.text('title')} {reply.text('type')} {reply.text('detail')}".lower()
        if reply.status == 402 or (reply.status in (403, 429) and any(word in kind for word in _ABOUT_MONEY)):
            return RateLimited(OUT_OF_CREDIT)
        if reply.status == 429:
            return RateLimited(until=_until(reply))
        if reply.status == 403 and _DUPLICATE in kind:  # the twin may be our own, whose answer was lost
            return OutcomeUnknown(f"同じ本文の投稿があると言われました：{said}")
        if reply.status == 401 or (reply.status == 403 and any(word in kind for word in _ABOUT_ACCOUNT)):
            return AuthExpired(f"接続先が認証を受け付けません：{said}")
        # 408: a gate on the way gave up waiting, and does not say for whom.
        if 400 <= reply.status < 500 and reply.status != 408:
            return Refused(f"接続先が投稿を受け付けません：{said}")
        return OutcomeUnknown(f"接続先で異常が起きました：{said}")

    def _words(self, reply: Reply) -> str:
        errors = reply.data.get("errors")
        first = _object(errors[0]) if isinstance(errors, list) and errors else {}
        said = reply.text("detail") or str(first.get("message") or first.get("detail") or "")
        said = said or reply.text("error_description") or reply.text("error") or reply.text("title")
        token = self._tokens.current()
        names = ("access_token", "refresh_token", "client_secret")
        return words(said, reply.status, [token.get(name, "") for name in names])

    def _receipt(self, name: str, text: str = "") -> Receipt:
        detail = {"text": text} if text else {}
        return Receipt(name, f"{self._web_base}/{self._handle}/status/{name}", detail)

    def _seen(self, row: Mapping[str, object]) -> Seen:
        name = row.get("id")
        if not isinstance(name, str) or not isinstance(row.get("text"), str):
            raise NotSent(UNREADABLE)
        return Seen(self._receipt(name), as_written(_whole(row)), iso_moment(row.get("created_at")))


def _whole(row: Mapping[str, object]) -> Mapping[str, object]:
    """Where all of the text is: a long one stands beside its beginning, as note_post in X's newer words."""
    notes = (_object(row.get(name)) for name in ("note_tweet", "note_post"))
    return next((note for note in notes if isinstance(note.get("text"), str)), row)


def as_written(row: Mapping[str, object]) -> str:
    """The text before X shortened its addresses and escaped its signs."""
    # Signs first: an address may hold what reads like one of HTML's own (…?a=1&copy=2).
    text = html.unescape(str(row.get("text")))
    urls = _object(row.get("entities")).get("urls")
    for url in urls if isinstance(urls, list) else ():
        short, long = _object(url).get("url"), _object(url).get("expanded_url")
        if isinstance(short, str) and isinstance(long, str):
            text = text.replace(short, long)
    return text


def _rows(reply: Reply) -> Sequence[Mapping[str, object]]:
    """The posts of one page; none at all where X counts none. Raises NotSent."""
    rows = reply.data.get("data")
    if rows is None and _object(reply.data.get("meta")).get("result_count") == 0:
        return []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NotSent(UNREADABLE)
    return rows


def _says_none(reply: Reply) -> bool:
    """X says that a post is missing by 200 or 404 and its own words; any other answer says nothing about it."""
    errors = reply.data.get("errors")
    told = errors if isinstance(errors, list) and errors else [reply.data]
    is_said = all(_is_not_found(_object(each)) for each in told)
    return reply.status in (200, 404) and "data" not in reply.data and is_said


def _is_not_found(problem: Mapping[str, object]) -> bool:
    is_titled = str(problem.get("title", "")).lower().startswith("not found")
    return is_titled or str(problem.get("type", "")).endswith("/resource-not-found")


def _check_number(remote_id: str) -> None:
    if not _is_number(remote_id):
        raise Refused("この公式アカウントの投稿ではありません")


def _is_number(name: object) -> bool:
    """X's own kind of name: nothing else goes into an address."""
    return isinstance(name, str) and name.isascii() and name.isdecimal()


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _data(reply: Reply) -> Mapping[str, object]:
    return _object(reply.data.get("data"))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def _until(reply: Reply) -> datetime | None:
    return unix_moment(reply.headers.get("x-rate-limit-reset", ""))


def _count(text: str) -> Count:
    return count("x", text)
