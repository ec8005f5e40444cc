"""How a test waits for a refusal: the act must be refused, and its reasons are looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from accounts.acts import ActRefused
from audit.models import Entry


class Seen:
    """What was refused, once the block is over."""

    codes: frozenset[str] = frozenset()
    forbidden = False
    sentences = ""
    duties: frozenset[str] = frozenset()


@contextmanager
def refused(event: str = "") -> Iterator[Seen]:
    """The block ends in a refusal; with `event`, its own entry stands in the record."""
    seen = Seen()
    with pytest.raises(ActRefused) as caught:
        yield seen
    refusal = caught.value.refusal
    seen.codes, seen.forbidden, seen.sentences = refusal.codes, refusal.forbidden, caught.value.sentences
    seen.duties = frozenset(reason.duty for reason in refusal.reasons)
    if event:
        assert Entry.objects.filter(event=f"{event}.refused").exists()
