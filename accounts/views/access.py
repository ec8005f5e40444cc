"""Who is asking, what they may do here today, and the row that an address names."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from accounts.models import StaffMember
from accounts.queries import roles_of_request
from rules.states import Role

M = TypeVar("M", bound=Model)


def staff_of(request: HttpRequest) -> StaffMember:
    """Whoever is signed in."""
    assert isinstance(request.user, StaffMember)
    return request.user


def keeps(request: HttpRequest) -> bool:
    """Whether they are system admin today: then the forms are shown. Whether they may, the rules decide."""
    return Role.SYSTEM_ADMIN in roles_of_request(request)


def chosen(rows: QuerySet[M], key: object) -> M:
    """The row of that id, as a form or an address gave it. Raises Http404."""
    text = str(key or "")
    row = rows.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None
    if row is None:
        raise Http404
    return row
