"""Every view declares who may call it; a view without a declaration is an error that a test finds."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseBase

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
