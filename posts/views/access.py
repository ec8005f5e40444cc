"""Which post a request is about, and whether this person may read it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import StaffMember
from accounts.queries import approvers_of, roles_of_request
from posts.models import Post
from posts.queries import visible_to
from rules.calendar import day_of


def staff_of(request: HttpRequest) -> StaffMember:
    """Whoever is signed in."""
    assert isinstance(request.user, StaffMember)
    return request.user


def visible_post(request: HttpRequest, pk: int) -> Post:
    """The post, if this person may read it. Else 403 with the people to ask, or 404 where there is none."""
    post = (
        visible_to(staff_of(request), roles_of_request(request), day_of(timezone.now())).filter(pk=pk).first()
    )
    if post is None:
        raise PermissionDenied(_readers_of(get_object_or_404(Post.objects.select_related("section"), pk=pk)))
    return post


def _readers_of(post: Post) -> str:
    chiefs = approvers_of(post.section, day_of(timezone.now()))[:3]
    names = "、".join(staff.with_title for staff in chiefs)
    who = f"この投稿を見られるのは、{post.section.name}の職員と、手を入れた人です。"
    return f"{who}所属長・代決者: {names}" if names else who
