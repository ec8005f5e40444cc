"""The four grounds of Art. 5: evidence whole, missing, blank, in the future, of today, and of another ground.

The same evidence is owed twice: when the drafter claims, and when somebody else checks.
"""

from dataclasses import replace
from datetime import UTC, timedelta
from itertools import product

import pytest

from rules.facts import Claim, DisasterReport, Evidence, LawCitation, PastFact, PublicSource
from rules.states import Ground
from rules.workflow import Refused
from tests.rules.cast import DAY, NOW, POST_ACTS, SOUND_POST, TODAY, codes

BLANKS = ("", " ", "　", "\n\t")
SECOND = timedelta(seconds=1)
SOUND: dict[Ground, Evidence] = {
    Ground.PUBLIC: PublicSource("広報みほん11月号", TODAY - DAY),
    Ground.FACT: PastFact("うだつマルシェ", TODAY - DAY),
    Ground.LAW: LawCitation("災害対策基本法", "第60条"),
    Ground.DISASTER: DisasterReport("避難情報", "見本市", NOW - SECOND),
}
DUTY = {
    Ground.PUBLIC: "ground_public",
    Ground.FACT: "ground_fact",
    Ground.LAW: "ground_law",
    Ground.DISASTER: "ground_disaster",
}


def claimed(ground: Ground, evidence: Evidence) -> list[str]:
    """The codes against this claim, the same for the drafter and for the checker."""
    post = replace(SOUND_POST, claim=Claim(ground, evidence))
    at_claim, at_check = (codes(POST_ACTS[name].on(post)) for name in ("claim", "second check"))
    assert at_claim == at_check
    return at_claim


@pytest.mark.clause("mima:5-省略")
@pytest.mark.parametrize("ground", list(Ground))
def test_claim_is_accepted_when_its_own_evidence_is_whole(ground: Ground) -> None:
    assert claimed(ground, SOUND[ground]) == []


@pytest.mark.clause("mima:5-省略")
def test_claim_is_refused_when_the_evidence_is_of_another_ground() -> None:
    for ground, other in product(Ground, Ground):
        if ground == other:
            continue
        decision = POST_ACTS["claim"].on(replace(SOUND_POST, claim=Claim(ground, SOUND[other])))
        assert isinstance(decision, Refused), (ground, other)
        said = [(reason.code, reason.duty) for reason in decision.reasons]
        assert said == [("evidence_of_other_ground", DUTY[ground])], (ground, other)


@pytest.mark.clause("mima:5-省略")
def test_claim_is_refused_when_none_of_the_four_is_chosen() -> None:
    post = replace(SOUND_POST, claim=None)
    for name in ("claim", "second check"):
        assert codes(POST_ACTS[name].on(post)) == ["claim_missing"], name
    assert codes(POST_ACTS["submit"].on(post)) == [], "without a claim the approval path stays open"


@pytest.mark.clause("mima:5-1")
def test_public_source_says_where_and_since_when_when_claimed() -> None:
    wheres = [("https://www.city.mihon.example/", []), *((blank, ["source_missing"]) for blank in BLANKS)]
    days = [
        (TODAY - 3650 * DAY, []),
        (TODAY - DAY, []),
        (TODAY, []),
        (TODAY + DAY, ["published_in_future"]),
        (TODAY + 3650 * DAY, ["published_in_future"]),
        (None, ["published_on_missing"]),
    ]
    for (where, one), (day, two) in product(wheres, days):
        assert claimed(Ground.PUBLIC, PublicSource(where, day)) == sorted([*one, *two]), (where, day)


@pytest.mark.clause("mima:5-2")
def test_past_fact_says_what_took_place_and_when_when_claimed() -> None:
    whats = [("市民マラソン", []), *((blank, ["fact_missing"]) for blank in BLANKS)]
    days = [
        (TODAY - 3650 * DAY, []),
        (TODAY - DAY, []),
        (TODAY, []),
        (TODAY + DAY, ["held_in_future"]),
        (TODAY + 3650 * DAY, ["held_in_future"]),
        (None, ["held_on_missing"]),
    ]
    for (what, one), (day, two) in product(whats, days):
        assert claimed(Ground.FACT, PastFact(what, day)) == sorted([*one, *two]), (what, day)


@pytest.mark.clause("mima:5-3")
def test_law_is_named_with_its_article_when_claimed() -> None:
    laws = [("水道法", []), *((blank, ["law_missing"]) for blank in BLANKS)]
    articles = [("第15条", []), *((blank, ["article_missing"]) for blank in BLANKS)]
    for (law, one), (article, two) in product(laws, articles):
        assert claimed(Ground.LAW, LawCitation(law, article)) == sorted([*one, *two]), (law, article)


@pytest.mark.clause("mima:5-4")
def test_disaster_information_says_kind_announcer_and_time_when_claimed() -> None:
    kinds = [("避難情報", []), *((blank, ["kind_missing"]) for blank in BLANKS)]
    sources = [("気象庁", []), *((blank, ["announcer_missing"]) for blank in BLANKS)]
    times = [
        (NOW - DAY, []),
        (NOW, []),
        (NOW.astimezone(UTC), []),
        (NOW + SECOND, ["announced_in_future"]),
        ((NOW + SECOND).astimezone(UTC), ["announced_in_future"]),
        (None, ["announced_at_missing"]),
    ]
    for (kind, one), (source, two), (at, three) in product(kinds, sources, times):
        report = DisasterReport(kind, source, at)
        assert claimed(Ground.DISASTER, report) == sorted([*one, *two, *three]), report


def test_future_day_is_named_when_the_evidence_has_not_happened_yet() -> None:
    post = replace(SOUND_POST, claim=Claim(Ground.FACT, PastFact("成人式", TODAY.replace(month=12, day=3))))
    decision = POST_ACTS["claim"].on(post)
    assert isinstance(decision, Refused)
    assert "12月3日" in decision.reasons[0].sentence
