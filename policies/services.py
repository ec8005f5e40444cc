"""The services a social account can be on: the name citizens are told, and the hosts its address may have.

Facts of the services, with no rule and no way to post: that is the adapters' business.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Service:
    """`hosts` are domains that an account's address ends in; none means that any host will do."""

    label: str
    hosts: tuple[str, ...] = ()


SERVICES = {
    "x": Service("X（旧Twitter）", ("x.com", "twitter.com")),
    "facebook": Service("Facebook", ("facebook.com",)),
    "instagram": Service("Instagram", ("instagram.com",)),
    "threads": Service("Threads", ("threads.net", "threads.com")),
    "line": Service("LINE", ("line.me", "lin.ee")),
    "youtube": Service("YouTube", ("youtube.com", "youtu.be")),
    "tiktok": Service("TikTok", ("tiktok.com",)),
    "bluesky": Service("Bluesky", ("bsky.app",)),
    "note": Service("note", ("note.com",)),
}


def label_of(network: str) -> str:
    return SERVICES[network].label if network in SERVICES else network


def is_address_of(network: str, url: str) -> bool:
    """Whether the address is on the service's own domain (a service we do not know may be anywhere)."""
    hosts = SERVICES[network].hosts if network in SERVICES else ()
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return not hosts or any(host == own or host.endswith(f".{own}") for own in hosts)
