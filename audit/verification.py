"""Whether the record is still what was written: every entry, every stream's end, every seal. Reads only.

It may run while others write. Every statement sees one moment, so what must be found is read before where it
is looked for: first the streams' ends, then the seals, then the entries.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from audit import chain
from audit.chain import Fault, Point, Record, SealRecord, Totals
from audit.models import Entry, Seal, Stream

_CHUNK = 2000


@dataclass(frozen=True)
class Finding:
    """What is broken: entry `seq` of `stream`, or seal `seq` when `stream` is empty."""

    fault: Fault
    stream: str
    seq: int


@dataclass(frozen=True)
class Report:
    """How much was read, and the first thing found broken. After a finding the counts are of what came before."""

    streams: int
    entries: int
    seals: int
    finding: Finding | None


@dataclass
class _Walk:
    """What must still be found in the entries, and what was read so far."""

    heads: dict[str, Point]
    sealed: dict[str, dict[int, str]] = field(default_factory=dict)
    ahead: dict[str, int] = field(default_factory=dict)
    streams: int = 0
    entries: int = 0
    seals: int = 0
    covered: Totals = field(default_factory=lambda: Totals(0, 0))


def verify() -> Report:
    """Reads the whole record and stops at the first thing that is broken."""
    heads, claims = _heads()
    walk = _Walk(heads)
    broken_seal = next(_seal_findings(walk, claims), None)
    finding = next(_entry_findings(walk), None) or broken_seal
    return Report(walk.streams, walk.entries, walk.seals, finding)


def _heads() -> tuple[dict[str, Point], list[tuple[str, int]]]:
    """Every stream's end, and up to where each is said to be sealed."""
    rows = Stream.objects.order_by("pk").values_list("name", "last_seq", "last_hash", "sealed_seq")
    heads: dict[str, Point] = {}
    claims: list[tuple[str, int]] = []
    for name, seq, last_hash, sealed_seq in rows.iterator(_CHUNK):
        heads[name] = Point(name, seq, last_hash)
        if sealed_seq:
            claims.append((name, sealed_seq))
    return heads, claims


def _seal_findings(walk: _Walk, claims: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    prev = chain.GENESIS
    for record in _seals():
        number = walk.seals + 1
        fault = chain.check_seal(record, number=number, prev=prev) or _cover(walk, record.body)
        if fault:
            yield Finding(fault, "", number)
            return
        walk.seals, prev = number, record.hash
    for name, seq in claims:
        if seq not in walk.sealed.get(name, {}):
            yield Finding(Fault.UNSEALED, name, seq)


def _cover(walk: _Walk, body: str) -> Fault | None:
    """Notes what a seal covers; its own totals must follow from all seals up to it."""
    entries = walk.covered.entries
    for point in chain.points_of(body):
        points = walk.sealed.setdefault(point.stream, {})
        entries += point.seq - max(points, default=0)
        points[point.seq] = point.hash
    walk.covered = Totals(len(walk.sealed), entries)
    return None if chain.totals_of(body) == walk.covered else Fault.TOTALS


def _entry_findings(walk: _Walk) -> Iterator[Finding]:
    for name, records in groupby(_records(), key=attrgetter("stream")):
        yield from _stream_findings(walk, name, records)
        walk.streams += 1
    for name in sorted(walk.sealed.keys() | {head.stream for head in walk.heads.values() if head.seq}):
        yield Finding(Fault.MISSING, name, 1)
    for name, seq in walk.ahead.items():
        if not Stream.objects.filter(name=name, last_seq__gte=seq).exists():
            yield Finding(Fault.LOOSE, name, seq)


def _stream_findings(walk: _Walk, name: str, records: Iterable[Record]) -> Iterator[Finding]:
    head, sealed = walk.heads.pop(name, Point(name, 0, chain.GENESIS)), walk.sealed.pop(name, {})
    seq, prev = 0, chain.GENESIS
    for record in records:
        fault = chain.check_entry(record, seq=seq + 1, prev=prev) or _fault_beside(record, head, sealed)
        if fault:
            yield Finding(fault, name, seq + 1)
        seq, prev = record.seq, record.hash
        walk.entries += 1
    if seq < max(head.seq, *sealed, 0):
        yield Finding(Fault.MISSING, name, seq + 1)
    if seq > head.seq:
        walk.ahead[name] = seq


def _fault_beside(record: Record, head: Point, sealed: dict[int, str]) -> Fault | None:
    """What the payload, the seals and the stream's end say about an entry that is sound in itself."""
    if fault := chain.check_payload(record):
        return fault
    if sealed.get(record.seq, record.hash) != record.hash:
        return Fault.SEALED
    if record.seq == head.seq and record.hash != head.hash:
        return Fault.HEAD
    return None


def _records() -> Iterator[Record]:
    rows = Entry.objects.order_by("stream", "seq").values_list(*Record._fields)
    return (Record(*row) for row in rows.iterator(_CHUNK))


def _seals() -> Iterator[SealRecord]:
    rows = Seal.objects.order_by("number").values_list(*SealRecord._fields)
    return (SealRecord(*row) for row in rows.iterator(_CHUNK))
