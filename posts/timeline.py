"""経過: the record's entries of a post as sentences. Says what an entry says; adds and judges nothing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.models import Entry

Payload = Mapping[str, Any]
REFUSED = ".refused"
OTHER = "そのほかの理由"


@dataclass(frozen=True)
class Told:
    """How one kind of entry is told. `look` and `icon` are those of the timeline's dot."""

    sentence: str
    look: str
    icon: str
    refused: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the timeline; `words` are what somebody wrote, as they wrote it."""

    at: datetime
    sentence: str
    look: str
    icon: str
    words: str = ""
    detail: str = ""


# {who} is the person as the entry names them, {version} and {account} come from its payload.
TOLD = {
    "post.drafted": Told("{who}が起案しました", "drafting", "pen", "{who}は起案できませんでした"),
    "post.edited": Told("{who}が直し、第{version}版にしました", "drafting", "pen", "{who}は直せませんでした"),
    "post.submitted": Told(
        "{who}が第{version}版の承認を頼みました",
        "awaiting-approval",
        "clock",
        "{who}は承認を頼めませんでした",
    ),
    "post.exemption_claimed": Told(
        "{who}が承認を省略し、第{version}版を確認に回しました",
        "awaiting-approval",
        "eye",
        "{who}は確認に回せませんでした",
    ),
    "post.approved": Told(
        "{who}が第{version}版を承認しました", "cleared", "checkc", "{who}は承認できませんでした"
    ),
    "post.second_checked": Told(
        "{who}が第{version}版を確認しました", "cleared", "checkc", "{who}は確認できませんでした"
    ),
    "post.returned": Told(
        "{who}が第{version}版を差し戻しました", "returned", "back", "{who}は差し戻せませんでした"
    ),
    "post.escalated": Told(
        "{who}が第{version}版の判断を所属長に頼みました",
        "awaiting-approval",
        "clock",
        "{who}は所属長に判断を頼めませんでした",
    ),
    "post.taken_back": Told("{who}が引き戻しました", "drafting", "back", "{who}は引き戻せませんでした"),
    "post.cancelled": Told("{who}が取り下げました", "returned", "minus", "{who}は取り下げられませんでした"),
    "delivery.armed": Told(
        "「{account}」に送り始めました（{attempt}回目）", "", "send", "「{account}」に送れませんでした"
    ),
    "delivery.settled_live": Told(
        "{who}が照合し、「{account}」に届いていると記録しました",
        "published",
        "checkc",
        "{who}は照合を記録できませんでした",
    ),
    "delivery.settled_not_live": Told(
        "{who}が照合し、「{account}」に届いていないと記録しました",
        "returned",
        "help",
        "{who}は照合を記録できませんでした",
    ),
    "delivery.accepted": Told("「{account}」に発信しました", "published", "send"),
    "delivery.rejected": Told("「{account}」に断られ、発信できませんでした", "returned", "stop"),
    "delivery.not_sent": Told("「{account}」に送れませんでした。あとで送り直します", "", "clock"),
    "delivery.unknown": Told("「{account}」に届いたか分かりません", "unknown", "help"),
    "delivery.held": Told("「{account}」への発信を保留しました", "", "pause"),
    "delivery.expired": Told("「{account}」は、時刻を過ぎたので発信しませんでした", "returned", "clock"),
}
UNCHANGED = Told("{who}が保存しました（第{version}版のまま）", "drafting", "pen")

# Why something was refused, in as few words as a line has room for; the codes are those of the rules.
CODES = {
    "no_account": "送り先がない",
    "account_of_other_section": "ほかの所属の公式アカウントが入っている",
    "not_in_operation": "運用中でない公式アカウントがある",
    "no_policy_in_force": "運用方針が公表されていない",
    "category_missing": "種類が選ばれていない",
    "category_outside_policy": "種類が運用方針の発信内容にない",
    "correction_unchanged": "訂正の本文がもとと同じ",
    "correction_elsewhere": "もとの投稿が出ていない送り先がある",
    "nothing_to_correct": "もとの投稿がまだ出ていない",
    "nothing_left_behind": "残っている送り先がない",
    "continued_elsewhere": "残りがもう新しい投稿になっている",
    "text_empty": "本文がない",
    "text_too_long": "本文が長い",
    "due_in_past": "発信する日時を過ぎている",
    "latest_before_due": "遅れの限度が発信する日時より前",
    "latest_passed": "遅れの限度を過ぎている",
    "title_missing": "見出しがない",
    "not_declared": "基本原則を読んだ印がない",
    "decider_cannot_write": "判断した人は書けない",
    "text_frozen": "もう発信した本文は直せない",
    "reason_missing": "理由が書かれていない",
    "version_changed": "見た版より新しい版がある",
    "approver_contributed": "手を入れた人は承認できない",
    "checker_contributed": "手を入れた人は確認できない",
    "checklist_incomplete": "確認するところに印が足りない",
    "in_flight": "発信している途中",
    "all_published": "すべて発信した",
    "no_clearance": "有効な発信根拠がない",
    "clearance_for_other_content": "発信根拠と本文の照合番号が違う",
    "claim_missing": "省略する理由が選ばれていない",
    "evidence_of_other_ground": "理由と根拠の種類が合わない",
    "source_missing": "公開されている場所がない",
    "published_on_missing": "公開された日がない",
    "published_in_future": "公開された日がまだ来ていない",
    "fact_missing": "行われたことが書かれていない",
    "held_on_missing": "行われた日がない",
    "held_in_future": "行われた日がまだ来ていない",
    "law_missing": "法令の名前がない",
    "article_missing": "条番号がない",
    "kind_missing": "防災の情報の種類がない",
    "announcer_missing": "発表元がない",
    "announced_at_missing": "発表の時刻がない",
    "announced_in_future": "発表の時刻がまだ来ていない",
    "wrong_state": "ほかの人が先に進めた",
    "inactive": "いまは使えない利用者",
    "elected": "公選職の人",
    "may_not_draft_for_account": "起案の権限がない公式アカウントがある",
    "not_contributor": "手を入れた人ではない",
    "not_staff": "市の職員ではない",
    "not_in_scope": "この公式アカウントに関わる職員ではない",
    "saw_missing": "何を見たかが書かれていない",
    "address_unreadable": "URLとして読めない",
    "address_missing": "投稿のURLがない",
    "may_still_arrive": "まだ届く途中かもしれない",
    "only_the_worker": "発信は発信の仕組みだけが行う",
    "not_approver": "所属長・代決者ではない",
    "not_configured": "接続の設定が足りない",
    "unsupported": "この接続には対応していない",
    "office_not_in_period": "所属長・代決者の期間ではない",
}


def lines_of(entries: Iterable[Entry]) -> list[Line]:
    """The entries in the order given, each as one line. KeyError for an event that nobody put into words."""
    return [line_of(entry) for entry in entries]


def line_of(entry: Entry) -> Line:
    payload = json.loads(entry.payload)
    is_refused = entry.event.endswith(REFUSED)
    told = _told(entry.event.removesuffix(REFUSED), payload)
    template = told.refused if is_refused else told.sentence
    look, icon = ("returned", "stop") if is_refused else (told.look, told.icon)
    values = {"version": "", "account": "", "attempt": "", **payload, "who": who(entry.by)}
    return Line(
        at=entry.at,
        sentence=template.format_map(values),
        look=look,
        icon=icon,
        words=str(payload.get("reason", "")),
        detail=_reasons(payload) if "codes" in payload else str(payload.get("detail", "")),
    )


def who(signature: str) -> str:
    """鈴木 洋子（観光交流課長）: the record's signature without the sign-in name before it."""
    return signature.partition(" ")[2] or signature


def _told(event: str, payload: Payload) -> Told:
    return UNCHANGED if payload.get("unchanged") else TOLD[event]


def _reasons(payload: Payload) -> str:
    words = [CODES.get(code, OTHER) for code in payload["codes"]]
    return f"理由: {'、'.join(words)}" if words else ""
