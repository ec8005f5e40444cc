"""What a post costs."""

from decimal import Decimal

import pytest

from platforms.costs import cost_of
from platforms.counting import NETWORKS


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("避難所を開設しました。", "0.015"),
        ("詳しくは https://www.city.mihon.lg.jp/ へ", "0.20"),
        ("詳しくはcity.mihon.lg.jpへ", "0.20"),
        ("時刻は9.30ごろ", "0.015"),
        ("", "0.015"),
    ],
)
def test_post_on_x_costs_more_with_an_address_also_without_a_scheme(text: str, dollars: str) -> None:
    cost = cost_of("x", text)
    assert cost is not None
    assert cost.dollars == Decimal(dollars)
    assert cost.why_ja


@pytest.mark.parametrize("network", set(NETWORKS) - {"x"})
def test_no_other_network_charges_for_a_post(network: str) -> None:
    assert cost_of(network, "https://www.city.mihon.lg.jp/") is None
