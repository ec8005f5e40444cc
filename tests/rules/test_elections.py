"""Elections (Art. 4(4)): what names a candidate or party in the period goes only as the chief confirms.

The period runs from the announcement to polling day, both included, in Japanese days, on the day of sending.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest

from rules.calendar import JST, WorkingCalendar
from rules.facts import Clearance, Post
from rules.restraints import Election
from rules.states import Basis, ListState, Verb
from rules.workflow import Refused
from tests.rules.cast import (
    CAST,
    DAY,
    DELIVERY_ACTS,
    DEPUTY,
    DIGEST,
    HOUR,
    NOTE,
    NOW,
    POST_ACTS,
    SOUND_DELIVERY,
    SOUND_ELECTION,
    SOUND_POST,
    SUZUKI,
    TANAKA,
    TICK,
    TODAY,
    X,
    codes,
    judge,
    on_every_account,
    outcome,
)

ELECTION = SOUND_ELECTION
ALWAYS = WorkingCalendar(always=True)
TICKED = frozenset({"election"})
NAMING = replace(SOUND_POST, targets=(replace(X, calendar=ALWAYS),), elections=(ELECTION,))
EXEMPT = ("claim", "second check", "send in emergency")


def ticked(post: Post, *more: str) -> Post:
    return replace(post, asked=replace(post.asked, ticks=post.asked.ticks | TICKED | set(more)))


def act(name: str, post: Post, now: datetime = NOW) -> list[str]:
    one = POST_ACTS[name]
    return codes(judge(one.verb, replace(post, state=one.state), one.by, now=now))


def sent(post: Post, basis: Basis, now: datetime = NOW) -> list[str]:
    clearance = Clearance(basis, DIGEST, given_at=NOW - HOUR, by_chief=True, ticks=post.asked.ticks)
    one = replace(
        SOUND_DELIVERY,
        post=replace(post, clearance=clearance),
        account=post.targets[0],
        latest_at=None,
        due_at=post.due_at,
    )
    return codes(judge(Verb.SEND, one, CAST["worker"], now=now))


# --- Who may let it go


@pytest.mark.clause("mima:4-4")
def test_post_that_names_a_candidate_goes_only_with_the_chiefs_tick_on_an_approval_when_in_the_period() -> (
    None
):
    assert act("approve", NAMING) == ["election_unconfirmed"]
    assert act("approve", ticked(NAMING)) == []
    assert sent(NAMING, Basis.APPROVAL) == ["election_unconfirmed"]
    assert sent(ticked(NAMING), Basis.APPROVAL) == []
    by_deputy = replace(ticked(NAMING), state=POST_ACTS["approve"].state)
    assert codes(judge(Verb.APPROVE, by_deputy, DEPUTY)) == []
    other = replace(NAMING, asked=replace(NAMING.asked, ticks=frozenset({"out_of_hours"})))
    assert act("approve", other) == ["election_unconfirmed"], "another tick"


@pytest.mark.clause("mima:4-4")
@pytest.mark.parametrize("name", EXEMPT)
def test_exempt_road_is_closed_whatever_is_ticked_when_a_candidate_is_named(name: str) -> None:
    for post in (NAMING, ticked(NAMING)):
        assert act(name, post) == ["election_exempt"]
        for basis in (Basis.SECOND_CHECK, Basis.WAIVER):
            assert sent(post, basis) == ["election_exempt"]


def test_submission_is_open_when_the_chief_may_still_tick() -> None:
    assert act("submit", NAMING) == []


# --- When


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=JST)


ANNOUNCED, POLLING = date(2026, 11, 19), date(2026, 11, 26)
MOMENTS = [
    (at(ANNOUNCED, 0) - TICK, False),
    (at(ANNOUNCED, 0), True),
    (at(POLLING, 0) - TICK, True),
    (at(POLLING, 23), True),
    (at(POLLING + DAY, 0) - TICK, True),
    (at(POLLING + DAY, 0), False),
]


@pytest.mark.clause("mima:4-4")
@pytest.mark.parametrize(("now", "within"), MOMENTS)
def test_period_runs_from_the_announcement_to_the_end_of_polling_day_when_sent(
    now: datetime, within: bool
) -> None:
    assert (ELECTION.announced_on, ELECTION.polling_on) == (ANNOUNCED, POLLING)
    for moment in (now, now.astimezone(UTC)):
        assert sent(NAMING, Basis.APPROVAL, moment) == ["election_unconfirmed"] * within
        assert sent(NAMING, Basis.SECOND_CHECK, moment) == ["election_exempt"] * within
        assert act("approve", NAMING, moment) == ["election_unconfirmed"] * within


@pytest.mark.clause("mima:4-4")
@pytest.mark.parametrize(("due_at", "within"), [moment for moment in MOMENTS if moment[0] > NOW])
def test_period_is_judged_on_the_day_it_goes_out_when_it_is_scheduled(due_at: datetime, within: bool) -> None:
    later = replace(NAMING, due_at=due_at)
    assert act("approve", later) == ["election_unconfirmed"] * within
    assert act("claim", later) == ["election_exempt"] * within
    ahead = replace(later, elections=(replace(ELECTION, announced_on=TODAY + DAY),))
    assert act("second check", ahead) == ["election_exempt"] * within
    today = replace(ahead, due_at=None)
    assert act("second check", today) == [], "the election has not been announced yet"


HALF_AN_HOUR = timedelta(minutes=30)


@pytest.mark.clause("mima:4-4")
@pytest.mark.parametrize("basis", list(Basis))
def test_period_is_judged_at_its_time_when_half_an_hour_late_and_at_the_sending_after_that(
    basis: Basis,
) -> None:
    code = "election_unconfirmed" if basis == Basis.APPROVAL else "election_exempt"
    begins, ends = at(ANNOUNCED, 0), at(POLLING + DAY, 0)
    for due_at, at_its_time, later in ((begins - TICK, False, True), (ends - TICK, True, False)):
        post = replace(NAMING, due_at=due_at)
        for late in (0 * TICK, TICK, HALF_AN_HOUR):
            assert sent(post, basis, due_at + late) == [code] * at_its_time, (due_at, late)
        assert sent(post, basis, due_at + HALF_AN_HOUR + TICK) == [code] * later, due_at


def test_election_without_both_days_covers_no_day_when_it_is_asked_for() -> None:
    for announced, polling in ((None, POLLING), (ANNOUNCED, None), (None, None)):
        undated = replace(ELECTION, announced_on=announced, polling_on=polling)
        assert act("approve", replace(NAMING, elections=(undated,))) == []
        assert not undated.covers(TODAY)


def test_post_without_names_is_free_when_an_election_is_on() -> None:
    for name in ("approve", *EXEMPT):
        assert act(name, replace(NAMING, elections=())) == [], name


# --- Which account, and what it says


@pytest.mark.clause("mima:4-4")
def test_account_of_the_election_board_speaks_freely_and_only_that_one_when_a_post_goes_to_two() -> None:
    board = replace(X, election_board=True)
    both = replace(NAMING, targets=(board, NOTE))
    for name, code in (("approve", "election_unconfirmed"), *((n, "election_exempt") for n in EXEMPT)):
        one = POST_ACTS[name]
        decision = one.on(both)
        assert isinstance(decision, Refused), name
        assert [(reason.code, reason.account) for reason in decision.reasons] == [(code, NOTE.name)]
        assert act(name, on_every_account(election_board=True)(both)) == [], name
        assert act(name, replace(both, targets=(NOTE, board))) == [code], name
        assert act(name, replace(both, targets=(NOTE, X))) == [code] * 2, name


def test_reason_names_every_election_that_is_on_and_the_way_out_when_refused() -> None:
    other = replace(ELECTION, name="見本市議会議員補欠選挙")
    over = replace(ELECTION, name="知事選挙", polling_on=TODAY - DAY)
    post = replace(NAMING, elections=(ELECTION, over, other), state=POST_ACTS["approve"].state)
    decision = judge(Verb.APPROVE, post, SUZUKI)
    assert isinstance(decision, Refused)
    (reason,) = decision.reasons
    assert reason.sentence.startswith("「見本市長選挙」「見本市議会議員補欠選挙」の期間に")
    assert "知事選挙" not in reason.sentence
    assert reason.next_step == (
        "公職選挙法に触れないことを所属長が確かめ、承認するときか、出すと決めるときに印を付けてください。"
    )
    claimed = judge(Verb.CLAIM, replace(post, state=POST_ACTS["claim"].state), POST_ACTS["claim"].by)
    assert isinstance(claimed, Refused)
    assert "所属長の承認を受けて" in claimed.reasons[0].next_step


@pytest.mark.clause("mima:4-4")
def test_scheduled_post_is_asked_again_in_the_last_instant_when_an_election_was_registered_since() -> None:
    approved_before = replace(NAMING, elections=())
    assert act("approve", approved_before) == []
    assert sent(approved_before, Basis.APPROVAL) == []
    assert sent(NAMING, Basis.APPROVAL) == ["election_unconfirmed"]
    held = replace(SOUND_DELIVERY, post=replace(SOUND_DELIVERY.post, elections=(ELECTION,)))
    assert codes(DELIVERY_ACTS["release"].on(held)) == ["election_unconfirmed"]
    named = replace(held, asked=replace(held.asked, ticks=TICKED))
    assert codes(DELIVERY_ACTS["release"].on(named)) == []


# --- The register of elections


@pytest.mark.clause("mima:4-4")
def test_election_has_a_name_and_days_that_run_forwards_when_it_is_registered() -> None:
    names = [("市長選挙", []), ("", ["election_unnamed"]), (" 　", ["election_unnamed"])]
    days = [
        ((TODAY, TODAY), []),
        ((TODAY, TODAY + DAY), []),
        ((TODAY + DAY, TODAY), ["election_backwards"]),
        ((None, TODAY), ["election_undated"]),
        ((TODAY, None), ["election_undated"]),
        ((None, None), ["election_undated"]),
        ((TODAY - 9 * DAY, TODAY - 8 * DAY), []),
    ]
    for (name, one), ((announced, polling), two), taken, new in product(
        names, days, (False, True), (True, False)
    ):
        row = Election(name, announced, polling, taken=taken)
        want = sorted([*one, *two, *["election_listed"] * taken])
        assert codes(judge(Verb.LIST_ELECTION, row, SUZUKI, new=new)) == want, row


def test_election_is_retired_with_words_and_once_when_it_was_a_mistake() -> None:
    assert codes(judge(Verb.RETIRE_ELECTION, ELECTION, SUZUKI)) == []
    blank = replace(ELECTION, name=" ", polling_on=None, asked=replace(ELECTION.asked, reason=" "))
    assert codes(judge(Verb.RETIRE_ELECTION, blank, SUZUKI)) == ["reason_missing"]
    retired = replace(ELECTION, state=ListState.RETIRED)
    for verb in (Verb.LIST_ELECTION, Verb.RETIRE_ELECTION):
        assert outcome(judge(verb, retired, SUZUKI)) == "wrong_state", verb


def test_board_is_marked_by_the_chief_of_its_section_and_nobody_below_when_tried() -> None:
    for person, want in ((SUZUKI, "allowed"), (DEPUTY, "allowed"), (TANAKA, "forbidden")):
        assert outcome(judge(Verb.MARK_BOARD, X, person)) == want
