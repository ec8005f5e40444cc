"""The addresses a social account can have, by the domains of each service that `platforms.pages` knows.

No rule here and no way to post: that is the adapters' business.
"""

import re
from urllib.parse import unquote, urlsplit

from platforms.counting import networks
from platforms.pages import domains, is_under

_HANDLE = re.compile(r"@?[^\W_][\w.\-]*")


def label_of(network: str) -> str:
    """The name citizens are told: X（旧Twitter）."""
    return networks().get(network, network)


def same_address(network: str, url: str) -> str:
    """What two ways of writing one account's address have in common: for comparing, never for showing."""
    parts = urlsplit(url.lower())
    host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.").removeprefix("m.")
    known = domains(network)
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
    own, host = domains(network), urlsplit(url).hostname or ""
    return not own or any(is_under(host, domain) for domain in own)
