"""Which network addresses may be called. Here must not live: HTTP, allow-lists of names.

Only public addresses may be called, and for the machine's own names only the machine itself. An IPv6 address
that carries an IPv4 address is judged by the one it carries.
"""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Final

from outbound.deadline import Deadline
from outbound.errors import NotConnected

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# RFC 6052 and RFC 8215: prefixes whose last 32 bits are an IPv4 address.
_TRANSLATED: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def look_up(host: str, port: int) -> Sequence[str]:
    """Every address the system knows for a name, in its order of preference. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def resolve(host: str, port: int, *, using: Resolver, deadline: Deadline) -> list[Address]:
    """The addresses of a name, or NotConnected. A thread asks: the system's own call has no time limit."""
    answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_asked(using, host, port)), daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except queue.Empty:
        raise NotConnected("timeout", host) from None
    if isinstance(answer, OSError) or not answer:
        raise NotConnected("dns", host) from None
    return [ipaddress.ip_address(text) for text in answer]


def _asked(using: Resolver, host: str, port: int) -> Sequence[str] | OSError:
    try:
        return using(host, port)
    except OSError as error:
        return error
    except UnicodeError:  # a label that is no label, from the codec inside getaddrinfo
        return OSError(host)


def may_call(host: str, address: Address) -> bool:
    """Whether a name may be called at an address: the machine's own names at home, all others in public."""
    inner = carried(address)
    if host in LOOPBACK_NAMES:
        return inner.is_loopback
    return is_public(inner)


def is_public(address: Address) -> bool:
    """A unicast address of the public Internet."""
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def carried(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, translated), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and any(address in network for network in _TRANSLATED):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address
