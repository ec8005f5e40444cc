"""The rulebooks: what each clause is about, who sees to it, and which clause a duty stands on.

Here live the reader of `rulebooks/*.toml`, its strict checks, and the questions the rest of the program asks
about clauses. Here must not live: any rule (gates and transitions decide), any city's name or wording (only
the data has them), the clock, Django, the network.
"""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Literal, NoReturn, cast

CITY_SETTING: Final = "市の設定"
KINDS: Final = frozenset({"check", "evidence", "gate", "metadata", "monitor", "page", "workflow"})
DUTIES: Final[frozenset[str]] = frozenset(
    {
        "approval",
        "category",
        "clearance",
        "correction",
        "credentials",
        "declaration",
        "desk",
        "device",
        "disaster_only",
        "elected",
        "election",
        "embargo",
        "emergency",
        "exemption",
        "flaming",
        "flaming_deletion",
        "flaming_report",
        "four_eyes",
        "ground_disaster",
        "ground_fact",
        "ground_law",
        "ground_public",
        "handbook",
        "out_of_hours",
        "owning_section",
        "permanence",
        "policy",
        "policy_items",
        "policy_publication",
        "public_order",
        "register",
        "research",
        "resumption",
        "rule_versions",
        "second_check",
        "send_only",
        "settling",
        "site_register",
        "staff",
        "suspension",
        "text_limit",
        "titles",
    }
)


_CLAUSE_KEYS: Final = {"id", "article", "label", "gist", "kind", "effective_from", "done_by"}
# What a clause says besides, by who sees to it: keys it must have, and keys it may have.
_BESIDES: Final[Mapping[str, tuple[set[str], set[str]]]] = {
    "code": (set(), {"item", "note", "waits_for"}),
    "people": ({"who", "note", "asked_at", "screen"}, {"item"}),
    "planned": ({"who", "note", "waits_for"}, {"item"}),
}
# What these kinds ask for is a program's to do: people alone are no answer to them, only one still to come.
NOT_FOR_PEOPLE: Final = frozenset({"check", "gate", "page", "workflow"})


_TEXTS: Final = ("item", "who", "note", "waits_for", "asked_at", "screen")


class RulebookError(ValueError):
    """A rulebook's data is wrong; the message names the file, the place and the fault."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of one rulebook, and who sees to it: the program, people (`who`, asked for at `asked_at`, which is the
    screen with the URL name `screen`), or the program later: `waits_for` says what is missing, and until then people
    see to it. Where the program does, `note` says what is left to people all the same, and `waits_for` what of it is
    still to come; both are "" when nothing is."""

    id: str
    short: str
    article: str
    item: str
    label: str
    gist: str
    kind: str
    effective_from: date
    done_by: Literal["code", "people", "planned"]
    who: str
    note: str
    waits_for: str = ""
    asked_at: str = ""
    screen: str = ""

    @property
    def cite(self) -> str:
        """The clause as a screen cites it, e.g. 要領 第5条ただし書."""
        return f"{self.short} {self.label}"


@dataclass(frozen=True, slots=True)
class Duty:
    """What a rulebook says about one duty key: in force or not, and on which clauses it stands."""

    on: bool
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One written rule of one city, in the order of its own text. `checks`: on which clauses each content check stands;
    `stricter`: the readings of checks in which it goes further than others."""

    id: str
    city: str
    title: str
    kind: str
    short: str
    versions: tuple[date, ...]
    clauses: Mapping[str, Clause]
    duties: Mapping[str, Duty]
    checks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stricter: frozenset[str] = frozenset()

    def version_on(self, day: date) -> date | None:
        """The date of the version in force on that day (a day in Japan); None before the first one."""
        return max((version for version in self.versions if version <= day), default=None)


def available() -> tuple[str, ...]:
    """The ids of the rulebooks that come with the program, sorted."""
    names = (entry.name for entry in files("rules").joinpath("rulebooks").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load(rulebook_id: str) -> Rulebook:
    """The rulebook of that id. Raises RulebookError when there is none or its data is wrong."""
    if rulebook_id not in available():
        raise RulebookError(f"no rulebook {rulebook_id!r}; there are {', '.join(available())}")
    name = f"{rulebook_id}.toml"
    rulebook = parse(files("rules").joinpath("rulebooks", name).read_text(encoding="utf-8"), source=name)
    if rulebook.id != rulebook_id:
        raise RulebookError(f"{name}: its id is {rulebook.id!r}")
    return rulebook


def clauses_for(duty: str, rulebooks: Iterable[Rulebook]) -> tuple[Clause, ...]:
    """The clauses the duty stands on, in the order of the rulebooks given. KeyError for an unknown duty."""
    return tuple(book.clauses[key] for book in rulebooks for key in book.duties[duty].clauses)


def is_on(duty: str, rulebooks: Sequence[Rulebook]) -> bool:
    """Whether the duty is owed. Under several rulebooks the stricter holds: one of them is enough.

    Without any rulebook there is no answer, and "not owed" would be the dangerous one: ValueError.
    """
    if not rulebooks:
        raise ValueError(f"{duty}: a social account stands under at least one rulebook")
    return any(book.duties[duty].on for book in rulebooks)


def cite(duty: str, rulebooks: Iterable[Rulebook]) -> str:
    """What a screen names as the ground of a duty: each rulebook and each place once, or 市の設定 where none.

    Example: 要領 第3条(1)・第3条(2)・ガイドライン 5(2).
    """
    return _cited(clauses_for(duty, rulebooks))


def cite_check(check: str, rulebooks: Iterable[Rulebook]) -> str:
    """The same of a content check."""
    return _cited(book.clauses[key] for book in rulebooks for key in book.checks.get(check, ()))


def _cited(clauses: Iterable[Clause]) -> str:
    places: dict[str, dict[str, None]] = {}
    for clause in clauses:
        places.setdefault(clause.short, {})[clause.label] = None
    return "・".join(f"{short} {'・'.join(labels)}" for short, labels in places.items()) or CITY_SETTING


def by_place(rulebook: Rulebook) -> Mapping[str, tuple[Clause, ...]]:
    """The clauses grouped by article, both in the order of the text: what a clause page shows."""
    groups: dict[str, list[Clause]] = {}
    for clause in rulebook.clauses.values():
        groups.setdefault(clause.article, []).append(clause)
    return {article: tuple(clauses) for article, clauses in groups.items()}


def parse(text: str, source: str) -> Rulebook:
    """Read a rulebook from TOML. `source` names it in errors. Raises RulebookError at the first fault."""
    try:
        root = _Table(source, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(f"{source}: not TOML: {error}") from error
    root.has_only({"rulebook", "versions", "clauses", "duties"}, maybe={"checks"})
    head = root.table("rulebook")
    head.has_only({"id", "city", "title", "kind", "short"})
    rulebook = Rulebook(
        id=head.text("id"),
        city=head.text("city"),
        title=head.text("title"),
        kind=head.text("kind"),
        short=head.text("short"),
        versions=_versions(root),
        clauses=MappingProxyType(_clauses(root, head.text("short"))),
        duties=MappingProxyType(_duties(root)),
        checks=MappingProxyType(_checks(root)),
        stricter=frozenset(root.table("checks").texts("stricter")) if root.has("checks") else frozenset(),
    )
    _check_clauses(rulebook, root.fail)
    _check_duties(rulebook, root.fail)
    return rulebook


def _versions(root: "_Table") -> tuple[date, ...]:
    rows = root.rows("versions")
    for row in rows:
        row.has_only({"effective_on"})
    versions = tuple(row.day("effective_on") for row in rows)
    if any(later <= earlier for earlier, later in pairwise(versions)):
        root.fail("versions: each date must be later than the one before it")
    return versions


def _clauses(root: "_Table", short: str) -> dict[str, Clause]:
    clauses: dict[str, Clause] = {}
    for row in root.rows("clauses"):
        clause = _clause(row, short)
        if clause.id in clauses:
            root.fail(f"clauses: {clause.id} stands there twice")
        clauses[clause.id] = clause
    return clauses


def _clause(row: "_Table", short: str) -> Clause:
    key = row.text("id")
    row = row.named(key)
    done_by = row.text("done_by", among=tuple(_BESIDES))
    must, may = _BESIDES[done_by]
    row.has_only(_CLAUSE_KEYS | must, maybe=may)
    clause = Clause(
        id=key,
        short=short,
        article=row.text("article"),
        label=row.text("label"),
        gist=row.text("gist"),
        kind=row.text("kind", among=KINDS),
        effective_from=row.day("effective_from"),
        done_by=cast(Literal["code", "people", "planned"], done_by),
        **{name: row.text(name) if row.has(name) else "" for name in _TEXTS},
    )
    if clause.done_by == "people" and clause.kind in NOT_FOR_PEOPLE:
        row.fail(f"a {clause.kind} is not for people alone: say what it waits for")
    return clause


def _duties(root: "_Table") -> dict[str, Duty]:
    table = root.table("duties")
    table.has_only(DUTIES)
    return {key: _duty(table.table(key)) for key in table.raw}


def _duty(row: "_Table") -> Duty:
    row.has_only({"on", "clauses"})
    duty = Duty(on=row.flag("on"), clauses=row.texts("clauses"))
    if len(set(duty.clauses)) < len(duty.clauses):
        row.fail("names a clause twice")
    if duty.clauses and not duty.on:
        row.fail("is off, but stands on clauses: a city cannot switch off what its rule says")
    return duty


def _checks(root: "_Table") -> dict[str, tuple[str, ...]]:
    """A rulebook that says nothing of the checks leaves them all to the city's own setting."""
    if not root.has("checks"):
        return {}
    table = root.table("checks")
    table.has_only({"clauses", "stricter"})
    by_check = table.table("clauses")
    return {key: by_check.texts(key) for key in by_check.raw}


def _check_clauses(rulebook: Rulebook, fail: Callable[[str], NoReturn]) -> None:
    for clause in rulebook.clauses.values():
        if not clause.id.startswith(f"{rulebook.id}:"):
            fail(f"{clause.id}: its id must begin with {rulebook.id}:")
        if not clause.label.startswith(clause.article):
            fail(f"{clause.id}: its label must begin with its article {clause.article}")
        if clause.effective_from not in rulebook.versions:
            fail(f"{clause.id}: no version is effective on {clause.effective_from}")


def _check_duties(rulebook: Rulebook, fail: Callable[[str], NoReturn]) -> None:
    """Every named clause exists, and "done by code" is said of exactly the clauses a duty stands on."""
    served = {key for duty in rulebook.duties.values() for key in duty.clauses}
    served_by_checks = {key for keys in rulebook.checks.values() for key in keys}
    if unknown := (served | served_by_checks) - rulebook.clauses.keys():
        fail(f"duties: unknown clause {', '.join(sorted(unknown))}")
    by_code = {clause.id for clause in rulebook.clauses.values() if clause.done_by == "code"}
    if unserved := by_code - served:
        fail(f"done by code, but under no duty: {', '.join(sorted(unserved))}")
    if unsaid := served - by_code:
        fail(f"under a duty, but not done by code: {', '.join(sorted(unsaid))}")


class _Table:
    """One table of the file, with its place for errors; every getter checks the type of what it gives."""

    def __init__(self, place: str, raw: object) -> None:
        if not isinstance(raw, dict):
            raise RulebookError(f"{place}: must be a table")
        self.place = place
        self.raw: dict[str, object] = raw

    def fail(self, fault: str) -> NoReturn:
        raise RulebookError(f"{self.place}: {fault}")

    def named(self, key: str) -> "_Table":
        return _Table(f"{self.place} {key}", self.raw)

    def has(self, key: str) -> bool:
        return key in self.raw

    def has_only(self, keys: Collection[str], maybe: Collection[str] = ()) -> None:
        if missing := set(keys) - self.raw.keys():
            self.fail(f"missing {', '.join(sorted(missing))}")
        if unknown := self.raw.keys() - set(keys) - set(maybe):
            self.fail(f"unknown {', '.join(sorted(unknown))}")

    def table(self, key: str) -> "_Table":
        return _Table(f"{self.place} {key}", self.raw.get(key))

    def rows(self, key: str) -> list["_Table"]:
        rows = self.raw.get(key)
        if not isinstance(rows, list) or not rows:
            self.fail(f"{key} must be a list of tables with at least one row")
        return [_Table(f"{self.place} {key}", row) for row in rows]

    def text(self, key: str, among: Collection[str] = ()) -> str:
        value = self.raw.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(f"{key} must be text and not empty")
        if among and value not in among:
            self.fail(f"{key} is {value!r}, not one of {', '.join(sorted(among))}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.raw.get(key)
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            self.fail(f"{key} must be a list of texts")
        return tuple(value)

    def flag(self, key: str) -> bool:
        value = self.raw.get(key)
        if not isinstance(value, bool):
            self.fail(f"{key} must be true or false")
        return value

    def day(self, key: str) -> date:
        value = self.raw.get(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            self.fail(f"{key} must be a date without a time")
        return value
