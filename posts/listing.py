"""Rows of a list of posts: each with its chip and its social accounts, in a number of queries that stays the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import SocialAccount
from posts import canonical
from posts.models import Decision, Delivery, Post, Version
from posts.queries import display_state, page_of, troubled
from rules.states import PostState

TROUBLED = "troubled"
STATES = {
    PostState.DRAFTING.value: "起案中・差戻し",
    PostState.AWAITING_APPROVAL.value: "承認待ち",
    PostState.AWAITING_CHECK.value: "確認待ち",
    PostState.CLEARED.value: "発信待ち・発信済み",
    TROUBLED: "止まっているもの",
    PostState.CANCELLED.value: "取下げ",
}


@dataclass(frozen=True)
class Listed:
    """One row of the list."""

    post: Post
    state: str
    accounts: Sequence[SocialAccount]


def listed(
    posts: QuerySet[Post], *, state: str = "", before: int | None = None
) -> tuple[list[Listed], int | None]:
    """Newest first, those of one of STATES only (else all): the rows, and the key of the next page."""
    last = Decision.objects.filter(post=OuterRef("pk")).order_by("-pk")
    chosen = _of_state(posts, state).annotate(last_verb=Subquery(last.values("verb")[:1]))
    rows, next_key = page_of(chosen, before=before)
    return _with_looks(rows), next_key


def _of_state(posts: QuerySet[Post], state: str) -> QuerySet[Post]:
    if state == TROUBLED:
        return troubled(posts)
    return posts.filter(state=state) if state in STATES else posts


def _with_looks(posts: Sequence[Post]) -> list[Listed]:
    targets = _targets(posts)
    accounts = SocialAccount.objects.in_bulk({pk for pks in targets.values() for pk in pks})
    deliveries = _by_post(Delivery.objects.filter(post__in=posts))
    return [
        Listed(
            post,
            display_state(post, deliveries.get(post.pk, ()), post.last_verb or ""),  # type: ignore[attr-defined]
            [accounts[pk] for pk in targets[post.pk] if pk in accounts],
        )
        for post in posts
    ]


def _targets(posts: Sequence[Post]) -> dict[int, tuple[int, ...]]:
    """Where each post's current version goes."""
    current = Version.objects.filter(post__in=posts, number=F("post__version_no"))
    return {row.post_id: canonical.parse(row.canonical).targets for row in current}


def _by_post(deliveries: Iterable[Delivery]) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = {}
    for delivery in deliveries:
        found.setdefault(delivery.post_id, []).append(delivery)
    return found
