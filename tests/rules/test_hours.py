"""Working hours (Art. 9(1)): the calendar to the very instant, and the chief's word that every road owes outside them.

Written from the domain report (3.9, section 4) and the design (section 5): judged on the due time, no waiver.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest

from rules.calendar import (
    JST,
    Hours,
    WorkingCalendar,
    day_of,
    fiscal_year_end,
    hours_at,
    is_working_day,
    next_morning,
    next_opening,
)
from rules.facts import Actor, Asked, Claim, Clearance, Delivery, Post, Release
from rules.restraints import Confirmation, StandingConfirmation
from rules.states import Basis, ConfirmationState, Ground, How, ListState, StandingState, Verb
from rules.workflow import Refused
from tests.rules.cast import (
    CAST,
    DAY,
    DELIVERY_ACTS,
    DEPUTY,
    DIGEST,
    EVACUATION,
    HOUR,
    ITO,
    NOTE,
    NOW,
    POST_ACTS,
    SOUND_DAY,
    SOUND_DELIVERY,
    SOUND_POST,
    SOUND_STANDING,
    SOUND_WORD,
    SUZUKI,
    TANAKA,
    TICK,
    TODAY,
    X,
    codes,
    judge,
    outcome,
)

USUAL = WorkingCalendar()
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, 20) + n * DAY for n in range(4))
WORKER = CAST["worker"]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=JST)


# --- The calendar


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize(
    ("instant", "hours"),
    [
        (at(FRIDAY, 0), Hours.OUT),
        (at(FRIDAY, 8, 30) - TICK, Hours.OUT),
        (at(FRIDAY, 8, 30), Hours.IN),
        (at(FRIDAY, 17, 15) - TICK, Hours.IN),
        (at(FRIDAY, 17, 15), Hours.OUT),
        (at(FRIDAY, 23, 59), Hours.OUT),
        (at(SATURDAY, 12), Hours.OUT),
        (at(SUNDAY, 12), Hours.OUT),
        (at(MONDAY, 12), Hours.IN),
        (at(MONDAY, 8, 30) - TICK, Hours.OUT),
    ],
)
def test_hours_are_half_past_eight_to_a_quarter_past_five_on_weekdays_when_nobody_says_otherwise(
    instant: datetime, hours: Hours
) -> None:
    assert hours_at(USUAL, instant) == hours
    assert hours_at(USUAL, instant.astimezone(UTC)) == hours


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 12, 26), True),
        (date(2025, 12, 28), False),  # a Sunday
        (date(2026, 12, 28), True),  # a Monday
        (date(2025, 12, 29), False),
        (date(2025, 12, 30), False),
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), False),
        (date(2026, 1, 2), False),
        (date(2025, 1, 3), False),  # a Friday
        (date(2024, 1, 4), True),  # a Thursday
        (date(2026, 1, 5), True),
        (date(2026, 11, 29), False),  # a Sunday
        (date(2026, 11, 30), True),
        (date(2026, 2, 3), True),
        (date(2026, 3, 31), True),
    ],
)
def test_turn_of_the_year_is_closed_from_december_29_to_january_3_when_it_comes(
    day: date, works: bool
) -> None:
    assert is_working_day(USUAL, day) == works
    assert hours_at(USUAL, at(day, 12)) == (Hours.IN if works else Hours.OUT)


def test_day_is_as_the_city_says_when_it_says_otherwise() -> None:
    closed = WorkingCalendar(holidays=frozenset({MONDAY}))
    opened = WorkingCalendar(workdays=frozenset({SATURDAY, date(2025, 12, 29)}))
    both = WorkingCalendar(holidays=frozenset({MONDAY}), workdays=frozenset({MONDAY}))
    assert [is_working_day(closed, day) for day in (FRIDAY, SATURDAY, MONDAY, MONDAY + DAY)] == [
        *(True, False, False, True)
    ]
    assert [is_working_day(opened, day) for day in (SATURDAY, SUNDAY, date(2025, 12, 29))] == [
        *(True, False, True)
    ]
    assert is_working_day(both, MONDAY), "the city's own word goes before a holiday"
    assert hours_at(opened, at(SATURDAY, 8, 30)) == Hours.IN
    assert hours_at(opened, at(SATURDAY, 17, 15)) == Hours.OUT


@pytest.mark.parametrize(
    ("opens", "closes", "inside", "outside"),
    [
        (time(8, 30), time(0), [at(FRIDAY, 8, 30), at(SATURDAY, 0) - TICK], [at(FRIDAY, 8, 30) - TICK]),
        (
            time(0),
            time(0),
            [at(FRIDAY, 0), at(SATURDAY, 0) - TICK],
            [at(FRIDAY, 0) - DAY * 5, at(SATURDAY, 0)],
        ),
        (time(0), time(12), [at(FRIDAY, 0), at(FRIDAY, 12) - TICK], [at(FRIDAY, 12)]),
        (time(10), time(19), [at(FRIDAY, 10), at(FRIDAY, 19) - TICK], [at(FRIDAY, 9), at(FRIDAY, 19)]),
    ],
)
def test_closing_at_midnight_is_the_days_end_when_the_policy_says_so(
    opens: time, closes: time, inside: list[datetime], outside: list[datetime]
) -> None:
    calendar = WorkingCalendar(opens=opens, closes=closes)
    assert {hours_at(calendar, instant) for instant in inside} == {Hours.IN}
    assert {hours_at(calendar, instant) for instant in outside} == {Hours.OUT}


def test_city_that_is_always_there_is_never_out_of_hours_when_asked() -> None:
    always = WorkingCalendar(always=True, holidays=frozenset({FRIDAY}), known_until=FRIDAY - DAY)
    for instant in (at(FRIDAY, 0), at(SUNDAY, 3), at(date(2027, 1, 1), 23, 59)):
        assert hours_at(always, instant) == Hours.IN
        assert is_working_day(always, day_of(instant))
        assert next_opening(always, instant) == instant


def test_hours_are_unknown_beyond_the_last_day_whose_holidays_are_known_when_they_seem_in() -> None:
    until = WorkingCalendar(known_until=FRIDAY)
    assert hours_at(until, at(FRIDAY, 17, 14)) == Hours.IN
    assert hours_at(until, at(MONDAY, 8, 30)) == Hours.UNKNOWN
    assert hours_at(until, at(MONDAY, 17, 15) - TICK) == Hours.UNKNOWN
    for sure in (at(MONDAY, 8, 29), at(MONDAY, 17, 15), at(SATURDAY, 12)):
        assert hours_at(until, sure) == Hours.OUT, "what is out needs no holiday to be out"
    assert hours_at(replace(until, known_until=FRIDAY - DAY), at(FRIDAY, 12)) == Hours.UNKNOWN


@pytest.mark.parametrize(
    ("instant", "opening"),
    [
        (at(FRIDAY, 0), at(FRIDAY, 8, 30)),
        (at(FRIDAY, 8, 30) - TICK, at(FRIDAY, 8, 30)),
        (at(FRIDAY, 8, 30), at(FRIDAY, 8, 30)),
        (at(FRIDAY, 12), at(FRIDAY, 12)),
        (at(FRIDAY, 17, 15) - TICK, at(FRIDAY, 17, 15) - TICK),
        (at(FRIDAY, 17, 15), at(MONDAY, 8, 30)),
        (at(SUNDAY, 23, 59), at(MONDAY, 8, 30)),
        (at(date(2025, 12, 26), 18), at(date(2026, 1, 5), 8, 30)),
    ],
)
def test_next_opening_is_the_first_working_instant_when_asked_for(
    instant: datetime, opening: datetime
) -> None:
    assert next_opening(USUAL, instant) == opening
    found = next_opening(USUAL, instant.astimezone(UTC))
    assert (found, found.tzinfo) == (opening, JST)


def test_next_opening_skips_holidays_when_the_city_is_closed() -> None:
    closed = WorkingCalendar(holidays=frozenset({MONDAY}))
    assert next_opening(closed, at(FRIDAY, 20)) == at(MONDAY + DAY, 8, 30)
    never = WorkingCalendar(holidays=frozenset(FRIDAY + n * DAY for n in range(400)))
    assert next_opening(never, at(FRIDAY, 20)) == at(SATURDAY, 8, 30), "some answer is better than none"
    opens_late = WorkingCalendar(holidays=frozenset(FRIDAY + n * DAY for n in range(59)))
    assert next_opening(opens_late, at(FRIDAY, 20)) == at(FRIDAY + 59 * DAY, 8, 30)


@pytest.mark.parametrize(
    ("instant", "morning"),
    [
        (at(FRIDAY, 0) - TICK, at(FRIDAY, 10)),
        (at(FRIDAY, 0), at(MONDAY, 10)),
        (at(FRIDAY, 9), at(MONDAY, 10)),
        (at(FRIDAY, 23), at(MONDAY, 10)),
        (at(SUNDAY, 23, 59), at(MONDAY, 10)),
        (at(MONDAY, 0), at(MONDAY + DAY, 10)),
        (at(date(2025, 12, 26), 12), at(date(2026, 1, 5), 10)),
    ],
)
def test_next_morning_is_ten_oclock_of_the_first_working_day_after_that_day_when_asked_for(
    instant: datetime, morning: datetime
) -> None:
    """Row 3: what went out in an emergency is looked at on the next working morning."""
    assert next_morning(USUAL, instant) == morning
    assert next_morning(USUAL, instant.astimezone(UTC)) == morning


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2027, 3, 31)),
        (date(2026, 12, 31), date(2027, 3, 31)),
        (date(2027, 1, 1), date(2027, 3, 31)),
        (date(2027, 3, 1), date(2027, 3, 31)),
    ],
)
def test_fiscal_year_ends_with_march_when_asked_for_a_day(day: date, end: date) -> None:
    assert fiscal_year_end(day) == end


def test_day_is_the_japanese_one_when_an_instant_is_given() -> None:
    midnight = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
    assert (day_of(midnight - TICK), day_of(midnight)) == (FRIDAY - DAY, FRIDAY)


# --- The gate, on every road

NIGHT = at(FRIDAY, 20)
ROADS = {
    "approve": POST_ACTS["approve"],
    "second check": POST_ACTS["second check"],
    "send in emergency": POST_ACTS["send in emergency"],
}
INFORMATION = {
    "approve": {"disaster_information": True},
    "second check": {"claim": Claim(Ground.DISASTER, EVACUATION)},
    "send in emergency": {"claim": Claim(Ground.DISASTER, EVACUATION)},
}
BASIS = {
    "approve": Basis.APPROVAL,
    "second check": Basis.SECOND_CHECK,
    "send in emergency": Basis.WAIVER,
}
TICKED = frozenset({"out_of_hours"})


def act(road: str, post: Post, now: datetime) -> list[str]:
    one = ROADS[road]
    return codes(judge(one.verb, replace(post, state=one.state), one.by, now=now))


def sent(road: str, post: Post, now: datetime, **changes: object) -> list[str]:
    """The worker sends it to its first account, on the clearance that the road ends with."""
    clearance = Clearance(BASIS[road], DIGEST, given_at=NOW, ticks=post.asked.ticks)
    one: Delivery = replace(
        SOUND_DELIVERY,
        post=replace(post, clearance=clearance),
        account=post.targets[0],
        due_at=post.due_at,
        latest_at=None,
    )
    return codes(judge(Verb.SEND, replace(one, **changes), WORKER, now=now))  # type: ignore[arg-type]


def single(**changes: object) -> Post:
    return replace(SOUND_POST, targets=(X,), **changes)  # type: ignore[arg-type]


def ticking(post: Post, *ticks: str) -> Post:
    return replace(post, asked=replace(post.asked, ticks=post.asked.ticks | set(ticks)))


BOUNDARIES = [
    (at(FRIDAY, 8, 30) - TICK, True),
    (at(FRIDAY, 8, 30), False),
    (at(FRIDAY, 17, 15) - TICK, False),
    (at(FRIDAY, 17, 15), True),
    (at(SATURDAY, 12), True),
]


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize("road", list(ROADS))
@pytest.mark.parametrize(("now", "out"), BOUNDARIES)
def test_rows_1_to_4_chiefs_word_is_owed_on_every_road_from_the_closing_instant_when_out_of_hours(
    road: str, now: datetime, out: bool
) -> None:
    want = ["out_of_hours"] * out
    quiet = replace(SOUND_POST.asked, confirmed_at=NOW - DAY)
    post = single(asked=quiet, claim=Claim(Ground.DISASTER, replace(EVACUATION, announced_at=NOW - DAY)))
    assert act(road, post, now) == want
    assert sent(road, post, now) == want
    confirmed = replace(post, confirmations=(Confirmation(NOW - HOUR),))
    assert act(road, confirmed, now) == []
    assert sent(road, confirmed, now) == []


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize("road", ["approve", "second check"])
def test_hours_are_judged_on_the_due_time_when_it_was_written_on_another_day(road: str) -> None:
    """3.9: a Sunday post is out of hours although written on Friday."""
    for due_at, out in (
        (at(SUNDAY, 10), True),
        (at(MONDAY, 10), False),
        (at(MONDAY, 8, 30) - TICK, True),
        (at(MONDAY, 8, 30), False),
    ):
        want = ["out_of_hours"] * out
        assert act(road, single(due_at=due_at), NOW) == want, due_at
        assert sent(road, single(due_at=due_at), due_at) == want, due_at
    # Decided at night for the next working day: nobody is asked, whatever the hour of deciding.
    assert act(road, single(due_at=at(MONDAY, 10)), NIGHT) == []
    # A due time that has passed is no excuse: it goes when it is cleared.
    assert act(road, single(due_at=at(FRIDAY, 16)), NIGHT) == ["out_of_hours"]
    # What was due in hours and is taken up hours late goes out of hours: publication counts.
    assert sent(road, single(due_at=at(FRIDAY, 16)), NIGHT) == ["out_of_hours"]


HALF_AN_HOUR = timedelta(minutes=30)


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize("road", list(ROADS))
@pytest.mark.parametrize(
    ("due_at", "at_its_time", "later"),
    [
        (at(FRIDAY, 17), False, True),  # in hours; half an hour later they are over
        (at(FRIDAY, 17, 15), True, True),
        (at(FRIDAY, 8, 15), True, False),  # out of hours; half an hour later they have begun
        (at(FRIDAY, 12), False, False),
    ],
)
def test_hours_are_judged_at_its_time_when_it_goes_half_an_hour_late_and_at_the_sending_after_that(
    road: str, due_at: datetime, at_its_time: bool, later: bool
) -> None:
    post = single(due_at=due_at)
    for late in (-HOUR, -TICK, 0 * TICK, TICK, HALF_AN_HOUR - TICK, HALF_AN_HOUR):
        assert sent(road, post, due_at + late) == ["out_of_hours"] * at_its_time, late
    for late in (HALF_AN_HOUR + TICK, HALF_AN_HOUR + timedelta(minutes=1)):
        assert sent(road, post, due_at + late) == ["out_of_hours"] * later, late
    assert sent(road, post, (due_at + HALF_AN_HOUR).astimezone(UTC)) == ["out_of_hours"] * at_its_time
    # From a release by name the same half hour runs, where that is later than the due time.
    early = single(due_at=due_at - 3 * HOUR)
    released = Release(due_at, True)
    assert sent(road, early, due_at + HALF_AN_HOUR, release=released) == ["out_of_hours"] * at_its_time
    assert sent(road, early, due_at + HALF_AN_HOUR + TICK, release=released) == ["out_of_hours"] * later


@pytest.mark.clause("mima:9-1")
def test_standing_confirmation_is_asked_for_the_day_it_goes_when_that_is_another_than_its_time() -> None:
    midnight = at(SATURDAY, 0)
    for name in ROADS:
        account = replace(X, standing=(STANDING,))
        post = replace(single(**INFORMATION[name], due_at=midnight - TICK), targets=(account,))
        assert sent(name, post, midnight - TICK + HALF_AN_HOUR) == [], "its time was on the last day"
        assert sent(name, post, midnight + HALF_AN_HOUR) == ["out_of_hours"], "it goes on the day after"


@pytest.mark.clause("mima:9-1")
def test_row_1_tick_on_the_approval_is_the_confirmation_and_anybody_elses_is_not_when_out_of_hours() -> None:
    for road, counts in (("approve", True), ("second check", False), ("send in emergency", False)):
        post = ticking(single(), *TICKED)
        want = [] if counts else ["out_of_hours"]
        assert act(road, post, NIGHT) == want, road
        assert sent(road, post, NIGHT) == want, road
    assert act("approve", ticking(single(), "election"), NIGHT) == ["out_of_hours"], "another tick"
    approve = POST_ACTS["approve"]
    by_deputy = replace(ticking(single(), *TICKED), state=approve.state)
    assert codes(judge(Verb.APPROVE, by_deputy, DEPUTY, now=NIGHT)) == []


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize("road", list(ROADS))
def test_word_of_the_chief_counts_whenever_it_was_given_unless_it_was_denied(road: str) -> None:
    for state, counts in (
        (ConfirmationState.RECORDED, True),
        (ConfirmationState.RATIFIED, True),
        (ConfirmationState.DENIED, False),
    ):
        word = Confirmation(NIGHT - 9 * DAY, state)
        want = [] if counts else ["out_of_hours"]
        assert act(road, single(confirmations=(word,)), NIGHT) == want, state
        assert sent(road, single(confirmations=(word,)), NIGHT) == want, state


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize("road", list(ROADS))
def test_only_what_the_chief_ratified_or_said_counts_when_a_word_on_the_version_was_denied(road: str) -> None:
    """Whichever came first: somebody else's note is not enough any more."""
    for before, after in ((NIGHT - HOUR, NIGHT), (NIGHT, NIGHT - HOUR)):
        denied = Confirmation(before, ConfirmationState.DENIED)
        noted = Confirmation(after, ConfirmationState.RECORDED)
        ratified = Confirmation(after, ConfirmationState.RATIFIED)
        for words, want in (
            ((noted,), []),
            ((ratified,), []),
            ((denied,), ["out_of_hours"]),
            ((denied, noted), ["out_of_hours"]),
            ((noted, denied), ["out_of_hours"]),
            ((noted, denied, noted), ["out_of_hours"]),
            ((denied, ratified), []),
            ((ratified, denied), []),
            ((denied, noted, ratified), []),
        ):
            post = single(confirmations=words)
            assert act(road, post, NIGHT) == want, words
            assert sent(road, post, NIGHT) == want, words


def test_word_counts_by_its_state_and_by_whether_another_was_denied_when_asked() -> None:
    counting = {
        ConfirmationState.RECORDED: (True, False),
        ConfirmationState.RATIFIED: (True, True),
        ConfirmationState.DENIED: (False, False),
    }
    for state, (usually, after_denial) in counting.items():
        word = Confirmation(NIGHT, state)
        assert (word.counts(after_denial=False), word.counts(after_denial=True)) == (usually, after_denial)
    assert Confirmation(NIGHT).known_at == NIGHT, "when nobody says when it was written down"
    assert Confirmation(NIGHT - HOUR, recorded_at=NIGHT).known_at == NIGHT


FIRST, LAST = date(2026, 11, 16), date(2026, 11, 20)
STANDING = StandingConfirmation(FIRST, LAST)
STANDING_DAYS = [
    (at(FIRST, 0) - TICK, False),
    (at(FIRST, 0), True),
    (at(LAST, 20), True),
    (at(LAST, 23, 59), True),
    (at(SATURDAY, 0) - TICK, True),
    (at(SATURDAY, 0), False),
]


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize("road", list(ROADS))
@pytest.mark.parametrize(("now", "covered"), STANDING_DAYS)
def test_rows_4_and_6_standing_confirmation_covers_disaster_information_from_its_first_to_its_last_day(
    road: str, now: datetime, covered: bool
) -> None:
    early = {"announced_at": at(FIRST, 0) - DAY}
    changes = {**INFORMATION[road], "asked": replace(SOUND_POST.asked, confirmed_at=None)}
    if "claim" in changes:
        changes["claim"] = Claim(Ground.DISASTER, replace(EVACUATION, **early))
    information = replace(single(**changes), targets=(replace(X, standing=(STANDING,)),))
    want = [] if covered else ["out_of_hours"]
    assert act(road, information, now) == want
    assert sent(road, information, now) == want
    assert sent(road, information, now.astimezone(UTC)) == want


@pytest.mark.clause("mima:9-1")
def test_standing_confirmation_covers_nothing_else_when_there_is_one() -> None:
    account = replace(X, standing=(STANDING,))
    for road in ROADS:
        assert act(road, replace(single(), targets=(account,)), NIGHT) == ["out_of_hours"], road
        related = replace(single(disaster_related=True), targets=(account,))
        assert act(road, related, NIGHT) == ["out_of_hours"], road
        # The drafter's marks say so to the approver alone; on the exempt roads the ground does.
        for marked in ({"corrects_disaster": True}, {"disaster_information": True}):
            post = replace(single(**marked), targets=(account,))
            want = [] if road == "approve" else ["out_of_hours"]
            assert act(road, post, NIGHT) == want, (road, marked)
            assert sent(road, post, NIGHT) == want, (road, marked)
            on_4 = replace(post, claim=Claim(Ground.DISASTER, EVACUATION))
            assert act(road, on_4, NIGHT) == [], (road, marked)
    escalated = replace(single(claim=Claim(Ground.DISASTER, EVACUATION)), targets=(account,))
    assert act("approve", escalated, NIGHT) == [], "what was claimed on (4) and handed up is that still"
    endless = replace(X, standing=(replace(STANDING, until_on=None),))
    information = replace(single(**INFORMATION["approve"]), targets=(endless,))
    assert act("approve", information, NIGHT) == ["out_of_hours"], "without a last day it covers no day"
    two = replace(X, standing=(replace(STANDING, until_on=FIRST), STANDING))
    assert act("approve", replace(information, targets=(two,)), NIGHT) == []


@pytest.mark.clause("mima:9-1")
def test_hours_are_each_accounts_own_when_a_post_goes_to_two() -> None:
    late = WorkingCalendar(opens=time(10), closes=time(22))
    post = replace(SOUND_POST, targets=(X, replace(NOTE, calendar=late)))
    for road in ROADS:
        decision = judge(ROADS[road].verb, replace(post, state=ROADS[road].state), ROADS[road].by, now=NIGHT)
        assert isinstance(decision, Refused), road
        assert [(reason.code, reason.account) for reason in decision.reasons] == [("out_of_hours", X.name)]
    assert sent("approve", replace(post, targets=post.targets[1:]), NIGHT) == []


@pytest.mark.parametrize("road", list(ROADS))
def test_calendar_that_ends_too_early_is_said_so_when_the_day_lies_beyond(road: str) -> None:
    known = replace(X, calendar=WorkingCalendar(known_until=TODAY))
    unknown = replace(X, calendar=WorkingCalendar(known_until=TODAY - DAY))
    for account, now, want in (
        (known, NOW, []),
        (unknown, NOW, ["calendar_unknown"]),
        (unknown, NIGHT, ["out_of_hours"]),
    ):
        assert act(road, replace(single(), targets=(account,)), now) == want
    confirmed = replace(single(), targets=(unknown,), confirmations=(Confirmation(NOW),))
    assert act(road, confirmed, NOW) == []
    one = ROADS[road]
    for account, now, words in ((unknown, NOW, "祝日がまだ分からない"), (X, NIGHT, "勤務時間の外に出る")):
        post = replace(single(), targets=(account,), state=one.state)
        decision = judge(one.verb, post, one.by, now=now)
        assert isinstance(decision, Refused)
        assert words in decision.reasons[0].sentence


def test_way_out_is_the_tick_for_the_approver_and_the_record_for_others_when_out_of_hours() -> None:
    steps = {}
    for road, one in ROADS.items():
        decision = judge(one.verb, replace(single(), state=one.state), one.by, now=NIGHT)
        assert isinstance(decision, Refused), road
        steps[road] = decision.reasons[0].next_step
    assert steps["approve"].startswith("承認するときか、出すと決めるときに「")
    assert steps["approve"].endswith("に印を付けてください。")
    assert "対面か電話" in steps["second check"]
    assert steps["send in emergency"] == steps["second check"]


def test_hours_are_not_asked_of_whoever_asks_when_the_chief_may_still_tick() -> None:
    for name in ("submit", "claim"):
        one = POST_ACTS[name]
        post = replace(single(due_at=at(SUNDAY, 10)), state=one.state)
        assert codes(judge(one.verb, post, one.by)) == [], name


def test_hours_are_owed_only_under_a_rulebook_that_asks_for_them_when_switched() -> None:
    for books, want in ((("toyama",), []), (("toyama", "mima"), ["out_of_hours"])):
        post = replace(single(), targets=(replace(X, rulebooks=books),))
        for road in ROADS:
            assert act(road, post, NIGHT) == want, (books, road)
            assert sent(road, post, NIGHT) == want, (books, road)


# --- The chief's word, as somebody writes it down


def spoken(by: Actor = TANAKA, **changes: object) -> list[str]:
    asked = replace(SOUND_POST.asked, **changes)  # type: ignore[arg-type]
    return codes(replace(POST_ACTS["confirm"], by=by).on(replace(SOUND_POST, asked=asked)))


@pytest.mark.clause("mima:9-1")
def test_word_says_whose_when_and_how_when_it_is_written_down() -> None:
    people = [(SUZUKI.id, []), (None, ["confirmed_by_nobody"]), (TANAKA.id, ["confirmed_by_nobody"])]
    means = [(How.PHONE, []), (How.IN_PERSON, []), (None, ["how_missing"]), (How.IN_APP, ["in_app_by_other"])]
    times = [
        (NOW - 9 * DAY, ["confirmed_long_ago"]),
        (NOW - DAY - TICK, ["confirmed_long_ago"]),
        ((NOW - DAY - TICK).astimezone(UTC), ["confirmed_long_ago"]),
        (NOW - DAY, []),
        (NOW, []),
        (NOW.astimezone(UTC), []),
        (NOW + TICK, ["confirmed_in_future"]),
        (None, ["confirmed_at_missing"]),
    ]
    for (person, one), (how, two), (moment, three) in product(people, means, times):
        if person == TANAKA.id and how is not None:
            # Their own word: on the screen it wants only that they are a chief; it is never one told.
            two = [] if how == How.IN_APP else ["own_word_as_told"]
        got = spoken(confirmed_by=person, how=how, confirmed_at=moment)
        assert got == sorted([*one, *two, *three]), (person, how, moment)


@pytest.mark.clause("mima:9-1")
def test_word_on_the_screen_is_the_chiefs_own_when_it_is_written_down() -> None:
    assert spoken(SUZUKI, how=How.IN_APP) == []
    assert spoken(DEPUTY, how=How.IN_APP) == ["in_app_by_other"], "the deputy speaks for themselves"
    for how in (How.PHONE, How.IN_PERSON):
        assert spoken(SUZUKI, how=how) == ["own_word_as_told"], "one does not ring oneself up"
        assert spoken(DEPUTY, how=how) == [], "the deputy writes down what the chief said"
    assert spoken(SUZUKI, how=None) == ["how_missing"]
    assert spoken(ITO) == [], "whoever wrote in the post may"


def test_word_binds_to_the_version_that_was_seen_when_it_is_written_down() -> None:
    for digest, want in ((DIGEST, []), ("older", ["version_changed"]), ("", ["version_changed"])):
        assert spoken(seen_digest=digest) == want


@pytest.mark.clause("mima:9-1")
def test_word_is_ratified_by_chief_or_deputy_who_did_not_write_it_down_when_it_was_so() -> None:
    for verb in (Verb.RATIFY, Verb.DENY):
        for by in (SUZUKI, DEPUTY):
            assert codes(judge(verb, SOUND_WORD, by)) == [], (verb, by.name)
            own = replace(SOUND_WORD, recorded_by=by.id)
            want = ["own_record"] if verb == Verb.RATIFY else []
            assert codes(judge(verb, own, by)) == want, (verb, by.name)
    unexplained = replace(SOUND_WORD, asked=Asked(" 　"))
    assert codes(judge(Verb.DENY, unexplained, SUZUKI)) == ["reason_missing"]
    assert codes(judge(Verb.RATIFY, unexplained, SUZUKI)) == []
    for state in (ConfirmationState.RATIFIED, ConfirmationState.DENIED):
        for verb in (Verb.RATIFY, Verb.DENY):
            assert outcome(judge(verb, replace(SOUND_WORD, state=state), SUZUKI)) == "wrong_state"


# --- Standing confirmations


def periods() -> Iterator[tuple[date, date | None, list[str]]]:
    march_31, april_1 = date(2027, 3, 31), date(2027, 4, 1)
    yield TODAY, march_31, []
    yield TODAY, april_1, ["standing_too_long"]
    yield TODAY, TODAY, []
    yield TODAY, TODAY + DAY, []
    yield TODAY, TODAY - DAY, ["standing_backwards"]
    yield TODAY + DAY, TODAY, ["standing_backwards"]
    yield TODAY - 9 * DAY, TODAY - DAY, ["standing_backwards"]
    yield TODAY - 9 * DAY, TODAY, []
    yield TODAY, None, ["standing_without_end"]
    yield april_1, date(2028, 3, 31), ["standing_too_early"]
    yield april_1, date(2028, 4, 1), ["standing_too_long"]
    yield march_31, march_31, ["standing_too_early"]
    yield march_31, april_1, ["standing_too_long"]
    yield TODAY + 31 * DAY, march_31, []
    yield TODAY + 32 * DAY, march_31, ["standing_too_early"]
    yield TODAY + 32 * DAY, None, ["standing_without_end"]
    yield TODAY + 32 * DAY, TODAY + 31 * DAY, ["standing_backwards"]


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize(("from_on", "until_on", "want"), list(periods()))
def test_standing_confirmation_ends_within_the_fiscal_year_of_its_first_day_when_given(
    from_on: date, until_on: date | None, want: list[str]
) -> None:
    row = replace(SOUND_STANDING, from_on=from_on, until_on=until_on)
    assert codes(judge(Verb.GIVE_STANDING, row, SUZUKI, new=True)) == want


@pytest.mark.clause("mima:9-1")
@pytest.mark.parametrize(
    ("given_on", "early"),
    [
        (at(date(2027, 3, 1), 0) - TICK, True),
        (at(date(2027, 3, 1), 0), False),
        (at(date(2027, 3, 31), 23, 59), False),
        (at(date(2027, 4, 1), 9), False),
    ],
)
def test_standing_confirmation_for_the_new_fiscal_year_is_given_from_march_when_31_days_are_left(
    given_on: datetime, early: bool
) -> None:
    """The Japanese day counts, and the year that ends is the one it begins in."""
    for until_on, too_long in ((date(2028, 3, 31), False), (date(2028, 4, 1), True)):
        row = replace(SOUND_STANDING, from_on=date(2027, 4, 1), until_on=until_on)
        want = ["standing_too_long"] if too_long else ["standing_too_early"] * early
        for now in (given_on, given_on.astimezone(UTC)):
            assert codes(judge(Verb.GIVE_STANDING, row, SUZUKI, new=True, now=now)) == want


@pytest.mark.clause("mima:9-1")
def test_standing_confirmation_is_given_and_taken_back_by_the_chief_alone_when_tried() -> None:
    for person in (
        "deputy",
        "deputy_from_pr",
        "parent_chief",
        "mori",
        "tanaka",
        "elected",
        "contractor_chief",
    ):
        for verb, new in ((Verb.GIVE_STANDING, True), (Verb.END_STANDING, False)):
            decision = judge(verb, SOUND_STANDING, CAST[person], new=new)
            assert outcome(decision) == "forbidden", (person, verb)
            assert "not_chief" in codes(decision), person
    past = replace(SOUND_STANDING, until_on=None, state=StandingState.IN_FORCE)
    assert codes(judge(Verb.END_STANDING, past, SUZUKI)) == [], "to take it back owes nothing"


# --- Days that are otherwise


def test_day_is_set_with_words_and_again_when_the_city_changes_its_calendar() -> None:
    for new in (True, False):
        assert codes(judge(Verb.SET_DAY, SOUND_DAY, SUZUKI, new=new)) == []
        blank = replace(SOUND_DAY, asked=Asked("\u3000"))
        assert codes(judge(Verb.SET_DAY, blank, SUZUKI, new=new)) == ["reason_missing"]
    gone = replace(SOUND_DAY, state=ListState.RETIRED)
    assert outcome(judge(Verb.SET_DAY, gone, SUZUKI)) == "wrong_state"


def test_release_in_hours_needs_no_tick_and_one_at_night_does_when_held() -> None:
    for now, ticks, want in (
        (at(FRIDAY, 17, 15) - TICK, frozenset[str](), []),
        (at(FRIDAY, 17, 15), frozenset[str](), ["out_of_hours"]),
        (at(FRIDAY, 17, 15), TICKED, []),
    ):
        asked = replace(SOUND_DELIVERY.asked, ticks=ticks)
        one = replace(SOUND_DELIVERY, asked=asked)
        assert codes(DELIVERY_ACTS["release"].on(one, now=now)) == want, now
    checked = replace(SOUND_DELIVERY.post, clearance=Clearance(Basis.SECOND_CHECK, DIGEST, ticks=TICKED))
    ticked_by_nobody = replace(SOUND_DELIVERY, post=checked, latest_at=None, release=Release(NIGHT, True))
    assert codes(judge(Verb.SEND, ticked_by_nobody, WORKER, now=NIGHT)) == ["out_of_hours"]


def test_clock_of_another_country_makes_no_difference_when_hours_are_judged() -> None:
    for instant, out in BOUNDARIES:
        assert sent("approve", single(), instant.astimezone(UTC)) == ["out_of_hours"] * out
