"""The form of 照合: whether the post is out there, where, and what was seen. It parses, the rules decide."""

from typing import Any

from django import forms

from posts.canonical import with_line_feeds
from posts.doubts import Candidate, candidates_of
from posts.models import Delivery

LIVE, NOT_LIVE = "live", "not_live"
WHICH = "届いているか、いないかを選んでください。"
OLD = "画面が古くなりました。開き直してください。"
_NULL = {"null_characters_not_allowed": "画面に出ない文字（NULL）が入っています。消してください。"}


def _url() -> forms.CharField:
    return forms.CharField(
        label="投稿のURL",
        required=False,
        max_length=500,
        widget=forms.URLInput,
        error_messages={**_NULL, "max_length": "URLは500字までです。"},
    )


def _no_url() -> forms.BooleanField:
    return forms.BooleanField(label="このサービスの画面には、投稿のURLが出ない", required=False)


def _seen() -> forms.CharField:
    return forms.CharField(
        label="確かめたこと",
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": False}),
        error_messages={**_NULL, "max_length": "確かめたことは2,000字までです。短くしてください。"},
    )


class AfterAllForm(forms.Form):
    """やはり届いていた: where it stands, and what was seen."""

    url = _url()
    no_url = _no_url()
    reason = _seen()

    def clean_reason(self) -> str:
        return with_line_feeds(self.cleaned_data["reason"])


class SettleForm(forms.Form):
    """What is missing (an address, words) is the rules' to say; here only what cannot be read is an error."""

    tries = forms.IntegerField(
        label="この画面",
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={"required": OLD, "invalid": OLD, "min_value": OLD},
    )
    verdict = forms.ChoiceField(
        label="今回の投稿はありますか",
        choices=[(LIVE, "届いています"), (NOT_LIVE, "届いていません")],
        widget=forms.RadioSelect,
        error_messages={"required": WHICH, "invalid_choice": WHICH},
    )
    found = forms.ChoiceField(
        label="最近の投稿から選ぶ",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": OLD},
    )
    url = _url()
    no_url = _no_url()
    reason = _seen()

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"settle{delivery.pk}_%s", **kwargs})
        self.delivery = delivery
        self.fields["found"].choices = [  # type: ignore[attr-defined]
            *((seen.remote_id, seen.text) for seen in candidates_of(delivery)),
            ("", "この中にはない（下にURLを貼る）"),
        ]

    @property
    def candidates(self) -> list[tuple[Any, Candidate | None]]:
        """Each choice with what stands there; the last one stands for none of them."""
        return list(zip(self["found"], [*candidates_of(self.delivery), None], strict=True))

    def clean_reason(self) -> str:
        return with_line_feeds(self.cleaned_data["reason"])
