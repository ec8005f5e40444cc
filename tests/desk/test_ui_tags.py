"""Icons, chips, account tags, clauses and form fields as templates write them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from desk import chips
from rules.states import AccountState, DeliveryState, PolicyState, PostState

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "static" / "app.css").read_text(encoding="utf-8")
SYMBOLS = set(
    re.findall(r'<symbol id="([a-z]+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8"))
)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.path)


urlpatterns = [path("clauses/", page, name="clauses")]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def render(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


# --- Chips


@pytest.mark.parametrize(
    ("kind", "states"),
    [("post", PostState), ("delivery", DeliveryState), ("policy", PolicyState), ("account", AccountState)],
)
def test_chip_has_a_word_for_every_state(kind: str, states: type[PostState]) -> None:
    assert {state.value for state in states} <= chips.KINDS[kind].keys()


def test_chip_looks_and_icons_exist_for_every_state() -> None:
    shown = [chip for states in chips.KINDS.values() for chip in states.values()]
    looks = set(re.findall(r"\.chip\[data-state=([a-z-]+)\]", CSS)) | {
        "drafting"
    }  # grey is the chip's own look
    assert {chip.look for chip in shown} <= looks
    assert {chip.icon for chip in shown} <= SYMBOLS


def test_chip_says_word_icon_and_look_when_rendered() -> None:
    html = render('{% chip "unknown" %}')
    assert 'data-state="unknown"' in html
    assert "icons.svg#help" in html
    assert html.endswith("</svg>要照合</span>")


def test_chip_follows_its_kind_when_two_subjects_share_a_state() -> None:
    assert "発信済み" in render('{% chip "published" %}')
    assert "公表済み" in render('{% chip "published" "policy" %}')


def test_chip_adds_size_and_note_when_asked() -> None:
    html = render('{% chip "partly" note="2/3件" large=True %}')
    assert 'class="chip chip--lg"' in html
    assert "2/3件" in html


def test_chip_fails_loudly_when_the_state_is_unknown() -> None:
    with pytest.raises(KeyError):
        render('{% chip "no_such_state" %}')


# --- Account tags


@pytest.mark.parametrize(
    ("network", "connection", "look", "mark"),
    [
        ("x", "api", "x", "X"),
        ("bluesky", "api", "bluesky", "B"),
        ("bluesky", "training", "training", "訓"),
        ("training", "training", "training", "訓"),
        ("peertube", "manual", "peertube", "P"),
    ],
)
def test_account_tag_marks_the_network_and_training_above_it(
    network: str, connection: str, look: str, mark: str
) -> None:
    account = SimpleNamespace(name="見本<市>", network=network, connection=connection)
    html = render("{% acct account %}", account=account)
    assert f'data-net="{look}" aria-hidden="true">{mark}<' in html
    assert html.endswith("見本&lt;市&gt;</span></span>")


# --- Clauses


def test_citation_links_to_the_first_clause_when_there_is_one() -> None:
    reason = SimpleNamespace(cite="要領 第5条・第3条(1)", clauses=("mima:5-ただし書", "mima:3-1"))
    html = render("{% cite reason %}", reason=reason)
    assert html == '<a class="clause" href="/clauses/#mima:5-ただし書">要領 第5条・第3条(1)</a>'


def test_citation_is_plain_when_only_the_city_has_decided_it() -> None:
    reason = SimpleNamespace(cite="市の設定", clauses=())
    assert render("{% cite reason %}", reason=reason) == '<span class="clause">市の設定</span>'


def test_clause_link_cites_the_accounts_rulebook_not_the_citys() -> None:
    html = render('{% clause_link "policy_publication" books %}', books=["toyama"])
    assert "要領" not in html
    assert "mima" not in html


def test_clause_details_show_the_gist_of_each_clause() -> None:
    html = render('{% clause_details "approval" %}')
    assert "<details" in html
    assert 'href="/clauses/#mima:5' in html
    assert "<script" not in html


# --- Filters


def test_time_filters_write_nothing_when_there_is_no_time() -> None:
    assert render("{{ at|jst }}{{ at|jst_full }}{{ at|wareki }}{{ at|ago }}{{ at|iso }}", at=None) == ""


def test_time_filters_measure_from_the_instant_given() -> None:
    at, now = datetime(2026, 11, 20, tzinfo=UTC), datetime(2027, 11, 20, 2, tzinfo=UTC)
    assert (
        render("{{ at|jst:now }} {{ at|ago:now }}", at=at, now=now)
        == "令和8年(2026年)11月20日(金) 9:00 365日"
    )


def test_iso_is_the_time_in_japan_for_machines() -> None:
    assert render("{{ at|iso }}", at=datetime(2026, 11, 20, tzinfo=UTC)) == "2026-11-20T09:00+09:00"


def test_digest8_shows_two_groups_of_four() -> None:
    assert render("{{ digest|digest8 }}", digest="3a7f91c2" + "0" * 56) == "3a7f 91c2"


# --- Fields


class SampleForm(forms.Form):
    title = forms.CharField(label="見出し", help_text="庁内だけで使います。")
    note = forms.CharField(label="備考", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="種類", choices=[("a", "自然災害"), ("b", "不祥事")], widget=forms.RadioSelect
    )
    sure = forms.BooleanField(label="確かめた")


def field(name: str, form: forms.Form, **context: Any) -> str:
    source = '{% include "components/field.html" with field=bound hint=hint required=required %}'
    return render(source, bound=form[name], **context)


def test_field_ties_label_and_hint_to_its_control() -> None:
    html = field("title", SampleForm())
    assert '<label class="label" for="id_title">見出し<span class="req">※必須</span>' in html
    assert '<p class="hint" id="id_title_hint">庁内だけで使います。</p>' in html
    assert 'aria-describedby="id_title_hint"' in html
    assert "aria-invalid" not in html


def test_field_says_optional_when_nothing_requires_it() -> None:
    assert '<span class="opt">任意</span>' in field("note", SampleForm())


def test_field_takes_hint_and_duty_from_the_page_when_given() -> None:
    html = field("note", SampleForm(), hint="3行まで", required=True)
    assert "※必須" in html
    assert 'id="id_note_hint">3行まで<' in html


def test_field_points_to_its_error_when_refused() -> None:
    html = field("title", SampleForm({"title": ""}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_hint id_title_error"' in html
    assert 'id="id_title_error"' in html


def test_field_is_a_named_group_when_it_is_a_choice_of_radios() -> None:
    html = field("kind", SampleForm({}))
    assert '<fieldset class="choices" id="id_kind"' in html
    assert html.count('class="pick"') == 2
    assert "<legend" in html


def test_field_wraps_a_checkbox_in_its_label() -> None:
    html = field("sure", SampleForm())
    assert '<label class="check" for="id_sure"><input type="checkbox"' in html


def test_error_summary_links_every_field_in_order_and_takes_the_focus() -> None:
    html = render('{% include "components/errors.html" %}', form=SampleForm({"note": "x"}))
    assert re.findall(r'href="#(\w+)"', html) == ["id_title", "id_kind", "id_sure"]
    assert "3か所を直してください" in html
    assert 'role="alert" tabindex="-1" autofocus' in html


def test_error_summary_is_absent_when_nothing_is_wrong() -> None:
    form = SampleForm({"title": "a", "kind": "a", "sure": "on"})
    assert render('{% include "components/errors.html" %}', form=form).strip() == ""


def test_icons_named_in_templates_exist_in_the_sprite() -> None:
    sources = (file.read_text(encoding="utf-8") for file in (ROOT / "templates").rglob("*.html"))
    named = {name for source in sources for name in re.findall(r'{% icon "(\w+)"', source)}
    assert named
    assert named <= SYMBOLS
