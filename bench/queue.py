"""The review queue's page against a bare list view of 25 rows, both through all middleware, signed in."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.urls import include, path, reverse

from bench.pairs import compare
from bench.stage import Scene
from posts.models import Post
from tests.support.cast import submitted

GOAL = 0.5
ROWS = 25
BARE = """<!doctype html><html lang="ja"><title>bare</title><ul>
{% for post in posts %}<li>{{ post.title }} {{ post.drafter.display_name }}
{{ post.section.name }} {{ post.waiting_since }}</li>
{% endfor %}</ul><p>{{ request.user.display_name }}</p></html>"""


def bare(request: HttpRequest) -> HttpResponse:
    posts = Post.objects.filter(state="awaiting_approval").select_related("section", "drafter").order_by("pk")
    return HttpResponse(_bare_template().render({"posts": posts[:ROWS]}, request))


@cache
def _bare_template() -> Any:
    """Compiled once, as a cached template file is."""
    return engines["django"].from_string(BARE)


urlpatterns = [path("bare/", bare), path("", include("sns_governance.urls"))]


def report(scene: Scene) -> None:
    for _ in range(ROWS):
        submitted(scene.people, scene.account)
    client = Client()
    client.force_login(scene.people.suzuki)
    with override_settings(ROOT_URLCONF="bench.queue", ALLOWED_HOSTS=["testserver"]):
        queue = client.get(reverse("review_queue"), follow=True).request["PATH_INFO"]
        ours, plain = compare(lambda: _get(client, queue), lambda: _get(client, "/bare/"), times=100)
    print(
        f"承認待ちの画面: {1 / ours:.0f} 回/秒 / 素の25行の一覧 {1 / plain:.0f} 回/秒"
        f" = {plain / ours:.2f}（目標 {GOAL:.1f} 以上）"
    )


def _get(client: Client, url: str) -> None:
    response = client.get(url)
    if response.status_code != 200:
        raise RuntimeError(f"{url} answered {response.status_code}")
