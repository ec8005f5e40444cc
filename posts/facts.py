"""From rows to facts: a post, its version, its people and its social accounts, in few queries."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.facts import account_facts, approver_people
from accounts.models import SocialAccount
from accounts.sql import rows
from platforms.counting import count
from policies.queries import targets
from posts import canonical
from posts.models import Clearance, Delivery, Post, Version
from rules import facts
from rules.facts import Account, Asked
from rules.states import Basis, DeliveryState, PostKind, PostState, Verb
from rules.text import is_blank
from rules.transitions import asks_office

NOBODY_ASKED = Asked()
# What left us last may arrive late: only after that time "it is not there" is an answer.
ARRIVED_BY = timedelta(minutes=1)
_LOOKS_AT_DELIVERIES = (None, Verb.EDIT, Verb.CANCEL)


def post_facts(
    post: Post,
    version: Version,
    *,
    on: date,
    verb: Verb | None = None,
    asked: Asked = NOBODY_ASKED,
    content: canonical.Content | None = None,
) -> facts.Post:
    """The post as the rules see it on that day: with its current version, or with `content` in its place.

    With a verb, only what judging that verb looks at is gathered; a screen asks for everything.
    """
    content = content or canonical.parse(version.canonical)
    contributors, deciders = people_of(post)
    return replace(
        written_facts(post, content, target_facts(content, on)),
        digest=canonical.digest(version.canonical),
        parent_section=post.section.parent_id,
        contributors=contributors,
        deciders=deciders,
        approvers=_approvers(post, verb, on),
        deliveries=delivery_states(post) if verb in _LOOKS_AT_DELIVERIES else (),
        **_correcting(post, content, verb),
        former_targets=_former_targets(version, content, on),
        continued=verb in (None, Verb.EDIT) and is_continued(post),
        asked=asked,
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
    )


def _former_targets(version: Version, content: canonical.Content, on: date) -> tuple[Account, ...]:
    """The social accounts that an edit would take the post away from."""
    stored = canonical.parse(version.canonical)
    return target_facts(stored, on) if set(stored.targets) - set(content.targets) else ()


_ASKING = (None, Verb.SUBMIT, Verb.CLAIM)


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


def target_facts(content: canonical.Content, on: date) -> tuple[Account, ...]:
    """The social accounts that the content goes to, each with its policy and its own text's length."""
    return tuple(
        _target(account, categories, content.text_for(account.pk))
        for account, categories in targets(content.targets, on)
    )


def _target(account: SocialAccount, categories: list[str] | None, text: str) -> Account:
    known = account_facts(account, policy_categories=None if categories is None else frozenset(categories))
    return replace(known, text_over=count(account.network, text).letters_over, text_empty=is_blank(text))


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


def delivery_states(post: Post) -> tuple[DeliveryState, ...]:
    states = Delivery.objects.filter(post=post).values_list("state", flat=True)
    return tuple(DeliveryState(state) for state in states)


def delivery_facts(delivery: Delivery, *, on: date) -> facts.Delivery:
    """A delivery with the very content that it would send, for the last decision before sending."""
    clearance: Clearance = delivery.clearance
    content = canonical.parse(clearance.version.canonical)
    target = next(t for t in target_facts(content, on) if t.id == delivery.social_account_id)
    post = replace(
        written_facts(delivery.post, content, (target,)),
        digest=canonical.digest(clearance.version.canonical),
        clearance=facts.Clearance(Basis(clearance.basis), clearance.digest),
    )
    return facts.Delivery(
        state=DeliveryState(delivery.state),
        account=target,
        post=post,
        clearance_live=clearance.voided_at is None,
        latest_at=delivery.latest_at,
    )


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
        asked=asked,
    )


def settle_from(delivery: Delivery) -> datetime | None:
    """From when on the network's page tells the truth about it; None while a call runs, or before any."""
    last = max(delivery.attempts.all(), key=lambda attempt: attempt.number, default=None)
    return last.armed_until + ARRIVED_BY if last and last.finished_at else None
