"""所属長の確認 (Art. 9(1)) of a post's current version, as its panel shows it; and a word as the rules see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.facts import actor_facts, approver_people, city_facts
from accounts.models import StaffMember
from posts import canonical
from posts.facts import post_facts
from posts.models import ChiefConfirmation, Post, Version
from rules import restraints
from rules.asked import Asked, Person
from rules.calendar import day_of
from rules.restraint_gates import WANTS_A_WORD
from rules.states import OPEN, ConfirmationState, DeliveryState, How, PostState, Verb
from rules.workflow import available_verbs

HOW_JA = {How.IN_PERSON: "対面", How.PHONE: "電話", How.IN_APP: "この画面"}
NOBODY_ASKED = Asked()


@dataclass(frozen=True)
class Word:
    """One word of the chief's, and whether this reader may say that it was (not) so."""

    row: ChiefConfirmation
    may_ratify: bool
    may_deny: bool

    @property
    def how(self) -> str:
        return HOW_JA[How(self.row.how)]


@dataclass(frozen=True)
class Confirming:
    """The panel. `people` are those whose word it can be; `may_record` what the rules offer this reader."""

    post: Post
    version: Version
    words: Sequence[Word]
    people: Sequence[Person] = ()
    may_record: bool = False
    is_called_for: bool = False
    rulebooks: tuple[str, ...] = ()

    @property
    def to_ratify(self) -> bool:
        return any(word.may_ratify for word in self.words)

    @property
    def is_shown(self) -> bool:
        return bool(self.words) or (self.may_record and self.is_called_for)


def confirming_of(post: Post, version: Version, by: StaffMember, *, now: datetime) -> Confirming:
    """The words on this version, newest first. Called for on the exempt roads, and where one is waited for."""
    rows = ChiefConfirmation.objects.filter(version=version).order_by("-pk")
    words = [_word(row, by, now) for row in rows.select_related("recorded_by__section", "post__section")]
    is_exempt = canonical.parse(version.canonical).claim is not None
    is_called_for = (is_exempt and _may_still_go(post)) or _is_waited_for(post)
    if not words and not is_called_for:
        return Confirming(post, version, words)
    known = post_facts(post, version, on=day_of(now), verb=Verb.APPROVE)
    offered = available_verbs(known, actor_facts(by), city_facts(now), now)
    return Confirming(
        post, version, words, known.approvers, Verb.CONFIRM in offered, is_called_for, known.rulebooks
    )


def confirmation_facts(
    row: ChiefConfirmation, *, now: datetime, asked: Asked = NOBODY_ASKED
) -> restraints.Confirmation:
    """A word as written down, with who may ratify or deny it."""
    section = row.post.section_id
    return restraints.Confirmation(
        confirmed_at=row.confirmed_at,
        state=ConfirmationState(row.state),
        recorded_by=row.recorded_by_id,
        section=section,
        approvers=approver_people([section], day_of(now)).get(section, ()),
        asked=asked,
    )


def _word(row: ChiefConfirmation, by: StaffMember, now: datetime) -> Word:
    offered = available_verbs(confirmation_facts(row, now=now), actor_facts(by), city_facts(now), now)
    own = row.recorded_by_id == by.pk
    return Word(row, Verb.RATIFY in offered and not own, Verb.DENY in offered)


def _may_still_go(post: Post) -> bool:
    return post.state != PostState.CLEARED or post.deliveries.filter(state__in=OPEN).exists()


def _is_waited_for(post: Post) -> bool:
    held = post.deliveries.filter(state=DeliveryState.HELD).values_list("held_codes", flat=True)
    return any(WANTS_A_WORD & set(codes) for codes in held)
