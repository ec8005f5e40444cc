"""The forms of 手作業. They parse, the rules decide; what is missing is the rules' to say."""

from django import forms

from posts.canonical import with_line_feeds

OLD = "画面が古くなりました。開き直してください。"
_NULL = {"null_characters_not_allowed": "画面に出ない文字（NULL）が入っています。消してください。"}


class TakeForm(forms.Form):
    """How often it was tried when the page was opened."""

    tries = forms.IntegerField(
        min_value=0, error_messages={"required": OLD, "invalid": OLD, "min_value": OLD}
    )


class ReportForm(forms.Form):
    """Where it stands now."""

    url = forms.CharField(
        label="出した投稿のURL",
        required=False,
        max_length=500,
        widget=forms.URLInput,
        error_messages={**_NULL, "max_length": "URLは500字までです。"},
    )
    no_url = forms.BooleanField(label="このサービスの画面には、投稿のURLが出ない", required=False)


class PutBackForm(forms.Form):
    """Why it was not brought out."""

    reason = forms.CharField(
        label="出さずに戻す理由",
        required=False,
        strip=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={**_NULL, "max_length": "理由は2,000字までです。短くしてください。"},
    )

    def clean_reason(self) -> str:
        return with_line_feeds(self.cleaned_data["reason"])
