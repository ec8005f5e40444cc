"""From rows to facts: restrictions, headquarters, standing confirmations, the city's lists."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from accounts.facts import approver_people
from accounts.models import RoleAssignment, Section, SocialAccount
from policies.models import Election, Headquarters, Restriction, StandingConfirmation, Urgency
from policies.surroundings import words_of
from rules import restraints
from rules.asked import Asked, Person
from rules.calendar import day_of
from rules.states import (
    Cause,
    HeadquartersState,
    ListState,
    RestrictionKind,
    Role,
    Scope,
    StandingState,
)

NOTHING_ASKED = Asked()


@dataclass(frozen=True)
class Place:
    """How far a restriction is to reach. `section` is None where the scope names nothing."""

    scope: Scope
    section: Section | None
    account: SocialAccount | None = None

    @property
    def is_named(self) -> bool:
        return self.section is not None and (self.scope != Scope.ACCOUNT or self.account is not None)


def in_force() -> QuerySet[Restriction]:
    """What stands now, the oldest first."""
    rows = Restriction.objects.filter(ended_at__isnull=True)
    return rows.select_related("section", "social_account", "headquarters", "started_by__section").order_by(
        "pk"
    )


def over(section: int | None, account: int | None) -> Q:
    """Those whose scope takes in this social account of that section (or, without one, the whole section)."""
    wider = Q(scope=Scope.CITY) | Q(scope=Scope.SECTION, section=section)
    return wider if account is None else wider | Q(scope=Scope.ACCOUNT, social_account=account)


def covering(kind: RestrictionKind, cause: str, place: Place) -> Restriction | None:
    """One of the same kind and cause that already stands over the whole place."""
    same = in_force().filter(kind=kind, cause=cause)
    if place.scope == Scope.CITY:
        return same.filter(scope=Scope.CITY).first()
    section = place.section.pk if place.section else None
    account = place.account.pk if place.account else None
    return same.filter(over(section, account)).first()


def beginning_facts(
    kind: RestrictionKind, cause: Cause | None, place: Place, *, now: datetime
) -> restraints.Restriction:
    """A restriction that does not exist yet, as it would be."""
    standing = covering(kind, cause or "", place) if place.is_named else None
    section = place.section
    return restraints.Restriction(
        kind=kind,
        started_at=None,
        cause=cause,
        scope=place.scope,
        section=section.pk if section else 0,
        parent_section=section.parent_id if section else None,
        account=place.account.pk if place.account else None,
        approvers=_approvers(section, day_of(now)),
        covered_by=_words(standing) if standing else "",
        has_place=place.is_named,
        hq_stands=Headquarters.objects.filter(standing=True).exists(),
        rulebooks=tuple(place.account.rulebooks) if place.account else (),
    )


def restriction_facts(row: Restriction, *, on: date, asked: Asked = NOTHING_ASKED) -> restraints.Restriction:
    """A restriction with who is responsible for it, for somebody who wants to end it."""
    account = row.social_account
    return restraints.Restriction(
        kind=RestrictionKind(row.kind),
        started_at=row.started_at,
        id=row.pk,
        cause=Cause(row.cause) if row.cause else None,
        scope=Scope(row.scope),
        ended_at=row.ended_at,
        where=row.where,
        words=words_of(row.started_at, row.started_as),
        section=row.section_id,
        parent_section=row.section.parent_id,
        account=row.social_account_id,
        chiefs=chiefs_of(row.section, on),
        approvers=_approvers(row.section, on),
        limited=_is_limited(row),
        rulebooks=tuple(account.rulebooks) if account else (),
        asked=asked,
    )


def chiefs_of(section: Section, on: date) -> frozenset[int]:
    """Ids of the chiefs of the section and of the one above on that day."""
    sections = [pk for pk in (section.pk, section.parent_id) if pk]
    rows = RoleAssignment.objects.in_force(on).filter(role=Role.CHIEF, section__in=sections)
    return frozenset(rows.values_list("staff", flat=True))


def _is_limited(row: Restriction) -> bool:
    """A disaster-only restriction rests on this suspension: they share social accounts."""
    if row.cause != Cause.DISASTER:
        return False
    limits = in_force().filter(kind=RestrictionKind.DISASTER_ONLY)
    if row.scope == Scope.CITY:
        return limits.exists()
    inside = over(row.section_id, row.social_account_id)
    if row.scope == Scope.SECTION:
        inside |= Q(scope=Scope.ACCOUNT, social_account__section=row.section_id)
    return limits.filter(inside).exists()


def _approvers(section: Section | None, on: date) -> tuple[Person, ...]:
    return approver_people([section.pk], on).get(section.pk, ()) if section else ()


def _words(row: Restriction) -> str:
    return f"{row.where}、{words_of(row.started_at, row.started_as)}"


def headquarters_facts(
    *, set_up_at: datetime | None, row: Headquarters | None = None, dissolved_at: datetime | None = None
) -> restraints.Headquarters:
    """The one that stands (`row`), or one to be recorded."""
    standing = Headquarters.objects.filter(standing=True)
    return restraints.Headquarters(
        state=HeadquartersState.STANDING if row is None or row.standing else HeadquartersState.DISSOLVED,
        set_up_at=set_up_at,
        dissolved_at=dissolved_at,
        another_stands=row is None and standing.exists(),
    )


def standing_facts(row: StandingConfirmation, *, on: date) -> restraints.StandingConfirmation:
    return restraints.StandingConfirmation(
        from_on=row.from_on,
        until_on=row.until_on,
        state=StandingState.ENDED if row.ended_at else StandingState.IN_FORCE,
        section=row.section_id,
        approvers=_approvers(row.section, on),
    )


def election_facts(row: Election, *, asked: Asked = NOTHING_ASKED) -> restraints.Election:
    """An entry of the register as it is to be stored; names that others have already are said."""
    same = Election.objects.filter(name=row.name, polling_on=row.polling_on, retired_at__isnull=True)
    return restraints.Election(
        name=row.name,
        announced_on=row.announced_on,
        polling_on=row.polling_on,
        candidates=tuple(row.candidates),
        parties=tuple(row.parties),
        taken=row.polling_on is not None and same.exclude(pk=row.pk).exists(),
        state=ListState.RETIRED if row.retired_at else ListState.LISTED,
        asked=asked,
    )


def urgency_facts(row: Urgency) -> restraints.Urgency:
    same = Urgency.objects.filter(label=row.label, retired_at__isnull=True).exclude(pk=row.pk)
    return restraints.Urgency(
        label=row.label,
        taken=same.exists(),
        state=ListState.RETIRED if row.retired_at else ListState.LISTED,
    )
