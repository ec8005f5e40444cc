"""Reading the record for screens: the entries of one stream, the newest seal. Nothing here writes or judges."""

from django.db.models import QuerySet

from audit.models import Entry, Seal


def entries_of(stream: str, newest_first: bool = True, limit: int = 200) -> QuerySet[Entry]:
    """At most `limit` entries of one stream, the newest or the oldest of them first."""
    order = "-seq" if newest_first else "seq"
    return Entry.objects.filter(stream=stream).order_by(order)[:limit]


def latest_seal() -> Seal | None:
    return Seal.objects.order_by("-number").first()
