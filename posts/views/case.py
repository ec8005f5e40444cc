"""A post's own page, the ways on from it, and the list of posts. What comes after a press is said in a message."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.acts import ActRefused
from accounts.permissions import signed_in
from accounts.queries import roles_of_request
from accounts.refusals import ShownRefusal, refusal_page
from posts.actions import drafting, review
from posts.doubts import Unsettled
from posts.forms import CancelForm
from posts.forms_settling import SettleForm
from posts.listing import STATES, listed
from posts.models import Post
from posts.presence import at_post
from posts.queries import visible_to
from posts.reading import dossier_of
from posts.topics import asked_of
from posts.views.access import staff_of, visible_post
from posts.views.words import confirm_panel
from rules.calendar import day_of

UNCHANGED = "投稿は、いまのまま変わりません。"
_LONGEST_KEY = 18


@signed_in
@require_safe
def post_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return detail_page(request, visible_post(request, pk))


@signed_in
@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """Newest first, page by page; ?state= chooses, ?before= is the key of the last row seen."""
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    key = int(before) if before.isascii() and before.isdigit() and len(before) <= _LONGEST_KEY else None
    posts = visible_to(staff_of(request), roles_of_request(request), day_of(timezone.now()))
    rows, next_key = listed(posts, state=state, before=key)
    query = urlencode({"state": state, "before": next_key})
    context = {
        "rows": rows,
        "state": state,
        "states": STATES.items(),
        "is_first_page": key is None,
        "next_url": f"{reverse('post_list')}?{query}" if next_key else "",
    }
    return render(request, "posts/post_list.html", context)


@signed_in
@require_POST
def post_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """訂正する投稿を起案する."""
    return _start(
        request,
        visible_post(request, pk),
        drafting.correction_of,
        "訂正する投稿を起案しました。誤りと正しい内容を書いてください。",
    )


@signed_in
@require_POST
def post_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """残りを新しい投稿にする."""
    return _start(
        request,
        visible_post(request, pk),
        drafting.rest_of,
        "発信できなかった公式アカウントへの投稿を、新しく起案しました。",
    )


@signed_in
@require_POST
def post_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """引き戻す, and go on writing."""
    post = visible_post(request, pk)
    try:
        review.take_back(post=post, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _refused(request, post, error, "引き戻せませんでした")
    messages.success(request, "引き戻しました。直してから、もう一度頼めます。")
    return redirect("post_edit", pk)


@signed_in
@require_POST
def post_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """取り下げる, with the reason that stays in the record."""
    post, form = visible_post(request, pk), CancelForm(request.POST)
    if not form.is_valid():
        return detail_page(request, post, form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        review.cancel(post=post, reason=reason, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _refused(request, post, error, "取り下げられませんでした")
    messages.success(request, "取り下げました。もう発信されません。")
    return redirect("post_detail", pk)


def detail_page(
    request: HttpRequest,
    post: Post,
    form: CancelForm | None = None,
    *,
    tried: SettleForm | None = None,
    refusal: ShownRefusal | None = None,
    word: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that came back: of cancelling, `tried` of settling, `word` about the chief's word, and
    what was refused of it."""
    staff, now = staff_of(request), timezone.now()
    dossier = dossier_of(post, staff, now=now)
    context = {
        "dossier": dossier,
        "topics": asked_of(dossier.version),
        "others": at_post(post, staff, now),
        "post": post,
        "panel": dossier.panel,
        "ways": dossier.ways,
        "form": form or CancelForm(),
        "settling": [(doubt, _form_of(doubt, tried)) for doubt in dossier.to_settle],
        "refusal": refusal,
        **confirm_panel(post, dossier.version, staff, now=now, **(word or {})),
    }
    return render(request, "posts/post_detail.html", context, status=status)


def _form_of(doubt: Unsettled, tried: SettleForm | None) -> SettleForm:
    is_same = tried is not None and tried.delivery.pk == doubt.delivery.pk
    return tried if tried and is_same else SettleForm(delivery=doubt.delivery)


def _start(request: HttpRequest, post: Post, start: Callable[..., Post], done: str) -> HttpResponse:
    """A new post from this one, open in the composer."""
    try:
        new = start(post=post, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _refused(request, post, error, "起案できませんでした")
    messages.success(request, done)
    return redirect("post_edit", new.pk)


def _refused(request: HttpRequest, post: Post, error: ActRefused, title: str) -> HttpResponse:
    back_url = reverse("post_detail", args=[post.pk])
    return refusal_page(request, error, title=title, unchanged=UNCHANGED, back_url=back_url)
