"""取り消す: one page for a post, each social account with its own outcome. What was typed is never lost."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.acts import ActRefused
from accounts.permissions import signed_in
from accounts.refusals import refusal_page, shown_refusal
from posts.actions import withdrawing
from posts.forms_taking_away import GoneForm, WithdrawForm
from posts.models import Delivery, Post
from posts.taking_away import Standing, taking_away
from posts.views.access import staff_of, visible_post

ORDERED = "取り消すと決めました。公式アカウントごとの結果は、下に出ます。"
TOLD = "消したと記録しました。"
KEPT = "何も変えていません。書いたものは、下に残っています。"
PARTLY = "「{account}」から先は、何も変えていません。書いたものは、下に残っています。"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def post_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    post = visible_post(request, pk)
    if request.method != "POST":
        return _page(request, post)
    state = taking_away(post, staff_of(request), now=timezone.now())
    form = WithdrawForm(request.POST, standing=[row.delivery for row in state.open])
    if not form.is_valid():
        return _page(request, post, form=form, status=422)
    chosen = [row for row in state.open if row.delivery.pk in form.cleaned_data["deliveries"]]
    return _order(request, post, chosen, form)


def _order(request: HttpRequest, post: Post, chosen: list[Standing], form: WithdrawForm) -> HttpResponse:
    """Each on its own: what was ordered before one is refused stays ordered, and is shown so."""
    reason = form.cleaned_data["reason"]
    for number, row in enumerate(chosen):
        try:
            withdrawing.withdraw(
                delivery=row.delivery, reason=reason, by=staff_of(request), now=timezone.now()
            )
        except ActRefused as error:
            unchanged = PARTLY.format(account=row.delivery.social_account.name) if number else KEPT
            return _refused(request, post, error, "取り消せませんでした", unchanged, form=form)
    messages.success(request, ORDERED)
    return redirect("post_withdraw", post.pk)


@signed_in
@require_POST
def delivery_gone(request: HttpRequest, pk: int) -> HttpResponse:
    """消したと記録する."""
    delivery = get_object_or_404(Delivery, pk=pk)
    post = visible_post(request, delivery.post_id)
    form = GoneForm(request.POST, delivery=delivery)
    if not form.is_valid():
        return _page(request, post, gone=form, status=422)
    try:
        seen = form.cleaned_data["seen"]
        withdrawing.tell_gone(delivery=delivery, seen=seen, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _refused(request, post, error, "記録できませんでした", KEPT, gone=form)
    messages.success(request, TOLD)
    return redirect("post_withdraw", post.pk)


def _refused(
    request: HttpRequest, post: Post, error: ActRefused, title: str, unchanged: str, **forms: Any
) -> HttpResponse:
    """Beside what was typed; on a page of its own where it is not for this person, or not any more."""
    if error.refusal.forbidden or "wrong_state" in error.refusal.codes:
        back_url = reverse("post_detail", args=[post.pk])
        return refusal_page(request, error, title=title, unchanged="何も変えていません。", back_url=back_url)
    refusal = shown_refusal(error, title=title, unchanged=unchanged)
    return _page(request, post, status=409, refusal=refusal, record=error.record, **forms)


def _page(
    request: HttpRequest,
    post: Post,
    *,
    form: WithdrawForm | None = None,
    gone: GoneForm | None = None,
    status: int = 200,
    **shown: object,
) -> HttpResponse:
    state = taking_away(post, staff_of(request), now=timezone.now())
    blank = WithdrawForm(
        standing=[row.delivery for row in state.open],
        initial={"deliveries": [row.delivery.pk for row in state.open]},
    )
    context = {
        "post": post,
        "state": state,
        "form": form or blank,
        "gone": gone,
        "rows": [(row, _form_of(row, gone)) for row in state.standing],
        **shown,
    }
    return render(request, "posts/post_withdraw.html", context, status=status)


def _form_of(row: Standing, tried: GoneForm | None) -> GoneForm:
    return tried if tried and tried.delivery.pk == row.delivery.pk else GoneForm(delivery=row.delivery)
