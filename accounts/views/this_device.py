"""この端末: what it counts for; making a passkey on it with the admin's code, showing it again after signing in."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import passkeys
from accounts.actions import devices as actions
from accounts.acts import ActRefused
from accounts.devices import SESSION_DEVICE
from accounts.passkeys import BadPasskey
from accounts.permissions import signed_in
from accounts.registered import invited_by_code, with_passkey
from accounts.views.access import staff_of
from accounts.views.sections import refused

STATE = "passkey_state"
NOT_READ = "端末の答えを読めませんでした。画面を開き直して、もう一度行ってください。"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def this_device(request: HttpRequest) -> HttpResponse:
    """The page; what the browser made or showed comes back in its form."""
    if request.method != "POST":
        return _page(request)
    try:
        return _join(request) if request.POST.get("do") == "join" else _verify(request)
    except BadPasskey:
        messages.error(request, NOT_READ)
        return _page(request, status=422)
    except ActRefused as error:
        return _page(request, **refused(error, "登録できませんでした"))


@signed_in
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser is to make or to show, for the script of the page."""
    if request.POST.get("do") == "join":
        options, state = passkeys.begin_making(staff_of(request), request.get_host())
    else:
        options, state = passkeys.begin_showing(with_passkey(), request.get_host())
    request.session[STATE] = state
    return JsonResponse(options)


def _join(request: HttpRequest) -> HttpResponse:
    passkey = passkeys.made(_answer(request), _state(request), request.get_host())
    code, now = request.POST.get("code", ""), timezone.now()
    device = invited_by_code(actions.digest_of(code), now)
    if device is None:
        messages.error(
            request, "登録の番号が違うか、期限が過ぎています。新しい番号を出してもらってください。"
        )
        return _page(request, status=409)
    actions.join(device=device, code=code, passkey=passkey, by=staff_of(request), now=now)
    request.session[SESSION_DEVICE] = device.pk
    messages.success(request, f"この端末を「{device.name}」として登録しました。")
    return redirect("this_device")


def _verify(request: HttpRequest) -> HttpResponse:
    answer, state = _answer(request), _state(request)
    device, count = passkeys.shown(answer, state, with_passkey(), request.get_host())
    if not actions.seen_again(device=device, sign_count=count):
        raise BadPasskey
    request.session[SESSION_DEVICE] = device.pk
    messages.success(request, f"登録端末「{device.name}」と確かめました。ログアウトするまで有効です。")
    return redirect("this_device")


def _answer(request: HttpRequest) -> dict[str, Any]:
    try:
        answer = json.loads(request.POST.get("answer", ""))
    except ValueError as error:
        raise BadPasskey from error
    if not isinstance(answer, dict):
        raise BadPasskey
    return answer


def _state(request: HttpRequest) -> dict[str, Any]:
    """Asked once, answered once."""
    state = request.session.pop(STATE, None)
    if state is None:
        raise BadPasskey
    return dict(state)


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"staff": staff_of(request), "passkeys": bool(with_passkey()), **more}
    return render(request, "accounts/device_this.html", context, status=status)
