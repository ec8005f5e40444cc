"""Days are days in Japan: an act at 15:30 UTC on 31 March is an act of 1 April, with the roles of 1 April."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from rules.calendar import WorkingCalendar
from rules.facts import Actor, Claim, PastFact, Policy, PublicSource
from rules.states import Ground, PolicyState, PostState, Role, Verb
from rules.workflow import available_verbs, standings
from tests.rules.cast import (
    CITY,
    SATO,
    SOUND_POLICY,
    SOUND_POST,
    SUZUKI,
    TANAKA,
    TOURISM,
    WEB_ADMIN,
    codes,
    held,
    judge,
    on_every_account,
    outcome,
)

MARCH_31, APRIL_1 = date(2026, 3, 31), date(2026, 4, 1)
# The last moment of 31 March in Japan, the first of 1 April, and half an hour past it.
BEFORE = datetime(2026, 3, 31, 14, 59, 59, 999_999, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
AFTER = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
ZONES = [UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-10)), timezone(timedelta(hours=14))]
OLD_CHIEF = replace(SUZUKI, roles=(held(Role.CHIEF, TOURISM, date(2024, 4, 1), MARCH_31),))
NEW_CHIEF = replace(SUZUKI, id=50, section=99, roles=(held(Role.CHIEF, TOURISM, APRIL_1),))
# At midnight the city hall is at work, so that nothing but the day is judged.
POST = on_every_account(calendar=WorkingCalendar(always=True))(
    replace(SOUND_POST, state=PostState.AWAITING_APPROVAL, declared_on=date(2026, 3, 1))
)
POLICY = replace(SOUND_POLICY, state=PolicyState.AWAITING_DECISION)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(
    ("moment", "in_office", "out_of_office"),
    [(BEFORE, OLD_CHIEF, NEW_CHIEF), (MIDNIGHT, NEW_CHIEF, OLD_CHIEF), (AFTER, NEW_CHIEF, OLD_CHIEF)],
)
def test_chief_decides_on_the_japanese_day_when_the_personnel_changes(
    moment: datetime, in_office: Actor, out_of_office: Actor, zone: timezone
) -> None:
    now = moment.astimezone(zone)
    for verb, subject in ((Verb.APPROVE, POST), (Verb.RETURN, POST), (Verb.DECIDE_POLICY, POLICY)):
        assert outcome(judge(verb, subject, in_office, now=now)) == "allowed", verb
        refused = judge(verb, subject, out_of_office, now=now)
        assert outcome(refused) == "forbidden", verb
        assert codes(refused) == ["office_not_in_period"], verb
        assert verb in available_verbs(subject, in_office, CITY, now)
        assert verb not in available_verbs(subject, out_of_office, CITY, now)


def test_web_admin_publishes_from_the_first_japanese_day_when_the_role_begins() -> None:
    policy: Policy = replace(SOUND_POLICY, state=PolicyState.DECIDED)
    actor = replace(WEB_ADMIN, roles=(held(Role.WEB_ADMIN, None, APRIL_1),))
    assert outcome(judge(Verb.PUBLISH_POLICY, policy, actor, now=BEFORE)) == "forbidden"
    assert outcome(judge(Verb.PUBLISH_POLICY, policy, actor, now=MIDNIGHT)) == "allowed"


@pytest.mark.clause("mima:5-1")
@pytest.mark.clause("mima:5-2")
def test_evidence_of_today_counts_on_the_japanese_day_when_claimed() -> None:
    evidence = (
        (Claim(Ground.PUBLIC, PublicSource("広報みほん4月号", APRIL_1)), "published_in_future"),
        (Claim(Ground.FACT, PastFact("開庁式", APRIL_1)), "held_in_future"),
    )
    for claim, code in evidence:
        post = replace(POST, state=PostState.DRAFTING, claim=claim)
        assert codes(judge(Verb.CLAIM, post, SATO, now=BEFORE)) == [code]
        assert codes(judge(Verb.CLAIM, post, SATO, now=MIDNIGHT)) == []


def test_standings_are_of_the_japanese_day_when_shown() -> None:
    claim = Claim(Ground.FACT, PastFact("開庁式", APRIL_1))
    post = replace(POST, state=PostState.AWAITING_CHECK, claim=claim)
    for now, shut in ((BEFORE, ["claim"]), (AFTER, [])):
        rows = standings(Verb.SECOND_CHECK, post, TANAKA, CITY, now)
        assert [row.gate.name for row in rows if row.reasons] == shut


def test_role_counts_on_its_first_and_last_day_when_it_has_both() -> None:
    one_day = replace(SUZUKI, roles=(held(Role.DEPUTY, TOURISM, APRIL_1, APRIL_1),))
    midnight_after = MIDNIGHT + timedelta(days=1)
    moments = [(BEFORE, "forbidden"), (MIDNIGHT, "allowed"), (midnight_after, "forbidden")]
    for now, wanted in moments:
        assert outcome(judge(Verb.APPROVE, POST, one_day, now=now)) == wanted, now
    assert (
        outcome(judge(Verb.APPROVE, POST, one_day, now=midnight_after - timedelta(microseconds=1)))
        == "allowed"
    )
