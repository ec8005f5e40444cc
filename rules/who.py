"""Who may act: predicates over the actor. They look at permission and office, never at content.

Each yields the reasons why this actor may not; no reason means yes. Refusals here are 403, all others 409.
"""

from collections.abc import Iterator

from rules.facts import Account, Actor, Case, Delivery, Member, Policy, Post, Reason
from rules.office import Who, check_on_account, not_able, office_refusal, refusal
from rules.restraints import Confirmation, Restriction, Review, StandingConfirmation, in_storm
from rules.states import PostState, Role, Scope, Verb


def check_may_draft(case: Case) -> Iterator[Reason]:
    """Somebody with the drafting permission for every social account of the post (contractors included)."""
    subject = case.subject
    assert isinstance(subject, Post)
    yield from not_able(case.actor)
    if case.verb == Verb.EDIT and subject.state == PostState.CLEARED and not case.actor.is_staff:
        yield refusal("not_staff", "staff", "承認・確認がすんだ投稿を直せるのは市の職員だけです。")
    for target in dict.fromkeys((*subject.targets, *subject.former_targets)):
        if target.id not in case.actor.drafts_for:
            yield Reason(
                "may_not_draft_for_account",
                "staff",
                f"あなたは「{target.name}」の投稿を起案できません。",
                "システム管理者に、起案の権限を頼んでください。",
                target.name,
            )


def check_contributor(case: Case) -> Iterator[Reason]:
    """mima:4-1: somebody who wrote in the post and still may draft for its social accounts."""
    subject = case.subject
    assert isinstance(subject, Post)
    if case.actor.id not in subject.contributors:
        yield refusal("not_contributor", "staff", "この投稿を起案した人、手を入れた人だけが行えます。")
    yield from check_may_draft(case)


def check_staff_contributor(case: Case) -> Iterator[Reason]:
    """mima:2-対象者: the claim to go without the chief is a staff member's; contractors only draft."""
    if not case.actor.is_staff:
        yield refusal("not_staff", "staff", "承認の省略を申し出られるのは市の職員だけです。")
    yield from check_contributor(case)


def check_approver(case: Case) -> Iterator[Reason]:
    """mima:5-本文: chief or deputy of the owning section on that day; the parent's when they all contributed."""
    subject = case.subject.post if isinstance(case.subject, Delivery) else case.subject
    assert isinstance(subject, Post | Review)
    actor = case.actor
    yield from not_able(actor)
    section = actor.is_approver_of(subject.section, case.on)
    falls_above = subject.falls_to_parent or (isinstance(subject, Post) and _wants_a_chief(subject))
    parent = falls_above and actor.is_approver_of(subject.parent_section, case.on)
    if not (actor.is_staff and (section or parent)):
        yield office_refusal(case, subject.section, subject.approvers, "approval")


def _wants_a_chief(post: Post) -> bool:
    """mima:7-4-反論禁止: in the storm only a chief decides; without a free one the case falls to the chief above."""
    flaming = in_storm(row for target in post.targets for row in target.restrictions)
    return flaming and not any(one.chief and one.id not in post.contributors for one in post.approvers)


def check_checker(case: Case) -> Iterator[Reason]:
    """mima:5-ただし書, mima:2-対象者: staff in the sense of Art. 2 who see the account; no rank is needed."""
    subject = case.subject
    assert isinstance(subject, Post)
    actor = case.actor
    yield from not_able(actor)
    if not actor.is_staff:
        yield refusal(
            "not_staff", "staff", "確認できるのは市の職員だけです。委託事業者などは起案だけを行えます。"
        )
    elif not _sees(actor, subject, case):
        yield refusal("not_in_scope", "staff", "確認できるのは、この公式アカウントに関わる職員だけです。")


def _sees(actor: Actor, post: Post, case: Case) -> bool:
    drafts_for_all = all(target.id in actor.drafts_for for target in post.targets)
    # "all" of no account at all is true, and would put the whole city in scope.
    drafts_here = bool(post.targets) and drafts_for_all
    return actor.section == post.section or drafts_here or actor.is_approver_of(post.section, case.on)


def check_settler(case: Case) -> Iterator[Reason]:
    """mima:2-対象者: staff who see the social account say whether a post is out there, even their own."""
    yield from check_on_account(case, "照合できる")


def check_contributor_or_approver(case: Case) -> Iterator[Reason]:
    """A post is cancelled by somebody who wrote in it, or by the chief."""
    subject = case.subject
    assert isinstance(subject, Post)
    chief = case.actor.is_staff and case.actor.is_approver_of(subject.section, case.on)
    if not chief:
        yield from check_contributor(case)
    if subject.state == PostState.CLEARED and not case.actor.is_staff:
        yield refusal("not_staff", "staff", "承認・確認がすんだ投稿を取り下げられるのは市の職員だけです。")


def check_system(case: Case) -> Iterator[Reason]:
    """Only the sending worker sends."""
    if not case.actor.system:
        yield refusal("only_the_worker", "clearance", "発信は、発信の仕組みだけが行います。")


def check_section_chief(case: Case) -> Iterator[Reason]:
    """mima:3-1: the chief (or deputy) of the section that owns the social account decides."""
    account = _account(case)
    yield from not_able(case.actor)
    if not (case.actor.is_staff and case.actor.is_approver_of(account.section, case.on)):
        yield office_refusal(case, account.section, account.approvers, "policy")


def check_policy_writer(case: Case) -> Iterator[Reason]:
    """Web admins, the section's approvers, and staff of the section write the policy's draft."""
    account = _account(case)
    actor = case.actor
    yield from not_able(actor)
    writes = (
        actor.holds(Role.WEB_ADMIN, None, case.on)
        or actor.section == account.section
        or actor.is_approver_of(account.section, case.on)
    )
    if not (actor.is_staff and writes):
        yield refusal(
            "not_policy_writer", "staff", "運用方針を書けるのは、担当の所属の職員とホームページ担当です。"
        )


def check_restrainer(case: Case) -> Iterator[Reason]:
    """mima:8-1-停止, mima:7-4-報告: anybody on the account, whoever notices first; wider scopes want staff."""
    row, actor = case.subject, case.actor
    assert isinstance(row, Restriction)
    yield from not_able(actor)
    belongs = actor.section == row.section or actor.is_approver_of(row.section, case.on)
    allowed = {
        Scope.ACCOUNT: belongs or row.account in actor.drafts_for,
        Scope.SECTION: belongs and actor.is_staff,
        Scope.CITY: actor.is_staff,
    }
    if not allowed[row.scope]:
        yield refusal("not_on_account", row.duty, "止められるのは、その公式アカウントや所属に関わる人です。")


def check_lifter(case: Case) -> Iterator[Reason]:
    """mima:8-1-再開, mima:8-2: chief or deputy of the section responsible, or of the one above."""
    row = case.subject
    assert isinstance(row, Restriction)
    yield from not_able(case.actor)
    offices = (row.section, row.parent_section)
    if not (case.actor.is_staff and any(case.actor.is_approver_of(pk, case.on) for pk in offices)):
        yield office_refusal(case, row.section, row.approvers, "resumption")


def check_flaming_ender(case: Case) -> Iterator[Reason]:
    """mima:7-4-報告: only the chief says that the storm is over; a deputy does not."""
    row = case.subject
    assert isinstance(row, Restriction)
    yield from not_able(case.actor)
    sections = [pk for pk in (row.section, row.parent_section) if pk is not None]
    if not (case.actor.is_staff and any(case.actor.holds(Role.CHIEF, pk, case.on) for pk in sections)):
        yield refusal("not_chief", "flaming", "炎上対応を終えられるのは、所属長本人だけです。", row.approvers)


def check_some_approver(case: Case) -> Iterator[Reason]:
    """mima:8-2: a chief or deputy of any section; the headquarters is the whole city's."""
    yield from not_able(case.actor)
    if not (case.actor.is_staff and case.actor.holds_somewhere((Role.CHIEF, Role.DEPUTY), case.on)):
        yield refusal("not_some_approver", "staff", "行えるのは、所属長と代決者だけです。")


def check_list_keeper(case: Case) -> Iterator[Reason]:
    """市の設定: the city's lists are kept by chiefs, deputies and system admins."""
    yield from not_able(case.actor)
    offices = (Role.CHIEF, Role.DEPUTY, Role.SYSTEM_ADMIN)
    if not (case.actor.is_staff and case.actor.holds_somewhere(offices, case.on)):
        yield refusal("not_list_keeper", "staff", "行えるのは、所属長・代決者とシステム管理者だけです。")


def check_recorder(case: Case) -> Iterator[Reason]:
    """mima:9-1: staff with a part in it or in its scope write down what the chief said."""
    post = case.subject
    assert isinstance(post, Post)
    yield from not_able(case.actor)
    if not case.actor.is_staff:
        yield refusal("not_staff", "staff", "所属長の確認を記録できるのは市の職員だけです。")
    elif case.actor.id not in post.contributors and not _sees(case.actor, post, case):
        yield refusal("not_in_scope", "staff", "記録できるのは、この公式アカウントに関わる職員だけです。")


def check_ratifier(case: Case) -> Iterator[Reason]:
    """mima:9-1: chief or deputy of the section says whether the word written down was theirs."""
    row = case.subject
    assert isinstance(row, Confirmation)
    yield from not_able(case.actor)
    if not (case.actor.is_staff and case.actor.is_approver_of(row.section, case.on)):
        yield office_refusal(case, row.section, row.approvers, "out_of_hours")


def check_standing_giver(case: Case) -> Iterator[Reason]:
    """mima:9-1: the chief alone gives a confirmation beforehand; a deputy's days are too few for it."""
    row = case.subject
    assert isinstance(row, StandingConfirmation)
    yield from not_able(case.actor)
    if not (case.actor.is_staff and case.actor.holds(Role.CHIEF, row.section, case.on)):
        yield refusal(
            "not_chief", "out_of_hours", "包括確認を出せるのは、所属長本人だけです。", row.approvers
        )


def check_web_admin(case: Case) -> Iterator[Reason]:
    """mima:3-2-公表: web admins publish to the city site."""
    yield from not_able(case.actor)
    if not (case.actor.is_staff and case.actor.holds(Role.WEB_ADMIN, None, case.on)):
        sentence = "市のホームページに公表できるのは、ホームページ担当です。"
        yield refusal("not_web_admin", "policy_publication", sentence)


def check_system_admin(case: Case) -> Iterator[Reason]:
    """mima:3-3-認証: system admins connect social accounts; they also keep the register of people."""
    yield from not_able(case.actor)
    if not (case.actor.is_staff and case.actor.holds(Role.SYSTEM_ADMIN, None, case.on)):
        people = isinstance(case.subject, Member)
        yield Reason(
            "not_system_admin",
            "staff" if people else "credentials",
            f"{'職員の登録、役割と権限の変更' if people else '接続の設定'}を行えるのは、システム管理者です。",
            "システム管理者に頼んでください。",
        )


def _account(case: Case) -> Account:
    subject = case.subject
    if isinstance(subject, Policy):
        return subject.account
    assert isinstance(subject, Account)
    return subject


MAY_DRAFT = Who("may_draft", "起案の権限がある人", check_may_draft, asks_drafting=True)
CONTRIBUTOR = Who("contributor", "手を入れた人", check_contributor, asks_drafting=True)
STAFF_CONTRIBUTOR = Who("staff_contributor", "手を入れた職員", check_staff_contributor, asks_drafting=True)
APPROVER = Who("approver", "所属長・代決者", check_approver, asks_office=True)
CHECKER = Who("checker", "関わる職員", check_checker, asks_office=True, asks_drafting=True)
SETTLER = Who("settler", "関わる職員", check_settler, asks_office=True, asks_drafting=True)
CONTRIBUTOR_OR_APPROVER = Who(
    "contributor_or_approver",
    "手を入れた人・所属長",
    check_contributor_or_approver,
    asks_office=True,
    asks_drafting=True,
)
RESTRAINER = Who("restrainer", "関わる人", check_restrainer, asks_office=True, asks_drafting=True)
LIFTER = Who("lifter", "所属長・代決者", check_lifter, asks_office=True)
FLAMING_ENDER = Who("flaming_ender", "所属長", check_flaming_ender, asks_office=True)
SOME_APPROVER = Who("some_approver", "所属長・代決者", check_some_approver, asks_office=True)
LIST_KEEPER = Who("list_keeper", "所属長・代決者・システム管理者", check_list_keeper, asks_office=True)
RECORDER = Who("recorder", "関わる職員", check_recorder, asks_office=True, asks_drafting=True)
RATIFIER = Who("ratifier", "所属長・代決者", check_ratifier, asks_office=True)
STANDING_GIVER = Who("standing_giver", "所属長", check_standing_giver, asks_office=True)
WORKER = Who("worker", "発信の仕組み", check_system)
SECTION_CHIEF = Who("section_chief", "所属長・代決者", check_section_chief, asks_office=True)
POLICY_WRITER = Who("policy_writer", "所属の職員・ホームページ担当", check_policy_writer, asks_office=True)
WEB_ADMIN = Who("web_admin", "ホームページ担当", check_web_admin, asks_office=True)
SYSTEM_ADMIN = Who("system_admin", "システム管理者", check_system_admin, asks_office=True)
