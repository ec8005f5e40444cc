"""Networks that do as they are told, for tests of sending. No rule and no database of posts here."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from unittest.mock import patch
from uuid import uuid4

from accounts.connections import destination
from outbound.deadline import Deadline
from platforms.base import Adapter, Capabilities, Count, Counter, Message, Receipt, Seen
from platforms.counting import count
from posts.actions.arming import Way
from posts.models import Delivery

# What a call comes to: an error to raise, a receipt, or something to run that gives one.
Answer = Exception | Receipt | Callable[[Message], Receipt]


def way(adapter: Adapter, delivery: Delivery) -> Way:
    """Over that adapter, made from the settings as they are now."""
    return Way(adapter, destination(delivery.social_account))


def taken(message: Message) -> Receipt:
    return Receipt(f"stub:{message.key}", f"https://sns.example/{message.key}")


@dataclass
class Stub(Adapter):
    """One account on a network of the test's own; `answers` are used up first, then every post is taken."""

    answers: list[Answer] = field(default_factory=list)
    capabilities: Capabilities = field(  # type: ignore[misc]  # each stub says its own
        default_factory=lambda: Capabilities(publishes=True, idempotent=True, finds=True)
    )
    calls: list[Message] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)
    looks: list[str] = field(default_factory=list)
    find_error: Exception | None = None

    @property
    def counter(self) -> Counter:
        return lambda text: count("x", text)

    def new_key(self, now: datetime) -> str:
        return f"stub-{uuid4()}"

    def publish(self, message: Message, *, deadline: Deadline) -> Receipt:
        self.calls.append(message)
        answer = self.answers.pop(0) if self.answers else taken
        if isinstance(answer, Exception):
            raise answer
        receipt = answer(message) if callable(answer) else answer
        self.posts.setdefault(message.key, message.text)
        return receipt

    def find(self, key: str, *, deadline: Deadline) -> Receipt | None:
        self.looks.append(key)
        if self.find_error is not None:
            raise self.find_error
        return Receipt(f"stub:{key}") if key in self.posts else None

    @property
    def keys(self) -> set[str]:
        return {message.key for message in self.calls}


@contextmanager
def connected(adapter: Adapter | Exception) -> Iterator[None]:
    """Every social account is connected by this adapter, or by none at all."""

    def adapter_for(account: object, *, now: datetime) -> Adapter:
        if isinstance(adapter, Exception):
            raise adapter
        return adapter

    with ExitStack() as stack:
        for module in ("sending", "withdrawing", "sighting"):
            stack.enter_context(patch(f"posts.actions.{module}.adapter_for", adapter_for))
        yield


@dataclass
class Kept(Stub):
    """A network whose posts can be looked at and deleted: `standing` by name. `faults` come first, then it works."""

    capabilities: Capabilities = field(  # type: ignore[misc]  # each stub says its own
        default_factory=lambda: Capabilities(
            publishes=True, idempotent=True, finds=True, reads=True, withdraws=True
        )
    )
    standing: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def publish(self, message: Message, *, deadline: Deadline) -> Receipt:
        receipt = super().publish(message, deadline=deadline)
        self.standing[receipt.remote_id] = message.text
        return receipt

    def read(self, remote_id: str, *, deadline: Deadline) -> Seen | None:
        if self.faults:
            raise self.faults.pop(0)
        text = self.standing.get(remote_id)
        return None if text is None else Seen(Receipt(remote_id), text, datetime.now(UTC))

    def withdraw(self, remote_id: str, *, deadline: Deadline) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.deleted.append(remote_id)
        self.standing.pop(remote_id, None)


class Gate:
    """A call that stays on its way until the test opens the gate; then the network takes the post."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, message: Message) -> Receipt:
        self.reached.set()
        if not self.open.wait(30):
            raise TimeoutError("the test never opened the gate")
        return taken(message)


__all__ = ["Answer", "Capabilities", "Count", "Gate", "Kept", "Stub", "connected", "taken", "way"]
