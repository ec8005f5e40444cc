"""Which addresses may be called."""

import ipaddress
import time

import pytest

from outbound.addresses import may_call, resolve
from outbound.deadline import Deadline
from outbound.errors import NotConnected

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::7f00:1",
    "2002:0a00:0001::1",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_address_is_refused_when_it_is_not_public(text: str) -> None:
    assert not may_call("www.example.jp", ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text", ["203.104.1.1", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
)
def test_address_is_allowed_when_it_is_public(text: str) -> None:
    assert may_call("www.example.jp", ipaddress.ip_address(text))


@pytest.mark.parametrize(
    ("text", "allowed"), [("127.0.0.1", True), ("::1", True), ("1.1.1.1", False), ("10.0.0.1", False)]
)
def test_own_name_leads_only_home_when_it_is_looked_up(text: str, allowed: bool) -> None:
    assert may_call("localhost", ipaddress.ip_address(text)) is allowed


def test_looking_up_ends_when_the_deadline_has_come() -> None:
    started = time.monotonic()
    with pytest.raises(NotConnected, match="timeout"):
        resolve("slow.example", 443, using=lambda *_: time.sleep(2) or [], deadline=Deadline.after(0.1))
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("fault", [OSError("no such name"), UnicodeError("label too long")])
def test_looking_up_says_that_nothing_left_when_it_fails(fault: Exception) -> None:
    def failing(*_: object) -> list[str]:
        raise fault

    with pytest.raises(NotConnected, match=r"dns: unknown\.example"):
        resolve("unknown.example", 443, using=failing, deadline=Deadline.after(5))
