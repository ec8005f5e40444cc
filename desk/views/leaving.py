"""退職・異動 of one person: what is taken from them and what stays in their hands, shown before it is done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actions import people
from accounts.acts import ActRefused
from accounts.models import StaffMember
from accounts.people import hands_of
from accounts.permissions import signed_in
from accounts.refusals import shown_refusal
from accounts.views.access import chosen, keeps, staff_of
from posts.owners import owned_by
from rules.calendar import day_of

UNCHANGED = "{name}さんは、いまのままです。"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def person_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """The confirming step; pressing once more does it."""
    staff = chosen(StaffMember.objects.select_related("section"), pk)
    if request.method != "POST":
        return _page(request, staff)
    try:
        people.leave(staff=staff, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        unchanged = UNCHANGED.format(name=staff.display_name)
        refusal = shown_refusal(error, title="退職・異動の扱いにできませんでした", unchanged=unchanged)
        status = 403 if refusal.forbidden else 409
        return _page(request, staff, status=status, refusal=refusal, record=refusal.record)
    messages.success(request, f"{staff.display_name}さんを、退職・異動の扱いにしました。")
    return redirect("person_detail", staff.pk)


def _page(request: HttpRequest, staff: StaffMember, *, status: int = 200, **more: object) -> HttpResponse:
    on, may = day_of(timezone.now()), keeps(request)
    context = {
        "person": staff,
        "hands": hands_of(staff, on),
        "posts": list(owned_by([staff.pk])) if may else [],
        "today": on,
        "keeps": may,
        **more,
    }
    return render(request, "desk/person_leave.html", context, status=status)
