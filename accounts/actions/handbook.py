"""手引きを読んだと記録する: once a fiscal year, everybody for themselves."""

from collections.abc import Mapping
from datetime import datetime

from accounts.actions.members import deed_on, with_part
from accounts.acts import perform
from accounts.handbook import EDITION_ON, has_read
from accounts.models import HandbookReading, StaffMember
from rules.calendar import day_of, fiscal_year
from rules.facts import Member
from rules.states import Verb
from rules.transitions import Transition


def confirm_read(*, by: StaffMember, now: datetime) -> StaffMember:
    """読みました. Refuses a second time in the same fiscal year, and people who have left."""
    on = day_of(now)

    def facts(row: StaffMember) -> Member:
        return with_part(row, {"read_already": has_read(row, on)})

    def write(row: StaffMember, _: Transition) -> Mapping[str, object]:
        year = fiscal_year(on)
        # Where the yearly reading is switched off nothing refuses a second one: the first stays the one that counts.
        HandbookReading.objects.get_or_create(
            staff=row, fiscal_year=year, edition_on=EDITION_ON, defaults={"at": now}
        )
        return {"fiscal_year": year, "edition_on": EDITION_ON}

    return perform(deed_on(Verb.READ_HANDBOOK, by, write, facts), by=by, now=now)
