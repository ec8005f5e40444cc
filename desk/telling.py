"""Notices follow the record: who is to be told of an entry, and in which words. Reading only.

Every act leaves its entry whether or not anybody is told, so no act ever waits for a notice or fails by one.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from accounts.actions.notices import News
from accounts.events import CONNECTION_LOST
from accounts.models import RoleAssignment, SocialAccount, StaffMember
from audit.models import Entry
from audit.queries import since as entries_since
from desk.times import wareki as in_words
from policies.models import Restriction
from posts import events, telling
from posts.models import Clearance, Post
from rules.calendar import day_of
from rules.states import Basis, Role, Scope
from rules.transitions import TABLE, handed_by

# What is not decided but learnt, and whom it concerns.
LEARNT_HANDS = {
    events.HELD: "approver",
    events.TO_PEOPLE: "contributor",
    events.EXPIRED: "owner",
    events.UNKNOWN: "owner",
    events.REJECTED: "owner",
    events.STILL_THERE: "contributor",
    events.SEEN_CHANGED: "approver",
    events.SEEN_GONE: "approver",
    CONNECTION_LOST: "ledger_keeper",
    events.REVIEW_REMINDED: "approver",
    events.REVIEW_ESCALATED: "above",
    "post.sent_in_emergency": "approver",
}
TITLES = {
    "post.submitted": "承認を頼まれました",
    "post.escalated": "確認者から、判断を頼まれました",
    "post.exemption_claimed": "確認を頼まれました",
    "post.returned": "投稿が差し戻されました",
    "post.handed_back": "投稿が直しに戻されました",
    "post.handed_over": "投稿を引き継ぎました",
    "post.sent_in_emergency": "緊急発信がありました。あとの確認が要ります",
    events.HELD: "投稿が保留になりました",
    events.TO_PEOPLE: "手作業で出す時刻になりました",
    events.EXPIRED: "投稿が時刻を過ぎて出ませんでした",
    events.UNKNOWN: "届いたか分からない投稿があります",
    events.REJECTED: "投稿がサービスに断られました",
    "delivery.withdrawal_ordered": "出した投稿の取消しが決まりました",
    events.STILL_THERE: "サービスの画面で消してください",
    events.SEEN_CHANGED: "出ている投稿が、発信した本文と違います",
    events.SEEN_GONE: "出した投稿が見当たりません",
    events.REVIEW_REMINDED: "あとの確認の期限が近づいています",
    events.REVIEW_ESCALATED: "あとの確認の期限が過ぎました",
    "policy.decision_asked": "運用方針の決裁を頼まれました",
    "policy.decided": "運用方針が決裁されました。公表してください",
    "policy.returned": "運用方針が差し戻されました",
    "account.requested": "公式アカウントの開設の申出がありました",
    "account.approved": "公式アカウントの開設が認められました",
    "restriction.suspended": "投稿停止が始まりました",
    "restriction.flaming_reported": "炎上対応が始まりました",
    "restriction.limited": "防災情報だけに絞られました",
    "restriction.lifted": "投稿停止が終わりました。止まった投稿を決めてください",
    "restriction.limit_ended": "防災情報限定が終わりました。止まった投稿を決めてください",
    "restriction.flaming_ended": "炎上対応が終わりました。止まった投稿を決めてください",
    "person.deputy_named": "代決者になりました",
    "person.deputy_ended": "代決が終わりました",
    "person.moved": "所属か職が変わりました",
    CONNECTION_LOST: "公式アカウントの接続が切れました。つなぎ直してください",
    "ledger.rotation_asked": "認証情報の変更を頼まれました",
}


@dataclass(frozen=True)
class Telling:
    """One piece of news and everybody who is to have it."""

    news: News
    people: QuerySet[StaffMember]


def events_told() -> frozenset[str]:
    """Every event that somebody is told of."""
    handed = {row.event for row in TABLE if handed_by(row.event) and row.next_hand != "worker"}
    return frozenset(handed | LEARNT_HANDS.keys())


def tellings(since: datetime) -> Iterator[Telling]:
    """What the record has to tell from that instant on, the oldest first."""
    for entry in entries_since(since, events_told()):
        if (found := _telling(entry)) is not None:
            yield found


def _telling(entry: Entry) -> Telling | None:
    subject, _, key = entry.stream.partition(":")
    find = _SUBJECTS.get(subject)
    found = find(entry, int(key)) if find and key.isdecimal() else None
    if found is None:
        return None
    what, path, people, due_at = found
    who = entry.by.partition(" ")[2] or entry.by
    words = f"{what}\n{who}（{_reason(entry)}）" if _reason(entry) else f"{what}\n{who}"
    news = News(f"entry:{entry.pk}", entry.event, TITLES[entry.event], words, path, entry.at, due_at)
    return Telling(news, people.exclude(username=entry.by.partition(" ")[0]))


Found = tuple[str, str, QuerySet[StaffMember], datetime | None]


def _reason(entry: Entry) -> str:
    return str(json.loads(entry.payload).get("reason") or "")[:100]


def _of_post(entry: Entry, pk: int) -> Found | None:
    """Where the post is still in the hands into which it came then."""
    post = Post.objects.select_related("section", "drafter", "handed_to").filter(pk=pk).first()
    row = handed_by(entry.event)
    hand = LEARNT_HANDS.get(entry.event) or (row.next_hand if row else "")
    moved_on = post is None or (row is not None and row.target is not None and post.state != row.target)
    if post is None or moved_on:
        return None
    where = {"approver": "review_case", "checker": "check_case"}.get(hand, "post_detail")
    where = (
        where
        if entry.event in ("post.submitted", "post.escalated", "post.exemption_claimed")
        else "post_detail"
    )
    what = f"「{post.title or '（見出しなし）'}」（{post.number}、{post.section.name}）"
    people = telling.in_hands(hand, post, day_of(entry.at))
    return what, reverse(where, args=[pk]), people, post.due_at


def _of_account(entry: Entry, pk: int) -> Found | None:
    account = SocialAccount.objects.select_related("section").filter(pk=pk).first()
    row = handed_by(entry.event)
    hand = LEARNT_HANDS.get(entry.event) or (row.next_hand if row else "")
    if account is None or not hand:
        return None
    on = day_of(entry.at)
    people = {
        "section_chief": lambda: _office([account.section_id], on),
        "policy_writer": lambda: _members(account.section_id),
        "web_admin": lambda: _holders(Role.WEB_ADMIN, on),
        "ledger_keeper": lambda: _office([account.section_id], on) | _holders(Role.SYSTEM_ADMIN, on),
    }[hand]()
    named = f"「{account.name}」（{account.section.name}）"
    if entry.event == CONNECTION_LOST:
        return named, reverse("connection_list"), people, None
    name = "ledger_entry" if hand == "ledger_keeper" else "account_detail"
    return named, reverse(name, args=[pk]), people, None


def _of_restriction(entry: Entry, pk: int) -> Found | None:
    restriction = Restriction.objects.select_related("section").filter(pk=pk).first()
    if restriction is None:
        return None
    on = day_of(entry.at)
    city = restriction.scope == Scope.CITY
    people = (
        _all_offices(on) if city else _office([restriction.section_id, restriction.section.parent_id], on)
    )
    return restriction.where, reverse("restriction_detail", args=[pk]), people, None


def _of_person(entry: Entry, pk: int) -> Found | None:
    people = StaffMember.objects.filter(pk=pk, is_active=True)
    said = json.loads(entry.payload)
    days = [in_words(date.fromisoformat(said[name])) for name in ("from_on", "until_on") if said.get(name)]
    what = "〜".join(days) or str(said.get("to", ""))
    return what, reverse("person_detail", args=[pk]), people, None


_SUBJECTS: dict[str, Callable[[Entry, int], Found | None]] = {
    "post": _of_post,
    "account": _of_account,
    "restriction": _of_restriction,
    "staff": _of_person,
}


def _office(sections: Iterable[int | None], on: date) -> QuerySet[StaffMember]:
    rows = RoleAssignment.objects.in_force(on).filter(role__in=[Role.CHIEF, Role.DEPUTY])
    named = [pk for pk in sections if pk is not None]
    return StaffMember.objects.filter(pk__in=rows.filter(section__in=named).values("staff"))


def _all_offices(on: date) -> QuerySet[StaffMember]:
    rows = RoleAssignment.objects.in_force(on).filter(role__in=[Role.CHIEF, Role.DEPUTY])
    return StaffMember.objects.filter(pk__in=rows.values("staff"))


def _holders(role: Role, on: date) -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(
        pk__in=RoleAssignment.objects.in_force(on).filter(role=role).values("staff")
    )


def _members(section: int) -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(section=section, is_active=True, is_elected=False)


# --- the day's exemptions, for the chief

BASIS_JA = {Basis.SECOND_CHECK: "確認", Basis.WAIVER: "緊急発信"}


def exemptions_of_the_day(now: datetime) -> Iterator[Telling]:
    """承認省略で出たもの: for every section, what was cleared without its chief in the last day."""
    rows = Clearance.objects.filter(
        basis__in=list(BASIS_JA), cleared_at__gt=now - timedelta(days=1), cleared_at__lte=now
    )
    sections: dict[int, list[Clearance]] = {}
    for row in rows.select_related("post__section", "decision", "waiver").order_by("cleared_at"):
        sections.setdefault(row.post.section_id, []).append(row)
    for section, cleared in sections.items():
        lines = [_exemption(row) for row in cleared]
        title = f"今日、承認を省略したもの（{cleared[0].post.section.name}、{len(cleared)}件）"
        key = f"exemptions:{section}:{day_of(now)}"
        news = News(key, "exemptions", title, "\n".join(lines), reverse("post_list"), now)
        yield Telling(news, _office([section], day_of(now)))


def _exemption(row: Clearance) -> str:
    return f"「{row.post.title}」（{row.post.number}）{BASIS_JA[Basis(row.basis)]}: {row.office}"
