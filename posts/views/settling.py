"""照合を記録する, from the post's own page. The rules decide who may and when; what was typed is never lost."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.acts import ActRefused, ActStale
from accounts.models import StaffMember
from accounts.permissions import signed_in
from accounts.refusals import refusal_page, shown_refusal
from posts.actions import settling
from posts.addresses import shows_no_page
from posts.doubts import takers_of
from posts.forms_settling import LIVE, AfterAllForm, SettleForm
from posts.models import Delivery, Post
from posts.views.access import staff_of, visible_post
from posts.views.case import detail_page

TITLE = "照合を記録できませんでした"
UNCHANGED = "何も変えていません。書いたものは、下に残っています。"
GONE_ON = "開いたあとで、発信の仕組みがもう一度送りました。サービスの画面を見直してから記録してください。"
NOT_RECORDED = "届いていたと記録できませんでした"
WAS_LIVE = "届いていたと記録しました。発信済みになりました。"
IS_LIVE = "届いていると記録しました。"
IS_NOT_LIVE = "届いていないと記録しました。まだ出すときは、もう一度ほかの人の承認か確認を受けます。"


@signed_in
@require_POST
def delivery_settle(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery, pk=pk)
    post = visible_post(request, delivery.post_id)
    form = SettleForm(request.POST, delivery=delivery)
    if not form.is_valid():
        return detail_page(request, post, tried=form, status=422)
    try:
        _settle(delivery, form.cleaned_data, staff_of(request))
    except ActStale:
        messages.warning(request, GONE_ON)
        return detail_page(request, post, tried=form, status=409)
    except ActRefused as error:
        return _refused(request, post, form, error)
    messages.success(request, IS_LIVE if form.cleaned_data["verdict"] == LIVE else IS_NOT_LIVE)
    return redirect("post_detail", post.pk)


def _settle(delivery: Delivery, typed: dict[str, Any], by: StaffMember) -> None:
    known = {"delivery": delivery, "reason": typed["reason"], "tries": typed["tries"]}
    if typed["verdict"] == LIVE:
        where = {"url": typed["url"], "no_url": typed["no_url"], "found": typed["found"]}
        settling.settle_live(**known, **where, by=by, now=timezone.now())
    else:
        settling.settle_not_live(**known, by=by, now=timezone.now())


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delivery_after_all(request: HttpRequest, pk: int) -> HttpResponse:
    """やはり届いていたと記録する: of what somebody had recorded as not there."""
    delivery = get_object_or_404(Delivery.objects.select_related("social_account"), pk=pk)
    post = visible_post(request, delivery.post_id)
    if request.method != "POST":
        return _after_all_page(request, delivery, AfterAllForm())
    form = AfterAllForm(request.POST)
    if not form.is_valid():
        return _after_all_page(request, delivery, form, status=422)
    try:
        settling.settle_after_all(
            delivery=delivery, by=staff_of(request), now=timezone.now(), **form.cleaned_data
        )
    except ActRefused as error:
        return _after_all_refused(request, delivery, form, error)
    messages.success(request, WAS_LIVE)
    return redirect("post_detail", post.pk)


def _after_all_refused(
    request: HttpRequest, delivery: Delivery, form: AfterAllForm, error: ActRefused
) -> HttpResponse:
    if error.refusal.forbidden or "wrong_state" in error.refusal.codes:
        back_url = reverse("post_detail", args=[delivery.post_id])
        return refusal_page(
            request, error, title=NOT_RECORDED, unchanged="何も変えていません。", back_url=back_url
        )
    shown = shown_refusal(error, title=NOT_RECORDED, unchanged=UNCHANGED)
    return _after_all_page(request, delivery, form, status=409, refusal=shown, record=error.record)


def _after_all_page(
    request: HttpRequest, delivery: Delivery, form: AfterAllForm, *, status: int = 200, **shown: Any
) -> HttpResponse:
    context = {
        "delivery": delivery,
        "post": delivery.post,
        "form": form,
        "text": delivery.text,
        "takers": takers_of(delivery),
        "shows_no_page": shows_no_page(delivery),
        **shown,
    }
    return render(request, "posts/settle_after_all.html", context, status=status)


def _refused(request: HttpRequest, post: Post, form: SettleForm, error: ActRefused) -> HttpResponse:
    """Beside what was typed; on a page of its own where there is nothing left to settle, or not for this person."""
    refusal = error.refusal
    if refusal.forbidden or "wrong_state" in refusal.codes:
        back_url = reverse("post_detail", args=[post.pk])
        return refusal_page(request, error, title=TITLE, unchanged="何も変えていません。", back_url=back_url)
    shown = shown_refusal(error, title=TITLE, unchanged=UNCHANGED)
    return detail_page(request, post, tried=form, refusal=shown, status=409)
