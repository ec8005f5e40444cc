"""経過: the record's entries of a post as sentences. Says what an entry says; adds and judges nothing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.models import Entry
from posts.refusal_words import CODES, OTHER
from rules.states import How

Payload = Mapping[str, Any]
REFUSED = ".refused"


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
    "post.sent_in_emergency": Told(
        "{who}が第{version}版を緊急発信しました", "cleared", "bolt", "{who}は緊急発信できませんでした"
    ),
    "post.confirmed": Told(
        "{who}が、第{version}版についての所属長の確認（{chief}・{how}）を記録しました",
        "",
        "phone",
        "{who}は所属長の確認を記録できませんでした",
    ),
    "post.topic_confirmed": Told(
        "{who}が、第{version}版についての{section}の確認（{said_by}・{how}）を記録しました",
        "",
        "people",
        "{who}は所管課の確認を記録できませんでした",
    ),
    "post.handed_over": Told(
        "{who}が、この投稿を{from}から{to}へ引き継ぎました", "", "people", "{who}は引き継げませんでした"
    ),
    "post.handed_back": Told(
        "{who}が第{version}版を直しに戻しました", "returned", "back", "{who}は直しに戻せませんでした"
    ),
    "confirmation.ratified": Told(
        "{who}が、第{version}版についての確認を追認しました",
        "cleared",
        "checkc",
        "{who}は追認できませんでした",
    ),
    "confirmation.denied": Told(
        "{who}が、第{version}版について確認していないと記録しました",
        "returned",
        "stop",
        "{who}は確認していないと記録できませんでした",
    ),
    "review.reminded": Told("あとの確認の期限が近いことを知らせました", "", "clock"),
    "review.escalated": Told("あとの確認の期限を過ぎたので、上の所属に知らせました", "returned", "warn"),
    "review.finished": Told(
        "{who}があとの確認をし、出してよかったと記録しました",
        "cleared",
        "checkc",
        "{who}はあとの確認を記録できませんでした",
    ),
    "delivery.withdrawal_ordered": Told(
        "{who}が、「{account}」に出した投稿を取り消すと決めました",
        "returned",
        "minus",
        "{who}は「取り消す」と決められませんでした",
    ),
    "delivery.withdrawn": Told("「{account}」に出した投稿を、発信の仕組みが消しました", "drafting", "minus"),
    "delivery.left_standing": Told(
        "「{account}」に出した投稿は、発信の仕組みには消せませんでした", "unknown", "warn"
    ),
    "delivery.told_deleted": Told(
        "{who}が、「{account}」に出した投稿を消したと記録しました",
        "drafting",
        "minus",
        "{who}は消したと記録できませんでした",
    ),
    "delivery.seen_changed": Told(
        "「{account}」に出ている本文が、発信した本文と違っていました", "unknown", "help"
    ),
    "delivery.seen_gone": Told("「{account}」に出した投稿が見当たりませんでした", "unknown", "help"),
    "delivery.released": Told(
        "{who}が、保留した「{account}」への発信を出すと決めました",
        "cleared",
        "checkc",
        "{who}は保留した発信を出すと決められませんでした",
    ),
    "delivery.dropped": Told(
        "{who}が、保留した「{account}」への発信をやめると決めました",
        "returned",
        "minus",
        "{who}は保留した発信をやめると決められませんでした",
    ),
    "delivery.armed": Told(
        "「{account}」に送り始めました（{attempt}回目）", "", "send", "「{account}」に送れませんでした"
    ),
    "delivery.to_people": Told("「{account}」に手作業で出す時刻になりました", "", "people"),
    "delivery.taken": Told(
        "{who}が、「{account}」に手作業で出すことを引き受けました",
        "",
        "people",
        "{who}は「{account}」に手作業で出すことを引き受けられませんでした",
    ),
    "delivery.reported": Told(
        "{who}が、「{account}」に出したと記録しました",
        "published",
        "send",
        "{who}は出したと記録できませんでした",
    ),
    "delivery.put_back": Told(
        "{who}が、「{account}」に出さずに戻しました", "returned", "back", "{who}は出さずに戻せませんでした"
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
    "delivery.settled_after_all": Told(
        "{who}が、「{account}」にやはり届いていたと記録しました",
        "published",
        "help",
        "{who}は、届いていたと記録できませんでした",
    ),
    "delivery.accepted": Told("「{account}」に発信しました", "published", "send"),
    "delivery.rejected": Told("「{account}」に断られ、発信できませんでした", "returned", "stop"),
    "delivery.not_sent": Told("「{account}」に送れませんでした。あとで送り直します", "", "clock"),
    "delivery.unknown": Told("「{account}」に届いたか分かりません", "unknown", "help"),
    "delivery.held": Told("「{account}」への発信を保留しました", "", "pause"),
    "delivery.expired": Told("「{account}」は、時刻を過ぎたので発信しませんでした", "returned", "clock"),
}
UNCHANGED = Told("{who}が保存しました（第{version}版のまま）", "drafting", "pen")
NOT_RIGHT = Told("{who}があとの確認をし、出すべきではなかったと記録しました", "returned", "warn")
HOW_JA = {How.IN_APP: "画面で", How.IN_PERSON: "対面で", How.PHONE: "電話で"}


def lines_of(entries: Iterable[Entry]) -> list[Line]:
    """The entries in the order given, each as one line. KeyError for an event that nobody put into words."""
    return [line_of(entry) for entry in entries]


def line_of(entry: Entry) -> Line:
    payload = json.loads(entry.payload)
    is_refused = entry.event.endswith(REFUSED)
    told = _told(entry.event.removesuffix(REFUSED), payload)
    template = told.refused if is_refused else told.sentence
    look, icon = ("returned", "stop") if is_refused else (told.look, told.icon)
    values = {"version": "", "account": "", "attempt": "", "chief": "", **payload, "who": who(entry.by)}
    values["how"] = HOW_JA.get(payload.get("how", ""), "")
    return Line(
        at=entry.at,
        sentence=template.format_map(values),
        look=look,
        icon=icon,
        words=str(payload.get("reason") or payload.get("words") or ""),
        detail=_reasons(payload) if "codes" in payload else str(payload.get("detail", "")),
    )


def who(signature: str) -> str:
    """鈴木 洋子（観光交流課長）: the record's signature without the sign-in name before it."""
    return signature.partition(" ")[2] or signature


def _told(event: str, payload: Payload) -> Told:
    if payload.get("unchanged"):
        return UNCHANGED
    return NOT_RIGHT if payload.get("was_right") is False else TOLD[event]


def _reasons(payload: Payload) -> str:
    words = [CODES.get(code, OTHER) for code in payload["codes"]]
    return f"理由: {'、'.join(words)}" if words else ""
