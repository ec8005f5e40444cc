"""What the tests of the record share: known event names and a short way to append. Nothing for other folders."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from audit import actions, events
from audit.models import Entry

AT = datetime(2026, 11, 20, 1, 0, 0, 123456, tzinfo=UTC)
STREAM = "post:2026-0412"


@pytest.fixture(autouse=True)
def known_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_known", set())
    events.register("post.drafted", "post.approved", "post.approved.refused")


@pytest.fixture
def append() -> Callable[..., Entry]:
    """Appends `count` entries to a stream and returns the last of them."""

    def run(stream: str = STREAM, count: int = 1) -> Entry:
        for number in range(count):
            entry = actions.append(
                stream=stream, event="post.approved", at=AT, by="suzuki 鈴木 洋子", payload={"版": number}
            )
        return entry

    return run
