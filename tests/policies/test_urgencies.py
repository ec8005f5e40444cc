"""急ぐ事情: what the city lists as urgent besides disasters."""

import pytest

from audit.models import Entry
from policies.actions import lists
from policies.models import CityGate, Urgency
from tests.policies.refusing import refused
from tests.support.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def listed(cast: Cast, label: str = "断水") -> Urgency:
    return lists.list_urgency(label=label, by=cast.suzuki, now=NOW)


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_urgency_is_listed_by_name(cast: Cast) -> None:
    row = listed(cast, " 断水　")
    assert (row.label, row.listed_by, row.listed_at) == ("断水", cast.suzuki, NOW)
    assert Entry.objects.get(event="urgency.listed").stream == f"urgency:{row.pk}"


@pytest.mark.parametrize("label", ["", "  ", "\u3000", "\u200b"])
def test_urgency_has_a_name(cast: Cast, label: str) -> None:
    with refused("urgency.listed") as seen:
        listed(cast, label)
    assert (seen.codes, seen.duties) == ({"urgency_unnamed"}, {"emergency"})
    assert not Urgency.objects.exists()


def test_urgency_is_listed_once(cast: Cast) -> None:
    first = listed(cast)
    with refused() as seen:
        listed(cast, "断水 ")
    assert seen.codes == {"urgency_listed"}
    lists.retire_urgency(urgency=first, by=cast.kondo, now=NOW)
    assert listed(cast).pk != first.pk


def test_urgency_is_taken_out_once(cast: Cast) -> None:
    row = listed(cast)
    lists.retire_urgency(urgency=row, by=cast.kondo, now=NOW)
    with refused("urgency.retired") as seen:
        lists.retire_urgency(urgency=row, by=cast.kondo, now=NOW)
    assert seen.codes == {"wrong_state"}
    assert (Urgency.objects.get().retired_by, Urgency.objects.get().retired_at) == (cast.kondo, NOW)


@pytest.mark.parametrize("name", ["sato", "onishi", "hayashi"])
def test_urgencies_are_kept_by_chiefs_deputies_and_system_admins_only(cast: Cast, name: str) -> None:
    row = listed(cast)
    with refused() as seen:
        lists.list_urgency(label="停電", by=getattr(cast, name), now=NOW)
    assert seen.forbidden
    with refused() as seen:
        lists.retire_urgency(urgency=row, by=getattr(cast, name), now=NOW)
    assert seen.forbidden


def test_urgencies_are_listed_one_after_another(cast: Cast) -> None:
    """Under the gate's lock; a refusal gives the gate back."""
    before = CityGate.objects.get().epoch
    listed(cast)
    with refused():
        listed(cast)
    assert CityGate.objects.get().epoch == before + 1
