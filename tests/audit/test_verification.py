"""What `verify_audit` finds. Tampering needs the triggers dropped, as only the owner of the tables can."""

import json
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db.models import F

from audit import actions, chain, verification
from audit.chain import Fault
from audit.management.commands import verify_audit
from audit.models import Entry, Seal, Stream
from audit.verification import Finding, verify
from tests.audit.conftest import AT, STREAM
from tests.support.database import without_triggers

pytestmark = pytest.mark.django_db

OTHER = "account:3"


@pytest.fixture
def record(append) -> Iterator[None]:
    """Two streams sealed twice, an unsealed tail on one of them, and no triggers."""
    append(count=2)
    append(OTHER, count=3)
    actions.seal(now=AT)
    append(count=2)
    actions.seal(now=AT)
    append(count=2)
    with without_triggers():
        yield


def found() -> tuple[Fault, str, int] | None:
    finding = verify().finding
    return (finding.fault, finding.stream, finding.seq) if finding else None


def of(stream: str, seq: int):
    return Entry.objects.filter(stream=stream, seq=seq)


def forge(stream: str, start: int, *, by: str = "forger") -> None:
    """Rewrites a stream from entry `start` on: bodies, hashes and the stream's end all fit again."""
    before = of(stream, start - 1).first()
    prev = before.hash if before else chain.GENESIS
    for entry in Entry.objects.filter(stream=stream, seq__gte=start).order_by("seq"):
        columns = {name: getattr(entry, name) for name in ("stream", "seq", "event", "at", "payload", "salt")}
        forged = chain.link(**columns, by=by, prev=prev)
        of(stream, entry.seq).update(**forged._asdict())
        prev = forged.hash
    Stream.objects.filter(name=stream).update(last_hash=prev)


def reseal(number: int, **changes: object) -> None:
    """Rewrites what one seal says, with a hash that fits."""
    body = chain.canonical(json.loads(Seal.objects.get(number=number).body) | changes)
    Seal.objects.filter(number=number).update(body=body, hash=chain.digest(body))


def test_verify_counts_and_finds_nothing_when_the_record_is_sound(record):
    report = verify()
    assert report.finding is None
    assert (report.streams, report.entries, report.seals) == (2, 9, 2)


def test_verify_finds_nothing_when_others_write_while_it_reads(record, append, monkeypatch):
    read_seals, read_entries = verification._seals, verification._records

    def seals_after_writing():
        append("staff:7")
        actions.seal(now=AT)
        return read_seals()

    def entries_after_writing():
        append(count=2)
        append("staff:8")
        actions.seal(now=AT)
        return read_entries()

    monkeypatch.setattr(verification, "_seals", seals_after_writing)
    monkeypatch.setattr(verification, "_records", entries_after_writing)
    report = verify()
    assert report.finding is None
    assert (report.streams, report.entries, report.seals) == (4, 13, 3)


def test_verify_finds_nothing_when_there_is_no_record():
    assert found() is None


def test_verify_finds_a_changed_payload(record):
    of(STREAM, 2).update(payload='{"版":9}')
    assert found() == (Fault.PAYLOAD, STREAM, 2)


def test_verify_finds_a_changed_body(record):
    entry = of(STREAM, 5).get()
    of(STREAM, 5).update(body=entry.body.replace("suzuki", "tanaka"))
    assert found() == (Fault.BODY, STREAM, 5)


def test_verify_finds_a_changed_column(record):
    of(STREAM, 5).update(by="tanaka")
    assert found() == (Fault.COLUMNS, STREAM, 5)


def test_verify_finds_a_deleted_entry_in_the_middle(record):
    of(STREAM, 3).delete()
    assert found() == (Fault.MISSING, STREAM, 3)


def test_verify_finds_a_deleted_entry_in_the_middle_when_the_rest_was_renumbered(record):
    of(STREAM, 5).delete()
    of(STREAM, 6).update(seq=5)
    assert found() == (Fault.COLUMNS, STREAM, 5)


def test_verify_finds_an_entry_put_in_with_a_link_of_its_own(record):
    of(STREAM, 6).delete()
    forged = chain.link(
        stream=STREAM, seq=6, event="post.drafted", at=AT, by="forger", payload="{}", salt="", prev="00"
    )
    Entry.objects.create(**forged._asdict())
    assert found() == (Fault.LINK, STREAM, 6)


def test_verify_finds_a_cut_tail_when_it_was_not_sealed_yet(record):
    of(STREAM, 6).delete()
    assert found() == (Fault.MISSING, STREAM, 6)


def test_verify_finds_a_cut_tail_when_the_end_was_moved_back_but_a_seal_knows_it(record):
    Entry.objects.filter(stream=STREAM, seq__gte=4).delete()
    Stream.objects.filter(name=STREAM).update(last_seq=3, last_hash=of(STREAM, 3).get().hash, sealed_seq=2)
    assert found() == (Fault.MISSING, STREAM, 4)


def test_verify_finds_a_missing_stream_when_only_a_seal_knows_it(record):
    Entry.objects.filter(stream=OTHER).delete()
    Stream.objects.filter(name=OTHER).delete()
    assert found() == (Fault.MISSING, OTHER, 1)


def test_verify_finds_a_missing_stream_when_only_its_end_is_left(record, append):
    append("staff:7")
    Entry.objects.filter(stream="staff:7").delete()
    assert found() == (Fault.MISSING, "staff:7", 1)


def test_verify_finds_a_stream_whose_end_is_missing(record, append):
    append("staff:7")
    Stream.objects.filter(name="staff:7").delete()
    assert found() == (Fault.LOOSE, "staff:7", 1)


def test_verify_finds_an_entry_after_the_end(record):
    last = of(STREAM, 6).get()
    forged = chain.link(
        stream=STREAM, seq=7, event="post.drafted", at=AT, by="forger", payload="{}", salt="", prev=last.hash
    )
    Entry.objects.create(**forged._asdict())
    assert found() == (Fault.LOOSE, STREAM, 7)


def test_verify_finds_an_end_that_names_another_hash(record):
    Stream.objects.filter(name=STREAM).update(last_hash="0" * 64)
    assert found() == (Fault.HEAD, STREAM, 6)


def test_verify_finds_swapped_entries(record):
    of(STREAM, 1).update(seq=99)
    of(STREAM, 2).update(seq=1)
    of(STREAM, 99).update(seq=2)
    assert found() == (Fault.COLUMNS, STREAM, 1)


def test_verify_finds_a_tail_that_was_hashed_again_when_a_seal_knows_it(record):
    forge(STREAM, 4)
    assert found() == (Fault.SEALED, STREAM, 4)


def test_verify_finds_a_tail_that_was_hashed_again_when_the_newer_seal_was_forged_too(record):
    forge(STREAM, 2)
    reseal(2, streams=[[STREAM, 4, of(STREAM, 4).get().hash]])
    assert found() == (Fault.SEALED, STREAM, 2)


def test_verify_does_not_find_an_unsealed_tail_that_was_hashed_again(record):
    """The limit of what lies in one database: what no seal knows yet can be rewritten by the tables' owner."""
    forge(STREAM, 5)
    assert found() is None


def test_verify_finds_a_changed_seal(record):
    Seal.objects.filter(number=1).update(body=F("hash"))
    assert found() == (Fault.BODY, "", 1)


def test_verify_finds_a_seal_that_was_hashed_again(record):
    reseal(1, entry_total=4)
    assert found() == (Fault.TOTALS, "", 1)


def test_verify_finds_the_link_when_a_changed_seal_fits_in_itself(record):
    one = json.loads(Seal.objects.get(number=1).body)
    reseal(1, streams=list(reversed(one["streams"])))
    assert found() == (Fault.LINK, "", 2)


def test_verify_finds_a_missing_seal(record):
    Seal.objects.filter(number=1).delete()
    assert found() == (Fault.MISSING, "", 1)


def test_verify_finds_that_the_newest_seal_is_missing(record):
    Seal.objects.filter(number=2).delete()
    assert found() == (Fault.UNSEALED, STREAM, 4)


def test_verify_finds_a_stream_kept_from_being_sealed(record):
    Stream.objects.filter(name=STREAM).update(sealed_seq=6)
    assert found() == (Fault.UNSEALED, STREAM, 6)


def test_verify_names_the_broken_entry_first_when_a_seal_is_broken_too(record):
    reseal(2, entry_total=1)
    of(STREAM, 1).update(by="tanaka")
    assert found() == (Fault.COLUMNS, STREAM, 1)


def test_verify_audit_says_how_much_was_read_when_the_record_is_sound(record, capsys):
    call_command("verify_audit")
    assert "つづり 2 件、記録 9 件、封 2 件" in capsys.readouterr().out


def test_verify_audit_names_the_first_broken_entry_and_fails(record, capsys):
    of(STREAM, 3).update(payload="{}")
    of(STREAM, 5).update(payload="{}")
    with pytest.raises(SystemExit) as exit_info:
        call_command("verify_audit")
    assert exit_info.value.code == 1
    assert capsys.readouterr().err.strip() == (
        "post:2026-0412 の 3 番目の記録が書き換えられています（内容が本文と合いません）。"
    )


def test_verify_audit_names_the_broken_seal(record, capsys):
    Seal.objects.filter(number=1).delete()
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert capsys.readouterr().err.strip() == "1 番目の封がありません。"


def test_every_fault_has_a_sentence():
    of_entries = {Finding(fault, STREAM, 1) for fault in Fault if fault is not Fault.TOTALS}
    of_seals = {
        Finding(fault, "", 1)
        for fault in (Fault.MISSING, Fault.BODY, Fault.COLUMNS, Fault.LINK, Fault.TOTALS)
    }
    sentences = [verify_audit.sentence(finding) for finding in of_entries | of_seals]
    assert len(set(sentences)) == len(sentences) == 14
