"""わたしの仕事: the first screen of everybody. What it shows is gathered in `desk.queries`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import StaffMember
from accounts.permissions import signed_in
from accounts.queries import roles_of_request
from desk.queries import home_of


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, StaffMember)
    now = timezone.now()
    context = {"home": home_of(request.user, roles_of_request(request), now=now), "now": now}
    return render(request, "desk/home.html", context)
