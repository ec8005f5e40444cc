"""The addresses a social account can have: the domains of each service we know by name.

Facts of the services, with no rule and no way to post: that is the adapters' business.
"""

from urllib.parse import urlsplit

from platforms.counting import networks

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


def is_address_of(network: str, url: str) -> bool:
    """Whether the address is on the service's own domain (a service we do not know may be anywhere)."""
    hosts = DOMAINS.get(network, ())
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return not hosts or any(host == own or host.endswith(f".{own}") for own in hosts)
