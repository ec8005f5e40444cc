"""起案: the composer, for a new post and for editing one. Saving and asking are two acts, one press.

What was typed comes back whatever happens: bad input (422), a refusal (403, 409), somebody else's edit (409).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.acts import ActRefused, ActStale
from accounts.facts import city_facts
from accounts.models import SocialAccount
from accounts.permissions import signed_in
from accounts.refusals import shown_refusal
from platforms.counting import count
from posts.actions import drafting, presence, review
from posts.actions.cases import CaseFile
from posts.canonical import canonical, digest, with_line_feeds
from posts.composing import Pick, Sheet, ids_in, principles, sheet_for
from posts.forms import PostForm, initial_of, variant_name, with_time
from posts.judging import Preview, changes_since
from posts.models import Post, Version
from posts.presence import at_post
from posts.queries import current_version, drafted_from
from posts.views.access import staff_of, visible_post
from posts.ways import ways_from
from rules.states import PostKind, PostState

# Which draft a new form has become: the same form pressed twice, or after going back, is the same post.
ALREADY = "この画面の内容は、もう保存されています。"
KEPT = "何も保存していません。入力は下に残っています。"
SAVED = "第{version}版として下書きに保存しました。入力も下に残っています。"
NO_GROUND = "省略できる理由が選ばれていないので、所属長の承認を受けるものとして保存しました。"
STATEMENT_QUERY = f"kind={PostKind.STATEMENT.value}"
FILLED = "発信する日時に、次の勤務時間を入れました。まだ保存していません。"
NOT_FILLED = "次の勤務時間が分かりませんでした。日時を書いてください。"
STANDS = "本文は変わっていません。発信根拠は、そのまま有効です。"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def post_new(request: HttpRequest) -> HttpResponse:
    """起案する. A form that has become a draft already goes on as the edit of that draft."""
    known = drafted_from(request.POST.get("draft_key"), staff_of(request))
    if known and _is_the_same(request, known):
        messages.info(request, ALREADY)
        return redirect("post_edit" if known.state == PostState.DRAFTING else "post_detail", known.pk)
    return _composer(request, known)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """直す."""
    return _composer(request, visible_post(request, pk))


def _is_the_same(request: HttpRequest, post: Post) -> bool:
    """The same form pressed twice, or sent again from the browser's history."""
    if post.state == PostState.DRAFTING and request.POST.get("do") == "ask":
        return False  # saved before, and asked for only now
    form = _form(_sheet(request, post), request.POST)
    return form.is_valid() and canonical(form.content()) == current_version(post).canonical


@signed_in
@require_POST
def post_counters(request: HttpRequest) -> HttpResponse:
    """What follows the typing: counters, previews, the day in words. Nothing is saved."""
    sheet = _sheet(request, None)
    form = _form(sheet, request.POST)
    _still_editing(request, sheet)
    return render(request, "posts/_composer_live.html", {"live": True, **_live(sheet, form)})


def _still_editing(request: HttpRequest, sheet: Sheet) -> None:
    """Whoever types is still at it."""
    key = request.POST.get("post", "")
    if key.isdecimal() and len(key) < 19 and (post := Post.objects.filter(pk=int(key)).first()):
        presence.editing(post=post, by=sheet.by, now=sheet.now)


def _composer(request: HttpRequest, post: Post | None) -> HttpResponse:
    sheet = _sheet(request, post)
    if request.method == "POST":
        return _take(request, sheet)
    if refused := sheet.refusal():
        error = ActRefused(refused, record="")
        return _closed_page(request, sheet, error)
    return _page(request, sheet, _form(sheet))


def _take(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Save what was typed; when that is what was pressed, ask for the decision, too."""
    form = _form(sheet, request.POST)
    if request.POST.get("do") == "next_hours":
        return _filled(request, sheet, form)
    if not form.is_valid():
        return _page(request, sheet, form, status=422, unsaved=True)
    try:
        post = _save(sheet, form)
    except ActStale as stale:
        return _stale_page(request, sheet, form, stale.current)
    except ActRefused as error:
        title = "保存できませんでした"
        return _refused_page(request, sheet, form, error, title=title, unchanged=KEPT, unsaved=True)
    if request.POST.get("do") == "ask":
        return _ask(request, replace(sheet, post=post), form)
    return _saved(request, post, form)


def _filled(request: HttpRequest, sheet: Sheet, form: PostForm) -> HttpResponse:
    """The next working time, in one press: put into the form, not saved."""
    off = sheet.off_hours(_chosen(form), _typed_due_at(form))
    next_at = off.next_at if off else None
    if next_at is None:
        messages.warning(request, NOT_FILLED)
        return _page(request, sheet, form, unsaved=True)
    messages.info(request, FILLED)
    return _page(request, sheet, _form(sheet, with_time(request.POST, next_at)), unsaved=True)


def _save(sheet: Sheet, form: PostForm) -> Post:
    data = form.cleaned_data
    values: dict[str, Any] = {
        "title": data["title"],
        "content": form.content(),
        "declared": data["declared"],
        "by": sheet.by,
        "now": sheet.now,
    }
    if sheet.post is None:
        return drafting.draft(draft_key=form.data.get("draft_key", "")[:32], **values)
    return drafting.edit(post=sheet.post, form_no=data["form_no"] or 0, **values)


def _saved(request: HttpRequest, post: Post, form: PostForm) -> HttpResponse:
    messages.success(request, f"下書きを第{post.version_no}版として保存しました。")
    if form.is_exempt and not form.cleaned_data["ground"]:
        messages.warning(request, NO_GROUND)
    return redirect("post_edit", post.pk)


def _ask(request: HttpRequest, sheet: Sheet, form: PostForm) -> HttpResponse:
    """承認を頼む or 確認に回す, on exactly what was typed. Refused, the draft is saved all the same."""
    post = sheet.post
    assert post is not None
    if post.state == PostState.CLEARED:
        messages.info(request, STANDS)
        return redirect("post_detail", post.pk)
    ask = review.claim_exemption if form.is_exempt else review.submit
    title = "確認に回せませんでした" if form.is_exempt else "承認を頼めませんでした"
    seen = digest(canonical(form.content()))
    try:
        ask(post=post, seen_digest=seen, by=sheet.by, now=sheet.now, form_no=post.form_no)
    except ActStale as stale:
        return _stale_page(request, sheet, form, stale.current)
    except ActRefused as error:
        saved = SAVED.format(version=post.version_no)
        return _refused_page(request, sheet, form, error, title=title, unchanged=saved, form_no=post.form_no)
    done = "を確認に回しました" if form.is_exempt else "の承認を頼みました"
    messages.success(request, f"第{post.version_no}版{done}。")
    return redirect("post_detail", post.pk)


# --- pages


def _sheet(request: HttpRequest, post: Post | None) -> Sheet:
    posted = request.POST.getlist("targets")
    kind = PostKind.STATEMENT if request.GET.get("kind") == PostKind.STATEMENT else PostKind.POST
    return sheet_for(post, staff_of(request), now=timezone.now(), posted=posted, kind=kind)


def _address(sheet: Sheet) -> str:
    """Where the form goes: the draft's own page, or the new one with its kind."""
    if sheet.post:
        return reverse("post_edit", args=[sheet.post.pk])
    new = reverse("post_new")
    return f"{new}?{STATEMENT_QUERY}" if sheet.kind == PostKind.STATEMENT else new


def _form(sheet: Sheet, data: QueryDict | None = None) -> PostForm:
    initial: Mapping[str, Any] = {"form_no": 1}
    if sheet.post is not None:
        version_on = city_facts(sheet.now).rules_version_on
        initial = initial_of(sheet.post, sheet.content, rules_version_on=version_on)
    return PostForm(
        data,
        initial=initial,
        accounts=sheet.accounts,
        categories=sheet.categories(),
        kind=sheet.kind,
        sections=sheet.other_sections(),
    )


def _page(
    request: HttpRequest, sheet: Sheet, form: PostForm, *, status: int = 200, **more: object
) -> HttpResponse:
    picks = sheet.picks()
    if sheet.post:
        presence.editing(post=sheet.post, by=sheet.by, now=sheet.now)
    context = {
        "others": at_post(sheet.post, sheet.by, sheet.now) if sheet.post else (),
        "post": sheet.post,
        "address": _address(sheet),
        "draft_key": "" if sheet.post else request.POST.get("draft_key") or uuid4().hex,
        "form_no": form["form_no"].value(),
        "picks": picks,
        "approvers": sheet.approvers(),
        "principles": principles(sheet.on),
        "variants": _variants(picks, form),
        "exempt": form["road"].value() == "exempt",
        **_live(sheet, form),
        **more,
    }
    return render(request, "posts/post_form.html", context, status=status)


def _variants(picks: Sequence[Pick], form: PostForm) -> list[tuple[SocialAccount, BoundField]]:
    """The fields for single social accounts; none for an account that cannot be chosen and has no text."""
    chosen = form["targets"].value() or []
    fields = [(pick, form[variant_name(pick.account.pk)]) for pick in picks]
    return [
        (pick.account, field)
        for pick, field in fields
        if not pick.reasons or pick.key in chosen or field.value()
    ]


def _live(sheet: Sheet, form: PostForm) -> dict[str, Any]:
    """What depends on what is typed: the texts as they would go out, and when."""
    due_at = _typed_due_at(form) if form.is_bound else sheet.content.due_at
    chosen = _chosen(form)
    return {
        "chosen": form["targets"].value() or [],
        "weights": sheet.weights(chosen),
        "touched": sheet.is_touched(chosen),
        "off_hours": sheet.off_hours(chosen, due_at),
        "form": form,
        "sheet": sheet,
        "statement_query": STATEMENT_QUERY,
        "previews": _previews(form),
        "due_at": due_at,
        "is_past": due_at is not None and due_at <= sheet.now,
        "grace_minutes": settings.LATEST_SENDING_MINUTES,
    }


def _chosen(form: PostForm) -> list[int]:
    return ids_in(form["targets"].value() or [])


def _typed_due_at(form: PostForm) -> datetime | None:
    """What can be read of it, also where something else in the form is wrong."""
    form.full_clean()
    due_at: datetime | None = form.cleaned_data.get("due_at")
    return due_at


def _previews(form: PostForm) -> list[Preview]:
    """For each chosen social account the text as typed, whether or not the rest of the form can be read."""
    chosen = form["targets"].value() or []
    common = with_line_feeds(form["text"].value() or "")
    own = {row.pk: with_line_feeds(form[variant_name(row.pk)].value() or "") for row in form.accounts}
    rows = [row for row in form.accounts if str(row.pk) in chosen]
    texts = [(row, own[row.pk] or common) for row in rows]
    return [Preview(row, text, count(row.network, text), text != common) for row, text in texts]


def _refused_page(
    request: HttpRequest,
    sheet: Sheet,
    form: PostForm,
    error: ActRefused,
    *,
    title: str,
    unchanged: str,
    **more: object,
) -> HttpResponse:
    """The composer again, with every reason above it."""
    refusal = shown_refusal(error, title=title, unchanged=unchanged)
    more |= {"refusal": refusal, "record": error.record, **_ways_on(sheet, error)}
    return _page(request, sheet, form, status=403 if refusal.forbidden else 409, **more)


def _ways_on(sheet: Sheet, error: ActRefused) -> dict[str, Any]:
    """Where to go when the text can no longer be edited: a correction, the rest, taking it back."""
    closed = error.refusal.codes & {"text_frozen", "wrong_state"}
    if not closed or sheet.post is None or sheet.version is None:
        return {}
    return {"ways": ways_from(sheet.post, sheet.version, sheet.actor, now=sheet.now)}


def _closed_page(request: HttpRequest, sheet: Sheet, error: ActRefused) -> HttpResponse:
    """Nothing to edit here now: why, and the ways on."""
    refusal = shown_refusal(error, title="いまは直せません", unchanged="いまのまま変わりません。")
    context = {"refusal": refusal, "post": sheet.post, **_ways_on(sheet, error)}
    return render(request, "posts/post_form_closed.html", context, status=403 if refusal.forbidden else 409)


def _stale_page(request: HttpRequest, sheet: Sheet, form: PostForm, current: CaseFile) -> HttpResponse:
    """Somebody saved in between: the same form as typed, beside it theirs; pressing again writes over it."""
    typed = Version(canonical=canonical(form.content()))
    now_stored = sheet_for(current.post, sheet.by, now=sheet.now)
    stale = {
        "version": now_stored.version,
        "post": current.post,
        "changes": changes_since(now_stored.version, typed),
        "title": current.post.title if current.post.title != form.cleaned_data["title"] else "",
        "closed": now_stored.refusal() is not None,
    }
    return _page(
        request,
        replace(sheet, post=current.post),
        form,
        status=409,
        stale=stale,
        unsaved=True,
        form_no=current.post.form_no,
    )
