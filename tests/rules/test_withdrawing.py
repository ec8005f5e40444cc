"""取消し: who orders that a post is deleted where it went out, once; and who may say that it is gone."""

from dataclasses import replace

import pytest

from rules.facts import Asked, Delivery
from rules.states import DeliveryState, RestrictionKind, Verb, WithdrawalState
from tests.rules.cast import CAST, NOW, SATO, SOUND_DELIVERY, SOUND_RESTRICTION, SUZUKI, codes, judge

OUT = replace(SOUND_DELIVERY, state=DeliveryState.ACCEPTED)
STORM = replace(SOUND_RESTRICTION, kind=RestrictionKind.FLAMING, cause=None)


def ordered(delivery: Delivery = OUT, by: object = SUZUKI) -> list[str]:
    return codes(judge(Verb.WITHDRAW, delivery, by, now=NOW))  # type: ignore[arg-type]


def told(withdrawal: WithdrawalState | None, reason: str = "画面で消えたのを見た") -> list[str]:
    subject = replace(OUT, withdrawal=withdrawal, asked=Asked(reason=reason))
    return codes(judge(Verb.TELL_GONE, subject, SATO, now=NOW))


def test_chief_and_deputy_order_it_with_a_reason_and_nobody_else() -> None:
    assert ordered() == ordered(by=CAST["deputy"]) == []
    assert ordered(replace(OUT, asked=Asked(reason=" \n"))) == ["reason_missing"]
    for name in ("sato", "mori", "contractor", "auditor"):
        if name in CAST:
            assert "not_approver" in ordered(by=CAST[name]), name


@pytest.mark.parametrize("withdrawal", WithdrawalState)
def test_order_is_given_once(withdrawal: WithdrawalState) -> None:
    assert ordered(replace(OUT, withdrawal=withdrawal)) == ["withdrawal_ordered"]


@pytest.mark.clause("mima:7-4-削除禁止")
def test_in_the_storm_only_the_chief_in_person_has_a_post_deleted() -> None:
    stormy = replace(OUT, account=replace(OUT.account, restrictions=(STORM,)))
    assert ordered(stormy, by=CAST["deputy"]) == ["storm_deletion"]
    assert ordered(stormy) == []
    calm = replace(OUT, account=replace(OUT.account, restrictions=(SOUND_RESTRICTION,)))
    assert ordered(calm, by=CAST["deputy"]) == []


@pytest.mark.parametrize(
    ("withdrawal", "want"),
    [
        (None, ["nothing_to_delete"]),
        (WithdrawalState.ORDERED, []),
        (WithdrawalState.GONE, ["nothing_to_delete"]),
    ],
)
def test_that_it_is_gone_is_told_of_what_was_ordered_and_still_stands(
    withdrawal: WithdrawalState | None, want: list[str]
) -> None:
    assert told(withdrawal) == want


def test_who_tells_that_it_is_gone_says_what_they_saw() -> None:
    assert told(WithdrawalState.ORDERED, reason=" ") == ["saw_missing"]
