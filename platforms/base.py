"""What every network looks like to the rest of the program. Not here: any network, Django, the rules.

An adapter supports a thing exactly when its capabilities say so; what it does not override is Unsupported.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from outbound.deadline import Deadline
from platforms.counting import Count, Counter
from platforms.errors import Unsupported

__all__ = ["Adapter", "Capabilities", "Count", "Counter", "Message", "Receipt"]


@dataclass(frozen=True)
class Message:
    """One version for one social account; `key` and `created_at` were stored before the call."""

    text: str
    key: str
    created_at: datetime

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise ValueError("created_at must be aware")


@dataclass(frozen=True)
class Receipt:
    """The network has the post: its name there, a page to look at ("" if none), and facts for the record."""

    remote_id: str
    url: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Capabilities:
    """What an adapter can do; nothing, unless it says so.

    publishes: can send a post. idempotent: the same message sent again makes no second post, so an unknown
    outcome may simply be sent again. checks: can test the connection without posting. finds: can tell for
    certain whether a post with our key is there.
    """

    publishes: bool = False
    idempotent: bool = False
    checks: bool = False
    finds: bool = False


class Adapter(ABC):
    """One social account on one network; thread-safe."""

    capabilities: ClassVar[Capabilities] = Capabilities()

    @property
    @abstractmethod
    def counter(self) -> Counter:
        """How this network counts a text."""

    @abstractmethod
    def new_key(self, now: datetime) -> str:
        """A new idempotency key, to be stored before the call; unique even for an equal `now`."""

    def publish(self, message: Message, *, deadline: Deadline) -> Receipt:
        """Send a post, byte for byte.

        It did not go: NotSent, RateLimited, AuthExpired, Refused, Unsupported. It may have: OutcomeUnknown.
        """
        raise Unsupported("この接続では発信できません")

    def check(self, *, deadline: Deadline) -> str:
        """Test the connection without posting; the name the network knows us by. Raises as publish does."""
        raise Unsupported("この接続では接続の確認ができません")

    def find(self, key: str, *, deadline: Deadline) -> Receipt | None:
        """The post with this key, None when the network says that there is none; changes nothing there.

        Raises PlatformError when it cannot tell.
        """
        raise Unsupported("この接続では、出した投稿を探せません")
