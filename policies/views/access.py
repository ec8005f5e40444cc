"""Who is asking, about what: what every view of policies begins with."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from accounts.models import SocialAccount, StaffMember
from accounts.queries import register
from policies import queries
from policies.models import PolicyVersion
from policies.ways import Offer, offered
from rules.states import Verb


def staff_of(request: HttpRequest) -> StaffMember:
    assert isinstance(request.user, StaffMember)
    return request.user


def account_or_404(pk: int) -> SocialAccount:
    account = register().filter(pk=pk).first()
    if account is None:
        raise Http404
    return account


def version_or_404(pk: int) -> PolicyVersion:
    version = queries.version(pk)
    if version is None:
        raise Http404
    return version


def form_no_in(request: HttpRequest) -> int:
    """The number of the state that the person was looking at; a form without it is an old one."""
    typed = request.POST.get("form_no", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


def check_offered(found: tuple[Offer, ...], verb: Verb) -> None:
    """A page that is only for those who may do the act: 403 that says who."""
    if offered(found, verb) is None:
        who = next((offer.who for offer in found if offer.verb == verb), "")
        raise PermissionDenied(f"この画面で書けるのは、{who}です。" if who else "いまの状態では行えません。")
