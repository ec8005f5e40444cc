"""投稿停止・防災情報限定・炎上対応: starting and ending them in the database, with the gate and the record."""

from datetime import timedelta

import pytest

from accounts.models import SocialAccount
from audit.models import Entry
from policies.actions import restricting
from policies.city_facts import Place, in_force
from policies.models import CityGate, Restriction
from rules.states import Cause, RestrictionKind, Scope, Trigger
from tests.policies.refusing import refused
from tests.support.cast import NOW, Cast, make_account
from tests.support.restricting import flame, limit, place, set_up_hq, suspend

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def epoch() -> int:
    return CityGate.objects.get().epoch


def lift(row: Restriction, cast: Cast, *, words: str = "再開する", with_: object = None) -> Restriction:
    consulted = [cast.tanaka.pk] if with_ is None else with_
    return restricting.lift(
        restriction=row,
        words=words,
        consulted=consulted,  # type: ignore[arg-type]
        by=cast.suzuki,
        now=LATER,
    )


@pytest.mark.clause("mima:8-1-停止")
def test_suspension_is_started_by_whoever_notices_and_raises_the_gate(
    cast: Cast, account: SocialAccount
) -> None:
    before = epoch()
    row = restricting.suspend_posting(
        place=place(cast, account),
        cause=Cause.SCANDAL,
        trigger=Trigger.ANNOUNCED,
        by=cast.sato,
        now=NOW,
        note=" 会見があった ",
    )
    assert row.epoch == epoch() == before + 1
    assert (row.title, row.where, row.note) == ("投稿停止（不祥事）", account.name, "会見があった")
    assert row.started_as == "佐藤 美咲（観光交流課 主事）"
    assert Entry.objects.get(event="restriction.suspended").stream == row.stream


@pytest.mark.parametrize(
    ("scope", "cause", "codes"),
    [
        (Scope.CITY, None, {"cause_missing"}),
        (Scope.ACCOUNT, Cause.DISASTER, {"scope_missing"}),
        (Scope.ACCOUNT, None, {"scope_missing", "cause_missing"}),
    ],
)
def test_suspension_says_how_far_and_why(
    cast: Cast, scope: Scope, cause: Cause | None, codes: set[str]
) -> None:
    before = epoch()
    with refused("restriction.suspended") as seen:
        restricting.suspend_posting(
            place=Place(scope, cast.tourism), cause=cause, trigger=None, by=cast.sato, now=NOW
        )
    assert seen.codes == codes
    assert epoch() == before, "a refusal gives the gate back"


def test_suspension_of_another_section_is_not_for_everybody(cast: Cast) -> None:
    with refused() as seen:
        restricting.suspend_posting(
            place=Place(Scope.SECTION, cast.moving),
            cause=Cause.DISASTER,
            trigger=None,
            by=cast.sato,
            now=NOW,
        )
    assert seen.forbidden


def test_what_stands_over_a_place_is_not_started_there_again(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    for where in (place(cast, account), place(cast)):
        with refused() as seen:
            suspend(cast, now=NOW, where=where)
        assert seen.codes == {"already_restricted"}
    suspend(cast, now=NOW, where=place(cast, scope=Scope.CITY))  # wider is more
    suspend(cast, now=NOW, where=place(cast), cause=Cause.SCANDAL)  # for another reason
    assert in_force().count() == 3


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.parametrize(
    ("words", "alone", "codes"),
    [
        ("再開する", True, {"consultation_alone"}),
        (" ", False, {"reason_missing"}),
        ("", True, {"consultation_alone", "reason_missing"}),
    ],
)
def test_resumption_is_talked_over_and_put_in_words(
    cast: Cast, words: str, alone: bool, codes: set[str]
) -> None:
    row = suspend(cast, now=NOW)
    with refused("restriction.lifted") as seen:
        lift(row, cast, words=words, with_=[] if alone else None)
    assert seen.codes == codes
    assert in_force().count() == 1


@pytest.mark.clause("mima:8-1-再開")
def test_resumption_by_a_deputy_names_the_chief(cast: Cast) -> None:
    row = suspend(cast, now=NOW)
    told = {"restriction": row, "words": "再開する", "by": cast.fujimoto, "now": LATER}
    with refused() as seen:
        restricting.lift(consulted=[cast.tanaka.pk], **told)  # type: ignore[arg-type]
    assert seen.codes == {"consultation_without_chief"}
    done = restricting.lift(consulted=[cast.suzuki.pk, cast.tanaka.pk], **told)  # type: ignore[arg-type]
    assert [person["name"] for person in done.consulted] == [
        "田中 健一（観光交流課 主任）",
        "鈴木 洋子（観光交流課長）",
    ]


def test_resumption_ends_it_once_and_raises_the_gate(cast: Cast) -> None:
    row, before = suspend(cast, now=NOW), epoch()
    lift(row, cast)
    assert (row.ended_at, row.ended_by, row.ended_words) == (LATER, cast.suzuki, "再開する")
    assert epoch() == before + 1
    with refused() as seen:
        lift(row, cast)
    assert seen.codes == {"wrong_state"}
    assert suspend(cast, now=LATER).pk != row.pk


@pytest.mark.clause("mima:8-2")
def test_limit_needs_the_headquarters_and_brings_its_suspension(cast: Cast) -> None:
    with refused("restriction.limited") as seen:
        limit(cast, now=NOW)
    assert seen.codes == {"no_headquarters"}
    hq = set_up_hq(cast, now=NOW, stop=False)
    row = limit(cast, now=NOW)
    assert row.headquarters == hq
    kinds = {(found.kind, found.cause) for found in in_force()}
    assert kinds == {(RestrictionKind.DISASTER_ONLY, ""), (RestrictionKind.SUSPENSION, Cause.DISASTER)}
    assert len({found.epoch for found in in_force()}) == 1


@pytest.mark.clause("mima:8-2")
def test_limit_is_for_the_chief_and_deputies(cast: Cast) -> None:
    set_up_hq(cast, now=NOW)
    with refused() as seen:
        restricting.limit_to_disaster(place=place(cast), by=cast.sato, now=NOW)
    assert seen.forbidden
    restricting.limit_to_disaster(place=place(cast), by=cast.fujimoto, now=NOW)


@pytest.mark.clause("mima:8-2")
def test_suspension_is_not_lifted_under_a_limit(cast: Cast) -> None:
    set_up_hq(cast, now=NOW, stop=False)
    limited = limit(cast, now=NOW)
    suspension = Restriction.objects.get(kind=RestrictionKind.SUSPENSION)
    with refused() as seen:
        lift(suspension, cast)
    assert seen.codes == {"limited_on_top"}
    restricting.end_limit(restriction=limited, words="峠を越えた", by=cast.suzuki, now=LATER)
    assert [row.kind for row in in_force()] == [RestrictionKind.SUSPENSION]
    lift(suspension, cast)
    assert not in_force().exists()


@pytest.mark.clause("mima:7-4-報告")
def test_flaming_is_started_by_anyone_on_the_account_and_ended_by_the_chief(
    cast: Cast, account: SocialAccount
) -> None:
    row = restricting.start_flaming(place=place(cast, account), by=cast.hayashi, now=NOW)
    for other in (cast.sato, cast.fujimoto, cast.mori):
        with refused("restriction.flaming_ended") as seen:
            restricting.end_flaming(restriction=row, words="収まった", by=other, now=LATER)
        assert (seen.codes, seen.forbidden) == ({"not_chief"}, True)
    with refused() as seen:
        restricting.end_flaming(restriction=row, words="", by=cast.suzuki, now=LATER)
    assert seen.codes == {"reason_missing"}
    restricting.end_flaming(restriction=row, words="収まった", by=cast.suzuki, now=LATER)
    assert row.ended_at == LATER


def test_flaming_has_no_cause(cast: Cast) -> None:
    assert (flame(cast, now=NOW).cause, flame(cast, now=NOW, where=place(cast, scope=Scope.CITY)).title) == (
        "",
        "炎上対応",
    )
