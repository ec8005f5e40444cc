"""LINE official account: broadcasts to all friends. They cannot be unsent, edited or read back.

A broadcast carries a retry key of ours: within 24 hours the same key again is answered 409, "accepted before", so an
unknown outcome is simply sent again. Facts: LINE's Messaging API reference, as of November 2026.
"""

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from outbound.deadline import Deadline
from outbound.errors import NotConnected, OutboundError
from outbound.http import Client
from platforms.base import Adapter, Capabilities, Count, Counter, Message, Profile, Receipt
from platforms.counting import count
from platforms.errors import AuthExpired, NotSent, OutcomeUnknown, PlatformError, RateLimited, Refused
from platforms.rest import Api, Reply
from platforms.wire import checked_text, not_sent, outcome_unknown, words

# LINE forgets a key after 24 hours: what is sent again must arrive before.
_KEY_LIVES: Final = timedelta(hours=23, minutes=50)
_JST: Final = timedelta(hours=9)
# A token lives 15 minutes; one that is about to end is not used any more.
_SPARE: Final = timedelta(minutes=2)
_FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
_ADD_FRIEND: Final = "https://line.me/R/ti/p"
QUOTA_USED_UP: Final = "今月送れる通数を使い切りました。来月まで送れません"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Line(Adapter):
    """One official account (one Messaging API channel)."""

    capabilities = Capabilities(publishes=True, idempotent=True, key_lives=_KEY_LIVES, checks=True)

    def __init__(
        self,
        base_url: str,
        channel_id: str,
        channel_secret: str,
        client: Client,
        *,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._api = Api(base_url, client)
        self._login = {"client_id": channel_id, "client_secret": channel_secret}
        self._clock = clock
        self._token, self._token_until = "", datetime.min.replace(tzinfo=UTC)
        self._lock = threading.Lock()

    @property
    def counter(self) -> Counter:
        return _count

    def new_key(self, now: datetime) -> str:
        return str(uuid.uuid4())

    def profile(self, *, deadline: Deadline) -> Profile:
        reply = self._asked("/v2/bot/info", deadline)
        if reply.status != 200 or not reply.text("basicId"):
            raise self._read_error(reply)
        basic = reply.text("basicId").removeprefix("@")
        chosen = reply.text("premiumId").removeprefix("@")
        return Profile(chosen or basic, reply.text("displayName"), f"{_ADD_FRIEND}/@{basic}")

    def publish(self, message: Message, *, deadline: Deadline) -> Receipt:
        body = {"messages": [{"type": "text", "text": checked_text(message.text)}]}
        token = self._current_token(deadline)
        reply = self._broadcast(body, message.key, token, deadline)
        if reply.status == 401:
            token = self._current_token(deadline, instead_of=token)
            reply = self._broadcast(body, message.key, token, deadline)
        if reply.status == 200:
            return _receipt(reply, "x-line-request-id")
        if reply.status == 409:
            return _receipt(reply, "x-line-accepted-request-id")
        raise self._error(reply, deadline)

    def _broadcast(self, body: object, key: str, token: str, deadline: Deadline) -> Reply:
        try:
            return self._api.call(
                "POST",
                "/v2/bot/message/broadcast",
                deadline=deadline,
                token=token,
                headers={"x-line-retry-key": key},
                json=body,
            )
        except NotConnected as error:
            raise not_sent(error) from error
        except OutboundError as error:
            raise outcome_unknown(error) from error

    def _asked(self, path: str, deadline: Deadline) -> Reply:
        """A question that changes nothing; once more with a new token when this one is not accepted."""
        token = self._current_token(deadline)
        reply = self._get(path, token, deadline)
        if reply.status == 401:
            reply = self._get(path, self._current_token(deadline, instead_of=token), deadline)
        return reply

    def _get(self, path: str, token: str, deadline: Deadline) -> Reply:
        try:
            return self._api.call("GET", path, deadline=deadline, token=token)
        except OutboundError as error:
            raise not_sent(error) from error

    # --- tokens

    def _current_token(self, deadline: Deadline, *, instead_of: str = "") -> str:
        """The kept one, or a new one. Every error says that nothing was published."""
        if not self._lock.acquire(timeout=deadline.remaining()):
            raise NotSent("時間内に接続できませんでした")
        try:
            if self._token in ("", instead_of) or self._clock() > self._token_until - _SPARE:
                self._token, self._token_until = self._new_token(deadline)
            return self._token
        finally:
            self._lock.release()

    def _new_token(self, deadline: Deadline) -> tuple[str, datetime]:
        content = urlencode({"grant_type": "client_credentials", **self._login}).encode()
        try:
            reply = self._api.call(
                "POST", "/oauth2/v3/token", deadline=deadline, headers=_FORM, content=content
            )
        except OutboundError as error:
            raise not_sent(error) from error
        lives = reply.data.get("expires_in")
        if reply.status != 200 or not reply.text("access_token") or not isinstance(lives, int):
            raise self._sign_in_error(reply)
        return reply.text("access_token"), self._clock() + timedelta(seconds=lives)

    def _sign_in_error(self, reply: Reply) -> PlatformError:
        if reply.status == 429:
            return RateLimited()
        if reply.status in (400, 401, 403):
            return AuthExpired(f"接続先が認証を受け付けません：{self._words(reply)}")
        return NotSent(f"接続先が認証に正しく応答しません：{self._words(reply)}")

    # --- what answers mean

    def _read_error(self, reply: Reply) -> PlatformError:
        if reply.status == 429:
            return RateLimited()
        if reply.status in (401, 403):
            return AuthExpired(f"接続先が認証を受け付けません：{self._words(reply)}")
        return NotSent(f"接続先を確かめられませんでした：{self._words(reply)}")

    def _error(self, reply: Reply, deadline: Deadline) -> PlatformError:
        """What an answer to a broadcast says about it."""
        if reply.status == 429:
            return self._limit(deadline)
        if reply.status in (401, 403):
            return AuthExpired(f"接続先が認証を受け付けません：{self._words(reply)}")
        # 408: a gate on the way gave up waiting, and does not say for whom.
        if 400 <= reply.status < 500 and reply.status != 408:
            return Refused(f"接続先が投稿を受け付けません：{self._words(reply)}")
        return OutcomeUnknown(f"接続先で異常が起きました：{self._words(reply)}")

    def _limit(self, deadline: Deadline) -> RateLimited:
        """429 says "too fast" and "the month's messages are used up" alike: the quota tells which."""
        try:
            quota = self._asked("/v2/bot/message/quota", deadline).data.get("value")
            used = self._asked("/v2/bot/message/quota/consumption", deadline).data.get("totalUsage")
        except PlatformError:
            return RateLimited()
        if isinstance(quota, int) and isinstance(used, int) and used >= quota:
            return RateLimited(QUOTA_USED_UP, until=_next_month(self._clock()))
        return RateLimited()

    def _words(self, reply: Reply) -> str:
        details = reply.data.get("details")
        more = (
            [each.get("message", "") for each in details if isinstance(each, dict)]
            if isinstance(details, list)
            else []
        )
        said = [
            reply.text("message") or reply.text("error_description") or reply.text("error"),
            *map(str, more),
        ]
        return words(" ".join(said), reply.status, [self._login["client_secret"], self._token])


def _receipt(reply: Reply, header: str) -> Receipt:
    name = reply.headers.get(header, "")
    if not name:
        raise OutcomeUnknown("接続先の応答に、受付の番号がありません")
    return Receipt(name, detail={"status": str(reply.status)})


def _next_month(now: datetime) -> datetime:
    """The first instant of the next month in Japan, where LINE's months begin."""
    there = now.astimezone(UTC) + _JST
    first = (there.replace(day=1) + timedelta(days=32)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    return first - _JST


def _count(text: str) -> Count:
    return count("line", text)
