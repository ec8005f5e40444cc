"""緊急発信: what "now" means for some social accounts, and what one post still owes before it goes out at once.

Reads and arranges for one person; what is refused is asked of the rules, with and without what may still be given.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from accounts.facts import actor_facts, approver_people, city_facts
from accounts.models import Section, SocialAccount, StaffMember
from accounts.refusals import ShownReason, shown_all
from policies.models import StandingConfirmation, Urgency
from posts import canonical
from posts.canonical import Content
from posts.composing import Pick, Sheet
from posts.facts import around_of, people_of, post_facts
from posts.judging import Grounds, Preview, grounds_of, previews
from posts.models import ChiefConfirmation, Post, Version
from posts.queries import current_version
from rules import facts, restraints
from rules.asked import Asked, Person
from rules.calendar import Hours, day_of, hours_at, next_morning
from rules.facts import Account
from rules.restraint_gates import is_disaster_declared
from rules.states import ConfirmationState, Ground, PostKind, PostState, Verb
from rules.workflow import Refused, decide, standings


class Need(StrEnum):
    """What can still be given on the page itself."""

    URGENCY = "urgency"
    WORD = "word"
    DECLARATION = "declaration"


@dataclass(frozen=True)
class Moment:
    """How things stand now for social accounts of one section; `standing` is the chief's word given beforehand."""

    is_declared: bool
    is_out_of_hours: bool
    standing: StandingConfirmation | None
    urgencies: Sequence[Urgency]
    approvers: Sequence[Person]
    reviewers: Sequence[Person]
    review_due_at: datetime


@dataclass(frozen=True)
class Desk:
    """The three-field form's surroundings: the social accounts of one section, and what "now" means for them."""

    sheet: Sheet
    section: Section
    picks: Sequence[Pick]
    others: Sequence[Section]
    moment: Moment | None

    @property
    def accounts(self) -> list[SocialAccount]:
        return [pick.account for pick in self.picks]

    @property
    def ready(self) -> list[str]:
        """Keys of those that may be sent to: ticked beforehand."""
        return [pick.key for pick in self.picks if not pick.reasons]


@dataclass(frozen=True)
class Waiving:
    """One draft on the page of 緊急発信. `obstacles` are what nothing on the page can mend."""

    post: Post
    version: Version
    content: Content
    previews: Sequence[Preview]
    grounds: Grounds | None
    words: Sequence[ChiefConfirmation]
    moment: Moment
    needs: frozenset[Need]
    obstacles: Sequence[ShownReason]
    closed: Refused | None
    rulebooks: tuple[str, ...]

    @property
    def needs_urgency(self) -> bool:
        return Need.URGENCY in self.needs

    @property
    def needs_word(self) -> bool:
        return Need.WORD in self.needs

    @property
    def needs_declaration(self) -> bool:
        return Need.DECLARATION in self.needs

    @property
    def is_three_fields(self) -> bool:
        """It can be mended in the short form without losing anything."""
        return is_three_fields(self.content)


# --- the short form


def desk_of(sheet: Sheet, wanted: str = "") -> Desk:
    """The person's own section first; `wanted` is the id of another whose social accounts they may draft for."""
    picks = sheet.picks()
    sections = list(dict.fromkeys(pick.account.section for pick in picks))
    section = _section(sheet, sections, wanted)
    mine = [pick for pick in picks if pick.account.section_id == section.pk]
    ready = tuple(pick.account.pk for pick in mine if not pick.reasons)
    targets = around_of(Content("", targets=ready), sheet.on).targets
    moment = moment_of(targets, section, {sheet.by.pk}, now=sheet.now) if targets else None
    others = [] if sheet.post else [row for row in sections if row != section]
    return Desk(sheet, section, mine, others, moment)


def _section(sheet: Sheet, sections: Sequence[Section], wanted: str) -> Section:
    if sheet.post is not None:
        return sheet.post.section
    named = next((row for row in sections if str(row.pk) == wanted), None)
    return named or (sheet.by.section if sheet.by.section in sections or not sections else sections[0])


def is_three_fields(content: Content) -> bool:
    """Disaster information with one text for all, and no time to wait for."""
    claim = content.claim
    plain = content.kind == PostKind.POST and not content.variants
    timeless = content.due_at is None and content.latest_at is None
    return plain and timeless and claim is not None and claim.ground == Ground.DISASTER


# --- now


def moment_of(
    targets: Sequence[Account], section: Section, wrote: Collection[int], *, now: datetime
) -> Moment:
    """`wrote` are the people with a part in it: they look at nothing afterwards."""
    on = day_of(now)
    standing = StandingConfirmation.objects.filter(
        section=section, ended_at__isnull=True, from_on__lte=on, until_on__gte=on
    )
    ids = {pk for pk in (section.pk, section.parent_id) if pk}
    people = approver_people(ids, on)
    mine, above = people.get(section.pk, ()), people.get(section.parent_id or 0, ())
    return Moment(
        is_declared=bool(targets) and all(is_disaster_declared(target) for target in targets),
        is_out_of_hours=any(hours_at(target.calendar, now) != Hours.IN for target in targets),
        standing=standing.select_related("given_by").first(),
        urgencies=list(Urgency.objects.filter(retired_at__isnull=True)),
        approvers=mine,
        reviewers=_free(mine, wrote) or _free(above, wrote),
        review_due_at=next_morning(targets[0].calendar, now) if targets else now,
    )


def _free(people: Sequence[Person], wrote: Collection[int]) -> tuple[Person, ...]:
    return tuple(person for person in people if person.id not in wrote)


# --- one draft


def waiving_of(post: Post, by: StaffMember, *, now: datetime) -> Waiving:
    """The draft as this person would send it now."""
    version = current_version(post)
    content = canonical.parse(version.canonical)
    known = post_facts(post, version, on=day_of(now), asked=Asked(seen_digest=version.digest))
    judge = _Judge(actor_facts(by), city_facts(now), now)
    return Waiving(
        post=post,
        version=version,
        content=content,
        previews=previews(content),
        grounds=grounds_of(content.claim),
        words=list(ChiefConfirmation.objects.filter(version=version).exclude(state=ConfirmationState.DENIED)),
        moment=moment_of(known.targets, post.section, people_of(post)[0] | {by.pk}, now=now),
        needs=judge.needs(known),
        obstacles=shown_all(judge.against(_with_everything(known, now))),
        closed=judge.closed(known),
        rulebooks=known.rulebooks,
    )


@dataclass(frozen=True)
class _Judge:
    """Asks the rules about the same act in different circumstances."""

    actor: facts.Actor
    city: facts.City
    now: datetime

    def against(self, known: facts.Post) -> list[facts.Reason]:
        rows = standings(Verb.SEND_IN_EMERGENCY, known, self.actor, self.city, self.now)
        return [reason for row in rows for reason in row.reasons]

    def closed(self, known: facts.Post) -> Refused | None:
        """Not for this person, or not in this state; None where the page is worth showing."""
        decision = decide(Verb.SEND_IN_EMERGENCY, known, self.actor, self.city, self.now)
        if isinstance(decision, Refused) and (decision.forbidden or known.state != PostState.DRAFTING):
            return decision
        return None

    def needs(self, known: facts.Post) -> frozenset[Need]:
        """What would take a reason away, were it given."""
        plain = len(self.against(known))
        given = {
            Need.URGENCY: _with_urgency(known),
            Need.WORD: _with_word(known, self.now),
            Need.DECLARATION: _declared(known, self.now),
        }
        return frozenset(need for need, other in given.items() if len(self.against(other)) < plain)


def _with_urgency(known: facts.Post) -> facts.Post:
    return replace(known, urgency=restraints.Urgency("急ぐ事情"), asked=replace(known.asked, reason="理由"))


def _with_word(known: facts.Post, now: datetime) -> facts.Post:
    return replace(known, confirmations=(restraints.Confirmation(now),))


def _declared(known: facts.Post, now: datetime) -> facts.Post:
    return replace(known, declared_on=day_of(now))


def _with_everything(known: facts.Post, now: datetime) -> facts.Post:
    return _declared(_with_word(_with_urgency(known), now), now)
