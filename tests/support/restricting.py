"""投稿停止・防災情報限定・炎上対応・災害対策本部 for tests: started and ended by the legal road, by the cast."""

from datetime import datetime

from accounts.models import SocialAccount
from policies.actions import headquarters, restricting
from policies.city_facts import Place, in_force
from policies.models import Headquarters, Restriction
from rules.facts import Claim, DisasterReport, LawCitation, PastFact
from rules.states import Cause, Ground, RestrictionKind, Scope, Trigger
from tests.support.cast import NOW, Cast, public_claim

# What a post has to do with disasters, as its content says it: 5(4), and 8(2)'s wider word.
INFORMATION = {"category": "防災", "disaster_related": True, "disaster_information": True}
RELATED = {"category": "防災", "disaster_related": True}


def disaster_claim(announced_at: datetime = NOW) -> Claim:
    return Claim(Ground.DISASTER, DisasterReport("避難指示", "美馬市", announced_at))


def claims() -> dict[Ground, Claim]:
    """A complete claim on each ground."""
    return {
        Ground.PUBLIC: public_claim(),
        Ground.FACT: Claim(Ground.FACT, PastFact("あかりの夕べ", NOW.date())),
        Ground.LAW: Claim(Ground.LAW, LawCitation("地方自治法", "第219条")),
        Ground.DISASTER: disaster_claim(),
    }


def place(cast: Cast, account: SocialAccount | None = None, scope: Scope | None = None) -> Place:
    """The account, where one is given; else the tourism section, or what the scope says."""
    return Place(scope or (Scope.ACCOUNT if account else Scope.SECTION), cast.tourism, account)


def suspend(
    cast: Cast, *, now: datetime, cause: Cause = Cause.DISASTER, where: Place | None = None
) -> Restriction:
    """Sato, who noticed first, stops posting."""
    return restricting.suspend_posting(
        place=where or place(cast), cause=cause, trigger=Trigger.OCCURRED, by=cast.sato, now=now
    )


def flame(cast: Cast, *, now: datetime, where: Place | None = None) -> Restriction:
    return restricting.start_flaming(place=where or place(cast), by=cast.sato, now=now)


def set_up_hq(cast: Cast, *, now: datetime, stop: bool = True) -> Headquarters:
    return headquarters.set_up(name="台風対策本部", set_up_at=now, suspend=stop, by=cast.ito, now=now)


def dissolve_hq(cast: Cast, *, now: datetime) -> Headquarters:
    standing = Headquarters.objects.get(standing=True)
    return headquarters.dissolve(headquarters=standing, dissolved_at=now, by=cast.ito, now=now)


def limit(cast: Cast, *, now: datetime, where: Place | None = None) -> Restriction:
    return restricting.limit_to_disaster(place=where or place(cast), by=cast.suzuki, now=now)


def end(cast: Cast, row: Restriction, *, now: datetime) -> Restriction:
    """By the chief responsible, with somebody consulted where a resumption asks for it."""
    by = cast.suzuki if row.section_id == cast.tourism.pk else cast.ito
    if row.kind == RestrictionKind.SUSPENSION:
        consulted = [cast.tanaka.pk, cast.ito.pk]
        return restricting.lift(restriction=row, words="再開する。", consulted=consulted, by=by, now=now)
    finish = {
        RestrictionKind.DISASTER_ONLY: restricting.end_limit,
        RestrictionKind.FLAMING: restricting.end_flaming,
    }[RestrictionKind(row.kind)]
    return finish(restriction=row, words="おさまった。", by=by, now=now)


def end_suspensions(cast: Cast, *, now: datetime) -> None:
    """Every suspension that stands, each with its own resumption record."""
    for row in in_force().filter(kind=RestrictionKind.SUSPENSION):
        end(cast, row, now=now)
