"""承認と確認: asking for a decision, taking it, and calling the request back."""

from collections.abc import Collection, Mapping
from datetime import datetime

from accounts.models import StaffMember
from accounts.queries import consultable_among
from posts.actions.authority import authority_of, is_chief
from posts.actions.cases import CaseFile, Write, act
from posts.actions.clearing import clear, drop_deliveries
from posts.actions.nudge import nudge
from posts.models import Decision, Post
from posts.models.case import AS_CHECKER
from rules.calendar import day_of
from rules.facts import Asked
from rules.states import Basis, PostState, Verb
from rules.transitions import Transition


def submit(
    *, post: Post, seen_digest: str, by: StaffMember, now: datetime, form_no: int | None = None
) -> Post:
    """所属長の承認を頼む. Refuses incomplete content, targets not in operation, a missing declaration."""
    return _ask(Verb.SUBMIT, post, seen_digest, by, now, form_no)


def claim_exemption(
    *, post: Post, seen_digest: str, by: StaffMember, now: datetime, form_no: int | None = None
) -> Post:
    """承認を省略して確認に回す. Refuses, besides what `submit` refuses, a claim without complete evidence."""
    return _ask(Verb.CLAIM, post, seen_digest, by, now, form_no)


def approve(
    *,
    post: Post,
    seen_digest: str,
    by: StaffMember,
    now: datetime,
    ticks: Collection[str] = (),
    named: Collection[int] = (),
    consulted: Collection[int] = (),
) -> Post:
    """承認する: exactly the version seen. `ticks` are the chief's confirmations (out of hours, election), `named` the
    suspensions that the approval of the city's statement names, `consulted` with whom that was decided.

    Refuses contributors, newer versions, people not in office today, and what a restriction holds.
    """
    asked = Asked(
        seen_digest=seen_digest,
        ticks=frozenset(ticks),
        named=frozenset(named),
        consulted=consultable_among(consulted),
    )
    return act(
        Verb.APPROVE, post, _clearing(Basis.APPROVAL, by, now, asked), by=by, now=now, asked=asked, then=_go
    )


def second_check(
    *, post: Post, seen_digest: str, ticks: Collection[str], by: StaffMember, now: datetime
) -> Post:
    """確認した: by staff who contributed nothing, with every point of the list ticked."""
    asked = Asked(seen_digest=seen_digest, ticks=frozenset(ticks))
    write = _clearing(Basis.SECOND_CHECK, by, now, asked)
    return act(Verb.SECOND_CHECK, post, write, by=by, now=now, asked=asked, then=_go)


def return_(*, post: Post, seen_digest: str, reason: str, by: StaffMember, now: datetime) -> Post:
    """差し戻す the version seen, from the chief's queue or the checker's. Refuses a return without a reason."""
    asked = Asked(reason=reason, seen_digest=seen_digest)
    return act(Verb.RETURN, post, _deciding(Verb.RETURN, by, now, asked), by=by, now=now, asked=asked)


def escalate(*, post: Post, seen_digest: str, reason: str, by: StaffMember, now: datetime) -> Post:
    """所属長へ回付: a checker in doubt hands the case to the chief, saying why."""
    asked = Asked(reason=reason, seen_digest=seen_digest)
    return act(Verb.ESCALATE, post, _deciding(Verb.ESCALATE, by, now, asked), by=by, now=now, asked=asked)


def take_back(*, post: Post, by: StaffMember, now: datetime) -> Post:
    """引き戻す: a contributor calls the request back before anybody has decided."""

    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        case.move_to(row.target, waiting_since=None)
        return {"version": case.version.number}

    return act(Verb.TAKE_BACK, post, write, by=by, now=now)


def cancel(*, post: Post, reason: str, by: StaffMember, now: datetime) -> Post:
    """取り下げる, while nothing is on its way and not everything has gone out. What has gone out stays."""

    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        drop_deliveries(case.post, now=now)
        case.move_to(row.target, waiting_since=None)
        return {"version": case.version.number, "reason": reason}

    return act(Verb.CANCEL, post, write, by=by, now=now, asked=Asked(reason=reason))


def _ask(
    verb: Verb, post: Post, seen_digest: str, by: StaffMember, now: datetime, form_no: int | None
) -> Post:
    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        case.move_to(row.target, waiting_since=now)
        return {"version": case.version.number, "digest": case.version.digest}

    return act(verb, post, write, by=by, now=now, form_no=form_no, asked=Asked(seen_digest=seen_digest))


def _deciding(verb: Verb, by: StaffMember, now: datetime, asked: Asked) -> Write:
    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        decision = _decision(case, verb, by, now, asked)
        waiting = now if row.next_hand == "approver" else None
        case.move_to(row.target, waiting_since=waiting)
        return _payload(decision)

    return write


def _clearing(basis: Basis, by: StaffMember, now: datetime, asked: Asked) -> Write:
    verb = Verb.APPROVE if basis == Basis.APPROVAL else Verb.SECOND_CHECK

    def write(case: CaseFile, row: Transition) -> Mapping[str, object]:
        decision = _decision(case, verb, by, now, asked)
        clear(case, decision, basis, now=now)
        case.move_to(row.target, waiting_since=None)
        return _payload(decision)

    return write


def _decision(case: CaseFile, verb: Verb, by: StaffMember, now: datetime, asked: Asked) -> Decision:
    on = day_of(now)
    as_chief = is_chief(case, by, on)
    checks = case.post.state == PostState.AWAITING_CHECK
    return Decision.objects.create(
        post=case.post,
        version=case.version,
        verb=verb,
        by=by,
        at=now,
        office=by.with_title,
        reason=asked.reason.strip(),
        ticks=sorted(asked.ticks),
        authority=AS_CHECKER if checks else authority_of(case, by, on, as_chief=as_chief),
        as_chief=as_chief,
        named=sorted(asked.named),
        consulted=sorted(asked.consulted),
    )


def _payload(decision: Decision) -> dict[str, object]:
    return {
        "version": decision.version.number,
        "digest": decision.version.digest,
        "reason": decision.reason,
        "ticks": decision.ticks,
        "authority": decision.authority,
        **({"named": decision.named, "consulted": decision.consulted} if decision.named else {}),
    }


def _go(case: CaseFile) -> None:
    """Wake the sender: a cleared post may be due at once."""
    nudge()
