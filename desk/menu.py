"""The entries of the staff menu: for whom they are, where they lead, what waits there.

An entry is only a way in. Whether somebody may open the page is decided by the view behind it.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypedDict

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import StaffMember
from accounts.queries import roles_of_request, unread_of
from posts.bringing import waiting_for_hands
from posts.queues import approvals_waiting_for, capped_count, checks_waiting_for
from rules.calendar import day_of
from rules.states import Role

HOME = "home"
DRAFTING = "post_new"


class Entry(NamedTuple):
    """`name` is a URL's name. Without `roles` it is for everybody; `waiting` counts what
    waits behind it, and a `quiet` count asks for no hurry."""

    name: str
    label: str
    roles: frozenset[str] = frozenset()
    waiting: Callable[[HttpRequest], int] | None = None
    quiet: bool = False


class Shown(TypedDict):
    label: str
    url: str
    count: int | None
    current: bool
    quiet: bool


def _to_approve(request: HttpRequest) -> int:
    assert isinstance(request.user, StaffMember)
    return capped_count(approvals_waiting_for(request.user, day_of(timezone.now())))


def _to_check(request: HttpRequest) -> int:
    assert isinstance(request.user, StaffMember)
    return capped_count(checks_waiting_for(request.user))


def _to_bring_out(request: HttpRequest) -> int:
    assert isinstance(request.user, StaffMember)
    return capped_count(waiting_for_hands(request.user, now=timezone.now()))


def _unread(request: HttpRequest) -> int:
    assert isinstance(request.user, StaffMember)
    return unread_of(request.user)


ENTRIES = (
    Entry(HOME, "わたしの仕事"),
    Entry("review_queue", "承認待ち", roles=frozenset({Role.CHIEF, Role.DEPUTY}), waiting=_to_approve),
    Entry("check_queue", "確認待ち", waiting=_to_check, quiet=True),
    Entry("hand_list", "手作業で出す", waiting=_to_bring_out),
    Entry("notice_list", "お知らせ", waiting=_unread),
    Entry("post_list", "投稿"),
    Entry("policy_list", "運用方針"),
    Entry("register", "公式アカウント台帳"),
    Entry("hours", "勤務時間・選挙"),
    Entry("section_list", "職員・端末・規程"),
    Entry("handbook", "SNSの手引き"),
    Entry("training_timeline", "訓練タイムライン"),
    Entry("clauses", "条文対応表"),
)


def address(name: str) -> str:
    """Where the page of that name is; "" in an installation that does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def entries(request: HttpRequest, rows: Iterable[Entry] = ENTRIES) -> list[Shown]:
    """The menu for whoever is signed in; the entry of the page at hand, or of its list, is current."""
    roles = roles_of_request(request)
    mine = [(row, address(row.name)) for row in rows if not row.roles or row.roles & roles]
    reachable = [(row, url) for row, url in mine if url]
    current = _current(request.path, reachable)
    return [_shown(request, row, url, current) for row, url in reachable]


def _current(path: str, reachable: list[tuple[Entry, str]]) -> str:
    """The longest address that the path begins with. Home, often "/", must be the very page."""
    lists = [url for row, url in reachable if row.name != HOME and path.startswith(url)]
    return max(lists, key=len, default=path)


def _shown(request: HttpRequest, row: Entry, url: str, current: str) -> Shown:
    count = _count(request, row)
    return Shown(label=row.label, url=url, count=count, current=url == current, quiet=row.quiet)


def _count(request: HttpRequest, row: Entry) -> int | None:
    """How many wait; a page that has just listed them all has left the number on the request."""
    counted: dict[str, int] = getattr(request, "counted", {})
    if row.name in counted:
        return counted[row.name]
    return row.waiting(request) if row.waiting else None
