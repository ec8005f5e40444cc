"""所管課の確認: what the section whose field it is sees, and how it answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.acts import ActRefused
from accounts.permissions import signed_in
from accounts.refusals import shown_refusal
from posts.actions import topics
from posts.canonical import parse
from posts.forms_topics import TopicForm
from posts.judging import previews
from posts.models import Post
from posts.queries import current_version
from posts.topics import asked_of
from posts.views.access import staff_of, visible_post

KEPT = "何も記録していません。書いたものは、下に残っています。"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def post_topic(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it would go out, what each section said, and the form to say it."""
    post = visible_post(request, pk)
    form = _form(request, post)
    if request.method != "POST":
        return _page(request, post, form)
    if not form.is_valid():
        return _page(request, post, form, status=422)
    seen, word = request.POST.get("seen_digest", ""), form.word()
    try:
        topics.confirm(post=post, seen_digest=seen, word=word, by=staff_of(request), now=timezone.now())
    except ActRefused as error:
        refusal = shown_refusal(error, title="記録できませんでした", unchanged=KEPT)
        status = 403 if refusal.forbidden else 409
        again = visible_post(request, pk)
        return _page(request, again, form, status=status, refusal=refusal, record=refusal.record)
    messages.success(request, f"「{word.section.name}」の確認を記録しました。")
    return redirect("post_topic", post.pk)


def _form(request: HttpRequest, post: Post) -> TopicForm:
    asked = asked_of(current_version(post))
    typed = request.POST if request.method == "POST" else None
    first = {"section": asked[0].section.pk} if asked else {}
    own = {"section": staff_of(request).section_id}
    chosen = own if any(row.section.pk == own["section"] for row in asked) else first
    return TopicForm(typed, asked=asked, by=staff_of(request), now=timezone.now(), initial=chosen)


def _page(
    request: HttpRequest, post: Post, form: TopicForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    version = current_version(post)
    content = parse(version.canonical)
    context = {
        "post": post,
        "version": version,
        "content": content,
        "previews": previews(content),
        "topics": asked_of(version),
        "form": form,
        **more,
    }
    return render(request, "posts/topic_case.html", context, status=status)
