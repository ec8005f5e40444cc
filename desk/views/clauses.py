"""条文: every clause of the rulebooks, what it is about and who sees to it. Reading only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from desk.clause_table import books, city_settings
from rules.calendar import day_of

WHO = {"": "すべて", "code": "仕組みが守る", "people": "人が行う", "planned": "これから作る"}


@signed_in
@require_safe
def clause_list(request: HttpRequest) -> HttpResponse:
    now, only = timezone.now(), request.GET.get("who", "")
    only = only if only in WHO else ""
    context = {
        "books": books(now, only),
        "city_settings": city_settings(day_of(now)),
        "who": WHO.items(),
        "only": only,
    }
    return render(request, "desk/clause_list.html", context)
