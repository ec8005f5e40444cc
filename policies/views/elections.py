"""選挙の登録: the list, the form of an entry with a second editor's text beside it, and 選挙管理委員会's accounts.

The page of one election stands in posts: it shows what is scheduled.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.acts import ActRefused, ActStale
from accounts.permissions import signed_in
from accounts.refusals import refusal_page, shown_refusal
from policies import city_lists
from policies.actions import lists, operation
from policies.forms.city import ElectionForm, RetireForm
from policies.forms.policy import as_text
from policies.models import Election
from policies.views.access import account_or_404, form_no_in, staff_of
from rules.calendar import day_of

UNCHANGED = "登録は変わっていません。書いた内容は下に残っています。"
_MOVED = (
    "開いたあとで、ほかの人がこの公式アカウントを変えました。いまの内容を見てから、もう一度選んでください。"
)


@dataclass(frozen=True)
class Conflict:
    """A field where what somebody else has saved and what was typed here differ."""

    label: str
    theirs: str
    mine: str


@signed_in
@require_safe
def election_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "may": city_lists.keeps_lists(staff_of(request), now),
        "keepers": city_lists.KEEPERS,
        "boards": city_lists.board_accounts(),
        **city_lists.elections_by_time(day_of(now)),
    }
    return render(request, "policies/election_list.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def election_new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _save(request, None)
    _check_keeper(request)
    return _form(request, None, ElectionForm())


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def election_edit(request: HttpRequest, pk: int) -> HttpResponse:
    election = election_or_404(pk)
    if request.method == "POST":
        return _retire(request, election) if request.POST.get("do") == "retire" else _save(request, election)
    _check_keeper(request)
    if election.retired_at:
        return redirect("election_detail", pk=pk)
    return _form(request, election, ElectionForm(initial=ElectionForm.values_of(election)))


@signed_in
@require_POST
def account_board(request: HttpRequest, pk: int) -> HttpResponse:
    """選挙管理委員会の公式アカウントとする, or no longer."""
    account, is_board = account_or_404(pk), request.POST.get("board") == "1"
    told = {"by": staff_of(request), "now": timezone.now(), "form_no": form_no_in(request)}
    back = reverse("account_detail", args=[pk])
    try:
        operation.mark_board(account=account, is_board=is_board, **told)  # type: ignore[arg-type]
    except ActRefused as error:
        same = f"「{account.name}」は、いまの状態のままです。"
        return refusal_page(request, error, title="変えられませんでした", unchanged=same, back_url=back)
    except ActStale:
        messages.warning(request, _MOVED)
        return redirect(back)
    now_is = "選挙管理委員会の公式アカウントにしました" if is_board else "ふつうの公式アカウントに戻しました"
    messages.success(request, f"「{account.name}」を、{now_is}。")
    return redirect(back)


def election_or_404(pk: int) -> Election:
    found = city_lists.election(pk)
    if found is None:
        raise Http404
    return found


def _check_keeper(request: HttpRequest) -> None:
    if not city_lists.keeps_lists(staff_of(request), timezone.now()):
        raise PermissionDenied(f"この画面で書けるのは、{city_lists.KEEPERS}です。")


def _save(request: HttpRequest, election: Election | None) -> HttpResponse:
    form = ElectionForm(request.POST)
    if not form.is_valid():
        return _form(request, election, form, form_no=form_no_in(request), status=422)
    told: dict[str, Any] = {**form.cleaned_data, "by": staff_of(request), "now": timezone.now()}
    if election is not None:
        told |= {"election": election, "form_no": form_no_in(request)}
    try:
        saved = lists.list_election(**told)
    except ActStale as error:
        return _stale(request, error.current, form)
    except ActRefused as error:
        return _refused(request, election, form, error, "登録できませんでした")
    messages.success(request, f"「{saved.name}」を{'直しました' if election else '登録しました'}。")
    return redirect("election_detail", pk=saved.pk)


def _retire(request: HttpRequest, election: Election) -> HttpResponse:
    retire, entry = RetireForm(request.POST), ElectionForm(initial=ElectionForm.values_of(election))
    if not retire.is_valid():
        return _form(request, election, entry, retire=retire, status=422)
    reason = retire.cleaned_data["reason"]
    try:
        lists.retire_election(election=election, reason=reason, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _refused(request, election, entry, error, "取り消せませんでした", retire=retire)
    messages.success(request, f"「{election.name}」の登録を取り消しました。")
    return redirect("election_list")


def _stale(request: HttpRequest, current: Election, form: ElectionForm) -> HttpResponse:
    """The same form again, beside what the other person saved; saving once more is then deliberate."""
    theirs = ElectionForm.values_of(current)
    conflicts = [
        Conflict(str(field.label), as_text(theirs[name]), as_text(form.cleaned_data[name]))
        for name, field in form.fields.items()
        if as_text(theirs[name]) != as_text(form.cleaned_data[name])
    ]
    saved = election_or_404(current.pk)
    return _form(request, saved, form, stale=conflicts, was_stale=True, status=409)


def _refused(
    request: HttpRequest,
    election: Election | None,
    form: ElectionForm,
    error: ActRefused,
    title: str,
    **more: Any,
) -> HttpResponse:
    refusal = shown_refusal(error, title=title, unchanged=UNCHANGED)
    status = 403 if refusal.forbidden else 409
    more |= {"refusal": refusal, "record": error.record, "form_no": form_no_in(request)}
    return _form(request, election, form, status=status, **more)


def _form(
    request: HttpRequest, election: Election | None, form: ElectionForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "election": election,
        "form": form,
        "form_no": election.form_no if election else 0,
        "retire": RetireForm(),
        **more,
    }
    return render(request, "policies/election_form.html", context, status=status)
