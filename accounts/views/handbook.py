"""SNSの手引き: the page, and the yearly 「読みました」. Nobody's private use is asked about, kept or looked for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import handbook as reading
from accounts.actions.handbook import confirm_read
from accounts.acts import ActRefused
from accounts.models import Section
from accounts.permissions import signed_in
from accounts.queries import led_by
from accounts.refusals import shown_refusal
from accounts.views.access import keeps, staff_of
from rules.calendar import day_of, fiscal_year


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def handbook(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    try:
        confirm_read(by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        refusal = shown_refusal(error, title="記録しませんでした", unchanged="前の記録のままです。")
        status = 403 if refusal.forbidden else 409
        return _page(request, status=status, refusal=refusal, record=refusal.record)
    messages.success(request, "手引きを読んだことを記録しました。次は来年度です。")
    return redirect("handbook")


def _page(request: HttpRequest, *, status: int = 200, **more: object) -> HttpResponse:
    staff, on = staff_of(request), day_of(timezone.now())
    led, sections = led_by(staff, on), Section.objects.order_by("pk")
    watched = sections if keeps(request) else sections.filter(pk__in=led)
    context = {
        "has_read": reading.has_read(staff, on),
        "owed": reading.owed_by(staff, on),
        "led": led,
        "own": reading.own_readings(staff),
        "year": fiscal_year(on),
        "edition_on": reading.EDITION_ON,
        "readings": reading.readings(on, list(watched)),
        **more,
    }
    return render(request, "accounts/handbook.html", context, status=status)
