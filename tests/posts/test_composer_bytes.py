"""Byte identity: a text goes from the keyboard through the composer and back without a change."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import SocialAccount
from posts.canonical import Content, parse
from posts.models import Post
from tests.support.cast import Cast, content_for, make_account, make_cast

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[1] / "data" / "posts_dev.jsonl"
REAL = [json.loads(line)["text"] for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
NASTY = [
    "\n先頭の改行",
    "\n\n\n三つの改行\n\n",
    "  前後の空白　　",
    "\tタブ\t",
    "改行なしの空白\u00a0と\u200b見えない字\ufeff",
    "行の区切り\u2028段落の区切り\u2029次の行\u0085",
    "👨‍👩‍👧‍👦🇯🇵が゛葛󠄀",
    "<b>&amp;</textarea><script>alert(1)</script>&lt;",
    "'\"{{ form }}{% now %}",
    "合成か\u3099と合成済みが",
    "\x0b\x0c制御文字\x1b",
]


class Textareas(HTMLParser):
    """The texts that a browser shows in each textarea: it drops one line end right after the tag."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: dict[str, str] = {}
        self.name = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "textarea":
            self.name = str(dict(attrs)["name"])
            self.texts[self.name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.texts[self.name] = self.texts[self.name].removeprefix("\n")
            self.name = ""

    def handle_data(self, data: str) -> None:
        if self.name:
            self.texts[self.name] += data


def as_sent(text: str) -> str:
    """How a browser sends it: every line end as CRLF."""
    return text.replace("\n", "\r\n")


def stored(post: Post) -> Content:
    post.refresh_from_db()
    return parse(post.versions.get(number=post.version_no).canonical)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def sato(client: Client, cast: Cast) -> Client:
    client.force_login(cast.sato, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_samples_are_all_there() -> None:
    assert len(REAL) == 60


def test_text_is_stored_and_shown_to_the_letter_whatever_was_typed(
    sato: Client, account: SocialAccount
) -> None:
    for text in REAL + NASTY:
        typed = {"targets": account.pk, "title": "題", "text": as_sent(text), "do": "save"}
        response = sato.post("/posts/new/", {**typed, f"variant_{account.pk}": as_sent(f"{text}\n別")})
        assert response.status_code == 302, text
        post = Post.objects.latest("pk")
        assert stored(post).text == text
        assert stored(post).variants == {account.pk: f"{text}\n別"}

        shown = Textareas(sato.get(response["Location"]).content.decode()).texts
        assert shown["text"] == text
        assert shown[f"variant_{account.pk}"] == f"{text}\n別"
        again = {**typed, f"variant_{account.pk}": as_sent(shown[f"variant_{account.pk}"])}
        sato.post(response["Location"], {**again, "text": as_sent(shown["text"]), "form_no": post.form_no})
        post.refresh_from_db()
        assert post.version_no == 1, "saving what is shown changes nothing"


def test_text_comes_back_to_the_letter_when_the_form_is_refused(sato: Client, account: SocialAccount) -> None:
    for text in NASTY:
        typed = {"targets": account.pk, "text": as_sent(text), "due_on": "きょう", "due_time": "9:00"}
        response = sato.post("/posts/new/", {**typed, "do": "ask"})
        assert response.status_code == 422
        assert Textareas(response.content.decode().replace("\r\n", "\n")).texts["text"] == text


def test_text_is_read_out_to_the_letter_on_the_posts_page(sato: Client, account: SocialAccount) -> None:
    content = content_for(account, text=NASTY[1])
    sato.post("/posts/new/", {"targets": account.pk, "text": as_sent(content.text), "do": "save"})
    page = sato.get(f"/posts/{Post.objects.latest('pk').pk}/").content.decode()
    assert f'<p class="diff">{NASTY[1]}</p>' in page
