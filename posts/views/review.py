"""承認待ち and 確認待ち: two queues with one screen. One case is read, decided on, and the next one opens.

The rules decide who may; nothing here looks at a role or a state to forbid anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.acts import ActRefused
from accounts.models import StaffMember
from accounts.permissions import signed_in
from accounts.refusals import ShownRefusal, shown_refusal
from posts import queues
from posts.actions import presence, review
from posts.forms_review import LOOK, TICKS_JA, DecisionForm
from posts.judging import Case, case_of
from posts.models import Post
from posts.panel import panel, stopping
from posts.presence import at_post, is_reviewing, reviewers
from posts.queries import current_version
from posts.topics import asked_of
from posts.views.access import staff_of, visible_post
from posts.views.words import confirm_panel
from rules.calendar import day_of
from rules.gates import CHECKLIST
from rules.restraint_gates import RESTRAINED, WANTS_A_WORD
from rules.states import PostKind, PostState, Verb

NOT_BY_ENTER = "まだ何も決めていません。Enterキーだけでは決まりません。ボタンを押してください。"
UNCHANGED = "何も変えていません。書いた理由と付けた印は、下に残っています。"


@dataclass(frozen=True)
class Screen:
    """What sets the two queues apart."""

    state: PostState
    passing: Verb
    case_url: str
    queue_url: str
    template: str
    empty_template: str
    queue: Callable[[StaffMember, date], QuerySet[Post]]


REVIEW = Screen(
    state=PostState.AWAITING_APPROVAL,
    passing=Verb.APPROVE,
    case_url="review_case",
    queue_url="review_queue",
    template="posts/review_case.html",
    empty_template="posts/review_empty.html",
    queue=queues.approvals_waiting_for,
)
CHECK = Screen(
    state=PostState.AWAITING_CHECK,
    passing=Verb.SECOND_CHECK,
    case_url="check_case",
    queue_url="check_queue",
    template="posts/check_case.html",
    empty_template="posts/check_empty.html",
    queue=lambda staff, on: queues.checks_waiting_for(staff),
)


@dataclass(frozen=True)
class Act:
    """One button: what it does, how its refusal is headed, and what is said when it is done."""

    do: Callable[..., Post]
    refused: str
    done: str


def _approve(post: Post, form: DecisionForm, by: StaffMember, now: datetime) -> Post:
    data = form.cleaned_data
    return review.approve(
        post=post,
        seen_digest=data["seen_digest"],
        ticks=form.ticked(TICKS_JA),
        named=[row.pk for row in data["named"]],
        consulted=[person.pk for person in data["consulted"]],
        by=by,
        now=now,
    )


def _second_check(post: Post, form: DecisionForm, by: StaffMember, now: datetime) -> Post:
    seen = form.cleaned_data["seen_digest"]
    return review.second_check(post=post, seen_digest=seen, ticks=form.ticked(CHECKLIST), by=by, now=now)


def _return(post: Post, form: DecisionForm, by: StaffMember, now: datetime) -> Post:
    seen, reason = form.cleaned_data["seen_digest"], form.cleaned_data["reason"]
    return review.return_(post=post, seen_digest=seen, reason=reason, by=by, now=now)


def _escalate(post: Post, form: DecisionForm, by: StaffMember, now: datetime) -> Post:
    seen, reason = form.cleaned_data["seen_digest"], form.cleaned_data["reason"]
    return review.escalate(post=post, seen_digest=seen, reason=reason, by=by, now=now)


RETURNED = "「{title}」の第{version}版を差し戻しました。理由は、起案した人の「わたしの仕事」に出ます。"
ESCALATED = "「{title}」の第{version}版を所属長に回しました。所属長の「承認待ち」に出ます。"
ACTS = {
    Verb.APPROVE: Act(_approve, "承認できませんでした", "「{title}」の第{version}版を承認しました。"),
    Verb.SECOND_CHECK: Act(
        _second_check, "確認できませんでした", "「{title}」の第{version}版を確認しました。"
    ),
    Verb.RETURN: Act(_return, "差し戻せませんでした", RETURNED),
    Verb.ESCALATE: Act(_escalate, "所属長に回せませんでした", ESCALATED),
}


@signed_in
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    return _first_case(request, REVIEW)


@signed_in
@require_safe
def check_queue(request: HttpRequest) -> HttpResponse:
    return _first_case(request, CHECK)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def review_case(request: HttpRequest, pk: int) -> HttpResponse:
    return _case(request, pk, REVIEW)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check_case(request: HttpRequest, pk: int) -> HttpResponse:
    return _case(request, pk, CHECK)


def _first_case(request: HttpRequest, screen: Screen) -> HttpResponse:
    first = screen.queue(staff_of(request), day_of(timezone.now())).first()
    if first is None:
        return render(request, screen.empty_template)
    return redirect(screen.case_url, first.pk)


def _case(request: HttpRequest, pk: int, screen: Screen) -> HttpResponse:
    post = visible_post(request, pk)
    if request.method == "POST":
        return _decide(request, post, screen)
    return _show(request, post, screen, DecisionForm())


def _decide(request: HttpRequest, post: Post, screen: Screen) -> HttpResponse:
    """Act, and open the next case; refused, the same case again with everything typed."""
    staff, now, form = staff_of(request), timezone.now(), DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, post, screen, form, status=422)
    if form.cleaned_data["do"] == LOOK:
        messages.info(request, NOT_BY_ENTER)
        return _show(request, post, screen, form)
    act = ACTS[Verb(form.cleaned_data["do"])]
    try:
        act.do(post, form, staff, now)
    except ActRefused as error:
        status = 403 if error.refusal.forbidden else 409
        as_it_is_now = visible_post(request, post.pk)
        return _show(request, as_it_is_now, screen, form, status=status, refused=(act, error))
    presence.done(post=post, by=staff)
    messages.success(request, act.done.format(title=post.title, version=post.version_no))
    following = queues.next_after(screen.queue(staff, day_of(now)), post)
    return redirect(screen.case_url, following.pk) if following else redirect(screen.queue_url)


def _show(
    request: HttpRequest,
    post: Post,
    screen: Screen,
    form: DecisionForm,
    *,
    status: int = 200,
    refused: tuple[Act, ActRefused] | None = None,
) -> HttpResponse:
    now, staff = timezone.now(), staff_of(request)
    case = case_of(post, staff, now=now, seen_digest=form.data.get("seen_digest", ""))
    rows, next_key = queues.page_of_queue(screen.queue(staff, day_of(now)), _key(request))
    if next_key is None and _key(request) is None:
        request.counted = {screen.queue_url: len(rows)}  # type: ignore[attr-defined]  # the menu need not ask again
    context = {
        "case": case,
        "post": post,
        "form": form,
        "queue": rows,
        "next_key": next_key,
        "after": _key(request),
        "waits": post.state == screen.state,
        **_offers(case, screen),
        "whole": request.GET.get("view") == "whole" or case.changes is None,
        **_presence(rows, post, screen, staff, now),
        **_gates(case, now),
        **_words(case, screen, staff, now),
        **_help(case, refused, now),
    }
    return render(request, screen.template, context, status=status)


def _offers(case: Case, screen: Screen) -> dict[str, bool]:
    return {"may_pass": screen.passing in case.offered, "may_return": Verb.RETURN in case.offered}


def _presence(
    rows: list[Post], post: Post, screen: Screen, staff: StaffMember, now: datetime
) -> dict[str, Any]:
    """Who is at which case; in the list, each row says it itself."""
    at_each = reviewers(rows, now)
    for row in rows:
        row.watched = at_each.get(row.pk, ())  # type: ignore[attr-defined]
    return {
        "others": at_post(post, staff, now),
        "mine": is_reviewing(post, staff, now),
        "claims": post.state == screen.state,
        "topics": asked_of(current_version(post)),
    }


def _gates(case: Case, now: datetime) -> dict[str, Any]:
    """What stops it now, and whose word alone would open that."""
    rows = panel(case.post, case.version, case.actor, now, known=case.facts)
    codes = stopping(rows)
    # What the chief ticks for a statement opens a suspension; nothing on these pages opens the others.
    restrained = codes & (RESTRAINED - {"flaming"}) and case.post.kind != PostKind.STATEMENT
    return {
        "panel": rows,
        "needs_chief": "flaming" in codes,
        "needs_word": codes & WANTS_A_WORD,
        "restrained": restrained and not codes & WANTS_A_WORD,
    }


def _words(case: Case, screen: Screen, staff: StaffMember, now: datetime) -> dict[str, Any]:
    """所属長の確認, where the decision is not the chief's own."""
    if screen is not CHECK:
        return {}
    return confirm_panel(case.post, case.version, staff, now=now, back=screen.case_url)


def _help(case: Case, refused: tuple[Act, ActRefused] | None, now: datetime) -> dict[str, Any]:
    """What a refused person needs: the reasons, and for a contributor the colleagues who could check instead."""
    if refused is None:
        return {}
    act, error = refused
    colleagues = "checker_contributed" in error.refusal.codes
    targets = case.content.targets
    return {
        "refusal": _refusal(case, act, error),
        "record": error.record,
        "switchable": colleagues,
        "checkers": queues.possible_checkers(case.post, targets, day_of(now)) if colleagues else (),
    }


def _refusal(case: Case, act: Act, error: ActRefused) -> ShownRefusal:
    """When somebody else was first, who it was and when is said at once."""
    late = "wrong_state" in error.refusal.codes
    first = render_to_string("posts/review_left.html", {"case": case, "post": case.post}) if late else ""
    return shown_refusal(error, title=act.refused, unchanged=first or UNCHANGED)


def _key(request: HttpRequest) -> int | None:
    after = request.GET.get("after", "")
    return int(after) if after.isdecimal() and len(after) < 19 else None
