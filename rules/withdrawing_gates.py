"""Gates for 取消し: deleting on a network what went out there. An error is put right by a correction; a deletion is the
chief's own decision, with its reason, once.
"""

from collections.abc import Iterator

from rules.facts import Case, Delivery, Reason
from rules.gate import Gate
from rules.restraints import in_storm
from rules.states import Role, WithdrawalState


def _delivery(case: Case) -> Delivery:
    assert isinstance(case.subject, Delivery)
    return case.subject


def check_not_ordered(case: Case) -> Iterator[Reason]:
    """市の設定: one order for one post; a second one would say that the first was none."""
    if _delivery(case).withdrawal is not None:
        yield Reason(
            "withdrawal_ordered",
            "correction",
            "この発信の取消しは、もう決められています。",
            "いまどうなっているかは、投稿のページに出ています。",
        )


def check_chief_in_the_storm(case: Case) -> Iterator[Reason]:
    """mima:7-4-削除禁止: in the storm nothing is deleted but on the chief's own order; a deputy is not enough."""
    account = _delivery(case).account
    if in_storm(account.restrictions) and not any(
        case.actor.holds(Role.CHIEF, pk, case.on) for pk in _sections(case)
    ):
        yield Reason(
            "storm_deletion",
            "flaming_deletion",
            f"「{account.name}」は炎上対応中です。職員の判断では、投稿を消せません。",
            "所属長本人に、消すかどうかを決めてもらってください。",
            account.name,
        )


def _sections(case: Case) -> frozenset[int]:
    post = _delivery(case).post
    return frozenset(pk for pk in (post.section, post.parent_section) if pk is not None)


def check_ordered(case: Case) -> Iterator[Reason]:
    """市の設定: nobody deletes by themselves; what is told is that an order was carried out."""
    withdrawal = _delivery(case).withdrawal
    if withdrawal != WithdrawalState.ORDERED:
        done = withdrawal == WithdrawalState.GONE
        yield Reason(
            "nothing_to_delete",
            "settling",
            "この投稿は、もう消えています。"
            if done
            else "この投稿を消すという所属長の決定が、記録されていません。",
            "何もする必要はありません。" if done else "先に、所属長か代決者が「取り消す」で決めてください。",
        )


NOT_ORDERED = Gate("not_ordered", "correction", check_not_ordered, "まだ取消しが決められていない")
CHIEF_IN_THE_STORM = Gate(
    "chief_in_the_storm", "flaming_deletion", check_chief_in_the_storm, "炎上対応中は所属長本人の決定"
)
ORDERED = Gate("ordered", "settling", check_ordered, "取消しが決められている")
