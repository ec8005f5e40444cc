"""Writing the record: appending in the act's transaction, and sealing."""

import json
import threading
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from audit import actions, chain, queries, tasks
from audit.events import UnknownEvent
from audit.models import Entry, Seal, Stream
from tests.audit.conftest import AT, STREAM

pytestmark = pytest.mark.django_db


def act(stream: str = STREAM, **changes: object) -> Entry:
    said = {"event": "post.drafted", "at": AT, "by": "sato 佐藤 美咲", "payload": {"件名": "秋まつり"}}
    return actions.append(stream=stream, **(said | changes))


def test_append_opens_the_stream_when_it_is_the_first_entry():
    entry = act()
    entry.refresh_from_db()
    assert (entry.stream, entry.seq, entry.event, entry.at, entry.by) == (
        STREAM,
        1,
        "post.drafted",
        AT,
        "sato 佐藤 美咲",
    )
    assert entry.payload == '{"件名":"秋まつり"}'
    head = Stream.objects.get()
    assert (head.name, head.last_seq, head.last_hash, head.opened_at) == (STREAM, 1, entry.hash, AT)


def test_append_links_each_entry_to_the_one_before_in_its_own_stream():
    first, other, second = act(), act("account:3"), act()
    assert (first.seq, other.seq, second.seq) == (1, 1, 2)
    assert json.loads(second.body)["prev"] == first.hash
    assert json.loads(other.body)["prev"] == chain.GENESIS


def test_append_salts_every_payload_anew():
    first, second = act(), act("account:3")
    assert first.payload == second.payload
    assert json.loads(first.body)["payload_digest"] != json.loads(second.body)["payload_digest"]


def test_append_takes_three_statements_when_the_stream_exists(django_assert_num_queries):
    act()
    with django_assert_num_queries(3):
        act()


def test_append_looks_for_no_stream_when_it_opens_one(django_assert_num_queries):
    with django_assert_num_queries(3):
        entry = act(opens=True)
    assert (entry.seq, Stream.objects.get().last_hash) == (1, entry.hash)


def test_append_is_refused_when_it_would_open_a_stream_that_exists():
    act()
    with pytest.raises(IntegrityError), transaction.atomic():
        act(opens=True)
    assert Entry.objects.count() == 1


def test_append_is_refused_and_writes_nothing_when_the_event_is_unknown():
    with pytest.raises(UnknownEvent):
        act(event="post.aproved")
    assert not Stream.objects.exists()


def test_append_is_refused_when_the_instant_is_naive():
    with pytest.raises(ValueError, match="time zone"), transaction.atomic():
        act(at=datetime(2026, 11, 20))  # noqa: DTZ001
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_append_is_refused_when_no_transaction_is_open():
    with pytest.raises(transaction.TransactionManagementError):
        act()


@pytest.mark.django_db(transaction=True)
def test_append_leaves_nothing_when_the_act_is_rolled_back():
    with transaction.atomic():
        act()
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert not Stream.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("opened_before", [False, True])
def test_append_waits_for_the_other_when_two_connections_write_to_one_stream(opened_before):
    if opened_before:
        with transaction.atomic():
            act()
    first_has_written, second_is_about_to = threading.Event(), threading.Event()

    def second() -> None:
        first_has_written.wait(10)
        second_is_about_to.set()
        with transaction.atomic():
            act(by="second")
        connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        act(by="first")
        first_has_written.set()
        second_is_about_to.wait(10)
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    signatures = list(Entry.objects.order_by("seq").values_list("seq", "by"))[int(opened_before) :]
    assert signatures == [(1 + opened_before, "first"), (2 + opened_before, "second")]


def test_entries_of_gives_one_stream_newest_first_and_not_more_than_asked(append):
    append(count=3)
    append("account:3")
    assert [entry.seq for entry in queries.entries_of(STREAM)] == [3, 2, 1]
    assert [entry.seq for entry in queries.entries_of(STREAM, newest_first=False, limit=2)] == [1, 2]


def test_seal_names_every_stream_and_counts_all_when_it_is_the_first(append):
    last, other = append(count=2), append("account:3")
    seal = actions.seal(now=AT)
    assert (seal.number, seal.at) == (1, AT)
    told = json.loads(seal.body)
    assert told["streams"] == [[STREAM, 2, last.hash], ["account:3", 1, other.hash]]
    assert (told["stream_count"], told["entry_total"], told["prev"]) == (2, 3, chain.GENESIS)
    assert seal.hash == chain.digest(seal.body)


def test_seal_names_only_what_changed_and_counts_on_when_another_went_before(append):
    append(count=2)
    append("account:3")
    first = actions.seal(now=AT)
    newest = append(count=2)
    second = actions.seal(now=AT)
    told = json.loads(second.body)
    assert told["streams"] == [[STREAM, 4, newest.hash]]
    assert (told["stream_count"], told["entry_total"], told["prev"]) == (2, 5, first.hash)
    assert queries.latest_seal() == second


def test_seal_is_none_when_nothing_changed(append):
    assert actions.seal(now=AT) is None
    append()
    actions.seal(now=AT)
    assert actions.seal(now=AT) is None
    assert Seal.objects.count() == 1


def test_seal_leaves_the_rest_to_the_next_when_there_are_too_many(append, monkeypatch):
    monkeypatch.setattr(actions, "STREAMS_PER_SEAL", 2)
    for number in range(3):
        append(f"account:{number}")
    sealed = [chain.points_of(actions.seal(now=AT).body) for _ in range(2)]
    assert [[point.stream for point in points] for points in sealed] == [
        ["account:0", "account:1"],
        ["account:2"],
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_seal_passes_over_a_stream_when_somebody_is_writing_to_it(append):
    with transaction.atomic():
        append()
        append("account:3")
    sealed: list[Seal | None] = []

    def seal() -> None:
        sealed.append(actions.seal(now=AT))
        connection.close()

    with transaction.atomic():
        append()
        thread = threading.Thread(target=seal)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
    assert [point.stream for point in chain.points_of(sealed[0].body)] == ["account:3"]


def test_seal_task_seals_by_the_clock(append):
    append()
    tasks.seal()
    assert queries.latest_seal().number == 1
    assert tasks.seal.name == "audit.seal"
