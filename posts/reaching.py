"""How far a restriction may reach that somebody begins, and with whom its end can be talked over. Reading only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from accounts.facts import actor_facts, city_facts
from accounts.models import RoleAssignment, Section, SocialAccount, StaffMember
from policies.city_facts import Place
from policies.models import Restriction
from posts.models import Delivery
from rules import restraints
from rules.facts import Actor, City
from rules.states import NOT_STAFF, OPEN, AccountState, DeliveryState, RestrictionKind, Role, Scope, Verb
from rules.workflow import Refused, decide

_LONGEST_KEY = 18  # no database holds longer ones


@dataclass(frozen=True)
class Reach:
    """A scope that somebody may choose, with how many social accounts it takes in and what waits there."""

    key: str
    place: Place
    name: str
    accounts: int
    waiting: int
    held: int


def reaches(staff: StaffMember, verb: Verb, *, now: datetime) -> list[Reach]:
    """The scopes that the rules offer this person: their own section first, then the city, others, single accounts."""
    accounts = _in_use()
    waiting, held = _open_by_account()
    actor, city = actor_facts(staff), city_facts(now)

    def reach(key: str, place: Place, name: str, inside: Sequence[SocialAccount]) -> Reach:
        pks = [account.pk for account in inside]
        return Reach(
            key,
            place,
            name,
            len(pks),
            sum(waiting.get(pk, 0) for pk in pks),
            sum(held.get(pk, 0) for pk in pks),
        )

    found = [reach(*row) for row in _places(staff, accounts)]
    return [row for row in found if _may_begin(verb, row.place, actor, city, now)]


def _in_use() -> list[SocialAccount]:
    rows = SocialAccount.objects.exclude(state=AccountState.CLOSED)
    return list(rows.select_related("section").order_by("section", "pk"))


def _places(
    staff: StaffMember, accounts: Sequence[SocialAccount]
) -> list[tuple[str, Place, str, Sequence[SocialAccount]]]:
    sections = {account.section_id: account.section for account in accounts}
    own_first = sorted(sections.values(), key=lambda section: (section.pk != staff.section_id, section.pk))
    by_section = [
        (
            f"section:{section.pk}",
            Place(Scope.SECTION, section),
            f"{section.name}の公式アカウント",
            [account for account in accounts if account.section_id == section.pk],
        )
        for section in own_first
    ]
    single = [
        (f"account:{account.pk}", Place(Scope.ACCOUNT, account.section, account), account.name, [account])
        for account in accounts
    ]
    whole = ("city", Place(Scope.CITY, staff.section), "全庁の公式アカウント", accounts)
    own = [row for row in by_section if row[1].section == staff.section]
    return [*own, whole, *by_section[len(own) :], *single]


def _may_begin(verb: Verb, place: Place, actor: Actor, city: City, now: datetime) -> bool:
    section = place.section
    facts = restraints.Restriction(
        kind=RestrictionKind.SUSPENSION,
        started_at=None,
        scope=place.scope,
        section=section.pk if section else 0,
        parent_section=section.parent_id if section else None,
        account=place.account.pk if place.account else None,
    )
    decision = decide(verb, facts, actor, city, now, new=True)
    return not (isinstance(decision, Refused) and decision.forbidden)


def _open_by_account() -> tuple[dict[int, int], dict[int, int]]:
    """Social account → how many deliveries wait for their time there, and how many are held."""
    rows = Delivery.objects.filter(state__in=OPEN, clearance__voided_at__isnull=True)
    counted = rows.values_list("social_account", "state").order_by().annotate(n=Count("pk"))
    waiting = {account: n for account, state, n in counted if state == DeliveryState.WAITING}
    return waiting, {account: n for account, state, n in counted if state == DeliveryState.HELD}


def preselected(found: Sequence[Reach], staff: StaffMember) -> str:
    """The scope that most likely is meant: the own section, else what one drafts for, else the city."""
    order = {Scope.SECTION: 0, Scope.ACCOUNT: 1, Scope.CITY: 2}
    own = [row for row in found if row.place.scope != Scope.SECTION or row.place.section == staff.section]
    return min(own or found, key=lambda row: order[row.place.scope]).key if found else ""


def place_of(key: str, staff: StaffMember) -> Place | None:
    """The place that a form names; unnamed for no choice, None for what does not exist. The rules judge it."""
    if key in ("", "city"):
        return Place(Scope.CITY, staff.section if key else None)
    kind, _, number = key.partition(":")
    if not number.isdecimal() or len(number) > _LONGEST_KEY:
        return None
    if kind == "section":
        section = Section.objects.filter(pk=number).first()
        return Place(Scope.SECTION, section) if section else None
    account = SocialAccount.objects.select_related("section").filter(pk=number).first()
    return Place(Scope.ACCOUNT, account.section, account) if account and kind == "account" else None


# --- with whom it can be talked over


@dataclass(frozen=True)
class Consultable:
    """People under one heading."""

    heading: str
    people: Sequence[StaffMember]


def consultable(row: Restriction, by: StaffMember, on: date) -> list[Consultable]:
    """Chiefs and deputies first, then the people of the section and of the one above; never oneself."""
    sections = [pk for pk in (row.section_id, row.section.parent_id) if pk]
    offices = RoleAssignment.objects.in_force(on).filter(role__in=[Role.CHIEF, Role.DEPUTY])
    if row.scope != Scope.CITY:
        offices = offices.filter(section__in=sections)
    people = StaffMember.objects.filter(is_active=True, is_elected=False).exclude(pk=by.pk)
    people = people.exclude(employment__in=NOT_STAFF).select_related("section").order_by("section", "pk")
    in_office = people.filter(pk__in=offices.values("staff"))
    others = people.filter(section__in=sections).exclude(pk__in=offices.values("staff"))
    found = [Consultable("所属長・代決者", list(in_office)), Consultable("職員", list(others))]
    return [group for group in found if group.people]
