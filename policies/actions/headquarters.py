"""災害対策本部: recording its set-up and its dissolution. The set-up suspends posting unless somebody says not to."""

from collections.abc import Mapping
from datetime import datetime

from accounts.acts import Deed, perform
from accounts.models import StaffMember
from policies.actions.gate import raise_epoch
from policies.actions.restricting import Beginning, end_all, ensure_suspended
from policies.city_facts import Place, headquarters_facts, in_force
from policies.models import Headquarters
from rules.states import RestrictionKind, Scope, Verb
from rules.transitions import Transition

DISSOLVED = "災害対策本部が廃止されました。"


def set_up(
    *,
    name: str,
    set_up_at: datetime | None,
    suspend: bool,
    by: StaffMember,
    now: datetime,
) -> Headquarters:
    """設置を記録する; with `suspend`, posting stops for the whole city in the same act.

    Refuses people without an office, an hour that has not come, and a second headquarters.
    """
    new = Headquarters(
        name=name.strip() or "災害対策本部",
        recorded_at=now,
        recorded_by=by,
        recorded_as=by.with_title,
    )
    new.set_up_at = set_up_at  # type: ignore[assignment]  # the rules refuse none

    deed = Deed(
        Verb.SET_UP_HQ,
        lambda: _after_the_gate(new),
        lambda row: headquarters_facts(set_up_at=set_up_at),
        lambda row, transition: _store(row, suspend, by, now),
        lambda row: _stream(row) if row.pk else f"staff:{by.pk}",
        new=True,
    )
    return perform(deed, by=by, now=now)


def _after_the_gate(new: Headquarters) -> Headquarters:
    """The gate first of all locks; a refusal gives it back unchanged."""
    raise_epoch()
    return new


def _store(row: Headquarters, suspend: bool, by: StaffMember, now: datetime) -> Mapping[str, object]:
    row.save(force_insert=True)
    started = _suspend(row, by, now) if suspend else None
    return {"name": row.name, "set_up_at": row.set_up_at, "restriction": started}


def dissolve(
    *, headquarters: Headquarters, dissolved_at: datetime | None, by: StaffMember, now: datetime
) -> Headquarters:
    """廃止を記録する: limits end with it, and the suspension they rest on stays until the resumption record.

    Refuses an hour before the set-up or in the future, and people without an office.
    """

    def lock() -> Headquarters:
        raise_epoch()
        return Headquarters.objects.select_for_update().get(pk=headquarters.pk)

    def write(row: Headquarters, transition: Transition) -> Mapping[str, object]:
        limits = list(in_force().filter(kind=RestrictionKind.DISASTER_ONLY))
        end_all(limits, DISSOLVED, by, now)
        row.standing, row.dissolved_at, row.dissolved_recorded_at = False, dissolved_at, now
        row.dissolved_by, row.dissolved_as = by, by.with_title
        row.save()
        return {"dissolved_at": dissolved_at, "limits": [limit.pk for limit in limits]}

    deed = Deed(
        Verb.DISSOLVE_HQ,
        lock,
        lambda row: headquarters_facts(set_up_at=row.set_up_at, row=row, dissolved_at=dissolved_at),
        write,
        _stream,
    )
    done = perform(deed, by=by, now=now)
    headquarters.refresh_from_db()
    return done


def _suspend(row: Headquarters, by: StaffMember, now: datetime) -> int | None:
    place = Place(Scope.CITY, by.section)
    note = f"{row.name}の設置に伴う投稿停止です。"
    start = Beginning(RestrictionKind.SUSPENSION, place, by, now, note=note, headquarters=row)
    started = ensure_suspended(start, raise_epoch())
    return started.pk if started else None


def _stream(row: Headquarters) -> str:
    return f"headquarters:{row.pk}"
