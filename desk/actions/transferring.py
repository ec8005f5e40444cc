"""異動: a whole transfer list as one act, over people, posts, credentials and devices; and its rehearsal.

It lives here because it touches several apps; each of its steps is an act of its app, with its row of THE TABLE. The
rehearsal does every step for real and takes all of it back, so what it shows is what would happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from accounts.actions.people_table import ImportFault
from accounts.actions.transfer_table import read
from accounts.acts import perform_together, rehearse
from accounts.models import StaffMember
from accounts.queries import sections_without_approver
from desk.actions.transfer_check import Register, faults_in, register_of
from desk.actions.transfer_steps import Step, steps_of
from posts.owners import without_owner
from rules.calendar import day_of


@dataclass(frozen=True)
class Break:
    """What would be left broken, so the list is not applied: a post without an owner, a section without an approver."""

    sentence: str
    next_step: str


@dataclass(frozen=True)
class Plan:
    """What the list would do, in its order. With faults or breaks nothing of it can be applied.

    `seen` is the hash of all that is shown: one applies what one has seen.
    """

    on: date
    steps: tuple[Step, ...] = ()
    faults: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()
    seen: str = field(default="")

    @property
    def is_sound(self) -> bool:
        return not (self.faults or self.breaks)


class TransferStopped(Exception):
    """Nothing was changed. Carries the plan as it would be now: faults, breaks, or other steps than were seen."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("transfer stopped")
        self.plan = plan


def preview(*, text: str, on: date, by: StaffMember, now: datetime) -> Plan:
    """Rehearse the list for that day. Writes nothing, refuses nobody: what stands against it is in the plan."""
    try:
        lines = read(text)
    except ImportFault as fault:
        return Plan(on, faults=tuple(str(fault).splitlines()))
    register = register_of(lines, on)
    if faults := tuple(faults_in(lines, register)):
        return Plan(on, faults=faults)
    with transaction.atomic(durable=True):
        plan = _rehearsed(steps_of(lines, register, on=on, by=by, now=now), register, on, by, now)
        transaction.set_rollback(True)
    return plan


def apply(*, text: str, on: date, seen: str, by: StaffMember, now: datetime) -> Plan:
    """異動を反映する: the whole list, or nothing of it.

    Raises TransferStopped when something stands against it, when the day has not come, or when it would no longer do
    what was seen; ActRefused when the rules refuse (a step, or the person).
    """
    plan = preview(text=text, on=on, by=by, now=now)
    if not plan.is_sound or plan.seen != seen or on > day_of(now):
        raise TransferStopped(plan)
    lines = read(text)
    register = register_of(lines, on)
    steps = steps_of(lines, register, on=on, by=by, now=now)
    perform_together(_watched(steps, register, plan), by=by, now=now)
    return plan


def _watched(steps: Iterator[Step], register: Register, plan: Plan) -> Iterator:
    """The deeds one after the other; at the end, still inside, nothing may be left broken."""
    for step in steps:
        yield step.deed
    if breaks := tuple(_breaks(register, plan.on)):
        raise TransferStopped(Plan(plan.on, plan.steps, (), breaks))


def _rehearsed(steps: Iterator[Step], register: Register, on: date, by: StaffMember, now: datetime) -> Plan:
    done, faults = [], []
    for step in steps:
        done.append(step)
        if refused := rehearse(step.deed, by=by, now=now):
            faults += [f"{step.where}{reason.sentence}{reason.next_step}" for reason in refused.reasons]
    breaks = tuple(_breaks(register, on))
    return Plan(on, tuple(done), tuple(dict.fromkeys(faults)), breaks, _seen(done))


def _seen(steps: list[Step]) -> str:
    return sha256("\n".join(f"{step.where}{step.words}" for step in steps).encode()).hexdigest()


def _breaks(register: Register, on: date) -> Iterator[Break]:
    for post in without_owner(register.touched()):
        yield Break(
            f"投稿「{post.title}」（{post.number}）を引き継ぐ人がいません。",
            f"{post.owner.display_name}さんの行の「引継ぎ先」に、起案の権限がある職員を書いてください。",
        )
    for section in sections_without_approver(on):
        if section.pk not in register.headless:
            yield Break(
                f"「{section.name}」に、承認する人がいなくなります。",
                "所属長の行を加えるか、上の所属に所属長がいるようにしてください。",
            )
