"""From rows to facts: a post, its version, its people and its social accounts, in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.facts import account_facts, approver_people
from accounts.models import SocialAccount
from accounts.sql import rows
from platforms.counting import count
from policies.models import Urgency
from policies.queries import Target, targets
from policies.surroundings import Surroundings, surroundings
from posts import canonical
from posts.models import Clearance, Delivery, Post, Version, Withdrawal
from posts.topics import topic_facts
from rules import facts, restraints
from rules.facts import Account, Asked
from rules.states import (
    Basis,
    ConfirmationState,
    DeliveryState,
    Ground,
    PostKind,
    PostState,
    Verb,
    WithdrawalState,
)
from rules.text import is_blank
from rules.transitions import asks_office

NOBODY_ASKED = Asked()
# What left us last may arrive late: only after that time "it is not there" is an answer.
ARRIVED_BY = timedelta(minutes=1)
_LOOKS_AT_DELIVERIES = (None, Verb.EDIT, Verb.CANCEL, Verb.HAND_BACK)
# What judges the moment looks at what holds around the social accounts.
_LOOKS_AROUND = (
    None,
    Verb.SUBMIT,
    Verb.CLAIM,
    Verb.APPROVE,
    Verb.SECOND_CHECK,
    Verb.SEND_IN_EMERGENCY,
)
_LOOKS_AT_WORDS = (None, Verb.SECOND_CHECK, Verb.SEND_IN_EMERGENCY)


@dataclass(frozen=True)
class Around:
    """The social accounts of a content with what holds around them, and the elections its texts name."""

    targets: tuple[Account, ...]
    elections: tuple[restraints.Election, ...] = ()


def post_facts(
    post: Post,
    version: Version,
    *,
    on: date,
    verb: Verb | None = None,
    asked: Asked = NOBODY_ASKED,
    content: canonical.Content | None = None,
) -> facts.Post:
    """The post as the rules see it, with `content` in its version's place; for a verb, only what judging it needs."""
    content = content or canonical.parse(version.canonical)
    contributors, deciders = people_of(post)
    around = around_of(content, on) if verb in _LOOKS_AROUND else Around(target_facts(content, on))
    return replace(
        written_facts(post, content, around.targets),
        digest=canonical.digest(version.canonical),
        topic_sections=topic_facts(content.topic_sections, version),
        parent_section=post.section.parent_id,
        contributors=contributors,
        deciders=deciders,
        approvers=_approvers(post, verb, on),
        deliveries=delivery_states(post) if verb in _LOOKS_AT_DELIVERIES else (),
        **_correcting(post, content, verb),
        former_targets=_former_targets(version, content, on),
        continued=verb in (None, Verb.EDIT, Verb.HAND_BACK) and is_continued(post),
        confirmations=confirmations_of(version) if verb in _LOOKS_AT_WORDS else (),
        elections=around.elections,
        asked=asked,
        urgency=_urgency(asked),
    )


def written_facts(post: Post, content: canonical.Content, targets: tuple[Account, ...]) -> facts.Post:
    """What is written, without its people: all there is to judge of a post that is not saved yet."""
    return facts.Post(
        id=post.pk or 0,
        state=PostState(post.state),
        section=post.section_id,
        parent_section=None,
        kind=PostKind(post.kind),
        digest="",
        category=content.category,
        category_note=content.category_note,
        title=post.title,
        targets=targets,
        contributors=frozenset(),
        deciders=frozenset(),
        claim=content.claim,
        due_at=content.due_at,
        latest_at=content.latest_at,
        declared_on=post.declared_on,
        embargo_at=content.embargo_at,
        disaster_related=content.disaster_related,
        disaster_information=content.disaster_information,
        corrects_disaster=post.corrects_id is not None and _is_disaster(post.corrects_id),
    )


def _is_disaster(post_id: int) -> bool:
    """mima:5-4: what that post brought out was disaster information: as its approver saw it or by its ground, or
    because it corrected some itself."""
    sent = Clearance.objects.filter(post=post_id, deliveries__state=DeliveryState.ACCEPTED)
    rows_ = list(sent.select_related("version", "post").distinct())
    return any(_was_disaster(row) for row in rows_)


def _was_disaster(clearance: Clearance) -> bool:
    content = canonical.parse(clearance.version.canonical)
    if content.claim is not None and content.claim.ground == Ground.DISASTER:
        return True
    if clearance.basis != Basis.APPROVAL:
        return False
    corrected = clearance.post.corrects_id
    return content.disaster_information or (corrected is not None and _is_disaster(corrected))


def _former_targets(version: Version, content: canonical.Content, on: date) -> tuple[Account, ...]:
    """The social accounts that an edit would take the post away from."""
    stored = canonical.parse(version.canonical)
    return target_facts(stored, on) if set(stored.targets) - set(content.targets) else ()


_ASKING = (None, Verb.SUBMIT, Verb.CLAIM, Verb.SEND_IN_EMERGENCY)


def _correcting(post: Post, content: canonical.Content, verb: Verb | None) -> dict[str, Any]:
    """Of a correction that is to be decided on: whether it changes anything, and whom it goes to besides."""
    if post.corrects is None or verb not in _ASKING:
        return {}
    went_out = Delivery.objects.filter(post=post.corrects_id, state=DeliveryState.ACCEPTED)
    sent = {row.social_account_id: row for row in went_out.select_related("clearance__version")}
    others = SocialAccount.objects.filter(pk__in=set(content.targets) - set(sent)).order_by("pk")
    return {
        "corrects_nothing": any(_says_the_same(sent[pk], content) for pk in content.targets if pk in sent),
        "beyond_corrected": tuple(others.values_list("name", flat=True)),
    }


def _says_the_same(sent: Delivery, content: canonical.Content) -> bool:
    then = canonical.parse(sent.clearance.version.canonical)
    account = sent.social_account_id
    return then.text_for(account).strip() == content.text_for(account).strip()


def is_continued(post: Post) -> bool:
    """Another post goes out in place of what was left of this one, or did so somewhere before it was cancelled."""
    in_its_place = ~Q(state=PostState.CANCELLED) | Q(deliveries__state=DeliveryState.ACCEPTED)
    return post.continuations.filter(in_its_place).exists()


def _approvers(post: Post, verb: Verb | None, on: date) -> tuple[facts.Person, ...]:
    if verb is not None and not asks_office(verb):
        return ()
    return approver_people([post.section_id], on).get(post.section_id, ())


def _urgency(asked: Asked) -> restraints.Urgency | None:
    """The listed urgency that somebody appeals to; None when there is none, or not any more."""
    if asked.urgency is None:
        return None
    listed = Urgency.objects.filter(pk=asked.urgency, retired_at__isnull=True).first()
    return restraints.Urgency(listed.label) if listed else None


# --- social accounts


def target_facts(content: canonical.Content, on: date) -> tuple[Account, ...]:
    """The social accounts that the content goes to, each with its policy and its own text's length."""
    return tuple(_target(found, content) for found in targets(content.targets, on))


def around_of(content: canonical.Content, on: date, *, since: datetime | None = None) -> Around:
    """The same with what holds around them; with `since`, also restrictions that ended after that instant."""
    found = targets(content.targets, on)
    around = surroundings(
        [row.account.pk for row in found], {row.account.section_id for row in found}, on=on, since=since
    )
    known = tuple(_surrounded(_target(row, content), row, around) for row in found)
    return Around(known, around.elections_named_in(content.texts))


def _target(found: Target, content: canonical.Content) -> Account:
    account, text = found.account, content.text_for(found.account.pk)
    categories = None if found.categories is None else frozenset(found.categories)
    known = account_facts(account, policy_categories=categories)
    return replace(known, text_over=count(account.network, text).letters_over, text_empty=is_blank(text))


def _surrounded(known: Account, found: Target, around: Surroundings) -> Account:
    return replace(
        known,
        calendar=around.calendar(found.opens, found.closes),
        restrictions=around.restrictions_over(known.id, known.section),
        standing=around.standing_of(known.section),
        hq_stands=around.hq_stands,
    )


# --- people


_PEOPLE = """
SELECT staff_id, 1 FROM posts_contribution WHERE post_id = %s
UNION SELECT by_id, 0 FROM posts_decision WHERE post_id = %s
"""


def people_of(post: Post) -> tuple[frozenset[int], frozenset[int]]:
    """Ids of everybody who wrote in any version, and of everybody who decided on any, in one query."""
    people = rows(_PEOPLE, post.pk, post.pk)
    return (
        frozenset(pk for pk, wrote in people if wrote),
        frozenset(pk for pk, wrote in people if not wrote),
    )


def confirmations_of(version: Version) -> tuple[restraints.Confirmation, ...]:
    """The chief's word on this very version."""
    return tuple(
        restraints.Confirmation(row.confirmed_at, ConfirmationState(row.state), row.recorded_at)
        for row in version.confirmations.all()
    )


# --- deliveries


def delivery_states(post: Post) -> tuple[DeliveryState, ...]:
    states = Delivery.objects.filter(post=post).values_list("state", flat=True)
    return tuple(DeliveryState(state) for state in states)


def delivery_facts(delivery: Delivery, *, on: date) -> facts.Delivery:
    """A delivery with the very content that it would send, for the last decision before sending."""
    return _delivery(delivery, _cleared(delivery.clearance, on))


def sending_facts(deliveries: Sequence[Delivery], *, on: date) -> list[facts.Delivery]:
    """The same for several deliveries of one post and one clearance, whose facts are read once."""
    cleared = _cleared(deliveries[0].clearance, on) if deliveries else None
    return [_delivery(delivery, cleared) for delivery in deliveries if cleared]


def held_facts(delivery: Delivery, *, on: date, asked: Asked) -> facts.Delivery:
    """A held delivery with the people behind its post, for somebody who decides about it by name."""
    known, post = delivery_facts(delivery, on=on), delivery.post
    contributors, deciders = people_of(post)
    people = replace(
        known.post,
        parent_section=post.section.parent_id,
        contributors=contributors,
        deciders=deciders,
        approvers=approver_people([post.section_id], on).get(post.section_id, ()),
    )
    return replace(known, post=people, asked=asked)


def _cleared(clearance: Clearance, on: date) -> facts.Post:
    """The post as it was cleared, in the world as it is now."""
    content = canonical.parse(clearance.version.canonical)
    around = around_of(content, on, since=clearance.cleared_at)
    return replace(
        written_facts(clearance.post, content, around.targets),
        digest=canonical.digest(clearance.version.canonical),
        clearance=_clearance(clearance),
        checked_by=_checker(clearance),
        topic_sections=topic_facts(content.topic_sections, clearance.version),
        elections=around.elections,
        confirmations=confirmations_of(clearance.version),
    )


def _checker(clearance: Clearance) -> int | None:
    decision = clearance.decision
    return decision.by_id if decision is not None and clearance.basis == Basis.SECOND_CHECK else None


def _clearance(clearance: Clearance) -> facts.Clearance:
    decision = clearance.decision
    return facts.Clearance(
        basis=Basis(clearance.basis),
        digest=clearance.digest,
        given_at=clearance.cleared_at,
        by_chief=decision is not None and decision.as_chief,
        ticks=frozenset(decision.ticks if decision else ()),
        named=frozenset(decision.named if decision else ()),
    )


def _delivery(delivery: Delivery, cleared: facts.Post) -> facts.Delivery:
    target = next(row for row in cleared.targets if row.id == delivery.social_account_id)
    return facts.Delivery(
        state=DeliveryState(delivery.state),
        account=target,
        post=replace(cleared, targets=(target,)),
        clearance_live=delivery.clearance.voided_at is None,
        latest_at=delivery.latest_at,
        due_at=delivery.due_at,
        release=_release(delivery),
    )


def _release(delivery: Delivery) -> facts.Release | None:
    last = max(delivery.releases.all(), key=lambda row: row.pk, default=None)
    return facts.Release(last.at, last.as_chief, frozenset(last.ticks)) if last else None


def doubt_facts(delivery: Delivery, *, asked: Asked = NOBODY_ASKED) -> facts.Delivery:
    """An unknown as the rules see it when a person settles it: whose it is and what may still arrive.

    What stands in the way of sending is left out: it has been sent.
    """
    account = account_facts(delivery.social_account, policy_categories=None)
    content = canonical.parse(delivery.clearance.version.canonical)
    return facts.Delivery(
        state=DeliveryState(delivery.state),
        account=account,
        post=written_facts(delivery.post, content, (account,)),
        clearance_live=delivery.clearance.voided_at is None,
        latest_at=delivery.latest_at,
        settle_from=settle_from(delivery),
        was_taken=was_taken(delivery),
        gone_on=has_gone_on(delivery),
        asked=asked,
    )


def was_taken(delivery: Delivery) -> bool:
    """A person brought it out and did not say so in time; the trigger of ended deliveries asks the same."""
    return any(go.taken_by_id and go.outcome == DeliveryState.UNKNOWN for go in delivery.attempts.all())


def has_gone_on(delivery: Delivery) -> bool:
    """After it had ended something else was begun in its place: another version, or another post."""
    post = delivery.post
    if delivery.state != DeliveryState.EXPIRED:
        return False
    return post.version_no != delivery.clearance.version.number or is_continued(post)


def withdrawal_of(delivery: Delivery) -> WithdrawalState | None:
    """How far the order to delete it is."""
    state = Withdrawal.objects.filter(delivery=delivery).values_list("state", flat=True).first()
    return WithdrawalState(state) if state else None


def settle_from(delivery: Delivery) -> datetime | None:
    """From when on the network's page tells the truth about it; None while a call runs, or before any."""
    last = max(delivery.attempts.all(), key=lambda attempt: attempt.number, default=None)
    return last.armed_until + ARRIVED_BY if last and last.finished_at else None
