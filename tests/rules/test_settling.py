"""要照合: what is owed before a person records that an unknown delivery is out there, or is not."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from rules.facts import Asked, Delivery
from rules.states import AccountState, DeliveryState, Subject, Verb
from rules.transitions import LEARNT, row_for
from rules.workflow import Allowed
from tests.rules.cast import NOTE, NOW, SATO, SOUND_DELIVERY, SOUND_POST, WATER, X, codes, judge

UNKNOWN = replace(SOUND_DELIVERY, state=DeliveryState.UNKNOWN)
BOTH = (Verb.SETTLE_LIVE, Verb.SETTLE_NOT_LIVE)
WORDS, URL = "見た。", "https://x.com/mihon_kanko/status/1"


def settled(verb: Verb, **changes: object) -> list[str]:
    return codes(judge(verb, replace(UNKNOWN, **changes), SATO))  # type: ignore[arg-type]


def test_settling_leads_to_the_two_ends_that_are_learnt_otherwise_when_the_table_is_read() -> None:
    ends = {}
    for verb in BOTH:
        decision = judge(verb, UNKNOWN, SATO)
        assert isinstance(decision, Allowed)
        ends[verb] = decision.row.target
    assert ends == {Verb.SETTLE_LIVE: DeliveryState.ACCEPTED, Verb.SETTLE_NOT_LIVE: DeliveryState.EXPIRED}
    learnt = {after for before, after, _ in LEARNT if before == DeliveryState.UNKNOWN}
    assert learnt == set(ends.values())
    assert all(row_for(Subject.DELIVERY, verb, DeliveryState.ARMED) is None for verb in BOTH)


def test_every_reason_is_said_at_once_when_faults_come_together() -> None:
    words = [(WORDS, []), (" 　\n", ["saw_missing"]), ("\u200b", ["saw_missing"])]
    places = [
        ((URL, False), []),
        (("", True), []),
        (("", False), ["address_missing"]),
        (("見美観光", False), ["address_unreadable"]),
        (("見美観光", True), ["address_unreadable"]),
    ]
    rest = [
        (NOW - timedelta(seconds=1), []),
        (NOW, []),
        (NOW + timedelta(seconds=1), ["may_still_arrive"]),
        (None, ["may_still_arrive"]),
    ]
    for (text, one), ((url, no_url), two), (moment, three) in product(words, places, rest):
        asked = Asked(text, url=url, no_url=no_url)
        live = settled(Verb.SETTLE_LIVE, asked=asked, settle_from=moment)
        assert live == sorted([*one, *two, *three])
        assert settled(Verb.SETTLE_NOT_LIVE, asked=asked, settle_from=moment) == sorted([*one, *three])


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://x.com/1",
        "x.com/mihon_kanko/status/1",
        "//x.com/1",
        "https://",
        "https:///status/1",
        "http://[",
        "https://x.com/a b",
        "https://x.com/a\nb",
        "https://x.com/a\u3000b",
        "https://x.com/\u202egpj",
        " https://x.com/1",
        "file:///etc/passwd",
    ],
)
def test_address_is_refused_when_it_is_no_page_of_the_web(url: str) -> None:
    assert settled(Verb.SETTLE_LIVE, asked=Asked(WORDS, url=url)) == ["address_unreadable"]


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "http://sns.example/@a/1?b=c#d",
        "https://例え.jp/投稿/1",
        "HTTPS://X.COM/1",
        "https://[::1]:8443/1",
    ],
)
def test_address_is_taken_when_it_is_a_page_of_the_web(url: str) -> None:
    assert settled(Verb.SETTLE_LIVE, asked=Asked(WORDS, url=url)) == []


def test_settling_does_not_ask_for_what_sending_asks_for_when_it_has_been_sent() -> None:
    """The account may be closed and the clearance gone by now: the question is only what became of it."""
    gone = replace(X, state=AccountState.CLOSED, policy_in_force=False, policy_categories=frozenset())
    changed: Delivery = replace(
        UNKNOWN, account=gone, clearance_live=False, latest_at=NOW - timedelta(days=9)
    )
    assert [codes(judge(verb, changed, SATO)) for verb in BOTH] == [[], []]


def test_scope_is_the_deliverys_own_account_when_the_post_goes_to_others_too() -> None:
    outside = replace(SATO, section=WATER)
    for drafts, wanted in ((X.id, []), (NOTE.id, ["not_in_scope"])):
        actor = replace(outside, drafts_for=frozenset({drafts}))
        both: Delivery = replace(UNKNOWN, post=replace(SOUND_POST, targets=(X, NOTE)))
        assert [codes(judge(verb, both, actor)) for verb in BOTH] == [wanted, wanted]


ENDED = replace(UNKNOWN, state=DeliveryState.EXPIRED, was_taken=True)


def test_what_was_recorded_as_not_there_is_live_after_all_when_whoever_had_it_says_where() -> None:
    assert codes(judge(Verb.SETTLE_AFTER_ALL, ENDED, SATO)) == []


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"was_taken": False}, ["nobody_took_it"]),
        ({"gone_on": True}, ["gone_on"]),
        ({"asked": Asked("")}, ["address_missing", "saw_missing"]),
        ({"asked": replace(UNKNOWN.asked, page="another")}, ["page_of_another"]),
        ({"state": DeliveryState.DROPPED}, ["wrong_state"]),
        ({"state": DeliveryState.REJECTED}, ["wrong_state"]),
        ({"was_taken": False, "gone_on": True}, ["gone_on", "nobody_took_it"]),
    ],
)
def test_it_is_not_when_nobody_had_it_or_something_goes_out_in_its_place(
    changes: dict[str, object], wanted: list[str]
) -> None:
    assert codes(judge(Verb.SETTLE_AFTER_ALL, replace(ENDED, **changes), SATO)) == wanted  # type: ignore[arg-type]
