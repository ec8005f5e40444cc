"""Ways around the decision table that somebody impatient, careless or malicious found; each is shut, by name."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from accounts.models import RoleAssignment, StaffMember
from platforms.errors import NotSent
from policies.actions import hours, lists, restricting
from policies.models import Restriction
from posts.actions import confirming, drafting, held, review
from posts.actions.confirming import Word
from posts.models import Decision, Post
from rules.states import Cause, Ground, How, PostKind, Role
from tests.posts.acts import edit, refused
from tests.sending.conftest import Stage
from tests.sending.table import (
    approve,
    ask_approval,
    ask_check,
    check,
    draft,
    goes,
    held_for,
    limit,
    listed,
    release,
    resume,
    suspend,
    wave_through,
)
from tests.support import restricting as road
from tests.support.cast import LONG_AGO, let_draft, public_claim, seen
from tests.support.restricting import INFORMATION, claims, disaster_claim

JST = ZoneInfo("Asia/Tokyo")
FESTIVAL, AGAIN = "訂正: あかりの夕べは12月6日です。", "再訂正: あかりの夕べは12月5日です。"


@pytest.fixture(autouse=True)
def office_hours(settings: Settings) -> Iterator[None]:
    """A city that closes; nobody waits for a broker."""
    settings.CITY_ALWAYS_OPEN = False
    with ExitStack() as stack:
        for module in ("emergency", "held", "confirming"):
            stack.enter_context(patch(f"posts.actions.{module}.nudge"))
        yield


# --- a correction takes the original's path (row 19)


@pytest.fixture
def warning(stage: Stage) -> Post:
    """Disaster information that is out, on ground (4) after a check."""
    post = check(stage, ask_check(stage, claim=disaster_claim(), **INFORMATION))
    assert goes(stage, post)
    return post


def correcting(stage: Stage, wrong: Post, text: str = FESTIVAL, **content: Any) -> Post:
    """Sato's festival, drafted as a correction."""
    post = drafting.correction_of(post=wrong, by=stage.cast.sato, now=stage.clock())
    return edit(post, stage.account, stage.cast.sato, text=text, kind=PostKind.CORRECTION, **content)


def submit(stage: Stage, post: Post) -> Post:
    return review.submit(post=post, seen_digest=seen(post), by=stage.cast.sato, now=stage.clock())


def claim(stage: Stage, post: Post) -> Post:
    return review.claim_exemption(post=post, seen_digest=seen(post), by=stage.cast.sato, now=stage.clock())


@pytest.mark.clause("mima:8-2")
def test_festival_called_a_correction_is_refused_under_the_limit_when_it_waves_itself_through_on_2(
    stage: Stage, warning: Post
) -> None:
    urgency = listed(stage)
    limit(stage)
    post = correcting(stage, warning, claim=claims()[Ground.FACT])
    with refused("disaster_only"):
        wave_through(stage, post, urgency, "急ぐので。")
    with refused("disaster_only", "no_urgency"):
        wave_through(stage, post)


@pytest.mark.clause("mima:7-4-反論禁止")
def test_festival_called_a_correction_is_refused_while_it_burns_when_checked_on_1(
    stage: Stage, warning: Post
) -> None:
    asked = claim(stage, correcting(stage, warning, claim=public_claim()))
    late = correcting(stage, warning, claim=public_claim())
    road.flame(stage.cast, now=stage.clock())
    with refused("flaming_exemption"):
        check(stage, asked)
    with refused("flaming_exemption"):
        claim(stage, late)


@pytest.mark.clause("mima:8-1-停止")
def test_festival_called_a_correction_is_held_when_checked_on_1_before_the_disaster(
    stage: Stage, warning: Post
) -> None:
    post = check(stage, claim(stage, correcting(stage, warning, claim=public_claim())))
    suspend(stage)
    assert held_for(stage, post) == ["suspended_disaster"]


@pytest.mark.clause("mima:7-1")
def test_correction_goes_in_every_restriction_when_the_chief_approves_it(stage: Stage, warning: Post) -> None:
    limit(stage)
    suspend(stage, Cause.SCANDAL)
    road.flame(stage.cast, now=stage.clock())
    assert goes(stage, approve(stage, submit(stage, correcting(stage, warning))))


@pytest.mark.clause("mima:7-1")
def test_correction_of_a_correction_goes_in_a_hold_when_the_chief_approves_it(
    stage: Stage, warning: Post
) -> None:
    first = approve(stage, submit(stage, correcting(stage, warning)))
    assert goes(stage, first)
    suspend(stage)
    assert goes(stage, approve(stage, submit(stage, correcting(stage, first, AGAIN))))


@pytest.mark.clause("mima:5-4")
def test_flag_nobody_approved_makes_no_disaster_information_of_what_corrects_it(stage: Stage) -> None:
    """On (1) after a check, 防災情報 was ticked by whoever wrote it; no chief saw that."""
    wrong = check(stage, ask_check(stage, claim=public_claim(), **INFORMATION))
    assert goes(stage, wrong)
    suspend(stage)
    post = correcting(stage, wrong)
    with refused("suspended_disaster"):
        submit(stage, post)


@pytest.mark.clause("mima:7-1")
def test_correction_of_a_correction_on_1_is_like_any_other_post(stage: Stage, warning: Post) -> None:
    first = check(stage, claim(stage, correcting(stage, warning, claim=public_claim())))
    assert goes(stage, first)
    suspend(stage)
    post = correcting(stage, first, AGAIN)
    with refused("suspended_disaster"):
        submit(stage, post)


@pytest.mark.clause("mima:5-4")
def test_claim_on_4_goes_in_a_hold_when_it_is_handed_to_the_chief(stage: Stage) -> None:
    suspend(stage)
    post = ask_check(stage, category="防災", claim=disaster_claim())
    review.escalate(
        post=post, seen_digest=seen(post), reason="迷うので。", by=stage.cast.tanaka, now=stage.clock()
    )
    assert goes(stage, approve(stage, post))


# --- the chief's word and the end of a restriction


def told(stage: Stage, post: Post, at: datetime, how: How = How.PHONE) -> None:
    """Sato writes down what Suzuki said at that time."""
    word = Word(stage.cast.suzuki.pk, at, how)
    confirming.record(post=post, seen_digest=seen(post), word=word, by=stage.cast.sato, now=stage.clock())


@pytest.mark.clause("mima:8-1-再開")
def test_word_written_down_after_the_end_releases_nothing_though_it_was_given_before(stage: Stage) -> None:
    post = approve(stage, ask_approval(stage, **INFORMATION))
    stage.clock.forward(minutes=1)
    suspend(stage, Cause.SCANDAL)
    assert held_for(stage, post) == ["suspended_scandal"]
    during = stage.clock()
    stage.clock.forward(minutes=2)
    resume(stage)
    told(stage, post, during)
    stage.clock.forward(minutes=2)
    assert held_for(stage, post) == ["awaiting_release"]
    release(stage, stage.delivery(post))
    assert goes(stage, post)


@pytest.mark.clause("mima:8-1-停止")
def test_word_written_down_before_the_end_lets_it_go(stage: Stage) -> None:
    post = approve(stage, ask_approval(stage, **INFORMATION))
    stage.clock.forward(minutes=1)
    suspend(stage, Cause.SCANDAL)
    told(stage, post, stage.clock())
    stage.clock.forward(minutes=1)
    resume(stage)
    assert goes(stage, post)


@pytest.mark.clause("mima:8-1-停止")
def test_word_of_the_minute_in_which_the_scandal_began_counts_and_one_before_does_not(stage: Stage) -> None:
    """A form knows minutes only."""
    post = approve(stage, ask_approval(stage, **INFORMATION))
    stage.clock.forward(minutes=5, seconds=40)
    minute = stage.clock().replace(second=0)
    suspend(stage, Cause.SCANDAL)
    told(stage, post, minute - timedelta(minutes=1))
    assert held_for(stage, post) == ["suspended_scandal"]
    told(stage, post, minute)
    stage.clock.forward(minutes=1)
    assert goes(stage, post)


# --- flaming: who decides when the chief is not free


@pytest.mark.clause("mima:7-4-反論禁止")
def test_chief_above_decides_while_it_burns_when_the_chief_wrote_it(stage: Stage) -> None:
    post = _written_by_the_chief(stage)
    road.flame(stage.cast, now=stage.clock())
    submit(stage, post)
    with refused("flaming"):
        approve(stage, post, stage.cast.fujimoto)
    with refused("approver_contributed"):
        approve(stage, post)
    assert goes(stage, approve(stage, post, stage.cast.ito))
    assert Decision.objects.get(post=post).as_chief


@pytest.mark.clause("mima:7-4-反論禁止")
def test_chief_above_decides_while_it_burns_when_only_a_deputy_is_in_office(stage: Stage) -> None:
    post = ask_approval(stage)
    RoleAssignment.objects.filter(staff=stage.cast.suzuki).update(until_on=LONG_AGO)
    with refused("not_approver"):
        approve(stage, post, stage.cast.ito)
    road.flame(stage.cast, now=stage.clock())
    with refused("flaming"):
        approve(stage, post, stage.cast.fujimoto)
    assert goes(stage, approve(stage, post, stage.cast.ito))


@pytest.mark.clause("mima:7-4-反論禁止")
def test_chief_above_decides_nothing_while_it_burns_when_the_chief_is_free(stage: Stage) -> None:
    post = ask_approval(stage)
    road.flame(stage.cast, now=stage.clock())
    with refused("not_approver") as refusal:
        approve(stage, post, stage.cast.ito)
    assert refusal.forbidden


@pytest.mark.clause("mima:7-4-反論禁止")
def test_chief_above_releases_while_it_burns_when_the_chief_wrote_it(stage: Stage) -> None:
    post = _written_by_the_chief(stage)
    submit(stage, post)
    approve(stage, post, stage.cast.fujimoto)
    stage.clock.forward(minutes=1)
    road.flame(stage.cast, now=stage.clock())
    assert held_for(stage, post) == ["flaming"]
    stage.clock.forward(minutes=1)
    with refused("flaming"):
        release(stage, stage.delivery(post), stage.cast.fujimoto)
    release(stage, stage.delivery(post), stage.cast.ito)
    assert goes(stage, post)


@pytest.mark.clause("mima:7-4-反論禁止")
def test_deputy_who_is_chief_of_the_parent_decides_as_a_chief(stage: Stage) -> None:
    planning = stage.cast.planning
    fujimoto = stage.cast.fujimoto
    RoleAssignment.objects.filter(section=planning).update(until_on=LONG_AGO)
    RoleAssignment.objects.create(
        staff=fujimoto, role=Role.CHIEF, section=planning, from_on=LONG_AGO + timedelta(days=1)
    )
    post = ask_approval(stage)
    road.flame(stage.cast, now=stage.clock())
    approve(stage, post, fujimoto)
    assert Decision.objects.get(post=post).as_chief
    assert goes(stage, post)


def _written_by_the_chief(stage: Stage) -> Post:
    let_draft(stage.account, stage.cast.suzuki)
    return edit(draft(stage), stage.account, stage.cast.suzuki)


# --- hours: a little late, and much later


FRIDAY_CLOSING = datetime(2026, 11, 20, 17, 10, tzinfo=JST)


@pytest.mark.clause("mima:9-1")
def test_post_of_friday_is_held_on_sunday_when_the_first_try_failed(stage: Stage) -> None:
    tuesday = datetime(2026, 11, 24, 10, 0, tzinfo=JST)
    post = approve(stage, ask_approval(stage, due_at=FRIDAY_CLOSING, latest_at=tuesday))
    stage.clock.at, stage.stub.answers = FRIDAY_CLOSING, [NotSent("down")]
    assert stage.send(stage.delivery(post)) == "waiting"
    stage.clock.at = datetime(2026, 11, 22, 12, 0, tzinfo=JST)
    assert held_for(stage, post) == ["out_of_hours"]
    stage.clock.at = tuesday
    assert goes(stage, post)


@pytest.mark.clause("mima:9-1")
def test_post_of_the_last_minute_goes_when_it_is_half_an_hour_late_and_no_later(stage: Stage) -> None:
    due_at, limit_at = FRIDAY_CLOSING + timedelta(minutes=4), FRIDAY_CLOSING + timedelta(days=1)
    first, second = (approve(stage, ask_approval(stage, due_at=due_at, latest_at=limit_at)) for _ in range(2))
    stage.clock.at = datetime(2026, 11, 20, 17, 40, tzinfo=JST)
    assert goes(stage, first)
    stage.clock.at = due_at + timedelta(minutes=31)
    assert held_for(stage, second) == ["out_of_hours"]


# --- the waiver


@pytest.mark.clause("mima:5-ただし書-緊急")
@pytest.mark.parametrize("ground", [Ground.PUBLIC, Ground.FACT, Ground.LAW])
def test_headquarters_free_nothing_but_disaster_information_of_the_check(
    stage: Stage, ground: Ground
) -> None:
    road.set_up_hq(stage.cast, now=stage.clock(), stop=False)
    post = draft(stage, claim=claims()[ground])
    with refused("no_urgency"):
        wave_through(stage, post)
    urgency = listed(stage)
    with refused("urgency_without_reason"):
        wave_through(stage, post, urgency, " ")
    assert goes(stage, wave_through(stage, post, urgency, "止水が迫るので。"))
    assert goes(stage, wave_through(stage, draft(stage, claim=disaster_claim(), **INFORMATION)))


# --- talked over, with whom


@pytest.fixture
def strangers(stage: Stage) -> list[int]:
    """An elected official, a contractor, somebody who has left, and nobody."""
    elected = StaffMember.objects.create(
        username="mayor", display_name="市長", section=stage.cast.planning, is_elected=True
    )
    gone = StaffMember.objects.create(
        username="gone", display_name="退職者", section=stage.cast.planning, is_active=False
    )
    return [elected.pk, stage.cast.hayashi.pk, gone.pk, 999_999]


@pytest.mark.clause("mima:8-1-再開")
def test_resumption_is_refused_when_it_was_talked_over_with_no_other_staff(
    stage: Stage, strangers: list[int]
) -> None:
    row = suspend(stage)
    suzuki = stage.cast.suzuki.pk
    for consulted in ([], [suzuki], strangers, *([suzuki, pk] for pk in strangers)):
        with refused("consultation_alone"):
            lift(stage, row, consulted)
    lift(stage, row, [stage.cast.tanaka.pk, *strangers])
    row.refresh_from_db()
    assert row.ended_at is not None


def lift(stage: Stage, row: Restriction, consulted: list[int]) -> Restriction:
    return restricting.lift(
        restriction=row, words="再開", consulted=consulted, by=stage.cast.suzuki, now=stage.clock()
    )


@pytest.mark.clause("mima:8-1-停止")
def test_statement_is_refused_when_it_was_talked_over_with_no_other_staff(
    stage: Stage, strangers: list[int]
) -> None:
    row = suspend(stage, Cause.SCANDAL)
    post = ask_approval(stage, kind=PostKind.STATEMENT)
    for pk in (stage.cast.suzuki.pk, *strangers):
        with refused("statement_without_consultation"):
            approve(stage, post, named=[row.pk], consulted=[pk])
    approve(stage, post, named=[row.pk], consulted=[stage.cast.tanaka.pk, *strangers])
    assert Decision.objects.get(post=post).consulted == [stage.cast.tanaka.pk]
    assert goes(stage, post)


# --- devices


@pytest.mark.clause("mima:9-2")
def test_nothing_that_widens_what_may_go_is_done_from_a_strange_device(stage: Stage) -> None:
    suzuki, now = stage.cast.suzuki, stage.clock()
    election = lists.list_election(
        name="市長選挙",
        district="市内全域",
        announced_on=date(2027, 1, 10),
        polling_on=date(2027, 1, 17),
        candidates=[],
        parties=[],
        by=suzuki,
        now=now,
    )
    road.set_up_hq(stage.cast, now=now)
    acts = (
        lambda: road.limit(stage.cast, now=now),
        lambda: lists.retire_election(election=election, reason="誤り", by=suzuki, now=now),
        lambda: hours.set_day(day=date(2026, 11, 21), kind="open", reason="催し", by=suzuki, now=now),
        lambda: lists.list_urgency(label="断水", by=suzuki, now=now),
    )
    suzuki.on_registered_device = False
    for act in acts:
        with refused("unregistered_device"):
            act()
    suzuki.on_registered_device = True
    for act in acts:
        act()


# --- freezing


def test_freezing_says_again_only_what_has_changed(stage: Stage) -> None:
    post = approve(stage, ask_approval(stage, due_at=stage.clock() + timedelta(hours=3)))
    stage.clock.forward(minutes=1)
    row = suspend(stage)
    assert [held.freeze(restriction=row, now=stage.clock()) for _ in range(2)] == [1, 0]
    more = suspend(stage, Cause.SCANDAL)
    assert [held.freeze(restriction=more, now=stage.clock()) for _ in range(2)] == [1, 0]
    assert stage.delivery(post).held_codes == ["suspended_disaster", "suspended_scandal"]
