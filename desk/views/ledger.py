"""認証情報の台帳: every social account with who holds its credentials and what is owed. Never a secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import ledger as actions
from accounts.acts import ActRefused, ActStale
from accounts.forms.fields import ReasonForm
from accounts.forms.ledger import LedgerForm
from accounts.ledger import Line, line_of, lines
from accounts.models import SocialAccount
from accounts.permissions import signed_in
from accounts.queries import led_by, record_of, register, roles_of_request
from accounts.refusals import shown_refusal
from accounts.views.access import chosen, keeps, staff_of
from desk.idle import is_idle, last_sent
from rules.calendar import day_of
from rules.states import AccountState, Role

UNCHANGED = "台帳は変わっていません。入力は下に残っています。"
NOT_YOURS = (
    "認証情報の台帳を見られるのは、担当の所属長・代決者と、システム管理者・監査担当です。"
    "知りたいことは、担当の所属長かシステム管理者に聞いてください。"
)


@dataclass(frozen=True)
class Shown:
    line: Line
    last: datetime | None
    idle: bool


@signed_in
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """All of them for system admins and auditors, their sections' for chiefs and deputies."""
    now = timezone.now()
    rows = _shown(lines(day_of(now), _sections(request)), now)
    owed = request.GET.get("only") == "owed"
    context = {
        "rows": [row for row in rows if row.line.is_owed or row.idle] if owed else rows,
        "owed": sum(row.line.is_owed or row.idle for row in rows),
        "in_all": len(rows),
        "only_owed": owed,
        "idle_days": settings.IDLE_DAYS,
        "months": settings.CREDENTIAL_MONTHS,
        "domains": settings.CITY_MAIL_DOMAINS,
    }
    return render(request, "desk/ledger_list.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ledger_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One account's line: recording a change, asking for one."""
    account = _account(request, pk)
    if request.method != "POST":
        return _page(request, account)
    asks = request.POST.get("do") == "ask"
    try:
        return _ask(request, account) if asks else _record(request, account)
    except ActStale:
        return _page(request, _account(request, pk), status=409, overtaken=True)
    except ActRefused as error:
        title = "頼めませんでした" if asks else "記録できませんでした"
        refusal = shown_refusal(error, title=title, unchanged=UNCHANGED)
        status = 403 if refusal.forbidden else 409
        return _page(request, account, status=status, refusal=refusal, record=refusal.record)


def _record(request: HttpRequest, account: SocialAccount) -> HttpResponse:
    form = LedgerForm(request.POST)
    if not form.is_valid():
        return _page(request, account, form=form, status=422)
    actions.record(
        account=account,
        change=form.change(),
        by=staff_of(request),
        now=timezone.now(),
        form_no=form.cleaned_data["form_no"],
    )
    messages.success(request, f"「{account.name}」の認証情報を変えたことを記録しました。")
    return redirect("ledger")


def _ask(request: HttpRequest, account: SocialAccount) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, account, status=422)
    reason = form.cleaned_data["reason"]
    actions.ask_rotation(account=account, reason=reason, by=staff_of(request), now=timezone.now())
    messages.success(request, f"「{account.name}」の認証情報の変更を頼みました。")
    return redirect("ledger_entry", account.pk)


def _sections(request: HttpRequest) -> Sequence[int] | None:
    """None for all. PermissionDenied for whom none of it is."""
    if {Role.SYSTEM_ADMIN, Role.AUDITOR} & roles_of_request(request):
        return None
    led = led_by(staff_of(request), day_of(timezone.now()))
    if not led:
        raise PermissionDenied(NOT_YOURS)
    return led


def _account(request: HttpRequest, pk: int) -> SocialAccount:
    sections = _sections(request)
    in_use = register().exclude(state=AccountState.CLOSED)
    account = chosen(in_use.select_related("ledger__holder__section", "ledger__recorded_by__section"), pk)
    if sections is not None and account.section_id not in sections:
        raise PermissionDenied(NOT_YOURS)
    return account


def _shown(found: Sequence[Line], now: datetime) -> list[Shown]:
    sent = last_sent([line.account for line in found])
    return [
        Shown(line, last := sent.get(line.account.pk), is_idle(line.account, last, now)) for line in found
    ]


def _page(
    request: HttpRequest,
    account: SocialAccount,
    *,
    form: LedgerForm | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    now = timezone.now()
    line = line_of(account, day_of(now))
    context = {
        "shown": _shown([line], now)[0],
        "account": account,
        "line": line,
        "idle_days": settings.IDLE_DAYS,
        "keeps": keeps(request) or account.section_id in led_by(staff_of(request), day_of(now)),
        "form": form or _typed(request, line) or LedgerForm.of(line),
        "reason": ReasonForm(request.POST if request.POST.get("do") == "ask" else None),
        "history": record_of(f"account:{account.pk}"),
        **more,
    }
    return render(request, "desk/ledger_entry.html", context, status=status)


def _typed(request: HttpRequest, line: Line) -> LedgerForm | None:
    """What was typed, filled in again: against the line as it is now, whatever it was when it was opened."""
    if request.POST.get("do") != "record":
        return None
    return LedgerForm({**request.POST.dict(), "form_no": line.form_no})
