"""What the demo city has listed: urgencies, a standing confirmation, an election that is still to come. Invented."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import StaffMember
from policies.actions import hours, lists
from rules.calendar import day_of, fiscal_year_end

URGENCIES = ("断水・停電・通行止めを、いますぐ知らせるとき", "催しの中止を、当日に知らせるとき")


def load_lists(people: Mapping[str, StaffMember], *, at: datetime, now: datetime) -> None:
    chief, today = people["suzuki"], day_of(now)
    for label in URGENCIES:
        lists.list_urgency(label=label, by=chief, now=at)
    hours.give_standing(
        section=chief.section,
        from_on=today,
        until_on=fiscal_year_end(today),
        words="避難・断水・通行止めに限ります。",
        by=chief,
        now=now,
    )
    lists.list_election(
        name="美馬市議会議員選挙（見本）",
        district="市全域",
        announced_on=today + timedelta(days=60),
        polling_on=today + timedelta(days=67),
        candidates=["架空 花子", "見本 太郎"],
        parties=["みほん市民の会"],
        by=people["kondo"],
        now=at,
    )
