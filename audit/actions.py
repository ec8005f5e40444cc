"""The only two writers of the record: append an entry, seal the streams. They judge nothing they are told."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from audit import chain
from audit.events import check_known
from audit.models import Entry, Seal, Stream
from audit.queries import latest_seal
from audit.sql import cursor, locking

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
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an entry is appended inside the act's transaction")
    head = _opened(stream, at) if opens else _locked(stream, at)
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
    return Entry(pk=_written(record, head), **record._asdict())


class _Head(NamedTuple):
    """Where a stream ends."""

    id: int
    last_seq: int
    last_hash: str


# Every act and both ends of every sending come through here: these three are plain SQL, which costs a third.
_HEAD = "SELECT id, last_seq, last_hash FROM audit_stream WHERE name = %s"
_ENTRY = """
INSERT INTO audit_entry (stream, seq, event, at, "by", body, salt, payload, hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
_MOVED = "UPDATE audit_stream SET last_seq = %s, last_hash = %s WHERE id = %s"


def _opened(name: str, at: datetime) -> _Head:
    head = Stream.objects.create(name=name, opened_at=at)
    return _Head(head.pk, head.last_seq, head.last_hash)


def _locked(name: str, at: datetime) -> _Head:
    """The stream's end under lock, opened when it is new."""
    if head := _head(name):
        return head
    # Somebody else may open it at this moment: this insert waits for their commit and then does nothing.
    Stream.objects.bulk_create([Stream(name=name, opened_at=at)], ignore_conflicts=True)
    head = _head(name)
    assert head is not None  # rows are kept
    return head


def _head(name: str) -> _Head | None:
    with cursor() as asked:
        asked.execute(_HEAD + locking(" FOR UPDATE"), [name])
        row = asked.fetchone()
    return _Head(*row) if row else None


def _written(record: chain.Record, head: _Head) -> int:
    """Writes both down: the entry, whose number comes back, and where the stream ends now."""
    stream, seq, event, at, *rest = record
    told = [stream, seq, event, connection.ops.adapt_datetimefield_value(at), *rest]
    with cursor() as asked:
        asked.execute(_ENTRY, told)
        [number] = asked.fetchone()
        asked.execute(_MOVED, [record.seq, record.hash, head.id])
    return int(number)


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
