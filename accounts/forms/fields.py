"""Fields that the forms of people, devices and rulebooks share: people by name, sections, days, words."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import Section, StaffMember
from accounts.queries import consultable

BAD_DAY = "日付を「2027-04-01」のように書いてください。"
TOO_LONG = "%(limit_value)d字までです。短くしてください。"


class PersonField(forms.ModelChoiceField):
    """職員, by name and office."""

    def __init__(self, label: str, rows: QuerySet[StaffMember] | None = None, **kwargs: Any) -> None:
        people = consultable() if rows is None else rows
        wrong = f"「{label}」を選び直してください。"
        errors = {"required": f"「{label}」を選んでください。", "invalid_choice": wrong}
        ordered = people.select_related("section").order_by("section", "pk")
        super().__init__(
            ordered, label=label, empty_label="（選んでください）", error_messages=errors, **kwargs
        )

    def label_from_instance(self, obj: StaffMember) -> str:
        return obj.with_title


class SectionField(forms.ModelChoiceField):
    """所属."""

    def __init__(self, label: str, rows: QuerySet[Section] | None = None, **kwargs: Any) -> None:
        sections = Section.objects.all() if rows is None else rows
        wrong = f"「{label}」を選び直してください。"
        errors = {"required": f"「{label}」を選んでください。", "invalid_choice": wrong}
        kwargs.setdefault("empty_label", "（選んでください）")
        super().__init__(sections.order_by("pk"), label=label, error_messages=errors, **kwargs)


def day(label: str, **kwargs: Any) -> forms.DateField:
    errors = {"invalid": BAD_DAY, "required": f"「{label}」を入力してください。"}
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=errors, **kwargs)


def words(label: str, longest: int, **kwargs: Any) -> forms.CharField:
    errors = {"max_length": TOO_LONG, "required": f"「{label}」を入力してください。"}
    return forms.CharField(label=label, max_length=longest, error_messages=errors, **kwargs)


def address(label: str, **kwargs: Any) -> forms.EmailField:
    errors = {"invalid": "メールアドレスを確かめてください（例: koho@city.example.jp）。"}
    return forms.EmailField(label=label, required=False, error_messages=errors, **kwargs)


class ReasonForm(forms.Form):
    """理由; that there is one, the rules ask."""

    reason = words("理由", 200, required=False)
