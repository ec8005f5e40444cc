"""Restrictions for the crawl of every page: one in force, one that has ended, and a headquarters of the past.

They lie on a social account without posts, so that no other page of the crawl is stopped by them.
"""

from datetime import datetime

from accounts.models import SocialAccount
from policies.actions import headquarters, restricting
from policies.city_facts import Place
from policies.models import Restriction
from rules.states import Cause, Scope, Trigger
from tests.support.cast import Cast


def make_restrictions(cast: Cast, account: SocialAccount, *, now: datetime) -> dict[str, Restriction]:
    place = Place(Scope.ACCOUNT, cast.tourism, account)
    ended = restricting.suspend_posting(
        place=place, cause=Cause.DISASTER, trigger=Trigger.OCCURRED, by=cast.sato, now=now, note="大雨"
    )
    restricting.lift(
        restriction=ended, words="安全を確かめた。", consulted=[cast.sato.pk], by=cast.suzuki, now=now
    )
    row = headquarters.set_up(name="災害対策本部", set_up_at=now, suspend=False, by=cast.ito, now=now)
    headquarters.dissolve(headquarters=row, dissolved_at=now, by=cast.ito, now=now)
    scandal = restricting.suspend_posting(
        place=place, cause=Cause.SCANDAL, trigger=Trigger.ANNOUNCED, by=cast.tanaka, now=now
    )
    flaming = restricting.start_flaming(place=place, by=cast.hayashi, now=now)
    return {"ended": ended, "scandal": scandal, "flaming": flaming}
