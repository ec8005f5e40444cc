"""What a post costs on networks that charge for each. Facts of X's price list of August 2026, in US dollars.

An estimate for whoever decides: the bill is the network's.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_X_POST: Final = Decimal("0.015")
_X_POST_WITH_ADDRESS: Final = Decimal("0.20")


@dataclass(frozen=True)
class Cost:
    """`dollars` for one post, and why it is so much."""

    dollars: Decimal
    why_ja: str


def cost_of(network: str, text: str) -> Cost | None:
    """What sending this text costs; None where a post costs nothing.

    X counts an address without a scheme (city.mihon.lg.jp) as one, too.
    """
    if network != "x":
        return None
    # Imported late: the list of top-level domains it compiles costs a noticeable part of a start.
    from twitter_text import extract_urls

    if extract_urls(text):
        return Cost(_X_POST_WITH_ADDRESS, "URLを含むため")
    return Cost(_X_POST, "URLを含まないため")
