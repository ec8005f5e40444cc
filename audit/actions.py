"""The only two writers of the record: append an entry, seal the streams. They judge nothing they are told."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from audit import chain
from audit.events import check_known
from audit.models import Entry, Seal, Stream
from audit.queries import latest_seal

SALT_BYTES = 16
STREAMS_PER_SEAL = 1000  # keeps one seal's text short; what is left over is in the next


def append(
    *, stream: str, event: str, at: datetime, by: str, payload: Mapping[str, object], opens: bool = False
) -> Entry:
    """Adds an entry to a stream, in the caller's transaction: it stands exactly if the act it tells of stands.

    `opens` says that the stream's subject was made in this very transaction, so nobody else can know it yet.
    `by` is the signature of who did it, `payload` what JSON can hold (instants and dates become text). Locks the
    stream until the transaction ends; who appends to two streams in one transaction must keep to one order.
    Raises UnknownEvent, ValueError (naive `at`) and TransactionManagementError (outside a transaction).
    """
    check_known(event)
    chain.check_aware(at)
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an entry is appended inside the act's transaction")
    head = Stream.objects.create(name=stream, opened_at=at) if opens else _locked(stream, at)
    record = chain.link(
        stream=stream,
        seq=head.last_seq + 1,
        event=event,
        at=at,
        by=by,
        payload=chain.canonical(payload),
        salt=secrets.token_hex(SALT_BYTES),
        prev=head.last_hash,
    )
    entry = Entry.objects.create(**record._asdict())
    Stream.objects.filter(pk=head.pk).update(last_seq=record.seq, last_hash=record.hash)
    return entry


def _locked(name: str, at: datetime) -> Stream:
    """The stream's row under lock, opened when it is new. SQLite's transactions hold the write lock already."""
    streams = Stream.objects.select_for_update().filter(name=name)
    if head := streams.first():
        return head
    # Somebody else may open it at this moment: this insert waits for their commit and then does nothing.
    Stream.objects.bulk_create([Stream(name=name, opened_at=at)], ignore_conflicts=True)
    return streams.get()


def seal(*, now: datetime) -> Seal | None:
    """Seals the streams that changed since the last seal, at most STREAMS_PER_SEAL; None when nothing changed.

    Never waits for an act: a stream that is locked at this moment is left to the next seal. When two seal at
    once, one may get an IntegrityError; nothing is lost by that, either.
    """
    with transaction.atomic():
        changed = _changed()
        if not changed:
            return None
        written = Seal.objects.create(**_next_seal(changed, now)._asdict())
        Stream.objects.filter(pk__in=[head.pk for head in changed]).update(sealed_seq=F("last_seq"))
        return written


def _changed() -> Sequence[Stream]:
    unsealed = Stream.objects.filter(last_seq__gt=F("sealed_seq")).order_by("pk")
    return list(unsealed.select_for_update(skip_locked=True)[:STREAMS_PER_SEAL])


def _next_seal(changed: Sequence[Stream], now: datetime) -> chain.SealRecord:
    last = latest_seal()
    covered = chain.totals_of(last.body) if last else chain.Totals(0, 0)
    return chain.bind(
        number=last.number + 1 if last else 1,
        at=now,
        prev=last.hash if last else chain.GENESIS,
        points=[chain.Point(head.name, head.last_seq, head.last_hash) for head in changed],
        totals=chain.Totals(
            covered.streams + sum(head.sealed_seq == 0 for head in changed),
            covered.entries + sum(head.last_seq - head.sealed_seq for head in changed),
        ),
    )
