"""登録端末: the list, enrolling, handing on and ending; and for everybody what this machine is taken for."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.actions import devices as actions
from accounts.acts import ActRefused, ActStale
from accounts.forms.devices import CertificateForm, PlaceForm
from accounts.forms.fields import ReasonForm
from accounts.models import Device
from accounts.permissions import signed_in
from accounts.queries import record_of
from accounts.registered import EXPIRES_SOON, devices
from accounts.views.access import chosen, keeps, staff_of
from accounts.views.sections import refused
from rules.states import DeviceState

STALE = (
    "ほかの人が先に変えました。上がいまの内容です。あなたの入力は下に残っています。"
    "見比べて、よければもう一度記録してください。"
)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def device_list(request: HttpRequest) -> HttpResponse:
    """一覧, and enrolling a machine by its certificate."""
    if request.POST.get("do") == "invite":
        return _invite(request)
    form = CertificateForm(request.POST or None)
    if request.method != "POST":
        return _list(request, form)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        device = actions.enrol(
            place=form.place(), certificate=form.cleaned_data["pem"], by=staff_of(request), now=timezone.now()
        )
    except ActRefused as error:
        return _list(request, form, **refused(error, "登録できませんでした"))
    messages.success(request, f"端末「{device.name}」を登録しました。")
    return redirect("device_detail", device.pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def device_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One machine: what is on record about it; handing it on, and ending it."""
    device = chosen(devices(), pk)
    if request.method != "POST":
        return _detail(request, device)
    ends = request.POST.get("do") == "end"
    try:
        return _end(request, device) if ends else _hand_on(request, device)
    except ActStale:
        return _detail(request, chosen(devices(), pk), stale=STALE, status=409)
    except ActRefused as error:
        title = "登録を終えられませんでした" if ends else "変えられませんでした"
        return _detail(request, chosen(devices(), pk), **refused(error, title))


def _invite(request: HttpRequest) -> HttpResponse:
    """登録の番号を出す: shown on this one answer and never again."""
    form = PlaceForm(request.POST, prefix="invite")
    if not form.is_valid():
        return _list(request, CertificateForm(), invite=form, status=422)
    try:
        device, code = actions.invite(place=form.place(), by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        return _list(request, CertificateForm(), invite=form, **refused(error, "番号を出せませんでした"))
    return _list(request, CertificateForm(), invited=device, code=code)


def _end(request: HttpRequest, device: Device) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.end(device=device, reason=reason, by=staff_of(request), now=timezone.now())
    messages.success(request, f"端末「{device.name}」の登録を終えました。")
    return redirect("device_list")


def _hand_on(request: HttpRequest, device: Device) -> HttpResponse:
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _detail(request, device, form=form, status=422)
    number = request.POST.get("form_no", "")
    actions.hand_on(
        device=device,
        place=form.place(),
        by=staff_of(request),
        now=timezone.now(),
        form_no=int(number) if number.isdecimal() and len(number) < 10 else 0,
    )
    messages.success(request, f"端末「{form.cleaned_data['name']}」の使う人を変えました。")
    return redirect("device_detail", device.pk)


def _list(request: HttpRequest, form: CertificateForm, *, status: int = 200, **more: object) -> HttpResponse:
    rows = list(devices())
    now = timezone.now()
    context = {
        "form": form,
        "invite": PlaceForm(prefix="invite"),
        "in_use": [row for row in rows if row.state != DeviceState.ENDED],
        "ended": [row for row in rows if row.state == DeviceState.ENDED],
        "soon": now + EXPIRES_SOON,
        "now": now,
        "keeps": keeps(request),
        "networks": settings.CITY_NETWORKS,
        **more,
    }
    return render(request, "accounts/device_list.html", context, status=status)


def _detail(
    request: HttpRequest,
    device: Device,
    *,
    form: PlaceForm | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    typed = PlaceForm(request.POST) if request.POST.get("do") == "hand" else None
    context = {
        "device": device,
        "form": form or typed or PlaceForm.of(device),
        "reason": ReasonForm(request.POST if request.POST.get("do") == "end" else None),
        "keeps": keeps(request),
        "history": record_of(f"device:{device.pk}"),
        **more,
    }
    return render(request, "accounts/device_detail.html", context, status=status)
