"""運用方針の一覧と、一つの版を読む画面: as citizens will read it, with what changes, for whoever decides on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from policies import queries
from policies.facts import policy_facts
from policies.forms.account import ReasonForm
from policies.listing import overview, version_before
from policies.models import PolicyVersion
from policies.site.content import page_address
from policies.site.items import gone, items_of, with_news
from policies.views.access import staff_of, version_or_404
from policies.ways import offered, offers
from rules.calendar import day_of
from rules.states import Verb


@signed_in
@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    context = {"rows": overview(day_of(timezone.now())), "site": queries.site_status()}
    return render(request, "policies/policy_list.html", context)


@signed_in
@require_safe
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return version_page(request, version_or_404(pk))


def version_page(
    request: HttpRequest,
    version: PolicyVersion,
    *,
    form: ReasonForm | None = None,
    notice: str = "",
    record: str = "",
    status: int = 200,
) -> HttpResponse:
    """The version with its verbs; `notice` says what did not happen, `form` is a reason that came back."""
    now = timezone.now()
    found = offers(policy_facts(version, day_of(now)), staff_of(request), now)
    context = {
        "version": version,
        "account": version.social_account,
        "found": found,
        "form": form or ReasonForm(),
        "notice": notice,
        "record": record,
        "public_url": page_address(version.social_account),
        "site": queries.site_status(),
        **_verbs(found),
        **_reading(version),
    }
    return render(request, "policies/policy_detail.html", context, status=status)


def _verbs(found: object) -> dict[str, object]:
    verbs = {
        "may_decide": Verb.DECIDE_POLICY,
        "may_publish": Verb.PUBLISH_POLICY,
        "may_write": Verb.WRITE_POLICY,
    }
    return {name: offered(found, verb) for name, verb in verbs.items()}  # type: ignore[arg-type]


def _reading(version: PolicyVersion) -> dict[str, object]:
    others = list(queries.versions_of(version.social_account))
    before = version_before(version, others, day_of(timezone.now()))
    items, old = items_of(version), items_of(before) if before else ()
    return {
        "items": with_news(items, old) if before else items,
        "gone": gone(items, old),
        "before": before,
        "versions": others,
    }
