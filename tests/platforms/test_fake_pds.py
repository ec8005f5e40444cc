"""The fake Bluesky server held against the real one: the same questions, the same answers."""

import json
from collections.abc import Callable

import httpx
import pytest

from tests.servers.bluesky import Account, require_bluesky
from tests.servers.fake_pds import DID, HANDLE, PASSWORD, FakePds

require_bluesky()
# Two real servers to start and thirty round trips: what the fake is held against, not what every change needs.
pytestmark = pytest.mark.long

KEY = "3mabcdefgh22a"


class Asker:
    """Asks one server, fake or real, and keeps what can be compared: status, error code, field names."""

    def __init__(self, url: str, did: str, handle: str, password: str) -> None:
        self.url, self.did, self.handle, self.password = url, did, handle, password
        self.session = self.post("server.createSession", {"identifier": handle, "password": password}).json()

    def post(self, method: str, body: object = None, *, token: str = "") -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        content = json.dumps(body).encode() if body else b""
        if content:
            headers["content-type"] = "application/json"
        return httpx.post(f"{self.url}/xrpc/com.atproto.{method}", content=content, headers=headers)

    def put(self, text: str, *, token: str = "") -> httpx.Response:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-21T00:00:00.000Z"}
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": KEY, "record": record}
        return self.post(
            "repo.putRecord", {**body, "swapRecord": None}, token=token or self.session["accessJwt"]
        )

    def get(self) -> httpx.Response:
        query = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": KEY}
        return httpx.get(f"{self.url}/xrpc/com.atproto.repo.getRecord", params=query)


def put_then_put(asker: Asker, *texts: str) -> httpx.Response:
    return [asker.put(text) for text in texts][-1]


def read_back(asker: Asker) -> httpx.Response:
    asker.put("一")
    return asker.get()


def signed_in_wrongly(asker: Asker) -> httpx.Response:
    return asker.post("server.createSession", {"identifier": asker.handle, "password": "wrong"})


def refreshed(asker: Asker) -> httpx.Response:
    return asker.post("server.refreshSession", token=asker.session["refreshJwt"])


QUESTIONS: dict[str, Callable[[Asker], httpx.Response]] = {
    "put": lambda asker: asker.put("一"),
    "put the same again": lambda asker: put_then_put(asker, "一", "一"),
    "put another under the key": lambda asker: put_then_put(asker, "一", "二"),
    "put with a bad token": lambda asker: asker.put("一", token="bad"),
    "read back": read_back,
    "read back nothing": lambda asker: asker.get(),
    "wrong password": signed_in_wrongly,
    "refresh": refreshed,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_fake_server_answers_like_the_real_one_when_asked_the_same(
    fake_pds: FakePds, bluesky_account: Account, question: str
) -> None:
    real = Asker(
        bluesky_account.base_url, bluesky_account.did, bluesky_account.handle, bluesky_account.app_password
    )
    fake = Asker(fake_pds.url, DID, HANDLE, PASSWORD)
    answered, faked = QUESTIONS[question](real), QUESTIONS[question](fake)
    assert faked.status_code == answered.status_code
    assert faked.json().get("error") == answered.json().get("error")
    assert set(faked.json()) <= set(answered.json())
