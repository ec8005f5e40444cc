"""登録端末 (Art. 9(2)): whether a request comes from the city's own network. Reading stays open from anywhere.

What that means for an act is decided by the rules; here is only where somebody sits.
"""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

Response = Callable[[HttpRequest], HttpResponseBase]
Address = IPv4Address | IPv6Address


class DeviceMiddleware:
    """Tells the signed-in person's object where they sit in this request: what is not said is not registered."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            request.user.on_registered_device = is_registered(request)
        return self.get_response(request)


def is_registered(request: HttpRequest) -> bool:
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
