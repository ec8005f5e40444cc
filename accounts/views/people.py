"""職員: finding somebody, registering, and what a system admin does with one person."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import people as reading
from accounts.actions import offices, people
from accounts.acts import ActRefused
from accounts.forms.fields import ReasonForm
from accounts.forms.people import AccountForm, MoveForm, NewcomerForm, OfficeForm
from accounts.models import RoleAssignment, SocialAccount, StaffMember
from accounts.permissions import signed_in
from accounts.queries import record_of
from accounts.views.access import chosen, keeps, staff_of
from accounts.views.sections import refused
from rules.calendar import day_of
from rules.states import Role

Act = Callable[[HttpRequest, StaffMember], str]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def person_list(request: HttpRequest) -> HttpResponse:
    """People of the city by name; system admins register new ones here."""
    form = NewcomerForm(request.POST or None)
    if request.method != "POST":
        return _list(request, form)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        staff = people.register(person=form.newcomer(), by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _list(request, form, **refused(error, "登録できませんでした"))
    messages.success(request, f"{staff.display_name}さんを登録しました。パスワードは別に決めます。")
    return redirect("person_detail", staff.pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: where, with which roles, what is in their hands; giving and taking."""
    staff = chosen(StaffMember.objects.select_related("section"), pk)
    act = ACTS.get(request.POST.get("do", ""))
    if request.method != "POST" or act is None:
        return _detail(request, staff)
    try:
        done = act(request, staff)
    except ActRefused as error:
        return _detail(request, staff, **refused(error, "行えませんでした"))
    if not done:
        return _detail(request, staff, status=422)
    messages.success(request, done)
    return redirect("person_detail", staff.pk)


def _move(request: HttpRequest, staff: StaffMember) -> str:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return ""
    people.move(staff=staff, by=staff_of(request), now=timezone.now(), **form.cleaned_data)
    return f"{staff.display_name}さんの所属と職を変えました。"


def _give(request: HttpRequest, staff: StaffMember) -> str:
    form = OfficeForm(request.POST)
    if not form.is_valid():
        return ""
    offices.give_role(staff=staff, office=form.office(), by=staff_of(request), now=timezone.now())
    return f"{staff.display_name}さんに役割を割り当てました。"


def _end(request: HttpRequest, staff: StaffMember) -> str:
    held = chosen(RoleAssignment.objects.filter(staff=staff), request.POST.get("held"))
    offices.end_role(
        staff=staff, role=Role(held.role), section=held.section, by=staff_of(request), now=timezone.now()
    )
    return f"{staff.display_name}さんの{held.get_role_display()}は、今日で終わります。"


def _let(request: HttpRequest, staff: StaffMember) -> str:
    form = AccountForm(request.POST)
    if not form.is_valid():
        return ""
    account = form.cleaned_data["account"]
    people.let_draft(staff=staff, account=account, by=staff_of(request), now=timezone.now())
    return f"「{account.name}」の起案の権限を渡しました。"


def _stop(request: HttpRequest, staff: StaffMember) -> str:
    account = chosen(SocialAccount.objects.all(), request.POST.get("account"))
    people.stop_draft(staff=staff, account=account, by=staff_of(request), now=timezone.now())
    return f"「{account.name}」の起案の権限を外しました。"


def _return(request: HttpRequest, staff: StaffMember) -> str:
    reason = request.POST.get("reason", "")
    people.return_(staff=staff, reason=reason, by=staff_of(request), now=timezone.now())
    return f"{staff.display_name}さんは、また使えます。役割と起案の権限は、あらためて渡してください。"


ACTS: dict[str, Act] = {
    "move": _move,
    "give": _give,
    "end": _end,
    "let": _let,
    "stop": _stop,
    "return": _return,
}


def _list(request: HttpRequest, form: NewcomerForm, *, status: int = 200, **more: object) -> HttpResponse:
    words, gone = request.GET.get("q", "")[:60], request.GET.get("gone") == "1"
    after = request.GET.get("after", "")
    rows, last = reading.found(
        words, gone=gone, after=int(after) if after.isdecimal() and len(after) < 19 else 0
    )
    context = {
        "rows": rows,
        "next": last,
        "q": words,
        "gone": gone,
        "form": form,
        "taken": reading.named(form.data.get("username", "")) if form.has_error("username") else None,
        "keeps": keeps(request),
        **more,
    }
    return render(request, "accounts/person_list.html", context, status=status)


def _detail(request: HttpRequest, staff: StaffMember, *, status: int = 200, **more: object) -> HttpResponse:
    on, do = day_of(timezone.now()), request.POST.get("do")
    context = {
        "person": staff,
        "hands": reading.hands_of(staff, on),
        "today": on,
        "move": MoveForm(request.POST) if do == "move" else MoveForm.of(staff),
        "give": OfficeForm(request.POST if do == "give" else None, initial={"from_on": on}),
        "let": AccountForm(request.POST if do == "let" else None),
        "back": ReasonForm(request.POST if do == "return" else None),
        "keeps": keeps(request),
        "history": record_of(f"staff:{staff.pk}"),
        **more,
    }
    return render(request, "accounts/person_detail.html", context, status=status)
