"""手作業: who may bring a post out, when, and what they say about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.facts import Asked, Delivery, Person
from rules.states import DeliveryState, Verb
from tests.rules.cast import CAST, NOW, SATO, SOUND_DELIVERY, TANAKA, codes, judge

TAKEN = replace(SOUND_DELIVERY, state=DeliveryState.ARMED)
URL = "https://x.com/mihon_kanko/status/1"


def taking(delivery: Delivery = SOUND_DELIVERY, by: object = TANAKA) -> list[str]:
    return codes(judge(Verb.TAKE, delivery, by))  # type: ignore[arg-type]


@pytest.mark.clause("mima:5-ただし書")
def test_second_checker_never_brings_the_post_out_and_everybody_else_on_the_account_may() -> None:
    checked = replace(SOUND_DELIVERY, post=replace(SOUND_DELIVERY.post, checked_by=TANAKA.id))
    assert taking(checked) == ["checker_sends"]
    assert taking(checked, SATO) == []
    assert judge(Verb.TAKE, checked, TANAKA).forbidden  # type: ignore[union-attr]


@pytest.mark.clause("mima:2-対象者")
def test_contractor_and_worker_and_strangers_do_not_take() -> None:
    assert taking(by=CAST["new_contractor"]) == ["not_staff"]
    assert taking(by=CAST["mori"]) == ["not_in_scope"]
    assert "not_staff" in taking(by=CAST["worker"])


@pytest.mark.clause("mima:5-本文")
def test_nothing_is_taken_before_its_time_or_beside_the_program() -> None:
    early = replace(SOUND_DELIVERY, due_at=NOW + timedelta(seconds=1))
    assert taking(early) == ["not_due_yet"]
    assert taking(replace(early, due_at=NOW)) == []
    assert taking(replace(SOUND_DELIVERY, by_hand=False)) == ["not_by_hand"]


@pytest.mark.parametrize("verb", [Verb.REPORT, Verb.PUT_BACK])
def test_only_whoever_took_it_says_what_became_of_it(verb: Verb) -> None:
    assert codes(judge(verb, TAKEN, SATO)) == []
    assert codes(judge(verb, TAKEN, TANAKA)) == ["not_taker"]
    assert codes(judge(verb, replace(TAKEN, taken_by=None), SATO)) == ["not_taker"]
    assert codes(judge(verb, replace(TAKEN, taken_by=Person(TANAKA.id, "田中")), TANAKA)) == []


@pytest.mark.parametrize(
    ("asked", "want"),
    [
        (Asked(url=URL), []),
        (Asked(no_url=True), []),
        (Asked(), ["address_missing"]),
        (Asked(url="だしました"), ["address_unreadable"]),
        (Asked(url="javascript:alert(1)"), ["address_unreadable"]),
        (Asked(url=URL, page="elsewhere"), ["page_elsewhere"]),
        (Asked(url=URL, page="another"), ["page_of_another"]),
    ],
)
def test_report_wants_the_address_of_this_account_s_post(asked: Asked, want: list[str]) -> None:
    assert codes(judge(Verb.REPORT, replace(TAKEN, asked=asked), SATO)) == want


def test_putting_back_wants_a_reason() -> None:
    assert codes(judge(Verb.PUT_BACK, replace(TAKEN, asked=Asked()), SATO)) == ["reason_missing"]
