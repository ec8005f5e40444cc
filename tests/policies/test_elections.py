"""選挙の登録: what is listed, by whom, mended by two at once, taken out; and who may name who stands."""

from datetime import date, timedelta

import pytest

from accounts.acts import ActStale
from accounts.models import SocialAccount
from audit.models import Entry
from policies.actions import lists, operation
from policies.models import CityGate, Election
from tests.policies.lists import list_election
from tests.policies.refusing import refused
from tests.support.cast import NOW, Cast, make_account

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def listed(cast: Cast, name: str = "市長選挙", **entry: object) -> Election:
    return list_election(cast, name=name, announced_on=TODAY, now=NOW, **entry)


def mend(election: Election, cast: Cast, *, form_no: int | None = None, **entry: object) -> Election:
    said = {
        name: getattr(election, name)
        for name in ("name", "district", "announced_on", "polling_on", "candidates", "parties")
    }
    told: dict[str, object] = {**said, **entry}
    return lists.list_election(
        election=election,
        form_no=form_no,
        by=cast.suzuki,
        now=NOW,
        **told,  # type: ignore[arg-type]
    )


def epoch() -> int:
    return CityGate.objects.get().epoch


@pytest.mark.clause("mima:4-4")
def test_election_is_listed_and_raises_the_gate(cast: Cast) -> None:
    before = epoch()
    row = listed(cast)
    assert (row.form_no, row.listed_by, row.candidates) == (1, cast.kondo, ["山田 太郎", "川田 花子"])
    assert epoch() == before + 1
    assert Entry.objects.get(event="election.listed").stream == f"election:{row.pk}"


@pytest.mark.parametrize("name", ["sato", "onishi", "hayashi"])
def test_election_is_listed_by_chiefs_deputies_and_system_admins_only(cast: Cast, name: str) -> None:
    before = epoch()
    with refused("election.listed") as seen:
        lists.list_election(
            name="市長選挙",
            district="",
            announced_on=TODAY,
            polling_on=TODAY,
            candidates=[],
            parties=[],
            by=getattr(cast, name),
            now=NOW,
        )
    assert seen.forbidden
    assert epoch() == before, "a refusal gives the gate back"


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        ({"name": " "}, {"election_unnamed"}),
        ({"announced_on": None, "polling_on": TODAY}, {"election_undated"}),
        ({"polling_on": None}, {"election_undated"}),
        ({"polling_on": TODAY - timedelta(days=1)}, {"election_backwards"}),
        (
            {"name": "", "polling_on": TODAY - timedelta(days=1)},
            {"election_unnamed", "election_backwards"},
        ),
    ],
)
def test_election_says_its_name_and_dates_that_run_forwards(
    cast: Cast, entry: dict[str, object], codes: set[str]
) -> None:
    told: dict[str, object] = {"name": "市長選挙", "announced_on": TODAY, **entry}
    with refused("election.listed") as seen:
        list_election(cast, now=NOW, **told)  # type: ignore[arg-type]
    assert seen.codes == codes
    assert seen.duties == {"election"}
    assert not Election.objects.exists()


def test_election_of_one_day_is_an_election(cast: Cast) -> None:
    assert listed(cast, days=0).polling_on == TODAY


def test_election_is_listed_once(cast: Cast) -> None:
    first = listed(cast)
    with refused() as seen:
        listed(cast)
    assert seen.codes == {"election_listed"}
    lists.retire_election(election=first, reason="日がずれたため", by=cast.kondo, now=NOW)
    assert listed(cast).pk != first.pk, "what was taken out stands in nobody's way"
    listed(cast, days=8)  # the same name on another day is another election


def test_election_is_not_mended_into_another_one(cast: Cast) -> None:
    listed(cast)
    other = listed(cast, "市議会議員選挙")
    with refused() as seen:
        mend(other, cast, name="市長選挙")
    assert seen.codes == {"election_listed"}


def test_election_mended_by_two_keeps_the_first_ones_text(cast: Cast) -> None:
    row = listed(cast)
    mine = Election.objects.get(pk=row.pk)
    mend(row, cast, form_no=1, candidates=["山田 太郎"])
    with pytest.raises(ActStale) as stale:
        mend(mine, cast, form_no=1, candidates=["川田 花子"])
    assert stale.value.current.candidates == ["山田 太郎"]
    stored = Election.objects.get()
    assert (stored.candidates, stored.form_no, stored.listed_by) == (["山田 太郎"], 2, cast.suzuki)


def test_election_is_taken_out_once_and_says_why(cast: Cast) -> None:
    row = listed(cast)
    with refused("election.retired") as seen:
        lists.retire_election(election=row, reason=" ", by=cast.suzuki, now=NOW)
    assert seen.codes == {"reason_missing"}
    lists.retire_election(election=row, reason="無投票", by=cast.suzuki, now=NOW)
    with refused() as seen:
        lists.retire_election(election=row, reason="もう一度", by=cast.suzuki, now=NOW)
    assert seen.codes == {"wrong_state"}
    with refused() as seen:
        mend(row, cast)
    assert seen.codes == {"wrong_state"}
    stored = Election.objects.get()
    assert (stored.retired_at, stored.retired_reason) == (NOW, "無投票")


@pytest.mark.clause("mima:4-4")
def test_board_is_marked_by_the_chief_of_its_section(cast: Cast) -> None:
    account = make_account(cast)
    for other in (cast.sato, cast.mori, cast.kondo):
        with refused("account.board_set") as seen:
            operation.mark_board(account=account, is_board=True, by=other, now=NOW)
        assert seen.forbidden
    operation.mark_board(account=account, is_board=True, by=cast.suzuki, now=NOW, form_no=account.form_no)
    assert SocialAccount.objects.get().is_election_board
    operation.mark_board(account=account, is_board=False, by=cast.suzuki, now=NOW)
    assert not SocialAccount.objects.get().is_election_board


def test_board_is_not_marked_on_an_old_form(cast: Cast) -> None:
    account = make_account(cast)
    old = account.form_no
    operation.suspend(account=account, reason="点検", by=cast.suzuki, now=NOW)
    with pytest.raises(ActStale):
        operation.mark_board(account=account, is_board=True, by=cast.suzuki, now=NOW, form_no=old)
