"""Signing in and out, and in the demo changing from one person into another. Nothing else of the screens."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.forms import CharField, PasswordInput, TextInput
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import StaffMember
from accounts.permissions import public, signed_in

BACKEND = "django.contrib.auth.backends.ModelBackend"
NO_MATCH = "ユーザー名かパスワードが合いません。大文字と小文字を確かめて、もう一度入力してください。"


class SignInForm(AuthenticationForm):
    """One sentence for every failure: it does not tell who has an account here or who has left."""

    username = CharField(
        label="ユーザー名",
        widget=TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": "ユーザー名を入力してください。"},
    )
    password = CharField(
        label="パスワード",
        strip=False,
        widget=PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "パスワードを入力してください。"},
    )
    error_messages = {"invalid_login": NO_MATCH, "inactive": NO_MATCH}  # noqa: RUF012


class SignIn(LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True


sign_in = public(SignIn.as_view())
sign_out = signed_in(LogoutView.as_view())


@public
def demo_switch(request: HttpRequest) -> HttpResponse:
    """Become somebody else without a password; this address exists in the demo only."""
    if not settings.DEMO:
        raise Http404
    return _become(request)


@require_POST
def _become(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("person", "")
    if not key.isdecimal():
        raise Http404
    person = get_object_or_404(StaffMember, pk=key, is_active=True)
    login(request, person, backend=BACKEND)
    return HttpResponseRedirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Where they were, if that is a page of ours; else home."""
    url = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if ours else resolve_url(settings.LOGIN_REDIRECT_URL)
