"""What the desk's own forms take in. Parsing only."""

from typing import Any

from django import forms

from accounts.actions.people_table import ImportFault
from accounts.actions.transfer_table import text_of


class TransferForm(forms.Form):
    """異動の表: a file the first time; from then on its text, so that nothing has to be chosen again."""

    on = forms.DateField(
        label="発令日",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "「発令日」を入力してください。",
            "invalid": "発令日を「2027-04-01」のように書いてください。",
        },
    )
    table = forms.FileField(label="異動の表（CSV）", required=False)
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if file := data.get("table"):
            try:
                data["text"] = text_of(file.read())
            except ImportFault as fault:
                self.add_error("table", str(fault))
        elif not data.get("text"):
            self.add_error("table", "異動の表のファイルを選んでください。")
        return data
