"""The addresses a social account can have: the domains of each service we know by name.

Facts of the services, with no rule and no way to post: that is the adapters' business.
"""

import re
from urllib.parse import unquote, urlsplit

from platforms.counting import networks

_HANDLE = re.compile(r"@?[^\W_][\w.\-]*")
# A service without a domain of its own here may be anywhere.
DOMAINS = {
    "x": ("x.com", "twitter.com"),
    "facebook": ("facebook.com",),
    "instagram": ("instagram.com",),
    "threads": ("threads.net", "threads.com"),
    "line": ("line.me", "lin.ee"),
    "youtube": ("youtube.com", "youtu.be"),
    "tiktok": ("tiktok.com",),
    "bluesky": ("bsky.app",),
    "note": ("note.com",),
}


def label_of(network: str) -> str:
    """The name citizens are told: X（旧Twitter）."""
    return networks().get(network, network)


def same_address(network: str, url: str) -> str:
    """What two ways of writing one account's address have in common: for comparing, never for showing."""
    parts = urlsplit(url.lower())
    host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.").removeprefix("m.")
    known = DOMAINS.get(network, ())
    return f"{known[0] if host in known else host}{parts.path.rstrip('/')}"


def is_handle(handle: str) -> bool:
    """Letters, digits and the few signs that services allow in a user name; an @ in front or not."""
    return bool(_HANDLE.fullmatch(handle))


def is_handle_of(handle: str, url: str) -> bool:
    """Whether the address ends in the user name, as every service's does."""
    last = urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]
    return unquote(last).removeprefix("@").lower() == handle.removeprefix("@").lower()


def is_address_of(network: str, url: str) -> bool:
    """Whether the address is on the service's own domain (a service we do not know may be anywhere)."""
    hosts = DOMAINS.get(network, ())
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return not hosts or any(host == own or host.endswith(f".{own}") for own in hosts)
