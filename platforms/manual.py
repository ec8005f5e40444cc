"""手作業: a connection without any network's API. People bring the posts out; the program hands them over.

Counts like the network it stands for. Here must not live: who may take a post, and what becomes of it.
"""

import uuid
from datetime import datetime

from platforms.base import Adapter, Capabilities, Count, Counter
from platforms.counting import count


class Manual(Adapter):
    """Never sends anything: all it gives is a key, and how the network counts."""

    capabilities = Capabilities(by_hand=True)

    def __init__(self, network: str) -> None:
        self._network = network

    @property
    def counter(self) -> Counter:
        return self._count

    def new_key(self, now: datetime) -> str:
        return f"hand-{uuid.uuid4()}"

    def _count(self, text: str) -> Count:
        return count(self._network, text)
