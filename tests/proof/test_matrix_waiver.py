"""The decision table on the road of the emergency waiver: the product against the oracle."""

import pytest

from tests.proof.cases import spread, triples
from tests.proof.compare import tally
from tests.proof.oracle import Road

pytestmark = [
    pytest.mark.clause("mima:5-省略"),
    pytest.mark.clause("mima:5-ただし書-緊急"),
    pytest.mark.clause("mima:8-1-停止"),
    pytest.mark.clause("mima:8-1-再開"),
    pytest.mark.clause("mima:8-2"),
    pytest.mark.clause("mima:7-4-反論禁止"),
    pytest.mark.clause("mima:9-1"),
    pytest.mark.clause("mima:9-2"),
]
_SHARES = 4


@pytest.mark.parametrize("share", range(_SHARES))
def test_emergency_post_goes_exactly_when_the_table_lets_it_when_spread_over_the_product(share: int) -> None:
    account = tally(spread(Road.WAIVER, share, _SHARES))
    assert not account.differing, "\n".join(account.complaints)
    assert account.agreed


@pytest.mark.parametrize("share", range(2))
def test_emergency_post_goes_exactly_when_the_table_lets_it_when_any_three_facts_meet(share: int) -> None:
    account = tally(triples(Road.WAIVER, share, 2))
    assert not account.differing, "\n".join(account.complaints)
    assert account.agreed
