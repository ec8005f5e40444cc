"""手作業で出す: the list, and one delivery to take, bring out and report. What was typed is never lost."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.acts import ActRefused, ActStale
from accounts.permissions import signed_in
from accounts.refusals import refusal_page, shown_refusal
from posts.actions import by_hand
from posts.bringing import cases, due_by_hand, hand_case, hand_delivery
from posts.forms_by_hand import PutBackForm, ReportForm, TakeForm
from posts.forms_settling import LIVE, SettleForm
from posts.models import Delivery
from posts.views.access import staff_of, visible_post
from posts.views.case import detail_page
from rules.states import DeliveryState

TAKEN = "引き受けました。本文を写して、サービスの画面で出してください。"
REPORTED = "出したと記録しました。"
BACK = "出さずに戻しました。ほかの人が引き受けられます。"
GONE_ON = "開いたあとで、ほかの人が動かしました。いまの状態を確かめてください。"
OVER = "記録の時刻を過ぎ、要照合になりました。貼ったURLは残っています。確かめたことを書き、照合を記録してください。"
UNCHANGED = "何も変えていません。"
KEPT = "何も変えていません。書いたものは、下に残っています。"


@signed_in
@require_safe
def hand_list(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), timezone.now()
    return render(
        request, "posts/hand_list.html", {"cases": cases(due_by_hand(staff, now=now), staff, now=now)}
    )


@signed_in
@require_safe
def hand_case_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _delivery(request, pk))


@signed_in
@require_POST
def hand_take(request: HttpRequest, pk: int) -> HttpResponse:
    delivery, form = _delivery(request, pk), TakeForm(request.POST)
    if not form.is_valid():
        return _page(request, delivery, status=422)
    try:
        by_hand.take(
            delivery=delivery, by=staff_of(request), now=timezone.now(), tries=form.cleaned_data["tries"]
        )
    except ActStale:
        messages.warning(request, GONE_ON)
        return _page(request, _delivery(request, pk), status=409)
    except ActRefused as error:
        return _refused(request, pk, error, "引き受けられませんでした")
    messages.success(request, TAKEN)
    return redirect("hand_case", pk)


@signed_in
@require_POST
def hand_report(request: HttpRequest, pk: int) -> HttpResponse:
    delivery, form = _delivery(request, pk), ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, delivery, report=form, status=422)
    try:
        by_hand.report(delivery=delivery, by=staff_of(request), now=timezone.now(), **form.cleaned_data)
    except ActRefused as error:
        delivery = _delivery(request, pk)
        if delivery.state == DeliveryState.UNKNOWN:
            return _too_late(request, delivery, form)
        return _refused(request, pk, error, "出したと記録できませんでした", report=form)
    messages.success(request, REPORTED)
    return redirect("post_detail", delivery.post_id)


@signed_in
@require_POST
def hand_put_back(request: HttpRequest, pk: int) -> HttpResponse:
    delivery, form = _delivery(request, pk), PutBackForm(request.POST)
    if not form.is_valid():
        return _page(request, delivery, back=form, status=422)
    try:
        by_hand.put_back(delivery=delivery, by=staff_of(request), now=timezone.now(), **form.cleaned_data)
    except ActRefused as error:
        return _refused(request, pk, error, "戻せませんでした", back=form)
    messages.success(request, BACK)
    return redirect("hand_case", pk)


def _too_late(request: HttpRequest, delivery: Delivery, form: ReportForm) -> HttpResponse:
    """The go is over: what was to be reported is settled now, with the address that was pasted."""
    messages.warning(request, OVER)
    known = {"verdict": LIVE, "url": form.cleaned_data["url"]}
    settle = SettleForm(delivery=delivery, initial=known)
    return detail_page(request, delivery.post, tried=settle, status=409)


def _delivery(request: HttpRequest, pk: int) -> Delivery:
    delivery = hand_delivery(pk)
    if delivery is None:
        raise Http404
    visible_post(request, delivery.post_id)
    return delivery


def _refused(
    request: HttpRequest,
    pk: int,
    error: ActRefused,
    title: str,
    *,
    report: ReportForm | None = None,
    back: PutBackForm | None = None,
) -> HttpResponse:
    """Beside what was typed; on a page of its own where it is not for this person, or not any more."""
    if error.refusal.forbidden or "wrong_state" in error.refusal.codes:
        back_url = reverse("hand_case", args=[pk])
        return refusal_page(request, error, title=title, unchanged=UNCHANGED, back_url=back_url)
    refusal = shown_refusal(error, title=title, unchanged=KEPT if report or back else UNCHANGED)
    return _page(
        request,
        _delivery(request, pk),
        report=report,
        back=back,
        status=409,
        refusal=refusal,
        record=error.record,
    )


def _page(
    request: HttpRequest,
    delivery: Delivery,
    *,
    report: ReportForm | None = None,
    back: PutBackForm | None = None,
    status: int = 200,
    **shown: object,
) -> HttpResponse:
    context = {
        "case": hand_case(delivery, staff_of(request), now=timezone.now()),
        "delivery": delivery,
        "post": delivery.post,
        "report": report or ReportForm(),
        "back": back or PutBackForm(),
        **shown,
    }
    return render(request, "posts/hand_case.html", context, status=status)
