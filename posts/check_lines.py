"""Posts written one to a line with what is known of them, as the checks and the gates see them.

For `check_posts`, which judges collections of posts outside any installation: nothing is read from the database.

The keys are those of the rules' collections: id, platform, text, media, context.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from platforms.counting import NETWORKS, count
from policies.surroundings import city_calendar
from rules import clauses
from rules.calendar import JST, day_of
from rules.checks.catalogue import CHECKS
from rules.checks.engine import examine
from rules.checks.findings import Finding
from rules.checks.lists import Lists, base
from rules.checks.material import Material, Measured, Medium, Part, PartKind, Recent, World
from rules.facts import (
    SYSTEM,
    Account,
    Actor,
    Case,
    City,
    Claim,
    Clearance,
    Delivery,
    DisasterReport,
    Post,
    PublicSource,
)
from rules.gates import check_checker_contributed_nothing
from rules.restraint_gates import check_device
from rules.restraints import Confirmation, Election, Restriction
from rules.states import (
    AccountState,
    Basis,
    Cause,
    ConfirmationState,
    DeliveryState,
    Ground,
    PostKind,
    PostState,
    RestrictionKind,
    Scope,
    Tick,
    Verb,
)
from rules.workflow import Refused, decide

Line = Mapping[str, Any]
DEFAULT_NOW: Final = "2026-11-20T10:00:00+09:00"
_SECTION, _ACCOUNT, _AUTHOR, _OTHER = 1, 1, 1, 2
# Refusals of the last decision before sending, by the name under which collections know them.
GATES: Final = {
    "no_clearance": "gate.approval",
    "suspended_disaster": "gate.hold",
    "suspended_scandal": "gate.hold",
    "disaster_only": "gate.restricted",
    "out_of_hours": "gate.offhours",
    "calendar_unknown": "gate.offhours",
}
_GROUNDS: Final = {"5-1": Ground.PUBLIC, "5-2": Ground.FACT, "5-3": Ground.LAW, "5-4": Ground.DISASTER}
_HELD: Final = {
    "hold_disaster": (RestrictionKind.SUSPENSION, Cause.DISASTER),
    "hold_scandal": (RestrictionKind.SUSPENSION, Cause.SCANDAL),
    "hq_on": (RestrictionKind.SUSPENSION, Cause.DISASTER),
    "hq_restricted": (RestrictionKind.DISASTER_ONLY, None),
}


@dataclass(frozen=True)
class CityFile:
    """A city's lists as one JSON file has them, for whichever city a line names."""

    told: Mapping[str, Any]
    version: str

    @classmethod
    def read(cls, text: str) -> "CityFile":
        """Raises ValueError for what is no JSON object."""
        told = json.loads(text)
        if not isinstance(told, dict):
            raise ValueError("the lists must be a JSON object")
        return cls(told, hashlib.sha256(text.encode()).hexdigest()[:12])

    def lists(self, city: str) -> Lists:
        own, told = self.told.get("cities", {}).get(city, {}), self.told
        words = {
            "phones": own.get("phones", ()),
            "mail_domains": own.get("domains", ()),
            "facilities": own.get("facility_addresses", ()),
            "places": own.get("local_words", ()),
            "public_figures": told.get("public_figures", ()),
            "trusted_hosts": (*told.get("trusted_host_suffixes", ()), *told.get("trusted_hosts", ())),
            "trusted_handles": told.get("trusted_handles", ()),
            "shorteners": told.get("shortener_hosts", ()),
            "not_shorteners": told.get("not_shorteners", ()),
            "deny_hosts": told.get("deny_hosts", ()),
            "adult_hosts": told.get("adult_hosts", ()),
        }
        added = {key: dict.fromkeys(entries, "") for key, entries in words.items()}
        return base().changed(version=self.version, added=added, removed={})

    def elections(self, city: str) -> tuple[Election, ...]:
        told = self.told.get("elections", {}).get(city)
        if not told:
            return ()
        days = date.fromisoformat(told["start"]), date.fromisoformat(told["vote"])
        return (
            Election(told["name"], *days, tuple(told.get("candidates", ())), tuple(told.get("parties", ()))),
        )

    def limit(self, network: str, what: str) -> int | None:
        found = self.told.get("platform_limits", {}).get(network, {}).get(what)
        return int(found) if found is not None else None


def judge(line: Line, city_file: CityFile) -> dict[str, Any]:
    """The line's id, what fired on it, and every finding."""
    findings = examine(material_of(line), world_of(line, city_file))
    return {
        "id": line.get("id", ""),
        "fired": sorted({*(finding.check for finding in findings), *_gates_against(line)}),
        "findings": [_told(finding) for finding in findings],
    }


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "part": finding.part,
        "span": list(finding.span) if finding.span else None,
        "excerpt": finding.excerpt,
        "message": finding.message,
        "suggestion": finding.suggestion,
    }


# --- for the checks


def material_of(line: Line) -> Material:
    media = tuple(_medium(number, told) for number, told in enumerate(line.get("media") or ()))
    parts = [Part("text", PartKind.TEXT, line.get("text") or "")]
    parts += [Part(f"alt:{each.key}", PartKind.ALT, each.alt) for each in media if each.alt]
    return Material(tuple(parts), media)


def _medium(number: int, told: Mapping[str, Any]) -> Medium:
    return Medium(
        key=f"media:{number}",
        kind=told.get("type") or "image",
        file=told.get("file") or "",
        alt=told.get("alt") or "",
        faces=int(told.get("faces") or 0),
        consent=told.get("consent") or "",
        rights=told.get("rights") or "",
        permission_doc=told.get("permission_doc") or "",
        has_text=bool(told.get("has_text")),
        decorative=bool(told.get("decorative")),
        captioned=told.get("caption"),
    )


def world_of(line: Line, city_file: CityFile) -> World:
    told = line.get("context") or {}
    city = told.get("city", "")
    return World(
        at=_publish_at(told),
        lists=city_file.lists(city),
        duties=frozenset(CHECKS) | _stricter(city),
        elections=city_file.elections(city),
        is_election_board=told.get("account_type") == "senkan",
        network=line.get("platform", ""),
        measured=tuple(_measured(line, city_file)),
        links={
            url: status if isinstance(status, int) else 0
            for url, status in (told.get("link_status") or {}).items()
        },
        leads_to=told.get("final_url") or {},
        sponsored=bool(told.get("sponsored")),
        quotes=told.get("quote_of") or "",
        recent=tuple(Recent(row["text"], int(row["minutes_ago"])) for row in told.get("recent_posts") or ()),
    )


def _publish_at(told: Mapping[str, Any]) -> datetime:
    found = datetime.fromisoformat(told.get("publish_at") or told.get("now") or DEFAULT_NOW)
    return found if found.tzinfo else found.replace(tzinfo=JST)


def _stricter(city: str) -> frozenset[str]:
    return clauses.load(city).stricter if city in clauses.available() else frozenset()


def _measured(line: Line, city_file: CityFile) -> Iterator[Measured]:
    """By the network's own measure; a city's own limit may only be lower."""
    network, text = line.get("platform", ""), line.get("text") or ""
    if network in NETWORKS:
        used = count(network, text)
        limit = min(used.limit, city_file.limit(network, "chars") or used.limit)
        yield Measured("本文", used.used, limit, used.unit_ja, max(0, used.used - limit))
    most = city_file.limit(network, "hashtags")
    if most is not None:
        tags = sum(text.count(sign) for sign in "#＃")
        yield Measured("ハッシュタグ", tags, most, "個", max(0, tags - most))


# --- for the gates


def _gates_against(line: Line) -> Iterator[str]:
    """What stands against sending it, by the same rules as in the last instant before any sending."""
    told = line.get("context") or {}
    post, now = _post(told), _publish_at(told)
    delivery = Delivery(
        state=DeliveryState.WAITING,
        account=post.targets[0],
        post=post,
        clearance_live=post.clearance is not None,
        latest_at=None,
        due_at=now,
    )
    decision = decide(Verb.SEND, delivery, SYSTEM, _CITY, now)
    codes = decision.codes if isinstance(decision, Refused) else frozenset()
    if _wants_checker(told) and not _is_checked(told):
        yield "gate.second"
        codes -= {"no_clearance"}
    yield from (GATES[code] for code in codes if code in GATES)
    if told.get("device") == "personal" and list(check_device(_case(post, _OTHER, now, registered=False))):
        yield "gate.device"


_CITY: Final = City("", ())


def _post(told: Mapping[str, Any]) -> Post:
    ground, at = _GROUNDS.get(told.get("exemption") or ""), _publish_at(told)
    is_disaster = told.get("category") == "disaster"
    return Post(
        id=1,
        state=PostState.CLEARED,
        section=_SECTION,
        parent_section=None,
        kind=PostKind.POST,
        digest="",
        category="",
        category_note="",
        title="",
        targets=(_account(told, at),),
        contributors=frozenset({_AUTHOR}),
        deciders=frozenset(),
        claim=_claim(ground) if ground else None,
        due_at=at,
        disaster_related=is_disaster,
        disaster_information=is_disaster,
        confirmations=(Confirmation(at, ConfirmationState.RECORDED, at),)
        if told.get("chief_confirm")
        else (),
        clearance=_clearance(told, ground, at),
    )


def _account(told: Mapping[str, Any], at: datetime) -> Account:
    on = day_of(at)
    kind, cause = _HELD.get(told.get("state") or "", (None, None))
    held = (Restriction(kind, at, id=1, cause=cause, scope=Scope.CITY),) if kind else ()
    return Account(
        id=_ACCOUNT,
        name="",
        section=_SECTION,
        state=AccountState.IN_OPERATION,
        rulebooks=_books(told),
        policy_in_force=True,
        policy_categories=frozenset({""}),
        calendar=replace(city_calendar((), (), on), always=False),
        restrictions=held,
        hq_stands=str(told.get("state") or "").startswith("hq_"),
        election_board=told.get("account_type") == "senkan",
    )


def _books(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The rulebook of the line's city; one that is not known stands under all, the strictest of each."""
    known = clauses.available()
    return (told["city"],) if told.get("city") in known else known


def _claim(ground: Ground) -> Claim:
    is_disaster = ground == Ground.DISASTER
    return Claim(ground, DisasterReport("", "", None) if is_disaster else PublicSource("", None))


def _clearance(told: Mapping[str, Any], ground: Ground | None, at: datetime) -> Clearance | None:
    """Without a word about it, somebody has approved."""
    ticks = frozenset({Tick.OUT_OF_HOURS}) if told.get("chief_confirm") else frozenset()
    if told.get("approved", ground is None and not told.get("need_approval")):
        return Clearance(Basis.APPROVAL, "", given_at=at, ticks=ticks)
    if ground is None:
        return None
    return Clearance(Basis.WAIVER if told.get("emergency") else Basis.SECOND_CHECK, "", given_at=at)


def _wants_checker(told: Mapping[str, Any]) -> bool:
    """mima:5-ただし書: on an exemption, unless approved or urgent; where nobody is named nothing is known of it."""
    exempt = bool(told.get("exemption")) and not told.get("approved") and not told.get("emergency")
    return exempt and bool({"author", "reviewer"} & set(told))


def _is_checked(told: Mapping[str, Any]) -> bool:
    """By the same gate as on the checker's page: somebody who wrote nothing and sends nothing."""
    reviewer = told.get("reviewer")
    hands = {told.get("author"), told.get("publisher"), *(told.get("editors") or ())}
    checker = _AUTHOR if reviewer in hands else _OTHER
    return bool(reviewer) and not list(
        check_checker_contributed_nothing(_case(_post(told), checker, _publish_at(told)))
    )


def _case(post: Post, who: int, now: datetime, *, registered: bool = True) -> Case:
    actor = Actor(who, "", _SECTION, registered_device=registered)
    return Case(Verb.SECOND_CHECK, post, actor, _CITY, now, day_of(now))
