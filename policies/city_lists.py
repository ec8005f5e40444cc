"""What the pages of the city's lists read: hours and the days ahead, standing confirmations, elections, urgencies.

Reading and arranging only. Whether an instant is in working hours is asked of the rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts.facts import actor_facts, city_facts
from accounts.models import RoleAssignment, Section, SocialAccount, StaffMember
from policies.holidays import KNOWN_UNTIL, holiday_name
from policies.models import CalendarDay, Election, StandingConfirmation, Urgency
from policies.queries import targets
from policies.surroundings import city_calendar
from rules import restraints
from rules.calendar import WorkingCalendar, day_of, is_working_day
from rules.states import AccountState, Role, Verb
from rules.workflow import available_verbs

DAYS_AHEAD = 60
KEEPERS = "所属長・代決者・システム管理者"


# --- who may


def keeps_lists(staff: StaffMember, now: datetime) -> bool:
    """Whether the rules let this person change the city's lists."""
    day = restraints.Day(on=day_of(now))
    return Verb.SET_DAY in available_verbs(day, actor_facts(staff), city_facts(now), now)


def confirms_for(staff: StaffMember, on: date) -> QuerySet[Section]:
    """The sections whose chief this person is on that day: for them a standing confirmation may be given."""
    led = RoleAssignment.objects.in_force(on).filter(staff=staff, role=Role.CHIEF)
    return Section.objects.filter(pk__in=led.values("section")).order_by("pk")


# --- hours


@dataclass(frozen=True)
class AccountHours:
    """When the people behind a social account are at work, and whether its own policy says so."""

    account: SocialAccount
    opens: time
    closes: time
    by_policy: bool

    @property
    def closes_at_midnight(self) -> bool:
        return self.closes == time(0, 0)


@dataclass(frozen=True)
class DayAhead:
    """One day of the calendar. `words` say why it is otherwise than an ordinary weekday or weekend."""

    day: date
    is_open: bool
    words: str
    own: CalendarDay | None
    is_known: bool

    @property
    def is_special(self) -> bool:
        return bool(self.words)


@dataclass(frozen=True)
class Month:
    """Weeks from Monday to Sunday; None for days of another month or before today."""

    first: date
    weeks: Sequence[Sequence[DayAhead | None]]


def account_hours(on: date) -> list[AccountHours]:
    """Of every social account that is not closed, in the register's order."""
    open_ones = SocialAccount.objects.exclude(state=AccountState.CLOSED).select_related("section")
    by_id = {account.pk: account for account in open_ones.order_by("section", "pk")}
    told = {target.account.pk: target for target in targets(list(by_id), on)} if by_id else {}
    return [_hours_of(account, told[pk].opens, told[pk].closes) for pk, account in by_id.items()]


def _hours_of(account: SocialAccount, opens: time | None, closes: time | None) -> AccountHours:
    """The policy's, each end for itself; the city's where it says nothing."""
    return AccountHours(
        account,
        settings.CITY_OPENS if opens is None else opens,
        settings.CITY_CLOSES if closes is None else closes,
        by_policy=opens is not None,
    )


def days_ahead(on: date, count: int = DAYS_AHEAD) -> list[DayAhead]:
    """From that day on. A city that is always there gets its days as they would be otherwise."""
    last = on + timedelta(days=count - 1)
    own = {row.day: row for row in CalendarDay.objects.filter(day__range=(on, last)).select_related("set_by")}
    calendar = replace(city_calendar(_of(own, "closed"), _of(own, "open"), on), always=False)
    days = (on + timedelta(days=ahead) for ahead in range(count))
    return [_ahead(day, calendar, own.get(day)) for day in days]


def in_months(days: Sequence[DayAhead]) -> list[Month]:
    """The same days as the leaves of a calendar."""
    by_month: dict[date, list[DayAhead]] = {}
    for each in days:
        by_month.setdefault(each.day.replace(day=1), []).append(each)
    return [Month(first, _weeks(rows)) for first, rows in by_month.items()]


def known_until() -> date:
    """The last day whose public holidays are known."""
    return KNOWN_UNTIL


def _of(own: Mapping[date, CalendarDay], kind: str) -> list[date]:
    return [day for day, row in own.items() if row.kind == kind]


def _ahead(day: date, calendar: WorkingCalendar, own: CalendarDay | None) -> DayAhead:
    own = None if own is None or own.kind == CalendarDay.AS_USUAL else own
    is_open = is_working_day(calendar, day)
    return DayAhead(day, is_open, own.reason if own else _words(day), own, day <= known_until())


def _words(day: date) -> str:
    turn_of_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return holiday_name(day) or ("年末年始" if turn_of_year else "")


def _weeks(days: Sequence[DayAhead]) -> list[list[DayAhead | None]]:
    before: list[DayAhead | None] = [None] * days[0].day.weekday()
    cells = [*before, *days]
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


# --- standing confirmations


def standing_confirmations() -> QuerySet[StandingConfirmation]:
    people = ("section", "given_by__section", "ended_by__section")
    return StandingConfirmation.objects.select_related(*people).order_by("-pk")


def standing_by_time(on: date) -> dict[str, list[StandingConfirmation]]:
    """`standing`: in force or still to begin; `over`: taken back or past their last day."""
    rows = list(standing_confirmations())
    standing = [row for row in rows if row.ended_at is None and row.until_on >= on]
    return {"standing": standing, "over": [row for row in rows if row not in standing]}


# --- elections and urgencies


def elections_by_time(on: date) -> dict[str, list[Election]]:
    """`current`, `coming`, `past` and `retired`, each with the next or newest first."""
    rows = list(Election.objects.select_related("listed_by").order_by("announced_on", "pk"))
    listed = [row for row in rows if row.retired_at is None]
    return {
        "current": [row for row in listed if row.announced_on <= on <= row.polling_on],
        "coming": [row for row in listed if row.announced_on > on],
        "past": [row for row in reversed(listed) if row.polling_on < on],
        "retired": [row for row in reversed(rows) if row.retired_at],
    }


def election(pk: int) -> Election | None:
    return Election.objects.select_related("listed_by__section").filter(pk=pk).first()


def board_accounts() -> QuerySet[SocialAccount]:
    """選挙管理委員会の公式アカウント: they may name who stands."""
    rows = SocialAccount.objects.filter(is_election_board=True).exclude(state=AccountState.CLOSED)
    return rows.select_related("section").order_by("section", "pk")


def urgencies() -> dict[str, list[Urgency]]:
    """`listed` and `retired`."""
    rows = list(Urgency.objects.select_related("listed_by__section", "retired_by__section").order_by("pk"))
    return {
        "listed": [row for row in rows if row.retired_at is None],
        "retired": [row for row in rows if row.retired_at],
    }
