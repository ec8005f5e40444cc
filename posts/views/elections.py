"""The page of one election: its dates, who stands, and the scheduled posts to go through when it is announced."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from accounts.queries import roles_of_request
from policies import city_lists
from policies.models import Election
from posts.elections import MOST_SHOWN, to_review
from posts.views.access import staff_of
from rules.calendar import day_of


@signed_in
@require_safe
def election_detail(request: HttpRequest, pk: int) -> HttpResponse:
    election = _election_or_404(pk)
    now, staff = timezone.now(), staff_of(request)
    today = day_of(now)
    rows, elsewhere = to_review(election, staff, roles_of_request(request), today)
    context = {
        "election": election,
        "rows": rows[:MOST_SHOWN],
        "more": max(0, len(rows) - MOST_SHOWN),
        "elsewhere": elsewhere,
        "boards": city_lists.board_accounts(),
        "may": election.retired_at is None and city_lists.keeps_lists(staff, now),
        "when": _when(election, today),
    }
    return render(request, "posts/election_detail.html", context)


def _election_or_404(pk: int) -> Election:
    found = city_lists.election(pk)
    if found is None:
        raise Http404
    return found


def _when(election: Election, today: date) -> str:
    if election.retired_at:
        return "retired"
    if election.announced_on > today:
        return "coming"
    return "current" if today <= election.polling_on else "past"
