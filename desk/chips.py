"""How a state looks: word, look and icon of its chip; and the mark of a network. Data, no decisions.

The words stand here once, so that a list, a case page and a message never name one state in two ways.
"""

from typing import NamedTuple


class Chip(NamedTuple):
    """`look` is the chip's data-state in app.css, `icon` a symbol of icons.svg."""

    label: str
    look: str
    icon: str


class Network(NamedTuple):
    mark: str
    name: str


POST = {
    "drafting": Chip("起案中", "drafting", "pen"),
    "returned": Chip("差戻し", "returned", "back"),
    "awaiting_approval": Chip("承認待ち", "awaiting-approval", "clock"),
    "awaiting_check": Chip("確認待ち", "awaiting-check", "eye"),
    "cleared": Chip("発信待ち", "cleared", "checkc"),
    "held": Chip("保留", "held", "pause"),
    "sending": Chip("発信中", "info", "send"),
    "published": Chip("発信済み", "published", "send"),
    "partly": Chip("一部発信", "cleared", "send"),
    "failed": Chip("発信できず", "returned", "stop"),
    "expired": Chip("期限切れ", "returned", "clock"),
    "unknown": Chip("要照合", "unknown", "help"),
    "cancelled": Chip("取下げ", "drafting", "minus"),
    "withdrawn": Chip("取消し済み", "drafting", "minus"),
}
DELIVERY = {
    "waiting": Chip("発信待ち", "cleared", "checkc"),
    "held": POST["held"],
    "armed": POST["sending"],
    "accepted": POST["published"],
    "rejected": POST["failed"],
    "unknown": POST["unknown"],
    "expired": POST["expired"],
    "dropped": POST["cancelled"],
    "superseded": Chip("差替え", "drafting", "doc"),
}
BY_HAND = {
    **DELIVERY,
    "waiting": Chip("引受け待ち", "awaiting-approval", "clock"),
    "armed": Chip("引受け済み", "info", "people"),
}
WITHDRAWAL = {
    "ordered": Chip("取消し中", "info", "clock"),
    "by_hand": Chip("手で消すのを待っています", "awaiting-approval", "clock"),
    "gone": POST["withdrawn"],
}
SIGHTING = {
    "same": Chip("発信した本文と同じ", "published", "checkc"),
    "differs": Chip("発信した本文と違う", "unknown", "help"),
    "gone": Chip("見当たらない", "unknown", "help"),
}
POLICY = {
    "drafting": POST["drafting"],
    "returned": POST["returned"],
    "awaiting_decision": Chip("決裁待ち", "awaiting-approval", "clock"),
    "decided": Chip("決裁済み", "cleared", "checkc"),
    "published": Chip("公表済み", "published", "book"),
}
ACCOUNT = {
    "requested": Chip("申出", "awaiting-approval", "clock"),
    "approved": Chip("準備中", "awaiting-check", "eye"),
    "in_operation": Chip("運用中", "cleared", "checkc"),
    "suspended": Chip("休止中", "held", "pause"),
    "closed": Chip("終了", "drafting", "minus"),
}
SEVERITY = {
    "block": Chip("直してください", "block", "stop"),
    "confirm": Chip("確かめてください", "confirm", "warn"),
    "info": Chip("参考", "info", "info"),
    "ok": Chip("問題なし", "ok", "checkc"),
}
# Tasks that are no post's own state: what is looked at afterwards, the chief's word.
TASK = {
    "overdue": Chip("期限切れ", "returned", "warn"),
    "afterwards": Chip("あとの確認", "held", "clock"),
    "ratify": Chip("追認待ち", "held", "phone"),
    "rotate": Chip("認証情報", "held", "lock"),
    "flaming": Chip("炎上対応", "returned", "warn"),
    "right": Chip("出してよかった", "cleared", "checkc"),
    "wrong": Chip("問題があった", "returned", "warn"),
}
# What the last attempt says about a social account's connection; "unset" and "untried" come before any.
CONNECTION = {
    "unset": Chip("未設定", "confirm", "warn"),
    "by_hand": Chip("手作業", "info", "people"),
    "untried": Chip("まだ発信なし", "info", "info"),
    "armed": POST["sending"],
    "accepted": Chip("正常", "ok", "checkc"),
    "rejected": Chip("前の投稿は不可", "confirm", "warn"),
    "not_sent": Chip("つながりません", "confirm", "warn"),
    "rate_limited": Chip("混雑で待機中", "confirm", "clock"),
    "auth_expired": Chip("認証の更新が要ります", "block", "lock"),
    "unknown": Chip("返事がありません", "unknown", "help"),
}
KINDS = {
    "post": POST,
    "delivery": DELIVERY,
    "by_hand": BY_HAND,
    "withdrawal": WITHDRAWAL,
    "sighting": SIGHTING,
    "policy": POLICY,
    "account": ACCOUNT,
    "severity": SEVERITY,
    "connection": CONNECTION,
    "task": TASK,
}

TRAINING = Network("訓", "訓練")
NETWORKS = {
    "x": Network("X", "X"),
    "bluesky": Network("B", "Bluesky"),
    "line": Network("L", "LINE"),
    "facebook": Network("F", "Facebook"),
    "instagram": Network("I", "Instagram"),
    "threads": Network("T", "Threads"),
    "youtube": Network("Y", "YouTube"),
    "mastodon": Network("M", "Mastodon"),
    "note": Network("N", "note"),
    "tiktok": Network("T", "TikTok"),
}


def network_of(network: str, connection: str) -> Network:
    """The mark of a social account. What only goes to the training timeline is marked as training."""
    if connection == "training":
        return TRAINING
    return NETWORKS.get(network) or Network(network[:1].upper(), network)
