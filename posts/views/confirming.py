"""所属長の確認: writing the chief's word on a post down, the chief ratifying or denying it. The rules decide who."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.acts import ActRefused
from accounts.facts import approver_people
from accounts.permissions import signed_in
from accounts.refusals import refusal_page, shown_refusal
from posts.actions import confirming
from posts.forms_emergency import DenyForm, WordForm
from posts.models import ChiefConfirmation, Post
from posts.views.access import staff_of, visible_post
from posts.views.case import detail_page
from rules.calendar import day_of

NOT_RECORDED = "所属長の確認を記録できませんでした"
KEPT = "何も変えていません。書いたものは、下に残っています。"
RECORDED = "所属長の確認を記録しました。追認は、所属長・代決者が行います。"
CONFIRMED = "あなたの確認を記録しました。"
RATIFIED = "追認しました。"
DENIED = "確認していないと記録しました。まだ出ていないものは、出る前に止まります。"
# Pages that have the panel; the forms lead back to the one they came from.
BACK = ("post_detail", "check_case")


@signed_in
@require_POST
def post_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """所属長の確認を記録する, on the version seen."""
    post, staff, now = visible_post(request, pk), staff_of(request), timezone.now()
    people = approver_people([post.section_id], day_of(now)).get(post.section_id, ())
    form = WordForm(request.POST, people=people, by=staff.pk, now=now)
    if not form.is_valid():
        return detail_page(request, post, word={"typed": form}, status=422)
    seen, word = request.POST.get("seen_digest", ""), form.word()
    try:
        confirming.record(post=post, seen_digest=seen, word=word, by=staff, now=now)
    except ActRefused as error:
        return _refused(request, post, error, NOT_RECORDED, typed=form)
    messages.success(request, CONFIRMED if word.chief == staff.pk else RECORDED)
    return _back(request, post)


@signed_in
@require_POST
def confirmation_ratify(request: HttpRequest, pk: int) -> HttpResponse:
    """追認する."""
    word, post = _word(request, pk)
    try:
        confirming.ratify(confirmation=word, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _refused(request, post, error, "追認できませんでした")
    messages.success(request, RATIFIED)
    return _back(request, post)


@signed_in
@require_POST
def confirmation_deny(request: HttpRequest, pk: int) -> HttpResponse:
    """確認していないと記録する, in the chief's words."""
    word, post = _word(request, pk)
    form = DenyForm(request.POST, auto_id="deny_%s")
    if not form.is_valid():
        return detail_page(request, post, word={"denied": (pk, form)}, status=422)
    reason, title = form.cleaned_data["reason"], "確認していないと記録できませんでした"
    try:
        confirming.deny(confirmation=word, words=reason, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _refused(request, post, error, title, denied=(pk, form))
    messages.success(request, DENIED)
    return _back(request, post)


def _word(request: HttpRequest, pk: int) -> tuple[ChiefConfirmation, Post]:
    word = get_object_or_404(ChiefConfirmation, pk=pk)
    return word, visible_post(request, word.post_id)


def _back(request: HttpRequest, post: Post) -> HttpResponse:
    name = request.POST.get("back", "")
    return redirect(name if name in BACK else "post_detail", post.pk)


def _refused(request: HttpRequest, post: Post, error: ActRefused, title: str, **word: Any) -> HttpResponse:
    """Beside what was typed; on a page of its own where nothing was, or where there is nothing left to settle."""
    if not word or error.refusal.forbidden or "wrong_state" in error.refusal.codes:
        back_url = reverse("post_detail", args=[post.pk])
        return refusal_page(request, error, title=title, unchanged="何も変えていません。", back_url=back_url)
    refusal = shown_refusal(error, title=title, unchanged=KEPT)
    as_it_is_now = visible_post(request, post.pk)
    return detail_page(request, as_it_is_now, refusal=refusal, word=word, status=409)
