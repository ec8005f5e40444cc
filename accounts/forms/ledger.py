"""認証情報の台帳の欄. Parsing only; what is missing the rules say. There is no field for the secret itself."""

from django import forms

from accounts.actions.ledger import Change
from accounts.forms.fields import PersonField, address, day, words
from accounts.ledger import Line


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
    def of(cls, line: Line) -> "LedgerForm":
        """What is recorded now."""
        names = ("changed_on", "two_factor", "recovery", "note")
        initial = {name: getattr(line.entry, name) for name in names} if line.entry else {}
        holder = line.entry.holder_id if line.entry else None
        return cls(initial={**initial, "holder": holder, "form_no": line.form_no})
