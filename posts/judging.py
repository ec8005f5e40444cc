"""What somebody who judges a case has before them: what goes out, what changed, on what grounds, by whose hands.

Reads and arranges; times stay instants and nothing is decided here. The queues are in `queues.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from accounts.connections import capabilities
from accounts.facts import actor_facts, approver_people, city_facts
from accounts.models import Section, SocialAccount, StaffMember
from platforms.base import Count
from platforms.costs import Cost, cost_of
from platforms.counting import count
from platforms.showing import Look, address_of, lasting_ja, look_of
from posts import canonical
from posts.canonical import Content
from posts.differences import differences
from posts.facts import post_facts
from posts.models import Decision, Post, Version
from posts.queues import consultable
from posts.restrained import Named, OffHours, Weight, day_out, goes_out_at, named_in, off_hours, weights
from rules import facts
from rules.calendar import day_of
from rules.exemptions import DUTY_OF
from rules.facts import Actor, Claim, DisasterReport, LawCitation, PastFact, Person, PublicSource
from rules.states import Ground, PostKind, Verb
from rules.workflow import available_verbs

GROUND_JA = {
    Ground.PUBLIC: "(1) もう公開されている",
    Ground.FACT: "(2) もう終わったこと",
    Ground.LAW: "(3) 法令で決まっていること",
    Ground.DISASTER: "(4) 防災の情報",
}


@dataclass(frozen=True)
class Preview:
    """What one social account will send, to the letter, and how its network counts it."""

    account: SocialAccount
    text: str
    count: Count
    differs: bool

    @property
    def cost(self) -> Cost | None:
        """What it costs; nothing where the program does not send it."""
        return cost_of(self.account.network, self.text) if self.account.connection == "api" else None

    @property
    def look(self) -> Look:
        """The text as the network shows it."""
        return look_of(self.account.network, self.text)

    @property
    def address(self) -> str:
        """What stands there under the name."""
        return address_of(self.account.network, self.account.handle, self.account.url)

    @property
    def lasting(self) -> tuple[str, ...]:
        """What cannot be undone there, before anybody approves it."""
        return lasting_ja(self.account.network, capabilities(self.account))


@dataclass(frozen=True)
class Line:
    """One fact in words; the value is text, a day, an instant, or None."""

    label: str
    value: str | date | datetime | None

    @property
    def is_instant(self) -> bool:
        return isinstance(self.value, datetime)

    @property
    def is_day(self) -> bool:
        return isinstance(self.value, date) and not self.is_instant

    @property
    def is_link(self) -> bool:
        return isinstance(self.value, str) and self.value.startswith(("https://", "http://"))


@dataclass(frozen=True)
class Grounds:
    """The claim on which approval is to be omitted, with its evidence."""

    title: str
    duty: str
    evidence: Sequence[Line]


@dataclass(frozen=True)
class TextChange:
    """One text, in pieces: ("same" | "ins" | "del", words)."""

    label: str
    pieces: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class FieldChange:
    before: Line
    after: Line


@dataclass(frozen=True)
class Changes:
    """From the version that this person saw last to the one at hand."""

    since: Version
    texts: Sequence[TextChange]
    fields: Sequence[FieldChange]
    same: Sequence[str]


@dataclass(frozen=True)
class Hand:
    """Somebody who wrote in the post, in which versions, and until when."""

    staff: StaffMember
    versions: str
    last_at: datetime


@dataclass(frozen=True)
class Owed:
    """What an approval has to say besides 「承認する」: each part empty where nothing of the kind is so.

    `scandals` are the suspensions that the approval of a statement names, `people` with whom it may be decided.
    """

    off_hours: OffHours | None = None
    elections: Sequence[Named] = ()
    scandals: Sequence[Weight] = ()
    people: Sequence[StaffMember] = ()


@dataclass(frozen=True)
class Case:
    """Everything about one case that the screens show; `offered` are the verbs this person may try."""

    post: Post
    version: Version
    content: Content
    previews: Sequence[Preview]
    grounds: Grounds | None
    changes: Changes | None
    hands: Sequence[Hand]
    decisions: Sequence[Decision]
    approvers: Sequence[Person]
    offered: frozenset[Verb]
    facts: facts.Post
    actor: Actor
    owed: Owed
    goes_out_at: datetime

    @property
    def rulebooks(self) -> tuple[str, ...]:
        return self.facts.rulebooks

    @property
    def is_by_reader(self) -> bool:
        """The reader wrote in the post, and so decides nothing about it."""
        return any(hand.staff.pk == self.actor.id for hand in self.hands)

    @property
    def last_decision(self) -> Decision | None:
        return self.decisions[0] if self.decisions else None

    @property
    def disaster_words(self) -> str:
        return disaster_words(self.content)

    @property
    def chiefs(self) -> list[Person]:
        """Of those who would approve, the chiefs themselves."""
        return [person for person in self.approvers if person.chief]


def case_of(post: Post, staff: StaffMember, *, now: datetime, seen_digest: str = "") -> Case:
    """The case as this person sees it now; `seen_digest` names the version that their form was made from."""
    on = day_of(now)
    versions = list(post.versions.select_related("written_by"))
    version = next(row for row in versions if row.number == post.version_no)
    content = canonical.parse(version.canonical)
    decisions = decisions_on(post)
    known = post_facts(post, version, on=on)
    actor = actor_facts(staff)
    shown = previews(content)
    return Case(
        post=post,
        version=version,
        content=content,
        previews=shown,
        grounds=grounds_of(content.claim),
        changes=changes_since(last_seen(versions, decisions, staff, seen_digest), version),
        hands=hands_in(post),
        decisions=decisions,
        approvers=who_decides(known, on),
        offered=available_verbs(known, actor, city_facts(now), now),
        facts=known,
        actor=actor,
        goes_out_at=goes_out_at(known.due_at, now),
        owed=_owed(known, content, post, staff, now),
    )


def _owed(known: facts.Post, content: Content, post: Post, staff: StaffMember, now: datetime) -> Owed:
    targets, day = known.targets, day_out(known.due_at, now)
    scandals = [row for row in weights(targets) if row.is_scandal and known.kind == PostKind.STATEMENT]
    return Owed(
        off_hours=off_hours(targets, goes_out_at(known.due_at, now)),
        elections=named_in(known.elections, content.texts, targets, day),
        scandals=scandals,
        people=consultable(post, staff, day_of(now)) if scandals else (),
    )


def previews(content: Content) -> list[Preview]:
    """For each social account the text that it sends."""
    accounts = SocialAccount.objects.filter(pk__in=content.targets).select_related("section").order_by("pk")
    texts = [(account, content.text_for(account.pk)) for account in accounts]
    return [
        Preview(account, text, count(account.network, text), text != content.text) for account, text in texts
    ]


def decisions_on(post: Post) -> list[Decision]:
    """Newest first."""
    return list(post.decisions.select_related("by__section", "version").order_by("-pk"))


def who_decides(known: facts.Post, on: date) -> tuple[Person, ...]:
    """Who may approve: the section's chief and deputies without a part in it, else those of the section above."""
    free = tuple(person for person in known.approvers if person.id not in known.contributors)
    if free or known.parent_section is None:
        return free
    above = approver_people({known.parent_section}, on).get(known.parent_section, ())
    return tuple(person for person in above if person.id not in known.contributors)


# --- whose hands


def hands_in(post: Post) -> list[Hand]:
    """Everybody who wrote in any version, in the order in which they came."""
    rows = list(post.contributions.select_related("staff__section", "version").order_by("at", "pk"))
    staff = dict.fromkeys(row.staff for row in rows)
    return [_hand(person, [row for row in rows if row.staff_id == person.pk]) for person in staff]


def _hand(person: StaffMember, rows: Sequence) -> Hand:
    return Hand(person, version_words([row.version.number for row in rows]), rows[-1].at)


def version_words(numbers: Sequence[int]) -> str:
    """第1版〜第3版 for a run, 第1版・第3版 else."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 2 and all(later == earlier + 1 for earlier, later in pairwise(numbers)):
        return f"第{first}版〜第{last}版"
    return "・".join(f"第{number}版" for number in numbers)


# --- what changed


def last_seen(
    versions: Sequence[Version], decisions: Sequence[Decision], staff: StaffMember, seen_digest: str
) -> Version | None:
    """The version that the form at hand was made from, else the one that this person decided on last."""
    older = (row for row in reversed(versions) if row.number < versions[-1].number)
    in_form = next((row for row in older if row.digest == seen_digest), None)
    decided = next((row.version for row in decisions if row.by_id == staff.pk), None)
    return in_form or decided


def changes_since(old: Version | None, new: Version) -> Changes | None:
    """None when there is nothing to compare: never seen, or seen in this very version."""
    if old is None or old.pk == new.pk:
        return None
    before, after = canonical.parse(old.canonical), canonical.parse(new.canonical)
    names = _names(before, after)
    texts = list(_text_changes(before, after, names))
    fields = [*zip(_lines(before, names), _lines(after, names), strict=True), *_evidence_pairs(before, after)]
    same = [] if texts else ["本文"]
    same += [later.label for earlier, later in fields if earlier == later and later.value]
    return Changes(old, texts, [FieldChange(*pair) for pair in fields if pair[0] != pair[1]], same)


def _names(*contents: Content) -> dict[int, str]:
    targets = {target for content in contents for target in content.targets}
    return dict(SocialAccount.objects.filter(pk__in=targets).order_by("pk").values_list("pk", "name"))


def _text_changes(before: Content, after: Content, names: dict[int, str]) -> Iterator[TextChange]:
    if before.text != after.text:
        yield TextChange("本文", differences(before.text, after.text))
    for target in sorted(before.variants.keys() | after.variants.keys()):
        old, new = before.text_for(target), after.text_for(target)
        if old != new:
            yield TextChange(f"{names.get(target, '')}の本文", differences(old, new))


def _lines(content: Content, names: dict[int, str]) -> tuple[Line, ...]:
    """What goes with the texts, always the same facts in the same order."""
    return (
        Line("送り先", "、".join(name for key, name in names.items() if key in content.targets)),
        Line("種類", content.category),
        Line("この公式アカウントから出す理由", content.category_note or None),
        Line("発信する日時", content.due_at),
        Line("これより遅れたら出さない時刻", content.latest_at),
        Line("承認を省略する理由", GROUND_JA[content.claim.ground] if content.claim else None),
        Line("防災との関わり", disaster_words(content) or None),
        Line("ほかの課の仕事", _sections(content) or None),
        Line("解禁", content.embargo_at),
    )


def _sections(content: Content) -> str:
    """The names of the sections whose field it is about."""
    rows = Section.objects.filter(pk__in=content.topic_sections) if content.topic_sections else ()
    return "、".join(row.name for row in rows)


def _evidence_pairs(before: Content, after: Content) -> Iterator[tuple[Line, Line]]:
    """Line by line, where both versions rest on the same ground."""
    if before.claim and after.claim and before.claim.ground == after.claim.ground:
        yield from zip(evidence_of(before.claim), evidence_of(after.claim), strict=True)


# --- on what grounds


def disaster_words(content: Content) -> str:
    """Art. 5(4)'s word, else Art. 8(2)'s wider one; "" for a post that has nothing to do with a disaster."""
    if content.disaster_information:
        return "防災情報"
    return "防災に関連する情報" if content.disaster_related else ""


def grounds_of(claim: Claim | None) -> Grounds | None:
    if claim is None:
        return None
    return Grounds(GROUND_JA[claim.ground], DUTY_OF[claim.ground], evidence_of(claim))


def evidence_of(claim: Claim) -> tuple[Line, ...]:
    match claim.evidence:
        case PublicSource(where, published_on):
            return Line("公開されている場所", where), Line("公開された日", published_on)
        case PastFact(what, held_on):
            return Line("行われたこと", what), Line("行われた日", held_on)
        case LawCitation(law, article):
            return Line("法令や条例", law), Line("条番号", article)
        case DisasterReport(kind, source, announced_at):
            return Line("種類", kind), Line("発表元", source), Line("発表された日時", announced_at)
