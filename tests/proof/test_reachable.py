"""One post, two social accounts, a small cast: what holds in every state that can be reached, and on every step."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.proof import reach_invariants as invariants
from tests.proof.reach import Walk, is_end, walk
from tests.proof.reach_facts import Scenario

_SCENARIOS = pytest.mark.parametrize("scenario", Scenario.few(), ids=lambda scenario: scenario.title)
_walk = cache(walk)


def _holds(invariant: Callable[[Walk], Iterator[str]], scenario: Scenario) -> None:
    found = _walk(scenario)
    faults = list(invariant(found))
    where = f"{len(faults)} faults in {len(found.states)} states, {len(found.edges)} edges"
    assert not faults, "\n".join([where, *faults[:3]])


@_SCENARIOS
def test_walk_comes_to_ends_when_it_starts_from_a_draft(scenario: Scenario) -> None:
    found = _walk(scenario)
    assert len(found.states) > 100
    assert any(is_end(state) for state in found.states)
    assert {edge.kind for edge in found.edges} == {"act", "learnt", "clock", "world"}


@pytest.mark.clause("mima:5-本文")
@_SCENARIOS
def test_delivery_is_never_armed_when_no_live_clearance_on_an_allowed_basis_stands(
    scenario: Scenario,
) -> None:
    _holds(invariants.armed_without_clearance, scenario)


@pytest.mark.clause("mima:7-4-反論禁止")
@pytest.mark.clause("mima:8-1-停止")
@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.clause("mima:8-2")
@_SCENARIOS
def test_delivery_is_never_armed_when_a_restriction_holds_it_or_has_held_it_unreleased(
    scenario: Scenario,
) -> None:
    _holds(invariants.armed_while_held, scenario)


@pytest.mark.clause("mima:9-1")
@_SCENARIOS
def test_delivery_is_never_armed_when_out_of_hours_the_chief_has_not_confirmed(scenario: Scenario) -> None:
    _holds(invariants.armed_out_of_hours, scenario)


@pytest.mark.clause("mima:5-ただし書")
@_SCENARIOS
def test_nobody_decides_when_they_have_a_part_in_it(scenario: Scenario) -> None:
    _holds(invariants.decided_by_somebody_with_a_part, scenario)


@pytest.mark.clause("mima:5-本文")
@_SCENARIOS
def test_nobody_approves_or_releases_when_they_hold_no_office_for_it(scenario: Scenario) -> None:
    _holds(invariants.decided_without_office, scenario)


@pytest.mark.clause("mima:5-ただし書-緊急")
@_SCENARIOS
def test_second_check_is_never_waived_when_there_is_no_emergency(scenario: Scenario) -> None:
    _holds(invariants.waived_without_emergency, scenario)


@pytest.mark.clause("mima:7-1")
@_SCENARIOS
def test_post_is_never_edited_when_it_may_be_live(scenario: Scenario) -> None:
    _holds(invariants.changed_what_may_be_live, scenario)


@_SCENARIOS
def test_somebody_can_go_on_when_the_post_has_not_come_to_an_end(scenario: Scenario) -> None:
    _holds(invariants.without_a_way_on, scenario)


@_SCENARIOS
def test_end_is_in_reach_when_nothing_but_acts_and_answers_happens(scenario: Scenario) -> None:
    _holds(invariants.without_an_end, scenario)


@pytest.mark.clause("mima:8-1-再開")
@_SCENARIOS
def test_post_can_still_be_published_when_nothing_of_it_was_dropped(scenario: Scenario) -> None:
    _holds(invariants.without_a_way_out_to_the_public, scenario)
