"""What counts as written: a text of which nothing can be seen is no text."""

import unicodedata

# Letters that are drawn as nothing, though Unicode calls them letters.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def is_blank(text: str) -> bool:
    """True for a text of white space, control and format characters and fillers only."""
    return all(char in _FILLERS or unicodedata.category(char)[0] in "ZC" for char in text)
