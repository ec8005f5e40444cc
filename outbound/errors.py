"""What we know when a call came to nothing. Here must not live: what that means for a post (adapters say it).

A text names the host and a reason, never a header, a body or a query string: those may hold secrets.
"""

from typing import Literal

Reason = Literal[
    "address",  # the name leads to an address we never call
    "answer",  # what came back was no valid answer, or the connection broke
    "connect",
    "dns",
    "host",  # not on the allow-list
    "proxy",
    "request",  # a header or a URL that cannot be sent
    "scheme",
    "timeout",
    "tls",
    "too_large",
    "too_many_hops",
]


class OutboundError(Exception):
    """A call came to nothing. `reason` is a code for programs, the text is for the log."""

    def __init__(self, reason: Reason, host: str) -> None:
        super().__init__(f"{reason}: {host}")
        self.reason: Reason = reason
        self.host = host


class NotConnected(OutboundError):
    """Nothing of the request has left this machine."""


class Forbidden(NotConnected):
    """Our own guard said no, so nothing of the request has left."""


class NoAnswer(OutboundError):
    """The request may have left; whether it arrived is not known."""


class TooLarge(NoAnswer):
    """An answer began, and was longer than we read."""
