"""The decision table (Arts. 5, 7(4), 8, 9), row by row, through the real actions and the worker's sending."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from audit.models import Entry
from policies.actions import restricting
from policies.city_facts import in_force
from posts.actions import confirming, drafting, held, review
from posts.models import AfterwardsReview, Post
from rules.gates import CHECKLIST
from rules.states import Cause, Ground, PostKind, RestrictionKind, Tick
from tests.posts.acts import edit, refused
from tests.sending.conftest import Stage
from tests.sending.table import (
    approve,
    ask_approval,
    ask_check,
    by_phone,
    check,
    draft,
    goes,
    held_for,
    limit,
    listed,
    release,
    resume,
    standing,
    suspend,
    wave_through,
)
from tests.support import restricting as road
from tests.support.cast import (
    checked,
    let_draft,
    public_claim,
    seen,
)
from tests.support.restricting import INFORMATION, RELATED, claims, disaster_claim

JST = ZoneInfo("Asia/Tokyo")
EXEMPT = (Ground.PUBLIC, Ground.FACT, Ground.LAW)
STATEMENT = {"kind": PostKind.STATEMENT}
# A night, a Sunday, a public holiday on a Monday, and a weekday at the turn of the year.
OUT_OF_HOURS = {
    "night": datetime(2026, 11, 20, 22, 0, tzinfo=JST),
    "sunday": datetime(2026, 11, 22, 12, 0, tzinfo=JST),
    "holiday": datetime(2026, 11, 23, 12, 0, tzinfo=JST),
    "turn-of-year": datetime(2026, 12, 30, 12, 0, tzinfo=JST),
}
away = pytest.mark.parametrize("due_at", OUT_OF_HOURS.values(), ids=OUT_OF_HOURS)


@pytest.fixture(autouse=True)
def office_hours(settings: Settings) -> Iterator[None]:
    """A city that closes; nobody waits for a broker."""
    settings.CITY_ALWAYS_OPEN = False
    with ExitStack() as stack:
        for module in ("emergency", "held", "confirming"):
            stack.enter_context(patch(f"posts.actions.{module}.nudge"))
        yield


# --- 1 to 4: normal


@pytest.mark.clause("mima:5-本文")
def test_row_01_ordinary_post_goes_with_the_chiefs_approval(stage: Stage) -> None:
    assert goes(stage, approve(stage, ask_approval(stage)))


def test_row_01_approver_is_somebody_else_than_the_author(stage: Stage) -> None:
    let_draft(stage.account, stage.cast.suzuki)
    post = edit(draft(stage), stage.account, stage.cast.suzuki)
    review.submit(post=post, seen_digest=seen(post), by=stage.cast.sato, now=stage.clock())
    with refused("approver_contributed"):
        approve(stage, post)
    assert goes(stage, approve(stage, post, stage.cast.fujimoto))


@away
@pytest.mark.clause("mima:9-1")
def test_row_01_out_of_hours_wants_the_tick_on_the_approval(stage: Stage, due_at: datetime) -> None:
    post = ask_approval(stage, due_at=due_at)
    with refused("out_of_hours"):
        approve(stage, post)
    approve(stage, post, ticks=[Tick.OUT_OF_HOURS])
    assert not goes(stage, post)
    stage.clock.at = due_at
    assert goes(stage, post)


@pytest.mark.parametrize("ground", Ground)
@pytest.mark.clause("mima:5-省略")
@pytest.mark.clause("mima:5-ただし書")
def test_row_02_exemption_goes_once_somebody_else_has_checked(stage: Stage, ground: Ground) -> None:
    let_draft(stage.account, stage.cast.tanaka)
    post = ask_check(stage, claim=claims()[ground])
    with refused("checker_contributed"):
        review.second_check(
            post=post, seen_digest=seen(post), ticks=CHECKLIST, by=stage.cast.sato, now=stage.clock()
        )
    assert goes(stage, check(stage, post))


@away
@pytest.mark.clause("mima:9-1")
def test_row_02_out_of_hours_wants_a_separate_confirmation(stage: Stage, due_at: datetime) -> None:
    """A tick of the checker's is no word of the chief's, and (1) has no standing confirmation."""
    standing(stage)
    post = ask_check(stage, due_at=due_at)
    with refused("out_of_hours"):
        check(stage, post, Tick.OUT_OF_HOURS)
    check(stage, by_phone(stage, post))
    stage.clock.at = due_at
    assert goes(stage, post)


@pytest.mark.parametrize("ground", EXEMPT)
@pytest.mark.clause("mima:5-ただし書-緊急")
def test_row_03_urgent_exemption_wants_a_listed_urgency_and_a_reason(stage: Stage, ground: Ground) -> None:
    post, urgency = draft(stage, claim=claims()[ground]), listed(stage)
    with refused("no_urgency"):
        wave_through(stage, post, reason="急ぐので。")
    with refused("urgency_without_reason"):
        wave_through(stage, post, urgency)
    assert goes(stage, wave_through(stage, post, urgency, "給水車が出ました。"))
    # Monday the 23rd is a holiday.
    assert AfterwardsReview.objects.get().due_at == datetime(2026, 11, 24, 10, 0, tzinfo=JST)


@pytest.mark.clause("mima:9-1")
def test_row_03_urgency_waives_no_confirmation_out_of_hours(stage: Stage) -> None:
    post, urgency = draft(stage, claim=public_claim()), listed(stage)
    stage.clock.at = OUT_OF_HOURS["sunday"]
    with refused("out_of_hours"):
        wave_through(stage, post, urgency, "給水車が出ました。")
    assert goes(stage, wave_through(stage, by_phone(stage, post), urgency, "給水車が出ました。"))


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_row_04_disaster_that_just_struck_is_declared_first(stage: Stage) -> None:
    """Until somebody has declared it there is no emergency; the refusal says which record is missing."""
    post = draft(stage, claim=disaster_claim(), **INFORMATION)
    with refused("no_urgency") as refusal:
        wave_through(stage, post)
    assert refusal.shown[0].sentence == "災害の投稿停止も災害対策本部も、まだ記録されていません。"
    suspend(stage)
    assert goes(stage, wave_through(stage, post))


@pytest.mark.parametrize("word", [standing, None], ids=["standing", "phone"])
@pytest.mark.clause("mima:9-1")
def test_row_04_night_wants_a_standing_confirmation_or_a_phone_call(
    stage: Stage, word: Callable[[Stage], None] | None
) -> None:
    post, urgency = draft(stage, claim=disaster_claim(), **INFORMATION), listed(stage)
    stage.clock.at = OUT_OF_HOURS["night"]
    with refused("out_of_hours"):
        wave_through(stage, post, urgency, "堤防が切れました。")
    word(stage) if word else by_phone(stage, post)
    assert goes(stage, wave_through(stage, post, urgency, "堤防が切れました。"))


# --- 5 and 6: held for a natural disaster


@pytest.mark.clause("mima:8-1-停止")
def test_row_05_nothing_but_disaster_information_goes_even_if_approved(stage: Stage) -> None:
    posts = [approve(stage, ask_approval(stage)), checked(stage.cast, stage.account)]
    waiting, asked = ask_approval(stage), draft(stage, **RELATED)
    suspend(stage)
    assert [held_for(stage, post) for post in posts] == [["suspended_disaster"]] * 2
    with refused("suspended_disaster"):
        approve(stage, waiting)
    with refused("suspended_disaster"):
        review.submit(post=asked, seen_digest=seen(asked), by=stage.cast.sato, now=stage.clock())


@pytest.mark.clause("mima:8-1-再開")
def test_row_05_scheduled_posts_freeze_and_each_is_decided_by_name(stage: Stage) -> None:
    due_at = stage.clock() + timedelta(hours=2)
    posts = [approve(stage, ask_approval(stage, due_at=due_at)) for _ in range(4)]
    row = suspend(stage)
    assert held.freeze(restriction=row, now=stage.clock()) == 4
    resume(stage)
    assert held.freeze(restriction=row, now=stage.clock()) == 4
    out, changed, dropped, left = (stage.delivery(post) for post in posts)
    release(stage, out)
    held.hand_back(post=changed.post, reason="日付", by=stage.cast.suzuki, now=stage.clock())
    held.drop(delivery=dropped, reason="中止", by=stage.cast.fujimoto, now=stage.clock())
    stage.clock.at = due_at
    states = [stage.send(delivery) for delivery in (out, changed, dropped, left)]
    assert states == ["accepted", "superseded", "dropped", "held"]
    assert left.held_codes == ["awaiting_release"]
    stage.clock.forward(days=1)
    assert stage.send(left) == "held"


@pytest.mark.clause("mima:5-4")
def test_row_06_disaster_information_goes_with_a_check_or_in_an_emergency(stage: Stage) -> None:
    suspend(stage)
    assert goes(stage, check(stage, ask_check(stage, claim=disaster_claim(), **INFORMATION)))
    assert goes(stage, wave_through(stage, draft(stage, claim=disaster_claim(), **INFORMATION)))


@pytest.mark.clause("mima:9-1")
def test_row_06_standing_confirmation_serves_at_night(stage: Stage) -> None:
    suspend(stage)
    stage.clock.at = OUT_OF_HOURS["night"]
    post = ask_check(stage, claim=disaster_claim(), **INFORMATION)
    with refused("out_of_hours"):
        check(stage, post)
    standing(stage)
    assert goes(stage, check(stage, post))


# --- 7 to 9: held for a scandal


@pytest.mark.clause("mima:8-1-停止")
def test_row_07_ordinary_posts_and_exemptions_do_not_go(stage: Stage) -> None:
    before = [approve(stage, ask_approval(stage)), check(stage, ask_check(stage))]
    suspend(stage, Cause.SCANDAL)
    assert [held_for(stage, post) for post in before] == [["suspended_scandal"]] * 2
    ordinary = draft(stage)
    with refused("suspended_scandal"):
        review.submit(post=ordinary, seen_digest=seen(ordinary), by=stage.cast.sato, now=stage.clock())
    for ground in EXEMPT:
        post = draft(stage, claim=claims()[ground])
        with refused("suspended_scandal"):
            review.claim_exemption(post=post, seen_digest=seen(post), by=stage.cast.sato, now=stage.clock())


@pytest.mark.clause("mima:8-1-停止")
def test_row_08_statement_goes_when_its_approval_names_the_suspension_after_consultation(
    stage: Stage,
) -> None:
    row = suspend(stage, Cause.SCANDAL)
    post = ask_approval(stage, **STATEMENT)
    with refused("suspended_scandal"):
        approve(stage, post, consulted=[stage.cast.ito.pk])
    with refused("statement_without_consultation"):
        approve(stage, post, named=[row.pk], consulted=[stage.cast.suzuki.pk])
    approve(stage, post, named=[row.pk], consulted=[stage.cast.ito.pk])
    decision = post.decisions.get()
    assert (decision.named, decision.consulted) == ([row.pk], [stage.cast.ito.pk])
    assert goes(stage, post)


def test_row_08_statement_out_of_hours_wants_the_tick_and_no_exemption_carries_it(stage: Stage) -> None:
    row = suspend(stage, Cause.SCANDAL)
    stage.clock.at = OUT_OF_HOURS["sunday"]
    post = ask_approval(stage, **STATEMENT)
    named = {"named": [row.pk], "consulted": [stage.cast.ito.pk]}
    with refused("out_of_hours"):
        approve(stage, post, **named)
    assert goes(stage, approve(stage, post, ticks=[Tick.OUT_OF_HOURS], **named))
    exempt = draft(stage, claim=public_claim(), **STATEMENT)
    with refused("suspended_scandal", "statement_needs_chief"):
        review.claim_exemption(post=exempt, seen_digest=seen(exempt), by=stage.cast.sato, now=stage.clock())


@pytest.mark.clause("mima:9-1")
def test_row_09_disaster_information_in_a_scandal_goes_on_the_chiefs_word_by_phone(stage: Stage) -> None:
    """One word serves both: the scandal and the night. One from before the scandal serves neither check nor worker."""
    post = by_phone(stage, ask_check(stage, claim=disaster_claim(), **INFORMATION))
    stage.clock.forward(minutes=1)
    suspend(stage, Cause.SCANDAL)
    with refused("suspended_scandal"):
        check(stage, post)
    stage.clock.at = OUT_OF_HOURS["night"]
    assert goes(stage, check(stage, by_phone(stage, post)))


def test_row_09_emergency_in_a_scandal_wants_the_chiefs_word_too(stage: Stage) -> None:
    urgency = listed(stage)
    suspend(stage, Cause.SCANDAL)
    post = draft(stage, claim=disaster_claim(), **INFORMATION)
    with refused("suspended_scandal"):
        wave_through(stage, post, urgency, "堤防が切れました。")
    assert goes(stage, wave_through(stage, by_phone(stage, post), urgency, "堤防が切れました。"))


def test_row_09_chiefs_approval_in_the_scandal_is_the_confirmation(stage: Stage) -> None:
    before = approve(stage, ask_approval(stage, **INFORMATION))
    stage.clock.forward(minutes=1)
    suspend(stage, Cause.SCANDAL)
    assert held_for(stage, before) == ["suspended_scandal"]
    assert goes(stage, approve(stage, ask_approval(stage, **INFORMATION)))


# --- 10 to 15: the headquarters, and the restriction


@pytest.mark.clause("mima:8-2")
def test_row_10_disaster_information_goes_while_posting_is_limited(stage: Stage) -> None:
    limit(stage)
    assert goes(stage, check(stage, ask_check(stage, claim=disaster_claim(), **INFORMATION)))
    assert goes(stage, wave_through(stage, draft(stage, claim=disaster_claim(), **INFORMATION)))
    night = draft(stage, claim=disaster_claim(), **INFORMATION)
    stage.clock.at = OUT_OF_HOURS["night"]
    with refused("out_of_hours"):
        wave_through(stage, night)
    standing(stage)
    assert goes(stage, wave_through(stage, night))


@pytest.mark.clause("mima:8-2")
def test_row_11_related_post_goes_with_approval_or_on_1_and_3_after_a_check(stage: Stage) -> None:
    limit(stage)
    assert goes(stage, approve(stage, ask_approval(stage, **RELATED)))
    for ground in (Ground.PUBLIC, Ground.LAW):
        assert goes(stage, check(stage, ask_check(stage, claim=claims()[ground], **RELATED)))
    fact = draft(stage, claim=claims()[Ground.FACT], **RELATED)
    with refused("disaster_only"):
        review.claim_exemption(post=fact, seen_digest=seen(fact), by=stage.cast.sato, now=stage.clock())
    urgent = draft(stage, claim=public_claim(), **RELATED)
    with refused("disaster_only", "no_urgency"):
        wave_through(stage, urgent)


@pytest.mark.clause("mima:8-2")
def test_row_12_nothing_else_goes_even_if_approved(stage: Stage) -> None:
    before = [approve(stage, ask_approval(stage)), check(stage, ask_check(stage))]
    waiting = ask_approval(stage)
    limit(stage)
    assert [held_for(stage, post) for post in before] == [["disaster_only"]] * 2
    with refused("disaster_only"):
        approve(stage, waiting)


@pytest.mark.clause("mima:8-2")
def test_row_13_suspension_holds_again_when_the_limit_ends(stage: Stage) -> None:
    ordinary, related = (approve(stage, ask_approval(stage, **flags)) for flags in ({}, RELATED))
    row = limit(stage)
    assert held_for(stage, ordinary) == ["disaster_only"]
    road.end(stage.cast, row, now=stage.clock())
    stage.clock.forward(minutes=1)
    assert held_for(stage, ordinary) == ["awaiting_release", "suspended_disaster"]
    assert held_for(stage, related) == ["suspended_disaster"]
    with refused("suspended_disaster"):
        release(stage, stage.delivery(ordinary))
    assert goes(stage, check(stage, ask_check(stage, claim=disaster_claim(), **INFORMATION)))


@pytest.mark.clause("mima:8-1-再開")
def test_row_14_dissolution_falls_back_to_the_suspension_until_the_resumption_record(stage: Stage) -> None:
    posts = [approve(stage, ask_approval(stage)) for _ in range(3)]
    limit(stage)
    for post in posts:
        held_for(stage, post)
    road.dissolve_hq(stage.cast, now=stage.clock())
    stage.clock.forward(minutes=1)
    assert {row.kind for row in in_force()} == {RestrictionKind.SUSPENSION}
    with refused("suspended_disaster"):
        release(stage, stage.delivery(posts[0]))
    resume(stage)
    assert [held_for(stage, post) for post in posts] == [["awaiting_release"]] * 3
    release(stage, stage.delivery(posts[0]))
    held.drop(delivery=stage.delivery(posts[1]), reason="中止", by=stage.cast.suzuki, now=stage.clock())
    assert goes(stage, posts[0])
    assert held_for(stage, posts[2]) == ["awaiting_release"]


def test_row_14_resumption_comes_after_the_limit(stage: Stage) -> None:
    limit(stage)
    suspension = in_force().get(kind=RestrictionKind.SUSPENSION)
    with refused("limited_on_top"):
        restricting.lift(
            restriction=suspension,
            words="再開",
            consulted=[stage.cast.suzuki.pk],
            by=stage.cast.ito,
            now=stage.clock(),
        )


@pytest.mark.clause("mima:8-2")
def test_row_15_restriction_is_the_special_rule_in_a_scandal_too(stage: Stage) -> None:
    suspend(stage, Cause.SCANDAL)
    row = limit(stage)
    assert goes(stage, approve(stage, ask_approval(stage, **RELATED)))
    assert goes(stage, check(stage, ask_check(stage, claim=disaster_claim(), **INFORMATION)))
    ordinary = draft(stage)
    with refused("disaster_only"):
        review.submit(post=ordinary, seen_digest=seen(ordinary), by=stage.cast.sato, now=stage.clock())
    late = check(stage, ask_check(stage, claim=disaster_claim(), **INFORMATION))
    road.end(stage.cast, row, now=stage.clock())
    assert held_for(stage, late) == ["suspended_scandal"]


# --- 17: flaming


@pytest.mark.clause("mima:7-4-反論禁止")
def test_row_17_flaming_wants_the_chiefs_own_approval(stage: Stage) -> None:
    before = approve(stage, ask_approval(stage))
    stage.clock.forward(minutes=1)
    road.flame(stage.cast, now=stage.clock())
    assert held_for(stage, before) == ["flaming"]
    post = ask_approval(stage)
    with refused("flaming"):
        approve(stage, post, stage.cast.fujimoto)
    assert goes(stage, approve(stage, post))


@pytest.mark.parametrize("ground", EXEMPT)
@pytest.mark.clause("mima:7-4-反論禁止")
def test_row_17_exemptions_1_to_3_are_suspended_while_it_burns(stage: Stage, ground: Ground) -> None:
    before = check(stage, ask_check(stage, claim=claims()[ground]))
    stage.clock.forward(minutes=1)
    urgency = listed(stage)
    road.flame(stage.cast, now=stage.clock())
    assert held_for(stage, before) == ["flaming_exemption"]
    post = draft(stage, claim=claims()[ground])
    with refused("flaming_exemption"):
        review.claim_exemption(post=post, seen_digest=seen(post), by=stage.cast.sato, now=stage.clock())
    with refused("flaming_exemption"):
        wave_through(stage, post, urgency, "急ぐので。")


def test_row_17_disaster_information_goes_as_usual_while_it_burns(stage: Stage) -> None:
    urgency = listed(stage)
    road.flame(stage.cast, now=stage.clock())
    assert goes(stage, check(stage, ask_check(stage, claim=disaster_claim(), **INFORMATION)))
    post = draft(stage, claim=disaster_claim(), **INFORMATION)
    assert goes(stage, wave_through(stage, post, urgency, "堤防が切れました。"))


# --- 18: the device


def unregistered(stage: Stage, *names: str) -> None:
    for name in names:
        getattr(stage.cast, name).on_registered_device = False


Acted = tuple[str, Post, Callable[[], object], str]


def submitting(stage: Stage) -> Acted:
    post = draft(stage)
    act = lambda: review.submit(post=post, seen_digest=seen(post), by=stage.cast.sato, now=stage.clock())  # noqa: E731
    return "sato", post, act, "post.submitted"


def claiming(stage: Stage) -> Acted:
    post, by = draft(stage, claim=disaster_claim(), **INFORMATION), stage.cast.sato
    act = lambda: review.claim_exemption(post=post, seen_digest=seen(post), by=by, now=stage.clock())  # noqa: E731
    return "sato", post, act, "post.exemption_claimed"


def waving_through(stage: Stage) -> Acted:
    """Not even disaster information, not even in an emergency, not even with the chief's word."""
    suspend(stage)
    post = by_phone(stage, draft(stage, claim=disaster_claim(), **INFORMATION))
    return "sato", post, lambda: wave_through(stage, post), "post.sent_in_emergency"


def approving(stage: Stage) -> Acted:
    post = ask_approval(stage)
    return "suzuki", post, lambda: approve(stage, post), "post.approved"


def checking(stage: Stage) -> Acted:
    post = ask_check(stage)
    return "tanaka", post, lambda: check(stage, post), "post.second_checked"


def confirming_by_phone(stage: Stage) -> Acted:
    post = ask_check(stage)
    return "sato", post, lambda: by_phone(stage, post), "post.confirmed"


def releasing(stage: Stage) -> Acted:
    post = approve(stage, ask_approval(stage))
    suspend(stage)
    held_for(stage, post)
    resume(stage)
    return "suzuki", post, lambda: release(stage, stage.delivery(post)), "delivery.released"


@pytest.mark.parametrize(
    "acting",
    [submitting, claiming, waving_through, approving, checking, confirming_by_phone, releasing],
    ids=lambda act: act.__name__,
)
@pytest.mark.clause("mima:9-2")
def test_row_18_unregistered_device_is_refused_without_override(
    stage: Stage, acting: Callable[[Stage], Acted]
) -> None:
    name, post, act, event = acting(stage)
    unregistered(stage, name)
    with refused("unregistered_device"):
        act()
    entry = Entry.objects.latest("pk")
    assert (entry.stream, entry.event) == (post.stream, f"{event}.refused")
    said = {"codes": ["unregistered_device"], "duties": ["device"]}
    assert (entry.by.split()[0], json.loads(entry.payload)) == (name, said)
    getattr(stage.cast, name).on_registered_device = True
    act()


# --- 19: corrections


@pytest.mark.clause("mima:7-1")
def test_row_19_correction_of_disaster_information_goes_in_holds_too(stage: Stage) -> None:
    wrong = check(stage, ask_check(stage, claim=disaster_claim(), **INFORMATION))
    assert goes(stage, wrong)
    suspend(stage, Cause.SCANDAL)
    post = drafting.correction_of(post=wrong, by=stage.cast.sato, now=stage.clock())
    right = {"text": "訂正: 開設した避難所は、中央公民館です。", "kind": PostKind.CORRECTION, **INFORMATION}
    edit(post, stage.account, stage.cast.sato, claim=disaster_claim(), **right)
    review.claim_exemption(post=post, seen_digest=seen(post), by=stage.cast.sato, now=stage.clock())
    assert goes(stage, check(stage, post))


# --- lateness: no burst


def test_nothing_bursts_out_when_the_worker_is_back_after_an_outage(stage: Stage) -> None:
    """What fell due while it was away is too late; a person decides what becomes of each."""
    due_at = stage.clock() + timedelta(hours=1)
    posts = [approve(stage, ask_approval(stage, due_at=due_at)) for _ in range(4)]
    stage.clock.at = due_at + timedelta(minutes=31)
    assert [goes(stage, post) for post in posts] == [False] * 4
    deliveries = [stage.delivery(post) for post in posts]
    assert {(row.state, row.problem) for row in deliveries} == {("expired", "発信する時刻を過ぎました。")}
    assert all(stage.events(post) == ["expired"] for post in posts)
    rest = drafting.rest_of(post=posts[0], by=stage.cast.sato, now=stage.clock())
    assert (rest.state, rest.due_at) == ("drafting", None)
    stage.clock.forward(days=1)
    assert [goes(stage, post) for post in posts] == [False] * 4


def test_what_is_within_the_limit_still_goes_after_an_outage(stage: Stage) -> None:
    due_at = stage.clock() + timedelta(hours=1)
    post = approve(stage, ask_approval(stage, due_at=due_at))
    stage.clock.at = due_at + timedelta(minutes=30)
    assert goes(stage, post)


@pytest.mark.clause("mima:8-1-再開")
def test_nothing_bursts_out_after_a_restriction(stage: Stage) -> None:
    posts = [approve(stage, ask_approval(stage)) for _ in range(4)]
    suspend(stage)
    stage.clock.forward(hours=3)
    assert [held_for(stage, post) for post in posts] == [["suspended_disaster"]] * 4
    resume(stage)
    assert [held_for(stage, post) for post in posts] == [["awaiting_release"]] * 4
    release(stage, stage.delivery(posts[0]))
    release(stage, stage.delivery(posts[1]))
    assert [goes(stage, post) for post in posts] == [True, True, False, False]
    late = stage.delivery(posts[2])
    release(stage, late)
    stage.clock.forward(minutes=31)
    assert stage.send(late) == "expired"


@pytest.mark.clause("mima:9-1")
def test_delivery_is_held_when_the_chief_denies_the_word_it_rests_on(stage: Stage) -> None:
    due_at = OUT_OF_HOURS["night"]
    post = check(stage, by_phone(stage, ask_check(stage, due_at=due_at)))
    word = post.confirmations.get()
    confirming.deny(confirmation=word, words="聞いていません。", by=stage.cast.suzuki, now=stage.clock())
    stage.clock.at = due_at
    assert held_for(stage, post) == ["out_of_hours"]
