"""One post whole, as its page shows it: what is open, what went out, its versions, its record.

Reads and arranges; nothing is decided here and instants stay instants. Lists of posts are in `listing.py`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from django.db.models import Q

from accounts.facts import actor_facts, city_facts
from accounts.models import SocialAccount, StaffMember
from accounts.queries import broken_connections
from audit.queries import entries_of
from posts import canonical
from posts.canonical import Content
from posts.doubts import Course, Unsettled, may_settle_after_all, unsettled_of, worst
from posts.facts import post_facts
from posts.judging import Changes, Grounds, Hand, changes_since, decisions_on, grounds_of, hands_in
from posts.models import Clearance, Decision, Delivery, Post, Sighting, Version, Withdrawal
from posts.panel import Row, panel
from posts.queries import deliveries_of, display_state
from posts.timeline import Line, lines_of
from posts.ways import Ways, ways
from rules.calendar import day_of
from rules.facts import Actor, City
from rules.states import OPEN, DeliveryState, Verb, WithdrawalState

_STRANGE = (Sighting.DIFFERS, Sighting.GONE)
# Older versions are shown whole, not compared.
MOST_COMPARED = 5


@dataclass(frozen=True)
class Question:
    """Something a person has to know or do first; `quote` is what somebody wrote."""

    look: str
    icon: str
    title: str
    words: str
    next_step: str
    quote: str = ""


@dataclass(frozen=True)
class Sent:
    """One delivery with the exact text that stands or stood behind it, and what is in doubt about it.

    `broken` is why its social account's connection has to be mended before it can go. `sighting` tells what stands
    there now, `order` that it shall be deleted.
    """

    delivery: Delivery
    text: str
    doubt: Unsettled | None
    broken: str = ""
    sighting: Sighting | None = None
    order: Withdrawal | None = None
    may_be_told_live: bool = False

    @property
    def sha256(self) -> str:
        """As it stands in the record of the sending: of the text in UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def is_strange(self) -> bool:
        """What stands there is not what was cleared, and nobody ordered that."""
        return self.sighting is not None and self.sighting.state in _STRANGE and self.order is None

    @property
    def withdrawal(self) -> str:
        """The word of its order's chip; "" where nobody ordered it to be deleted."""
        if self.order is None:
            return ""
        waits = self.order.state == WithdrawalState.ORDERED and self.order.by_hand
        return "by_hand" if waits else self.order.state

    @property
    def returned(self) -> Sequence[tuple[str, str]]:
        """What the network answered, by its names."""
        return [(str(name), str(value)) for name, value in self.delivery.returned.items()]

    @property
    def training_post(self) -> str:
        """The id on the training timeline; "" for a post that went to a real network."""
        kind, _, key = self.delivery.remote_id.partition(":")
        return key if kind == "training" else ""


@dataclass(frozen=True)
class Edition:
    """A version, its content, and what it changed against the one before (None: not compared)."""

    version: Version
    content: Content
    changes: Changes | None
    is_current: bool


@dataclass(frozen=True)
class Dossier:
    """Everything on the post's page."""

    post: Post
    version: Version
    content: Content
    state: str
    looks: Sequence[tuple[str, str]]
    question: Question | None
    accounts: Sequence[SocialAccount]
    sent: Sequence[Sent]
    editions: Sequence[Edition]
    decisions: Sequence[Decision]
    clearance: Clearance | None
    grounds: Grounds | None
    hands: Sequence[Hand]
    timeline: Sequence[Line]
    panel: Sequence[Row]
    ways: Ways
    related: Sequence[Post]
    rulebooks: tuple[str, ...]

    @property
    def held(self) -> list[Delivery]:
        """What somebody may have to decide about by name."""
        return [row.delivery for row in self.sent if row.delivery.state == DeliveryState.HELD]

    @property
    def to_settle(self) -> list[Unsettled]:
        """The unknowns that this person may settle."""
        return [row.doubt for row in self.sent if row.doubt and row.doubt.may_settle]


def dossier_of(post: Post, staff: StaffMember, *, now: datetime) -> Dossier:
    """The post as this person sees it now."""
    versions = list(post.versions.select_related("written_by__section").order_by("-number"))
    version = next(row for row in versions if row.number == post.version_no)
    content = canonical.parse(version.canonical)
    known = post_facts(post, version, on=day_of(now))
    actor, city = actor_facts(staff), city_facts(now)
    deliveries, decisions, clearances = deliveries_of(post), decisions_on(post), _clearances(post)
    state = display_state(post, deliveries, decisions[0].verb if decisions else "")
    sent = _all_sent(deliveries, actor, city, now)
    return Dossier(
        post=post,
        version=version,
        content=content,
        state=state,
        looks=[*_looks(state, deliveries), *_taken_away(sent)],
        question=question_of(state, sent, decisions),
        accounts=list(SocialAccount.objects.filter(pk__in=content.targets).order_by("pk")),
        sent=sent,
        editions=list(_editions(versions, post.version_no)),
        decisions=decisions,
        clearance=clearances[0] if clearances else None,
        grounds=grounds_of(content.claim),
        hands=hands_in(post),
        timeline=lines_of(entries_of(post.stream)),
        panel=panel(post, version, actor, now, known=known, deliveries=deliveries),
        ways=ways(known, actor, deliveries, now=now),
        related=related_to(post),
        rulebooks=known.rulebooks,
    )


def related_to(post: Post) -> list[Post]:
    """What this post corrects or continues, and what corrects or continues it."""
    linked = Q(corrects=post) | Q(continues=post) | Q(pk__in=[post.corrects_id or 0, post.continues_id or 0])
    return list(Post.objects.filter(linked).order_by("pk"))


def _clearances(post: Post) -> list[Clearance]:
    """Newest first; the live one, if there is one, is the newest."""
    return list(post.clearances.select_related("version", "decision__by__section").order_by("-pk"))


def _looks(state: str, deliveries: Sequence[Delivery]) -> list[tuple[str, str]]:
    """The chips of the head, each with its note: how many social accounts stand so, and how many it has reached."""
    reached = sum(delivery.state == DeliveryState.ACCEPTED for delivery in deliveries)
    if state == "partly":
        return [(state, f"{reached}/{len(deliveries)}件")]
    troubled = sum(delivery.state == state for delivery in deliveries)
    looks = [(state, f"{troubled}件" if troubled else "")]
    return [*looks, ("published", f"{reached}件")] if reached and state != "published" else looks


def _taken_away(sent: Sequence[Sent]) -> list[tuple[str, str]]:
    """How many of what went out no longer stand there by the chief's order."""
    gone = sum(row.withdrawal == WithdrawalState.GONE for row in sent)
    return [("withdrawn", f"{gone}件")] if gone else []


def _all_sent(deliveries: Sequence[Delivery], actor: Actor, city: City, now: datetime) -> list[Sent]:
    broken = broken_connections(row.social_account_id for row in deliveries)
    out = [row.pk for row in deliveries if row.state == DeliveryState.ACCEPTED]
    seen = Sighting.objects.in_bulk(out, field_name="delivery_id") if out else {}
    orders = Withdrawal.objects.in_bulk(out, field_name="delivery_id") if out else {}
    return [
        replace(_sent(row, actor, city, now, broken), sighting=seen.get(row.pk), order=orders.get(row.pk))
        for row in deliveries
    ]


def _sent(delivery: Delivery, actor: Actor, city: City, now: datetime, broken: Mapping[int, str]) -> Sent:
    text = delivery.text
    trouble = broken.get(delivery.social_account_id, "") if delivery.state in OPEN else ""
    after_all = may_settle_after_all(delivery, actor, city, now)
    doubt = unsettled_of(delivery, text, actor, city, now)
    return Sent(delivery, text, doubt, trouble, may_be_told_live=after_all)


def _editions(versions: Sequence[Version], current: int) -> Iterator[Edition]:
    """Newest first, each of the latest with what it changed."""
    compared = {new.pk: changes_since(old, new) for new, old in pairwise(versions[: MOST_COMPARED + 1])}
    for version in versions:
        content = canonical.parse(version.canonical)
        yield Edition(version, content, compared.get(version.pk), version.number == current)


# --- what is open


def question_of(state: str, sent: Sequence[Sent], decisions: Sequence[Decision]) -> Question | None:
    """The first thing to know: a return, an unknown outcome, something held or gone wrong. None when all is well.

    Whoever may settle the unknowns is asked on their own panels instead.
    """
    if state == "returned":
        return _returned(next(row for row in decisions if row.verb == Verb.RETURN))
    doubts = [row.doubt for row in sent if row.doubt]
    if doubts:
        return None if any(doubt.may_settle for doubt in doubts) else _unknown(doubts)
    strange = [row for row in sent if row.is_strange]
    if strange:
        return _strange(strange)
    for kind, ask in _QUESTIONS.items():
        found = [row.delivery for row in sent if row.delivery.state == kind]
        if found:
            return ask(found)
    return None


def _returned(decision: Decision) -> Question:
    return Question(
        look="returned",
        icon="back",
        title=f"{decision.office}が第{decision.version.number}版を差し戻しました",
        words="上の理由を読んで直し、もう一度頼んでください。",
        next_step="「直す」を押すと、いまの版から続けられます。",
        quote=decision.reason,
    )


def _unknown(doubts: Sequence[Unsettled]) -> Question:
    words, next_step = _DOUBTS[worst([doubt.course for doubt in doubts])]
    return Question(
        look="unknown",
        icon="help",
        title=f"{_names([doubt.delivery for doubt in doubts])}に届いたか、まだ分かりません",
        words=f"送りましたが、届いたという返事がありません。{words}",
        next_step=f"{next_step}同じ内容を手で投稿しないでください。",
    )


def _strange(found: Sequence[Sent]) -> Question:
    return Question(
        look="unknown",
        icon="help",
        title=f"{_names([row.delivery for row in found])}に出ているものが、発信した本文と違います",
        words="サービスの画面で直されたか、消されたか、サービスが隠しています。"
        "身に覚えがなければ、乗っ取りのおそれがあります。",
        next_step="公式アカウントの画面を確かめ、所属長とシステム管理者に知らせてください。見えた本文は、下の「発信」にあります。",
    )


def _held(found: Sequence[Delivery]) -> Question:
    return Question(
        look="held",
        icon="pause",
        title=f"{_names(found)}への発信を保留しています",
        words=_problems(found),
        next_step=_ONE_BY_ONE if _waits_for_a_name(found) else _BY_ITSELF,
    )


# What was still held when its restriction ended goes out by name only.
_ONE_BY_ONE = "自動では出ません。所属長・代決者が、下の「出す・直す・やめるを決める」で1件ずつ決めます。"
_BY_ITSELF = "「いま止めているもの」に、だれが解けるか、解けたあとどうなるかが出ています。"


def _waits_for_a_name(found: Sequence[Delivery]) -> bool:
    return any("awaiting_release" in delivery.held_codes for delivery in found)


def _rejected(found: Sequence[Delivery]) -> Question:
    return Question(
        look="returned",
        icon="stop",
        title=f"{_names(found)}に発信できませんでした",
        words=_problems(found),
        next_step="届いていません。ほかの公式アカウントの結果が出たら、「残りを新しい投稿にする」で直して出せます。",
    )


def _expired(found: Sequence[Delivery]) -> Question:
    return Question(
        look="returned",
        icon="clock",
        title=f"{_names(found)}には、{_why_not(found)}",
        words=_problems(found),
        next_step="まだ出すときは、手を入れた人が、ほかの送り先の結果が出てから「残りを新しい投稿にする」を選びます。",
    )


def _why_not(found: Sequence[Delivery]) -> str:
    was_tried = all(delivery.tries for delivery in found)
    return "届いていません" if was_tried else "時刻を過ぎたので発信しませんでした"


def _names(found: Sequence[Delivery]) -> str:
    return "、".join(f"「{delivery.social_account.name}」" for delivery in found)


def _problems(found: Sequence[Delivery]) -> str:
    return " ".join(dict.fromkeys(delivery.problem for delivery in found if delivery.problem))


# What the worker does about it by itself, and what that leaves to whoever only looks.
_DOUBTS = {
    Course.SEND: (
        "発信の仕組みが、同じ番号を付けて送り直して確かめます。"
        "同じ番号の投稿は1つしか作られないので、二重には出ません。",
        "そのまま待ってください。",
    ),
    Course.LOOK: (
        "発信の仕組みはもう送り直さず、届いているかをサービスに問い合わせています。",
        "そのまま待ってください。",
    ),
    Course.NONE: (
        "発信の仕組みは、送り直すことも、問い合わせることもできません。",
        "担当の職員が、サービスの画面を見て照合します。",
    ),
}
_QUESTIONS = {
    DeliveryState.HELD: _held,
    DeliveryState.REJECTED: _rejected,
    DeliveryState.EXPIRED: _expired,
}
