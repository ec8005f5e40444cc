"""Whether a post that is read back is the one that was sent. Pure; nothing is changed, only compared."""

import re
import unicodedata
from typing import Final

_SCHEME: Final = re.compile(r"https?://(?:www\.)?")
_BLANKS: Final = re.compile(r"\s+")


def is_same(sent: str, seen: str) -> bool:
    """The same to a reader: networks put a scheme before an address, compose letters, and drop blanks and line ends."""
    return _bare(sent) == _bare(seen)


def _bare(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return _BLANKS.sub("", _SCHEME.sub("", composed)).replace("\ufe0f", "")
