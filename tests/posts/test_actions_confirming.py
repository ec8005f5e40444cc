"""所属長の確認 on the database: writing the word down, ratifying and denying it, and what a denial does."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from accounts.models import SocialAccount, StaffMember
from policies.models import CityGate
from posts.actions import confirming, emergency, sending
from posts.actions.confirming import Word
from posts.models import ChiefConfirmation, Post
from rules.states import DeliveryState, How
from tests.posts.acts import edit, last_entry, refused
from tests.sending.stubs import Stub, connected
from tests.support import cast as people
from tests.support.cast import NOW, Cast, drafted, make_account, seen
from tests.support.restricting import INFORMATION, disaster_claim, suspend

pytestmark = [pytest.mark.django_db, pytest.mark.clause("mima:9-1")]
EVENING = NOW + timedelta(hours=10)
EARLIER = EVENING - timedelta(minutes=10)


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def post(cast: Cast, account: SocialAccount, settings: Settings) -> Post:
    """Disaster information in the evening; nobody is at work."""
    settings.CITY_ALWAYS_OPEN = False
    suspend(cast, now=NOW)
    return drafted(cast, account, claim=disaster_claim(), **INFORMATION)


def record(
    post: Post,
    by: StaffMember,
    chief: StaffMember | None,
    at: datetime | None = EARLIER,
    how: How | None = How.PHONE,
) -> ChiefConfirmation:
    word = Word(chief.pk if chief else None, at, how, " 出してよい ")
    confirming.record(post=post, seen_digest=seen(post), word=word, by=by, now=EVENING)
    return ChiefConfirmation.objects.latest("pk")


def send(post: Post, by: StaffMember) -> Post:
    return emergency.send(post=post, seen_digest=seen(post), urgency=None, reason="", by=by, now=EVENING)


def deliver(post: Post, minutes: int = 1) -> str:
    """The worker comes that many minutes later; what became of the one delivery."""
    delivery = post.deliveries.get()
    with connected(Stub()):
        sending.send(delivery.pk, clock=lambda: EVENING + timedelta(minutes=minutes))
    delivery.refresh_from_db()
    return delivery.state


def test_word_is_stored_with_whose_it_was_and_who_wrote_it_down(cast: Cast, post: Post) -> None:
    row = record(post, cast.sato, cast.suzuki)
    assert (row.chief, row.chief_as, row.how) == (cast.suzuki, cast.suzuki.with_title, "phone")
    assert (row.recorded_by, row.recorded_at, row.words) == (cast.sato, EVENING, "出してよい")
    assert (row.state, row.settled_at, row.version.number) == ("recorded", None, 1)
    assert last_entry(post).event == "post.confirmed"


def test_word_of_the_future_is_refused(cast: Cast, post: Post) -> None:
    with refused("confirmed_in_future"):
        record(post, cast.sato, cast.suzuki, at=EVENING + timedelta(minutes=1))


def test_word_without_whose_how_and_when_is_refused_with_every_reason(cast: Cast, post: Post) -> None:
    with refused("confirmed_by_nobody", "how_missing", "confirmed_at_missing"):
        record(post, cast.sato, None, at=None, how=None)


def test_word_of_somebody_without_the_office_is_refused(cast: Cast, post: Post) -> None:
    with refused("confirmed_by_nobody"):
        record(post, cast.sato, cast.mori)


def test_word_in_the_program_is_ones_own_only_and_needs_no_ratifying(cast: Cast, post: Post) -> None:
    with refused("in_app_by_other"):
        record(post, cast.sato, cast.suzuki, how=How.IN_APP)
    row = record(post, cast.suzuki, cast.suzuki, how=How.IN_APP)
    assert (row.state, row.settled_by, row.settled_at) == ("ratified", cast.suzuki, EVENING)


def test_word_is_written_down_by_people_of_the_account_only(cast: Cast, post: Post) -> None:
    for person, code in ((cast.mori, "not_in_scope"), (cast.hayashi, "not_staff")):
        with refused(code) as refusal:
            record(post, person, cast.suzuki)
        assert refusal.forbidden


def test_word_about_another_version_than_the_one_seen_is_refused(
    cast: Cast, post: Post, account: SocialAccount
) -> None:
    old = seen(post)
    edit(post, account, cast.sato, claim=disaster_claim(), **INFORMATION)
    word = Word(cast.suzuki.pk, EARLIER, How.PHONE)
    with refused("version_changed"):
        confirming.record(post=post, seen_digest=old, word=word, by=cast.sato, now=EVENING)


def test_edit_makes_the_word_void(cast: Cast, post: Post, account: SocialAccount) -> None:
    record(post, cast.sato, cast.suzuki)
    edit(post, account, cast.sato, claim=disaster_claim(), **INFORMATION)
    with refused("out_of_hours"):
        send(post, cast.sato)


def test_word_is_ratified_by_an_approver_who_did_not_write_it_down(cast: Cast, post: Post) -> None:
    row = record(post, cast.fujimoto, cast.suzuki)
    with refused("own_record"):
        confirming.ratify(confirmation=row, by=cast.fujimoto, now=EVENING)
    with refused("not_approver"):
        confirming.ratify(confirmation=row, by=cast.sato, now=EVENING)
    row = confirming.ratify(confirmation=row, by=cast.suzuki, now=EVENING)
    assert (row.state, row.settled_by) == ("ratified", cast.suzuki)
    assert last_entry(post).event == "confirmation.ratified"


def test_word_is_settled_once(cast: Cast, post: Post) -> None:
    row = record(post, cast.sato, cast.suzuki)
    confirming.ratify(confirmation=row, by=cast.suzuki, now=EVENING)
    with refused("wrong_state"):
        confirming.deny(confirmation=row, words="聞いていない", by=cast.fujimoto, now=EVENING)


def test_denial_says_why(cast: Cast, post: Post) -> None:
    row = record(post, cast.sato, cast.suzuki)
    with refused("reason_missing"):
        confirming.deny(confirmation=row, words="　", by=cast.suzuki, now=EVENING)


def test_denied_word_holds_what_has_not_gone_out(cast: Cast, post: Post) -> None:
    row = record(post, cast.sato, cast.suzuki)
    send(post, cast.sato)
    confirming.deny(confirmation=row, words="電話は受けていない", by=cast.suzuki, now=EVENING)
    assert deliver(post) == DeliveryState.HELD
    assert "out_of_hours" in post.deliveries.get().held_codes


def test_word_not_yet_ratified_lets_it_go_out(cast: Cast, post: Post) -> None:
    record(post, cast.sato, cast.suzuki)
    send(post, cast.sato)
    assert deliver(post) == DeliveryState.ACCEPTED


def test_after_a_denial_only_the_chiefs_own_act_lets_it_go(cast: Cast, post: Post) -> None:
    """The same phone call written down again is no new word; ratified, or said in the program, it is one."""
    row = record(post, cast.sato, cast.suzuki)
    send(post, cast.sato)
    confirming.deny(confirmation=row, words="電話は受けていない", by=cast.suzuki, now=EVENING)
    assert deliver(post) == DeliveryState.HELD
    again = record(post, cast.fujimoto, cast.suzuki, how=How.IN_PERSON)
    assert deliver(post, minutes=3) == DeliveryState.HELD
    confirming.ratify(confirmation=again, by=cast.suzuki, now=EVENING)
    assert deliver(post, minutes=5) == DeliveryState.ACCEPTED


def test_after_a_denial_a_word_in_the_program_lets_it_go(cast: Cast, post: Post) -> None:
    row = record(post, cast.sato, cast.suzuki)
    send(post, cast.sato)
    confirming.deny(confirmation=row, words="電話は受けていない", by=cast.suzuki, now=EVENING)
    assert deliver(post) == DeliveryState.HELD
    record(post, cast.suzuki, cast.suzuki, how=How.IN_APP)
    assert deliver(post, minutes=3) == DeliveryState.ACCEPTED


def test_denial_raises_the_epoch_and_ratifying_does_not(cast: Cast, post: Post) -> None:
    first, second = record(post, cast.sato, cast.suzuki), record(post, cast.fujimoto, cast.suzuki)
    before = CityGate.objects.get().epoch
    confirming.ratify(confirmation=first, by=cast.suzuki, now=EVENING)
    assert CityGate.objects.get().epoch == before
    confirming.deny(confirmation=second, words="聞いていない", by=cast.suzuki, now=EVENING)
    assert CityGate.objects.get().epoch == before + 1


def test_word_older_than_a_day_is_refused(cast: Cast, post: Post) -> None:
    with refused("confirmed_long_ago"):
        record(post, cast.sato, cast.suzuki, at=EVENING - timedelta(days=1, minutes=1))
    assert record(post, cast.sato, cast.suzuki, at=EVENING - timedelta(days=1)).state == "recorded"


@pytest.mark.parametrize("how", [How.PHONE, How.IN_PERSON])
def test_ones_own_word_is_refused_as_told_by_somebody(cast: Cast, post: Post, how: How) -> None:
    with refused("own_word_as_told"):
        record(post, cast.suzuki, cast.suzuki, how=how)


def test_word_in_the_program_is_of_the_instant_it_is_given(cast: Cast, post: Post) -> None:
    for at in (EVENING - timedelta(days=30), EVENING + timedelta(days=1), None):
        assert record(post, cast.suzuki, cast.suzuki, at=at, how=How.IN_APP).confirmed_at == EVENING
