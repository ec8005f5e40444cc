"""運用方針を書く画面: nothing typed is lost, neither by a refusal nor by somebody else's saving in between."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.acts import ActRefused, ActStale
from accounts.models import SocialAccount
from accounts.permissions import signed_in
from accounts.refusals import ShownRefusal, shown_refusal
from policies import queries
from policies.actions import policy
from policies.facts import policy_facts
from policies.forms.policy import Typed, after, typed_in, typed_of
from policies.models import PolicyVersion
from policies.views import around
from policies.views.access import account_or_404, check_offered, form_no_in, staff_of
from policies.ways import offers
from rules.calendar import day_of
from rules.states import PolicyState, Verb

SAVE, ASK = "save", "ask"


@dataclass
class Sheet:
    """What is rendered: the version behind the form, what stands in it, and what went wrong."""

    account: SocialAccount
    base: PolicyVersion
    typed: Typed
    now: datetime
    shows_errors: bool = False
    refusal: ShownRefusal | None = None
    stale: tuple[around.Conflict, ...] = ()
    status: int = 200
    extra: dict[str, Any] = field(default_factory=dict)


@signed_in
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """`pk` is the social account's. A version that waits for somebody else is shown to be read instead."""
    account, now = account_or_404(pk), timezone.now()
    base = around.base_of(account)
    if request.method == "POST":
        return _post(request, Sheet(account, base, typed_in(request.POST), now))
    waiting = around.waiting(account, base)
    if waiting and "next" not in request.GET:
        return redirect("policy_detail", pk=waiting.pk)
    check_offered(offers(policy_facts(base, day_of(now)), staff_of(request), now), Verb.WRITE_POLICY)
    return _sheet(request, Sheet(account, base, typed_of(base), now))


def _post(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    do = request.POST.get("do", "")
    if do not in (SAVE, ASK):
        sheet.typed = after(do, sheet.typed, sheet.account)
        sheet.extra["form_no"] = form_no_in(request)
        return _sheet(request, sheet)
    sheet.shows_errors = True
    content = around.content_in(sheet.typed, sheet.account)
    if content is None:
        sheet.status, sheet.extra["form_no"] = 422, form_no_in(request)
        return _sheet(request, sheet)
    return _save(request, sheet, content, asks=do == ASK)


def _save(request: HttpRequest, sheet: Sheet, content: dict[str, Any], *, asks: bool) -> HttpResponse:
    try:
        version = policy.write(
            account=sheet.account,
            content=content,
            by=staff_of(request),
            now=sheet.now,
            form_no=form_no_in(request),
        )
    except ActStale as error:
        return _stale(request, sheet, error.current)
    except ActRefused as error:
        return _refused(
            request,
            sheet,
            error,
            "保存できませんでした",
            "何も保存していません。書いた内容は下に残っています。",
        )
    return _ask(request, sheet, version) if asks else _saved(request, version)


def _saved(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    messages.success(request, f"第{version.number}版の下書きを保存しました。")
    return redirect("policy_edit", pk=version.social_account_id)


def _ask(request: HttpRequest, sheet: Sheet, version: PolicyVersion) -> HttpResponse:
    sheet.base = version
    try:
        policy.ask_decision(version=version, by=staff_of(request), now=sheet.now, form_no=version.form_no)
    except ActRefused as error:
        unchanged = "下書きは保存しました。まだ決裁は頼んでいません。"
        return _refused(request, sheet, error, "決裁を頼めませんでした", unchanged)
    except ActStale as error:
        return _stale(request, sheet, error.current)
    messages.success(request, f"第{version.number}版の決裁を頼みました。")
    return redirect("policy_detail", pk=version.pk)


def _refused(
    request: HttpRequest, sheet: Sheet, error: ActRefused, title: str, unchanged: str
) -> HttpResponse:
    sheet.refusal = shown_refusal(error, title=title, unchanged=unchanged)
    sheet.status = 403 if error.refusal.forbidden else 409
    return _sheet(request, sheet)


def _stale(request: HttpRequest, sheet: Sheet, current: PolicyVersion) -> HttpResponse:
    """The same form again, beside what the other person saved; saving once more is then deliberate."""
    sheet.base, sheet.status = current, 409
    sheet.stale = around.conflicts(current, sheet.typed)
    sheet.extra["was_stale"] = True
    return _sheet(request, sheet)


def _sheet(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    current = queries.policy_in_force(sheet.account, day_of(sheet.now))
    context = {
        "account": sheet.account,
        "base": sheet.base,
        "is_open": sheet.base.state == PolicyState.DRAFTING,
        "form_no": sheet.base.form_no,
        "current": current,
        "refusal": sheet.refusal,
        "record": sheet.refusal.record if sheet.refusal else "",
        "stale": sheet.stale,
        "deciders": around.deciders_of(sheet.account, day_of(sheet.now)),
        "action": reverse("policy_edit", args=[sheet.account.pk]),
        **around.shown(sheet.account, sheet.typed, current, sheet.shows_errors),
        **sheet.extra,
    }
    return render(request, "policies/policy_edit.html", context, status=sheet.status)
