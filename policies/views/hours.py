"""勤務時間: which hours hold, the days ahead, the chief's standing confirmations. Refused, all stays in its form."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.acts import ActRefused
from accounts.permissions import signed_in
from accounts.refusals import shown_refusal
from policies import city_lists
from policies.actions import hours as acts
from policies.forms.city import DayForm, StandingForm
from policies.models import StandingConfirmation
from policies.views.access import staff_of
from rules.calendar import day_of, fiscal_year_end

REFUSED = {
    "day": "休みの日を直せませんでした",
    "give": "包括確認を出せませんでした",
    "end": "包括確認を取り消せませんでした",
}
UNCHANGED = "何も変えていません。書いた内容は下に残っています。"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """The page, and its three presses: a day, a standing confirmation, taking one back."""
    do = request.POST.get("do", "")
    press = PRESSES.get(do)
    if press is None:
        return _page(request)
    try:
        return press(request)
    except ActRefused as error:
        refusal = shown_refusal(error, title=REFUSED[do], unchanged=UNCHANGED)
        status = 403 if error.refusal.forbidden else 409
        return _page(request, bound=do, refusal=refusal, record=error.record, status=status)


def _set_day(request: HttpRequest) -> HttpResponse:
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, bound="day", status=422)
    row = acts.set_day(by=staff_of(request), now=timezone.now(), **form.cleaned_data)
    how = {"closed": "休みに", "open": "開く日に", "as_usual": "ふだんどおりに"}[row.kind]
    messages.success(request, f"{row.day.month}月{row.day.day}日を{how}しました。")
    return redirect("hours")


def _give(request: HttpRequest) -> HttpResponse:
    form = StandingForm(request.POST, mine=[])
    if not form.is_valid():
        return _page(request, bound="give", status=422)
    row = acts.give_standing(by=staff_of(request), now=timezone.now(), **form.cleaned_data)
    messages.success(request, f"{row.section.name}の包括確認を出しました。防災情報だけに使えます。")
    return redirect("hours")


def _end(request: HttpRequest) -> HttpResponse:
    pk = request.POST.get("standing", "")
    known = StandingConfirmation.objects.filter(pk=int(pk)) if pk.isdecimal() and len(pk) < 19 else None
    standing = known.first() if known is not None else None
    if standing is None:
        raise Http404
    row = acts.end_standing(standing=standing, by=staff_of(request), now=timezone.now())
    messages.success(request, f"{row.section.name}の包括確認を取り消しました。")
    return redirect("hours")


PRESSES: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {"day": _set_day, "give": _give, "end": _end}


def _page(request: HttpRequest, *, bound: str = "", status: int = 200, **more: Any) -> HttpResponse:
    """`bound` names the form that came back; it stands there as it was sent."""
    now, staff = timezone.now(), staff_of(request)
    today = day_of(now)
    mine = list(city_lists.confirms_for(staff, today))
    days = city_lists.days_ahead(today)
    context = {
        "rows": city_lists.account_hours(today),
        "always_open": settings.CITY_ALWAYS_OPEN,
        "months": city_lists.in_months(days),
        "special": [day for day in days if day.is_special],
        "today": today,
        "known_until": city_lists.known_until(),
        "beyond": [day for day in days if not day.is_known],
        "keeps_lists": city_lists.keeps_lists(staff, now),
        "keepers": city_lists.KEEPERS,
        "mine": mine,
        "day_form": DayForm(request.POST) if bound == "day" else DayForm(initial={"kind": "closed"}),
        "standing_form": StandingForm(request.POST, mine=mine)
        if bound == "give"
        else StandingForm(initial={"from_on": today, "until_on": fiscal_year_end(today)}, mine=mine),
        "bound": bound,
        **city_lists.standing_by_time(today),
        **more,
    }
    return render(request, "policies/hours_page.html", context, status=status)
