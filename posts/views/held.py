"""出す・直す・やめる, one held delivery at a time. The rules say what is offered; what was typed is never lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.acts import ActRefused
from accounts.models import StaffMember
from accounts.permissions import signed_in
from accounts.refusals import shown_refusal
from posts.actions import held
from posts.forms_restricting import TICK_JA, HeldForm
from posts.holding import HeldCase, held_case, held_delivery
from posts.models import Delivery
from posts.restrictions import restriction
from posts.views.access import staff_of, visible_post
from rules.states import Verb

UNCHANGED = "何も変えていません。書いた理由と付けた印は、下に残っています。"


@dataclass(frozen=True)
class Act:
    """One button: what it does, how its refusal is headed, and what is said when it is done."""

    do: Callable[[Delivery, HeldForm, StaffMember, datetime], object]
    refused: str
    done: str


def _release(delivery: Delivery, form: HeldForm, by: StaffMember, now: datetime) -> object:
    data = form.cleaned_data
    return held.release(delivery=delivery, ticks=data["ticks"], reason=data["reason"], by=by, now=now)


def _hand_back(delivery: Delivery, form: HeldForm, by: StaffMember, now: datetime) -> object:
    return held.hand_back(post=delivery.post, reason=form.cleaned_data["reason"], by=by, now=now)


def _drop(delivery: Delivery, form: HeldForm, by: StaffMember, now: datetime) -> object:
    return held.drop(delivery=delivery, reason=form.cleaned_data["reason"], by=by, now=now)


ACTS = {
    Verb.RELEASE: Act(_release, "出すと決められませんでした", "「{account}」に出すと決めました。"),
    Verb.HAND_BACK: Act(
        _hand_back,
        "直しに戻せませんでした",
        "「{title}」を直しに戻しました。理由は、手を入れた人に出ます。",
    ),
    Verb.DROP: Act(_drop, "やめると決められませんでした", "「{account}」への発信をやめました。"),
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def held_decide(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery_or_404(pk)
    visible_post(request, delivery.post_id)
    if request.method == "POST":
        return _decide(request, delivery)
    return _show(request, delivery, HeldForm())


def _delivery_or_404(pk: int) -> Delivery:
    delivery = held_delivery(pk)
    if delivery is None:
        raise Http404
    return delivery


def _decide(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    """Act, and go back to where the person came from; refused, the same page with everything typed."""
    form = HeldForm(request.POST)
    if not form.is_valid():
        return _show(request, delivery, form, status=422)
    act = ACTS[Verb(form.cleaned_data["do"])]
    try:
        act.do(delivery, form, staff_of(request), timezone.now())
    except ActRefused as error:
        status = 403 if error.refusal.forbidden else 409
        return _show(request, _delivery_or_404(delivery.pk), form, status=status, refused=(act, error))
    messages.success(
        request, act.done.format(account=delivery.social_account.name, title=delivery.post.title)
    )
    origin = _origin(request)
    return redirect("restriction_detail", origin) if origin else redirect("post_detail", delivery.post_id)


def _show(
    request: HttpRequest,
    delivery: Delivery,
    form: HeldForm,
    *,
    status: int = 200,
    refused: tuple[Act, ActRefused] | None = None,
) -> HttpResponse:
    case = held_case(delivery, staff_of(request), now=timezone.now())
    context = {
        "case": case,
        "delivery": delivery,
        "post": delivery.post,
        "form": form,
        "ticks": [(tick.value, TICK_JA[tick.value]) for tick in case.release.ticks],
        "origin": _origin(request),
        "refusal": _refusal(case, *refused) if refused else None,
        "record": refused[1].record if refused else "",
    }
    return render(request, "posts/held_decide.html", context, status=status)


def _refusal(case: HeldCase, act: Act, error: ActRefused) -> object:
    """When somebody else was first, the page itself says who; the refusal need not say it again."""
    first = f"{case.left.sentence}。" if case.left else ""
    return shown_refusal(error, title=act.refused, unchanged=first or UNCHANGED)


def _origin(request: HttpRequest) -> int | None:
    """The restriction from whose page one came."""
    typed = request.POST.get("from") or request.GET.get("from") or ""
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        return None
    return int(typed) if restriction(int(typed)) else None
