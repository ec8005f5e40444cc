"""Reading the record for screens: the entries of one stream, the newest seal. Nothing here writes or judges."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Count, QuerySet

from audit.models import Entry, Seal


def entries_of(stream: str, newest_first: bool = True, limit: int = 200) -> QuerySet[Entry]:
    """At most `limit` entries of one stream, the newest or the oldest of them first."""
    order = "-seq" if newest_first else "seq"
    return Entry.objects.filter(stream=stream).order_by(order)[:limit]


def latest_seal() -> Seal | None:
    return Seal.objects.order_by("-number").first()


def counts_of(events: Collection[str], since: datetime) -> dict[str, int]:
    """Event → how often it happened since then."""
    rows = Entry.objects.filter(at__gte=since, event__in=events).order_by()
    return dict(rows.values_list("event").annotate(Count("id")))


def payloads_of_refusals(since: datetime) -> Iterator[str]:
    """The payloads, as stored, of everything that was refused since then."""
    rows = Entry.objects.filter(at__gte=since, event__endswith=".refused").order_by()
    return rows.values_list("payload", flat=True).iterator()


def since(instant: datetime, events: Collection[str]) -> Iterator[Entry]:
    """Entries of these events from that instant on, the oldest first."""
    return Entry.objects.filter(at__gte=instant, event__in=events).order_by("at", "pk").iterator()
