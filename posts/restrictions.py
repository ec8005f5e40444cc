"""投稿停止・防災情報限定・炎上対応 as the screens show them: what they hold and what lies under them; and 災害対策本部.

Reading only. Starting and ending them is in `policies.actions`; how far one may reach in `reaching.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from accounts.facts import actor_facts, city_facts
from accounts.models import StaffMember
from accounts.refusals import ShownReason, shown_all
from policies.city_facts import headquarters_facts, in_force, restriction_facts
from policies.models import Headquarters, Restriction
from policies.queries import accounts_under
from posts.holding import decidable
from posts.models import Attempt, Delivery
from posts.queries import visible_to
from posts.reaching import Reach, reaches
from rules import restraints
from rules.asked import Asked
from rules.calendar import day_of
from rules.restraint_gates import RESTRAINED
from rules.states import Cause, DeliveryState, RestrictionKind, Scope, Verb
from rules.workflow import Refused, decide

PAGE = 25
HELD_PAGE = 50
ENDING = {
    RestrictionKind.SUSPENSION: Verb.LIFT,
    RestrictionKind.DISASTER_ONLY: Verb.END_LIMIT,
    RestrictionKind.FLAMING: Verb.END_FLAMING,
}
# Who and what is asked for in the form; only what stands in the way besides is said before.
_ALL_ASKED = frozenset({"reason_missing", "consultation_without_chief", "consultation_alone"})


@dataclass(frozen=True)
class Words:
    """What a kind of restriction is called for and what passes it; `stops` follows the name of its scope."""

    duty: str
    stops: str
    passes: str
    next_step: str


_SUSPENSION = "への投稿を止めています。"
UNDER_LIMIT = "いまは防災情報限定が先に働きます。限定が終わると、この停止に戻ります。"
WORDS = {
    (RestrictionKind.SUSPENSION, Cause.DISASTER): Words(
        "suspension",
        _SUSPENSION,
        "防災の情報（4）とその訂正は、決められた確認を経て出せます。",
        "再開の手続きを見る",
    ),
    (RestrictionKind.SUSPENSION, Cause.SCANDAL): Words(
        "suspension",
        _SUSPENSION,
        "所属長がこの停止を名指しして承認した市の声明と、所属長が確認した防災の情報（4）は出せます。",
        "再開の手続きを見る",
    ),
    (RestrictionKind.DISASTER_ONLY, None): Words(
        "disaster_only",
        "では、防災に関連する情報だけを発信できます。",
        "防災の情報（4）と、防災に関連すると印を付けて承認された投稿は出せます。",
        "本部の記録を見る",
    ),
    (RestrictionKind.FLAMING, None): Words(
        "flaming",
        "では、所属長が決めたものだけを出します。",
        "所属長本人が承認した投稿と、防災の情報（4）は出せます。自分の判断で反論や削除をしないでください。",
        "炎上対応の記録を見る",
    ),
}


@dataclass(frozen=True)
class Shown:
    """A restriction with its words."""

    row: Restriction
    words: Words

    @property
    def rulebooks(self) -> Sequence[str]:
        return self.row.social_account.rulebooks if self.row.social_account else ()

    @property
    def is_disaster_only(self) -> bool:
        return self.row.kind == RestrictionKind.DISASTER_ONLY


def shown(row: Restriction) -> Shown:
    cause = Cause(row.cause) if row.cause else None
    return Shown(row, WORDS[RestrictionKind(row.kind), cause])


def standing() -> list[Shown]:
    """What is in force now, the oldest first, in one query."""
    rows = list(in_force())
    limits = [row for row in rows if row.kind == RestrictionKind.DISASTER_ONLY]
    return [_under(limits, shown(row)) for row in rows]


def _under(limits: Sequence[Restriction], one: Shown) -> Shown:
    """A suspension does not speak where posting is limited to disasters: that is the special rule (row 15)."""
    row = one.row
    if row.kind != RestrictionKind.SUSPENSION or not any(_takes_in(limit, row) for limit in limits):
        return one
    return replace(one, words=replace(one.words, passes=UNDER_LIMIT))


def _takes_in(wider: Restriction, row: Restriction) -> bool:
    same_section = wider.section_id == row.section_id and row.scope != Scope.CITY
    return (
        wider.scope == Scope.CITY
        or (wider.scope == Scope.SECTION and same_section)
        or (wider.scope == row.scope == Scope.ACCOUNT and wider.social_account_id == row.social_account_id)
    )


def history(before: int | None = None) -> tuple[list[Shown], int | None]:
    """What has ended, the newest first: the rows, and the key to ask the next page with."""
    people = ("started_by__section", "ended_by__section", "section", "social_account", "headquarters")
    rows = Restriction.objects.filter(ended_at__isnull=False).select_related(*people).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return [shown(row) for row in found[:PAGE]], (found[PAGE - 1].pk if len(found) > PAGE else None)


# --- what lies under one


@dataclass(frozen=True)
class Frozen:
    """A held delivery under a restriction; `may_decide` says whether to offer 決める to this person."""

    delivery: Delivery
    may_decide: bool


@dataclass(frozen=True)
class InFlight:
    """What had left us before the restriction was there; `is_visible`: this person may read the post."""

    attempt: Attempt
    is_visible: bool


@dataclass(frozen=True)
class Dossier:
    """Everything on a restriction's page. `hidden` counts held deliveries of posts one may not read."""

    shown: Shown
    frozen: Sequence[Frozen]
    frozen_in_all: int
    hidden: int
    next_key: int | None
    in_flight: Sequence[InFlight]
    verb: Verb
    is_mine: bool
    owed: Sequence[ShownReason]
    who: str

    @property
    def row(self) -> Restriction:
        return self.shown.row


def restriction(pk: int) -> Restriction | None:
    people = ("section__parent", "social_account", "headquarters", "started_by__section", "ended_by__section")
    return Restriction.objects.select_related(*people).filter(pk=pk).first()


def dossier_of(
    row: Restriction,
    staff: StaffMember,
    roles: Iterable[str],
    *,
    now: datetime,
    after: int | None = None,
) -> Dossier:
    """The restriction as this person sees it now, with a page of what is held under it."""
    visible = visible_to(staff, roles, day_of(now)).values("pk")
    under = held_under(row)
    readable = under.filter(post__in=visible)
    rows, next_key = _page(readable, after)
    in_all, mine = under.count(), readable.count()
    facts = restriction_facts(row, on=day_of(now), asked=Asked())
    decision = decide(ENDING[RestrictionKind(row.kind)], facts, actor_facts(staff), city_facts(now), now)
    reasons = decision.reasons if isinstance(decision, Refused) else ()
    may = decidable(rows, staff, now=now)
    return Dossier(
        shown=shown(row),
        frozen=[Frozen(delivery, delivery.pk in may) for delivery in rows],
        frozen_in_all=in_all,
        hidden=in_all - mine,
        next_key=next_key,
        in_flight=_in_flight(row, visible),
        verb=ENDING[RestrictionKind(row.kind)],
        is_mine=facts.in_force and not (isinstance(decision, Refused) and decision.forbidden),
        owed=shown_all(reason for reason in reasons if reason.code not in _ALL_ASKED),
        who=_who(facts),
    )


def _who(facts: restraints.Restriction) -> str:
    """Those who may end it: the chief alone where it is a storm."""
    chief_only = facts.kind == RestrictionKind.FLAMING
    return "、".join(person.name for person in facts.approvers if person.chief or not chief_only)


def held_under(row: Restriction) -> QuerySet[Delivery]:
    """What a restriction keeps in its scope; of one that has ended, what was cleared before its end."""
    caught = Q()
    for code in sorted(RESTRAINED):
        caught |= Q(codes__contains=f'"{code}"')
    rows = Delivery.objects.filter(
        state=DeliveryState.HELD, clearance__voided_at__isnull=True, social_account__in=accounts_under(row)
    )
    if row.ended_at is not None:
        rows = rows.filter(clearance__cleared_at__lt=row.ended_at)
    return rows.annotate(codes=Cast("held_codes", TextField())).filter(caught)


def _page(rows: QuerySet[Delivery], after: int | None) -> tuple[list[Delivery], int | None]:
    """By their due time, in pages by key."""
    last = Delivery.objects.filter(pk=after).first() if after is not None else None
    if last is not None:
        rows = rows.filter(Q(due_at__gt=last.due_at) | Q(due_at=last.due_at, pk__gt=last.pk))
    related = ("post__section", "social_account", "clearance__version")
    found = list(rows.select_related(*related).order_by("due_at", "pk")[: HELD_PAGE + 1])
    return found[:HELD_PAGE], (found[HELD_PAGE - 1].pk if len(found) > HELD_PAGE else None)


def _in_flight(row: Restriction, visible: QuerySet) -> list[InFlight]:
    """Attempts from before its epoch that were not at their end when it started; most end within seconds."""
    unfinished = Q(finished_at__isnull=True) | Q(finished_at__gte=row.started_at)
    attempts = Attempt.objects.filter(unfinished, epoch__lt=row.epoch, social_account__in=accounts_under(row))
    related = ("delivery__post", "social_account", "taken_by__section")
    found = list(attempts.select_related(*related).order_by("pk")[:HELD_PAGE])
    readable = set(
        visible.filter(pk__in=[attempt.delivery.post_id for attempt in found]).values_list("pk", flat=True)
    )
    return [InFlight(attempt, attempt.delivery.post_id in readable) for attempt in found]


# --- 災害対策本部


@dataclass(frozen=True)
class HeadquartersPage:
    """`limits` are those in force, `reaches` the scopes to offer for one more, `may_record` if the form is offered."""

    standing: Headquarters | None
    limits: Sequence[Shown]
    restrictions: Sequence[Restriction]
    past: Sequence[Headquarters]
    next_key: int | None
    reaches: Sequence[Reach]
    may_record: bool


def headquarters_page(staff: StaffMember, *, now: datetime, before: int | None = None) -> HeadquartersPage:
    """The headquarters that stands, or the form to record one, and those of the past."""
    people = ("recorded_by__section", "dissolved_by__section")
    rows = Headquarters.objects.select_related(*people).order_by("-pk")
    row = rows.filter(standing=True).first()
    limits = [one for one in standing() if one.is_disaster_only] if row else []
    is_whole = any(one.row.scope == Scope.CITY for one in limits)
    past = rows.filter(standing=False) if before is None else rows.filter(standing=False, pk__lt=before)
    found = list(past[: PAGE + 1])
    return HeadquartersPage(
        standing=row,
        limits=limits,
        restrictions=list(row.restrictions.select_related("section", "social_account")) if row else (),
        past=found[:PAGE],
        next_key=found[PAGE - 1].pk if len(found) > PAGE else None,
        reaches=reaches(staff, Verb.LIMIT_TO_DISASTER, now=now) if row and not is_whole else (),
        may_record=_may_record(staff, row, now),
    )


def _may_record(staff: StaffMember, row: Headquarters | None, now: datetime) -> bool:
    facts = headquarters_facts(set_up_at=row.set_up_at if row else now, row=row)
    verb = Verb.DISSOLVE_HQ if row else Verb.SET_UP_HQ
    decision = decide(verb, facts, actor_facts(staff), city_facts(now), now, new=row is None)
    return not (isinstance(decision, Refused) and decision.forbidden)
