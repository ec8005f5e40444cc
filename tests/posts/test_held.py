"""保留: what a restriction freezes at once, and how it is let go by name, each on its own: 出す・直す・やめる."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from accounts.models import RoleAssignment, SocialAccount, StaffMember
from audit.models import Entry
from policies.city_facts import in_force
from policies.models import Restriction
from posts.actions import held, review, sending
from posts.models import Decision, Delivery, Post
from rules.states import RestrictionKind, Role, Scope
from rules.states import Tick as Ticked
from tests.posts.acts import approve, edit, refused
from tests.races.pairs import two_hands
from tests.sending.stubs import Stub, connected
from tests.support import restricting as road
from tests.support.cast import (
    LONG_AGO,
    NOW,
    Cast,
    approved,
    checked,
    drafted,
    let_draft,
    make_account,
    make_cast,
    seen,
)
from tests.support.restricting import INFORMATION, disaster_claim

TOMORROW = NOW + timedelta(days=1)


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with patch("posts.actions.review.nudge"), patch("posts.actions.held.nudge"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def other(cast: Cast) -> SocialAccount:
    return make_account(cast, "美馬市観光（2）", handle="@ni", url="https://x.com/ni")


@pytest.fixture
def kept(cast: Cast, account: SocialAccount) -> Delivery:
    """Approved, then caught by a suspension for a disaster."""
    delivery = approved(cast, account).deliveries.get()
    suspended(cast)
    return fresh(delivery)


def suspended(cast: Cast, at: float = 1) -> Restriction:
    row = road.suspend(cast, now=minutes(at))
    held.freeze(restriction=row, now=minutes(at))
    return row


def lifted(cast: Cast, at: float = 10) -> None:
    for row in in_force().filter(kind=RestrictionKind.SUSPENSION):
        road.end(cast, row, now=minutes(at))
        held.freeze(restriction=row, now=minutes(at))


def fresh(delivery: Delivery) -> Delivery:
    return Delivery.objects.get(pk=delivery.pk)


def sent(delivery: Delivery, at: datetime) -> str:
    with connected(Stub()):
        sending.send(delivery.pk, clock=lambda: at)
    return fresh(delivery).state


def let_go(delivery: Delivery, by: StaffMember, at: datetime, **asked: Any) -> Delivery:
    values = {"ticks": (), "reason": "", **asked}
    return held.release(delivery=delivery, by=by, now=at, **values)


# --- freezing


@pytest.mark.clause("mima:8-1-停止")
def test_schedule_is_held_with_its_reason_at_once_when_posting_stops(
    cast: Cast, account: SocialAccount
) -> None:
    delivery = approved(cast, account, due_at=TOMORROW).deliveries.get()
    row = road.suspend(cast, now=minutes(1))
    assert held.freeze(restriction=row, now=minutes(1)) == 1
    delivery = fresh(delivery)
    assert (delivery.state, delivery.held_codes) == ("held", ["suspended_disaster"])
    assert (
        "投稿停止（自然災害）の間です（11月20日(金) 10:01 から、佐藤 美咲（観光交流課 主事）"
        in delivery.problem
    )
    assert (delivery.due_at, delivery.next_try_at) == (TOMORROW, TOMORROW)


def test_freezing_again_adds_nothing_to_the_record(
    cast: Cast, account: SocialAccount, kept: Delivery
) -> None:
    entries = Entry.objects.count()
    assert held.freeze(restriction=Restriction.objects.get(), now=minutes(2)) == 0
    assert held.freeze(now=minutes(3)) == 0, "the sweep looks only at what does not stand still yet"
    assert Entry.objects.count() == entries
    assert fresh(kept).held_codes == ["suspended_disaster"]


@pytest.mark.clause("mima:5-4")
def test_disaster_information_is_not_frozen(cast: Cast, account: SocialAccount) -> None:
    by_approval = approved(cast, account, due_at=TOMORROW, **INFORMATION).deliveries.get()
    by_check = checked(cast, account, due_at=TOMORROW, claim=disaster_claim(), **INFORMATION).deliveries.get()
    row = road.suspend(cast, now=minutes(1))
    assert held.freeze(restriction=row, now=minutes(1)) == 0
    assert {fresh(by_approval).state, fresh(by_check).state} == {"waiting"}


def test_only_what_lies_under_the_restriction_is_frozen(
    cast: Cast, account: SocialAccount, other: SocialAccount
) -> None:
    post = approved(cast, account, other, due_at=TOMORROW)
    row = road.suspend(cast, now=minutes(1), where=road.place(cast, other))
    assert held.freeze(restriction=row, now=minutes(1)) == 1
    states = dict(post.deliveries.values_list("social_account", "state"))
    assert states == {account.pk: "waiting", other.pk: "held"}


def test_whole_city_is_frozen_when_the_headquarters_stop_posting(cast: Cast, account: SocialAccount) -> None:
    delivery = approved(cast, account, due_at=TOMORROW).deliveries.get()
    road.set_up_hq(cast, now=minutes(1))
    assert Restriction.objects.get().scope == Scope.CITY
    assert held.freeze(now=minutes(1)) == 1
    assert fresh(delivery).state == "held"


@pytest.mark.clause("mima:8-1-再開")
def test_lifting_sends_nothing_and_says_that_a_decision_is_waited_for(cast: Cast, kept: Delivery) -> None:
    lifted(cast)
    kept = fresh(kept)
    assert (kept.state, kept.held_codes) == ("held", ["awaiting_release"])
    assert "終わっても、自動では出ません" in kept.problem
    assert [sent(kept, minutes(at)) for at in (11, 60, 60 * 24)] == ["held"] * 3
    assert kept.attempts.count() == 0


def test_what_went_out_before_stays_as_it_is(cast: Cast, account: SocialAccount) -> None:
    delivery = approved(cast, account).deliveries.get()
    assert sent(delivery, NOW) == "accepted"
    row = road.suspend(cast, now=minutes(1))
    assert held.freeze(restriction=row, now=minutes(1)) == 0
    assert fresh(delivery).state == "accepted"


# --- 出す


@pytest.mark.clause("mima:8-1-再開")
def test_released_delivery_goes_and_the_others_do_not(
    cast: Cast, account: SocialAccount, other: SocialAccount
) -> None:
    first, second = approved(cast, account, other).deliveries.order_by("pk")
    suspended(cast)
    lifted(cast)
    done = let_go(fresh(first), cast.suzuki, minutes(11), reason="まだ間に合います。")
    assert (done.state, done.held_codes, done.problem) == ("waiting", [], "")
    assert (sent(first, minutes(11)), sent(second, minutes(11))) == ("accepted", "held")
    release = first.releases.get()
    assert (release.by, release.as_chief, release.reason) == (cast.suzuki, True, "まだ間に合います。")
    assert release.office == "鈴木 洋子（観光交流課長）"
    entry = Entry.objects.get(event="delivery.released")
    assert (entry.stream, entry.by.split()[0]) == (first.post.stream, "suzuki")


@pytest.mark.clause("mima:8-1-停止")
def test_release_is_refused_while_the_restriction_stands(cast: Cast, kept: Delivery) -> None:
    with refused("suspended_disaster"):
        let_go(kept, cast.suzuki, minutes(2))


@pytest.mark.parametrize("name", ["sato", "tanaka", "mori", "kondo"])
def test_release_is_forbidden_to_people_without_the_office(cast: Cast, kept: Delivery, name: str) -> None:
    lifted(cast)
    with refused("not_approver") as refusal:
        let_go(kept, getattr(cast, name), minutes(11))
    assert refusal.forbidden


def test_release_is_refused_to_the_chief_who_wrote_in_it(cast: Cast, account: SocialAccount) -> None:
    post = written_by_the_chief(cast, account)
    suspended(cast)
    lifted(cast)
    with refused("approver_contributed"):
        let_go(post.deliveries.get(), cast.suzuki, minutes(11))
    assert let_go(post.deliveries.get(), cast.fujimoto, minutes(11)).state == "waiting"


def test_chief_above_releases_when_every_approver_wrote_in_it(cast: Cast, account: SocialAccount) -> None:
    RoleAssignment.objects.filter(role=Role.DEPUTY).update(until_on=LONG_AGO)
    post = written_by_the_chief(cast, account, approver=cast.ito)
    suspended(cast)
    lifted(cast)
    assert let_go(post.deliveries.get(), cast.ito, minutes(11)).state == "waiting"
    assert post.deliveries.get().releases.get().as_chief


def written_by_the_chief(cast: Cast, account: SocialAccount, approver: StaffMember | None = None) -> Post:
    """Sato drafts, Suzuki mends the text, somebody else approves."""
    let_draft(account, cast.suzuki)
    post = edit(drafted(cast, account), account, cast.suzuki)
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    return approve(post, approver or cast.fujimoto)


def test_lateness_begins_anew_with_the_release(cast: Cast, kept: Delivery) -> None:
    lifted(cast, at=60 * 5)
    released_at = minutes(60 * 5 + 1)
    done = let_go(kept, cast.suzuki, released_at)
    assert (done.next_try_at, done.latest_at) == (released_at, released_at + timedelta(minutes=30))
    assert sent(kept, released_at + timedelta(minutes=31)) == "expired"


def test_released_delivery_keeps_its_time_when_that_is_still_to_come(
    cast: Cast, account: SocialAccount
) -> None:
    delivery = approved(cast, account, due_at=TOMORROW).deliveries.get()
    suspended(cast)
    lifted(cast)
    done = let_go(fresh(delivery), cast.suzuki, minutes(11))
    assert (done.due_at, done.next_try_at) == (TOMORROW, TOMORROW)
    assert done.latest_at == TOMORROW + timedelta(minutes=30)
    assert [sent(delivery, at) for at in (minutes(12), TOMORROW)] == ["waiting", "accepted"]


def test_drafters_own_limit_stays_when_it_is_released(cast: Cast, account: SocialAccount) -> None:
    limit = minutes(120)
    delivery = approved(cast, account, latest_at=limit).deliveries.get()
    suspended(cast)
    lifted(cast)
    assert let_go(fresh(delivery), cast.suzuki, minutes(11)).latest_at == limit
    assert sent(delivery, minutes(121)) == "expired"


def test_release_is_refused_after_the_drafters_own_limit(cast: Cast, account: SocialAccount) -> None:
    delivery = approved(cast, account, latest_at=minutes(20)).deliveries.get()
    suspended(cast)
    lifted(cast)
    with refused("latest_passed"):
        let_go(fresh(delivery), cast.suzuki, minutes(21))


@pytest.mark.clause("mima:9-1")
def test_release_out_of_hours_wants_the_chiefs_tick(cast: Cast, kept: Delivery, settings: Any) -> None:
    settings.CITY_ALWAYS_OPEN = False
    lifted(cast)
    night = minutes(60 * 10)
    with refused("out_of_hours"):
        let_go(kept, cast.suzuki, night)
    let_go(kept, cast.suzuki, night, ticks=[Ticked.OUT_OF_HOURS])
    assert sent(kept, night) == "accepted"


@pytest.mark.clause("mima:7-4-反論禁止")
def test_flaming_lets_go_what_the_chief_releases_and_not_what_a_deputy_does(
    cast: Cast, account: SocialAccount
) -> None:
    delivery = approved(cast, account).deliveries.get()
    row = road.flame(cast, now=minutes(1))
    held.freeze(restriction=row, now=minutes(1))
    with refused("flaming"):
        let_go(fresh(delivery), cast.fujimoto, minutes(2))
    let_go(fresh(delivery), cast.suzuki, minutes(3))
    assert sent(delivery, minutes(3)) == "accepted"


@pytest.mark.clause("mima:7-4-反論禁止")
def test_flaming_keeps_an_exemption_whoever_releases_it(cast: Cast, account: SocialAccount) -> None:
    delivery = checked(cast, account).deliveries.get()
    held.freeze(restriction=road.flame(cast, now=minutes(1)), now=minutes(1))
    assert fresh(delivery).held_codes == ["flaming_exemption"]
    with refused("flaming_exemption"):
        let_go(fresh(delivery), cast.suzuki, minutes(2))


def test_deputy_releases_what_flaming_caught_once_it_is_over(cast: Cast, account: SocialAccount) -> None:
    delivery = approved(cast, account).deliveries.get()
    row = road.flame(cast, now=minutes(1))
    held.freeze(restriction=row, now=minutes(1))
    road.end(cast, row, now=minutes(10))
    held.freeze(restriction=row, now=minutes(10))
    assert fresh(delivery).held_codes == ["awaiting_release"]
    let_go(fresh(delivery), cast.fujimoto, minutes(11))
    assert sent(delivery, minutes(11)) == "accepted"


def test_release_does_not_outlive_the_next_restriction(cast: Cast, kept: Delivery) -> None:
    lifted(cast)
    let_go(kept, cast.suzuki, minutes(11))
    suspended(cast, at=12)
    assert fresh(kept).held_codes == ["suspended_disaster"]
    lifted(cast, at=20)
    assert (sent(kept, minutes(21)), fresh(kept).held_codes) == ("held", ["awaiting_release"])


def test_delivery_is_released_once(cast: Cast, kept: Delivery) -> None:
    lifted(cast)
    let_go(kept, cast.suzuki, minutes(11))
    with refused("wrong_state"):
        let_go(kept, cast.fujimoto, minutes(11))
    assert kept.releases.count() == 1


# --- やめる


def test_dropped_delivery_goes_nowhere_and_the_others_stay(
    cast: Cast, account: SocialAccount, other: SocialAccount
) -> None:
    first, second = approved(cast, account, other).deliveries.order_by("pk")
    suspended(cast)
    done = held.drop(delivery=fresh(first), reason="催しが中止になりました。", by=cast.suzuki, now=minutes(2))
    assert (done.state, done.problem) == ("dropped", "催しが中止になりました。")
    lifted(cast)
    assert (sent(first, minutes(11)), sent(second, minutes(11))) == ("dropped", "held")
    with refused("wrong_state"):
        let_go(first, cast.suzuki, minutes(11))


def test_dropping_is_refused_without_a_reason_and_forbidden_without_the_office(
    cast: Cast, kept: Delivery
) -> None:
    with refused("reason_missing"):
        held.drop(delivery=kept, reason=" 　", by=cast.suzuki, now=minutes(2))
    with refused("not_approver"):
        held.drop(delivery=kept, reason="中止", by=cast.sato, now=minutes(2))
    assert held.drop(delivery=kept, reason="中止", by=cast.fujimoto, now=minutes(2)).state == "dropped"


# --- 直す


@pytest.mark.clause("mima:8-1-再開")
def test_post_handed_back_goes_the_whole_road_again(
    cast: Cast, account: SocialAccount, kept: Delivery
) -> None:
    lifted(cast)
    post = held.hand_back(post=kept.post, reason="日付が過ぎました。", by=cast.suzuki, now=minutes(11))
    assert (post.state, fresh(kept).state) == ("drafting", "superseded")
    assert post.clearances.get().voided_at == minutes(11)
    said = Decision.objects.get(verb="return")
    assert (said.by, said.reason) == (cast.suzuki, "日付が過ぎました。")
    again = edit(post, account, cast.sato, text="日付を直しました。")
    assert again.version_no == 2
    assert sent(kept, minutes(12)) == "superseded"


def test_handing_back_is_refused_without_a_reason_and_forbidden_without_the_office(
    cast: Cast, kept: Delivery
) -> None:
    with refused("reason_missing"):
        held.hand_back(post=kept.post, reason="", by=cast.suzuki, now=minutes(2))
    with refused("not_approver"):
        held.hand_back(post=kept.post, reason="直す", by=cast.tanaka, now=minutes(2))


def test_handing_back_is_refused_when_some_of_it_has_gone_out(
    cast: Cast, account: SocialAccount, other: SocialAccount
) -> None:
    first, second = approved(cast, account, other).deliveries.order_by("pk")
    sent(first, NOW)
    suspended(cast)
    with refused("text_frozen"):
        held.hand_back(post=first.post, reason="直す", by=cast.suzuki, now=minutes(2))
    assert fresh(second).state == "held"


def test_handing_back_is_refused_to_the_chief_who_wrote_in_it(cast: Cast, account: SocialAccount) -> None:
    post = written_by_the_chief(cast, account)
    suspended(cast)
    with refused("approver_contributed"):
        held.hand_back(post=post, reason="直す", by=cast.suzuki, now=minutes(2))
    assert held.hand_back(post=post, reason="直す", by=cast.fujimoto, now=minutes(2)).state == "drafting"


def test_whoever_handed_it_back_does_not_write_in_it(
    cast: Cast, account: SocialAccount, kept: Delivery
) -> None:
    let_draft(account, cast.fujimoto)
    post = held.hand_back(post=kept.post, reason="直す", by=cast.fujimoto, now=minutes(2))
    with refused("decider_cannot_write"):
        edit(post, account, cast.fujimoto)


# --- two at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["release", "drop", "hand_back"])
def test_one_decides_when_two_decide_about_one_held_delivery_at_once(
    cast: Cast, kept: Delivery, second: str
) -> None:
    lifted(cast)
    acts = {
        "release": lambda: let_go(kept, cast.fujimoto, minutes(11)),
        "drop": lambda: held.drop(delivery=kept, reason="中止", by=cast.fujimoto, now=minutes(11)),
        "hand_back": lambda: held.hand_back(post=kept.post, reason="直す", by=cast.fujimoto, now=minutes(11)),
    }
    with two_hands() as pair:
        said = pair.press(lambda: let_go(kept, cast.suzuki, minutes(11)), acts[second], 0)
    if second == "hand_back" and said == ("done", "done"):
        assert fresh(kept).state == "superseded"  # released, and then called back before it went
    else:
        assert sorted(said) in (["done", "wrong_state"], ["done", "no_clearance"]), said
    assert kept.attempts.count() == 0
