"""公式アカウント台帳: the list, one entry with what can be done now, the request for a new one, the connection."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import connections
from accounts.acts import ActRefused, ActStale
from accounts.books import books_of
from accounts.models import ConnectionCheck, Credential, SocialAccount
from accounts.permissions import signed_in
from accounts.refusals import refusal_page
from platforms.errors import Unsupported
from policies import queries, services
from policies.actions import operation
from policies.facts import account_facts_of
from policies.forms.account import AccountRequestForm, CredentialForm, ReasonForm
from policies.listing import overview
from policies.site.content import address
from policies.views.access import account_or_404, check_offered, form_no_in, staff_of
from policies.ways import offered, offers
from rules import clauses
from rules.calendar import day_of
from rules.states import AccountState, Verb

ACTS: Mapping[str, Callable[..., SocialAccount]] = {
    "approve": operation.approve,
    "open": operation.open_,
    "suspend": operation.suspend,
    "resume": operation.resume,
    "close": operation.close,
}
DONE = {
    "approve": "「{name}」の開設を認めました。次に、運用方針を定めます。",
    "open": "「{name}」の運用を始めました。投稿できます。",
    "suspend": "「{name}」を休止しました。いまから後は、何も発信しません。",
    "resume": "「{name}」の運用を再開しました。",
    "close": "「{name}」の運用を終えました。台帳には残ります。",
}
REFUSED = {
    "approve": "開設を認められませんでした",
    "open": "運用を始められませんでした",
    "suspend": "休止できませんでした",
    "resume": "運用を再開できませんでした",
    "close": "運用を終えられませんでした",
}
CONNECTED = "「{name}」の接続を設定しました。台帳の公式アカウントにつながったか、仕組みがこれから確かめます。"
_NEED_REASON = frozenset({"suspend", "close"})
_STALE = (
    "開いたあとで、ほかの人がこの公式アカウントを変えました。いまの内容を見てから、もう一度選んでください。"
)


@signed_in
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    closed = SocialAccount.objects.filter(state=AccountState.CLOSED).select_related("section")
    context = {
        "rows": overview(day_of(timezone.now())),
        "closed": closed.order_by("-closed_at"),
        "site": queries.site_status(),
        "site_url": address(),
    }
    return render(request, "accounts/register.html", context)


@signed_in
@require_safe
def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _entry(request, account_or_404(pk))


@signed_in
@require_POST
def account_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of the chief's presses; the address names the verb."""
    account, act = account_or_404(pk), ACTS[verb]
    asked: dict[str, Any] = {"reason": request.POST.get("reason", "")} if verb in _NEED_REASON else {}
    try:
        act(account=account, by=staff_of(request), now=timezone.now(), form_no=form_no_in(request), **asked)
    except ActRefused as error:
        return _refused(request, error, account, REFUSED[verb])
    except ActStale:
        form = ReasonForm(initial=asked)
        return _entry(request, account_or_404(pk), form=form, typed_for=verb, notice=_STALE, status=409)
    messages.success(request, DONE[verb].format(name=account.name))
    if account.connection != queries.TRAINING and (problem := queries.site_status().problem):
        messages.warning(request, f"市のホームページの一覧は、まだ新しくできていません。{problem}")
    return redirect("account_detail", pk=pk)


@signed_in
def account_request(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    form = AccountRequestForm(request.POST or None, staff=staff)
    if request.method == "POST" and form.is_valid():
        try:
            account = operation.request(by=staff, now=timezone.now(), **form.cleaned_data)
            messages.success(request, f"「{account.name}」の開設を申し出ました。所属長が判断します。")
            return redirect("account_detail", pk=account.pk)
        except operation.AlreadyRegistered as error:
            form.add_error(None, str(error))
        except ActRefused as error:
            return _refused(request, error, None, "申し出られませんでした")
    return _request_page(request, form)


@signed_in
def account_credential(request: HttpRequest, pk: int) -> HttpResponse:
    account, now = account_or_404(pk), timezone.now()
    if request.method != "POST":  # an attempt is refused by the act itself, and so stands in the record
        check_offered(
            offers(account_facts_of(account, day_of(now)), staff_of(request), now), Verb.SET_CREDENTIAL
        )
    form = _credential_form(request, account)
    if form is not None and request.method == "POST" and form.is_valid():
        return _connect(request, account, form)
    status = 422 if form is not None and form.errors else 200
    context = {"account": account, "form": form, "form_no": account.form_no}
    return render(request, "accounts/register_credential.html", context, status=status)


def _connect(request: HttpRequest, account: SocialAccount, form: CredentialForm) -> HttpResponse:
    told = {"config": form.config, "secret": form.secret, "form_no": form_no_in(request)}
    try:
        operation.set_credential(account=account, by=staff_of(request), now=timezone.now(), **told)  # type: ignore[arg-type]
    except ActRefused as error:
        return _refused(request, error, account, "接続を設定できませんでした")
    except ActStale:
        return _entry(request, account_or_404(account.pk), notice=_STALE, status=409)
    messages.success(request, CONNECTED.format(name=account.name))
    return redirect("account_detail", pk=account.pk)


def _credential_form(request: HttpRequest, account: SocialAccount) -> CredentialForm | None:
    """None where this program cannot connect to the service."""
    try:
        told: Any = connections.fields(account.network, account.connection)
    except Unsupported:
        return None
    stored = Credential.objects.filter(social_account=account).exists()
    data = request.POST if request.method == "POST" else None
    return CredentialForm(
        data, fields=told, config=account.config, has_secret=stored, registered=account.handle
    )


def _request_page(request: HttpRequest, form: AccountRequestForm) -> HttpResponse:
    books = books_of(form.fields["rulebooks"].initial or form.initial["rulebooks"])
    context = {"form": form, "research_is_owed": clauses.is_on("research", books)}
    return render(request, "accounts/register_request.html", context, status=422 if form.errors else 200)


def _entry(
    request: HttpRequest,
    account: SocialAccount,
    *,
    form: ReasonForm | None = None,
    typed_for: str = "",
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    """One entry with its verbs; `form` holds words that came back for the verb `typed_for`."""
    now = timezone.now()
    found = offers(account_facts_of(account, day_of(now)), staff_of(request), now)
    context = {
        "account": account,
        "found": [offer for offer in found if offer.key in ACTS],
        "may_connect": offered(found, Verb.SET_CREDENTIAL),
        "may_mark_board": offered(found, Verb.MARK_BOARD),
        "credential": Credential.objects.select_related("changed_by__section")
        .filter(social_account=account)
        .first(),
        "look": ConnectionCheck.objects.filter(social_account=account).first(),
        "versions": queries.versions_of(account),
        "current": queries.policy_in_force(account, day_of(now)),
        "books": books_of(account.rulebooks),
        "form": form or ReasonForm(),
        "typed_for": typed_for,
        "notice": notice,
        "service": services.label_of(account.network),
    }
    return render(request, "accounts/register_entry.html", context, status=status)


def _refused(
    request: HttpRequest, error: ActRefused, account: SocialAccount | None, title: str
) -> HttpResponse:
    back_url = reverse("account_detail", args=[account.pk]) if account else reverse("account_request")
    unchanged = f"「{account.name}」は、いまの状態のままです。" if account else "台帳は変わっていません。"
    return refusal_page(request, error, title=title, unchanged=unchanged, back_url=back_url)
