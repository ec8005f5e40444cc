"""Four eyes and the other promises of decide(), for people, posts and roles that nobody thought of.

Hypothesis draws the world; the promises are judged by an oracle of its own, not by the rules' predicates.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from rules.facts import (
    Actor,
    Asked,
    Claim,
    Clearance,
    Delivery,
    Member,
    Person,
    Policy,
    Post,
    RoleHeld,
    SubjectFacts,
)
from rules.gates import CHECKLIST
from rules.states import (
    AccountState,
    Basis,
    Cause,
    ConfirmationState,
    DeliveryState,
    Employment,
    Ground,
    HeadquartersState,
    ListState,
    PolicyState,
    PostState,
    RestrictionKind,
    ReviewState,
    Role,
    Scope,
    StandingState,
    Verb,
)
from rules.transitions import asks_drafting, asks_office
from rules.workflow import Allowed, Refused, available_verbs, decide
from tests.rules.cast import (
    CITY,
    DEPARTMENT,
    DIGEST,
    NOTE,
    NOW,
    PUBLISHED,
    SOUND_DAY,
    SOUND_ELECTION,
    SOUND_HQ,
    SOUND_POLICY,
    SOUND_POST,
    SOUND_RESTRICTION,
    SOUND_REVIEW,
    SOUND_STANDING,
    SOUND_URGENCY,
    SOUND_WORD,
    TODAY,
    TOURISM,
    WATER,
    X,
)

IDS = st.integers(0, 4)
SECTIONS = st.sampled_from([TOURISM, TOURISM, DEPARTMENT, WATER])
MOSTLY = st.sampled_from([True, True, True, True, False])
SELDOM = st.sampled_from([False, False, False, False, True])
DAYS = st.sampled_from([TODAY + timedelta(days=n) for n in (-30, -1, 0, 1, 30)])
STAFF_KINDS = set(Employment) - {Employment.CONTRACTOR, Employment.DESIGNATED_MANAGER}
WAITS_FOR = {
    Verb.APPROVE: PostState.AWAITING_APPROVAL,
    Verb.SECOND_CHECK: PostState.AWAITING_CHECK,
    Verb.EDIT: PostState.DRAFTING,
    Verb.SEND_IN_EMERGENCY: PostState.DRAFTING,
}
LIVE = {DeliveryState.ARMED, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN}

roles = st.builds(
    RoleHeld,
    role=st.sampled_from([Role.CHIEF, Role.DEPUTY, *Role]),
    section=st.sampled_from([TOURISM, TOURISM, DEPARTMENT, WATER, None]),
    from_on=st.just(TODAY) | DAYS,
    until_on=st.none() | DAYS,
)
actors = st.builds(
    Actor,
    id=IDS,
    name=st.just("だれか"),
    section=SECTIONS,
    employment=st.sampled_from([Employment.REGULAR, Employment.REGULAR, *Employment]),
    active=MOSTLY,
    elected=SELDOM,
    roles=st.lists(roles, max_size=3).map(tuple),
    drafts_for=st.sampled_from([frozenset({X.id, NOTE.id}), frozenset({X.id}), frozenset()]),
    system=SELDOM,
)


def accounts(like: object) -> st.SearchStrategy[object]:
    return st.builds(
        lambda running, policy, fits: replace(
            like,  # type: ignore[type-var]
            state=AccountState.IN_OPERATION if running else AccountState.SUSPENDED,
            policy_in_force=policy,
            text_over=0 if fits else 7,
        ),
        MOSTLY,
        MOSTLY,
        MOSTLY,
    )


targets = st.one_of(
    st.tuples(accounts(X)),
    st.tuples(accounts(X), accounts(NOTE)),
    st.just(()),
)
posts = st.builds(
    lambda **facts: replace(SOUND_POST, **facts),
    state=st.sampled_from(PostState),
    parent_section=st.sampled_from([DEPARTMENT, None]),
    targets=targets,
    contributors=st.frozensets(IDS, max_size=3),
    deciders=st.frozensets(IDS, max_size=2),
    approvers=st.lists(st.builds(Person, id=IDS, name=st.just("長"), chief=st.booleans()), max_size=2).map(
        tuple
    ),
    claim=st.sampled_from([Claim(Ground.PUBLIC, PUBLISHED), Claim(Ground.LAW, PUBLISHED), None]),
    deliveries=st.lists(st.sampled_from(DeliveryState), max_size=2).map(tuple),
    asked=st.builds(
        Asked,
        reason=st.sampled_from(["理由", ""]),
        seen_digest=st.sampled_from([DIGEST, DIGEST, "older"]),
        ticks=st.sampled_from([frozenset(CHECKLIST), frozenset(CHECKLIST), frozenset()]),
    ),
)
deliveries = st.builds(
    Delivery,
    state=st.sampled_from(DeliveryState),
    account=accounts(X),
    post=posts,
    clearance_live=MOSTLY,
    latest_at=st.none(),
).map(lambda one: replace(one, post=replace(one.post, clearance=Clearance(Basis.APPROVAL, DIGEST))))
policies: st.SearchStrategy[Policy] = st.builds(
    lambda state, account: replace(SOUND_POLICY, state=state, account=account),
    st.sampled_from(PolicyState),
    accounts(X),
)
registered = st.builds(
    lambda one, state: replace(one, state=state), accounts(X), st.sampled_from(AccountState)
)
senders = st.builds(lambda actor, system: replace(actor, system=system), actors, MOSTLY)
members = st.builds(
    Member,
    id=IDS,
    name=st.just("だれか"),
    employment=st.sampled_from(Employment),
    elected=SELDOM,
    active=MOSTLY,
    role=st.none() | st.sampled_from(Role),
    section=st.none() | SECTIONS,
    until_on=st.none() | DAYS,
)
CAUSES = {RestrictionKind.SUSPENSION: list(Cause)}
restrictions = st.sampled_from(RestrictionKind).flatmap(
    lambda kind: st.builds(
        lambda **facts: replace(SOUND_RESTRICTION, kind=kind, **facts),
        cause=st.sampled_from(CAUSES.get(kind, [None])),
        scope=st.sampled_from(Scope),
        section=SECTIONS,
        parent_section=st.sampled_from([DEPARTMENT, None]),
        account=st.sampled_from([X.id, NOTE.id, None]),
        ended_at=st.sampled_from([None, None, NOW]),
        chiefs=st.frozensets(IDS, max_size=2),
        limited=SELDOM,
    )
)
# Posts on whose accounts something weighs: for what is promised whatever the content.
restrained = st.builds(
    lambda post, rows: replace(
        post, targets=tuple(replace(target, restrictions=tuple(rows)) for target in post.targets)
    ),
    posts,
    st.lists(restrictions, max_size=2),
)
STATES = {
    SOUND_HQ: HeadquartersState,
    SOUND_WORD: ConfirmationState,
    SOUND_STANDING: StandingState,
    SOUND_REVIEW: ReviewState,
    SOUND_ELECTION: ListState,
    SOUND_DAY: ListState,
    SOUND_URGENCY: ListState,
}
of_the_city = st.sampled_from(list(STATES)).flatmap(
    lambda sound: st.builds(
        lambda state, section: replace(
            sound,
            **{"state": state, **({"section": section} if hasattr(sound, "section") else {})},  # type: ignore[arg-type]
        ),
        st.sampled_from(STATES[sound]),
        SECTIONS,
    )
)
subjects: st.SearchStrategy[SubjectFacts] = st.one_of(
    posts, restrained, deliveries, policies, registered, members, restrictions, of_the_city
)
often = settings(max_examples=250, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

search = settings(max_examples=20_000, deadline=None, database=None, phases=[Phase.generate])


def holds_office(actor: Actor, section: int | None) -> bool:
    """Chief or deputy of that section (or of the whole city) today."""
    return section is not None and any(
        role.role in ("chief", "deputy")
        and role.section in (section, None)
        and role.from_on <= TODAY <= (role.until_on or TODAY)
        for role in actor.roles
    )


def is_staff(actor: Actor) -> bool:
    return actor.active and not actor.elected and not actor.system and actor.employment in STAFF_KINDS


def may_clear(verb: Verb, post: Post, actor: Actor) -> bool:
    """What Art. 5 asks of whoever clears a post, in the words of the design."""
    other_eyes = is_staff(actor) and actor.id not in post.contributors
    saw_it = post.asked.seen_digest == post.digest
    all_sound = all(
        t.state == AccountState.IN_OPERATION and t.policy_in_force and t.text_over == 0 for t in post.targets
    )
    if verb == Verb.APPROVE:
        chiefs_wrote = {person.id for person in post.approvers} <= post.contributors
        office = holds_office(actor, post.section)
        office = office or (chiefs_wrote and holds_office(actor, post.parent_section))
        return other_eyes and saw_it and all_sound and office and post.state == "awaiting_approval"
    whole = set(CHECKLIST) <= post.asked.ticks and post.claim == Claim(Ground.PUBLIC, PUBLISHED)
    drafts = bool(post.targets) and {t.id for t in post.targets} <= actor.drafts_for
    sees = actor.section == post.section or drafts or holds_office(actor, post.section)
    return other_eyes and saw_it and all_sound and whole and sees and post.state == "awaiting_check"


def may_edit(post: Post, actor: Actor) -> bool:
    drafts = bool(post.targets) and {t.id for t in post.targets} <= actor.drafts_for
    free = not LIVE & set(post.deliveries) and actor.id not in post.deciders
    if post.state == "cleared":  # what was decided on is for staff alone to take up again
        return is_staff(actor) and drafts and free
    return actor.active and not actor.elected and drafts and free and post.state == "drafting"


def is_allowed(verb: Verb, subject: SubjectFacts, actor: Actor) -> bool:
    return isinstance(decide(verb, subject, actor, CITY, NOW), Allowed)


@pytest.mark.clause("mima:5-本文")
@pytest.mark.clause("mima:5-ただし書")
@pytest.mark.clause("mima:2-対象者")
@often
@given(post=posts, actor=actors, verb=st.sampled_from([Verb.APPROVE, Verb.SECOND_CHECK]), waits=MOSTLY)
def test_post_is_cleared_exactly_by_other_eyes_when_drawn_at_random(
    post: Post, actor: Actor, verb: Verb, waits: bool
) -> None:
    asked = replace(post, state=WAITS_FOR[verb]) if waits else post
    assert is_allowed(verb, asked, actor) == may_clear(verb, asked, actor)


@pytest.mark.clause("mima:7-1")
@pytest.mark.clause("mima:4-8")
@often
@given(post=posts, actor=actors)
def test_post_is_edited_exactly_while_nothing_may_be_live_when_drawn_at_random(
    post: Post, actor: Actor
) -> None:
    assert is_allowed(Verb.EDIT, post, actor) == may_edit(post, actor)


@pytest.mark.parametrize("verb", list(WAITS_FOR))
def test_drawn_world_holds_allowed_acts_when_searched(verb: Verb) -> None:
    """The promises above would be empty if the drawn worlds never let anybody act."""
    world = st.tuples(posts.map(lambda post: replace(post, state=WAITS_FOR[verb])), actors)
    post, actor = find(world, lambda drawn: is_allowed(verb, *drawn), settings=search)
    assert is_allowed(verb, post, actor)


def test_drawn_world_holds_deliveries_that_go_when_searched() -> None:
    world = st.tuples(deliveries, senders)
    delivery, actor = find(world, lambda drawn: is_allowed(Verb.SEND, *drawn), settings=search)
    assert is_allowed(Verb.SEND, delivery, actor)


EXEMPT = {Verb.CLAIM, Verb.SECOND_CHECK, Verb.SEND_IN_EMERGENCY}
HOLDING = {"suspension", "disaster_only"}


@pytest.mark.clause("mima:8-1-停止", "mima:8-2", "mima:7-4-反論禁止")
@often
@given(post=restrained, actor=actors, verb=st.sampled_from([*EXEMPT, Verb.SUBMIT, Verb.APPROVE]))
def test_ordinary_post_never_gets_on_while_anything_holds_its_accounts_when_drawn_at_random(
    post: Post, actor: Actor, verb: Verb
) -> None:
    """Rows 5, 7, 12 and 17: not even approved; in a storm only not exempt."""
    rows = [row for target in post.targets for row in target.restrictions if row.ended_at is None]
    held = any(row.kind in HOLDING for row in rows)
    stormy = any(row.kind == "flaming" for row in rows) and verb in EXEMPT
    if held or stormy:
        assert not is_allowed(verb, post, actor)


@pytest.mark.clause("mima:5-ただし書-緊急")
@often
@given(post=posts, actor=actors)
def test_waiver_is_never_given_without_an_emergency_and_its_reason_when_drawn_at_random(
    post: Post, actor: Actor
) -> None:
    drafting = replace(post, state=PostState.DRAFTING)
    for urgency in (None, SOUND_URGENCY):
        urgent = replace(drafting, urgency=urgency)
        if is_allowed(Verb.SEND_IN_EMERGENCY, urgent, actor):
            assert urgency is not None
            assert post.asked.reason
            assert is_staff(actor)
            assert actor.id in post.contributors


@often
@given(subject=subjects, actor=actors)
def test_offered_verbs_are_exactly_those_not_forbidden_when_drawn_at_random(
    subject: SubjectFacts, actor: Actor
) -> None:
    offered = available_verbs(subject, actor, CITY, NOW)
    for verb in Verb:
        decision = decide(verb, subject, actor, CITY, NOW)
        closed = isinstance(decision, Refused) and (decision.forbidden or "wrong_state" in decision.codes)
        assert (verb in offered) != closed, verb


@often
@given(subject=subjects, actor=actors, verb=st.sampled_from(Verb))
def test_refusal_has_reasons_and_their_rulebooks_when_drawn_at_random(
    subject: SubjectFacts, actor: Actor, verb: Verb
) -> None:
    decision = decide(verb, subject, actor, CITY, NOW)
    if isinstance(decision, Allowed):
        assert subject.state in decision.row.sources
    else:
        assert decision.reasons
        assert all(reason.rulebooks for reason in decision.reasons)
        assert decision.codes == {reason.code for reason in decision.reasons}


@often
@given(subject=subjects, actor=actors, verb=st.sampled_from(Verb))
def test_decision_is_the_same_without_the_facts_about_people_that_the_verb_does_not_ask_for(
    subject: SubjectFacts, actor: Actor, verb: Verb
) -> None:
    """So that an act may leave them ungathered."""
    known = replace(
        actor,
        roles=actor.roles if asks_office(verb) else (),
        drafts_for=actor.drafts_for if asks_drafting(verb) else frozenset(),
    )
    unnamed = isinstance(subject, Post) and not asks_office(verb)
    seen = replace(subject, approvers=()) if unnamed else subject
    assert decide(verb, seen, known, CITY, NOW) == decide(verb, subject, actor, CITY, NOW)


@often
@given(delivery=deliveries, actor=senders)
def test_delivery_is_sent_exactly_by_the_worker_under_its_clearance_when_drawn_at_random(
    delivery: Delivery, actor: Actor
) -> None:
    sound = delivery.account.policy_in_force and delivery.account.state == "in_operation"
    due = delivery.clearance_live and delivery.state in ("waiting", "held", "unknown")
    assert is_allowed(Verb.SEND, delivery, actor) == (actor.system and due and sound)
