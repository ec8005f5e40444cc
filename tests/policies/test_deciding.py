"""The chief's decision, the return, and what can no longer change afterwards."""

from datetime import datetime

import pytest

from accounts.acts import ActRefused, ActStale
from policies.actions import policy
from policies.models import PolicyVersion
from rules.states import PolicyState
from tests.support.cast import Cast


@pytest.mark.clause("mima:3-1")
def test_decision_is_the_chiefs(cast: Cast, decided: PolicyVersion, now: datetime) -> None:
    decided.refresh_from_db()
    assert (decided.state, decided.decided_by, decided.decided_at) == (PolicyState.DECIDED, cast.suzuki, now)
    assert decided.decided_as == "鈴木 洋子（観光交流課長）"


@pytest.mark.clause("mima:3-1")
@pytest.mark.parametrize("who", ["sato", "onishi", "mori", "kondo", "hayashi"])
def test_decision_is_refused_from_everybody_else_and_names_who_may(
    cast: Cast, waiting: PolicyVersion, now: datetime, who: str
) -> None:
    with pytest.raises(ActRefused) as caught:
        policy.decide(version=waiting, by=getattr(cast, who), now=now)
    assert caught.value.refusal.forbidden
    assert "鈴木 洋子" in caught.value.refusal.reasons[0].next_step
    waiting.refresh_from_db()
    assert waiting.state == PolicyState.AWAITING_DECISION


def test_decision_may_be_a_deputys_within_the_period(
    cast: Cast, waiting: PolicyVersion, now: datetime
) -> None:
    policy.decide(version=waiting, by=cast.fujimoto, now=now)
    assert waiting.decided_by == cast.fujimoto


def test_decision_is_stale_when_the_version_moved_on(
    cast: Cast, waiting: PolicyVersion, now: datetime
) -> None:
    seen = waiting.form_no
    policy.return_(version=waiting, reason="オを直してください。", by=cast.suzuki, now=now)
    policy.ask_decision(version=waiting, by=cast.onishi, now=now)
    with pytest.raises(ActStale):
        policy.decide(version=waiting, by=cast.suzuki, now=now, form_no=seen)


def test_decision_is_refused_the_second_time(cast: Cast, decided: PolicyVersion, now: datetime) -> None:
    with pytest.raises(ActRefused) as caught:
        policy.decide(version=decided, by=cast.fujimoto, now=now)
    assert caught.value.refusal.codes == {"wrong_state"}
    decided.refresh_from_db()
    assert decided.decided_by == cast.suzuki


def test_return_keeps_the_reason_and_gives_the_draft_back(
    cast: Cast, waiting: PolicyVersion, now: datetime
) -> None:
    policy.return_(version=waiting, reason=" オを直してください。 ", by=cast.suzuki, now=now)
    assert (waiting.state, waiting.returned_reason) == (PolicyState.DRAFTING, "オを直してください。")
    policy.ask_decision(version=waiting, by=cast.onishi, now=now)
    assert waiting.returned_reason == ""


def test_return_is_refused_without_a_reason(cast: Cast, waiting: PolicyVersion, now: datetime) -> None:
    with pytest.raises(ActRefused) as caught:
        policy.return_(version=waiting, reason="  ", by=cast.suzuki, now=now)
    assert caught.value.refusal.codes == {"reason_missing"}
