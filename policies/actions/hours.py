"""勤務時間: the chief's standing confirmations, and the days on which the city is otherwise open or closed."""

from collections.abc import Mapping
from datetime import date, datetime

from accounts.acts import Deed, perform
from accounts.models import Section, StaffMember
from policies.actions.gate import raise_epoch
from policies.city_facts import standing_facts
from policies.models import CalendarDay, StandingConfirmation
from rules import restraints
from rules.asked import Asked
from rules.calendar import day_of
from rules.states import Verb
from rules.transitions import Transition


def give_standing(
    *,
    section: Section,
    from_on: date,
    until_on: date | None,
    words: str,
    by: StaffMember,
    now: datetime,
) -> StandingConfirmation:
    """包括確認を出す, for disaster information. Refuses everybody but the chief, and an end beyond the fiscal year."""
    new = StandingConfirmation(
        section=section,
        from_on=from_on,
        words=words.strip(),
        given_at=now,
        given_by=by,
        given_as=by.with_title,
    )
    new.until_on = until_on  # type: ignore[assignment]  # the rules refuse none
    deed = Deed(
        Verb.GIVE_STANDING,
        lambda: new,
        lambda row: standing_facts(row, on=day_of(now)),
        _store,
        lambda row: _stream(row) if row.pk else f"staff:{by.pk}",
        new=True,
    )
    return perform(deed, by=by, now=now)


def end_standing(*, standing: StandingConfirmation, by: StaffMember, now: datetime) -> StandingConfirmation:
    """包括確認を取り消す, from now on. Refuses everybody but the chief."""

    def write(row: StandingConfirmation, transition: Transition) -> Mapping[str, object]:
        row.ended_at, row.ended_by = now, by
        row.save(update_fields=["ended_at", "ended_by"])
        return {"section": row.section.name}

    deed = Deed(
        Verb.END_STANDING,
        lambda: _locked(standing.pk),
        lambda row: standing_facts(row, on=day_of(now)),
        write,
        _stream,
    )
    return perform(deed, by=by, now=now)


def set_day(*, day: date, kind: str, reason: str, by: StaffMember, now: datetime) -> CalendarDay:
    """休みの日を直す: closed, open, or as usual again. Refuses people who keep no lists, and a day without a reason."""
    asked = Asked(reason=reason)

    def lock() -> CalendarDay:
        """The gate first: two who set one day see each other, and what was to go out that day is judged anew."""
        raise_epoch()
        return CalendarDay.objects.select_for_update().filter(day=day).first() or CalendarDay(day=day)

    def write(row: CalendarDay, transition: Transition) -> Mapping[str, object]:
        row.kind, row.reason, row.set_by, row.set_at = kind, reason.strip(), by, now
        row.save()
        return {"day": day, "kind": kind, "reason": row.reason}

    deed = Deed(
        Verb.SET_DAY, lock, lambda row: restraints.Day(on=day, asked=asked), write, lambda row: f"day:{day}"
    )
    return perform(deed, by=by, now=now)


def _store(row: StandingConfirmation, transition: Transition) -> Mapping[str, object]:
    row.save(force_insert=True)
    said = {name: getattr(row, name) for name in ("from_on", "until_on", "words")}
    return {"section": row.section.name, **said}


def _locked(pk: int) -> StandingConfirmation:
    """The gate first: what was to go out under it is judged anew."""
    raise_epoch()
    return StandingConfirmation.objects.select_for_update(of=("self",)).select_related("section").get(pk=pk)


def _stream(row: StandingConfirmation) -> str:
    return f"standing:{row.pk}"
