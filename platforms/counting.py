"""How long a text is by each network's own measure, and the networks' names. No text is changed here.

The limits are facts of the networks as of November 2026: adding a network is adding a row. Here must not
live: adapters, and anything a city decides.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

import regex

from platforms.errors import Unsupported


@dataclass(frozen=True)
class Count:
    """`used` of `limit` in `unit_ja`; `over`: what is too much, 0 when it fits; `note_ja`: how one counts.

    `letters_over` is the same in full-width letters, as a person would take them out.
    """

    used: int
    limit: int
    unit_ja: str
    over: int
    note_ja: str = ""
    letters_over: int = 0


Counter = Callable[[str], Count]


@dataclass(frozen=True)
class Limit:
    """One limit of a network."""

    maximum: int
    measure: Callable[[str], int]
    unit_ja: str = "字"
    note_ja: str = ""
    per_letter: int = 1

    def count(self, text: str) -> Count:
        used = self.measure(text)
        over = max(0, used - self.maximum)
        return Count(used, self.maximum, self.unit_ja, over, self.note_ja, -(-over // self.per_letter))


@dataclass(frozen=True)
class Network:
    """A social network as staff know it, and its limits; all of them hold at once."""

    name_ja: str
    limits: tuple[Limit, ...]


def x_weight(text: str) -> int:
    """X's weighted length. Normalised for counting only, as X does."""
    # Imported late: the list of top-level domains it compiles costs a noticeable part of a start.
    from twitter_text import parse_tweet

    # Half a surrogate pair, which a paste can leave behind, makes the parser stumble.
    whole = regex.sub(r"\p{Cs}", "\N{REPLACEMENT CHARACTER}", text)
    return int(parse_tweet(unicodedata.normalize("NFC", whole)).weightedLength)


def graphemes(text: str) -> int:
    """What a reader counts as one character, a family emoji included."""
    return len(regex.findall(r"\X", text))


def utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


MASTODON_ENTITY: Final = regex.compile(
    r"""
    (?<![A-Za-z0-9@＠$\#＃])
    https?://
    (?:[^\p{P}\p{S}\s\p{C}](?:[_-]|[^\p{P}\p{S}\s\p{C}])*\.)+
    (?:xn--[a-z0-9-]+|[a-z]{2,63})(?![0-9a-z@])
    (?::[0-9]+)?
    (?:/(?:(?:(?&inner)|(?&parens))*(?:(?&end)|(?&parens)))?)?
    (?:\?(?&query)*[a-z0-9_&=#/\-\u00a0-\U0010ffff])?
  |
    (?<![=/\w])@(?P<user>(?>[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?))
    (?>(?:@[\w.-]+\w+)?)(?![@＠]|://)
    (?(DEFINE)
      (?P<inner>[^\s<>()?])
      (?P<parens>\((?:(?&inner)*\((?&inner)+\)(?&inner)*|(?&inner)+)\))
      (?P<end>[^\s()?!*"'「」<>;:=,.$%\[\]~&|@])
      (?P<query>[a-z0-9!?*'();:&=+$/%\#\[\]\-_.,~|@^\u00a0-\U0010ffff])
    )
    """,
    regex.IGNORECASE | regex.VERBOSE,
)


def mastodon_length(text: str, *, url_length: int = 23) -> int:
    """As Mastodon counts: graphemes; every URL as `url_length`; @user@domain as @user.

    After Mastodon's StatusLengthValidator, Account::MENTION_RE and twitter_regex.rb as read in public sources up
    to August 2026 (4.6), November 2026: a URL needs http(s):// and a domain, and runs on through Japanese letters
    until a blank. Differences: any letters may be a top-level domain here, and blanks at both ends count,
    which the server drops first.
    """
    return graphemes(MASTODON_ENTITY.sub(partial(_as_counted, url_length), text))


def _as_counted(url_length: int, entity: "regex.Match[str]") -> str:
    user = entity["user"]
    return f"@{user}" if user else "x" * url_length


def threads_length(text: str) -> int:
    """Threads counts characters, but an emoji by its UTF-8 bytes."""
    parts = regex.findall(r"\X", text)
    return sum(
        utf8_bytes(part) if regex.search(r"\p{Extended_Pictographic}", part) else len(part) for part in parts
    )


_UTF16_NOTE: Final = "絵文字などは2字以上と数えます"

NETWORKS: Final[Mapping[str, Network]] = MappingProxyType(
    {
        "x": Network(
            "X（旧Twitter）", (Limit(280, x_weight, note_ja="全角1字を2、URLを23と数えます", per_letter=2),)
        ),
        "facebook": Network("Facebook", (Limit(63_206, len),)),
        "instagram": Network("Instagram", (Limit(2_200, len),)),
        "threads": Network("Threads", (Limit(500, threads_length, note_ja="絵文字は4字以上と数えます"),)),
        "line": Network("LINE", (Limit(5_000, utf16_units, note_ja=_UTF16_NOTE),)),
        "youtube": Network("YouTube", (Limit(5_000, utf8_bytes, "バイト", "全角1字を3と数えます", 3),)),
        "tiktok": Network("TikTok", (Limit(2_200, utf16_units, note_ja=_UTF16_NOTE),)),
        "bluesky": Network(
            "Bluesky",
            (
                Limit(300, graphemes, note_ja="見た目の1字を1と数えます"),
                Limit(3_000, utf8_bytes, "バイト", "全角1字を3と数えます", 3),
            ),
        ),
        "mastodon": Network("Mastodon", (Limit(500, mastodon_length, note_ja="URLを23と数えます"),)),
        "note": Network("note", (Limit(50_000, len),)),  # states no limit; ours keeps a form's text bounded
    }
)


def networks() -> Mapping[str, str]:
    """Every network we know, by key, with the name staff call it."""
    return MappingProxyType({key: network.name_ja for key, network in NETWORKS.items()})


def count(network: str, text: str) -> Count:
    """A text by one network's measure; of several limits the one that is nearest. Raises Unsupported."""
    if network not in NETWORKS:
        raise Unsupported(f"このサービスの文字数は数えられません（{network}）")
    counts = [limit.count(text) for limit in NETWORKS[network].limits]
    return max(counts, key=lambda each: each.used / each.limit)
