"""The arithmetic of the record, without a database."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import chain
from audit.chain import Fault, Point, Record, SealRecord, Totals

AT = datetime(2026, 11, 20, 10, 0, 0, 5, tzinfo=timezone(timedelta(hours=9)))


def entry(seq: int = 1, prev: str = chain.GENESIS, payload: str = '{"版":1}') -> Record:
    return chain.link(
        stream="post:1",
        seq=seq,
        event="post.approved",
        at=AT,
        by="suzuki 鈴木",
        payload=payload,
        salt="ab",
        prev=prev,
    )


def rehashed(record: Record, **changes: object) -> Record:
    """The record with another body, hashed as a forger would."""
    body = chain.canonical(json.loads(record.body) | changes)
    return record._replace(body=body, hash=chain.digest(body))


def seal(number: int = 1, prev: str = chain.GENESIS) -> SealRecord:
    return chain.bind(number=number, at=AT, prev=prev, points=[Point("post:1", 2, "ff")], totals=Totals(1, 2))


def test_canonical_text_is_the_same_whatever_the_order_of_keys():
    assert chain.canonical({"b": 1, "a": "市"}) == chain.canonical({"a": "市", "b": 1}) == '{"a":"市","b":1}'


def test_canonical_text_holds_instants_in_utc_and_dates():
    assert chain.canonical({"at": AT, "on": date(2026, 11, 20)}) == (
        '{"at":"2026-11-20T01:00:00.000005+00:00","on":"2026-11-20"}'
    )


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_canonical_text_is_refused_for_what_json_cannot_hold(value):
    with pytest.raises(TypeError):
        chain.canonical({"value": value})


def test_canonical_text_is_refused_for_a_number_that_is_none():
    with pytest.raises(ValueError, match="JSON compliant"):
        chain.canonical({"value": float("nan")})


def test_instant_is_refused_when_naive():
    with pytest.raises(ValueError, match="time zone"):
        chain.instant(datetime(2026, 11, 20))  # noqa: DTZ001


def test_entry_body_names_everything_but_the_payload():
    record = entry(seq=2, prev="cd")
    assert json.loads(record.body) == {
        "scheme": 1,
        "stream": "post:1",
        "seq": 2,
        "event": "post.approved",
        "at": "2026-11-20T01:00:00.000005+00:00",
        "by": "suzuki 鈴木",
        "payload_digest": hashlib.sha256('ab{"版":1}'.encode()).hexdigest(),
        "prev": "cd",
    }
    assert record.hash == hashlib.sha256(record.body.encode()).hexdigest()


def test_entry_is_sound_as_it_was_made():
    record = entry()
    assert chain.check_entry(record, seq=1, prev=chain.GENESIS) is None
    assert chain.check_payload(record) is None


def test_entry_is_sound_when_the_database_gives_its_instant_back_in_utc():
    record = entry()._replace(at=AT.astimezone(UTC))
    assert chain.check_entry(record, seq=1, prev=chain.GENESIS) is None


@given(payload=st.dictionaries(st.text(), st.text() | st.integers() | st.none()), salt=st.text())
def test_payload_is_sound_exactly_when_it_is_the_one_that_was_linked(payload, salt):
    text = chain.canonical({k.encode("utf-8", "replace").decode(): str(v) for k, v in payload.items()})
    record = entry(payload=text)
    assert chain.check_payload(record) is None
    assert chain.check_payload(record._replace(payload=text + " ")) is Fault.PAYLOAD


def test_payload_is_unsound_when_the_salt_was_changed():
    assert chain.check_payload(entry()._replace(salt="other")) is Fault.PAYLOAD


def test_payload_may_be_gone_without_breaking_the_chain():
    assert chain.check_entry(entry()._replace(payload="", salt=""), seq=1, prev=chain.GENESIS) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stream", "post:2"),
        ("event", "post.returned"),
        ("at", AT + timedelta(microseconds=1)),
        ("by", "sato 佐藤"),
    ],
)
def test_entry_is_unsound_when_a_column_was_changed(column, value):
    changed = entry()._replace(**{column: value})
    assert chain.check_entry(changed, seq=1, prev=chain.GENESIS) is Fault.COLUMNS


def test_entry_is_unsound_when_its_body_was_changed():
    changed = entry()._replace(body=entry().body.replace("suzuki", "sato"))
    assert chain.check_entry(changed, seq=1, prev=chain.GENESIS) is Fault.BODY


@pytest.mark.parametrize("changes", [{"by": "sato"}, {"scheme": 2}, {"seq": 7}])
def test_entry_is_unsound_when_its_body_was_changed_and_hashed_again(changes):
    assert chain.check_entry(rehashed(entry(), **changes), seq=1, prev=chain.GENESIS) is Fault.COLUMNS


@pytest.mark.parametrize("body", ["no json", "[]", "null", ""])
def test_entry_is_unsound_when_its_body_says_nothing(body):
    record = entry()._replace(body=body, hash=chain.digest(body))
    assert chain.check_entry(record, seq=1, prev=chain.GENESIS) is Fault.COLUMNS


def test_entry_is_unsound_when_it_follows_another_than_it_says():
    assert chain.check_entry(entry(seq=2, prev="aa"), seq=2, prev="bb") is Fault.LINK


def test_entry_is_missing_when_another_number_stands_in_its_place():
    assert chain.check_entry(entry(seq=3), seq=2, prev=chain.GENESIS) is Fault.MISSING


def test_seal_is_sound_and_gives_back_what_it_covers():
    record = seal()
    assert chain.check_seal(record, number=1, prev=chain.GENESIS) is None
    assert chain.points_of(record.body) == [Point("post:1", 2, "ff")]
    assert chain.totals_of(record.body) == Totals(1, 2)


def test_seal_is_unsound_when_anything_about_it_was_changed():
    good = seal(number=2, prev="aa")
    assert chain.check_seal(good, number=1, prev="aa") is Fault.MISSING
    assert chain.check_seal(good, number=2, prev="bb") is Fault.LINK
    assert chain.check_seal(good._replace(body=good.body + " "), number=2, prev="aa") is Fault.BODY
    later = good._replace(at=AT + timedelta(seconds=1))
    assert chain.check_seal(later, number=2, prev="aa") is Fault.COLUMNS


@pytest.mark.parametrize(
    "changes", [{"streams": None}, {"streams": [["post:1", "2", "ff"]]}, {"entry_total": "2"}]
)
def test_seal_is_unsound_when_it_cannot_be_read(changes):
    body = chain.canonical(json.loads(seal().body) | changes)
    forged = seal()._replace(body=body, hash=chain.digest(body))
    assert chain.check_seal(forged, number=1, prev=chain.GENESIS) is Fault.COLUMNS
