"""職員と所属: the tree of sections with who decides where; adding and changing one; the chief naming a deputy."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import people
from accounts.actions import offices, sections
from accounts.acts import ActRefused, ActStale
from accounts.forms.people import DeputyForm, SectionForm
from accounts.models import RoleAssignment, Section
from accounts.permissions import signed_in
from accounts.queries import led_by, record_of
from accounts.refusals import shown_refusal
from accounts.views.access import chosen, keeps, staff_of
from rules.calendar import day_of
from rules.states import Role

UNCHANGED = "何も変えていません。入力は下に残っています。"
STALE = "ほかの人が先に直しました。いまは「{now}」です。入力は下に残っています。よければもう一度記録してください。"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def section_list(request: HttpRequest) -> HttpResponse:
    """Every section with its chief and deputies today: whom to ask. System admins add sections here."""
    form = SectionForm(request.POST or None)
    if request.method != "POST":
        return _list(request, form)
    if not form.is_valid():
        return _list(request, form, status=422)
    data = form.cleaned_data
    try:
        row = sections.add(name=data["name"], parent=data["parent"], by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _list(request, form, **refused(error, "加えられませんでした"))
    messages.success(request, f"「{row.name}」を加えました。")
    return redirect("section_list")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def section_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """所属を直す."""
    section = chosen(Section.objects.select_related("parent"), pk)
    form = SectionForm(request.POST) if request.method == "POST" else SectionForm.of(section)
    if request.method != "POST":
        return _edit(request, section, form)
    if not form.is_valid():
        return _edit(request, section, form, status=422)
    data = form.cleaned_data
    values = {"name": data["name"], "parent": data["parent"], "form_no": data["form_no"] or 0}
    try:
        sections.change(section=section, by=staff_of(request), now=timezone.now(), **values)
    except ActStale:
        return _stale(request, chosen(Section.objects.select_related("parent"), pk))
    except ActRefused as error:
        return _edit(request, section, form, **refused(error, "直せませんでした"))
    messages.success(request, "所属を直しました。")
    return redirect("section_list")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def deputies(request: HttpRequest) -> HttpResponse:
    """代決者: those of the sections one leads, now and to come; naming one, ending one."""
    form = _deputy_form(request)
    if request.method != "POST":
        return _deputies(request, form)
    if request.POST.get("do") == "end":
        return _end(request)
    if not form.is_valid():
        return _deputies(request, form, status=422)
    staff = form.cleaned_data["staff"]
    try:
        offices.name_deputy(staff=staff, office=form.office(), by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _deputies(request, form, **refused(error, "決められませんでした"))
    messages.success(request, f"{staff.display_name}さんを代決者にしました。")
    return redirect("deputies")


def _end(request: HttpRequest) -> HttpResponse:
    held = chosen(RoleAssignment.objects.filter(role=Role.DEPUTY), request.POST.get("deputy"))
    try:
        offices.end_deputy(held=held, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _deputies(
            request, _deputy_form(request, bound=False), **refused(error, "終えられませんでした")
        )
    messages.success(request, f"{held.staff.display_name}さんの代決を終えました。")
    return redirect("deputies")


def refused(error: ActRefused, title: str) -> dict[str, Any]:
    """For the page that comes back: what was refused, and with which status."""
    refusal = shown_refusal(error, title=title, unchanged=UNCHANGED)
    return {"refusal": refusal, "record": refusal.record, "status": 403 if refusal.forbidden else 409}


def _deputy_form(request: HttpRequest, *, bound: bool = True) -> DeputyForm:
    on = day_of(timezone.now())
    typed = request.POST if bound and request.method == "POST" else None
    return DeputyForm(typed, sections=_mine(request), today=on)


def _mine(request: HttpRequest) -> list[int]:
    """The sections one leads; all of them for system admins, who record it for a chief."""
    if keeps(request):
        return list(Section.objects.values_list("pk", flat=True))
    return led_by(staff_of(request), day_of(timezone.now()))


def _list(request: HttpRequest, form: SectionForm, *, status: int = 200, **more: object) -> HttpResponse:
    nodes = people.tree(day_of(timezone.now()))
    context = {"nodes": nodes, "form": form, "keeps": keeps(request), "leads": bool(_mine(request)), **more}
    return render(request, "accounts/section_list.html", context, status=status)


def _edit(
    request: HttpRequest, section: Section, form: SectionForm, *, status: int = 200, **more: object
) -> HttpResponse:
    history = record_of(f"section:{section.pk}")
    context = {"section": section, "form": form, "keeps": keeps(request), "history": history, **more}
    return render(request, "accounts/section_edit.html", context, status=status)


def _stale(request: HttpRequest, section: Section) -> HttpResponse:
    """What was typed stays, over the number of what is so now."""
    form = SectionForm({**request.POST.dict(), "form_no": section.form_no})
    above = f"（上の所属: {section.parent.name}）" if section.parent else ""
    return _edit(request, section, form, stale=STALE.format(now=f"{section.name}{above}"), status=409)


def _deputies(request: HttpRequest, form: DeputyForm, *, status: int = 200, **more: object) -> HttpResponse:
    on, mine = day_of(timezone.now()), _mine(request)
    context = {"rows": people.deputies(mine, on), "form": form, "leads": bool(mine), "today": on, **more}
    return render(request, "accounts/deputies.html", context, status=status)
