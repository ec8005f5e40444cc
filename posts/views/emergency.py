"""緊急発信: the three-field form for disaster information, and the page that confirms any draft before it goes at once.

Saving and sending are acts of their own: the first press saves the draft, the second one sends it. What was typed
comes back whatever happens.
"""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.acts import ActRefused, ActStale
from accounts.models import StaffMember
from accounts.permissions import signed_in
from accounts.refusals import ShownRefusal, refusal_page, shown_refusal
from platforms.counting import count
from posts.actions import confirming, drafting, emergency, review
from posts.actions.cases import CaseFile
from posts.canonical import canonical, with_line_feeds
from posts.composing import principles, sheet_for
from posts.disaster import Desk, Waiving, desk_of, is_three_fields, waiving_of
from posts.forms_emergency import CHECK, DisasterForm, EmergencyForm, WordForm, initial_of_draft
from posts.judging import Preview
from posts.models import Post
from posts.queries import current_version, drafted_from
from posts.views.access import staff_of, visible_post
from rules.calendar import day_of
from rules.facts import DisasterReport
from rules.states import PostState

ALREADY = "この画面の内容は、もう先に進んでいます。二重には出していません。"
NOT_SAVED = "何も保存していません。入力は下に残っています。"
NOT_SENT = "発信していません。下書きは保存されています。入力は下に残っています。"
UNCHANGED = "いまのまま変わりません。"
STAYS = "発信していません。下書きは、そのまま残っています。"
SENT = "緊急発信しました。あとの確認の期限は、このページの「あとの確認」に出ています。"
ASKED = "第{version}版を確認に回しました。"
STALE = "開いたあとで、ほかの人が直しました。いまの内容を確かめて、もう一度押してください。"


# --- the three fields


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def disaster_new(request: HttpRequest) -> HttpResponse:
    """防災の情報をすぐに出す. A form that has become a draft already goes on as that draft."""
    known = drafted_from(request.POST.get("draft_key"), staff_of(request))
    if known and known.state != PostState.DRAFTING:
        messages.info(request, ALREADY)
        return redirect("post_detail", known.pk)
    return _three_fields(request, known)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def disaster_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """直す in three fields; what has more to it is mended in the composer."""
    post = visible_post(request, pk)
    sheet = sheet_for(post, staff_of(request), now=timezone.now())
    if not is_three_fields(sheet.content):
        return redirect("post_edit", pk)
    if refused := sheet.refusal():
        return _not_open(request, post, ActRefused(refused, record=""), "いまは直せません")
    return _three_fields(request, post)


@signed_in
@require_POST
def disaster_counters(request: HttpRequest) -> HttpResponse:
    """How long the text is by each network's measure, while it is being typed. Nothing is saved."""
    desk = _desk(request, None)
    form = _form(desk, request)
    return render(request, "posts/_counters.html", {"previews": _previews(desk, form)})


def _three_fields(request: HttpRequest, post: Post | None) -> HttpResponse:
    desk = _desk(request, post)
    form = _form(desk, request)
    if request.method != "POST":
        return _form_page(request, desk, form)
    if not form.is_valid():
        return _form_page(request, desk, form, status=422)
    try:
        saved = _save(request, desk, form)
    except ActStale as stale:
        return _stale(request, desk, form, stale.current)
    except ActRefused as error:
        refusal = shown_refusal(error, title="保存できませんでした", unchanged=NOT_SAVED)
        return _form_page(request, desk, form, refusal=refusal, status=403 if refusal.forbidden else 409)
    return redirect("post_emergency", saved.pk)


def _desk(request: HttpRequest, post: Post | None) -> Desk:
    posted = request.POST.getlist("targets")
    sheet = sheet_for(post, staff_of(request), now=timezone.now(), posted=posted)
    return desk_of(sheet, request.GET.get("section", ""))


def _form(desk: Desk, request: HttpRequest) -> DisasterForm:
    initial: dict[str, Any] = {"targets": desk.ready, "form_no": 1}
    if desk.sheet.post is not None and is_three_fields(desk.sheet.content):
        initial = initial_of_draft(desk.sheet.content, desk.sheet.post.form_no)
    data = request.POST if request.method == "POST" else None
    return DisasterForm(data, initial=initial, accounts=desk.accounts, now=desk.sheet.now)


def _save(request: HttpRequest, desk: Desk, form: DisasterForm) -> Post:
    """A new draft, or the one that this form has become; unchanged, it stays as it is."""
    by, now, post, content = desk.sheet.by, desk.sheet.now, desk.sheet.post, form.content()
    values: dict[str, Any] = {"title": form.title(), "content": content, "by": by, "now": now}
    if post is None:
        key = request.POST.get("draft_key", "")[:32]
        return drafting.draft(draft_key=key, declared=False, **values)
    if canonical(content) == current_version(post).canonical:
        return post
    declared, form_no = post.declared_on is not None, _form_no(request, desk, form)
    return drafting.edit(post=post, declared=declared, form_no=form_no, **values)


def _form_no(request: HttpRequest, desk: Desk, form: DisasterForm) -> int:
    """Gone back to in the browser, a new form does not know its draft's number: the last words must be one's own."""
    post, version = desk.sheet.post, desk.sheet.version
    assert post is not None
    assert version is not None
    if request.POST.get("draft_key"):
        return post.form_no if version.written_by_id == desk.sheet.by.pk else 0
    return form.cleaned_data["form_no"] or 0


def _stale(request: HttpRequest, desk: Desk, form: DisasterForm, current: CaseFile) -> HttpResponse:
    """The same form pressed twice is one draft; somebody else's words stand beside what was typed."""
    if desk.sheet.post is None:
        return redirect("post_emergency", current.post.pk)
    theirs = sheet_for(current.post, desk.sheet.by, now=desk.sheet.now)
    more = {"theirs": theirs, "form_no": current.post.form_no, "draft_key": ""}
    return _form_page(request, desk_of(theirs), form, status=409, **more)


def _form_page(
    request: HttpRequest, desk: Desk, form: DisasterForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    post = desk.sheet.post
    refusal: ShownRefusal | None = more.get("refusal")
    context = {
        "desk": desk,
        "form": form,
        "post": post,
        "moment": desk.moment,
        "address": reverse("disaster_edit", args=[post.pk]) if post else reverse("disaster_new"),
        "draft_key": "" if post else request.POST.get("draft_key") or uuid4().hex,
        "form_no": post.form_no if post else 1,
        "chosen": form["targets"].value() or [],
        "previews": _previews(desk, form),
        "record": refusal.record if refusal else "",
        **more,
    }
    return render(request, "posts/disaster_form.html", context, status=status)


def _previews(desk: Desk, form: DisasterForm) -> list[Preview]:
    chosen, text = form["targets"].value() or [], with_line_feeds(form["text"].value() or "")
    rows = [row for row in desk.accounts if str(row.pk) in chosen]
    return [Preview(row, text, count(row.network, text), differs=False) for row in rows]


# --- the confirmation


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def post_emergency(request: HttpRequest, pk: int) -> HttpResponse:
    """緊急発信の確認 of a draft: what goes out, what "now" means, what is still owed."""
    post, staff = visible_post(request, pk), staff_of(request)
    waiving = waiving_of(post, staff, now=timezone.now())
    if request.method == "POST" and _is_pressed_again(request, waiving, staff):
        messages.info(request, ALREADY)
        return redirect("post_detail", pk)
    if waiving.closed:
        return _not_open(request, post, ActRefused(waiving.closed, record=""), "緊急発信できません")
    if request.method == "POST":
        return _press(request, waiving, staff)
    return _confirm_page(request, waiving, *_forms(request, waiving, staff))


def _is_pressed_again(request: HttpRequest, waiving: Waiving, staff: StaffMember) -> bool:
    """The same version, sent by the same person: the second press of one button."""
    seen = request.POST.get("seen_digest", "") == waiving.version.digest
    return seen and waiving.version.waivers.filter(by=staff).exists()


def _press(request: HttpRequest, waiving: Waiving, staff: StaffMember) -> HttpResponse:
    """What is owed first, then the act itself; refused, the same page with everything typed."""
    form, word = _forms(request, waiving, staff)
    readable = [form.is_valid(), not waiving.needs_word or word.is_valid()]
    if not all(readable):
        return _confirm_page(request, waiving, form, word, status=422)
    asks_check = form.cleaned_data["do"] == CHECK
    try:
        post = _give(waiving, form, word, staff)
        (_check if asks_check else _send)(post, form, staff)
    except (ActStale, ActRefused) as error:
        return _refused(request, waiving.post, form, word, error, asks_check=asks_check)
    messages.success(request, ASKED.format(version=waiving.version.number) if asks_check else SENT)
    return redirect("post_detail", waiving.post.pk)


def _forms(request: HttpRequest, waiving: Waiving, staff: StaffMember) -> tuple[EmergencyForm, WordForm]:
    data = request.POST if request.method == "POST" else None
    moment = waiving.moment
    form = EmergencyForm(data, initial={"reason": _reason(waiving)}, urgencies=moment.urgencies)
    return form, WordForm(data, people=moment.approvers, by=staff.pk, now=timezone.now())


def _reason(waiving: Waiving) -> str:
    """The reason to begin with, from what the draft says of itself."""
    evidence = waiving.content.claim.evidence if waiving.content.claim else None
    if not isinstance(evidence, DisasterReport):
        return ""
    return f"{evidence.kind}（{evidence.source}の発表）を、確認を待たずに知らせるため"


def _give(waiving: Waiving, form: EmergencyForm, word: WordForm, staff: StaffMember) -> Post:
    """The declaration and the chief's word, on the version that was seen; each is an act of its own."""
    post, seen, now = waiving.post, form.cleaned_data["seen_digest"], timezone.now()
    if waiving.needs_declaration and form.cleaned_data["declared"] and seen == waiving.version.digest:
        values: dict[str, Any] = {"title": post.title, "content": waiving.content, "declared": True}
        post = drafting.edit(post=post, by=staff, now=now, form_no=post.form_no, **values)
    if waiving.needs_word and word.is_given:
        post = confirming.record(post=post, seen_digest=seen, word=word.word(), by=staff, now=now)
    return post


def _send(post: Post, form: EmergencyForm, staff: StaffMember) -> None:
    emergency.send(
        post=post,
        seen_digest=form.cleaned_data["seen_digest"],
        urgency=form.urgency_id,
        reason=form.cleaned_data["reason"],
        by=staff,
        now=timezone.now(),
    )


def _check(post: Post, form: EmergencyForm, staff: StaffMember) -> None:
    review.claim_exemption(
        post=post, seen_digest=form.cleaned_data["seen_digest"], by=staff, now=timezone.now()
    )


def _refused(
    request: HttpRequest,
    post: Post,
    form: EmergencyForm,
    word: WordForm,
    error: ActStale | ActRefused,
    *,
    asks_check: bool,
) -> HttpResponse:
    """The page as things are now, with every reason above it."""
    waiving = waiving_of(visible_post(request, post.pk), staff_of(request), now=timezone.now())
    if isinstance(error, ActStale):
        messages.warning(request, STALE)
        return _confirm_page(request, waiving, form, word, status=409)
    title = "確認に回せませんでした" if asks_check else "緊急発信できませんでした"
    if waiving.closed:
        return _not_open(request, post, error, title)
    refusal = shown_refusal(error, title=title, unchanged=NOT_SENT)
    status = 403 if refusal.forbidden else 409
    return _confirm_page(request, waiving, form, word, refusal=refusal, status=status)


def _confirm_page(
    request: HttpRequest,
    waiving: Waiving,
    form: EmergencyForm,
    word: WordForm,
    *,
    refusal: ShownRefusal | None = None,
    status: int = 200,
) -> HttpResponse:
    now: datetime = timezone.now()
    context = {
        "waiving": waiving,
        "post": waiving.post,
        "moment": waiving.moment,
        "form": form,
        "word": word,
        "refusal": refusal,
        "record": refusal.record if refusal else "",
        "principles": principles(day_of(now)),
    }
    return render(request, "posts/emergency_send.html", context, status=status)


def _not_open(request: HttpRequest, post: Post, error: ActRefused, title: str) -> HttpResponse:
    back_url = reverse("post_detail", args=[post.pk])
    unchanged = STAYS if post.state == PostState.DRAFTING else UNCHANGED
    return refusal_page(request, error, title=title, unchanged=unchanged, back_url=back_url)
