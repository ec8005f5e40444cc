"""Speaking JSON over HTTP to a network with a token: one call, one answer. What an answer means, adapters say.

For networks without a client of their own here (X, LINE, Mastodon); the AT protocol has `xrpc`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outbound.deadline import Deadline
from outbound.http import Client
from platforms.wire import json_list, json_object


@dataclass(frozen=True)
class Reply:
    """One answer. `data` is its JSON object ({} when there is none), `items` its JSON list (None when there is none);
    header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    data: Mapping[str, object]
    items: Sequence[object] | None

    def text(self, name: str) -> str:
        """A text of the answer, "" when there is none by that name."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""


class Api:
    """One server and the client that may call it. Raises outbound's errors; what they mean depends on the call."""

    def __init__(self, base_url: str, client: Client) -> None:
        self._base = base_url.rstrip("/")
        self._client = client

    def call(
        self,
        method: str,
        path: str,
        *,
        deadline: Deadline,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        json: object | None = None,
        content: bytes | None = None,
    ) -> Reply:
        """One request, sent once. `path` begins with a slash and holds its query."""
        bearer = {"authorization": f"Bearer {token}"} if token else {}
        answer = self._client.request(
            method,
            f"{self._base}{path}",
            deadline=deadline,
            headers={**bearer, **(headers or {})},
            json=json,
            content=content,
        )
        return Reply(answer.status, answer.headers, json_object(answer), json_list(answer))
