"""緊急発信 on the database: what it writes, what it refuses, and that the refusal writes nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from accounts.models import SocialAccount
from policies.actions import hours, lists
from policies.models import Urgency
from posts.actions import confirming, emergency
from posts.actions.confirming import Word
from posts.models import AfterwardsReview, Post, Waiver
from rules.states import Basis, How, PostState
from tests.posts.acts import edit, last_entry, refused
from tests.support import cast as people
from tests.support.cast import NOW, Cast, drafted, let_draft, make_account, public_claim, seen
from tests.support.restricting import INFORMATION, disaster_claim, set_up_hq, suspend

pytestmark = pytest.mark.django_db
EVENING = NOW + timedelta(hours=10)
TUESDAY_TEN = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # Monday the 23rd is a holiday


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def information(cast: Cast, account: SocialAccount, **content: object) -> Post:
    return drafted(cast, account, claim=disaster_claim(), **{**INFORMATION, **content})


def send(post: Post, cast: Cast, now: datetime = NOW, urgency: int | None = None, reason: str = "") -> Post:
    return emergency.send(
        post=post, seen_digest=seen(post), urgency=urgency, reason=reason, by=cast.sato, now=now
    )


def listed(cast: Cast, label: str = "断水") -> Urgency:
    return lists.list_urgency(label=label, by=cast.suzuki, now=NOW)


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_emergency_writes_waiver_clearance_and_a_review_for_the_next_working_morning(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    suspend(cast, now=NOW)
    post = send(information(cast, account), cast)
    clearance, waiver = post.clearances.get(), Waiver.objects.get()
    assert post.state == PostState.CLEARED
    assert (clearance.basis, clearance.waiver, clearance.decision) == (Basis.WAIVER, waiver, None)
    assert (waiver.ground, waiver.urgency, waiver.office) == ("disaster", None, cast.sato.with_title)
    assert AfterwardsReview.objects.get(clearance=clearance).due_at == TUESDAY_TEN
    assert post.deliveries.get().state == "waiting"
    assert last_entry(post).event == "post.sent_in_emergency"


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_emergency_counts_as_declared_while_a_headquarters_stands(cast: Cast, account: SocialAccount) -> None:
    set_up_hq(cast, now=NOW, stop=False)
    assert send(information(cast, account), cast).state == PostState.CLEARED


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_emergency_rests_on_a_listed_urgency_with_a_reason_otherwise(
    cast: Cast, account: SocialAccount
) -> None:
    urgency = listed(cast)
    post = drafted(cast, account, claim=public_claim())
    with refused("no_urgency"):
        send(post, cast)
    with refused("urgency_without_reason"):
        send(post, cast, urgency=urgency.pk)
    waiver = send(post, cast, urgency=urgency.pk, reason=" 止水が迫る ").clearances.get().waiver
    assert waiver is not None
    assert (waiver.urgency, waiver.reason) == (urgency, "止水が迫る")


def test_emergency_refuses_an_urgency_that_the_city_has_taken_off_its_list(
    cast: Cast, account: SocialAccount
) -> None:
    urgency = listed(cast)
    lists.retire_urgency(urgency=urgency, by=cast.suzuki, now=NOW)
    post = information(cast, account)
    with refused("urgency_not_listed"):
        send(post, cast, urgency=urgency.pk, reason="止水が迫る")


@pytest.mark.clause("mima:5-省略")
def test_emergency_refuses_what_has_no_ground_or_can_wait(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    ordinary = drafted(cast, account)
    with refused("suspended_disaster", "claim_missing", "no_urgency"):
        send(ordinary, cast)
    later = information(cast, account, due_at=NOW + timedelta(hours=1))
    with refused("emergency_is_now"):
        send(later, cast)


def test_emergency_refuses_another_version_than_the_one_seen(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    post = information(cast, account)
    old = seen(post)
    edit(post, account, cast.tanaka, claim=disaster_claim(), **INFORMATION)
    with refused("version_changed"):
        emergency.send(post=post, seen_digest=old, urgency=None, reason="", by=cast.sato, now=NOW)


@pytest.mark.clause("mima:2-対象者")
def test_emergency_is_for_staff_who_wrote_in_the_post(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    post = information(cast, account)
    edit(post, account, cast.hayashi, claim=disaster_claim(), **INFORMATION)
    for person, codes in ((cast.hayashi, {"not_staff"}), (cast.tanaka, {"not_contributor"})):
        with refused(*codes) as refusal:
            emergency.send(post=post, seen_digest=seen(post), urgency=None, reason="", by=person, now=NOW)
        assert refusal.forbidden


@pytest.mark.clause("mima:9-2")
def test_emergency_has_no_override_for_an_unregistered_device(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    post = information(cast, account)
    cast.sato.on_registered_device = False
    with refused("unregistered_device"):
        send(post, cast)


@pytest.mark.clause("mima:9-1")
def test_emergency_out_of_hours_wants_the_chiefs_word_first(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    suspend(cast, now=NOW)
    post = information(cast, account)
    with refused("out_of_hours"):
        send(post, cast, now=EVENING)
    word = Word(cast.suzuki.pk, EVENING - timedelta(minutes=5), How.PHONE)
    confirming.record(post=post, seen_digest=seen(post), word=word, by=cast.sato, now=EVENING)
    assert send(post, cast, now=EVENING).state == PostState.CLEARED


@pytest.mark.clause("mima:9-1")
def test_standing_confirmation_is_enough_for_disaster_information_and_for_nothing_else(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    urgency = listed(cast)
    hours.give_standing(
        section=cast.tourism,
        from_on=date(2026, 4, 1),
        until_on=date(2027, 3, 31),
        words="",
        by=cast.suzuki,
        now=NOW,
    )
    public = drafted(cast, account, claim=public_claim())
    with refused("out_of_hours"):
        send(public, cast, now=EVENING, urgency=urgency.pk, reason="止水が迫る")
    post = information(cast, account)
    assert send(post, cast, now=EVENING, urgency=urgency.pk, reason="止水が迫る").state == PostState.CLEARED


def test_emergency_sent_twice_is_sent_once(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    post = send(information(cast, account), cast)
    with refused("wrong_state"):
        send(post, cast)
    assert post.deliveries.count() == 1


def test_emergency_of_a_section_needs_the_permission_for_every_account(
    cast: Cast, account: SocialAccount
) -> None:
    suspend(cast, now=NOW)
    other = make_account(cast, "美馬市防災（LINE）", network="line", handle="b", url="https://line.example/b")
    let_draft(other, cast.mori)
    post = drafted(cast, account, other, claim=disaster_claim(), **INFORMATION)
    assert send(post, cast).deliveries.count() == 2
