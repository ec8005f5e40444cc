"""What every staff page has around it: the city, its desk, the rulebooks in force, the menu, the people.

Nothing about the page itself. The error page 500 is rendered without any of this.
"""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.books import books_of
from accounts.models import StaffMember
from desk import menu
from posts.restrictions import standing


def shell(request: HttpRequest) -> dict[str, Any]:
    staff = request.user if hasattr(request, "user") and request.user.is_authenticated else None
    return {
        "city": settings.CITY,
        "demo": settings.DEMO,
        "always_open": settings.CITY_ALWAYS_OPEN,
        "people": people() if settings.DEMO else (),
        "menu": menu.entries(request) if staff else (),
        "drafting_url": menu.address(menu.DRAFTING) if staff else "",
        "home_url": menu.address(menu.HOME),
        "rulebooks_in_force": rulebooks_in_force(),
        # Asked where the banner is: answers without a page around them need not.
        "restrictions_in_force": standing if staff else (),
    }


def people() -> QuerySet[StaffMember]:
    """Everybody whom a visitor of the demo can be, section by section."""
    return StaffMember.objects.filter(is_active=True).select_related("section").order_by("section", "pk")


def rulebooks_in_force() -> list[dict[str, Any]]:
    """The city's rulebooks and since when today's version of each is in force."""
    today = timezone.localdate()
    books = books_of((), today)
    return [{"short": book.short, "effective_on": book.version_on(today)} for book in books]
