"""The form of a decision: which act, on which version, with what words and ticks. It parses, the rules decide."""

from typing import Any

from django import forms

from posts.canonical import with_line_feeds
from posts.models import DECISION_VERBS
from rules.gates import CHECKLIST

CHECKLIST_JA = {
    "same_as_source": "根拠と同じ内容で、新しい数字や約束がない",
    "no_misunderstanding": "読む人に誤解を与えない",
    "rights": "写真や文章に、使ってはいけないものがない",
    "public_order": "人を傷つける・かたよった・公序良俗に反する書き方がない",
}
UNKNOWN_ACT = "どのボタンを押したのか分かりませんでした。もう一度押してください。"


class DecisionForm(forms.Form):
    """What is missing (a reason, a tick) is the rules' to say; here only what cannot be read is an error."""

    do = forms.ChoiceField(
        choices=[(verb.value, verb.value) for verb in DECISION_VERBS],
        error_messages={"required": UNKNOWN_ACT, "invalid_choice": UNKNOWN_ACT},
    )
    seen_digest = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="理由",
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "理由は2,000字までです。短くしてください。"},
    )
    ticks = forms.MultipleChoiceField(
        label="確認するところ",
        required=False,
        choices=[(key, CHECKLIST_JA[key]) for key in CHECKLIST],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "decision_%s", **kwargs})

    def clean_reason(self) -> str:
        return with_line_feeds(self.cleaned_data["reason"])
