"""決裁と公表: the presses that move a version on. Each answers with a page, a message, or a refusal that helps."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.acts import ActRefused, ActStale
from accounts.permissions import signed_in
from accounts.refusals import refusal_page
from policies.actions import policy
from policies.forms.account import ReasonForm
from policies.models import PolicyVersion
from policies.views.access import form_no_in, staff_of, version_or_404
from policies.views.listing import version_page
from rules.calendar import day_of

_STALE = "開いたあとで、ほかの人がこの版を進めました。いまの内容を読んでから、もう一度選んでください。"


@signed_in
@require_POST
def policy_decide(request: HttpRequest, pk: int) -> HttpResponse:
    version, now = version_or_404(pk), timezone.now()

    def act() -> str:
        policy.decide(version=version, by=staff_of(request), now=now, form_no=form_no_in(request))
        return f"第{version.number}版を決裁しました。ホームページ担当が、市のホームページに公表します。"

    return _answer(request, version, act, "決裁できませんでした")


@signed_in
@require_POST
def policy_return(request: HttpRequest, pk: int) -> HttpResponse:
    version, now = version_or_404(pk), timezone.now()
    reason = request.POST.get("reason", "")

    def act() -> str:
        by = staff_of(request)
        policy.return_(version=version, reason=reason, by=by, now=now, form_no=form_no_in(request))
        return f"第{version.number}版を差し戻しました。理由は、書いた人に届きます。"

    return _answer(request, version, act, "差し戻せませんでした")


@signed_in
@require_POST
def policy_publish(request: HttpRequest, pk: int) -> HttpResponse:
    version, now = version_or_404(pk), timezone.now()

    def act() -> str:
        policy.publish(version=version, by=staff_of(request), now=now)
        return _published(version)

    try:
        return _answer(request, version, act, "公表できませんでした")
    except policy.PublishFailed as error:
        return version_page(request, version_or_404(pk), notice=str(error), record=error.record, status=503)


def _published(version: PolicyVersion) -> str:
    assert version.effective_on is not None
    if not version.published_url:
        return (
            f"第{version.number}版を定めました。訓練の公式アカウントなので、市のホームページには載りません。"
        )
    later = version.effective_on > day_of(timezone.now())
    since = f"{version.effective_on.month}月{version.effective_on.day}日から適用します。"
    return f"第{version.number}版を市のホームページに公表し、読み返して確かめました。{since if later else ''}"


def _answer(request: HttpRequest, version: PolicyVersion, act: Callable[[], str], title: str) -> HttpResponse:
    try:
        messages.success(request, act())
    except ActRefused as error:
        unchanged = f"第{version.number}版は、いまの状態のままです。"
        back_url = reverse("policy_detail", args=[version.pk])
        return refusal_page(request, error, title=title, unchanged=unchanged, back_url=back_url)
    except ActStale:
        form = ReasonForm(initial={"reason": request.POST.get("reason", "")})
        return version_page(request, version_or_404(version.pk), form=form, notice=_STALE, status=409)
    return redirect("policy_detail", pk=version.pk)
