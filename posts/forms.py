"""What is typed in the composer, and from it the content of a version. Parses and keeps; decides nothing.

A text comes out as it was typed, line ends aside; whether it may go out is asked of the rules.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from accounts.models import SocialAccount
from posts.canonical import Content, with_line_feeds
from posts.models import Post
from rules.calendar import JST
from rules.facts import Claim, DisasterReport, Evidence, LawCitation, PastFact, PublicSource
from rules.states import Ground, PostKind

APPROVAL, EXEMPT = "approval", "exempt"
OTHER_CATEGORY = "その他"
DISASTER_KINDS = ("避難情報", "気象", "避難所", "ライフライン", "交通", "その他")
# The fields that each ground owes; those of the other grounds are not looked at.
EVIDENCE_FIELDS = {
    Ground.PUBLIC: ("where", "published_on"),
    Ground.FACT: ("what", "held_on"),
    Ground.LAW: ("law", "article"),
    Ground.DISASTER: ("disaster_kind", "announcer", "announced_on", "announced_time"),
}
TITLE_LENGTH = 80
_NULL = {"null_characters_not_allowed": "画面に出ない文字（NULL）が入っています。消してください。"}
_WORDS = {**_NULL, "max_length": "%(limit_value)d字までにしてください（いま%(show_value)d字）。"}
_ROADS = [(APPROVAL, "所属長の承認を受ける"), (EXEMPT, "承認を省略する")]


def _words(label: str, **options: Any) -> forms.CharField:
    """One line, kept as typed."""
    return forms.CharField(label=label, required=False, strip=False, error_messages=_WORDS, **options)


def _body(label: str, rows: int) -> forms.CharField:
    """A text to be sent, kept as typed."""
    widget = forms.Textarea(attrs={"rows": rows, "cols": False, "spellcheck": "false"})
    return _words(label, widget=widget)


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


class PostForm(forms.Form):
    """起案: where, what, on what grounds, when. `accounts` are those that may be ticked at all."""

    targets = forms.MultipleChoiceField(
        label="送り先",
        required=False,
        error_messages={"invalid_choice": "台帳にない公式アカウントです。画面を開き直してください。"},
    )
    title = _words("見出し（庁内用）", max_length=TITLE_LENGTH)
    category = forms.ChoiceField(
        label="種類",
        required=False,
        error_messages={"invalid_choice": "この種類は、いまの運用方針にありません。選び直してください。"},
    )
    category_note = _words("この公式アカウントから出す理由")
    text = _body("共通文", rows=8)
    road = forms.ChoiceField(label="発信の根拠", required=False, choices=_ROADS)
    ground = forms.ChoiceField(label="省略できる理由", required=False, choices=[(g, g) for g in Ground])
    where = _words("公開されている場所")
    published_on = _day("公開された日")
    what = _words("行われたこと")
    held_on = _day("行われた日")
    law = _words("法令や条例の名前")
    article = _words("条番号")
    disaster_kind = forms.ChoiceField(label="防災の情報の種類", required=False)
    announcer = _words("発表元")
    announced_on = _day("発表された日")
    announced_time = _clock("発表された時刻")
    due_on = _day("発信する日")
    due_time = _clock("発信する時刻")
    latest_on = _day("これより遅れたら出さない日")
    latest_time = _clock("これより遅れたら出さない時刻")
    disaster_related = forms.BooleanField(required=False, label="防災に関連する情報です")
    disaster_information = forms.BooleanField(required=False, label="防災情報です")
    topic_sections = forms.MultipleChoiceField(
        label="ほかの課の仕事に関わる内容",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="選んだ課の確認がそろうまで、承認も発信もできません。",
        error_messages={"invalid_choice": "登録されていない所属です。選び直してください。"},
    )
    embargo_on = _day("解禁の日")
    embargo_time = _clock("解禁の時刻")
    declared = forms.BooleanField(required=False, label="基本原則を読み、守って書きました")
    form_no = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        accounts: Sequence[SocialAccount] = (),
        categories: Sequence[str] = (),
        kind: PostKind = PostKind.POST,
        sections: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.accounts, self.kind = accounts, kind
        names = dict.fromkeys([*categories, OTHER_CATEGORY, self.initial.get("category") or OTHER_CATEGORY])
        kinds = dict.fromkeys([*DISASTER_KINDS, self.initial.get("disaster_kind") or DISASTER_KINDS[0]])
        self._offer("topic_sections", sections or {})
        self._offer("targets", {str(account.pk): account.name for account in accounts})
        self._offer("category", {"": "選んでください", **{name: name for name in names}})
        self._offer("disaster_kind", {"": "選んでください", **{name: name for name in kinds}})
        for account in accounts:
            self.fields[variant_name(account.pk)] = _body(f"「{account.name}」の本文", rows=4)

    def _offer(self, name: str, choices: Mapping[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices.items())

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        self._forget_other_evidence()
        data["due_at"] = self._moment("due_on", "due_time")
        data["latest_at"] = self._moment("latest_on", "latest_time", day=data.get("due_on"))
        data["embargo_at"] = self._moment("embargo_on", "embargo_time")
        data["announced_at"] = self._moment("announced_on", "announced_time")
        self._forget_other_evidence()
        self._check_variants()
        return data

    @property
    def is_exempt(self) -> bool:
        """Whether the person chose to omit the approval."""
        return self.cleaned_data.get("road") == EXEMPT

    def content(self) -> Content:
        """The content as typed. Only for a valid form."""
        data, claim = self.cleaned_data, self._claim()
        is_information = data["disaster_information"] or self._follows_from(claim)
        return Content(
            text=with_line_feeds(data["text"]),
            targets=self._chosen(),
            variants={pk: text for pk, text in self._variants().items() if text},
            kind=self.kind,
            category=data["category"],
            category_note=data["category_note"],
            due_at=data["due_at"],
            latest_at=data["latest_at"],
            claim=claim,
            disaster_related=data["disaster_related"] or is_information,
            disaster_information=is_information,
            embargo_at=data["embargo_at"],
            topic_sections=tuple(sorted(int(pk) for pk in data["topic_sections"])),
        )

    def _chosen(self) -> tuple[int, ...]:
        return tuple(sorted(int(pk) for pk in self.cleaned_data.get("targets", ())))

    def _variants(self) -> dict[int, str]:
        texts = {account.pk: self.cleaned_data.get(variant_name(account.pk), "") for account in self.accounts}
        return {pk: with_line_feeds(text) for pk, text in texts.items()}

    def _claim(self) -> Claim | None:
        """Stored only on the road that omits the approval, and only with a ground."""
        if not self.is_exempt or not self.cleaned_data["ground"]:
            return None
        ground = Ground(self.cleaned_data["ground"])
        return Claim(ground, _EVIDENCE[ground](self.cleaned_data))

    def _follows_from(self, claim: Claim | None) -> bool:
        """mima:5-4: on ground (4) it is disaster information; what was stored with that ground stays as it was."""
        is_disaster = claim is not None and claim.ground == Ground.DISASTER
        return is_disaster and self.initial.get("ground") != Ground.DISASTER

    def _moment(self, day_name: str, time_name: str, day: date | None = None) -> datetime | None:
        """A day and a time in Japan make an instant; half of one is asked for the other half."""
        if day_name in self.errors or time_name in self.errors:
            return None
        on: date | None = self.cleaned_data.get(day_name)
        at: time | None = self.cleaned_data.get(time_name)
        if at is not None and (on or day) is None:
            self.add_error(day_name, "日付も書いてください。")
        elif on is not None and at is None:
            self.add_error(time_name, "時刻も書いてください。")
        elif at is not None:
            return datetime.combine(on or day, at.replace(second=0), tzinfo=JST)  # type: ignore[arg-type]
        return None

    def _forget_other_evidence(self) -> None:
        """What is wrong in the evidence of a ground that was not chosen stops nobody."""
        chosen = self.cleaned_data.get("ground") if self.is_exempt else None
        for ground, names in EVIDENCE_FIELDS.items():
            if ground != chosen:
                for name in names:
                    self.errors.pop(name, None)

    def _check_variants(self) -> None:
        """A text for a social account that is not chosen would be lost in silence."""
        for pk, text in self._variants().items():
            if text.strip() and pk not in self._chosen():
                self.add_error(
                    variant_name(pk), "送り先に選ばれていません。送り先に加えるか、この本文を消してください。"
                )


def with_time(typed: QueryDict, instant: datetime) -> QueryDict:
    """The same form with that instant as the time of sending, as a person would have typed it."""
    local, filled = instant.astimezone(JST), typed.copy()
    filled["due_on"], filled["due_time"] = local.strftime("%Y-%m-%d"), local.strftime("%H:%M")
    return filled


class CancelForm(forms.Form):
    """取下げ: the reason that stays in the record."""

    reason = forms.CharField(
        label="取り下げる理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": False}),
        error_messages={"required": "取り下げる理由を書いてください。", **_WORDS},
    )


def variant_name(account_id: int) -> str:
    """The name of the field for one social account's own text."""
    return f"variant_{account_id}"


def initial_of(post: Post, content: Content, *, rules_version_on: date | None) -> dict[str, Any]:
    """What the form shows of a stored version. A declaration about older rules is to be made again."""
    declared_on = post.declared_on
    return {
        "targets": [str(pk) for pk in content.targets],
        "title": post.title,
        "category": content.category,
        "category_note": content.category_note,
        "text": content.text,
        "road": EXEMPT if content.claim else APPROVAL,
        "disaster_related": content.disaster_related,
        "disaster_information": content.disaster_information,
        "declared": declared_on is not None and declared_on >= (rules_version_on or declared_on),
        "form_no": post.form_no,
        **{variant_name(pk): text for pk, text in content.variants.items()},
        **_halves("due", content.due_at),
        **_halves("latest", content.latest_at),
        **_halves("embargo", content.embargo_at),
        "topic_sections": [str(pk) for pk in content.topic_sections],
        **(_claim_initial(content.claim) if content.claim else {}),
    }


def _halves(name: str, moment: datetime | None) -> dict[str, Any]:
    if moment is None:
        return {}
    local = moment.astimezone(JST)
    return {f"{name}_on": local.date(), f"{name}_time": local.time()}


def _claim_initial(claim: Claim) -> dict[str, Any]:
    values = {"ground": claim.ground.value, **vars(claim.evidence)}
    if isinstance(claim.evidence, DisasterReport):
        values |= {"disaster_kind": claim.evidence.kind, "announcer": claim.evidence.source}
        values |= _halves("announced", claim.evidence.announced_at)
    return values


_EVIDENCE: dict[Ground, Callable[[Mapping[str, Any]], Evidence]] = {
    Ground.PUBLIC: lambda data: PublicSource(data["where"], data["published_on"]),
    Ground.FACT: lambda data: PastFact(data["what"], data["held_on"]),
    Ground.LAW: lambda data: LawCitation(data["law"], data["article"]),
    Ground.DISASTER: lambda data: DisasterReport(
        data["disaster_kind"], data["announcer"], data["announced_at"]
    ),
}
