"""What can go wrong between us and a network, told by what we know about the post. No network, no rules here.

`detail` is Japanese, for staff; it may quote the network's own words and never holds a secret.
"""

from datetime import datetime
from typing import ClassVar


class PlatformError(Exception):
    """Base of all. `code` is for programs and the record, `detail` for people."""

    code: ClassVar[str] = "platform_error"

    def __init__(self, detail: str) -> None:
        super().__init__(f"{self.code}: {detail}")
        self.detail = detail


class NotSent(PlatformError):
    """We know that it did not go; the same attempt may be made again."""

    code = "not_sent"


class NotConfigured(NotSent):
    """A setting of the connection is missing, so nothing was tried."""

    code = "not_configured"


class WrongAccount(NotSent):
    """Whoever answers is not the account that the city registered, so nothing was tried."""

    code = "wrong_account"


class RateLimited(PlatformError):
    """The network asks us to wait, if it says so until `until` (aware, UTC); it did not go."""

    code = "rate_limited"

    def __init__(
        self, detail: str = "接続先から、間隔をあけるよう求められました", until: datetime | None = None
    ) -> None:
        super().__init__(detail)
        self.until = until


class AuthExpired(PlatformError):
    """The network no longer accepts our credential; it did not go, and a person must connect again."""

    code = "auth_expired"


class Refused(PlatformError):
    """The network will not take this post, now or later; it did not go."""

    code = "refused"


class OutcomeUnknown(PlatformError):
    """It may be live and it may not: 要照合."""

    code = "outcome_unknown"


class Unsupported(PlatformError):
    """This program cannot do that on this network; nothing was tried."""

    code = "unsupported"
