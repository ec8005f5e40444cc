"""Who may keep people, devices, credentials and rulebooks, and who speaks for a section: predicates over the actor."""

from collections.abc import Iterator

from rules.facts import Case, Member, Post, Reason
from rules.office import Who, not_able, office_refusal, refusal
from rules.registered import LedgerLine
from rules.states import Role


def check_keeper(case: Case) -> Iterator[Reason]:
    """mima:2-対象者: sections, devices and the city's rulebooks are kept by system admins."""
    yield from not_able(case.actor)
    if not (case.actor.is_staff and case.actor.holds(Role.SYSTEM_ADMIN, None, case.on)):
        yield Reason(
            "not_system_admin",
            "staff",
            "所属、端末、規程の登録を行えるのは、システム管理者です。",
            "システム管理者に頼んでください。",
        )


def check_deputy_namer(case: Case) -> Iterator[Reason]:
    """mima:5-本文: the chief names who decides in their place, for a period; a system admin may record it, too."""
    member = case.subject
    assert isinstance(member, Member)
    yield from not_able(case.actor)
    admin = case.actor.holds(Role.SYSTEM_ADMIN, None, case.on)
    chief = member.section is not None and case.actor.holds(Role.CHIEF, member.section, case.on)
    if not (case.actor.is_staff and (admin or chief)):
        yield refusal("not_chief", "approval", "代決者を決められるのは、その所属の所属長だけです。")


def check_oneself(case: Case) -> Iterator[Reason]:
    """toyama:4-3-私的: everybody confirms for themselves that they have read; nobody does it for another."""
    member = case.subject
    assert isinstance(member, Member)
    yield from not_able(case.actor)
    if member.id != case.actor.id:
        yield refusal("not_oneself", "handbook", "手引きを読んだことを記録できるのは、本人だけです。")


def check_joiner(case: Case) -> Iterator[Reason]:
    """mima:9-2: whoever has the one-time code in hand, at the machine it was given out for."""
    yield from not_able(case.actor)
    if not case.actor.is_staff:
        yield refusal("not_staff", "device", "端末を登録できるのは市の職員だけです。")


def check_ledger_keeper(case: Case) -> Iterator[Reason]:
    """mima:3-3-認証: the section's chief and deputies answer for its credentials; system admins help them."""
    line = case.subject
    assert isinstance(line, LedgerLine)
    yield from not_able(case.actor)
    keeps = case.actor.holds(Role.SYSTEM_ADMIN, None, case.on) or case.actor.is_approver_of(
        line.section, case.on
    )
    if not (case.actor.is_staff and keeps):
        yield office_refusal(case, line.section, line.approvers, "credentials")


def check_topic_recorder(case: Case) -> Iterator[Reason]:
    """toyama:6-6: staff of the section asked; or staff with a part in the post, who write down what it said."""
    post, actor = case.subject, case.actor
    assert isinstance(post, Post)
    yield from not_able(actor)
    if not actor.is_staff:
        yield refusal("not_staff", "staff", "所管課の確認を記録できるのは市の職員だけです。")
    elif not (
        actor.id in post.contributors
        or actor.section in (post.asked.topic, post.section)
        or actor.is_approver_of(post.section, case.on)
    ):
        yield refusal(
            "not_in_scope", "staff", "記録できるのは、確認を頼まれた所属と、この投稿に関わる職員だけです。"
        )


def check_hander(case: Case) -> Iterator[Reason]:
    """A post is handed over by who wrote in it, by the section's chief or deputy, or by a system admin (transfers)."""
    post, actor = case.subject, case.actor
    assert isinstance(post, Post)
    yield from not_able(actor)
    office = actor.is_approver_of(post.section, case.on) or actor.holds(Role.SYSTEM_ADMIN, None, case.on)
    if not (actor.is_staff and (office or actor.id in post.contributors)):
        yield office_refusal(case, post.section, post.approvers, "staff")


KEEPER = Who("keeper", "システム管理者", check_keeper, asks_office=True)
DEPUTY_NAMER = Who("deputy_namer", "所属長・システム管理者", check_deputy_namer, asks_office=True)
ONESELF = Who("oneself", "本人", check_oneself)
JOINER = Who("joiner", "登録の番号を持つ職員", check_joiner)
LEDGER_KEEPER = Who("ledger_keeper", "所属長・システム管理者", check_ledger_keeper, asks_office=True)
TOPIC_RECORDER = Who("topic_recorder", "所管課の職員・関わる職員", check_topic_recorder, asks_office=True)
HANDER = Who("hander", "手を入れた人・所属長・システム管理者", check_hander, asks_office=True)
