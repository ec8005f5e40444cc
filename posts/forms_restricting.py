"""The forms of stopping, resuming, the headquarters and held deliveries. They parse; what is missing the rules say."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from accounts.models import StaffMember
from accounts.queries import consultable
from policies.city_facts import Place
from posts.canonical import with_line_feeds
from posts.fields import RowsField
from posts.holding import VERBS
from posts.reaching import place_of
from rules.calendar import JST
from rules.states import Cause, Scope, Tick, Trigger

FLAMING = "flaming"
WHAT_JA = {Cause.DISASTER.value: "自然災害", Cause.SCANDAL.value: "不祥事", FLAMING: "炎上"}
TRIGGER_JA = {Trigger.OCCURRED.value: "起きた（発生）", Trigger.ANNOUNCED.value: "発表があった（発表）"}
TICK_JA = {
    Tick.OUT_OF_HOURS.value: "勤務時間外の発信を確認した",
    Tick.ELECTION.value: "公職選挙法に触れないことを確かめた",
}
UNKNOWN_ACT = "どのボタンを押したのか分かりませんでした。もう一度押してください。"
UNKNOWN_CHOICE = "一覧から選び直してください。"
NOWHERE = "選んだ範囲が見つかりません。選び直してください。"
_NULL = {"null_characters_not_allowed": "画面に出ない文字（NULL）が入っています。消してください。"}


def _words(label: str, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows, "cols": False}),
        error_messages={**_NULL, "max_length": f"{label}は2,000字までです。短くしてください。"},
    )


def _one_of(label: str, choices: dict[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=list(choices.items()),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": UNKNOWN_CHOICE},
    )


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input--short"}),
        validators=[MinValueValidator(date(1926, 12, 25)), MaxValueValidator(date(2199, 12, 31))],
        error_messages={
            "invalid": "日付として読めません。2026-11-22 のように書いてください。",
            "min_value": "年を確かめてください。",
            "max_value": "年を確かめてください。",
        },
    )


def _clock(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input--time"}),
        error_messages={"invalid": "時刻として読めません。9:00 のように書いてください。"},
    )


class _Tidy(forms.Form):
    """Line ends as everywhere; ids with the form's own name in front, so that several stand on one page."""

    name_of_ids = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.name_of_ids}_%s", **kwargs})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return {
            name: with_line_feeds(value) if isinstance(value, str) else value for name, value in data.items()
        }


class _Placed(_Tidy):
    """With a scope that is looked up; no choice stays an unnamed place for the rules to refuse."""

    scope = forms.CharField(label="止める範囲", required=False, max_length=40)

    def __init__(self, *args: Any, staff: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff

    def clean_scope(self) -> Place:
        place = place_of(self.cleaned_data["scope"], self.staff)
        if place is None:
            raise forms.ValidationError(NOWHERE)
        return place

    @property
    def chosen_scope(self) -> str:
        return self["scope"].value() or ""

    @property
    def is_single(self) -> bool:
        """One social account is chosen: its list stands open."""
        return self.chosen_scope.startswith(f"{Scope.ACCOUNT.value}:")


class StopForm(_Placed):
    """投稿を止める: what happened, how far."""

    name_of_ids = "stop"
    what = _one_of("何が起きたか", WHAT_JA)
    trigger = _one_of("発生か発表か", TRIGGER_JA)
    note = _words("ひとこと")

    @property
    def cause(self) -> Cause | None:
        what = self.cleaned_data["what"]
        return Cause(what) if what in set(Cause) else None

    @property
    def is_flaming(self) -> bool:
        return bool(self.cleaned_data["what"] == FLAMING)

    def clean_trigger(self) -> Trigger | None:
        typed = self.cleaned_data["trigger"]
        return Trigger(typed) if typed else None


class EndForm(_Tidy):
    """再開を記録する, and the two other endings: what was decided, with whom."""

    name_of_ids = "end"
    reason = _words("決めたこと", rows=4)
    consulted = RowsField(
        consultable(),
        label="協議した人",
        required=False,
        error_messages={"invalid_choice": UNKNOWN_CHOICE, "invalid_pk_value": UNKNOWN_CHOICE},
    )

    @property
    def ticked(self) -> set[str]:
        """Ids as they came in."""
        return {str(value) for value in self["consulted"].value() or ()}


class _Moment(_Tidy):
    """A day and a time, of Japan; None where one is missing."""

    on = _day("日")
    at = _clock("時刻")

    @property
    def moment(self) -> datetime | None:
        on, at = self.cleaned_data.get("on"), self.cleaned_data.get("at")
        return datetime.combine(on, at, tzinfo=JST) if on and at else None


def this_minute() -> dict[str, Any]:
    """What a form about something that has just happened begins with."""
    local = timezone.now().astimezone(JST)
    return {"on": local.date(), "at": local.time().replace(second=0, microsecond=0)}


class SetUpForm(_Moment):
    """災害対策本部の設置を記録する."""

    name_of_ids = "setup"
    name = forms.CharField(
        label="本部の名前",
        required=False,
        max_length=120,
        error_messages={**_NULL, "max_length": "本部の名前は120字までです。"},
    )
    suspend = forms.BooleanField(label="全庁の投稿を止める", required=False)


class DissolveForm(_Moment):
    """災害対策本部の廃止を記録する."""

    name_of_ids = "dissolve"


class LimitForm(_Placed):
    """防災情報だけに絞る."""

    name_of_ids = "limit"
    note = _words("ひとこと", rows=2)


class HeldForm(_Tidy):
    """出す・直す・やめる."""

    name_of_ids = "held"
    do = forms.ChoiceField(
        choices=[(verb.value, verb.value) for verb in VERBS],
        error_messages={"required": UNKNOWN_ACT, "invalid_choice": UNKNOWN_ACT},
    )
    reason = _words("理由")
    ticks = forms.MultipleChoiceField(
        label="所属長の確認",
        required=False,
        choices=list(TICK_JA.items()),
        error_messages={"invalid_choice": UNKNOWN_CHOICE},
    )

    @property
    def ticked(self) -> list[str]:
        return self["ticks"].value() or []
