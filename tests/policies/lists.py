"""A city with something in each of its lists, by the legal road: for pages, and for raw SQL."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from policies.actions import hours, lists
from policies.models import CalendarDay, Election, StandingConfirmation, Urgency
from rules.calendar import day_of, fiscal_year_end
from tests.support.cast import Cast

CANDIDATES = ["山田 太郎", "川田 花子"]
PARTIES = ["みほん党"]


@dataclass
class Lists:
    """One row for each thing that the lists can say."""

    elections: dict[str, Election]
    standing: StandingConfirmation
    ended_standing: StandingConfirmation
    urgency: Urgency
    retired_urgency: Urgency
    closed_day: CalendarDay


def list_election(
    cast: Cast, *, name: str, announced_on: date | None, days: int = 7, now: datetime, **entry: object
) -> Election:
    """An election that the system admin lists; candidates and a party stand in it."""
    told: dict[str, object] = {
        "name": name,
        "district": "市内全域",
        "announced_on": announced_on,
        "polling_on": announced_on + timedelta(days=days) if announced_on else None,
        "candidates": CANDIDATES,
        "parties": PARTIES,
        **entry,
    }
    return lists.list_election(by=cast.kondo, now=now, **told)  # type: ignore[arg-type]


def make_lists(cast: Cast, *, now: datetime) -> Lists:
    """Elections current, coming, past and retired; confirmations, urgencies and a day of the city's own."""
    today = day_of(now)
    return Lists(
        elections=_elections(cast, now),
        standing=give_standing(cast, now=now),
        ended_standing=hours.end_standing(standing=give_standing(cast, now=now), by=cast.suzuki, now=now),
        urgency=lists.list_urgency(label="断水", by=cast.suzuki, now=now),
        retired_urgency=lists.retire_urgency(
            urgency=lists.list_urgency(label="行方不明者の捜索", by=cast.suzuki, now=now),
            by=cast.kondo,
            now=now,
        ),
        closed_day=hours.set_day(
            day=today + timedelta(days=14),
            kind=CalendarDay.CLOSED,
            reason="市制記念日",
            by=cast.suzuki,
            now=now,
        ),
    )


def _elections(cast: Cast, now: datetime) -> dict[str, Election]:
    today = day_of(now)
    made = {
        name: list_election(cast, name=label, announced_on=today + timedelta(days=away), now=now)
        for name, label, away in (
            ("current", "市長選挙", -2),
            ("coming", "市議会議員一般選挙", 30),
            ("past", "知事選挙", -60),
            ("retired", "市議会議員補欠選挙", 60),
        )
    }
    retired = lists.retire_election(
        election=made["retired"], reason="無投票になったため", by=cast.suzuki, now=now
    )
    return {**made, "retired": retired}


def give_standing(cast: Cast, *, now: datetime) -> StandingConfirmation:
    """By Suzuki, until the end of the fiscal year."""
    today = day_of(now)
    return hours.give_standing(
        section=cast.tourism,
        from_on=today,
        until_on=fiscal_year_end(today),
        words="気象庁か県の発表をそのまま伝えるもの",
        by=cast.suzuki,
        now=now,
    )
