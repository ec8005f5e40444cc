"""あとの確認 of what went out in an emergency: what waits, one review, how often it happens. The rules decide who."""

import csv

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acts import ActRefused
from accounts.permissions import signed_in
from accounts.queries import roles_of_request
from accounts.refusals import ShownRefusal, shown_refusal
from posts import afterwards as reading
from posts.actions import afterwards
from posts.forms_emergency import ReviewForm
from posts.models import AfterwardsReview
from posts.views.access import staff_of, visible_post
from rules.calendar import day_of
from rules.states import Role

TITLE = "あとの確認を記録できませんでした"
KEPT = "何も変えていません。書いたものは、下に残っています。"
DONE = "あとの確認を記録しました。"
REPORT_READERS = "緊急発信の割合を見られるのは、所属長・代決者と監査担当です。"
COLUMNS = ("所属", "月", "緊急発信", "すべての発信根拠", "割合（%）", "あとの確認で問題があった")
_LONGEST_KEY = 18


@signed_in
@require_safe
def afterwards_list(request: HttpRequest) -> HttpResponse:
    """What this person can make, or was told of; auditors read all of it."""
    staff, now = staff_of(request), timezone.now()
    everything = Role.AUDITOR in roles_of_request(request)
    led = reading.led_by(staff, day_of(now))
    waiting = reading.all_waiting if everything else reading.waiting_for
    context = {
        "waiting": waiting(staff, now=now),
        "done": reading.done_lately(None if everything else led),
        "reads": everything or bool(led),
        "now": now,
    }
    return render(request, "posts/afterwards_list.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def afterwards_review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review; a press records it."""
    review = _review(request, pk)
    if request.method != "POST":
        return _page(request, review, ReviewForm())
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, review, form, status=422)
    words, now = form.cleaned_data["words"], timezone.now()
    try:
        afterwards.finish(review=review, was_right=form.was_right, words=words, by=staff_of(request), now=now)
    except ActRefused as error:
        refusal = shown_refusal(error, title=TITLE, unchanged=KEPT)
        status = 403 if refusal.forbidden else 409
        return _page(request, _review(request, pk), form, refusal=refusal, status=status)
    messages.success(request, DONE)
    return redirect("afterwards_review", pk)


@signed_in
@require_safe
def afterwards_report(request: HttpRequest) -> HttpResponse:
    """緊急発信の割合, section by section."""
    sections = _reported(request)
    shares = reading.shares(sections, day_of(timezone.now()))
    return render(request, "posts/afterwards_report.html", {"sections": shares, "whole": sections is None})


@signed_in
@require_safe
def afterwards_report_csv(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet; the mark at the beginning tells it that this is UTF-8."""
    shares = reading.shares(_reported(request), day_of(timezone.now()))
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kinkyu-hasshin.csv"'
    lines = csv.writer(response)
    lines.writerow(COLUMNS)
    for section, months in shares:
        for row in months:
            month = f"{row.month:%Y-%m}"
            lines.writerow([section.name, month, row.waived, row.in_all, row.percent, row.wrong])
    return response


def _review(request: HttpRequest, pk: int) -> AfterwardsReview:
    """The review, if this person may read its post."""
    review = reading.review_by_key(pk) if pk < 10**_LONGEST_KEY else None
    if review is None:
        raise Http404
    visible_post(request, review.clearance.post_id)
    return review


def _reported(request: HttpRequest) -> list[int] | None:
    """Which sections this person reads about; None for all of them."""
    if Role.AUDITOR in roles_of_request(request):
        return None
    led = reading.led_by(staff_of(request), day_of(timezone.now()))
    if not led:
        raise PermissionDenied(REPORT_READERS)
    return led


def _page(
    request: HttpRequest,
    review: AfterwardsReview,
    form: ReviewForm,
    *,
    refusal: ShownRefusal | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "whole": reading.review_whole(review, staff_of(request), now=now),
        "review": review,
        "post": review.clearance.post,
        "form": form,
        "refusal": refusal,
        "record": refusal.record if refusal else "",
        "now": now,
    }
    return render(request, "posts/afterwards_review.html", context, status=status)
