"""緊急発信 for tests: sent, looked at afterwards, confirmed by the chief; by the cast, on the legal road."""

from datetime import datetime

from accounts.models import SocialAccount
from policies.actions import lists
from policies.models import Urgency
from posts.actions import afterwards, confirming, emergency
from posts.actions.confirming import Word
from posts.models import AfterwardsReview, Post
from rules.states import How
from tests.support.cast import NOW, Cast, drafted, seen
from tests.support.restricting import INFORMATION, disaster_claim

LABEL = "行方不明者の捜索（急ぎ）"


def urgency(cast: Cast, *, now: datetime = NOW) -> Urgency:
    """The one on the city's list, listed by Suzuki where it is not yet."""
    listed = Urgency.objects.filter(label=LABEL, retired_at__isnull=True).first()
    return listed or lists.list_urgency(label=LABEL, by=cast.suzuki, now=now)


def information(cast: Cast, account: SocialAccount, *, now: datetime = NOW, **content: object) -> Post:
    """Sato's draft of disaster information, on ground (4)."""
    values = {"claim": disaster_claim(now), **INFORMATION, **content}
    return drafted(cast, account, now=now, **values)


def waived(cast: Cast, account: SocialAccount, *, now: datetime = NOW, **content: object) -> Post:
    """Sent by Sato for the listed urgency."""
    post = information(cast, account, now=now, **content)
    listed, reason = urgency(cast, now=now).pk, "命に関わるため"
    return emergency.send(
        post=post, seen_digest=seen(post), urgency=listed, reason=reason, by=cast.sato, now=now
    )


def review_of(post: Post) -> AfterwardsReview:
    return AfterwardsReview.objects.get(clearance__post=post)


def reviewed(cast: Cast, post: Post, *, now: datetime = NOW) -> AfterwardsReview:
    """Looked at by Suzuki: it was right."""
    words = "本文と発表元を見た。"
    return afterwards.finish(review=review_of(post), was_right=True, words=words, by=cast.suzuki, now=now)


def confirmed(cast: Cast, post: Post, *, now: datetime = NOW) -> Post:
    """Tanaka writes down what Suzuki said on the phone."""
    word = Word(cast.suzuki.pk, now, How.PHONE, "出してよい。")
    return confirming.record(post=post, seen_digest=seen(post), word=word, by=cast.tanaka, now=now)
