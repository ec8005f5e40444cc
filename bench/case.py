"""One case, draft to delivery row, against the same rows written by bare Django in as many transactions."""

from datetime import timedelta
from unittest.mock import patch

from django.db import transaction

from audit.models import Entry, Stream
from bench.pairs import compare
from bench.stage import Scene
from posts.actions import drafting, review
from posts.canonical import canonical, digest
from posts.models import Clearance, Contribution, Decision, Delivery, Post, Version
from tests.support.cast import NOW, content_for

GOAL = 2.0
FILLER = "x" * 200


def report(scene: Scene) -> None:
    with patch("posts.actions.review.nudge"):  # the queue is not what is measured here
        ours, plain = compare(lambda: governed(scene), lambda: bare(scene), times=200)
    print(
        f"1件の起案〜発信待ち: {ours * 1000:.1f} ms / 素のDjango {plain * 1000:.1f} ms"
        f" = {ours / plain:.2f}（目標 {GOAL:.1f} 以下）"
    )


def governed(scene: Scene) -> None:
    """A case by the legal road: every fact gathered, every gate asked, every act in the record."""
    content = content_for(scene.account)
    seen = digest(canonical(content))
    people = scene.people
    post = drafting.draft(title="あかりの夕べ", content=content, declared=True, by=people.sato, now=NOW)
    review.submit(post=post, seen_digest=seen, by=people.sato, now=NOW)
    review.approve(post=post, seen_digest=seen, by=people.suzuki, now=NOW)


def bare(scene: Scene) -> None:
    """The same rows without rules: what writing costs in any case."""
    post = _draft(scene)
    _submit(post)
    _approve(scene, post)


@transaction.atomic
def _draft(scene: Scene) -> Post:
    post = Post.objects.create(
        section=scene.people.tourism, title="あかりの夕べ", drafter=scene.people.sato, drafted_at=NOW
    )
    version = Version.objects.create(
        post=post, number=1, canonical=FILLER, digest="0" * 64, written_by=scene.people.sato, written_at=NOW
    )
    Contribution.objects.create(post=post, version=version, staff=scene.people.sato, at=NOW)
    Stream.objects.create(name=f"bare:{post.pk}", last_seq=0, last_hash="", opened_at=NOW)
    _entry(post, 1)
    return post


@transaction.atomic
def _submit(post: Post) -> None:
    post = Post.objects.select_for_update().get(pk=post.pk)
    post.state, post.waiting_since = "awaiting_approval", NOW
    post.save(update_fields=["state", "waiting_since"])
    _entry(post, 2)


@transaction.atomic
def _approve(scene: Scene, post: Post) -> None:
    post = Post.objects.select_for_update().get(pk=post.pk)
    version = post.versions.get(number=1)
    decision = Decision.objects.create(
        post=post, version=version, verb="approve", by=scene.people.suzuki, at=NOW, office="課長"
    )
    clearance = Clearance.objects.create(
        post=post, version=version, decision=decision, basis="approval", digest="0" * 64, cleared_at=NOW
    )
    Delivery.objects.create(
        clearance=clearance,
        post=post,
        social_account=scene.account,
        due_at=NOW,
        latest_at=NOW + timedelta(minutes=30),
        next_try_at=NOW,
    )
    post.state = "cleared"
    post.save(update_fields=["state"])
    _entry(post, 3)


def _entry(post: Post, seq: int) -> None:
    Entry.objects.create(
        stream=f"bare:{post.pk}",
        seq=seq,
        event="post.drafted",
        at=NOW,
        by="bench",
        body=FILLER,
        salt="0" * 32,
        payload="{}",
        hash="0" * 64,
    )
    Stream.objects.filter(name=f"bare:{post.pk}").update(last_seq=seq, last_hash="0" * 64)
