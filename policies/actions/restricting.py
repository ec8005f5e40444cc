"""投稿停止・防災情報限定・炎上対応: starting and ending them. Each start raises the gate's epoch under lock, so that
nothing is armed at or after it without having seen it. Ending one releases nothing by itself."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.acts import Deed, perform, signature
from accounts.models import StaffMember
from accounts.queries import consultable_among
from audit import actions as audit
from policies.actions.gate import raise_epoch
from policies.city_facts import Place, beginning_facts, covering, restriction_facts
from policies.models import Headquarters, Restriction
from rules.asked import Asked
from rules.calendar import day_of
from rules.states import Cause, RestrictionKind, Trigger, Verb
from rules.transitions import Transition

Write = Callable[[Restriction, Transition], Mapping[str, object]]


@dataclass(frozen=True)
class Beginning:
    """What is to be started, where, and in whose name."""

    kind: RestrictionKind
    place: Place
    by: StaffMember
    now: datetime
    cause: Cause | None = None
    trigger: Trigger | None = None
    note: str = ""
    headquarters: Headquarters | None = None


def suspend_posting(
    *,
    place: Place,
    cause: Cause | None,
    trigger: Trigger | None,
    by: StaffMember,
    now: datetime,
    note: str = "",
) -> Restriction:
    """投稿を止める. Refuses people outside the scope, a missing scope or cause, and what stands already."""
    start = Beginning(RestrictionKind.SUSPENSION, place, by, now, cause, trigger, note)
    return _start(Verb.SUSPEND_POSTING, start)


def start_flaming(*, place: Place, by: StaffMember, now: datetime, note: str = "") -> Restriction:
    """炎上対応を始める. Refuses what `suspend_posting` refuses, but for the cause."""
    return _start(Verb.START_FLAMING, Beginning(RestrictionKind.FLAMING, place, by, now, note=note))


def limit_to_disaster(*, place: Place, by: StaffMember, now: datetime, note: str = "") -> Restriction:
    """防災情報だけに絞る. Refuses everybody but the chief and deputies, and a city without a headquarters.

    It rests on a suspension for the disaster, which is started with it where none stands: what comes after the
    limit is that suspension, until somebody records the resumption.
    """
    headquarters = Headquarters.objects.filter(standing=True).first()
    start = Beginning(RestrictionKind.DISASTER_ONLY, place, by, now, note=note, headquarters=headquarters)
    return _start(Verb.LIMIT_TO_DISASTER, start)


def lift(
    *, restriction: Restriction, words: str, consulted: Collection[int], by: StaffMember, now: datetime
) -> Restriction:
    """再開を記録する: what was decided, and with whom. Refuses a decision without the chief, alone or without words,
    and while a disaster-only restriction rests on it. Every held delivery stays held until released by name."""
    asked = Asked(reason=words, consulted=consultable_among(consulted))
    return _end(Verb.LIFT, restriction, asked, by, now)


def end_limit(*, restriction: Restriction, words: str, by: StaffMember, now: datetime) -> Restriction:
    """防災情報限定を終える: back to the suspension it rests on."""
    return _end(Verb.END_LIMIT, restriction, Asked(reason=words), by, now)


def end_flaming(*, restriction: Restriction, words: str, by: StaffMember, now: datetime) -> Restriction:
    """炎上対応を終える. Refuses everybody but the chief."""
    return _end(Verb.END_FLAMING, restriction, Asked(reason=words), by, now)


def ensure_suspended(start: Beginning, epoch: int) -> Restriction | None:
    """A suspension for the disaster over the whole place, where none stands; None where one does.

    Inside another act's transaction, which holds the gate's lock; with its own entry in the record.
    """
    if covering(RestrictionKind.SUSPENSION, Cause.DISASTER, start.place):
        return None
    kind, cause, trigger = RestrictionKind.SUSPENSION, Cause.DISASTER, Trigger.OCCURRED
    row = _store(replace(start, kind=kind, cause=cause, trigger=trigger), epoch)
    by, payload = signature(start.by), _said(row)
    audit.append(stream=row.stream, event="restriction.suspended", at=start.now, by=by, payload=payload)
    return row


def end_all(rows: Collection[Restriction], words: str, by: StaffMember, now: datetime) -> None:
    """End them inside another act's transaction, each with its own entry in the record."""
    for row in rows:
        _write_end(row, Asked(reason=words), by, now)
        payload = {"words": words, **_said(row)}
        audit.append(
            stream=row.stream, event="restriction.limit_ended", at=now, by=signature(by), payload=payload
        )


def _start(verb: Verb, start: Beginning) -> Restriction:
    def write(row: Restriction, transition: Transition) -> Mapping[str, object]:
        if start.kind == RestrictionKind.DISASTER_ONLY:
            ensure_suspended(start, row.epoch)
        stored = _store(start, row.epoch)
        row.pk = stored.pk
        return _said(stored)

    deed = Deed(
        verb,
        # The gate first of all locks: two who start at once see each other; a refusal gives it back unchanged.
        lambda: Restriction(epoch=raise_epoch()),
        lambda row: beginning_facts(start.kind, start.cause, start.place, now=start.now),
        write,
        lambda row: row.stream if row.pk else f"staff:{start.by.pk}",
        new=True,
    )
    done = perform(deed, by=start.by, now=start.now)
    return Restriction.objects.select_related("section", "social_account").get(pk=done.pk)


def _store(start: Beginning, epoch: int) -> Restriction:
    assert start.place.section is not None
    return Restriction.objects.create(
        kind=start.kind,
        cause=start.cause or "",
        trigger=start.trigger or "",
        scope=start.place.scope,
        section=start.place.section,
        social_account=start.place.account,
        headquarters=start.headquarters,
        note=start.note.strip(),
        epoch=epoch,
        started_at=start.now,
        started_by=start.by,
        started_as=start.by.with_title,
    )


def _said(row: Restriction) -> dict[str, object]:
    return {
        "restriction": row.pk,
        "kind": row.title,
        "where": row.where,
        "trigger": row.trigger,
        "note": row.note,
        "epoch": row.epoch,
    }


def _end(verb: Verb, restriction: Restriction, asked: Asked, by: StaffMember, now: datetime) -> Restriction:
    def write(row: Restriction, transition: Transition) -> Mapping[str, object]:
        _write_end(row, asked, by, now)
        return {"words": row.ended_words, "consulted": row.consulted, **_said(row)}

    deed = Deed(
        verb,
        lambda: _locked(restriction.pk),
        lambda row: restriction_facts(row, on=day_of(now), asked=asked),
        write,
        lambda row: row.stream,
    )
    done = perform(deed, by=by, now=now)
    restriction.refresh_from_db()
    return done


def _locked(pk: int) -> Restriction:
    """The gate first; an end raises it, too, so that every attempt says in which world it was armed."""
    raise_epoch()
    rows = Restriction.objects.select_for_update(of=("self",)).select_related("section", "social_account")
    return rows.get(pk=pk)


def _write_end(row: Restriction, asked: Asked, by: StaffMember, now: datetime) -> None:
    people = StaffMember.objects.filter(pk__in=asked.consulted).select_related("section").order_by("pk")
    row.ended_at, row.ended_by, row.ended_as = now, by, by.with_title
    row.ended_words = asked.reason.strip()
    row.consulted = [{"id": person.pk, "name": person.with_title} for person in people]
    row.save(update_fields=["ended_at", "ended_by", "ended_as", "ended_words", "consulted"])
