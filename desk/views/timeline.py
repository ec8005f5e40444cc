"""訓練タイムライン: what training connections have posted, as a network would show it. Reading only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from accounts.queries import training_timeline

PAGE = 20


@signed_in
@require_safe
def training_posts(request: HttpRequest) -> HttpResponse:
    """Newest first. Asked again by htmx, it answers 204 as long as nothing is newer than `newest`."""
    before = _number(request, "before")
    found = training_timeline(before, PAGE + 1)
    newest = found[0].pk if found else 0
    if request.headers.get("HX-Request") and newest == _number(request, "newest"):
        return HttpResponse(status=204)
    rows = found[:PAGE]
    next_url = f"?before={rows[-1].pk}" if len(found) > PAGE else ""
    context = {"rows": rows, "newest": newest, "first_page": before is None, "next_url": next_url}
    return render(request, "desk/training_timeline.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
