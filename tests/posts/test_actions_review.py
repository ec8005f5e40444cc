"""承認と確認, by the people of the cast: who decides, on what, and what is left of a refusal."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from pytest_django import Settings

from accounts.acts import ActStale
from accounts.models import RoleAssignment, SocialAccount
from audit.models import Entry
from policies.actions import operation
from posts.actions import review
from posts.canonical import parse
from posts.models import Clearance, Decision, Post
from rules.gates import CHECKLIST
from rules.states import Cause, PostKind, PostState, Role, Tick
from tests.posts.acts import approve, check, edit, last_entry, refused, send_back
from tests.support.cast import (
    NOW,
    Cast,
    approved,
    checked,
    claimed,
    drafted,
    let_draft,
    make_account,
    make_cast,
    public_claim,
    seen,
    submitted,
)
from tests.support.restricting import flame, suspend

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with patch("posts.actions.review.nudge"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


# --- approving


@pytest.mark.clause("mima:5-本文")
def test_approval_lets_exactly_the_version_out_that_was_seen(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    digest = seen(post)
    assert approve(post, cast.suzuki).state == "cleared"
    clearance = post.clearances.get()
    assert (clearance.basis, clearance.digest, clearance.voided_at) == ("approval", digest, None)
    assert clearance.decision.by == cast.suzuki
    assert clearance.decision.office == "鈴木 洋子（観光交流課長）"
    delivery = post.deliveries.get()
    assert (delivery.state, delivery.social_account, delivery.due_at) == ("waiting", account, NOW)
    assert delivery.latest_at == NOW + timedelta(minutes=30)
    assert last_entry(post).event == "post.approved"
    assert json.loads(last_entry(post).payload)["digest"] == digest


def test_approval_keeps_the_time_that_was_asked_for(cast: Cast, account: SocialAccount) -> None:
    due_at, latest_at = NOW + timedelta(days=2), NOW + timedelta(days=2, hours=1)
    delivery = approved(cast, account, due_at=due_at, latest_at=latest_at).deliveries.get()
    assert (delivery.due_at, delivery.next_try_at, delivery.latest_at) == (due_at, due_at, latest_at)


def test_approval_is_refused_when_the_text_changed_after_it_was_opened(
    cast: Cast, account: SocialAccount
) -> None:
    post = submitted(cast, account)
    opened = seen(post)
    review.take_back(post=post, by=cast.sato, now=NOW)
    edit(post, account, cast.sato)
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    with refused("version_changed"):
        review.approve(post=post, seen_digest=opened, by=cast.suzuki, now=NOW)


@pytest.mark.clause("mima:5-本文")
@pytest.mark.parametrize("name", ["sato", "tanaka", "mori", "onishi", "kondo", "ito", "hayashi"])
def test_approval_is_forbidden_to_everybody_but_chief_and_deputy(
    cast: Cast, account: SocialAccount, name: str
) -> None:
    post = submitted(cast, account)
    with refused("not_approver") as refusal:
        approve(post, getattr(cast, name))
    assert refusal.forbidden
    assert "鈴木 洋子（観光交流課長）" in refusal.shown[0].next_step


def test_deputy_approves_when_the_day_is_in_their_period(cast: Cast, account: SocialAccount) -> None:
    assert approve(submitted(cast, account), cast.fujimoto).state == "cleared"


@pytest.mark.parametrize(
    ("on", "until"),
    [(date(2026, 11, 21), None), (date(2026, 1, 1), date(2026, 11, 19))],
    ids=["later", "ended"],
)
def test_approval_is_forbidden_when_the_office_does_not_include_today(
    cast: Cast, account: SocialAccount, on: date, until: date | None
) -> None:
    post = submitted(cast, account)
    RoleAssignment.objects.filter(staff=cast.suzuki).update(from_on=on, until_on=until)
    with refused("office_not_in_period") as refusal:
        approve(post, cast.suzuki)
    assert refusal.forbidden


def test_office_holds_until_the_end_of_its_last_day(cast: Cast, account: SocialAccount) -> None:
    """The day is the city's: 14:59 UTC is one minute before midnight in Japan."""
    RoleAssignment.objects.filter(staff=cast.suzuki).update(until_on=date(2026, 11, 20))
    last = NOW.replace(hour=14, minute=59)
    posts = [submitted(cast, account, due_at=NOW + timedelta(days=2)) for _ in range(2)]
    assert approve(posts[0], cast.suzuki, last).state == "cleared"
    with refused("office_not_in_period"):
        approve(posts[1], cast.suzuki, last + timedelta(minutes=1))


def test_chief_who_wrote_in_the_post_does_not_approve_it_but_the_deputy_does(
    cast: Cast, account: SocialAccount
) -> None:
    let_draft(account, cast.suzuki)
    post = drafted(cast, account)
    edit(post, account, cast.suzuki)
    review.submit(post=post, seen_digest=seen(post), by=cast.suzuki, now=NOW)
    with refused("approver_contributed"):
        approve(post, cast.suzuki)
    assert approve(post, cast.fujimoto).state == "cleared"


def test_parents_chief_approves_exactly_when_all_approvers_wrote_in_the_post(
    cast: Cast, account: SocialAccount
) -> None:
    let_draft(account, cast.suzuki, cast.fujimoto)
    post = drafted(cast, account)
    edit(post, account, cast.suzuki, text="課長が直した。")
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    with refused("not_approver"):
        approve(post, cast.ito)
    review.take_back(post=post, by=cast.sato, now=NOW)
    edit(post, account, cast.fujimoto, text="代決者も直した。")
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    with refused("not_approver"):
        approve(post, cast.mori)
    assert approve(post, cast.ito).state == "cleared"


@pytest.mark.parametrize("again", ["approve", "return"])
def test_second_decision_is_refused_when_the_first_was_made(
    cast: Cast, account: SocialAccount, again: str
) -> None:
    post = approved(cast, account)
    with refused("wrong_state"):
        approve(post, cast.fujimoto) if again == "approve" else send_back(post, cast.fujimoto)
    assert Decision.objects.count() == Clearance.objects.count() == 1


def test_decision_is_refused_to_somebody_who_has_left(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    cast.suzuki.is_active = False
    cast.suzuki.save()
    with refused("inactive", "not_approver") as refusal:
        approve(post, cast.suzuki)
    assert refusal.forbidden


# --- second check


@pytest.mark.clause("mima:5-ただし書")
def test_second_check_by_somebody_else_lets_the_post_out(cast: Cast, account: SocialAccount) -> None:
    post = checked(cast, account)
    clearance = post.clearances.get()
    assert (post.state, clearance.basis) == ("cleared", "second_check")
    assert clearance.decision.ticks == sorted(CHECKLIST)
    assert last_entry(post).event == "post.second_checked"


@pytest.mark.clause("mima:5-ただし書")
def test_second_check_by_the_author_is_refused_by_the_proviso(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    with refused("checker_contributed") as refusal:
        check(post, cast.sato)
    [reason] = refusal.shown
    assert reason.cite == "要領 第5条ただし書"
    assert [clause.id for clause in reason.clauses] == ["mima:5-ただし書"]
    assert reason.next_step
    assert not refusal.forbidden
    assert post.state == "awaiting_check"


@pytest.mark.clause("mima:5-ただし書")
def test_second_check_by_who_wrote_an_earlier_version_is_refused(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account, claim=public_claim())
    edit(post, account, cast.tanaka, claim=public_claim(), text="田中が直した。")
    edit(post, account, cast.sato, claim=public_claim(), text="佐藤が直した。")
    review.claim_exemption(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    with refused("checker_contributed"):
        check(post, cast.tanaka)


@pytest.mark.clause("mima:2-対象者")
def test_second_check_by_a_contractor_is_forbidden(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    with refused("not_staff") as refusal:
        check(post, cast.hayashi)
    assert refusal.forbidden


def test_second_check_by_somebody_of_another_section_is_forbidden(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    with refused("not_in_scope"):
        check(post, cast.kondo)


def test_second_check_needs_no_rank_but_sight_of_the_account(cast: Cast, account: SocialAccount) -> None:
    let_draft(account, cast.mori)
    assert check(claimed(cast, account), cast.mori).state == "cleared"


@pytest.mark.parametrize("missing", CHECKLIST)
def test_second_check_is_refused_when_a_point_has_no_tick(
    cast: Cast, account: SocialAccount, missing: str
) -> None:
    post = claimed(cast, account)
    ticks = [tick for tick in CHECKLIST if tick != missing]
    with refused("checklist_incomplete"):
        review.second_check(post=post, seen_digest=seen(post), ticks=ticks, by=cast.tanaka, now=NOW)


# --- returning, handing on, taking back, cancelling


@pytest.mark.parametrize("road", ["approval", "check"])
def test_return_brings_the_post_back_with_its_reason(cast: Cast, account: SocialAccount, road: str) -> None:
    post = submitted(cast, account) if road == "approval" else claimed(cast, account)
    by = cast.suzuki if road == "approval" else cast.tanaka
    returned = send_back(post, by, "  日にちがありません。\n")
    assert (returned.state, returned.waiting_since) == ("drafting", None)
    decision = post.decisions.get()
    assert (decision.verb, decision.reason, decision.by) == ("return", "日にちがありません。", by)
    assert json.loads(last_entry(post).payload)["reason"] == "日にちがありません。"


@pytest.mark.parametrize("reason", ["", " 　\n"])
def test_return_without_a_reason_is_refused(cast: Cast, account: SocialAccount, reason: str) -> None:
    post = submitted(cast, account)
    with refused("reason_missing"):
        send_back(post, cast.suzuki, reason)


@pytest.mark.clause("mima:5-本文")
@pytest.mark.parametrize("road", ["approval", "check"])
def test_return_is_refused_when_the_text_changed_after_it_was_opened(
    cast: Cast, account: SocialAccount, road: str
) -> None:
    """A reason written about one version does not stand on another."""
    post = submitted(cast, account) if road == "approval" else claimed(cast, account)
    by = cast.suzuki if road == "approval" else cast.tanaka
    post = asked_again(cast, post, account)
    for old in (post.versions.get(number=1).digest, ""):
        with refused("version_changed"):
            review.return_(post=post, seen_digest=old, reason="曜日が違います。", by=by, now=NOW)
    assert send_back(post, by).state == "drafting"
    assert post.decisions.get().version.number == 2


def test_handing_on_is_refused_when_the_text_changed_after_it_was_opened(
    cast: Cast, account: SocialAccount
) -> None:
    post = asked_again(cast, claimed(cast, account), account)
    values = {"reason": "日付が違うかも", "by": cast.tanaka, "now": NOW}
    for old in (post.versions.get(number=1).digest, ""):
        with refused("version_changed"):
            review.escalate(post=post, seen_digest=old, **values)
    assert review.escalate(post=post, seen_digest=seen(post), **values).state == "awaiting_approval"


def asked_again(cast: Cast, post: Post, account: SocialAccount) -> Post:
    """Called back, changed, and asked for again on the same road."""
    claim = parse(post.versions.get(number=1).canonical).claim
    review.take_back(post=post, by=cast.sato, now=NOW)
    edit(post, account, cast.sato, claim=claim)
    ask = review.claim_exemption if claim else review.submit
    return ask(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)


def test_returned_post_goes_the_whole_road_again(cast: Cast, account: SocialAccount) -> None:
    post = send_back(submitted(cast, account), cast.suzuki)
    edit(post, account, cast.sato, text="日にちを書きました。")
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    assert approve(post, cast.suzuki).state == "cleared"
    assert list(post.decisions.values_list("verb", flat=True)) == ["return", "approve"]


def test_chief_who_returned_a_post_does_not_write_in_it(cast: Cast, account: SocialAccount) -> None:
    let_draft(account, cast.suzuki)
    post = send_back(submitted(cast, account), cast.suzuki)
    with refused("decider_cannot_write"):
        edit(post, account, cast.suzuki)


def test_checker_in_doubt_hands_the_case_to_the_chief(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    later = NOW + timedelta(hours=1)
    review.escalate(post=post, seen_digest=seen(post), reason="日付が違うかも", by=cast.tanaka, now=later)
    post.refresh_from_db()
    assert (post.state, post.waiting_since) == ("awaiting_approval", later)
    assert approve(post, cast.suzuki, later).state == "cleared"
    assert post.clearances.get().basis == "approval"


def test_handing_on_without_a_reason_is_refused(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    with refused("reason_missing"):
        review.escalate(post=post, seen_digest=seen(post), reason="", by=cast.tanaka, now=NOW)


@pytest.mark.parametrize("road", ["approval", "check"])
def test_contributor_takes_the_request_back(cast: Cast, account: SocialAccount, road: str) -> None:
    post = submitted(cast, account) if road == "approval" else claimed(cast, account)
    with refused("not_contributor"):
        review.take_back(post=post, by=cast.tanaka, now=NOW)
    assert review.take_back(post=post, by=cast.sato, now=NOW).state == "drafting"
    with refused("wrong_state"):
        approve(post, cast.suzuki)


@pytest.mark.parametrize("name", ["sato", "suzuki"])
def test_cancelled_post_never_goes_out(cast: Cast, account: SocialAccount, name: str) -> None:
    post = approved(cast, account)
    cancelled = review.cancel(post=post, reason="中止になりました。", by=getattr(cast, name), now=NOW)
    assert (cancelled.state, post.deliveries.get().state) == ("cancelled", "dropped")
    assert post.clearances.get().voided_at == NOW
    with refused("wrong_state"):
        edit(post, account, cast.sato)


@pytest.mark.parametrize("make", [drafted, submitted, claimed, approved])
@pytest.mark.parametrize("reason", ["", " 　\n"], ids=["empty", "blank"])
def test_cancelling_without_a_reason_is_refused_whatever_the_state(
    cast: Cast, account: SocialAccount, make: Callable[..., Post], reason: str
) -> None:
    post = make(cast, account)
    for by in (cast.sato, cast.suzuki):
        with refused("reason_missing"):
            review.cancel(post=post, reason=reason, by=by, now=NOW)
    assert review.cancel(post=post, reason="中止", by=cast.sato, now=NOW).state == "cancelled"


def test_cancelling_is_forbidden_to_bystanders(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    with refused("not_contributor"):
        review.cancel(post=post, reason="中止", by=cast.tanaka, now=NOW)


# --- forms and the record


def test_stale_form_is_told_and_changes_nothing(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account)
    old = post.form_no
    edit(post, account, cast.tanaka)
    with pytest.raises(ActStale) as caught:
        review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW, form_no=old)
    assert caught.value.current.form_no == old + 1
    post.refresh_from_db()
    assert post.state == "drafting"
    assert not Entry.objects.filter(event="post.submitted.refused").exists()


def test_refusal_is_in_the_record_with_its_codes_and_who_was_refused(
    cast: Cast, account: SocialAccount
) -> None:
    post = submitted(cast, account)
    with refused("not_approver"):
        approve(post, cast.mori)
    entry = last_entry(post)
    said = {"codes": ["not_approver"], "duties": ["approval"]}
    assert (entry.event, json.loads(entry.payload)) == ("post.approved.refused", said)
    assert entry.by == "mori 森 恵子（移住定住推進課長）"


def test_refusal_names_every_reason_at_once(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account, text="あ" * 200, category="花火", due_at=NOW + timedelta(hours=1))
    with refused("text_too_long", "category_outside_policy", "due_in_past", "version_changed"):
        review.submit(post=post, seen_digest="x", by=cast.sato, now=NOW + timedelta(hours=2))


def test_approval_is_refused_when_the_account_was_suspended_meanwhile(
    cast: Cast, account: SocialAccount
) -> None:
    post = submitted(cast, account)
    operation.suspend(account=account, reason="点検", by=cast.suzuki, now=NOW)
    with refused("not_in_operation"):
        approve(post, cast.suzuki)


def test_approval_is_refused_when_the_latest_sending_time_has_passed(
    cast: Cast, account: SocialAccount
) -> None:
    post = submitted(cast, account, latest_at=NOW + timedelta(minutes=5))
    with refused("latest_passed"):
        approve(post, cast.suzuki, NOW + timedelta(minutes=6))


def test_deputy_of_another_section_decides_nothing_here(cast: Cast, account: SocialAccount) -> None:
    RoleAssignment.objects.create(
        staff=cast.tanaka,
        role=Role.DEPUTY,
        section=cast.moving,
        from_on=date(2026, 1, 1),
        until_on=date(2027, 1, 1),
    )
    post = submitted(cast, account)
    with refused("not_approver"):
        approve(post, cast.tanaka)


def test_post_of_the_cast_is_what_the_builders_say(cast: Cast, account: SocialAccount) -> None:
    states = [make(cast, account).state for make in (drafted, submitted, claimed, approved, checked)]
    assert states == ["drafting", "awaiting_approval", "awaiting_check", "cleared", "cleared"]
    assert Post.objects.count() == 5


# --- what the chief brings to an approval besides

SUNDAY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.clause("mima:9-1")
def test_approval_out_of_hours_rests_on_the_tick_and_keeps_it(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = submitted(cast, account, due_at=SUNDAY)
    with refused("out_of_hours"):
        approve(post, cast.suzuki)
    review.approve(post=post, seen_digest=seen(post), ticks=[Tick.OUT_OF_HOURS], by=cast.suzuki, now=NOW)
    assert post.decisions.get().ticks == ["out_of_hours"]
    assert json.loads(last_entry(post).payload)["ticks"] == ["out_of_hours"]


@pytest.mark.clause("mima:8-1-停止")
def test_approval_of_a_statement_keeps_what_it_names_and_who_was_consulted(
    cast: Cast, account: SocialAccount
) -> None:
    row = suspend(cast, now=NOW, cause=Cause.SCANDAL)
    post = submitted(cast, account, kind=PostKind.STATEMENT)
    with refused("suspended_scandal", "statement_without_consultation"):
        approve(post, cast.suzuki)
    said = {"named": [row.pk], "consulted": [cast.ito.pk], "by": cast.suzuki, "now": NOW}
    review.approve(post=post, seen_digest=seen(post), **said)
    decision = post.decisions.get()
    assert (decision.named, decision.consulted, decision.as_chief) == ([row.pk], [cast.ito.pk], True)
    payload = json.loads(last_entry(post).payload)
    assert (payload["named"], payload["consulted"]) == ([row.pk], [cast.ito.pk])


@pytest.mark.clause("mima:8-1-停止")
def test_approval_that_names_itself_as_consulted_is_refused(cast: Cast, account: SocialAccount) -> None:
    row = suspend(cast, now=NOW, cause=Cause.SCANDAL)
    post = submitted(cast, account, kind=PostKind.STATEMENT)
    said = {"named": [row.pk], "consulted": [cast.suzuki.pk], "by": cast.suzuki, "now": NOW}
    with refused("statement_without_consultation"):
        review.approve(post=post, seen_digest=seen(post), **said)


@pytest.mark.clause("mima:7-4-反論禁止")
def test_approval_by_a_deputy_is_refused_when_it_is_flaming(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    flame(cast, now=NOW)
    with refused("flaming"):
        approve(post, cast.fujimoto)
    assert approve(post, cast.suzuki).state == PostState.CLEARED


@pytest.mark.clause("mima:9-2")
def test_approval_from_a_personal_device_is_refused(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    cast.suzuki.on_registered_device = False
    with refused("unregistered_device"):
        approve(post, cast.suzuki)
