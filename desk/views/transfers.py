"""異動: the transfer list shown as what it would do, then applied whole or not at all."""

import csv
import io
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.transfer_table import COLUMNS
from accounts.acts import ActRefused
from accounts.models import StaffMember
from accounts.permissions import signed_in
from accounts.queries import roles_of_request
from accounts.refusals import shown_refusal
from desk.actions import transferring
from desk.actions.transferring import Plan, TransferStopped
from desk.forms import TransferForm
from desk.transfer_table import example_rows, groups_of
from rules.calendar import day_of
from rules.states import Role

CHANGED = "見たあとで、登録が変わりました。下の内容をもう一度確かめてから反映してください。"
NOT_YET = "発令日がまだ来ていません。当日になったら、この表で反映してください。"
UNCHANGED = "何も変えていません。表は下に残っています。"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def transfers(request: HttpRequest) -> HttpResponse:
    """表を読み、何が起きるかを見せる. Pressing 反映する does exactly that, or nothing."""
    if request.method != "POST" or not _keeps(request):
        return _page(request, TransferForm(), status=200 if request.method != "POST" else 403)
    form = TransferForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    return _apply(request, form) if request.POST.get("do") == "apply" else _preview(request, form)


@signed_in
@require_safe
def transfer_example(request: HttpRequest) -> HttpResponse:
    """An empty table with its headings and two rows to write over, as a spreadsheet opens it."""
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *example_rows()])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="transfers.csv"'
    return answer


def _preview(request: HttpRequest, form: TransferForm) -> HttpResponse:
    data, now = form.cleaned_data, timezone.now()
    plan = transferring.preview(text=data["text"], on=data["on"], by=_staff(request), now=now)
    return _page(request, form, plan, status=200 if plan.is_sound else 409)


def _apply(request: HttpRequest, form: TransferForm) -> HttpResponse:
    data, now = form.cleaned_data, timezone.now()
    try:
        plan = transferring.apply(
            text=data["text"], on=data["on"], seen=data["seen"], by=_staff(request), now=now
        )
    except TransferStopped as stopped:
        return _page(request, form, stopped.plan, status=409, stopped=_why(stopped.plan, now))
    except ActRefused as error:
        refusal = shown_refusal(error, title="反映できませんでした", unchanged=UNCHANGED)
        return _page(
            request, form, status=403 if refusal.forbidden else 409, refusal=refusal, record=error.record
        )
    messages.success(request, f"異動を反映しました（{len(plan.steps)}件の操作）。")
    return redirect("transfers")


def _why(plan: Plan, now: datetime) -> str:
    if not plan.is_sound:
        return UNCHANGED
    return NOT_YET if plan.on > day_of(now) else CHANGED


def _staff(request: HttpRequest) -> StaffMember:
    assert isinstance(request.user, StaffMember)
    return request.user


def _keeps(request: HttpRequest) -> bool:
    return Role.SYSTEM_ADMIN in roles_of_request(request)


def _page(
    request: HttpRequest, form: TransferForm, plan: Plan | None = None, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "form": form,
        "plan": plan,
        "groups": groups_of(plan) if plan else (),
        "today": day_of(timezone.now()),
        "keeps": _keeps(request),
        "columns": COLUMNS,
        **more,
    }
    return render(request, "desk/transfer_page.html", context, status=status)
