"""規程: which rulebooks the city stands under and since when, which duties each owes, and the city's own."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actions import rulebooks as actions
from accounts.acts import ActRefused
from accounts.books import Books, books_on, coming
from accounts.duties import DUTY_JA
from accounts.forms.rulebooks import DecisionForm, RulebookForm
from accounts.models import Adoption, DutySwitch
from accounts.permissions import signed_in
from accounts.queries import record_of
from accounts.rulebook_document import document_of
from accounts.views.access import keeps, staff_of
from accounts.views.sections import refused
from rules.calendar import day_of
from rules.clauses import DUTIES, Clause, Rulebook
from rules.switching import CORE

# What a button says: never the opposite of today's state, which may be another by the day it is about.
SWITCHES: Mapping[str, bool] = {"on": True, "off": False}


@dataclass(frozen=True)
class Owed:
    """One duty of a rulebook as it stands today. `changes` says that something else is decided for a day to come."""

    key: str
    words: str
    on: bool
    core: bool
    clauses: Sequence[Clause]
    switch: DutySwitch | None
    changes: bool


@signed_in
@require_http_methods(["GET", "HEAD"])
def rulebook_list(request: HttpRequest) -> HttpResponse:
    """The rulebooks: those in force for the city, those one could adopt, and what is decided for days to come."""
    on = day_of(timezone.now())
    books = books_on(on)
    rows = [(book, book.id in books.city, book.version_on(on)) for book in books.known.values()]
    context = {"rows": rows, "coming": coming(on), "keeps": keeps(request), "duties": DUTY_JA}
    return render(request, "accounts/rulebook_list.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rulebook_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One rulebook: its duties, switching one, adopting it or giving it up."""
    book = _book(key)
    form = DecisionForm(request.POST or None)
    if request.method != "POST":
        return _detail(request, book, form)
    if not form.is_valid():
        return _detail(request, book, form, status=422)
    try:
        said = _decide(request, book, form)
    except ActRefused as error:
        return _detail(request, book, form, **refused(error, "決められませんでした"))
    messages.success(request, said)
    return redirect("rulebook_detail", key)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rulebook_new(request: HttpRequest) -> HttpResponse:
    """市の規程を加える, or a newer version of one: the text first, then what each place is about."""
    form = RulebookForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _new(request, form)
    if not form.is_valid() or request.POST.get("do") != "save":
        return _new(request, form, status=422 if form.errors else 200)
    if form.cleaned_data["effective_on"] is None:
        form.add_error("effective_on", "「始まる日」を入力してください。")
        return _new(request, form, status=422)
    key = form.cleaned_data["key"]
    known = books_on(day_of(timezone.now())).known.get(key)
    typed = form.typed(settings.CITY["name"], list(known.versions) if known else [])
    try:
        actions.write(
            what=form.decision(key), document=document_of(typed), by=staff_of(request), now=timezone.now()
        )
    except ActRefused as error:
        return _new(request, form, **refused(error, "登録できませんでした"))
    messages.success(request, f"「{typed.short}」を登録しました。採用すると、始まる日から当てはまります。")
    return redirect("rulebook_detail", key)


def _decide(request: HttpRequest, book: Rulebook, form: DecisionForm) -> str:
    what, by, now = form.decision(book.id), staff_of(request), timezone.now()
    if request.POST.get("do") in ("adopt", "give_up"):
        actions.adopt(what=what, adopted=request.POST["do"] == "adopt", by=by, now=now)
        return f"「{book.short}」の採用についての決定を記録しました。"
    duty, _, wanted = request.POST.get("switch", "").partition(":")
    if duty not in DUTIES or wanted not in SWITCHES:
        raise Http404
    actions.switch_duty(what=what, duty=duty, on=SWITCHES[wanted], by=by, now=now)
    return f"「{book.short}」の決まりの切り替えを記録しました。"


def _book(key: str) -> Rulebook:
    books = books_on(day_of(timezone.now()), needs=[key])
    if key not in books.known:
        raise Http404
    return books.known[key]


def _detail(
    request: HttpRequest, book: Rulebook, form: DecisionForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    on = day_of(timezone.now())
    books, ahead = books_on(on), [each for each in coming(on) if each.row.rulebook == book.id]
    context = {
        "book": book,
        "adopted": book.id in books.city,
        "version_on": book.version_on(on),
        "owed": _owed(book, books, {each.duty for each in ahead}),
        "coming": ahead,
        "adoption_changes": any(isinstance(each.row, Adoption) for each in ahead),
        "duties": DUTY_JA,
        "form": form,
        "switch": request.POST.get("switch", ""),
        "keeps": keeps(request),
        "history": record_of(f"rulebook:{book.id}"),
        **more,
    }
    return render(request, "accounts/rulebook_detail.html", context, status=status)


def _owed(book: Rulebook, books: Books, changing: Set[str]) -> list[Owed]:
    return [
        Owed(
            key,
            DUTY_JA[key],
            book.duties[key].on,
            key in CORE,
            [book.clauses[clause] for clause in book.duties[key].clauses],
            books.switches.get((book.id, key)),
            key in changing,
        )
        for key in DUTY_JA
    ]


def _new(request: HttpRequest, form: RulebookForm, *, status: int = 200, **more: Any) -> HttpResponse:
    places = form.places if form.is_bound else []
    rows = [
        (number, place, form.gist(number, place), request.POST.getlist(f"duty-{number}"))
        for number, place in enumerate(places)
    ]
    context = {
        "form": form,
        "rows": rows,
        "kept": form.kept if form.is_bound and not rows else [],
        "off": request.POST.getlist("off"),
        "duties": DUTY_JA.items(),
        "may_be_off": [(key, words) for key, words in DUTY_JA.items() if key not in CORE],
        "keeps": keeps(request),
        **more,
    }
    return render(request, "accounts/rulebook_new.html", context, status=status)
