"""認証情報の台帳の欄. Parsing only; what is missing the rules say. There is no field for the secret itself."""

from django import forms

from accounts.actions.ledger import Change
from accounts.forms.fields import PersonField, address, day, words
from accounts.models import LedgerEntry


class LedgerForm(forms.Form):
    holder = PersonField("管理する職員", required=False)
    changed_on = day("最後に変えた日", required=False)
    two_factor = forms.BooleanField(label="2要素認証を使っている", required=False)
    recovery = address("復旧用のメールアドレス", help_text="市のアドレスだけです。個人のものは使えません。")
    note = words("備考", 200, required=False, help_text="パスワードは書かないでください。")
    form_no = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def change(self) -> Change:
        data = self.cleaned_data
        names = ("holder", "changed_on", "two_factor", "recovery", "note")
        return Change(**{name: data[name] for name in names})

    @classmethod
    def of(cls, entry: LedgerEntry | None) -> "LedgerForm":
        names = ("changed_on", "two_factor", "recovery", "note", "form_no")
        initial = {name: getattr(entry, name) for name in names} if entry else {"form_no": 1}
        return cls(initial={**initial, "holder": entry.holder_id if entry else None})
