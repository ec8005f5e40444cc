"""What every network looks like to the rest of the program. Not here: any network, Django, the rules.

An adapter supports a thing exactly when its capabilities say so; what it does not override is Unsupported.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from outbound.deadline import Deadline
from platforms.counting import Count, Counter
from platforms.errors import Unsupported

__all__ = [
    "Adapter",
    "Capabilities",
    "Count",
    "Counter",
    "Message",
    "Profile",
    "Receipt",
    "Seen",
    "Tokens",
]


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
class Seen:
    """A post that stands on the network. `text` is as its author wrote it: what the network shortened is long again."""

    receipt: Receipt
    text: str
    at: datetime


@dataclass(frozen=True)
class Profile:
    """Who the network says we are. `handle` is how people there call the account, without a sign before it."""

    handle: str
    name: str = ""
    url: str = ""


class Tokens(Protocol):
    """Where the secrets of one connection are kept that change with use; shared by all processes."""

    def current(self) -> Mapping[str, str]:
        """The newest ones."""

    def renewed(
        self, stale: Mapping[str, str], exchange: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> Mapping[str, str]:
        """Newer ones than `stale`: those somebody else has stored since, or else what `exchange` gives for the newest.

        Only one process exchanges at a time, and what it got is stored before another may. Raises what
        `exchange` raises, and NotSent when somebody else takes too long.
        """


@dataclass(frozen=True)
class Capabilities:
    """What an adapter can do; nothing, unless it says so.

    publishes: can send a post. idempotent: the same message sent again makes no second post, so an unknown
    outcome may simply be sent again; `key_lives` is how long the network remembers the key, None for ever.
    checks: can test the connection without posting. finds: can tell for certain whether a post with our key is
    there. reads: can tell what stands there now under the name that a post was given. reads_back: can list the
    newest posts of the account. withdraws: can delete a post. by_hand: people bring the posts out.
    """

    publishes: bool = False
    idempotent: bool = False
    key_lives: timedelta | None = None
    checks: bool = False
    finds: bool = False
    reads: bool = False
    reads_back: bool = False
    withdraws: bool = False
    by_hand: bool = False


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

    def profile(self, *, deadline: Deadline) -> Profile:
        """Test the connection without posting: who we are there. Raises NotSent, RateLimited, AuthExpired, Refused."""
        raise Unsupported("この接続では接続の確認ができません")

    def find(self, key: str, *, deadline: Deadline) -> Receipt | None:
        """The post with this key, None when the network says that there is none; changes nothing there.

        Raises PlatformError when it cannot tell.
        """
        raise Unsupported("この接続では、出した投稿を探せません")

    def read(self, remote_id: str, *, deadline: Deadline) -> Seen | None:
        """The post of that name as it stands there now; None when the network says that there is none (any more).

        Changes nothing there. Raises PlatformError when it cannot tell, Refused when that is no name of this network.
        """
        raise Unsupported("この接続では、出した投稿を読めません")

    def find_recent(self, since: datetime, *, deadline: Deadline) -> Sequence[Seen]:
        """All posts of the account since then, whoever made them; changes nothing there.

        Raises PlatformError when it cannot tell, also when it cannot list all of them.
        """
        raise Unsupported("この接続では、最近の投稿を読み返せません")

    def withdraw(self, remote_id: str, *, deadline: Deadline) -> None:
        """Delete the post of that name; one that is gone already is no error.

        It still stands: NotSent, RateLimited, AuthExpired, Refused, Unsupported. It may: OutcomeUnknown.
        """
        raise Unsupported("この接続では、出した投稿を消せません")
