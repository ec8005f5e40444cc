"""What the city lists: elections with their candidates and parties, and urgencies besides disasters."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypedDict, Unpack

from accounts.acts import Deed, perform
from accounts.models import StaffMember
from policies.actions.gate import raise_epoch
from policies.city_facts import election_facts, urgency_facts
from policies.models import Election, Urgency
from rules import restraints
from rules.asked import Asked
from rules.states import Verb
from rules.transitions import Transition


class ElectionEntry(TypedDict):
    """What an entry of the elections register says."""

    name: str
    district: str
    announced_on: date | None
    polling_on: date | None
    candidates: list[str]
    parties: list[str]


def list_election(
    *,
    by: StaffMember,
    now: datetime,
    election: Election | None = None,
    form_no: int | None = None,
    **entry: Unpack[ElectionEntry],
) -> Election:
    """選挙を登録する, or mend the entry given. Refuses dates that run backwards, no name, and a second entry of one.

    An entry narrows what may be sent, so it raises the gate. Raises ActStale for an old form.
    """

    def write(row: Election, transition: Transition) -> Mapping[str, object]:
        row.listed_by, row.listed_at = by, now
        row.form_no += bool(election)
        row.save()
        return {name: getattr(row, name) for name in entry}

    deed = Deed(
        Verb.LIST_ELECTION,
        lambda: _locked_election(election),
        lambda row: _facts_as_told(row, entry),
        write,
        lambda row: _election_stream(row) if row.pk else f"staff:{by.pk}",
        new=election is None,
    )
    return perform(deed, by=by, now=now, form_no=form_no)


def _locked_election(election: Election | None) -> Election:
    """The gate first of all locks."""
    raise_epoch()
    return Election.objects.select_for_update().get(pk=election.pk) if election else Election()


def _facts_as_told(row: Election, entry: ElectionEntry) -> restraints.Election:
    for name, value in entry.items():
        setattr(row, name, value)
    return election_facts(row)


def retire_election(*, election: Election, reason: str, by: StaffMember, now: datetime) -> Election:
    """選挙の登録を取り消す, saying why; the entry stays readable."""
    asked = Asked(reason=reason)

    def write(row: Election, transition: Transition) -> Mapping[str, object]:
        row.retired_at, row.retired_reason = now, reason.strip()
        row.save(update_fields=["retired_at", "retired_reason"])
        return {"name": row.name, "reason": row.retired_reason}

    deed = Deed(
        Verb.RETIRE_ELECTION,
        lambda: Election.objects.select_for_update().get(pk=election.pk),
        lambda row: election_facts(row, asked=asked),
        write,
        _election_stream,
    )
    return perform(deed, by=by, now=now)


def list_urgency(*, label: str, by: StaffMember, now: datetime) -> Urgency:
    """急ぐ事情を加える. Refuses a nameless one and one that is listed already."""
    new = Urgency(label=label.strip(), listed_by=by, listed_at=now)

    def lock() -> Urgency:
        """The gate's lock: two who add the same at once see each other."""
        raise_epoch()
        return new

    def write(row: Urgency, transition: Transition) -> Mapping[str, object]:
        row.save(force_insert=True)
        return {"label": row.label}

    deed = Deed(
        Verb.LIST_URGENCY,
        lock,
        urgency_facts,
        write,
        lambda row: _urgency_stream(row) if row.pk else f"staff:{by.pk}",
        new=True,
    )
    return perform(deed, by=by, now=now)


def retire_urgency(*, urgency: Urgency, by: StaffMember, now: datetime) -> Urgency:
    """急ぐ事情を外す: nobody can appeal to it any more; who did so before still names it."""

    def write(row: Urgency, transition: Transition) -> Mapping[str, object]:
        row.retired_at, row.retired_by = now, by
        row.save(update_fields=["retired_at", "retired_by"])
        return {"label": row.label}

    deed = Deed(
        Verb.RETIRE_URGENCY,
        lambda: Urgency.objects.select_for_update().get(pk=urgency.pk),
        urgency_facts,
        write,
        _urgency_stream,
    )
    return perform(deed, by=by, now=now)


def _election_stream(row: Election) -> str:
    return f"election:{row.pk}"


def _urgency_stream(row: Urgency) -> str:
    return f"urgency:{row.pk}"
