"""条文: every clause of the rulebooks, what it is about and who sees to it. Reading only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from desk.clause_table import books, city_settings
from rules.calendar import day_of


@signed_in
@require_safe
def clause_list(request: HttpRequest) -> HttpResponse:
    context = {"books": books(day_of(timezone.now())), "city_settings": city_settings()}
    return render(request, "desk/clause_list.html", context)
