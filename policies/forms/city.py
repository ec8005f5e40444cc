"""市の一覧の欄: days and standing confirmations, elections, urgencies. Parsing only; what is missing the rules say."""

from typing import Any

from django import forms

from accounts.models import Section
from policies.forms.fields import LinesField, day, text_area
from policies.models import CalendarDay, Election

_BAD_DAY = "日付を「2026-12-01」のように書いてください。"
_TOO_LONG = "%(limit_value)d字までです。短くしてください。"
LONGEST_LIST = 200


def _day_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    missing = f"「{label}」を入力してください。"
    errors = {"invalid": _BAD_DAY, "required": missing}
    return forms.DateField(
        label=label, widget=day(), required=required, help_text=help_text, error_messages=errors
    )


def _text_field(label: str, longest: int, *, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=False,
        help_text=help_text,
        error_messages={"max_length": _TOO_LONG},
    )


class DayForm(forms.Form):
    """休みの日を直す."""

    day = _day_field("日")
    kind = forms.ChoiceField(
        label="扱い",
        choices=CalendarDay.KINDS,
        widget=forms.RadioSelect,
        error_messages={
            "required": "「扱い」を選んでください。",
            "invalid_choice": "「扱い」を選んでください。",
        },
    )
    reason = _text_field("理由", 200, help_text="例: 市制記念日で閉庁、台風の対応で開庁")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "day", **kwargs})


class StandingForm(forms.Form):
    """包括確認を出す."""

    section = forms.ModelChoiceField(
        Section.objects.order_by("pk"),
        label="所属",
        empty_label=None,
        error_messages={"invalid_choice": "所属を選んでください。", "required": "所属を選んでください。"},
    )
    from_on = _day_field("始まりの日", help_text="この日から使えます。")
    until_on = _day_field("終わりの日", required=False, help_text="始まる年度の3月31日までです。")
    words = _text_field("条件", 200, help_text="例: 気象庁か県の発表をそのまま伝えるもの")

    def __init__(self, *args: Any, mine: list[Section], **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "standing", **kwargs})
        if mine:
            self.fields["section"].widget.choices = [(row.pk, row.name) for row in mine]


class NamesField(LinesField):
    """Names, one per line, each once."""

    def clean(self, value: Any) -> list[str]:
        names = list(dict.fromkeys(super().clean(value)))
        if len(names) > LONGEST_LIST:
            raise forms.ValidationError(f"{LONGEST_LIST}件までです。")
        return names


class ElectionForm(forms.Form):
    """選挙の登録."""

    name = _text_field("選挙の名前", 120, help_text="例: 市議会議員一般選挙")
    district = _text_field("選挙区", 120, help_text="例: 市内全域")
    announced_on = _day_field(
        "告示日（公示日）", required=False, help_text="この日から投票日までが、選挙の期間です。"
    )
    polling_on = _day_field("投票日", required=False, help_text="この日が終わるまでが、期間です。")
    candidates = NamesField(
        label="候補者",
        required=False,
        widget=text_area(6),
        help_text="1行に1人、氏名を書きます。通称で届け出た人は、通称も別の行に書きます。",
    )
    parties = NamesField(
        label="政党など",
        required=False,
        widget=text_area(4),
        help_text="1行に1つ。略した名前も別の行に書きます。",
    )

    @staticmethod
    def values_of(row: Election) -> dict[str, Any]:
        """What an entry says, as the form's initial values."""
        return {name: getattr(row, name) for name in ElectionForm.base_fields}


class RetireForm(forms.Form):
    """Why an entry is taken out."""

    reason = _text_field("理由", 200, help_text="例: 無投票になったため")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "retire", **kwargs})


class UrgencyForm(forms.Form):
    """急ぐ事情を加える."""

    label = _text_field("急ぐ事情", 80, help_text="例: 断水、行方不明者の捜索")
