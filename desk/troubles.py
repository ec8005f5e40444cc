"""What to say about a delivery that does not go: on which duty it stands, who can help, what comes next. Data.

The reason itself is written beside the delivery by whoever noticed it; here is what a person can do about it.
"""

from datetime import datetime
from typing import NamedTuple

from posts.doubts import Course, course_seen
from posts.models import Delivery
from rules.states import DeliveryState

WORKER = "発信の仕組み"


class Trouble(NamedTuple):
    """`duty` leads to the clause ("" where none stands behind it), `helper` is who can release it."""

    duty: str
    helper: str
    next_step: str

    @property
    def is_by_itself(self) -> bool:
        """Nobody has to do anything: the worker tries again."""
        return self.helper == WORKER


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
    "wrong_account": Trouble(
        "credentials", _SYSTEM, "台帳の公式アカウントの認証情報でつなぎ直すと、そのまま出ます。"
    ),
    "unsupported": Trouble("", _SYSTEM, "つなぎ方を替えるか、この送り先を外してください。"),
    # What a restriction holds never goes out by itself.
    "suspended_disaster": Trouble(
        "suspension", _CHIEF, "再開が記録されたあとで、所属長が「出す・直す・やめる」を1件ずつ決めます。"
    ),
    "suspended_scandal": Trouble(
        "suspension",
        _CHIEF,
        "防災の情報は、所属長の確認を記録すると出ます。ほかは、再開のあとで1件ずつ決めます。",
    ),
    "disaster_only": Trouble(
        "disaster_only",
        _CHIEF,
        "防災に関連する情報なら、その印を付けて承認を受け直してください。ほかは、限定が終わってから決めます。",
    ),
    "flaming": Trouble(
        "flaming", "所属長（代決者は決められません）", "所属長本人が「出す」と決めるか、承認し直すと出ます。"
    ),
    "flaming_exemption": Trouble(
        "flaming", "手を入れた人", "承認の省略をやめ、所属長本人の承認を受けてください。"
    ),
    "awaiting_release": Trouble(
        "resumption", _CHIEF, "自動では出ません。「出す・直す・やめる」を1件ずつ決めてください。"
    ),
    "out_of_hours": Trouble(
        "out_of_hours", _CHIEF, "所属長に対面か電話で確認し、その確認を投稿のページで記録してください。"
    ),
    "calendar_unknown": Trouble(
        "out_of_hours", _CHIEF, "祝日がまだ分からない日です。所属長の確認を記録するか、日を直してください。"
    ),
    "election_unconfirmed": Trouble(
        "election", _CHIEF, "公職選挙法に触れないことを所属長が確かめ、「出す」のときに印を付けてください。"
    ),
    "election_exempt": Trouble(
        "election", "手を入れた人", "承認の省略をやめ、所属長の承認を受けてください。"
    ),
}
OTHER_HOLD = Trouble("clearance", _CHIEF, "投稿のページで、止めているものを確かめてください。")
DOUBTS = {
    Course.SEND: Trouble(
        "", WORKER, "同じ番号でもう一度送り、届いたかどうかを確かめます。二重には出ません。"
    ),
    Course.LOOK: Trouble("", WORKER, "届いているかどうかを、サービスに問い合わせています。"),
    Course.NONE: Trouble(
        "settling", "担当の職員", "サービスの画面を見て、届いたかどうかを「照合する」で記録してください。"
    ),
}
STATES = {
    DeliveryState.REJECTED: Trouble(
        "", "手を入れた人", "投稿のページで「残りを新しい投稿にする」を選び、直してください。"
    ),
    DeliveryState.EXPIRED: Trouble(
        "",
        "手を入れた人",
        "まだ出すなら「残りを新しい投稿にする」、出さないなら「取り下げる」を選んでください。",
    ),
    DeliveryState.WAITING: Trouble("", WORKER, "時間をおいて、自動でもう一度送ります。"),
}


def trouble_of(delivery: Delivery, now: datetime) -> Trouble:
    """The first thing that holds it, what the worker still does about it, or what its state means."""
    state = DeliveryState(delivery.state)
    if state == DeliveryState.UNKNOWN:
        return DOUBTS[course_seen(delivery, now)]
    if state != DeliveryState.HELD:
        return STATES[state]
    return next((HELD[code] for code in delivery.held_codes if code in HELD), OTHER_HOLD)
