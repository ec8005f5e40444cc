"""所管課の確認 and 解禁 from the draft to the sending, with real rows; who sees the post, who is asked."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.acts import ActRefused
from accounts.models import SocialAccount
from desk.turn import my_turn
from posts.actions import drafting, review, sending, topics
from posts.actions.topics import SectionWord
from posts.models import Post, SectionConfirmation, Topic
from posts.topics import waiting_for
from rules.states import DeliveryState, How
from tests.support.browser import BACKEND
from tests.support.cast import Cast, content_for, drafted, make_account, make_cast, seen, submitted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("toyama:6-6")]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def asking(cast: Cast, account: SocialAccount, now: datetime) -> Post:
    return submitted(cast, account, now=now, topic_sections=(cast.moving.pk,))


def word(cast: Cast, *, agrees: bool = True, words: str = "", how: How = How.IN_APP) -> SectionWord:
    return SectionWord(cast.moving, agrees, words, cast.mori, how)


def approve(post: Post, cast: Cast, now: datetime) -> Post:
    return review.approve(post=post, seen_digest=seen(post), by=cast.suzuki, now=now)


def refused(act: object, *args: object, **words: object) -> set[str]:
    with pytest.raises(ActRefused) as caught:
        act(*args, **words)  # type: ignore[operator]
    return set(caught.value.refusal.codes)


def test_approval_waits_for_the_section_whose_field_it_is(cast: Cast, asking: Post, now: datetime) -> None:
    assert refused(approve, asking, cast, now) == {"section_not_asked"}
    topics.confirm(post=asking, seen_digest=seen(asking), word=word(cast), by=cast.mori, now=now)
    assert approve(asking, cast, now).state == "cleared"


def test_section_that_disagrees_stops_it_until_it_agrees(cast: Cast, asking: Post, now: datetime) -> None:
    no = word(cast, agrees=False, words="申込みの期限が違います。")
    topics.confirm(post=asking, seen_digest=seen(asking), word=no, by=cast.mori, now=now)
    assert refused(approve, asking, cast, now) == {"section_disagrees"}
    topics.confirm(post=asking, seen_digest=seen(asking), word=word(cast), by=cast.mori, now=now)
    assert approve(asking, cast, now).state == "cleared"


def test_word_is_about_one_version(cast: Cast, asking: Post, account: SocialAccount, now: datetime) -> None:
    old = seen(asking)
    topics.confirm(post=asking, seen_digest=old, word=word(cast), by=cast.mori, now=now)
    review.take_back(post=asking, by=cast.sato, now=now)
    asking.refresh_from_db()
    content = content_for(account, text="日にちを直しました。", topic_sections=(cast.moving.pk,))
    drafting.edit(
        post=asking,
        title="催し",
        content=content,
        declared=True,
        by=cast.sato,
        now=now,
        form_no=asking.form_no,
    )
    review.submit(post=asking, seen_digest=seen(asking), by=cast.sato, now=now)
    assert refused(approve, asking, cast, now) == {"section_not_asked"}
    values = {"post": asking, "word": word(cast), "by": cast.mori, "now": now}
    assert refused(topics.confirm, seen_digest=old, **values) == {"version_changed"}


def test_word_on_the_phone_is_written_down_by_the_drafter(cast: Cast, asking: Post, now: datetime) -> None:
    told = SectionWord(cast.moving, True, "よいとのこと", cast.mori, How.PHONE, now - timedelta(minutes=5))
    topics.confirm(post=asking, seen_digest=seen(asking), word=told, by=cast.sato, now=now)
    row = SectionConfirmation.objects.get()
    assert (row.said_by, row.recorded_by, row.how) == (cast.mori, cast.sato, "phone")


def test_section_asked_reads_the_post_and_is_told_whose_turn_it_is(
    cast: Cast, asking: Post, now: datetime
) -> None:
    client = Client()
    client.force_login(cast.mori, backend=BACKEND)
    assert client.get(reverse("post_detail", args=[asking.pk])).status_code == 200
    assert [task.what for task in my_turn(cast.mori, {"chief"}, [cast.moving.pk], now)] == ["topic"]
    data = {"seen_digest": seen(asking), "section": cast.moving.pk, "says": "agrees"}
    assert client.post(reverse("post_topic", args=[asking.pk]), data).status_code == 302
    assert not waiting_for(cast.mori).exists()


def test_section_that_was_not_asked_does_not_see_it(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    post = submitted(cast, account, now=now)
    client = Client()
    client.force_login(cast.mori, backend=BACKEND)
    assert client.get(reverse("post_topic", args=[post.pk])).status_code == 403


def test_form_keeps_what_was_typed_and_says_what_is_missing(cast: Cast, asking: Post) -> None:
    client = Client()
    client.force_login(cast.mori, backend=BACKEND)
    data = {"seen_digest": seen(asking), "section": cast.moving.pk, "says": "disagrees", "words": " "}
    answer = client.post(reverse("post_topic", args=[asking.pk]), data)
    assert (answer.status_code, "直してほしいところが書かれていません" in answer.content.decode()) == (
        409,
        True,
    )
    assert client.post(reverse("post_topic", args=[asking.pk]), {"words": "残る"}).status_code == 422


def test_topics_stand_beside_the_version_and_in_its_text(cast: Cast, asking: Post) -> None:
    assert Topic.objects.get().section == cast.moving
    assert '"scheme":3' in asking.versions.get().canonical


@pytest.mark.clause("toyama:6-5-意思形成")
def test_embargo_is_refused_early_and_goes_out_at_its_time(
    cast: Cast, account: SocialAccount, now: datetime
) -> None:
    later = now + timedelta(hours=2)
    post = drafted(cast, account, now=now, embargo_at=later)
    assert refused(review.submit, post=post, seen_digest=seen(post), by=cast.sato, now=now) == {"embargoed"}
    good = submitted(cast, account, now=now, embargo_at=later, due_at=later)
    approve(good, cast, now)
    delivery = good.deliveries.get()
    assert delivery.due_at == later
    sending.send(delivery.pk, clock=lambda: later)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED
