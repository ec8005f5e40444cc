"""運用方針を書く画面の欄: what is typed, the buttons that change it without a script, and its parsing.

A draft may be incomplete, so nothing is required here; what is missing is said by the rules when one asks for the
decision.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from accounts.models import SocialAccount
from policies import samples, services
from policies.forms.fields import LinesField, clock, day, text_area
from policies.models import CONTENT_FIELDS, REPLY_MODE_JA, PolicyVersion

MOST_ITEMS = 30
_BAD_URL = "https:// で始まるURLを書いてください。"
_BAD_TIME = "時刻を「8:30」のように書いてください。"
Items = tuple[dict[str, str], ...]


class PolicyForm(forms.Form):
    """Items ア to キ and from when they apply."""

    service = forms.CharField(label="ソーシャルメディア名", max_length=60, required=False)
    account_name = forms.CharField(label="アカウント名", max_length=100, required=False)
    handle = forms.CharField(label="ユーザー名", max_length=100, required=False)
    url = forms.URLField(
        label="URL", required=False, assume_scheme="https", error_messages={"invalid": _BAD_URL}
    )
    purpose = forms.CharField(label="目的", widget=text_area(3), required=False)
    categories = LinesField(
        label="発信する内容",
        widget=text_area(4),
        required=False,
        help_text="1行に1つ書きます。投稿の種類になります。",
    )
    posters = forms.CharField(label="投稿する人", max_length=200, required=False)
    hours_start = forms.TimeField(
        label="運用時間の始まり", widget=clock(), required=False, error_messages={"invalid": _BAD_TIME}
    )
    hours_end = forms.TimeField(
        label="運用時間の終わり", widget=clock(), required=False, error_messages={"invalid": _BAD_TIME}
    )
    hours_note = forms.CharField(
        label="運用時間の補足",
        max_length=200,
        required=False,
        help_text="休みの日や、緊急のときのことを書きます。",
    )
    reply_mode = forms.ChoiceField(
        label="意見や質問への対応",
        choices=list(REPLY_MODE_JA.items()),
        widget=forms.RadioSelect,
        required=False,
    )
    reply_text = forms.CharField(
        label="対応の説明",
        widget=text_area(3),
        required=False,
        help_text="公表するページに、このまま載ります。",
    )
    personal_information = forms.CharField(
        label="個人情報に関する取扱い", widget=text_area(4), required=False
    )
    intellectual_property = forms.CharField(label="知的財産権の帰属", widget=text_area(4), required=False)
    disclaimers = LinesField(
        label="免責事項",
        widget=text_area(6),
        required=False,
        help_text="1行に1つ書きます。公表するページでは (1) (2) と番号が付きます。",
    )
    effective_on = forms.DateField(
        label="適用する日",
        widget=day(),
        required=False,
        error_messages={"invalid": "日付を「2026-12-01」のように書いてください。"},
    )
    change_note = forms.CharField(
        label="主な変更", max_length=200, required=False, help_text="版の一覧に載ります。"
    )

    def __init__(self, *args: Any, account: SocialAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if url and not services.is_address_of(self.account.network, url):
            raise forms.ValidationError(
                f"{services.label_of(self.account.network)}のURLではありません。"
                "「イ アカウント名及びURL」には、このアカウントのURLを書いてください。"
            )
        return url


class FurtherItemForm(forms.Form):
    """A further item: the city's own heading, and what it says."""

    heading = forms.CharField(label="見出し", max_length=60, required=False)
    body = forms.CharField(
        label="本文",
        widget=text_area(4),
        required=False,
        help_text="行の初めに「・」を付けると、箇条書きになります。",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("body") and not cleaned.get("heading"):
            self.add_error("heading", "見出しを書いてください。")
        return cleaned


@dataclass(frozen=True)
class Typed:
    """What stands in the form, as text: from a saved version or as it came back. Nothing typed is ever dropped."""

    values: Mapping[str, str]
    items: Items

    def with_values(self, values: Mapping[str, str]) -> "Typed":
        return replace(self, values={**self.values, **values})

    def form(self, account: SocialAccount) -> PolicyForm:
        return PolicyForm(dict(self.values), account=account)

    def item_forms(self) -> list[FurtherItemForm]:
        return [
            FurtherItemForm({f"item-{n}-{name}": text for name, text in item.items()}, prefix=f"item-{n}")
            for n, item in enumerate(self.items)
        ]


def typed_of(version: PolicyVersion) -> Typed:
    """What a version says, as it stands in the form."""
    names = (name for name in CONTENT_FIELDS if name != "further_items")
    return Typed(
        {name: as_text(getattr(version, name)) for name in names},
        tuple({"heading": item["heading"], "body": item["body"]} for item in version.further_items),
    )


def typed_in(post: QueryDict) -> Typed:
    """What somebody sent; line ends become LF, and nothing else changes."""
    values = {name: _lf(post.get(name, "")) for name in PolicyForm.base_fields}
    numbers = [n for n in range(MOST_ITEMS) if f"item-{n}-heading" in post or f"item-{n}-body" in post]
    return Typed(
        values,
        tuple({part: _lf(post.get(f"item-{n}-{part}", "")) for part in ("heading", "body")} for n in numbers),
    )


def as_text(value: object) -> str:
    match value:
        case list():
            return "\n".join(value)
        case time():
            return value.strftime("%H:%M")
        case date():
            return value.isoformat()
    return "" if value is None else str(value)


def after(do: str, typed: Typed, account: SocialAccount) -> Typed:
    """The form after one of its own buttons: model wording, a correction, an item more, less or elsewhere."""
    name, _, what = do.partition(":")
    change = _BUTTONS.get(name)
    return change(typed, what, account) if change else typed


def _sample(typed: Typed, what: str, account: SocialAccount) -> Typed:
    """Fills what is empty; what somebody wrote stays."""
    sample = samples.BY_ITEM[what](account) if what in samples.BY_ITEM else {}
    empty = {name: as_text(value) for name, value in sample.items() if not typed.values[name].strip()}
    return typed.with_values(empty)


def _ordinance(typed: Typed, what: str, account: SocialAccount) -> Typed:
    corrected = {name: with_law(text) for name, text in typed.values.items()}
    return replace(
        typed.with_values(corrected),
        items=tuple({part: with_law(text) for part, text in item.items()} for item in typed.items),
    )


def _send_only(typed: Typed, what: str, account: SocialAccount) -> Typed:
    return typed.with_values({"reply_text": samples.SEND_ONLY + typed.values["reply_text"]})


def _add(typed: Typed, what: str, account: SocialAccount) -> Typed:
    if len(typed.items) >= MOST_ITEMS:
        return typed
    new = {"terms": samples.terms, "contact": samples.contact}.get(what)
    return replace(typed, items=(*typed.items, new() if new else {"heading": "", "body": ""}))


def _remove(typed: Typed, what: str, account: SocialAccount) -> Typed:
    return replace(typed, items=tuple(item for n, item in enumerate(typed.items) if str(n) != what))


def _up(typed: Typed, what: str, account: SocialAccount) -> Typed:
    number = int(what) if what.isdecimal() else 0
    if not 0 < number < len(typed.items):
        return typed
    items = list(typed.items)
    items[number - 1], items[number] = items[number], items[number - 1]
    return replace(typed, items=tuple(items))


def _down(typed: Typed, what: str, account: SocialAccount) -> Typed:
    return _up(typed, str(int(what) + 1), account) if what.isdecimal() else typed


_BUTTONS: Mapping[str, Callable[[Typed, str, SocialAccount], Typed]] = {
    "sample": _sample,
    "ordinance": _ordinance,
    "send_only": _send_only,
    "add": _add,
    "remove": _remove,
    "up": _up,
    "down": _down,
}


def old_ordinance(text: str) -> str:
    """The repealed ordinance as the text names it, with the city before it; "" when it does not."""
    found = _ordinance_pattern().search(text)
    return found.group() if found else ""


def with_law(text: str) -> str:
    """The text with the law in place of the repealed ordinance."""
    return _ordinance_pattern().sub("個人情報の保護に関する法律", text)


def _ordinance_pattern() -> re.Pattern[str]:
    city = re.escape(str(settings.CITY["name"]).split("（")[0])
    return re.compile(f"(?:(?:{city}|本市|当市|市)の?)?個人情報(?:の)?保護(?:に関する)?条例")


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
