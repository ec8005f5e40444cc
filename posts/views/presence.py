"""「わたしが見ます」: saying that one looks at a case, and letting go of it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.permissions import signed_in
from posts.actions import presence
from posts.views.access import staff_of, visible_post
from rules.states import PostState

_CASES = {PostState.AWAITING_APPROVAL: "review_case", PostState.AWAITING_CHECK: "check_case"}


@signed_in
@require_POST
def post_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claims it, or lets it go; back to the case."""
    post, staff = visible_post(request, pk), staff_of(request)
    if request.POST.get("do") == "let_go":
        presence.let_go(post=post, by=staff)
    elif before := presence.claim(post=post, by=staff, now=timezone.now()):
        messages.info(request, f"{before.display_name}さんから引き取りました。")
    return redirect(_CASES.get(PostState(post.state), "post_detail"), post.pk)
