"""規程についての欄. Parsing only; from when a decision may begin and what may be switched, the rules say."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from accounts.actions.rulebooks import Decision
from accounts.forms.fields import day, words
from accounts.rulebook_document import PlaceTyped, RulebookTyped
from rules.regulation import Place, read
from rules.regulation_lines import RegulationError, decode

_KEY = RegexValidator(
    r"^[a-z][a-z0-9-]{1,39}$", "英小文字と数字とハイフンで書いてください（例: youryou-2）。"
)


class DecisionForm(forms.Form):
    """いつから、なぜ."""

    effective_on = day("始まる日", required=False, help_text="明日か、それよりあとの日です。")
    reason = words("理由", 500, required=False, help_text="例: 要領の改正（令和9年4月1日施行）")

    def decision(self, rulebook: str) -> Decision:
        return Decision(rulebook, self.cleaned_data["effective_on"], self.cleaned_data["reason"])


class RulebookForm(DecisionForm):
    """市の規程を登録する: what it is called, its text, and in a second step what each place is about."""

    key = words("番号（英数字）", 40, validators=[_KEY], help_text="アドレスに使う名前です。例: sns-kitei")
    title = words("題名", 200)
    short = words("略称", 20, help_text="画面で条文を示すときに使います。例: 要綱")
    kind = words("種類", 20, help_text="例: 要綱、要領、規程")
    text = forms.CharField(
        label="本文",
        widget=forms.Textarea(attrs={"rows": 12, "cols": False}),
        strip=False,
        required=False,
        help_text="「第1条」や「1 目的」のような番号のある文を貼ります。",
    )
    file = forms.FileField(label="本文のファイル（UTF-8のテキスト）", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            if file := data.get("file"):
                data["text"] = decode(file.read())
                self._show(data["text"])
            data["places"] = [
                place for place in read(data.get("text") or "").places if place.path != ("題名",)
            ]
        except RegulationError as error:
            self.add_error("text", str(error))
        return data

    def _show(self, text: str) -> None:
        """The page that comes back holds the file's text: a file is not sent a second time."""
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data["text"] = text

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Gists and duties typed about a text that cannot be read now; they come in again with the next."""
        assert isinstance(self.data, QueryDict)
        names = [name for name in self.data if name == "off" or name.startswith(("gist-", "duty-"))]
        return [(name, value) for name in names for value in self.data.getlist(name)]

    @property
    def places(self) -> list[Place]:
        return list(self.cleaned_data.get("places", ()))

    def typed(self, city: str, earlier: list[date]) -> RulebookTyped:
        """With the gists and the duties of the second step, as they came in beside the form's own fields."""
        data, places = self.cleaned_data, self.places
        stands_on: dict[str, list[str]] = {}
        for number, place in enumerate(places):
            for duty in self.data.getlist(f"duty-{number}"):  # type: ignore[attr-defined]
                stands_on.setdefault(duty, []).append(place.label)
        return RulebookTyped(
            key=data["key"],
            city=city,
            title=data["title"],
            kind=data["kind"],
            short=data["short"],
            versions=[*(day for day in earlier if day < data["effective_on"]), data["effective_on"]],
            places=[PlaceTyped(place.label, self.gist(number, place)) for number, place in enumerate(places)],
            stands_on=stands_on,
            off=frozenset(self.data.getlist("off")),  # type: ignore[attr-defined]
        )

    def gist(self, number: int, place: Place) -> str:
        """What was typed about the place, else its heading."""
        typed = str(self.data.get(f"gist-{number}", "")).strip()
        return typed or (f"{place.heading}について。" if place.heading else f"{place.label}の内容です。")
