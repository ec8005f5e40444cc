"""The names an entry may carry: past events such as `post.approved`, and their refusals. Nothing about meaning.

Every app registers the names of its own acts at start; a name nobody registered is an error, so that a
misspelt event can never become part of the record.
"""

import re

_FORM = re.compile(r"[a-z_]+\.[a-z_]+(\.refused)?")
_known: set[str] = set()


class UnknownEvent(ValueError):
    """Nobody registered this name."""


def register(*names: str) -> None:
    """Makes names known. Raises ValueError for one that is not `noun.past_verb` or `noun.past_verb.refused`."""
    for name in names:
        if not _FORM.fullmatch(name):
            raise ValueError(f"{name!r} is not of the form noun.past_verb")
    _known.update(names)


def known() -> frozenset[str]:
    return frozenset(_known)


def check_known(name: str) -> None:
    """Raises UnknownEvent."""
    if name not in _known:
        raise UnknownEvent(name)
