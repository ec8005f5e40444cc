"""What all predicates about people share: a group of people with its predicate, and refusals about office."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules.facts import Actor, Case, Delivery, Person, Reason
from rules.states import Role

Predicate = Callable[[Case], Iterator[Reason]]


@dataclass(frozen=True)
class Who:
    """A group of people in the regulation's words, and the predicate that says whether one belongs to it.

    `asks_office` and `asks_drafting` say which facts about people the predicate looks at, so that an act
    need not gather the others.
    """

    name: str
    label: str
    check: Predicate
    asks_office: bool = False
    asks_drafting: bool = False


def refusal(code: str, duty: str, sentence: str, people: tuple[Person, ...] = ()) -> Reason:
    """A refusal about the person: whoever may do it instead is named."""
    names = "、".join(person.name for person in people)
    step = f"行えるのは: {names}" if names else "所属長またはシステム管理者に相談してください。"
    return Reason(code, duty, sentence, step)


def not_able(actor: Actor) -> Iterator[Reason]:
    """toyama:3-除外: elected officials hold no part in it; nor do people who have left."""
    if not actor.active:
        yield refusal("inactive", "staff", "この利用者は、いまは使えません。")
    if actor.elected:
        yield refusal("elected", "elected", "公選職の人は、公式アカウントの起案・確認・承認を行えません。")


def office_refusal(case: Case, section: int, approvers: tuple[Person, ...], duty: str) -> Reason:
    """Not chief or deputy of that section today; somebody who was, or will be, is told so."""
    offices = (held for held in case.actor.roles if held.role in (Role.CHIEF, Role.DEPUTY))
    once = any(held.section == section for held in offices)
    if once and not case.actor.is_approver_of(section, case.on):
        return refusal(
            "office_not_in_period",
            duty,
            "あなたの所属長・代決者としての期間は、今日を含んでいません。",
            approvers,
        )
    return refusal("not_approver", duty, "行えるのは、担当の所属長と代決者だけです。", approvers)


def check_on_account(case: Case, what: str) -> Iterator[Reason]:
    """mima:2-対象者: staff of the section, who draft for the social account, or who lead; `what` they may do."""
    subject, actor = case.subject, case.actor
    assert isinstance(subject, Delivery)
    section = subject.post.section
    yield from not_able(actor)
    if not actor.is_staff:
        yield refusal(
            "not_staff", "staff", f"{what}のは市の職員だけです。委託事業者などは起案だけを行えます。"
        )
    elif not (
        actor.section == section
        or subject.account.id in actor.drafts_for
        or actor.is_approver_of(section, case.on)
    ):
        yield refusal("not_in_scope", "staff", f"{what}のは、この公式アカウントに関わる職員だけです。")
