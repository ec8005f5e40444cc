"""For every code there is, one refusal that has it: what the tests of citing and of wording look at.

Not here: what must be cited or said.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from rules.calendar import WorkingCalendar
from rules.facts import (
    Account,
    Actor,
    Asked,
    City,
    Claim,
    Clearance,
    DisasterReport,
    Evidence,
    LawCitation,
    PastFact,
    Post,
    PublicSource,
    Reason,
    SubjectFacts,
    Successor,
    TopicSection,
)
from rules.registered import LedgerLine
from rules.restraints import Restriction
from rules.states import (
    AccountState,
    Basis,
    Cause,
    ConfirmationState,
    DeliveryState,
    Employment,
    Ground,
    HeadquartersState,
    How,
    ListState,
    PolicyState,
    PostKind,
    RestrictionKind,
    ReviewState,
    Role,
    Verb,
)
from rules.workflow import Refused
from tests.rules.cast import (
    CAST,
    CITY,
    DAY,
    DEPUTY_AFTER,
    DIGEST,
    ELECTED,
    HOUR,
    KATO,
    LEFT,
    MORI,
    NOTE,
    NOW,
    ONO,
    POST_ACTS,
    PR,
    PUBLISHED,
    SATO,
    SOUND_CHANGE,
    SOUND_DAY,
    SOUND_DELIVERY,
    SOUND_DEVICE,
    SOUND_ELECTION,
    SOUND_HQ,
    SOUND_LINE,
    SOUND_MEMBER,
    SOUND_POLICY,
    SOUND_POST,
    SOUND_RESTRICTION,
    SOUND_REVIEW,
    SOUND_SECTION,
    SOUND_STANDING,
    SOUND_TOPIC,
    SOUND_URGENCY,
    SOUND_WORD,
    STRANGER,
    SUZUKI,
    SYSTEM_ADMIN,
    TANAKA,
    TODAY,
    WATER,
    Act,
    X,
    judge,
    on_asked,
    on_note,
    on_post,
    on_x,
)

Books = tuple[str, ...]
Trigger = Callable[[Books], tuple[Verb, SubjectFacts, Actor]]


@dataclass(frozen=True)
class Said:
    """A reason, and in which refusal it was said."""

    code: str
    of: str
    reason: Reason


def _under(books: Books, account: Account) -> Account:
    return replace(account, rulebooks=books)


def _post(name: str, *changes: Callable[[Post], Post], by: Actor | None = None) -> Trigger:
    def trigger(books: Books) -> tuple[Verb, SubjectFacts, Actor]:
        act: Act = POST_ACTS[name]
        post = SOUND_POST
        for change in changes:
            post = change(post)
        targets = tuple(_under(books, target) for target in post.targets)
        former = tuple(_under(books, target) for target in post.former_targets)
        post = replace(post, state=act.state, targets=targets, former_targets=former)
        return act.verb, post, by or act.by

    return trigger


def _claim(ground: Ground, evidence: Evidence) -> Trigger:
    return _post("claim", on_post(claim=Claim(ground, evidence)))


def _sending(by: Actor = CAST["worker"], **changes: object) -> Trigger:
    return lambda books: (
        Verb.SEND,
        replace(SOUND_DELIVERY, account=_under(books, X), **changes),  # type: ignore[arg-type]
        by,
    )


def _settling(by: Actor = SATO, **changes: object) -> Trigger:
    unknown = replace(SOUND_DELIVERY, state=DeliveryState.UNKNOWN, **changes)  # type: ignore[arg-type]
    return lambda books: (Verb.SETTLE_LIVE, replace(unknown, account=_under(books, X)), by)


def _after_all(**changes: object) -> Trigger:
    ended = replace(SOUND_DELIVERY, state=DeliveryState.EXPIRED, **changes)  # type: ignore[arg-type]
    return lambda books: (Verb.SETTLE_AFTER_ALL, replace(ended, account=_under(books, X)), SATO)


def _policy(verb: Verb, state: PolicyState, by: Actor, **changes: object) -> Trigger:
    return lambda books: (
        verb,
        replace(SOUND_POLICY, account=_under(books, X), state=state, **changes),  # type: ignore[arg-type]
        by,
    )


def _account(verb: Verb, state: AccountState, by: Actor, **changes: object) -> Trigger:
    return lambda books: (verb, replace(_under(books, X), state=state, **changes), by)  # type: ignore[arg-type]


def _role(**changes: object) -> Trigger:
    return lambda books: (Verb.GIVE_ROLE, replace(SOUND_MEMBER, **changes), SYSTEM_ADMIN)  # type: ignore[arg-type]


def _taking(verb: Verb, **changes: object) -> Trigger:
    return lambda books: (verb, replace(SOUND_MEMBER, **changes), SYSTEM_ADMIN)  # type: ignore[arg-type]


def _restrained(*restrictions: Restriction, **changes: object) -> Trigger:
    """The worker sends while (or after) these weigh on the social account."""
    return lambda books: (
        Verb.SEND,
        replace(
            SOUND_DELIVERY,
            account=replace(_under(books, X), restrictions=restrictions),
            **changes,  # type: ignore[arg-type]
        ),
        CAST["worker"],
    )


def _held(verb: Verb, by: Actor = SUZUKI, **changes: object) -> Trigger:
    held = replace(SOUND_DELIVERY, **{"state": DeliveryState.HELD, **changes})  # type: ignore[arg-type]
    return lambda books: (verb, replace(held, account=_under(books, X)), by)


def _on(verb: Verb, subject: SubjectFacts, by: Actor = SUZUKI, **changes: object) -> Trigger:
    """A subject that carries its own rulebooks."""
    return lambda books: (verb, replace(subject, rulebooks=books, **changes), by)  # type: ignore[arg-type]


def _standing(**changes: object) -> Trigger:
    return _on(Verb.GIVE_STANDING, SOUND_STANDING, **changes)


DISASTER = SOUND_RESTRICTION
SCANDAL = replace(DISASTER, cause=Cause.SCANDAL)
LIMIT = replace(DISASTER, kind=RestrictionKind.DISASTER_ONLY, cause=None)
STORM = replace(DISASTER, kind=RestrictionKind.FLAMING, cause=None)
OVER = replace(DISASTER, ended_at=NOW - HOUR)
STATEMENT = on_post(kind=PostKind.STATEMENT)
CHECKED = replace(SOUND_DELIVERY.post, clearance=Clearance(Basis.SECOND_CHECK, DIGEST))
NIGHT = NOW.replace(hour=20)
FAR = WorkingCalendar(known_until=TODAY - DAY)
# What does not exist before these.
CREATING = {
    *(Verb.DRAFT, Verb.SUSPEND_POSTING, Verb.START_FLAMING, Verb.LIMIT_TO_DISASTER),
    *(Verb.SET_UP_HQ, Verb.GIVE_STANDING, Verb.LIST_ELECTION, Verb.LIST_URGENCY, Verb.SET_DAY),
    *(Verb.ADD_SECTION, Verb.ENROL_DEVICE, Verb.ADOPT_RULEBOOK, Verb.SWITCH_DUTY, Verb.WRITE_RULEBOOK),
}
UNASKED = Asked()
ASK, DECIDE, RETURN = Verb.ASK_DECISION, Verb.DECIDE_POLICY, Verb.RETURN_POLICY
L, A = PolicyState, AccountState


# "code" or "code, where": one trigger each.
def _of(verb: Verb, subject: SubjectFacts, by: Actor, **changes: object) -> Trigger:
    """A subject under the rulebooks of its social accounts, of its line in the ledger, or of the city."""

    def trigger(books: Books) -> tuple[Verb, SubjectFacts, Actor]:
        own: dict[str, object] = {}
        if isinstance(subject, Post):
            own = {"targets": tuple(_under(books, target) for target in subject.targets)}
        if isinstance(subject, LedgerLine):
            own = {"books": books}
        return verb, replace(subject, **own, **changes), by  # type: ignore[arg-type]

    return trigger


def _kept(verb: Verb, sound: SubjectFacts, **changes: object) -> Trigger:
    """By the system admin; a device that is to be joined was invited before."""
    return _of(verb, sound, SYSTEM_ADMIN, **changes)


def _word(**changes: object) -> Trigger:
    """A word of the section asked, written down by Sato."""
    asked = replace(SOUND_TOPIC.asked, **changes)  # type: ignore[arg-type]
    return _of(Verb.CONFIRM_TOPIC, SOUND_TOPIC, SATO, asked=asked)


def _deputy(**changes: object) -> Trigger:
    until = {"role": Role.DEPUTY, "until_on": TODAY + DAY}
    return _of(Verb.NAME_DEPUTY, SOUND_MEMBER, SUZUKI, **{**until, **changes})


TRIGGERS: dict[str, Trigger] = {
    "wrong_state, check": lambda books: _post("second check")(books)[:1] + _post("edit")(books)[1:],
    "wrong_state, send": _sending(state=DeliveryState.ACCEPTED),
    "wrong_state, policy": _policy(DECIDE, L.PUBLISHED, SUZUKI),
    "wrong_state, account": _account(Verb.OPEN_ACCOUNT, A.CLOSED, SUZUKI),
    # people
    "inactive": _post("approve", by=LEFT),
    "elected": _post("submit", by=ELECTED),
    "may_not_draft_for_account": _post("edit", by=TANAKA),
    "may_not_draft_for_account, former": _post(
        "edit",
        on_post(targets=(NOTE,), former_targets=(X, NOTE)),
        by=replace(SATO, drafts_for=frozenset({NOTE.id})),
    ),
    "not_contributor": _post("submit", by=CAST["yamada"]),
    "not_staff": _post("second check", by=ONO),
    "not_staff, claim": _post("claim", by=ONO),
    "not_staff, edit": _post("edit cleared", by=ONO),
    "not_staff, cancel": _post("cancel cleared", by=ONO),
    "not_staff, settle": _settling(by=ONO),
    "not_in_scope": _post("second check", by=STRANGER),
    "not_in_scope, settle": _settling(by=STRANGER),
    "not_approver, post": _post("approve", by=MORI),
    "not_approver, policy": _policy(DECIDE, L.AWAITING_DECISION, MORI),
    "not_approver, account": _account(Verb.APPROVE_ACCOUNT, A.REQUESTED, MORI),
    "office_not_in_period, post": _post("approve", by=DEPUTY_AFTER),
    "office_not_in_period, policy": _policy(DECIDE, L.AWAITING_DECISION, DEPUTY_AFTER),
    "only_the_worker": _sending(by=SUZUKI),
    "not_policy_writer": _policy(Verb.WRITE_POLICY, L.DRAFTING, STRANGER),
    "not_web_admin": _policy(Verb.PUBLISH_POLICY, L.DECIDED, SUZUKI),
    "not_system_admin": _account(Verb.SET_CREDENTIAL, A.APPROVED, SUZUKI),
    # the post and its accounts
    "no_account": _post("submit", on_post(targets=())),
    "account_of_other_section": _post("submit", on_note(section=WATER)),
    "not_in_operation": _post("submit", on_x(state=A.SUSPENDED)),
    "no_policy_in_force, post": _post("submit", on_x(policy_in_force=False)),
    "no_policy_in_force, account": _account(Verb.OPEN_ACCOUNT, A.APPROVED, SUZUKI, policy_in_force=False),
    "category_outside_policy": _post("submit", on_post(category="税")),
    "category_missing": _post("submit", on_post(category=" ")),
    "correction_unchanged": _post("submit", on_post(corrects_nothing=True)),
    "correction_elsewhere": _post("submit", on_post(beyond_corrected=("美馬市くらし",))),
    "nothing_to_correct": lambda books: (
        Verb.DRAFT,
        _post("submit", on_post(corrects_published=False))(books)[1],
        SATO,
    ),
    "nothing_left_behind": lambda books: (
        Verb.DRAFT,
        _post("submit", on_post(nothing_left_behind=True))(books)[1],
        SATO,
    ),
    "continued_elsewhere": _post("edit cleared", on_post(continued=True)),
    "text_empty": _post("submit", on_x(text_empty=True)),
    "text_too_long": _post("submit", on_x(text_over=2200)),
    "due_in_past": _post("submit", on_post(due_at=NOW - HOUR)),
    "latest_before_due": _post("submit", on_post(latest_at=NOW - HOUR)),
    "latest_passed": _post("approve", on_post(latest_at=NOW - HOUR)),
    "title_missing": _post("submit", on_post(title="")),
    "title_missing, edit": _post("edit cleared", on_post(title="")),
    "not_declared": _post("submit", on_post(declared_on=None)),
    "decider_cannot_write": _post("edit", on_post(deciders=frozenset({SATO.id}))),
    "text_frozen": _post("edit", on_post(deliveries=(DeliveryState.ACCEPTED,))),
    "reason_missing, return": _post("return", on_asked(reason="")),
    "reason_missing, cancel": _post("cancel cleared", on_asked(reason="")),
    "reason_missing, policy": _policy(RETURN, L.AWAITING_DECISION, SUZUKI, asked=Asked()),
    "reason_missing, account": _account(Verb.SUSPEND_ACCOUNT, A.IN_OPERATION, SUZUKI, asked=Asked()),
    "version_changed": _post("approve", on_asked(seen_digest="older")),
    "version_changed, return": _post("return check", on_asked(seen_digest="older")),
    "version_changed, escalate": _post("escalate", on_asked(seen_digest="older")),
    "approver_contributed": _post("approve", by=KATO),
    "checker_contributed": _post("second check", by=SATO),
    "checklist_incomplete": _post("second check", on_asked(ticks=frozenset())),
    "in_flight": _post("cancel cleared", on_post(deliveries=(DeliveryState.ARMED,))),
    "all_published": _post("cancel cleared", on_post(deliveries=(DeliveryState.ACCEPTED,))),
    # the claim
    "claim_missing": _post("claim", on_post(claim=None)),
    "evidence_of_other_ground": _claim(Ground.LAW, PUBLISHED),
    "source_missing": _claim(Ground.PUBLIC, PublicSource("", TODAY)),
    "published_on_missing": _claim(Ground.PUBLIC, PublicSource("広報", None)),
    "published_in_future": _claim(Ground.PUBLIC, PublicSource("広報", TODAY + 30 * DAY)),
    "fact_missing": _claim(Ground.FACT, PastFact("", TODAY)),
    "held_on_missing": _claim(Ground.FACT, PastFact("祭り", None)),
    "held_in_future": _claim(Ground.FACT, PastFact("祭り", TODAY + 30 * DAY)),
    "law_missing": _claim(Ground.LAW, LawCitation("", "第1条")),
    "article_missing": _claim(Ground.LAW, LawCitation("水道法", "")),
    "kind_missing": _claim(Ground.DISASTER, DisasterReport("", "気象庁", NOW)),
    "announcer_missing": _claim(Ground.DISASTER, DisasterReport("気象", "", NOW)),
    "announced_at_missing": _claim(Ground.DISASTER, DisasterReport("気象", "気象庁", None)),
    "announced_in_future": _claim(Ground.DISASTER, DisasterReport("気象", "気象庁", NOW + HOUR)),
    # sending
    "no_clearance": _sending(clearance_live=False),
    "clearance_for_other_content": _sending(
        post=replace(SOUND_DELIVERY.post, clearance=Clearance(Basis.APPROVAL, "other"))
    ),
    # settling what is unknown
    "saw_missing": _settling(asked=Asked(url="https://x.com/1")),
    "address_missing": _settling(asked=Asked("見た。")),
    "address_unreadable": _settling(asked=Asked("見た。", url="javascript:alert(1)")),
    "nobody_took_it": _after_all(was_taken=False),
    "gone_on": _after_all(gone_on=True),
    "may_still_arrive": _settling(settle_from=NOW + HOUR),
    # policies and accounts
    "policy_unlike_register": _policy(
        DECIDE, L.AWAITING_DECISION, SUZUKI, unlike_register=("ア 運用するソーシャルメディア名",)
    ),
    "policy_item_empty": _policy(DECIDE, L.AWAITING_DECISION, SUZUKI, empty_items=("個人情報の取扱い",)),
    "effective_on_missing": _policy(ASK, L.DRAFTING, SATO, effective_on=None),
    "effective_before_last": _policy(ASK, L.DRAFTING, SATO, effective_on=TODAY),
    "send_only_not_said": _policy(DECIDE, L.AWAITING_DECISION, SUZUKI, says_send_only=False),
    # roles
    "elected, role": _role(elected=True),
    "inactive, role": _role(active=False),
    "not_staff, role": _role(employment=Employment.CONTRACTOR),
    "section_missing": _role(section=None),
    "role_for_whole_city": _role(role=Role.AUDITOR),
    "period_missing": _role(role=Role.DEPUTY),
    "not_system_admin, person": lambda books: (Verb.GIVE_ROLE, SOUND_MEMBER, SUZUKI),
    "period_over": _role(until_on=TODAY - DAY),
    "not_held": _taking(Verb.STOP_DRAFT, holds_it=False),
    "last_admin": _taking(Verb.LEAVE, last_admin=True),
    "already_left": _taking(Verb.LEAVE, active=False),
    "still_here": _taking(Verb.RETURN_PERSON, asked=Asked("復職")),
    "reason_missing, person": _taking(Verb.RETURN_PERSON, active=False, asked=Asked()),
    "research_missing": _account(Verb.APPROVE_ACCOUNT, A.REQUESTED, SUZUKI, research_complete=False),
    # what restrictions do to a post
    "unregistered_device": _post("approve", by=replace(SUZUKI, registered_device=False)),
    "suspended_disaster": _restrained(DISASTER),
    "suspended_scandal": _restrained(SCANDAL),
    "disaster_only": _restrained(LIMIT),
    "flaming": _restrained(STORM),
    "flaming_exemption": _restrained(STORM, post=CHECKED),
    "awaiting_release": _restrained(OVER),
    "statement_needs_chief": _post("claim", STATEMENT),
    "statement_without_consultation": _post(
        "approve",
        STATEMENT,
        on_x(restrictions=(SCANDAL,)),
        on_asked(named=frozenset({SCANDAL.id}), consulted=frozenset()),
    ),
    # the emergency waiver
    "urgency_without_reason": _post("send in emergency", on_asked(reason=" ")),
    "urgency_not_listed": _post("send in emergency", on_post(urgency=None)),
    "no_urgency": _post("send in emergency", on_post(urgency=None), on_asked(urgency=None)),
    "emergency_is_now": _post("send in emergency", on_post(due_at=NOW + HOUR)),
    # hours and elections
    "out_of_hours": _sending(due_at=NIGHT),
    "out_of_hours, check": _post("second check", on_post(due_at=NIGHT)),
    "calendar_unknown": _post("approve", on_x(calendar=FAR)),
    "election_unconfirmed": _post("approve", on_post(elections=(SOUND_ELECTION,))),
    "election_exempt": _post("claim", on_post(elections=(SOUND_ELECTION,))),
    "too_late": _sending(latest_at=NOW - HOUR),
    # held deliveries, by name
    "wrong_state, release": _held(Verb.RELEASE, state=DeliveryState.WAITING),
    "not_approver, delivery": _held(Verb.RELEASE, MORI),
    "approver_contributed, release": _held(Verb.RELEASE, KATO),
    "reason_missing, delivery": _held(Verb.DROP, asked=UNASKED),
    "reason_missing, hand back": _post("hand back", on_asked(reason="")),
    # restricting and resuming
    "wrong_state, restriction": _on(Verb.LIFT, STORM),
    "not_on_account": _on(Verb.SUSPEND_POSTING, DISASTER, STRANGER),
    "not_approver, restriction": _on(Verb.LIFT, DISASTER, MORI),
    "office_not_in_period, restriction": _on(Verb.LIFT, DISASTER, DEPUTY_AFTER),
    "not_chief, flaming": _on(Verb.END_FLAMING, STORM, CAST["deputy"]),
    "scope_missing": _on(Verb.SUSPEND_POSTING, DISASTER, has_place=False),
    "cause_missing": _on(Verb.SUSPEND_POSTING, DISASTER, cause=None),
    "already_restricted": _on(Verb.SUSPEND_POSTING, DISASTER, covered_by="全庁、8:00から"),
    "no_headquarters": _on(Verb.LIMIT_TO_DISASTER, LIMIT, hq_stands=False),
    "consultation_without_chief": _on(Verb.LIFT, DISASTER, CAST["deputy"], asked=Asked("済んだ。")),
    "consultation_alone": _on(Verb.LIFT, DISASTER, asked=Asked("済んだ。")),
    "limited_on_top": _on(Verb.LIFT, DISASTER, limited=True),
    "reason_missing, restriction": _on(Verb.END_LIMIT, LIMIT, asked=UNASKED),
    "not_some_approver": _on(Verb.SET_UP_HQ, SOUND_HQ, TANAKA),
    "wrong_state, headquarters": _on(Verb.DISSOLVE_HQ, SOUND_HQ, state=HeadquartersState.DISSOLVED),
    "headquarters_stand": _on(Verb.SET_UP_HQ, SOUND_HQ, another_stands=True),
    "set_up_in_future": _on(Verb.SET_UP_HQ, SOUND_HQ, set_up_at=NOW + HOUR),
    "dissolved_in_future": _on(Verb.DISSOLVE_HQ, SOUND_HQ, dissolved_at=NOW + HOUR),
    "dissolved_before_set_up": _on(Verb.DISSOLVE_HQ, SOUND_HQ, dissolved_at=NOW - 9 * DAY),
    # the chief's word
    "not_staff, confirm": _post("confirm", by=ONO),
    "not_in_scope, confirm": _post("confirm", by=STRANGER),
    "confirmed_by_nobody": _post("confirm", on_asked(confirmed_by=None)),
    "how_missing": _post("confirm", on_asked(how=None)),
    "in_app_by_other": _post("confirm", on_asked(how=How.IN_APP)),
    "own_word_as_told": _post("confirm", by=SUZUKI),
    "confirmed_at_missing": _post("confirm", on_asked(confirmed_at=None)),
    "confirmed_in_future": _post("confirm", on_asked(confirmed_at=NOW + HOUR)),
    "confirmed_long_ago": _post("confirm", on_asked(confirmed_at=NOW - DAY - HOUR)),
    "version_changed, confirm": _post("confirm", on_asked(seen_digest="older")),
    "wrong_state, word": _on(Verb.RATIFY, SOUND_WORD, state=ConfirmationState.DENIED),
    "not_approver, word": _on(Verb.RATIFY, SOUND_WORD, MORI),
    "own_record": _on(Verb.RATIFY, SOUND_WORD, recorded_by=SUZUKI.id),
    "reason_missing, word": _on(Verb.DENY, SOUND_WORD, asked=UNASKED),
    "not_chief, standing": _on(Verb.GIVE_STANDING, SOUND_STANDING, CAST["deputy"]),
    "standing_without_end": _standing(until_on=None),
    "standing_backwards": _standing(from_on=TODAY + 2 * DAY, until_on=TODAY + DAY),
    "standing_too_long": _standing(until_on=date(2027, 4, 1)),
    "standing_too_early": _standing(from_on=TODAY + 32 * DAY),
    "not_approver, review": _on(Verb.REVIEW_AFTERWARDS, SOUND_REVIEW, MORI),
    "wrong_state, review": _on(Verb.REVIEW_AFTERWARDS, SOUND_REVIEW, state=ReviewState.DONE),
    "reviewer_contributed": _on(Verb.REVIEW_AFTERWARDS, SOUND_REVIEW, KATO),
    "reason_missing, review": _on(Verb.REVIEW_AFTERWARDS, SOUND_REVIEW, asked=UNASKED),
    # the city's lists
    "not_list_keeper": _on(Verb.LIST_ELECTION, SOUND_ELECTION, TANAKA),
    "wrong_state, election": _on(Verb.RETIRE_ELECTION, SOUND_ELECTION, state=ListState.RETIRED),
    "election_unnamed": _on(Verb.LIST_ELECTION, SOUND_ELECTION, name=" "),
    "election_undated": _on(Verb.LIST_ELECTION, SOUND_ELECTION, polling_on=None),
    "election_backwards": _on(Verb.LIST_ELECTION, SOUND_ELECTION, polling_on=TODAY - 9 * DAY),
    "election_listed": _on(Verb.LIST_ELECTION, SOUND_ELECTION, taken=True),
    "reason_missing, election": _on(Verb.RETIRE_ELECTION, SOUND_ELECTION, asked=UNASKED),
    "reason_missing, day": _on(Verb.SET_DAY, SOUND_DAY, asked=UNASKED),
    "urgency_unnamed": _on(Verb.LIST_URGENCY, SOUND_URGENCY, label=" "),
    "urgency_listed": _on(Verb.LIST_URGENCY, SOUND_URGENCY, taken=True),
    # what a section says, and when it may be known
    "embargoed": _post("submit", on_post(embargo_at=NOW + DAY, due_at=NOW + HOUR)),
    "section_not_asked": _post("approve", on_post(topic_sections=(TopicSection(WATER, "水道課"),))),
    "section_disagrees": _post("approve", on_post(topic_sections=(TopicSection(WATER, "水道課", False),))),
    "not_staff, topic": _of(Verb.CONFIRM_TOPIC, SOUND_TOPIC, ONO),
    "not_in_scope, topic": _of(Verb.CONFIRM_TOPIC, SOUND_TOPIC, CAST["auditor"]),
    "section_not_concerned": _word(topic=PR),
    "not_of_section": _word(confirmed_by=SUZUKI.id),
    "contributor_confirms": _word(confirmed_by=CAST["ito"].id),
    "word_time_missing": _word(confirmed_at=None),
    "word_in_future": _word(confirmed_at=NOW + HOUR),
    "word_how_missing": _word(how=None),
    "word_of_other": _word(how=How.IN_APP),
    "reason_missing, topic": _word(ticks=frozenset({"disagrees"}), reason=""),
    "successor_unable": _of(Verb.HAND_OVER, SOUND_POST, SATO, successor=None),
    "successor_may_not_draft": _of(Verb.HAND_OVER, SOUND_POST, SATO, successor=Successor(4, "山田", True)),
    "successor_decided": _of(Verb.HAND_OVER, SOUND_POST, SATO, deciders=frozenset({CAST["yamada"].id})),
    "not_approver, hand over": _of(Verb.HAND_OVER, SOUND_POST, MORI),
    # offices
    "second_chief": _of(Verb.GIVE_ROLE, SOUND_MEMBER, SYSTEM_ADMIN, other_chief="鈴木 洋子"),
    "deputy_for_oneself": _deputy(own_chief=True),
    "period_upside_down": _deputy(from_on=TODAY + 9 * DAY),
    "not_chief, deputy": _of(Verb.NAME_DEPUTY, SOUND_MEMBER, TANAKA),
    "not_oneself": _of(Verb.READ_HANDBOOK, SOUND_MEMBER, TANAKA),
    "read_already": _of(Verb.READ_HANDBOOK, SOUND_MEMBER, TANAKA, id=TANAKA.id, read_already=True),
    # what a system admin keeps
    "not_system_admin, section": _of(Verb.ADD_SECTION, SOUND_SECTION, SUZUKI),
    "name_missing, section": _kept(Verb.ADD_SECTION, SOUND_SECTION, name=" "),
    "section_name_taken": _kept(Verb.ADD_SECTION, SOUND_SECTION, name_taken=True),
    "section_circular": _kept(Verb.CHANGE_SECTION, SOUND_SECTION, circular=True),
    "name_missing, device": _kept(Verb.ENROL_DEVICE, SOUND_DEVICE, name=" "),
    "device_name_taken": _kept(Verb.ENROL_DEVICE, SOUND_DEVICE, name_taken=True),
    "device_enrolled_twice": _kept(Verb.ENROL_DEVICE, SOUND_DEVICE, known_as="観光端末1"),
    "certificate_expired": _kept(Verb.ENROL_DEVICE, SOUND_DEVICE, expired=True),
    "passkey_can_be_copied": _kept(Verb.JOIN_DEVICE, SOUND_DEVICE, copied=True),
    "code_wrong_or_over": _kept(Verb.JOIN_DEVICE, SOUND_DEVICE, code_fits=False),
    "not_staff, device": _of(Verb.JOIN_DEVICE, SOUND_DEVICE, ONO),
    "holder_missing": _kept(Verb.RECORD_CREDENTIAL, SOUND_LINE, holder=None),
    "change_date_wrong": _kept(Verb.RECORD_CREDENTIAL, SOUND_LINE, changed_on=None),
    "recovery_not_of_city": _kept(Verb.RECORD_CREDENTIAL, SOUND_LINE, recovery_of_city=False),
    "rulebook_unknown": _kept(Verb.ADOPT_RULEBOOK, SOUND_CHANGE, known=False),
    "rulebook_faulty": _kept(Verb.WRITE_RULEBOOK, SOUND_CHANGE, fault="規程として読めません。"),
    "not_from_a_day_to_come": _kept(Verb.SWITCH_DUTY, SOUND_CHANGE, effective_on=TODAY),
    "duty_is_core": _kept(Verb.SWITCH_DUTY, SOUND_CHANGE, core=True),
    "duty_unchanged": _kept(Verb.SWITCH_DUTY, SOUND_CHANGE, unchanged=True),
    "last_rulebook": _kept(Verb.ADOPT_RULEBOOK, SOUND_CHANGE, last=True),
}


def said(name: str, books: Books) -> list[Said]:
    """What the refusal of this trigger says about its code, under these rulebooks (nothing when it is silent)."""
    code = name.partition(",")[0]
    verb, subject, by = TRIGGERS[name](books)
    city = City(CITY.name, books, CITY.rules_version_on)
    decision = judge(verb, subject, by, city=city, new=verb in CREATING)
    reasons = decision.reasons if isinstance(decision, Refused) else ()
    return [Said(reason.code, name, reason) for reason in reasons if reason.code == code]
