"""所管課の確認の欄. Parsing only; whose word counts, the rules say."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from accounts.models import StaffMember
from posts.actions.topics import SectionWord
from posts.topics import HOW_JA, Asked
from rules.calendar import JST
from rules.states import How

AGREES, DISAGREES = "agrees", "disagrees"


class TopicForm(forms.Form):
    """What the section says; told by one of its own, or written down by somebody on the post's side."""

    section = forms.TypedChoiceField(
        label="どの課の確認か",
        coerce=int,
        error_messages={"required": "課を選んでください。", "invalid_choice": "課を選び直してください。"},
    )
    says = forms.ChoiceField(
        label="答え",
        choices=[(AGREES, "この内容でよい"), (DISAGREES, "直してほしい")],
        widget=forms.RadioSelect,
        error_messages={"required": "答えを選んでください。"},
    )
    words = forms.CharField(
        label="直してほしいところ・伝えたいこと",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": False}),
    )
    how = forms.ChoiceField(label="どう確認したか", required=False)
    said_by = forms.TypedChoiceField(label="確認した人", coerce=int, required=False, empty_value=None)
    said_on = forms.DateField(
        label="確認した日",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "日付として読めません。2026-11-22 のように書いてください。"},
    )
    said_time = forms.TimeField(
        label="確認した時刻",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "時刻として読めません。9:00 のように書いてください。"},
    )

    def __init__(
        self, *args: Any, asked: Sequence[Asked], by: StaffMember, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked, self.by = asked, by
        local = now.astimezone(JST)
        self.initial.update(said_on=local.date(), said_time=local.time().replace(second=0))
        self._offer("section", [(row.section.pk, row.section.name) for row in asked])
        self._offer("said_by", [("", "（選んでください）"), *self._people()])
        self._offer("how", [(how, HOW_JA[how]) for how in (How.PHONE, How.IN_PERSON)])

    @property
    def is_own(self) -> bool:
        """Whoever fills it in is of a section that was asked: they say it themselves."""
        return any(row.section.pk == self.by.section_id for row in self.asked)

    def word(self) -> SectionWord:
        """Only for a valid form."""
        data = self.cleaned_data
        row = next(row for row in self.asked if row.section.pk == data["section"])
        own = row.section.pk == self.by.section_id
        people = {staff.pk: staff for staff in row.members}
        return SectionWord(
            row.section,
            data["says"] == AGREES,
            data["words"],
            self.by if own else people.get(data["said_by"] or 0),
            How.IN_APP if own else (How(data["how"]) if data["how"] else None),
            None if own else self._said_at(),
        )

    def _said_at(self) -> datetime | None:
        on, at = self.cleaned_data.get("said_on"), self.cleaned_data.get("said_time")
        return datetime.combine(on, at, tzinfo=JST) if on and at else None

    def _people(self) -> list[tuple[object, str]]:
        return [(staff.pk, staff.with_title) for row in self.asked for staff in row.members]

    def _offer(self, name: str, choices: Sequence[tuple[object, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)
