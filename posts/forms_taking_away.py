"""The forms of 取消し: which of them and why, and what somebody saw who deleted one by hand. The rules decide."""

from collections.abc import Sequence
from typing import Any

from django import forms

from posts.canonical import with_line_feeds
from posts.models import Delivery

NONE_CHOSEN = "取り消す公式アカウントを、1つ以上選んでください。"
OLD = "画面が古くなりました。開き直して、選び直してください。"
_NULL = {"null_characters_not_allowed": "画面に出ない文字（NULL）が入っています。消してください。"}


def _words(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": False}),
        error_messages={**_NULL, "max_length": f"{label}は2,000字までです。短くしてください。"},
    )


class WithdrawForm(forms.Form):
    """Which social accounts it shall be deleted from. That a reason is owed is the rules' to say."""

    deliveries = forms.TypedMultipleChoiceField(
        label="どこから取り消しますか",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": NONE_CHOSEN, "invalid_choice": OLD},
    )
    reason = _words("取り消す理由")

    def __init__(self, *args: Any, standing: Sequence[Delivery], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "withdraw_%s", **kwargs})
        self.fields["deliveries"].choices = [  # type: ignore[attr-defined]
            (row.pk, row.social_account.name) for row in standing
        ]

    def clean_reason(self) -> str:
        return with_line_feeds(self.cleaned_data["reason"])


class GoneForm(forms.Form):
    """What one looked at."""

    seen = _words("確かめたこと")

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"gone{delivery.pk}_%s", **kwargs})
        self.delivery = delivery

    def clean_seen(self) -> str:
        return with_line_feeds(self.cleaned_data["seen"])
