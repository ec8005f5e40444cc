"""Every view declares who may call it; a view without a declaration is an error that a test finds."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.queries import roles_of_request, who_may

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Anybody, without signing in."""
    marked: Any = login_not_required(view)
    marked.permission = "public"
    return marked


def signed_in(view: View) -> View:
    """Anybody who has signed in; what they may do there is decided by the rules."""
    marked: Any = view
    marked.permission = "signed_in"
    return marked


def roles_only(*roles: str) -> Callable[[View], View]:
    """Only people who hold one of the roles today; others get a 403 that names who may."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not roles_of_request(request) & set(roles):
                raise PermissionDenied(who_may(roles))
            return view(request, *args, **kwargs)

        guarded.permission = "roles:" + ",".join(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate
