"""Who can open a gate, by name and office, and what has opened it. Asked of the database only where it matters.

Arranges what the rules and the city's records say for 「いま止めているもの」; judges nothing itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from accounts.facts import approver_people
from policies.models import StandingConfirmation
from posts.models import ChiefConfirmation, Clearance, Delivery, Post, Version
from posts.restrained import is_on
from rules.calendar import Hours, day_of, hours_at
from rules.facts import Account, Case, Person
from rules.footing import Footing, footing_of, targets_of
from rules.gate import Gate
from rules.restraint_gates import weighing_on
from rules.states import Cause, ConfirmationState, How, RestrictionKind, Tick

NOBODY = "いまは登録された人がいません"
NO_RELEASE = "だれもいません。市の端末か庁内の回線で開き直してください。"
HOW_JA = {How.IN_APP: "この画面で", How.IN_PERSON: "対面", How.PHONE: "電話"}
_KIND_OF = {"limited": RestrictionKind.DISASTER_ONLY, "suspended": RestrictionKind.SUSPENSION}
# Gates that the owning section's chief or deputies release, not the drafter.
_OF_THE_OFFICE = frozenset({"in_operation", "policy", "released", "late", "consulted"})
# Gates that only the chief's own word opens.
_OF_THE_CHIEF = frozenset({"flaming", "election", "hours"})


@dataclass(frozen=True)
class Opener:
    """What makes a gate open although something stands against it: whose word, how, when, until which day."""

    words: str
    who: str = ""
    how: str = ""
    at: datetime | None = None
    until_on: date | None = None


@dataclass
class Releasers:
    """The people around one post who can open its gates. `mender` is who puts right what is in the post itself."""

    post: Post
    on: date
    mender: str

    def of(self, gate: Gate, case: Case) -> str:
        """By name and office, for a screen."""
        if gate.name == "device":
            return NO_RELEASE
        if gate.name in _KIND_OF:
            return _names(self._responsible(_KIND_OF[gate.name], case))
        if gate.name in _OF_THE_CHIEF:
            return self._chiefs(gate, case)
        return _names(self.office) if gate.name in _OF_THE_OFFICE else self.mender

    @cached_property
    def office(self) -> tuple[Person, ...]:
        """Chief and deputies of the owning section."""
        return self._people([self.post.section_id])

    def _chiefs(self, gate: Gate, case: Case) -> str:
        chiefs = [person for person in self.office if person.chief]
        if not chiefs and self.post.section.parent_id:
            chiefs = [person for person in self._people([self.post.section.parent_id]) if person.chief]
        beforehand = gate.name == "hours" and footing_of(case).is_information
        return f"{_names(chiefs)}{'、または包括確認' if beforehand else ''}"

    def _responsible(self, kind: RestrictionKind, case: Case) -> tuple[Person, ...]:
        """Chiefs and deputies of the sections responsible for the restrictions that weigh on it."""
        rows = (row for target in targets_of(case) for row in weighing_on(target) if row.kind == kind)
        return self._people(dict.fromkeys(row.section for row in rows))

    def _people(self, sections: Iterable[int]) -> tuple[Person, ...]:
        wanted = list(sections)
        people = approver_people(wanted, self.on) if wanted else {}
        return tuple(dict.fromkeys(person for pk in wanted for person in people.get(pk, ())))


@dataclass(frozen=True)
class Openers:
    """What has opened the gates of one version. `delivery` is the one at hand, for a cleared post."""

    version: Version
    delivery: Delivery | None = None

    def of(self, gate: Gate, case: Case) -> Sequence[Opener]:
        """Nothing for a gate that was never shut."""
        found = {"hours": self._hours, "election": self._election, "flaming": self._flaming}
        found |= {"limited": self._limited, "suspended": self._suspended}
        return tuple(found[gate.name](case, footing_of(case))) if gate.name in found else ()

    def _hours(self, case: Case, footing: Footing) -> Iterator[Opener]:
        """mima:9-1: the tick, the chief's word on this version, or the one given beforehand."""
        away = [target for target in targets_of(case) if _is_away(target, footing.due_at)]
        if not away:
            return
        if Tick.OUT_OF_HOURS in footing.ticks:
            yield self._decided("時間外の確認あり", footing, Tick.OUT_OF_HOURS)
        yield from self._words(None)
        if footing.is_information:
            yield from _standing(away, day_of(footing.due_at))

    def _election(self, case: Case, footing: Footing) -> Iterator[Opener]:
        if Tick.ELECTION in footing.ticks:
            yield self._decided("公職選挙法の確認あり", footing, Tick.ELECTION)

    def _flaming(self, case: Case, footing: Footing) -> Iterator[Opener]:
        if _in_force(case, RestrictionKind.FLAMING):
            information = footing.is_information
            yield (
                Opener("炎上対応の間ですが、防災情報なので出せます")
                if information
                else self._approved("炎上対応の間は、所属長本人の承認だけで出せます", footing)
            )

    def _limited(self, case: Case, footing: Footing) -> Iterator[Opener]:
        if _in_force(case, RestrictionKind.DISASTER_ONLY):
            yield Opener("防災情報限定の間ですが、防災に関連する情報なので出せます")

    def _suspended(self, case: Case, footing: Footing) -> Iterator[Opener]:
        rows = _in_force(case, RestrictionKind.SUSPENSION)
        if not rows:
            return
        if footing.is_information:
            yield Opener("投稿停止の間ですが、防災情報なので出せます")
        else:
            yield self._approved("投稿停止の間ですが、市の声明なので、名指しの承認で出せます", footing)
        scandals = [row.started_at for row in rows if row.cause == Cause.SCANDAL and row.started_at]
        if scandals:
            yield from self._words(max(scandals))

    def _approved(self, words: str, footing: Footing) -> Opener:
        given = self._clearance
        return Opener(words, given.office, at=given.cleared_at) if given else Opener(words)

    def _decided(self, words: str, footing: Footing, tick: Tick) -> Opener:
        """By whose tick: of the release by name, or else of the approval."""
        last = self._last_release
        if footing.release is not None and last is not None and tick in footing.release.ticks:
            return Opener(words, last[0], at=last[1])
        return self._approved(words, footing)

    def _words(self, since: datetime | None) -> Iterator[Opener]:
        """所属長の確認, written down and not denied."""
        rows = ChiefConfirmation.objects.filter(version=self.version).exclude(state=ConfirmationState.DENIED)
        for row in rows if since is None else rows.filter(confirmed_at__gte=since):
            yield Opener("所属長の確認あり", row.chief_as, HOW_JA[How(row.how)], row.confirmed_at)

    @property
    def _clearance(self) -> Clearance | None:
        return self.delivery.clearance if self.delivery else None

    @property
    def _last_release(self) -> tuple[str, datetime] | None:
        rows = list(self.delivery.releases.all()) if self.delivery else []
        last = max(rows, key=lambda row: row.pk, default=None)
        return (last.office, last.at) if last else None


def _in_force(case: Case, kind: RestrictionKind) -> list:
    return [row for target in targets_of(case) for row in weighing_on(target) if row.kind == kind]


def _is_away(target: Account, instant: datetime) -> bool:
    return is_on("out_of_hours", target) and hours_at(target.calendar, instant) != Hours.IN


def _standing(away: Sequence[Account], day: date) -> Iterator[Opener]:
    """包括確認 of their sections on that day."""
    if not any(word.covers(day) for target in away for word in target.standing):
        return
    sections = {target.section for target in away}
    rows = StandingConfirmation.objects.filter(section__in=sections, ended_at__isnull=True)
    for row in rows.filter(from_on__lte=day, until_on__gte=day):
        yield Opener("包括確認あり", row.given_as, until_on=row.until_on)


def _names(people: Iterable[Person]) -> str:
    return "、".join(person.name for person in people) or NOBODY
