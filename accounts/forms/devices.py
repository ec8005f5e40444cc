"""登録端末の欄. Parsing only; what cannot be is said by the rules."""

from django import forms

from accounts import certificates
from accounts.actions.devices import Place
from accounts.forms.fields import PersonField, SectionField, words
from accounts.models import Device


class PlaceForm(forms.Form):
    """Which machine it is, where, and who has it."""

    name = words("端末の名前（備品番号）", 60, required=False, help_text="見分けられる名前。例: 観光-PC-03")
    section = SectionField("所属")
    holder = PersonField("使う職員", required=False, help_text="課の共用なら、選ばないままにします。")

    def place(self) -> Place:
        data = self.cleaned_data
        return Place(data["name"], data["section"], data["holder"])

    @classmethod
    def of(cls, device: Device) -> "PlaceForm":
        return cls(initial={"name": device.name, "section": device.section_id, "holder": device.holder_id})


class CertificateForm(PlaceForm):
    """端末を証明書で登録する."""

    pem = forms.CharField(
        label="端末の証明書",
        widget=forms.Textarea(attrs={"rows": 5, "class": "mono"}),
        help_text="「-----BEGIN CERTIFICATE-----」から始まる文字。秘密鍵は貼らないでください。",
        error_messages={"required": "「端末の証明書」を貼ってください。"},
    )

    def clean_pem(self) -> certificates.Certificate:
        if "PRIVATE KEY" in self.cleaned_data["pem"]:
            raise forms.ValidationError(
                "秘密鍵が入っています。証明書だけを貼り、その鍵は作り直してください。"
            )
        try:
            return certificates.read(self.cleaned_data["pem"])
        except certificates.BadCertificate as error:
            raise forms.ValidationError(str(error)) from None
