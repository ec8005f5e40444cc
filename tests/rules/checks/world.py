"""A city for the checks' tests: the lists of the test city, all checks on, a Friday morning."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from rules.checks.catalogue import CHECKS
from rules.checks.engine import examine
from rules.checks.findings import Finding
from rules.checks.lists import base
from rules.checks.material import Material, Part, PartKind, World
from rules.restraints import Election

AT = datetime.fromisoformat("2026-11-20T10:00:00+09:00")
OWN = {
    "phones": ("0883-52-1212", "076-431-6111", "076-443-2015"),
    "mail_domains": ("city.mima.lg.jp", "city.toyama.lg.jp"),
    "facilities": ("美馬市穴吹町穴吹字九反地5番地", "富山市新桜町7-38", "富山市西町5番1号"),
    "places": ("うだつの町並み", "穴吹川", "脇町", "木屋平", "穴吹町", "美馬町", "八尾町", "呉羽", "立山"),
    "trusted_hosts": ("www.pref.toyama.jp",),
    "trusted_handles": ("@JMA_kishou", "@mima_city_demo"),
    "deny_hosts": ("malware.example",),
    "adult_hosts": ("adult.example", "xxx-douga.example"),
}
ELECTION = Election(
    "美馬市長選挙（架空）",
    datetime.fromisoformat("2027-01-17").date(),
    datetime.fromisoformat("2027-01-24").date(),
    ("穴吹一郎", "吉野桜子"),
    ("みらい市民の会", "あおぞら党"),
)
LISTS = base().changed(
    version="test", added={key: dict.fromkeys(words, "") for key, words in OWN.items()}, removed={}
)


def world(**told: Any) -> World:
    """Everything is on; with `off`, all but these duties."""
    off: Collection[str] = told.pop("off", ())
    known = World(at=AT, lists=LISTS, duties=frozenset(CHECKS) - set(off), network="x")
    return replace(known, **told) if told else known


def findings(check: str, text: str, *, kind: PartKind = PartKind.TEXT, **told: Any) -> list[Finding]:
    """What one check says about a text."""
    found = examine(Material((Part("text", kind, text),)), world(**told))
    return [finding for finding in found if finding.check == check]


def excerpts(check: str, text: str, **told: Any) -> list[str]:
    return [finding.excerpt for finding in findings(check, text, **told)]
