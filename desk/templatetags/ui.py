"""Tags and filters of the staff screens: icons, chips, account tags, clauses, times, form controls.

They write what they are given in the house's words and markup; no query, no decision.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.books import books_of
from desk import chips, times
from rules import clauses as rulebook

register = template.Library()

STREAM_JA = {
    "post": "投稿",
    "account": "公式アカウント",
    "staff": "職員",
    "restriction": "制限",
    "headquarters": "災害対策本部",
    "standing": "包括確認",
    "day": "休みの日",
    "election": "選挙",
    "urgency": "急ぐ事情",
}
OWN_LOOK = ("checkbox", "radioselect", "checkboxselectmultiple", "clearablefile", "file")


@register.simple_tag
def icon(name: str) -> SafeString:
    """One symbol of the sprite; decorative, so the words beside it must be enough."""
    sprite = static("icons.svg")
    return format_html('<svg class="ic" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name)


@register.simple_tag
def chip(state: str, kind: str = "post", note: str = "", large: bool = False) -> SafeString:
    """The chip of a state; `kind` is a key of chips.KINDS. KeyError for a word that it does not have."""
    shown = chips.KINDS[kind][state]
    return format_html(
        '<span class="chip{}" data-state="{}">{}{}{}</span>',
        " chip--lg" if large else "",
        shown.look,
        icon(shown.icon),
        shown.label,
        format_html(" <span>{}</span>", note) if note else "",
    )


@register.simple_tag
def acct(social_account: Any) -> SafeString:
    """The network's mark and the name in the register."""
    network = chips.network_of(social_account.network, social_account.connection)
    training = network is chips.TRAINING
    return format_html(
        '<span class="acct"><span class="net" data-net="{}" aria-hidden="true">{}</span>'
        '<span class="vh">{}: </span><span class="acct__name">{}</span></span>',
        "training" if training else social_account.network,
        network.mark,
        network.name,
        social_account.name,
    )


@register.simple_tag
def cite(reason: Any) -> SafeString:
    """The ground of a refusal: a link to its first clause, or 市の設定 in plain words where it has none."""
    return clause_anchor(reason.cite, reason.clauses)


@register.simple_tag
def clause_link(duty: str, rulebooks: Iterable[str] = ()) -> SafeString:
    """The clause a duty stands on, in the rulebooks named (of a social account), else in the city's."""
    books = _books(rulebooks)
    return clause_anchor(rulebook.cite(duty, books), rulebook.clauses_for(duty, books))


@register.simple_tag
def clause_details(duty: str, rulebooks: Iterable[str] = ()) -> str:
    """The same, opened in place with the gist of each clause. It is a block: not inside a paragraph."""
    books = _books(rulebooks)
    gists = rulebook.clauses_for(duty, books)
    return render_to_string("components/clause.html", {"cite": rulebook.cite(duty, books), "gists": gists})


@register.simple_tag
def clause_of(*ids: str) -> SafeString:
    """The clauses of those ids that stand in one of the city's rulebooks, as one link; 市の設定 where none does."""
    found = [book.clauses[key] for book in _books(()) for key in ids if key in book.clauses]
    return clause_anchor("・".join(dict.fromkeys(clause.cite for clause in found)), found)


def clause_anchor(words: str, clauses: Iterable[Any]) -> SafeString:
    """`clauses` are Clause objects or their ids."""
    first = next(iter(clauses), None)
    if first is None:
        return format_html('<span class="clause">{}</span>', rulebook.CITY_SETTING)
    address = f"{reverse('clauses')}#{getattr(first, 'id', first)}"
    return format_html('<a class="clause" href="{}">{}</a>', address, words)


def _books(rulebooks: Iterable[str]) -> list[rulebook.Rulebook]:
    return books_of(rulebooks)


@register.simple_tag
def consultation_desk() -> Mapping[str, Any]:
    """The city's settings, for a page that is rendered without a context."""
    return settings.CITY


@register.filter
def jst(instant: datetime | None, now: datetime | None = None) -> str:
    return times.jst(instant, now or timezone.now()) if instant else ""


@register.filter
def jst_full(instant: datetime | None) -> str:
    return times.jst_full(instant) if instant else ""


@register.filter
def wareki(day: date | None) -> str:
    return times.wareki(day) if day else ""


@register.filter
def iso(instant: datetime | None) -> str:
    """For the `datetime` attribute of a time element."""
    return times.in_jst(instant).isoformat(timespec="minutes") if instant else ""


@register.filter
def ago(instant: datetime | None, now: datetime | None = None) -> str:
    return times.ago(instant, now or timezone.now()) if instant else ""


@register.filter
def digest8(digest: str) -> str:
    """The first eight digits of a hash, in two groups that can be read out on the phone."""
    return f"{digest[:4]} {digest[4:8]}".strip()


@register.filter
def record_no(record: str) -> str:
    """The reference of an entry in the record ("post:3 12"), for reading out to whoever looks it up."""
    stream, _, seq = record.partition(" ")
    kind, _, key = stream.partition(":")
    return f"記録番号 {STREAM_JA.get(kind, kind)}{key}-{seq}"


@register.filter
def sentence(words: str) -> str:
    """Closed with a full stop; what a service or a fault says may come without one."""
    return words if not words or words.endswith(("。", "？", "！")) else f"{words}。"


@register.filter
def faults(form: Any) -> list[dict[str, str]]:
    """Each field with an error once, in the form's order, then what is wrong with the form as a whole."""
    fields = [{"label": field.label, "target": field.auto_id} for field in form if field.errors]
    return fields + [{"label": fault, "target": ""} for fault in form.non_field_errors()]


@register.simple_tag
def control(field: BoundField, hint: str = "", **attrs: Any) -> SafeString:
    """The widget of a field, tied to its hint and its error for those who cannot see where they stand."""
    if field.widget_type not in OWN_LOOK:
        attrs["class"] = f"input {field.field.widget.attrs.get('class', '')} {attrs.get('class', '')}".strip()
    described = [f"{field.auto_id}_hint"] * bool(hint) + [f"{field.auto_id}_error"] * bool(field.errors)
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)
