"""訓練: an adapter whose posts appear on a timeline inside the product. No storage here, no network."""

import uuid
from datetime import datetime
from typing import Protocol

from outbound.deadline import Deadline
from platforms.base import Adapter, Capabilities, Count, Counter, Message, Receipt, Seen
from platforms.counting import count


class Timeline(Protocol):
    """Where training posts are kept; a key that is already there keeps its first text."""

    def publish(self, *, key: str, text: str, at: datetime) -> str:
        """Store the post unless its key is known, and return its name there."""

    def find(self, *, key: str) -> str | None:
        """The name of the post with this key."""

    def read(self, *, name: str) -> tuple[str, datetime] | None:
        """The text and the time of the post of that name, whatever its letters."""


class Training(Adapter):
    """Behaves like a network that is always there, and counts like the one it stands in for."""

    capabilities = Capabilities(publishes=True, idempotent=True, finds=True, reads=True)

    def __init__(self, network: str, timeline: Timeline) -> None:
        self._network = network
        self._timeline = timeline

    @property
    def counter(self) -> Counter:
        return self._count

    def new_key(self, now: datetime) -> str:
        return f"training-{uuid.uuid4()}"

    def publish(self, message: Message, *, deadline: Deadline) -> Receipt:
        at = message.created_at
        return Receipt(self._timeline.publish(key=message.key, text=message.text, at=at))

    def find(self, key: str, *, deadline: Deadline) -> Receipt | None:
        name = self._timeline.find(key=key)
        return Receipt(name) if name else None

    def read(self, remote_id: str, *, deadline: Deadline) -> Seen | None:
        post = self._timeline.read(name=remote_id)
        return Seen(Receipt(remote_id), *post) if post else None

    def _count(self, text: str) -> Count:
        return count(self._network, text)
