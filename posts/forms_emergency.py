"""What is typed when it has to be quick: the three fields, the confirmation, the chief's word, the review afterwards.

Parses and keeps; what is missing for the act is the rules' to say, what cannot be read is said here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts.models import SocialAccount
from policies.models import Urgency
from posts.actions.confirming import Word
from posts.canonical import Content, with_line_feeds
from posts.confirming import HOW_JA
from rules.asked import Person
from rules.calendar import JST
from rules.facts import Claim, DisasterReport
from rules.states import Ground, How

DISASTER_KINDS = (
    "レベル5 緊急安全確保",
    "レベル4 避難指示",
    "レベル3 高齢者等避難",
    "避難所",
    "断水・停電",
    "道路の通行止め",
    "気象の警報・注意報",
    "川の水位・土砂災害",
    "地震・津波",
    "そのほかの防災の情報",
)
OTHER_CATEGORY = "その他"
CATEGORY_WORD = "防災"
OUTSIDE_POLICY = "防災の情報を急いで知らせるため"
TITLE_LENGTH = 80
SEND, CHECK = "send", "check"
# After midnight a clock time of the evening is yesterday's.
_SMALL_HOURS, _NOON = time(6), time(12)
_NULL = {"null_characters_not_allowed": "画面に出ない文字（NULL）が入っています。消してください。"}
_WORDS = {**_NULL, "max_length": "%(limit_value)d字までにしてください（いま%(show_value)d字）。"}


def _line(label: str, missing: str = "", **options: Any) -> forms.CharField:
    """One line; required where there are words for its being missing."""
    errors = {**_WORDS, "required": missing}
    return forms.CharField(label=label, required=bool(missing), error_messages=errors, **options)


def _body(label: str, rows: int, missing: str = "", **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "cols": False})
    errors = {**_WORDS, "required": missing}
    return forms.CharField(
        label=label, required=bool(missing), strip=False, widget=widget, error_messages=errors, **options
    )


def _clock(label: str, missing: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=bool(missing),
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input--time"}),
        error_messages={
            "invalid": "時刻として読めません。9:00 のように書いてください。",
            "required": missing,
        },
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


class DisasterForm(forms.Form):
    """防災の情報をすぐに出す. `accounts` are those of the one section, each with its policy's categories."""

    kind = forms.ChoiceField(
        label="何の情報ですか",
        choices=[(name, name or "選んでください") for name in ("", *DISASTER_KINDS)],
        error_messages={
            "required": "何の情報かを選んでください。",
            "invalid_choice": "一覧から選んでください。",
        },
    )
    text = _body("してほしいことを、最初に書いてください", 5, "してほしいことを書いてください。")
    announcer = _line("発表元", "だれが発表したかを書いてください。", max_length=100)
    announced_time = _clock("発表の時刻", "何時の発表かを書いてください。")
    targets = forms.MultipleChoiceField(
        label="送り先",
        error_messages={
            "required": "送り先を1つ以上選んでください。",
            "invalid_choice": "この画面から出せない公式アカウントです。画面を開き直してください。",
        },
    )
    form_no = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, accounts: Sequence[SocialAccount], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accounts, self.now = accounts, now
        targets = self.fields["targets"]
        assert isinstance(targets, forms.MultipleChoiceField)
        targets.choices = [(str(account.pk), account.name) for account in accounts]
        self._keep_kind(self.initial.get("kind"))
        self.fields["kind"].widget.attrs["autofocus"] = True

    def _keep_kind(self, kind: str | None) -> None:
        """A draft from the composer may say another kind than those offered here."""
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        if kind and kind not in DISASTER_KINDS:
            field.choices = [(name, name or "選んでください") for name in ("", *DISASTER_KINDS, kind)]

    @property
    def announced_at(self) -> datetime:
        """Today at that time; in the small hours a time of the evening is yesterday's."""
        local = self.now.astimezone(JST)
        clock: time = self.cleaned_data["announced_time"].replace(second=0)
        late = local.time() < _SMALL_HOURS and clock >= _NOON
        return datetime.combine(local.date() - timedelta(days=late), clock, tzinfo=JST)

    def title(self) -> str:
        """避難所（市災害対策本部 22:10）: for the lists inside the city hall."""
        data, at = self.cleaned_data, self.announced_at
        return f"{data['kind']}（{data['announcer']} {at.hour}:{at.minute:02}）"[:TITLE_LENGTH]

    def content(self) -> Content:
        """Disaster information on ground (4). Only for a valid form."""
        data = self.cleaned_data
        category = self._category()
        return Content(
            text=with_line_feeds(data["text"]),
            targets=tuple(sorted(int(pk) for pk in data["targets"])),
            category=category,
            category_note="" if self._is_in_every_policy(category) else OUTSIDE_POLICY,
            claim=Claim(Ground.DISASTER, DisasterReport(data["kind"], data["announcer"], self.announced_at)),
            disaster_related=True,
            disaster_information=True,
        )

    def _chosen(self) -> list[SocialAccount]:
        return [row for row in self.accounts if str(row.pk) in self.cleaned_data["targets"]]

    def _category(self) -> str:
        named = [name for row in self._chosen() for name in _categories(row)]
        return next((name for name in named if CATEGORY_WORD in name), OTHER_CATEGORY)

    def _is_in_every_policy(self, category: str) -> bool:
        return all(category in _categories(row) for row in self._chosen())


def _categories(account: SocialAccount) -> Iterable[str]:
    return account.policy_categories or ()  # type: ignore[attr-defined]  # annotated by with_policy


def initial_of_draft(content: Content, form_no: int) -> dict[str, Any]:
    """What the three fields show of a stored draft."""
    assert content.claim is not None
    report = content.claim.evidence
    assert isinstance(report, DisasterReport)
    at = report.announced_at
    return {
        "kind": report.kind,
        "text": content.text,
        "announcer": report.source,
        "announced_time": at.astimezone(JST).time() if at else None,
        "targets": [str(pk) for pk in content.targets],
        "form_no": form_no,
    }


class EmergencyForm(forms.Form):
    """緊急発信の確認: what is owed besides the draft. What is not asked for on the page is simply not there."""

    do = forms.ChoiceField(
        choices=[(SEND, SEND), (CHECK, CHECK)],
        error_messages={
            "required": "どのボタンを押したのか分かりませんでした。もう一度押してください。",
            "invalid_choice": "どのボタンを押したのか分かりませんでした。もう一度押してください。",
        },
    )
    seen_digest = forms.CharField(required=False, widget=forms.HiddenInput)
    declared = forms.BooleanField(required=False, label="基本原則を読み、守って書きました")
    urgency = forms.ChoiceField(
        label="急ぐ事情",
        required=False,
        error_messages={"invalid_choice": "この急ぐ事情は、いまの一覧にありません。選び直してください。"},
    )
    reason = _body("急ぐ理由", 2, max_length=500)

    def __init__(self, *args: Any, urgencies: Sequence[Urgency] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["urgency"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "選んでください"), *((str(row.pk), row.label) for row in urgencies)]

    def clean_reason(self) -> str:
        return with_line_feeds(self.cleaned_data["reason"])

    @property
    def urgency_id(self) -> int | None:
        return int(self.cleaned_data["urgency"]) if self.cleaned_data["urgency"] else None


class WordForm(forms.Form):
    """所属長の確認: whose word, how, when, and what was said. `people` are those whose word it can be."""

    chief = forms.ChoiceField(
        label="確認した人",
        required=False,
        error_messages={"invalid_choice": "いま職にある所属長・代決者から選んでください。"},
    )
    how = forms.ChoiceField(
        label="どう確認したか",
        required=False,
        error_messages={"invalid_choice": "対面か電話かを選んでください。"},
    )
    confirmed_on = _day("確認した日")
    confirmed_time = _clock("確認した時刻")
    said = _body("聞いたこと", 2, max_length=500)

    def __init__(self, *args: Any, people: Sequence[Person], by: int, now: datetime, **kwargs: Any) -> None:
        local = now.astimezone(JST)
        at = {"confirmed_on": local.date(), "confirmed_time": local.time().replace(second=0, microsecond=0)}
        initial = {**at, **kwargs.pop("initial", {})}
        super().__init__(*args, **{"auto_id": "word_%s", **kwargs, "initial": initial})
        own = any(person.id == by for person in people)
        hows = [How.PHONE, How.IN_PERSON, *([How.IN_APP] if own else [])]
        self._offer("chief", {str(person.id): person.name for person in people})
        self._offer("how", {how.value: _HOW_LABELS[how] for how in hows})

    def _offer(self, name: str, choices: Mapping[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "選んでください"), *choices.items()]

    def clean(self) -> dict[str, Any]:
        on, at = self.cleaned_data.get("confirmed_on"), self.cleaned_data.get("confirmed_time")
        if on is None and at is not None and "confirmed_on" not in self.errors:
            self.add_error("confirmed_on", "日付も書いてください。")
        if at is None and on is not None and "confirmed_time" not in self.errors:
            self.add_error("confirmed_time", "時刻も書いてください。")
        return self.cleaned_data

    @property
    def is_given(self) -> bool:
        """Somebody has said whose word it was, or how; the prefilled moment alone is no word."""
        return bool(self.cleaned_data["chief"] or self.cleaned_data["how"])

    def word(self) -> Word:
        """As it is to be written down. Only for a valid form."""
        data = self.cleaned_data
        return Word(
            chief=int(data["chief"]) if data["chief"] else None,
            confirmed_at=_moment(data["confirmed_on"], data["confirmed_time"]),
            how=How(data["how"]) if data["how"] else None,
            words=with_line_feeds(data["said"]),
        )


_HOW_LABELS = {**HOW_JA, How.IN_APP: "この画面で（本人）"}


def _moment(on: date | None, at: time | None) -> datetime | None:
    return datetime.combine(on, at.replace(second=0), tzinfo=JST) if on and at else None


class DenyForm(forms.Form):
    """確認していないと記録する: what the chief says about it."""

    reason = _body("確認していないことについて", 2, max_length=500)

    def clean_reason(self) -> str:
        return with_line_feeds(self.cleaned_data["reason"])


RIGHT, WRONG = "right", "wrong"


class ReviewForm(forms.Form):
    """あとの確認: whether it was right to send it, and what was looked at."""

    verdict = forms.ChoiceField(
        label="見た結果",
        choices=[(RIGHT, "出してよかった"), (WRONG, "問題があった")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "どちらかを選んでください。",
            "invalid_choice": "どちらかを選んでください。",
        },
    )
    words = _body("見たこと", 4, max_length=2000)

    def clean_words(self) -> str:
        return with_line_feeds(self.cleaned_data["words"])

    @property
    def was_right(self) -> bool:
        return self.cleaned_data["verdict"] == RIGHT
