"""急ぐ事情: what the city lists as urgent besides disasters. Whoever appeals to one must name it and say why."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.acts import ActRefused
from accounts.permissions import signed_in
from accounts.refusals import ShownRefusal, shown_refusal
from policies import city_lists
from policies.actions import lists
from policies.forms.city import UrgencyForm
from policies.models import Urgency
from policies.views.access import staff_of

UNCHANGED = "一覧は変わっていません。書いた内容は下に残っています。"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def urgency_list(request: HttpRequest) -> HttpResponse:
    form = UrgencyForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    retires = request.POST.get("do") == "retire"
    try:
        return _retire(request) if retires else _add(request, form)
    except ActRefused as error:
        title = "外せませんでした" if retires else "加えられませんでした"
        refusal = shown_refusal(error, title=title, unchanged=UNCHANGED)
        return _page(request, form, refusal, status=403 if refusal.forbidden else 409)


def _add(request: HttpRequest, form: UrgencyForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, status=422)
    row = lists.list_urgency(label=form.cleaned_data["label"], by=staff_of(request), now=timezone.now())
    messages.success(request, f"「{row.label}」を急ぐ事情に加えました。")
    return redirect("urgency_list")


def _retire(request: HttpRequest) -> HttpResponse:
    pk = request.POST.get("urgency", "")
    if not pk.isdecimal() or len(pk) > 18 or not (urgency := Urgency.objects.filter(pk=int(pk)).first()):
        raise Http404
    row = lists.retire_urgency(urgency=urgency, by=staff_of(request), now=timezone.now())
    messages.success(request, f"「{row.label}」を急ぐ事情から外しました。")
    return redirect("urgency_list")


def _page(
    request: HttpRequest, form: UrgencyForm, refusal: ShownRefusal | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "record": refusal.record if refusal else "",
        "keeps_lists": city_lists.keeps_lists(staff_of(request), timezone.now()),
        "keepers": city_lists.KEEPERS,
        **city_lists.urgencies(),
    }
    return render(request, "policies/urgency_list.html", context, status=status)
