"""Three networks that differ in what they know of a key, each with four social accounts, as servers of this process."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import SocialAccount
from outbound.http import Client
from platforms.base import Adapter
from platforms.line import Line
from platforms.mastodon import Mastodon
from platforms.x import X
from tests.servers import fake_line, fake_mastodon, fake_x
from tests.servers.loopback import Answer, Reset
from tests.support.cast import Cast, make_account

ACCOUNTS_EACH = 4


@dataclass
class Place:
    """One social account with its own network."""

    account: SocialAccount
    fake: Any
    adapter: Adapter

    def at(self, now: datetime) -> None:
        self.fake.now = now

    def told(self, fault: str) -> None:
        """What the network does to the next call."""
        if fault == "answer lost":
            self.fake.accept_then(Reset())
        elif fault == "answer is a 500":
            self.fake.accept_then(Answer(500))
        elif fault == "too many calls":
            self.fake.fail(self._publishing, Answer(429))

    def forget(self) -> None:
        """What was meant for a worker that died before it called."""
        self.fake.faults.clear()
        for name in ("after", "afterwards"):
            getattr(self.fake, name, []).clear()

    @property
    def _publishing(self) -> str:
        by_kind = {Line: fake_line.BROADCAST, X: fake_x.POSTS, Mastodon: fake_mastodon.POST}
        return by_kind[type(self.adapter)]  # type: ignore[index]

    def texts(self) -> list[str]:
        return [str(text) for text in self.fake.texts()]


@contextmanager
def running(cast: Cast, client: Client) -> Iterator[list[Place]]:
    with ExitStack() as stack:
        places = []
        for number in range(ACCOUNTS_EACH):
            for network, start in _STARTS.items():
                fake = stack.enter_context(start())
                handle, name = f"@{network}{number}", f"{network} {number}"
                account = make_account(cast, name, handle=handle, url=f"https://x.com/{network}{number}")
                places.append(Place(account, fake, _adapter(fake, client)))
        yield places


_STARTS: dict[str, Any] = {
    "x": fake_x.running_x,
    "line": fake_line.running_line,
    "mastodon": fake_mastodon.running_fake_mastodon,
}


def _adapter(fake: Any, client: Client) -> Adapter:
    if isinstance(fake, fake_x.FakeX):
        kept = fake_x.Kept({**fake.grant(), "client_id": "c", "client_secret": "s", "expires_at": ""})
        fake.access[kept.told["access_token"]] = fake.now + timedelta(days=3650)
        return X(fake.url, fake_x.HANDLE, kept, client)
    if isinstance(fake, fake_line.FakeLine):
        fake.quota = 10**9
        return Line(fake.url, fake_line.CHANNEL_ID, fake_line.CHANNEL_SECRET, client)
    return Mastodon(fake.url, fake_mastodon.TOKEN, client)
