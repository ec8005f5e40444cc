"""What holds around social accounts at a moment, for the rules: restrictions, HQ, calendar, elections; one read.

Every act on a post looks at this, so it is one plain SELECT. Nothing is decided here.
"""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.db import connection

from accounts.sql import instant, one_of, rows
from policies.holidays import KNOWN_UNTIL, holidays_around
from rules.calendar import JST, WorkingCalendar
from rules.restraints import Election, Restriction, StandingConfirmation
from rules.states import Cause, RestrictionKind, Scope

# Every branch has a tag, an id and seven texts; a branch leaves "" where it has less to say.
_SQL = """
SELECT 'restriction', id, kind, cause, scope, CAST(section_id AS TEXT), CAST(social_account_id AS TEXT),
       CAST(started_at AS TEXT), CAST(ended_at AS TEXT), started_as
  FROM policies_restriction
 WHERE (ended_at IS NULL OR ended_at > %s)
   AND (scope = 'city' OR section_id IN ({sections}) OR social_account_id IN ({accounts}))
UNION ALL
SELECT 'hq', id, '', '', '', '', '', '', '', '' FROM policies_headquarters WHERE standing = TRUE
UNION ALL
SELECT 'day', id, kind, CAST(day AS TEXT), '', '', '', '', '', '' FROM policies_calendarday
UNION ALL
SELECT 'standing', id, CAST(section_id AS TEXT), CAST(from_on AS TEXT), CAST(until_on AS TEXT), '', '', '', '', ''
  FROM policies_standingconfirmation WHERE ended_at IS NULL AND section_id IN ({sections})
UNION ALL
SELECT 'election', id, name, CAST(announced_on AS TEXT), CAST(polling_on AS TEXT), CAST(candidates AS TEXT),
       CAST(parties AS TEXT), '', '', ''
  FROM policies_election WHERE retired_at IS NULL
 ORDER BY 1, 2
"""
_WEEKDAYS = "月火水木金土日"
Row = Sequence[str]


@dataclass(frozen=True)
class Surroundings:
    """All that was found for some sections and social accounts; asked for one of them at a time."""

    found: Mapping[str, Sequence[Row]]
    on: date

    @property
    def hq_stands(self) -> bool:
        return bool(self.found["hq"])

    def restrictions_over(self, account: int, section: int) -> tuple[Restriction, ...]:
        """Those whose scope takes in this social account of that section."""
        known = (_restriction(row) for row in self.found["restriction"])
        return tuple(row for row in known if _covers(row, account, section))

    def standing_of(self, section: int) -> tuple[StandingConfirmation, ...]:
        """The chief's standing confirmations of that section that were not taken back."""
        mine = (row for row in self.found["standing"] if int(row[1]) == section)
        return tuple(
            StandingConfirmation(date.fromisoformat(row[2]), date.fromisoformat(row[3])) for row in mine
        )

    def calendar(self, opens: time | None = None, closes: time | None = None) -> WorkingCalendar:
        """Working hours as a policy has them, else the city's, on the city's days."""
        return city_calendar(self._days("closed"), self._days("open"), self.on, opens, closes)

    def elections_named_in(self, texts: Iterable[str]) -> tuple[Election, ...]:
        """Elections of which a candidate or party is named by its full name."""
        bare = [_bare(text) for text in texts]
        known = (_election(row) for row in self.found["election"])
        return tuple(row for row in known if _named(bare, (*row.candidates, *row.parties)))

    def _days(self, kind: str) -> frozenset[date]:
        return frozenset(date.fromisoformat(row[2]) for row in self.found["day"] if row[1] == kind)


def city_calendar(
    closed: Collection[date],
    open_: Collection[date],
    around: date,
    opens: time | None = None,
    closes: time | None = None,
) -> WorkingCalendar:
    """The calendar around that day; without hours of a policy the city's own."""
    return WorkingCalendar(
        opens=settings.CITY_OPENS if opens is None else opens,
        closes=settings.CITY_CLOSES if closes is None else closes,
        holidays=holidays_around(around) | frozenset(closed),
        workdays=frozenset(open_),
        known_until=KNOWN_UNTIL,
        always=settings.CITY_ALWAYS_OPEN,
    )


def surroundings(
    accounts: Collection[int], sections: Collection[int], *, on: date, since: datetime | None = None
) -> Surroundings:
    """What holds around these on that day; with `since`, also restrictions that have ended after that instant."""
    ids = list(accounts)
    homes = list(sections) or [0]
    sql = _SQL.format(accounts=one_of(ids), sections=one_of(homes))
    never = datetime(9999, 12, 31, tzinfo=UTC)
    ended_after = connection.ops.adapt_datetimefield_value(since or never) or ""
    found: dict[str, list[Row]] = defaultdict(list)
    for tag, *row in rows(sql, ended_after, *homes, *ids, *homes):
        found[tag].append(row)
    return Surroundings(found, on)


def words_of(started_at: datetime, started_as: str) -> str:
    """11月20日(金) 21:10 から、森 大輔（総務課長）: since when and by whom, as sentences say it."""
    local = started_at.astimezone(JST)
    weekday = _WEEKDAYS[local.weekday()]
    return f"{local.month}月{local.day}日({weekday}) {local.hour}:{local.minute:02} から、{started_as}"


def names_in(texts: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that one of the texts writes in full: 山田 太郎 also where it says 山田太郎."""
    return _named([_bare(text) for text in texts], names)


def _named(bare: Collection[str], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if (sought := _bare(name)) and any(sought in text for text in bare))


def _bare(text: str) -> str:
    """Without blanks and with one form for each sign: names are typed and written in several ways."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _covers(restriction: Restriction, account: int, section: int) -> bool:
    return {
        Scope.CITY: True,
        Scope.SECTION: restriction.section == section,
        Scope.ACCOUNT: restriction.account == account,
    }[restriction.scope]


def _restriction(row: Row) -> Restriction:
    pk, kind, cause, scope, section, account, started_at, ended_at, started_as = row
    began = instant(started_at)
    assert began is not None  # every restriction says when it began
    return Restriction(
        kind=RestrictionKind(kind),
        started_at=began,
        id=int(pk),
        cause=Cause(cause) if cause else None,
        scope=Scope(scope),
        ended_at=instant(ended_at or None),
        section=int(section),
        account=int(account) if account else None,
        words=words_of(began, started_as),
    )


def _election(row: Row) -> Election:
    _, name, announced_on, polling_on, candidates, parties, *_ = row
    return Election(
        name=name,
        announced_on=date.fromisoformat(announced_on),
        polling_on=date.fromisoformat(polling_on),
        candidates=tuple(json.loads(candidates)),
        parties=tuple(json.loads(parties)),
    )
