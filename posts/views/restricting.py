"""投稿を止める, 制限の一覧, the page of one restriction with its end, 災害対策本部.

Starting and ending freeze at once what lies under it, so that every schedule says why it does not go.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acts import ActRefused
from accounts.models import StaffMember
from accounts.permissions import signed_in
from accounts.queries import roles_of_request
from accounts.refusals import shown_refusal
from policies.actions import headquarters as hq
from policies.actions import restricting
from policies.models import Headquarters, Restriction
from posts.actions.held import freeze
from posts.forms_restricting import DissolveForm, EndForm, LimitForm, SetUpForm, StopForm, this_minute
from posts.reaching import consultable, preselected, reaches
from posts.restrictions import ENDING, WORDS, dossier_of, headquarters_page, history, restriction, standing
from posts.views.access import staff_of
from rules.calendar import day_of
from rules.states import Cause, RestrictionKind, Trigger, Verb

UNCHANGED = "何も変えていません。選んだもの、書いたものは、下に残っています。"
GET_AND_POST = ["GET", "HEAD", "POST"]
REFUSED = {
    Verb.LIFT: "再開を記録できませんでした",
    Verb.END_LIMIT: "防災情報限定を終えられませんでした",
    Verb.END_FLAMING: "炎上対応を終えられませんでした",
}
ENDED = {
    Verb.LIFT: "再開を記録しました。止めたものは、自動では出ません。1件ずつ決めてください。",
    Verb.END_LIMIT: "防災情報限定を終えました。投稿停止は続いています。",
    Verb.END_FLAMING: "炎上対応を終えました。止めたものは、自動では出ません。1件ずつ決めてください。",
}


@signed_in
@require_safe
def restriction_list(request: HttpRequest) -> HttpResponse:
    rows, next_key = history(_key(request, "before"))
    next_url = f"{reverse('restriction_list')}?before={next_key}" if next_key else ""
    context = {"standing": standing(), "past": rows, "next_url": next_url}
    return render(request, "posts/restriction_list.html", context)


# --- starting


@signed_in
@require_http_methods(GET_AND_POST)
def restriction_new(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    if request.method != "POST":
        return _stop_page(request, None)
    form = StopForm(request.POST, staff=staff)
    if not form.is_valid():
        return _stop_page(request, form, status=422)
    try:
        row = _start(form, staff, timezone.now())
    except ActRefused as error:
        title = "炎上対応を始められませんでした" if form.is_flaming else "投稿を止められませんでした"
        return _stop_page(request, form, **_refused(error, title))
    return _started(request, row)


def _start(form: StopForm, by: StaffMember, now: datetime) -> Restriction:
    data = form.cleaned_data
    common: dict[str, Any] = {"place": data["scope"], "note": data["note"], "by": by, "now": now}
    if form.is_flaming:
        return restricting.start_flaming(**common)
    return restricting.suspend_posting(cause=form.cause, trigger=data["trigger"], **common)


def _started(request: HttpRequest, row: Restriction) -> HttpResponse:
    held = freeze(restriction=row, now=timezone.now())
    messages.success(request, f"{row.title}を始めました。{row.where}で、{held}件の発信を止めています。")
    return redirect("restriction_detail", row.pk)


def _stop_page(request: HttpRequest, form: StopForm | None, status: int = 200, **rest: Any) -> HttpResponse:
    staff, now = staff_of(request), timezone.now()
    found = reaches(staff, Verb.SUSPEND_POSTING, now=now)
    begun = {
        "what": Cause.DISASTER.value,
        "trigger": Trigger.OCCURRED.value,
        "scope": preselected(found, staff),
    }
    context = {
        "form": form or StopForm(initial=begun, staff=staff),
        "reaches": found,
        "disaster": WORDS[RestrictionKind.SUSPENSION, Cause.DISASTER],
        "scandal": WORDS[RestrictionKind.SUSPENSION, Cause.SCANDAL],
        "flaming": WORDS[RestrictionKind.FLAMING, None],
        **rest,
    }
    return render(request, "posts/restriction_new.html", context, status=status)


# --- one restriction, and its end


@signed_in
@require_http_methods(GET_AND_POST)
def restriction_detail(request: HttpRequest, pk: int) -> HttpResponse:
    row = _restriction_or_404(pk)
    if request.method != "POST":
        return _detail_page(request, row, EndForm())
    form = EndForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, row, form, status=422)
    verb = ENDING[RestrictionKind(row.kind)]
    try:
        _end(row, verb, form, staff_of(request), timezone.now())
    except ActRefused as error:
        return _detail_page(request, _restriction_or_404(pk), form, **_refused(error, REFUSED[verb]))
    freeze(restriction=row, now=timezone.now())
    messages.success(request, ENDED[verb])
    return redirect("restriction_detail", pk)


def _end(row: Restriction, verb: Verb, form: EndForm, by: StaffMember, now: datetime) -> None:
    words = form.cleaned_data["reason"]
    if verb == Verb.LIFT:
        with_whom = [person.pk for person in form.cleaned_data["consulted"]]
        restricting.lift(restriction=row, words=words, consulted=with_whom, by=by, now=now)
    elif verb == Verb.END_LIMIT:
        restricting.end_limit(restriction=row, words=words, by=by, now=now)
    else:
        restricting.end_flaming(restriction=row, words=words, by=by, now=now)


def _detail_page(
    request: HttpRequest, row: Restriction, form: EndForm, status: int = 200, **rest: Any
) -> HttpResponse:
    staff, now = staff_of(request), timezone.now()
    after = _key(request, "after")
    dossier = dossier_of(row, staff, roles_of_request(request), now=now, after=after)
    asks_consulted = dossier.is_mine and dossier.verb == Verb.LIFT
    address = reverse("restriction_detail", args=[row.pk])
    context = {
        "dossier": dossier,
        "row": row,
        "form": form,
        "groups": consultable(row, staff, day_of(now)) if asks_consulted else (),
        "next_url": f"{address}?after={dossier.next_key}#held" if dossier.next_key else "",
        **rest,
    }
    return render(request, "posts/restriction_detail.html", context, status=status)


def _restriction_or_404(pk: int) -> Restriction:
    row = restriction(pk)
    if row is None:
        raise Http404
    return row


# --- 災害対策本部


@signed_in
@require_http_methods(GET_AND_POST)
def headquarters(request: HttpRequest) -> HttpResponse:
    """One page for what stands, what is recorded of it, and those of the past; `do` names the button."""
    if request.method != "POST":
        return _hq_page(request)
    do = {"limit": _limit, "dissolve": _dissolve}.get(request.POST.get("do", ""), _set_up)
    return do(request)


def _set_up(request: HttpRequest) -> HttpResponse:
    form = SetUpForm(request.POST)
    if not form.is_valid():
        return _hq_page(request, set_up=form, status=422)
    data = form.cleaned_data
    try:
        row = hq.set_up(
            name=data["name"],
            set_up_at=form.moment,
            suspend=data["suspend"],
            by=staff_of(request),
            now=timezone.now(),
        )
    except ActRefused as error:
        return _hq_page(request, set_up=form, **_refused(error, "本部の設置を記録できませんでした"))
    held = sum(freeze(restriction=started, now=timezone.now()) for started in row.restrictions.all())
    stopped = f"投稿を止め、{held}件の発信を止めています。" if data["suspend"] else "投稿は止めていません。"
    messages.success(request, f"「{row.name}」の設置を記録しました。{stopped}")
    return redirect("headquarters")


def _limit(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    form = LimitForm(request.POST, staff=staff)
    if not form.is_valid():
        return _hq_page(request, limit=form, status=422)
    data = form.cleaned_data
    try:
        row = restricting.limit_to_disaster(
            place=data["scope"], note=data["note"], by=staff, now=timezone.now()
        )
    except ActRefused as error:
        return _hq_page(request, limit=form, **_refused(error, "防災情報だけに絞れませんでした"))
    return _started(request, row)


def _dissolve(request: HttpRequest) -> HttpResponse:
    form, row = DissolveForm(request.POST), Headquarters.objects.order_by("-standing", "-pk").first()
    if row is None or not form.is_valid():
        return _hq_page(request, dissolve=form, status=422)
    limits = [one.row for one in standing() if one.is_disaster_only]
    try:
        hq.dissolve(headquarters=row, dissolved_at=form.moment, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _hq_page(request, dissolve=form, **_refused(error, "本部の廃止を記録できませんでした"))
    for limit in Restriction.objects.filter(pk__in=[limit.pk for limit in limits]):
        freeze(restriction=limit, now=timezone.now())
    messages.success(request, f"「{row.name}」の廃止を記録しました。投稿停止は、再開を記録するまで続きます。")
    return redirect("headquarters")


def _hq_page(request: HttpRequest, status: int = 200, **rest: Any) -> HttpResponse:
    """`rest` are forms that came back, and what was refused of one."""
    staff = staff_of(request)
    page = headquarters_page(staff, now=timezone.now(), before=_key(request, "before"))
    forms: dict[str, Form] = {
        "set_up": SetUpForm(initial={"name": "災害対策本部", "suspend": True, **this_minute()}),
        "limit": LimitForm(initial={"scope": "city"}, staff=staff),
        "dissolve": DissolveForm(initial=this_minute()),
    }
    next_url = f"{reverse('headquarters')}?before={page.next_key}" if page.next_key else ""
    context = {"page": page, "next_url": next_url, **forms, **rest}
    return render(request, "posts/headquarters_page.html", context, status=status)


# --- for all of them


def _refused(error: ActRefused, title: str) -> dict[str, Any]:
    return {
        "refusal": shown_refusal(error, title=title, unchanged=UNCHANGED),
        "record": error.record,
        "status": 403 if error.refusal.forbidden else 409,
    }


def _key(request: HttpRequest, name: str) -> int | None:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
