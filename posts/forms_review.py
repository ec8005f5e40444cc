"""The form of a decision: which act, on which version, with what words and ticks. It parses, the rules decide."""

from collections.abc import Collection
from typing import Any

from django import forms

from accounts.queries import consultable
from policies.models import Restriction
from posts.canonical import with_line_feeds
from posts.fields import RowsField
from posts.models import DECISION_VERBS
from rules.gates import CHECKLIST
from rules.states import Tick

CHECKLIST_JA = {
    "same_as_source": "根拠と同じ内容で、新しい数字や約束がない",
    "no_misunderstanding": "読む人に誤解を与えない",
    "rights": "写真や文章に、使ってはいけないものがない",
    "public_order": "人を傷つける・かたよった・公序良俗に反する書き方がない",
}
# What the chief says with the approval, where it is so.
TICKS_JA = {
    Tick.OUT_OF_HOURS: "勤務時間外の発信を確認した",
    Tick.ELECTION: "公職選挙法に触れないことを確かめた",
}
# What Enter in a tick presses: the first button of the form, which decides nothing.
LOOK = "look"
UNKNOWN_ACT = "どのボタンを押したのか分かりませんでした。もう一度押してください。"
ENDED = "名指しした投稿停止は、もう終わっています。いまの状態を見て、もう一度決めてください。"
NO_STAFF = "協議した人に、いまは登録されていない人がいます。選び直してください。"


class DecisionForm(forms.Form):
    """What is missing (a reason, a tick) is the rules' to say; here only what cannot be read is an error."""

    do = forms.ChoiceField(
        choices=[(name, name) for name in (*(verb.value for verb in DECISION_VERBS), LOOK)],
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
        choices=[
            *((key, CHECKLIST_JA[key]) for key in CHECKLIST),
            *((tick.value, TICKS_JA[tick]) for tick in Tick),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    named = RowsField(
        Restriction.objects.filter(ended_at__isnull=True),
        label="名指しする投稿停止",
        required=False,
        error_messages={"invalid_choice": ENDED},
    )
    consulted = RowsField(
        consultable(),
        label="協議した人",
        required=False,
        error_messages={"invalid_choice": NO_STAFF},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "decision_%s", **kwargs})

    def clean_reason(self) -> str:
        return with_line_feeds(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        """What is not on the page any more is said above it."""
        for name in ("named", "consulted"):
            if errors := self.errors.pop(name, None):
                self.add_error(None, list(errors))
        return self.cleaned_data

    def ticked(self, names: Collection[str]) -> list[str]:
        """Those of these ticks that were set. Only for a valid form."""
        return [tick for tick in self.cleaned_data["ticks"] if tick in names]

    @property
    def checklist(self) -> list[Any]:
        """The checker's points, as checkboxes."""
        return [option for option in self["ticks"] if option.data["value"] in CHECKLIST]

    @property
    def was_ticked(self) -> list[str]:
        """What was set in the form that came back, valid or not."""
        return list(self["ticks"].value() or [])

    @property
    def was_named(self) -> list[str]:
        return [str(pk) for pk in self["named"].value() or []]

    @property
    def was_consulted(self) -> list[str]:
        return [str(pk) for pk in self["consulted"].value() or []]
