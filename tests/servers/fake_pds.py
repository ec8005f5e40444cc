"""A small stand-in for a Bluesky server, for faults the real one cannot be told to have.

It speaks only what the adapter uses; tests/platforms/test_fake_pds.py holds it against the real server.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from urllib.parse import parse_qs, urlsplit

from tests.servers.loopback import Answer, Loopback, Reply, Request, serving

DID = "did:plc:abcdefghijklmnopqrstuvwx"
HANDLE = "koho.test"
PASSWORD = "abcd-efgh-ijkl-mnop"

CREATE_SESSION = "com.atproto.server.createSession"
REFRESH_SESSION = "com.atproto.server.refreshSession"
PUT_RECORD = "com.atproto.repo.putRecord"
GET_RECORD = "com.atproto.repo.getRecord"
LIST_RECORDS = "com.atproto.repo.listRecords"
DELETE_RECORD = "com.atproto.repo.deleteRecord"


def error(status: int, code: str, message: str = "") -> Answer:
    """An error as the protocol writes it."""
    return Answer(status, {"error": code, "message": message})


@dataclass
class FakePds:
    """State of the fake; `faults` are answered once each, in order, before the fake does its own work."""

    faults: dict[str, list[Reply]] = field(default_factory=dict)
    records: dict[str, dict[str, object]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    loopback: Loopback | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, method: str, *replies: Reply) -> None:
        self.faults.setdefault(method, []).extend(replies)

    def expire_tokens(self, *, also_refresh: bool = False) -> None:
        """As if two hours (or ninety days) had gone by."""
        self.tokens = {token for token in self.tokens if "refresh" in token and not also_refresh}

    def texts(self) -> list[object]:
        return [record["text"] for record in self.records.values()]

    def count(self, method: str) -> int:
        return self.asked.count(method)

    def answer(self, request: Request) -> Reply:
        method = urlsplit(request.path).path.removeprefix("/xrpc/")
        with self.lock:
            self.asked.append(method)
            if self.faults.get(method):
                return self.faults[method].pop(0)
            return _METHODS[method](self, request)

    def create_session(self, request: Request) -> Reply:
        login = request.json()
        if (login["identifier"], login["password"]) != (HANDLE, PASSWORD):
            return error(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session()

    def refresh_session(self, request: Request) -> Reply:
        if _bearer(request) not in self.tokens:
            return error(400, "ExpiredToken", "Token has expired")
        return self._session()

    def put_record(self, request: Request) -> Reply:
        if _bearer(request) not in self.tokens:
            known = _bearer(request).startswith("eyJ")
            return error(400, "ExpiredToken" if known else "InvalidToken", "Token could not be verified")
        body = request.json()
        key, record = str(body["rkey"]), dict(body["record"])  # type: ignore[call-overload]
        known_record = self.records.get(key)
        if known_record is not None and known_record != record and body["swapRecord"] is None:
            return error(400, "InvalidSwap", f"Record was at {_cid(known_record)}")
        self.records[key] = record
        return Answer(200, {"uri": _uri(key), "cid": _cid(record)})

    def get_record(self, request: Request) -> Reply:
        key = parse_qs(urlsplit(request.path).query)["rkey"][0]
        if key not in self.records:
            return error(400, "RecordNotFound", f"Could not locate record: {_uri(key)}")
        record = self.records[key]
        return Answer(200, {"uri": _uri(key), "cid": _cid(record), "value": record})

    def list_records(self, request: Request) -> Reply:
        limit = int(parse_qs(urlsplit(request.path).query)["limit"][0])
        newest = sorted(self.records.items(), reverse=True)[:limit]
        return Answer(200, {"records": [{"uri": _uri(key), "value": value} for key, value in newest]})

    def delete_record(self, request: Request) -> Reply:
        if _bearer(request) not in self.tokens:
            return error(400, "ExpiredToken", "Token could not be verified")
        self.records.pop(str(request.json()["rkey"]), None)
        return Answer(200, {})

    def _session(self) -> Reply:
        number = len(self.asked)
        access, refresh = f"eyJaccess{number}.payload.sign", f"eyJrefresh{number}.payload.sign"
        self.tokens |= {access, refresh}
        return Answer(200, {"did": DID, "handle": HANDLE, "accessJwt": access, "refreshJwt": refresh})


_METHODS = {
    CREATE_SESSION: FakePds.create_session,
    REFRESH_SESSION: FakePds.refresh_session,
    PUT_RECORD: FakePds.put_record,
    GET_RECORD: FakePds.get_record,
    LIST_RECORDS: FakePds.list_records,
    DELETE_RECORD: FakePds.delete_record,
}


@contextmanager
def running_fake() -> Iterator[FakePds]:
    fake = FakePds()
    with serving(fake.answer) as server:
        fake.url, fake.loopback = server.url, server
        yield fake


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _cid(record: dict[str, object]) -> str:
    return "bafy" + sha256(dumps(record, sort_keys=True).encode()).hexdigest()[:32]


def _uri(key: str) -> str:
    return f"at://{DID}/app.bsky.feed.post/{key}"
