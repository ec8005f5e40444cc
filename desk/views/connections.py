"""接続の状態: every social account that a person has to do with, and what its network said last."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.facts import drafts_for
from accounts.models import StaffMember
from accounts.permissions import signed_in
from accounts.queries import led_by, roles_of_request
from desk.connections import connections
from desk.queries import watched_by
from rules.calendar import day_of
from rules.states import Role


@signed_in
@require_safe
def connection_list(request: HttpRequest) -> HttpResponse:
    staff, roles = request.user, roles_of_request(request)
    assert isinstance(staff, StaffMember)
    led = led_by(staff, day_of(timezone.now()))
    rows = connections(watched_by(staff, set(roles), led, drafts_for(staff)))
    context = {
        "rows": rows,
        "sick": sum(row.is_sick for row in rows),
        "may_connect": Role.SYSTEM_ADMIN in roles,
    }
    return render(request, "desk/connection_list.html", context)
