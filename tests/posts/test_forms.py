"""The composer's form: what is typed becomes the content of a version, and back, without a change."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import SocialAccount
from posts.canonical import Content, canonical
from posts.forms import CancelForm, PostForm, initial_of, with_time
from posts.models import Post
from rules.facts import Claim, DisasterReport, LawCitation, PastFact, PublicSource
from rules.states import Ground, PostKind

ACCOUNTS = [
    SocialAccount(pk=3, name="観光（X）", network="x"),
    SocialAccount(pk=5, name="くらし", network="line"),
]
AT = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)  # 9:30 in Japan
CHECKBOXES = ("targets", "declared", "disaster_related", "disaster_information")
CLAIMS = [
    None,
    Claim(Ground.PUBLIC, PublicSource("https://www.city.example/a", date(2026, 11, 1))),
    Claim(Ground.FACT, PastFact("町あるき", date(2026, 11, 1))),
    Claim(Ground.LAW, LawCitation("水防法", "第15条")),
    Claim(Ground.DISASTER, DisasterReport("気象", "気象台", AT)),
    Claim(Ground.DISASTER, DisasterReport("津波", "", None)),
    Claim(Ground.PUBLIC, PublicSource("", None)),
]


def form_of(**typed: Any) -> PostForm:
    return PostForm(typed, accounts=ACCOUNTS, categories=["観光"])


def sent_by_browser(form: PostForm) -> dict[str, Any]:
    """What a browser would send of the form as it is shown: the texts that stand in its controls."""
    names = [name for name in form.fields if name not in (*CHECKBOXES, "topic_sections")]
    shown = {name: form[name].field.widget.format_value(form[name].value()) for name in names}
    plain = {name: value[0] if isinstance(value, list) else value for name, value in shown.items()}
    ticked = {name: "on" for name in CHECKBOXES[1:] if form[name].value()}
    return {
        "targets": form["targets"].value(),
        **ticked,
        **{name: value for name, value in plain.items() if value},
    }


@pytest.mark.clause("mima:5-4")
def test_disaster_information_follows_from_the_ground_and_is_related() -> None:
    ground = {"road": "exempt", "ground": "disaster", "text": "本文"}
    form = form_of(**ground)
    assert form.is_valid()
    assert (form.content().disaster_related, form.content().disaster_information) == (True, True)
    approval = form_of(road="approval", ground="disaster", text="本文")
    assert approval.is_valid()
    assert not approval.content().disaster_related, "a ground that is not used says nothing"


@pytest.mark.parametrize("ticks", [(False, False), (True, False), (True, True)])
def test_ticks_come_back_as_they_were(ticks: tuple[bool, bool]) -> None:
    content = Content("本文", disaster_related=ticks[0], disaster_information=ticks[1])
    initial = initial_of(Post(title="題"), content, rules_version_on=None)
    again = form_of(**sent_by_browser(PostForm(initial=initial)))
    assert again.is_valid()
    assert canonical(again.content()) == canonical(content)


def test_next_time_is_filled_in_as_typed_and_nothing_else_changes() -> None:
    typed = QueryDict("text=a&due_on=2026-11-20&due_time=23:00&targets=3&targets=5")
    filled = with_time(typed, AT)
    assert (filled["due_on"], filled["due_time"]) == ("2026-11-22", "09:30")
    assert filled.getlist("targets") == ["3", "5"]
    assert typed["due_time"] == "23:00"


@pytest.mark.parametrize("claim", CLAIMS)
def test_content_comes_back_the_same_when_the_form_is_saved_unchanged(claim: Claim | None) -> None:
    content = Content(
        text=" \n本文\n",
        targets=(3, 5),
        variants={5: "LINEだけ "},
        kind=PostKind.CORRECTION,
        category="廃止された種類",
        category_note=" 理由 ",
        due_at=AT,
        latest_at=AT.replace(hour=3),
        claim=claim,
    )
    initial = initial_of(Post(title="題"), content, rules_version_on=None)
    shown = PostForm(initial=initial, accounts=ACCOUNTS, categories=["観光"], kind=content.kind)
    again = PostForm(
        sent_by_browser(shown), initial=initial, accounts=ACCOUNTS, categories=["観光"], kind=content.kind
    )
    assert again.is_valid(), again.errors
    assert canonical(again.content()) == canonical(content)


@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])))
def test_text_is_kept_to_the_letter_whatever_is_typed(text: str) -> None:
    form = form_of(text=text.replace("\n", "\r\n"))
    assert form.is_valid(), form.errors
    assert form.content().text == text


def test_null_character_is_named_when_it_is_in_the_text() -> None:
    form = form_of(text="前\0後")
    assert form.errors["text"] == ["画面に出ない文字（NULL）が入っています。消してください。"]


def test_title_says_how_much_is_too_much_when_it_is_long() -> None:
    assert form_of(title="あ" * 81).errors["title"] == ["80字までにしてください（いま81字）。"]
    assert form_of(title="あ" * 80).is_valid()


def test_claim_is_dropped_when_the_road_is_approval() -> None:
    typed = {"ground": "public", "where": "広報みほん", "published_on": "2026-11-01"}
    approval, exempt = form_of(road="approval", **typed), form_of(road="exempt", **typed)
    assert approval.is_valid()
    assert exempt.is_valid()
    assert approval.content().claim is None
    assert exempt.content().claim == Claim(Ground.PUBLIC, PublicSource("広報みほん", date(2026, 11, 1)))


def test_claim_is_none_when_no_ground_is_chosen() -> None:
    form = form_of(road="exempt", where="広報みほん")
    assert form.is_valid()
    assert form.content().claim is None


def test_evidence_stops_nobody_when_its_ground_was_not_chosen() -> None:
    wrong = {"published_on": "きのう", "announced_on": "2026-11-22"}
    assert form_of(road="approval", ground="public", **wrong).is_valid()
    assert form_of(road="exempt", ground="fact", **wrong).is_valid()
    assert set(form_of(road="exempt", ground="public", **wrong).errors) == {"published_on"}
    assert set(form_of(road="exempt", ground="disaster", **wrong).errors) == {"announced_time"}


@pytest.mark.parametrize(
    ("typed", "asked_for"),
    [
        ({"due_on": "2026-11-22"}, "due_time"),
        ({"due_time": "9:30"}, "due_on"),
        ({"latest_on": "2026-11-22"}, "latest_time"),
        ({"latest_time": "9:30"}, "latest_on"),
    ],
)
def test_moment_asks_for_its_other_half_when_one_is_typed(typed: dict[str, str], asked_for: str) -> None:
    assert set(form_of(**typed).errors) == {asked_for}


def test_moment_is_an_instant_in_japan_when_both_halves_are_typed() -> None:
    form = form_of(due_on="2026/11/22", due_time="9:30", latest_time="12:00")
    assert form.is_valid(), form.errors
    assert form.content().due_at == AT
    assert form.content().latest_at == AT.replace(hour=3, minute=0), "the day of sending where none is typed"


@pytest.mark.parametrize("day", ["2026-02-30", "あした", "0001-01-01", "9999-12-31"])
def test_day_is_refused_with_a_sentence_when_no_calendar_has_it(day: str) -> None:
    errors = form_of(due_on=day, due_time="9:00").errors
    assert set(errors) == {"due_on"}
    assert errors["due_on"][0].endswith("ください。")


def test_variant_is_an_error_when_its_account_is_not_chosen() -> None:
    typed = {"variant_3": "Xだけ", "variant_5": "\r\n"}
    assert set(form_of(targets=["5"], **typed).errors) == {"variant_3"}
    assert form_of(targets=["3"], **typed).is_valid(), "a blank line is no text of its own"


def test_variant_is_left_out_when_it_is_empty() -> None:
    form = form_of(targets=["3", "5"], text="共通", variant_3="", variant_5="LINE")
    assert form.is_valid()
    assert form.content().variants == {5: "LINE"}


def test_targets_are_refused_when_the_register_does_not_have_them() -> None:
    assert set(form_of(targets=["3", "99"]).errors) == {"targets"}


def test_declaration_is_to_be_made_again_when_the_rules_are_newer() -> None:
    post = Post(title="題", declared_on=date(2023, 4, 1))
    same = initial_of(post, Content(""), rules_version_on=date(2023, 4, 1))
    newer = initial_of(post, Content(""), rules_version_on=date(2026, 4, 1))
    assert (same["declared"], newer["declared"]) == (True, False)


def test_cancelling_asks_for_a_reason_when_none_is_typed() -> None:
    assert CancelForm({"reason": "  "}).errors["reason"] == ["取り下げる理由を書いてください。"]
