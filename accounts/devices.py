"""登録端末 (Art. 9(2)): whether a request comes from the city's own network, or from a machine that shows a registered
certificate. Reading stays open from anywhere.

What that means for an act is decided by the rules; here is only where somebody sits. What each way proves is in
docs/decisions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from accounts.certificates import from_header
from accounts.models import Device
from accounts.registered import enrolled_by_id, enrolled_by_key

# Where a session keeps the id of the device whose passkey was shown in it.
SESSION_DEVICE = "registered_device"
Response = Callable[[HttpRequest], HttpResponseBase]
Address = IPv4Address | IPv6Address


class DeviceMiddleware:
    """Tells the signed-in person's object where they sit in this request: what is not said is not registered."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            seat = seat_of(request, timezone.now())
            request.user.on_registered_device, request.user.seat = seat.registered, seat.words
        return self.get_response(request)


@dataclass(frozen=True)
class Seat:
    """Where somebody sits: whether it counts, and in words for the record and the screen."""

    registered: bool
    words: str


def seat_of(request: HttpRequest, now: datetime) -> Seat:
    """The certificate says more than the network, so it is asked first."""
    if (device := _shown_by(request, now)) is not None:
        return Seat(True, f"登録端末「{device.name}」（証明書）")
    if is_in_city(request):
        return Seat(True, f"庁内の回線（{client_address(request)}）")
    if (device := _confirmed_in(request)) is not None:
        return Seat(True, f"登録端末「{device.name}」（パスキー）")
    return Seat(False, f"登録されていない端末（{client_address(request) or '場所が分かりません'}）")


def _shown_by(request: HttpRequest, now: datetime) -> Device | None:
    """The device whose certificate a proxy of ours passes on. Anybody else's header is what anybody can write."""
    value = request.headers.get(settings.CLIENT_CERT_HEADER, "")
    peer = _address(request.META.get("REMOTE_ADDR", ""))
    if not value or peer is None or not any(peer in proxy for proxy in settings.TRUSTED_PROXIES):
        return None
    certificate = from_header(value)
    return enrolled_by_key(certificate.fingerprint, now) if certificate else None


def _confirmed_in(request: HttpRequest) -> Device | None:
    """The device whose passkey was shown in this session; it must still be in use."""
    pk = request.session.get(SESSION_DEVICE) if hasattr(request, "session") else None
    return enrolled_by_id(pk) if pk is not None else None


def is_in_city(request: HttpRequest) -> bool:
    """From a network of the city's. Without a list (development) only this very machine counts."""
    address = client_address(request)
    if address is None:
        return False
    if not settings.CITY_NETWORKS:
        return address.is_loopback
    return any(address in network for network in settings.CITY_NETWORKS)


def client_address(request: HttpRequest) -> Address | None:
    """Who is asking: the peer, or what the proxies we trust say about who was before them, nearest first.

    A proxy nobody named is a peer like any other, so nobody can write themselves into the city's network.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    hops = [request.META.get("REMOTE_ADDR", ""), *reversed([hop.strip() for hop in forwarded.split(",")])]
    for hop in hops:
        address = _address(hop)
        if address is None or not any(address in proxy for proxy in settings.TRUSTED_PROXIES):
            return address
    return None


def _address(text: str) -> Address | None:
    """None for what is no address; an IPv4 address in IPv6 clothes counts as what it is."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
