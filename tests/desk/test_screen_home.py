"""わたしの仕事: each person sees what they can do now, what is stuck and where their posts lie."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.connections import adapter_for
from accounts.models import RoleAssignment, SocialAccount, StaffMember
from desk import chips
from desk.troubles import DOUBTS, HELD, STATES, trouble_of
from platforms.base import Receipt
from platforms.errors import OutcomeUnknown, Refused
from policies.actions import operation, policy
from posts.actions import afterwards, confirming, drafting, held, review
from posts.actions.arming import arm
from posts.actions.recording import Outcome, accepted, outcome_of, record
from posts.doubts import Course
from posts.models import Attempt, Delivery, Post
from rules import clauses
from rules.states import DeliveryState
from tests.posts.sent import expire
from tests.sending.stubs import way
from tests.support import cast as people
from tests.support.cast import NOW, Cast, approved, claimed, drafted, make_account, seen, submitted
from tests.support.emergencies import confirmed, review_of, waived
from tests.support.restricting import end, suspend

pytestmark = pytest.mark.django_db
AT = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def home(person: StaffMember) -> str:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.get("/").content.decode()


def part(page: str, name: str) -> str:
    """The panel with that heading's id; "" where the page has none."""
    marker = f'aria-labelledby="{name}"'
    return page[page.index(marker) : page.index("</section>", page.index(marker))] if marker in page else ""


def told(post: Post, outcome: Outcome) -> None:
    """The post's one delivery is armed, and the network's word is written down."""
    delivery = post.deliveries.get()
    armed = arm(delivery.pk, way(adapter_for(delivery.social_account, now=NOW), delivery), now=NOW)
    assert armed is not None
    assert record(armed.attempt_id, outcome, now=NOW)


def test_home_says_the_day_in_the_citys_calendar(cast: Cast) -> None:
    page = home(cast.sato)
    assert "令和8年11月20日(金) 12:00 現在" in page
    assert page.count("<h1") == 1
    assert "見本の勤務時間" not in page


def test_home_says_the_demos_hours_in_the_demo(cast: Cast, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    assert "見本の勤務時間 0〜24時" in home(cast.sato)


def test_home_says_what_fills_it_when_nothing_is_to_do(cast: Cast) -> None:
    page = home(cast.mori)
    assert "いま、あなたがすることはありません" in part(page, "turn")
    assert part(page, "stuck") == ""
    assert "投稿を起案する" not in page  # no permission, no button


def test_home_shows_the_chief_what_waits_for_approval(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account, due_at=AT + timedelta(days=1))
    for person in (cast.suzuki, cast.fujimoto):
        turn = part(home(person), "turn")
        assert f'href="/review/{post.pk}/"' in turn
        assert "要領 第5条" in turn
        assert "予定" in turn
    assert f'href="/review/{post.pk}/"' not in home(cast.sato)


@pytest.mark.clause("mima:5-ただし書")
def test_home_shows_colleagues_what_waits_for_a_check(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    assert f'href="/check/{post.pk}/"' in part(home(cast.tanaka), "turn")
    assert f'href="/check/{post.pk}/"' not in home(cast.sato)
    assert f'href="/check/{post.pk}/"' not in home(cast.hayashi)


def test_home_leaves_to_the_chief_below_what_the_chief_below_can_decide(
    cast: Cast, account: SocialAccount
) -> None:
    submitted(cast, account)
    assert "いま、あなたがすることはありません" in part(home(cast.ito), "turn")


def test_home_shows_a_returned_draft_with_its_reason(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    review.return_(
        post=post, seen_digest=seen(post), reason="会場の階数を書き足してください", by=cast.suzuki, now=NOW
    )
    page = home(cast.sato)
    turn = part(page, "turn")
    assert "鈴木 洋子（観光交流課長）「会場の階数を書き足してください」" in turn
    assert "差戻し" in turn
    assert "起案中の投稿はありません" in part(page, "drafts")


def test_home_puts_the_most_urgent_first(cast: Cast, account: SocialAccount) -> None:
    later = submitted(cast, account, due_at=AT + timedelta(days=3))
    sooner = submitted(cast, account, due_at=AT + timedelta(days=1))
    check = claimed(cast, account, due_at=AT + timedelta(days=2))
    turn = part(home(cast.suzuki), "turn")
    places = [turn.index(f'"/review/{sooner.pk}/"'), turn.index(f'"/check/{check.pk}/"')]
    places.append(turn.index(f'"/review/{later.pk}/"'))
    assert places == sorted(places)


def test_home_shows_policies_and_requests_to_those_whose_turn_it_is(
    cast: Cast, account: SocialAccount
) -> None:
    own = {"service": "X（旧Twitter）", "handle": account.handle, "url": account.url}
    content = people.POLICY | own | {"effective_on": date(2027, 4, 1)}
    version = policy.write(account=account, content=content, by=cast.onishi, now=NOW)
    policy.ask_decision(version=version, by=cast.onishi, now=NOW)
    turn = part(home(cast.suzuki), "turn")
    assert "美馬市観光（X）の運用方針" in turn
    assert reverse("policy_detail", args=[version.pk]) in turn
    assert "美馬市観光（X）の運用方針" not in part(home(cast.onishi), "turn")
    policy.decide(version=version, by=cast.suzuki, now=NOW)
    assert "美馬市観光（X）の運用方針" not in part(home(cast.suzuki), "turn")
    assert "公表してください" in part(home(cast.onishi), "turn")


def test_home_shows_a_requested_account_to_the_chief(cast: Cast) -> None:
    operation.request(
        section=cast.tourism,
        name="新しい公式アカウント",
        network="note",
        connection="training",
        handle="@new",
        url="https://note.example/new",
        rulebooks=["mima"],
        research="調べた",
        purpose="知らせる",
        by=cast.sato,
        now=NOW,
    )
    assert "新しい公式アカウント" in part(home(cast.suzuki), "turn")
    assert "新しい公式アカウント" not in part(home(cast.mori), "turn")


def test_home_says_with_whom_a_post_lies_and_since_when(cast: Cast, account: SocialAccount) -> None:
    submitted(cast, account)
    sent = part(home(cast.sato), "sent")
    assert "鈴木 洋子（観光交流課長）" in sent
    assert "2時間待っています" in sent


def test_home_shows_a_published_post_with_its_time(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    told(post, accepted(Receipt("training:1")))
    sent = part(home(cast.sato), "sent")
    assert "発信済み" in sent
    assert "1アカウントすべてへ届きました" in sent


def test_home_lists_drafts_and_what_comes_next(cast: Cast, account: SocialAccount) -> None:
    draft = drafted(cast, account)
    post = approved(cast, account, due_at=AT + timedelta(days=1))
    page = home(cast.sato)
    assert f"/{draft.pk}/" in part(page, "drafts")
    assert "11月21日(土) 12:00" in part(page, "coming")
    assert post.title in part(page, "coming")
    assert part(home(cast.mori), "coming").count("<li") == 0


# --- what is stuck


@pytest.mark.clause("mima:3-1")
def test_home_says_why_a_delivery_is_held_and_who_releases_it(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    operation.suspend(account=account, reason="点検のため", by=cast.suzuki, now=NOW)
    delivery = post.deliveries.get()
    assert arm(delivery.pk, way(adapter_for(account, now=NOW), delivery), now=NOW) is None
    for person in (cast.sato, cast.tanaka, cast.suzuki):
        page = home(person)
        assert post.title not in part(page, "sent") + part(page, "coming")
        stuck = part(page, "stuck")
        assert "運用中ではありません" in stuck
        assert "要領 第2条" in stuck
        assert "所属長・代決者" in stuck
    assert part(home(cast.mori), "stuck") == ""


def test_home_says_that_an_unknown_is_sent_again_under_the_same_number(
    cast: Cast, account: SocialAccount
) -> None:
    in_doubt(cast, account, latest_at=AT + timedelta(hours=1))
    stuck = part(home(cast.sato), "stuck")
    assert "要照合" in stuck
    assert "届いたかどうか分かりません" in stuck
    assert "同じ番号でもう一度送り" in stuck
    assert "二重には出ません" in stuck
    assert "次に試すのは: 発信の仕組み" in stuck


def test_home_leads_to_settling_those_who_may(cast: Cast, account: SocialAccount) -> None:
    delivery = in_doubt(cast, account)
    link = f'href="/posts/{delivery.post_id}/#settle-{delivery.pk}">照合する'
    for person in (cast.sato, cast.tanaka, cast.suzuki, cast.fujimoto):
        assert link in part(home(person), "stuck")
    for person in (cast.hayashi, cast.ito, cast.kondo):
        stuck = part(home(person), "stuck")
        assert link not in stuck
        assert f'href="/posts/{delivery.post_id}/">確かめる' in stuck


def test_home_promises_only_what_the_worker_still_does_about_an_unknown(
    cast: Cast, account: SocialAccount
) -> None:
    in_doubt(cast, account)
    stuck = part(home(cast.sato), "stuck")
    assert "サービスに問い合わせています" in stuck
    assert "もう一度送り" not in stuck
    SocialAccount.objects.filter(pk=account.pk).update(config={"base_url": "https://another.example"})
    stuck = part(home(cast.sato), "stuck")
    assert "解けるのは: 担当の職員" in stuck
    assert "問い合わせ" not in stuck
    assert "発信の仕組み" not in stuck


def in_doubt(cast: Cast, account: SocialAccount, **content: object) -> Delivery:
    post = approved(cast, account, **content)
    told(post, outcome_of(OutcomeUnknown("返事がありませんでした。"), tries=1, now=NOW))
    return post.deliveries.get()


def test_home_forgets_a_failure_once_the_rest_is_taken_up(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    told(post, outcome_of(Refused("長すぎます。"), tries=1, now=NOW))
    assert "長すぎます。" in part(home(cast.sato), "stuck")
    rest = drafting.rest_of(post=post, by=cast.sato, now=NOW)
    assert part(home(cast.sato), "stuck") == ""
    review.cancel(post=rest, reason="やめる", by=cast.sato, now=NOW)
    assert "長すぎます。" in part(home(cast.sato), "stuck")


def test_trouble_has_words_for_every_state_that_is_shown() -> None:
    for state in (DeliveryState.REJECTED, DeliveryState.EXPIRED, DeliveryState.WAITING):
        assert trouble_of(Delivery(state=state), AT) == STATES[state]
    without_policy = Delivery(state=DeliveryState.HELD, held_codes=["no_policy_in_force"])
    assert trouble_of(without_policy, AT).duty == "policy"
    assert trouble_of(Delivery(state=DeliveryState.HELD, held_codes=["not_known_here"]), AT).next_step
    assert set(DOUBTS) == set(Course)


def test_trouble_stands_on_duties_that_exist() -> None:
    named = {trouble.duty for trouble in [*HELD.values(), *DOUBTS.values(), *STATES.values()]} - {""}
    assert named <= clauses.DUTIES


# --- connections


def test_home_says_how_each_account_is_connected(cast: Cast, account: SocialAccount) -> None:
    assert "まだ発信なし" in part(home(cast.sato), "health")
    post = approved(cast, account)
    told(post, accepted(Receipt("training:1")))
    page = home(cast.sato)
    assert "正常" in part(page, "health")
    assert "最後の動き" in part(page, "health")
    assert set(Attempt.OUTCOMES) <= chips.CONNECTION.keys()


def test_home_says_that_an_api_connection_has_no_credential(cast: Cast, account: SocialAccount) -> None:
    SocialAccount.objects.filter(pk=account.pk).update(connection="api", network="bluesky")
    assert "未設定" in part(home(cast.kondo), "health")


def test_home_leaves_out_the_sending_machinery_when_nothing_is_known(cast: Cast) -> None:
    assert "発信の仕組み" not in part(home(cast.sato), "health")


# --- few questions, and a whole list of them


def test_home_asks_the_database_a_fixed_number_of_questions(
    cast: Cast, account: SocialAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    note = make_account(cast, "note", network="note", handle="@n", url="https://note.example/n")
    for _ in range(4):
        submitted(cast, account, note)
        claimed(cast, account)
        approved(cast, account, note)
        drafted(cast, account)
        post = submitted(cast, account)
        review.return_(post=post, seen_digest=seen(post), reason="直す", by=cast.suzuki, now=NOW)
    client = Client()
    client.force_login(cast.suzuki, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(44):
        client.get("/")
    client.force_login(cast.sato, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(44):
        client.get("/")


# --- emergencies: what went out unseen, what waits for a word


def titles(page: str) -> list[str]:
    """What is in あなたの番です, from the top."""
    return re.findall(r'task__title"><a href="([^"]+)"', part(page, "turn"))


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_home_puts_overdue_reviews_first_then_those_due_then_words_to_ratify(
    cast: Cast, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = submitted(cast, account, due_at=NOW + timedelta(hours=3))
    word = confirmed(cast, claimed(cast, account))
    overdue, due = waived(cast, account), waived(cast, account, now=NOW + timedelta(days=1))
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=1, hours=2))
    page = home(cast.suzuki)
    assert titles(page)[:3] == [
        f"/afterwards/{review_of(overdue).pk}/",
        f"/afterwards/{review_of(due).pk}/",
        f"/posts/{word.pk}/#confirm-panel",
    ]
    assert f"/review/{waiting.pk}/" in titles(page)[3:]
    assert "あとの確認の期限を2時間過ぎています" in page
    assert "追認するか、確認していないと記録してください" in page


def test_home_asks_no_contributor_to_look_at_their_own_emergency(cast: Cast, account: SocialAccount) -> None:
    review = review_of(waived(cast, account))
    address = f"/afterwards/{review.pk}/"
    assert [address in titles(home(person)) for person in (cast.suzuki, cast.fujimoto)] == [True, True]
    assert [address in titles(home(person)) for person in (cast.sato, cast.mori, cast.ito)] == [False] * 3


def test_home_tells_the_chief_above_of_an_escalated_review(
    cast: Cast, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    review, late = review_of(waived(cast, account)), NOW + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert titles(home(cast.ito)) == []
    afterwards.look_after(now=late)
    page = home(cast.ito)
    assert titles(page) == [f"/afterwards/{review.pk}/"]
    assert "担当の所属長に声をかけるか" in page


@pytest.mark.clause("mima:9-1")
def test_home_asks_nobody_to_ratify_what_they_wrote_down_or_what_was_settled(
    cast: Cast, account: SocialAccount
) -> None:
    post = confirmed(cast, claimed(cast, account))
    assert f"/posts/{post.pk}/#confirm-panel" in titles(home(cast.suzuki))
    assert f"/posts/{post.pk}/#confirm-panel" not in titles(home(cast.tanaka))
    confirming.ratify(confirmation=post.confirmations.get(), by=cast.fujimoto, now=NOW)
    assert f"/posts/{post.pk}/#confirm-panel" not in titles(home(cast.suzuki))


@pytest.mark.clause("mima:8-1-再開")
def test_home_asks_approvers_about_what_stays_held_after_a_restriction(
    cast: Cast, account: SocialAccount
) -> None:
    delivery = approved(cast, account, due_at=NOW + timedelta(hours=3)).deliveries.get()
    restriction = suspend(cast, now=NOW)
    held.freeze(restriction=restriction, now=NOW)
    address = f"/deliveries/{delivery.pk}/decide/"
    assert address not in titles(home(cast.suzuki))  # nothing to decide while it stands
    end(cast, restriction, now=AT)
    held.freeze(restriction=restriction, now=AT)
    page = home(cast.suzuki)
    assert address in titles(page)
    assert "「出す・直す・やめる」を決めてください" in page
    assert delivery.post.title not in part(page, "stuck")
    assert address not in titles(home(cast.sato))


def test_home_asks_whoever_wrote_it_about_what_was_too_late_and_says_it_once(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    expire(post)
    page = home(cast.sato)
    assert titles(page) == [f"/posts/{post.pk}/"]
    assert "まだ出すか、取り下げるかを決めてください" in page
    assert post.title not in part(page, "stuck")
    assert post.title in part(home(cast.suzuki), "stuck")
    drafting.rest_of(post=post, by=cast.sato, now=NOW)
    assert titles(home(cast.sato)) == []


def test_home_leads_to_disaster_information_for_those_who_draft(cast: Cast, account: SocialAccount) -> None:
    assert 'href="/disaster/"' in home(cast.sato)
    assert 'href="/disaster/"' not in home(cast.ito)


def test_home_says_where_nobody_can_approve(cast: Cast, account: SocialAccount) -> None:
    alone = "観光交流課には、今日、所属長も代決者もいません"
    assert alone not in home(cast.sato)
    RoleAssignment.objects.filter(role__in=["chief", "deputy"]).update(until_on=date(2026, 11, 19))
    assert alone in home(cast.sato)
    assert alone in home(cast.kondo)
    assert alone not in home(cast.mori)
