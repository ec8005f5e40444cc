"""A city's own rulebook as a document: from what was typed to the text that `rules.clauses` reads. Pure.

A clause is a place of the regulation. Which duties stand on it, the city says; on the others nobody but people sees
to it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rules.clauses import DUTIES
from rules.switching import CORE

_ASKED_AT, _SCREEN = "条文対応表で読みます", "clauses"


@dataclass(frozen=True)
class PlaceTyped:
    """One place: its name in the regulation, and what it is about in the city's own words."""

    label: str
    gist: str


@dataclass(frozen=True)
class RulebookTyped:
    """`stands_on` is duty → labels of the places it stands on; `off` are duties that this rulebook does not owe."""

    key: str
    city: str
    title: str
    kind: str
    short: str
    versions: Sequence[date]
    places: Sequence[PlaceTyped]
    stands_on: Mapping[str, Sequence[str]]
    off: frozenset[str] = frozenset()


def document_of(typed: RulebookTyped) -> str:
    """The document as TOML. JSON's strings are TOML's basic strings, so quoting is left to it."""
    served = {label for labels in typed.stands_on.values() for label in labels}
    parts = [_head(typed)]
    parts += [f"[[versions]]\neffective_on = {day.isoformat()}" for day in sorted(typed.versions)]
    parts += [_clause(typed, place, place.label in served) for place in typed.places]
    parts += [_duty(typed, duty) for duty in sorted(DUTIES)]
    return "\n\n".join(parts) + "\n"


def _head(typed: RulebookTyped) -> str:
    names = ("city", "title", "kind", "short")
    lines = [f"id = {_text(typed.key)}", *(f"{name} = {_text(getattr(typed, name))}" for name in names)]
    return "\n".join(["[rulebook]", *lines])


def _clause(typed: RulebookTyped, place: PlaceTyped, by_code: bool) -> str:
    lines = {
        "id": f"{typed.key}:{place.label}",
        "article": place.label,
        "label": place.label,
        "gist": place.gist,
        "kind": "metadata",
    }
    rest = {"done_by": "code"} if by_code else _people()
    written = [f"{name} = {_text(value)}" for name, value in {**lines, **rest}.items()]
    written.append(f"effective_from = {max(typed.versions).isoformat()}")
    return "\n".join(["[[clauses]]", *written])


def _people() -> dict[str, str]:
    note = "職員が読んで守ります。"
    return {"done_by": "people", "who": "職員", "note": note, "asked_at": _ASKED_AT, "screen": _SCREEN}


def _duty(typed: RulebookTyped, duty: str) -> str:
    labels = typed.stands_on.get(duty, ())
    on = bool(labels) or duty in CORE or duty not in typed.off
    ids = ", ".join(_text(f"{typed.key}:{label}") for label in labels)
    return f"[duties.{duty}]\non = {'true' if on else 'false'}\nclauses = [{ids}]"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
