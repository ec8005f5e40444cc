"""The arithmetic of the record: what is stored for an entry and for a seal, and whether it still holds.

Pure functions over text: no Django, no clock, no database. What is hashed is the stored text itself, so a
check never depends on writing the same JSON twice. The payload lies beside the chain: only its salted digest
is in the hashed body, so that personal data can one day be disposed of without breaking a link.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

SCHEME = 1
GENESIS = ""  # what the first entry of a stream, and the first seal, name as the one before


class Fault(StrEnum):
    """What can be wrong with an entry or a seal."""

    MISSING = "missing"
    BODY = "body"
    COLUMNS = "columns"
    LINK = "link"
    PAYLOAD = "payload"
    SEALED = "sealed"
    HEAD = "head"
    LOOSE = "loose"
    UNSEALED = "unsealed"
    TOTALS = "totals"


class Record(NamedTuple):
    """An entry as it is stored, column by column."""

    stream: str
    seq: int
    event: str
    at: datetime
    by: str
    body: str
    salt: str
    payload: str
    hash: str


class Point(NamedTuple):
    """The state of one stream: its newest entry."""

    stream: str
    seq: int
    hash: str


class SealRecord(NamedTuple):
    """A seal as it is stored, column by column."""

    number: int
    at: datetime
    body: str
    hash: str


class Totals(NamedTuple):
    """How many streams and entries all seals up to one cover."""

    streams: int
    entries: int


def canonical(content: Mapping[str, object]) -> str:
    """JSON with sorted keys and no blanks; instants in UTC. Raises TypeError or ValueError for what JSON is not."""
    return json.dumps(
        content,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        default=_time_as_text,
    )


def _time_as_text(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in the record")


def instant(at: datetime) -> str:
    """An instant in UTC to the microsecond. Raises ValueError for a naive one."""
    check_aware(at)
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def check_aware(at: datetime) -> None:
    """Raises ValueError for an instant without a time zone."""
    if at.tzinfo is None:
        raise ValueError("an instant in the record needs a time zone")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def link(
    *, stream: str, seq: int, event: str, at: datetime, by: str, payload: str, salt: str, prev: str
) -> Record:
    """The entry number `seq` of a stream whose newest hash so far is `prev`; `payload` is canonical text."""
    body = canonical(
        {
            "scheme": SCHEME,
            "stream": stream,
            "seq": seq,
            "event": event,
            "at": instant(at),
            "by": by,
            "payload_digest": digest(salt + payload),
            "prev": prev,
        }
    )
    return Record(stream, seq, event, at, by, body, salt, payload, digest(body))


def check_entry(record: Record, *, seq: int, prev: str) -> Fault | None:
    """What is wrong with the entry that should be number `seq` after `prev`; the payload is not looked at."""
    if record.seq != seq:
        return Fault.MISSING
    if digest(record.body) != record.hash:
        return Fault.BODY
    told = _told(record.body)
    if any(told.get(key) != value for key, value in _columns(record).items()):
        return Fault.COLUMNS
    return None if told.get("prev") == prev else Fault.LINK


def check_payload(record: Record) -> Fault | None:
    """Whether the payload beside the chain is the one whose digest the chain holds."""
    told = _told(record.body).get("payload_digest")
    return None if told == digest(record.salt + record.payload) else Fault.PAYLOAD


def _columns(record: Record) -> Mapping[str, object]:
    return {
        "scheme": SCHEME,
        "stream": record.stream,
        "seq": record.seq,
        "event": record.event,
        "at": instant(record.at),
        "by": record.by,
    }


def _told(body: str) -> Mapping[str, object]:
    """What a stored body says; text that is no JSON object says nothing, so every comparison with it fails."""
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def bind(*, number: int, at: datetime, prev: str, points: Sequence[Point], totals: Totals) -> SealRecord:
    """The seal number `number` over the streams in `points`; `totals` include them."""
    body = canonical(
        {
            "scheme": SCHEME,
            "number": number,
            "at": instant(at),
            "prev": prev,
            "streams": points,
            "stream_count": totals.streams,
            "entry_total": totals.entries,
        }
    )
    return SealRecord(number, at, body, digest(body))


def check_seal(record: SealRecord, *, number: int, prev: str) -> Fault | None:
    """What is wrong with the seal that should be number `number` after `prev`."""
    if record.number != number:
        return Fault.MISSING
    if digest(record.body) != record.hash:
        return Fault.BODY
    told = _told(record.body)
    columns = {"scheme": SCHEME, "number": record.number, "at": instant(record.at)}
    if any(told.get(key) != value for key, value in columns.items()) or not _covers_streams(told):
        return Fault.COLUMNS
    return None if told.get("prev") == prev else Fault.LINK


def _covers_streams(told: Mapping[str, object]) -> bool:
    """Whether a seal's body has the parts that `points_of` and `totals_of` read."""
    points, totals = told.get("streams"), (told.get("stream_count"), told.get("entry_total"))
    return (
        isinstance(points, list)
        and all(isinstance(point, list) and list(map(type, point)) == [str, int, str] for point in points)
        and all(isinstance(total, int) for total in totals)
    )


def points_of(body: str) -> list[Point]:
    """The streams that a seal names. The seal must have passed `check_seal`."""
    return [Point(*point) for point in json.loads(body)["streams"]]


def totals_of(body: str) -> Totals:
    """What all seals up to this one cover, as it says. The seal must have passed `check_seal`."""
    told = json.loads(body)
    return Totals(told["stream_count"], told["entry_total"])
