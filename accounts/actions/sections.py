"""所属: adding a section and changing its name or the section above it."""

from collections.abc import Mapping
from datetime import datetime

from accounts.acts import Deed, perform
from accounts.models import Section, StaffMember
from rules import registered
from rules.states import Verb
from rules.transitions import Transition


def add(*, name: str, parent: Section | None, by: StaffMember, now: datetime) -> Section:
    """所属を加える. Refuses a name that is taken."""
    row = Section(name=name.strip(), parent=parent)
    return perform(_deed(Verb.ADD_SECTION, row, name, parent, by), by=by, now=now)


def change(
    *, section: Section, name: str, parent: Section | None, by: StaffMember, now: datetime, form_no: int
) -> Section:
    """所属を直す. Refuses a name that is taken, and a section that would stand above itself; raises ActStale."""
    return perform(_deed(Verb.CHANGE_SECTION, section, name, parent, by), by=by, now=now, form_no=form_no)


def _deed(verb: Verb, section: Section, name: str, parent: Section | None, by: StaffMember) -> Deed[Section]:
    def write(row: Section, _: Transition) -> Mapping[str, object]:
        before = {"name": row.name, "parent": row.parent.name if row.parent else ""} if row.pk else {}
        row.form_no += 1 if row.pk else 0
        row.name, row.parent = name.strip(), parent
        row.save()
        return {"name": row.name, "parent": parent.name if parent else "", "before": before}

    return Deed(
        verb,
        lambda: _locked(section),
        lambda row: _facts(row, name, parent),
        write,
        lambda row: f"section:{row.pk}" if row.pk else f"staff:{by.pk}",
        new=not section.pk,
    )


def _locked(section: Section) -> Section:
    """All sections at once, in one order: two moves at the same moment could make a circle that neither makes alone."""
    rows = {row.pk: row for row in Section.objects.select_for_update(no_key=True).order_by("pk")}
    return rows[section.pk] if section.pk else section


def _facts(section: Section, name: str, parent: Section | None) -> registered.Section:
    names = dict(Section.objects.values_list("pk", "name"))
    above = _above(section, parent)
    return registered.Section(
        id=section.pk or 0,
        name=name.strip(),
        above=tuple(names[pk] for pk in above),
        circular=section.pk is not None and section.pk in above,
        name_taken=Section.objects.filter(name=name.strip()).exclude(pk=section.pk).exists(),
    )


def _above(section: Section, parent: Section | None) -> list[int]:
    """Ids of the sections over it, were `parent` the next one up; ends where it would come round."""
    parents = dict(Section.objects.values_list("pk", "parent"))
    above: list[int] = []
    at = parent.pk if parent else None
    while at is not None and at not in above:
        above.append(at)
        if at == section.pk:
            break
        at = parents.get(at)
    return above
