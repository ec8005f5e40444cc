"""職員・役割・所属の欄. Parsing only; who can be given what, the rules say."""

from datetime import date
from typing import Any

from django import forms

from accounts.actions.offices import Office
from accounts.actions.people import Newcomer
from accounts.fields import choices_of
from accounts.forms.fields import PersonField, SectionField, address, day, words
from accounts.models import EMPLOYMENT_JA, ROLE_JA, Section, SocialAccount, StaffMember
from rules.states import AccountState, Employment, Role

_IN_USE = "このユーザー名は、もう使われています。別の名前にしてください。"
_GONE = "このユーザー名は、退職・異動の扱いになっている{}さんのものです。同じ人なら、その人を登録し直してください。"


class NewcomerForm(forms.Form):
    """職員を登録する."""

    username = words("ユーザー名（職員番号など）", 150, validators=[StaffMember.username_validator])
    name = words("氏名", 60)
    section = SectionField("所属")
    title = words("職", 60, required=False)
    employment = forms.ChoiceField(label="任用の種類", choices=choices_of(EMPLOYMENT_JA))
    email = address("メールアドレス", help_text="お知らせの送り先。市のアドレスにします。")

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).strip()
        known = StaffMember.objects.filter(username=name).first()
        if known is not None:
            raise forms.ValidationError(_IN_USE if known.is_active else _GONE.format(known.display_name))
        return name

    def newcomer(self) -> Newcomer:
        data = self.cleaned_data
        return Newcomer(
            data["username"],
            data["name"],
            data["section"].name,
            title=data["title"],
            employment=Employment(data["employment"]),
            email=data["email"],
        )


class MoveForm(forms.Form):
    """所属と職を変える."""

    section = SectionField("所属")
    title = words("職", 60, required=False)
    email = address("メールアドレス")

    @classmethod
    def of(cls, staff: StaffMember) -> "MoveForm":
        return cls(initial={"section": staff.section_id, "title": staff.title, "email": staff.email})


class OfficeForm(forms.Form):
    """役割を割り当てる."""

    role = forms.ChoiceField(label="役割", choices=choices_of(ROLE_JA))
    section = SectionField("どの所属の", required=False, help_text="所属長と代決者だけ選びます。")
    from_on = day("始まりの日")
    until_on = day("終わりの日", required=False, help_text="代決者には必要です。")
    grounds = words("根拠", 200, required=False, help_text="例: 令和9年4月1日付け発令")

    def office(self) -> Office:
        data = self.cleaned_data
        role = Role(data["role"])
        section = data["section"] if role in (Role.CHIEF, Role.DEPUTY) else None
        return Office(role, data["from_on"], section, data["until_on"], data["grounds"].strip())


class DeputyForm(forms.Form):
    """代決者を決める: the chief says who stands in for them, when, and on what ground."""

    section = SectionField("どの所属の", empty_label=None)
    staff = PersonField("代決者")
    from_on = day("始まりの日")
    until_on = day("終わりの日")
    grounds = words("根拠", 200, required=False, help_text="例: 事務決裁規程第8条、出張のため")

    def __init__(self, *args: Any, sections: list[int], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["from_on"] = today
        field = self.fields["section"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Section.objects.filter(pk__in=sections).order_by("pk")

    def office(self) -> Office:
        data = self.cleaned_data
        return Office(
            Role.DEPUTY, data["from_on"], data["section"], data["until_on"], data["grounds"].strip()
        )


class AccountForm(forms.Form):
    """起案の権限: for which social account."""

    account = forms.ModelChoiceField(
        SocialAccount.objects.exclude(state=AccountState.CLOSED).order_by("section", "pk"),
        label="公式アカウント",
        empty_label="（選んでください）",
        error_messages={"required": "公式アカウントを選んでください。"},
    )


class SectionForm(forms.Form):
    """所属を加える・直す."""

    name = words("名称", 60, required=False)
    parent = SectionField("上の所属", required=False, empty_label="（なし）")
    form_no = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, section: Section) -> "SectionForm":
        return cls(initial={"name": section.name, "parent": section.parent_id, "form_no": section.form_no})
