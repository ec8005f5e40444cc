"""台帳の欄: requesting a social account, giving a reason, telling how to connect. Parsing only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils import timezone

from accounts import handles
from accounts.books import books_of, books_on
from accounts.connections import supports
from accounts.models import CONNECTION_JA, Section, SocialAccount, StaffMember
from platforms.counting import networks
from policies import services
from policies.forms.fields import text_area
from rules.states import AccountState

# What the settings call the name that we sign in by.
_NAMES = ("handle", "identifier")
_SAVED = "保存してあります。替えるときだけ入力してください。"


class ReasonForm(forms.Form):
    """Words that are kept as they are written."""

    reason = forms.CharField(label="理由", widget=text_area(3), required=False, max_length=200)


class AccountRequestForm(forms.Form):
    """開設の申出."""

    section = forms.ModelChoiceField(Section.objects.order_by("pk"), label="担当の所属", empty_label=None)
    name = forms.CharField(
        label="台帳の名前", max_length=60, help_text="庁内でも市民にもこの名前で示します。例: 市の観光（X）"
    )
    network = forms.ChoiceField(label="サービス", choices=list(networks().items()))
    connection = forms.ChoiceField(
        label="つなぎ方",
        choices=list(CONNECTION_JA.items()),
        widget=forms.RadioSelect,
        initial="api",
        help_text="訓練を選ぶと、外へは出ず、市のホームページにも載りません。",
    )
    handle = forms.CharField(label="ユーザー名", max_length=100, help_text="例: @mihon_kanko")
    url = forms.URLField(
        label="URL",
        assume_scheme="https",
        error_messages={"invalid": "https:// で始まるURLを書いてください。"},
    )
    rulebooks = forms.MultipleChoiceField(label="適用する規程", widget=forms.CheckboxSelectMultiple)
    purpose = forms.CharField(label="開設の目的", widget=text_area(3))
    research = forms.CharField(
        label="事前の調査",
        widget=text_area(4),
        required=False,
        help_text="利用規約、データの置き場所、費用、認証の制度、終わり方を調べて書きます。",
    )

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "section": staff.section_id,
            "rulebooks": list(books_on(timezone.localdate()).city),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        books = [(book.id, book.title) for book in books_of(())]
        rulebooks = self.fields["rulebooks"]
        assert isinstance(rulebooks, forms.MultipleChoiceField)
        rulebooks.choices = books
        for field in self.fields.values():
            field.error_messages["required"] = f"「{field.label}」を入力してください。"

    def clean_name(self) -> str:
        return self._new("name", "同じ名前の公式アカウントが、もう台帳にあります。")

    def clean_url(self) -> str:
        return self._new("url", "同じURLの公式アカウントが、もう台帳にあります。")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        network, url, handle = cleaned.get("network", ""), cleaned.get("url", ""), cleaned.get("handle", "")
        for name, fault in _faults(network, url, handle, cleaned.get("connection", "")):
            self.add_error(name, fault)
        return cleaned

    def _new(self, name: str, taken: str) -> str:
        value = str(self.cleaned_data[name])
        if _in_use(**{name: value}):
            raise forms.ValidationError(taken)
        return value


def _faults(network: str, url: str, handle: str, connection: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the entry as a whole: field and sentence."""
    label = services.label_of(network)
    if url and not services.is_address_of(network, url):
        yield "url", f"{label}のURLではありません。サービスかURLを直してください。"
    elif url and _same_address_in_use(network, url):
        yield "url", "同じ公式アカウントが、もう台帳にあります。URLの書き方が違うだけです。"
    if handle and not services.is_handle(handle):
        yield "handle", "ユーザー名に使えない文字があります。サービスの画面のとおりに書いてください。"
    elif handle and url and not services.is_handle_of(handle, url):
        yield "handle", "URLの終わりとユーザー名が違います。どちらかを直してください。"
    if _in_use(network=network, handle=handle):
        yield "handle", "同じサービスに、このユーザー名の公式アカウントがもう台帳にあります。"
    if network and not supports(network, connection):
        yield "connection", f"{label}には、まだ自動で発信できません。「手作業で発信」を選んでください。"


def _same_address_in_use(network: str, url: str) -> bool:
    entries = SocialAccount.objects.filter(network=network).exclude(state=AccountState.CLOSED)
    wanted = services.same_address(network, url)
    return any(
        services.same_address(network, known) == wanted for known in entries.values_list("url", flat=True)
    )


def _in_use(**entry: str) -> bool:
    """Closed entries stay in the register and hold nothing any more."""
    return SocialAccount.objects.filter(**entry).exclude(state=AccountState.CLOSED).exists()


class CredentialForm(forms.Form):
    """What the connection needs to be told. A stored secret is never shown; left empty, it stays."""

    def __init__(
        self,
        *args: Any,
        fields: Iterable[Any],
        config: Mapping[str, str],
        has_secret: bool,
        registered: str,
        **kwargs: Any,
    ) -> None:
        """`registered` is the user name in the register: whoever else we sign in as is not this account."""
        super().__init__(*args, **kwargs)
        self.registered = registered
        self.told: Sequence[Any] = tuple(fields)
        for each in self.told:
            self.fields[each.name] = _secret(each, has_secret) if each.is_secret else _plain(each, config)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for each in self.told:
            address = cleaned.get(each.name, "") if each.name.endswith("_url") else ""
            if address and (fault := _address_fault(address)):
                self.add_error(each.name, fault)
            if each.name in _NAMES and (fault := _name_fault(cleaned.get(each.name, ""), self.registered)):
                self.add_error(each.name, fault)
        return cleaned

    @property
    def config(self) -> dict[str, str]:
        return {each.name: self.cleaned_data[each.name] for each in self.told if not each.is_secret}

    @property
    def secret(self) -> dict[str, str]:
        """Only what was typed: of each field left empty, the stored one stays."""
        typed = {each.name: self.cleaned_data[each.name] for each in self.told if each.is_secret}
        return {name: value for name, value in typed.items() if value.strip()}


def _name_fault(typed: str, registered: str) -> str:
    """What is wrong with the name, "" when nothing is. An address or a DID to sign in by says nothing of the name."""
    is_name = typed and "@" not in typed.strip().removeprefix("@") and not typed.startswith("did:")
    if not is_name or not registered.strip() or handles.is_same(registered, [typed]):
        return ""
    return f"台帳の「@{registered.strip().removeprefix('@')}」ではありません。台帳の公式アカウントでつないでください。"


def _address_fault(address: str) -> str:
    """What is wrong with the address of a server, "" when nothing is."""
    parts = urlsplit(address)
    loopback = settings.OUTBOUND_ALLOW_LOOPBACK and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        return "https:// で始まる、サーバーの住所を書いてください。"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "ユーザー名やパスワード、? や # のない住所にしてください。"
    if not loopback and parts.hostname not in settings.OUTBOUND_HOSTS:
        return f"「{parts.hostname}」への接続は許可されていません。設定（OUTBOUND_HOSTS）に加えてもらってください。"
    return ""


def _plain(told: Any, config: Mapping[str, str]) -> forms.Field:
    return forms.CharField(
        label=told.label_ja,
        required=told.is_required,
        initial=config.get(told.name, ""),
        max_length=300,
        help_text=told.hint_ja,
        error_messages={"required": f"「{told.label_ja}」を入力してください。"},
    )


def _secret(told: Any, has_secret: bool) -> forms.Field:
    return forms.CharField(
        label=told.label_ja,
        required=told.is_required and not has_secret,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_SAVED if has_secret else "保存したあとは、だれにも表示しません。",
        error_messages={"required": f"「{told.label_ja}」を入力してください。"},
    )
