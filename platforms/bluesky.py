"""Bluesky: posts as records on the server (PDS) that the city names; nothing defaults to a public one.

A record is put under a key of our own and only where none is yet, and the same message always makes the same
bytes: so it may be sent again after an unknown outcome, and never becomes two posts.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from outbound.deadline import Deadline
from outbound.errors import NotConnected, OutboundError
from outbound.http import Client
from platforms.base import Adapter, Capabilities, Count, Counter, Message, Profile, Receipt, Seen
from platforms.counting import count
from platforms.errors import AuthExpired, NotSent, OutcomeUnknown, PlatformError, RateLimited, Refused
from platforms.facets import as_json, find
from platforms.tid import TidClock
from platforms.wire import TOO_MANY, UNREADABLE, checked_text, iso_moment, not_sent, outcome_unknown
from platforms.xrpc import Answer, Server, Session, SignIn

_COLLECTION: Final = "app.bsky.feed.post"
_PAGE: Final = 100  # of com.atproto.repo.listRecords, the newest first
# A record key, as the protocol allows it.
_KEY: Final = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._:~-]{1,512}")
_clock: Final = TidClock()


class Bluesky(Adapter):
    """One account on one PDS."""

    capabilities = Capabilities(
        publishes=True, idempotent=True, checks=True, finds=True, reads=True, reads_back=True, withdraws=True
    )

    def __init__(
        self, base_url: str, identifier: str, password: str, client: Client, *, web_base: str = ""
    ) -> None:
        """`password` should be an app password; `web_base` is where people read posts, for links only."""
        self._server = Server(base_url, client, secret=password)
        self._sign_in = SignIn(self._server, identifier, password)
        self._web_base = web_base.rstrip("/")

    @property
    def counter(self) -> Counter:
        return _count

    def new_key(self, now: datetime) -> str:
        return _clock.next(now)

    def profile(self, *, deadline: Deadline) -> Profile:
        handle = self._sign_in.anew(deadline).handle
        return Profile(handle, url=f"{self._web_base}/profile/{handle}" if self._web_base else "")

    def find(self, key: str, *, deadline: Deadline) -> Receipt | None:
        session = self._sign_in.current(deadline)
        answer = self._found(session, key, deadline)
        return self._receipt(session, key, answer) if answer else None

    def read(self, remote_id: str, *, deadline: Deadline) -> Seen | None:
        session = self._sign_in.current(deadline)
        answer = self._found(session, _key(session, remote_id), deadline)
        return self._seen(session, answer.data) if answer else None

    def find_recent(self, since: datetime, *, deadline: Deadline) -> Sequence[Seen]:
        session = self._sign_in.current(deadline)
        query = {"repo": session.did, "collection": _COLLECTION, "limit": str(_PAGE)}
        try:
            answer = self._server.get("com.atproto.repo.listRecords", query, deadline=deadline)
        except OutboundError as error:
            raise not_sent(error) from error
        records = answer.data.get("records")
        if answer.status != 200 or not isinstance(records, list):
            raise NotSent(f"最近の投稿を読めませんでした：{answer.words}")
        posts = [self._seen(session, each) for each in records if isinstance(each, dict)]
        if len(records) == _PAGE and all(post.at >= since for post in posts):
            raise NotSent(TOO_MANY)
        return [post for post in posts if post.at >= since]

    def withdraw(self, remote_id: str, *, deadline: Deadline) -> None:
        session = self._sign_in.current(deadline)
        key = _key(session, remote_id)
        answer = self._delete(session, key, deadline)
        if answer.is_about_token:
            session = self._sign_in.renewed(session, deadline)
            answer = self._delete(session, key, deadline)
        if answer.status != 200:
            raise _error(answer)

    def publish(self, message: Message, *, deadline: Deadline) -> Receipt:
        record = _record(message)
        session = self._sign_in.current(deadline)
        answer = self._put(session, message.key, record, deadline)
        if answer.is_about_token:
            session = self._sign_in.renewed(session, deadline)
            answer = self._put(session, message.key, record, deadline)
        if answer.status == 400 and answer.text("error") == "InvalidSwap":
            return self._already_there(session, message, deadline)
        return self._accepted(session, message, answer)

    def _put(self, session: Session, key: str, record: Mapping[str, object], deadline: Deadline) -> Answer:
        body = {
            "repo": session.did,
            "collection": _COLLECTION,
            "rkey": key,
            "swapRecord": None,
            "record": record,
        }
        return self._write("com.atproto.repo.putRecord", session, body, deadline)

    def _delete(self, session: Session, key: str, deadline: Deadline) -> Answer:
        body = {"repo": session.did, "collection": _COLLECTION, "rkey": key}
        return self._write("com.atproto.repo.deleteRecord", session, body, deadline)

    def _write(self, method: str, session: Session, body: Mapping[str, object], deadline: Deadline) -> Answer:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            return self._server.post(method, deadline=deadline, token=session.access, content=content)
        except NotConnected as error:
            raise not_sent(error) from error
        except OutboundError as error:
            raise outcome_unknown(error) from error

    def _accepted(self, session: Session, message: Message, answer: Answer) -> Receipt:
        if answer.status != 200:
            raise _error(answer)
        if answer.text("uri") != _uri(session, message.key):
            raise OutcomeUnknown("接続先の応答に、投稿の所在がありません")
        return self._receipt(session, message.key, answer)

    def _already_there(self, session: Session, message: Message, deadline: Deadline) -> Receipt:
        """A differing record stands under our key: ours all the same, if it says the same."""
        try:
            answer = self._get(session, message.key, deadline)
        except OutboundError as error:
            raise outcome_unknown(error) from error
        value = answer.data.get("value")
        if answer.status != 200 or not isinstance(value, dict):
            raise OutcomeUnknown(f"同じ番号の投稿を読み返せませんでした：{answer.words}")
        if value.get("text") != message.text:
            raise Refused("同じ番号で、本文の違う投稿がすでにあります")
        return self._receipt(session, message.key, answer)

    def _found(self, session: Session, key: str, deadline: Deadline) -> Answer | None:
        """The record, None when the server says that there is none. Raises NotSent, RateLimited."""
        try:
            answer = self._get(session, key, deadline)
        except OutboundError as error:
            raise not_sent(error) from error
        if answer.status == 400 and answer.text("error") == "RecordNotFound":
            return None
        if answer.is_rate_limit:
            raise RateLimited(until=answer.until)
        if answer.status != 200 or answer.text("uri") != _uri(session, key):
            raise NotSent(f"接続先に投稿があるか、確かめられませんでした：{answer.words}")
        return answer

    def _get(self, session: Session, key: str, deadline: Deadline) -> Answer:
        query = {"repo": session.did, "collection": _COLLECTION, "rkey": key}
        return self._server.get("com.atproto.repo.getRecord", query, deadline=deadline)

    def _receipt(self, session: Session, key: str, answer: Answer) -> Receipt:
        detail = {"cid": answer.text("cid"), "handle": session.handle}
        return Receipt(_uri(session, key), self._page(session, key), detail)

    def _page(self, session: Session, key: str) -> str:
        return f"{self._web_base}/profile/{session.handle}/post/{key}" if self._web_base else ""

    def _seen(self, session: Session, record: Mapping[str, object]) -> Seen:
        """One record as the server shows it. Raises NotSent when it cannot be read: then nothing is certain."""
        uri, value = record.get("uri"), record.get("value")
        if not isinstance(uri, str) or not isinstance(value, dict):
            raise NotSent(UNREADABLE)
        receipt = Receipt(uri, self._page(session, uri.rpartition("/")[2]))
        return Seen(receipt, str(value.get("text", "")), iso_moment(value.get("createdAt")))


def _record(message: Message) -> Mapping[str, object]:
    """The post as the lexicon app.bsky.feed.post has it; equal for equal messages. Raises Refused."""
    created_at = message.created_at.astimezone(UTC).isoformat(timespec="milliseconds")
    record: dict[str, object] = {
        "$type": _COLLECTION,
        "text": checked_text(message.text),
        "createdAt": created_at.replace("+00:00", "Z"),
        "langs": ["ja"],
    }
    facets = [as_json(facet) for facet in find(message.text)]
    return record | {"facets": facets} if facets else record


def _error(answer: Answer) -> PlatformError:
    """What an answer other than 200 says about the post."""
    if answer.is_rate_limit:
        return RateLimited(until=answer.until)
    if answer.is_about_token:
        return AuthExpired(f"接続先が認証を受け付けません：{answer.words}")
    # 408: a gate on the way gave up waiting, and does not say for whom.
    if 400 <= answer.status < 500 and answer.status != 408:
        return Refused(f"接続先が投稿を受け付けません：{answer.words}")
    return OutcomeUnknown(f"接続先で異常が起きました：{answer.words}")


def _uri(session: Session, key: str) -> str:
    return f"at://{session.did}/{_COLLECTION}/{key}"


def _key(session: Session, remote_id: str) -> str:
    """The record's key in a name that `publish` gave. Raises Refused when it is none of this account's."""
    place, key = remote_id[: len(_uri(session, ""))], remote_id[len(_uri(session, "")) :]
    if place != _uri(session, "") or not _KEY.fullmatch(key):
        raise Refused("この公式アカウントの投稿ではありません")
    return key


def _count(text: str) -> Count:
    return count("bluesky", text)
