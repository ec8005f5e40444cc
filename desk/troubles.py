"""What to say about a delivery that does not go: on which duty it stands, who can help, what comes next. Data.

The reason itself is written beside the delivery by whoever noticed it; here is what a person can do about it.
"""

from typing import NamedTuple

from posts.models import Delivery
from rules.states import DeliveryState


class Trouble(NamedTuple):
    """`duty` leads to the clause ("" where none stands behind it), `helper` is who can release it."""

    duty: str
    helper: str
    next_step: str


_CHIEF = "所属長・代決者"
_SYSTEM = "システム管理者"
HELD = {
    "no_policy_in_force": Trouble(
        "policy", "所属長（決裁）とホームページ担当（公表）", "運用方針が公表されると、そのまま出ます。"
    ),
    "not_in_operation": Trouble("register", _CHIEF, "運用を始めると（再開すると）、そのまま出ます。"),
    "category_outside_policy": Trouble(
        "category", "手を入れた人", "種類を直すか、出す理由を書いて、もう一度承認・確認を受けてください。"
    ),
    "no_clearance": Trouble("clearance", "手を入れた人", "もう一度、承認か確認を受けてください。"),
    "clearance_for_other_content": Trouble("clearance", _SYSTEM, "記録を検証してください。"),
    "not_configured": Trouble("credentials", _SYSTEM, "接続を設定すると、そのまま出ます。"),
    "unsupported": Trouble("", _SYSTEM, "つなぎ方を替えるか、この送り先を外してください。"),
}
OTHER_HOLD = Trouble("clearance", _CHIEF, "投稿のページで、止めているものを確かめてください。")
UNKNOWN = Trouble(
    "", "発信の仕組み", "同じ番号でもう一度送り、届いたかどうかを確かめます。二重には出ません。"
)
STATES = {
    DeliveryState.UNKNOWN: UNKNOWN,
    DeliveryState.REJECTED: Trouble(
        "", "手を入れた人", "投稿のページで「残りを新しい投稿にする」を選び、直してください。"
    ),
    DeliveryState.EXPIRED: Trouble(
        "",
        "手を入れた人",
        "まだ出すなら「残りを新しい投稿にする」、出さないなら「取り下げる」を選んでください。",
    ),
    DeliveryState.WAITING: Trouble("", "発信の仕組み", "時間をおいて、自動でもう一度送ります。"),
}


def trouble_of(delivery: Delivery) -> Trouble:
    """The first thing that holds it, or what its state means."""
    state = DeliveryState(delivery.state)
    if state != DeliveryState.HELD:
        return STATES[state]
    return next((HELD[code] for code in delivery.held_codes if code in HELD), OTHER_HOLD)
