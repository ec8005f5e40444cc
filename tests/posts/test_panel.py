"""いま止めているもの: the rows say what the rules say, first what stops, then what waits, and name who releases it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from accounts.acts import ActRefused
from accounts.facts import actor_facts, city_facts
from accounts.models import RoleAssignment, SocialAccount, StaffMember
from platforms.errors import AuthExpired, OutcomeUnknown
from policies.actions import operation
from policies.city_facts import Place
from posts.actions import confirming, drafting, held, review
from posts.actions.confirming import Word
from posts.facts import delivery_facts, post_facts
from posts.models import Post
from posts.panel import CHECKERS, Look, Row, panel, stopping
from posts.queries import current_version
from posts.releasing import NO_RELEASE
from rules.calendar import day_of
from rules.facts import SYSTEM, Actor, Asked, SubjectFacts
from rules.gates import CHECKLIST
from rules.states import Cause, How, PostKind, PostState, Scope, Subject, Tick, Verb
from rules.transitions import rows_of
from rules.workflow import Refused, decide
from tests.policies.lists import give_standing, list_election
from tests.posts.sent import fail, reach
from tests.support.cast import (
    NOW,
    Cast,
    approved,
    checked,
    claimed,
    content_for,
    drafted,
    let_draft,
    make_account,
    make_cast,
    public_claim,
    seen,
    submitted,
)
from tests.support.restricting import (
    INFORMATION,
    RELATED,
    claims,
    disaster_claim,
    end,
    flame,
    limit,
    set_up_hq,
    suspend,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
SUNDAY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SUZUKI = "鈴木 洋子（観光交流課長）"
FUJIMOTO = "藤本 剛（観光交流課 課長補佐）"
GATES_OF_SENDING = rows_of(Subject.DELIVERY, Verb.SEND)[0].gates


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def rows_of(cast: Cast, post: Post) -> tuple[Row, ...]:
    post.refresh_from_db()
    return panel(post, current_version(post), actor_facts(cast.sato), LATER)


def by_label(rows: tuple[Row, ...]) -> dict[str, Row]:
    return {row.label: row for row in rows}


def test_panel_of_a_complete_draft_waits_only_for_being_asked(cast: Cast, account: SocialAccount) -> None:
    first, *rest = rows_of(cast, drafted(cast, account))
    assert (first.look, first.label, first.words) == (Look.WAIT, "所属長の承認", "まだ承認を頼んでいません。")
    assert first.release == "鈴木 洋子（観光交流課長）、藤本 剛（観光交流課 課長補佐）"
    assert first.cite == "要領 第5条"
    assert {row.look for row in rest} == {Look.OK}
    assert {"見出し", "本文の長さ", "運用方針の公表"} <= {row.label for row in rest}


def test_panel_of_a_draft_names_every_gate_that_stops_it_and_the_drafter(
    cast: Cast, account: SocialAccount
) -> None:
    rows = rows_of(cast, drafted(cast, account, text="あ" * 141, category="ほか"))
    stops = [row for row in rows if row.look == Look.STOP]
    assert [row.label for row in stops] == ["本文の長さ", "運用方針の発信内容"]
    assert rows[:2] == tuple(stops)
    assert {row.release for row in stops} == {"佐藤 美咲（観光交流課 主事）"}
    assert stops[0].reasons[0].code == "text_too_long"


def test_panel_of_a_claim_waits_for_a_colleague(cast: Cast, account: SocialAccount) -> None:
    waiting = by_label(rows_of(cast, drafted(cast, account, claim=public_claim())))["職員の確認"]
    assert (waiting.look, waiting.release, waiting.cite) == (Look.WAIT, CHECKERS, "要領 第5条ただし書")
    assert by_label(rows_of(cast, claimed(cast, account)))["職員の確認"].words == ""


def test_panel_says_nothing_about_the_person_who_looks(cast: Cast, account: SocialAccount) -> None:
    labels = set(by_label(rows_of(cast, submitted(cast, account))))
    assert not labels & {"作った人と別の人", "見た版と同じ", "理由", "確認するところ"}


def test_panel_names_the_section_above_when_every_approver_wrote_in_it(
    cast: Cast, account: SocialAccount
) -> None:
    let_draft(account, cast.suzuki, cast.fujimoto)
    post = drafted(cast, account)
    for person in (cast.suzuki, cast.fujimoto):
        post.refresh_from_db()
        content = content_for(account, text=person.username)
        drafting.edit(
            post=post, title="題", content=content, declared=True, by=person, now=NOW, form_no=post.form_no
        )
    assert by_label(rows_of(cast, post))["所属長の承認"].release == "伊藤 正（企画総務部長）"


@pytest.mark.clause("mima:2-場面")
def test_panel_names_the_chief_when_the_account_went_out_of_operation(
    cast: Cast, account: SocialAccount
) -> None:
    post = submitted(cast, account)
    operation.suspend(account=account, reason="点検", by=cast.suzuki, now=NOW)
    stopped = by_label(rows_of(cast, post))["公式アカウントの運用"]
    assert stopped.look == Look.STOP
    assert "鈴木 洋子（観光交流課長）" in stopped.release
    assert stopped.cite == "要領 第2条"


def test_panel_of_a_cleared_post_waits_for_its_time(cast: Cast, account: SocialAccount) -> None:
    due_at = NOW + timedelta(days=1)
    rows = rows_of(cast, approved(cast, account, due_at=due_at))
    assert (rows[0].look, rows[0].at) == (Look.WAIT, due_at)
    assert [row.label for row in rows[1:]] == [gate.label for gate in GATES_OF_SENDING]
    assert {row.look for row in rows[1:]} == {Look.OK}


def test_panel_of_a_cleared_post_stops_for_one_account_only(cast: Cast, account: SocialAccount) -> None:
    other = make_account(cast, "くらし", network="line", handle="k", url="https://line.example/k")
    post = approved(cast, account, other, due_at=NOW + timedelta(days=1))
    operation.suspend(account=other, reason="点検", by=cast.suzuki, now=NOW)
    rows = rows_of(cast, post)
    stops = [row for row in rows if row.look == Look.STOP]
    assert [reason.account for row in stops for reason in row.reasons] == ["くらし"]
    assert [row.label for row in rows].count("公式アカウントの運用") == 1, "it is not in order for all"
    assert sum(row.look == Look.WAIT for row in rows) == 2


def test_panel_says_when_it_is_tried_again_when_the_connection_failed(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    fail(post, LATER, AuthExpired("接続の期限が切れました"))
    waiting = rows_of(cast, post)[0]
    assert (waiting.look, waiting.words) == (Look.WAIT, "接続の期限が切れました")
    assert waiting.at == post.deliveries.get().next_try_at


def test_panel_promises_that_nothing_doubles_when_the_outcome_is_unknown(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    fail(post, LATER, OutcomeUnknown("返事なし"))
    waiting = rows_of(cast, post)[0]
    assert waiting.label == f"要照合: {account.name}"
    assert "二重には出ません" in waiting.words


def test_panel_is_empty_when_all_is_sent_or_the_post_is_cancelled(cast: Cast, account: SocialAccount) -> None:
    sent, cancelled = approved(cast, account), drafted(cast, account)
    reach(sent, LATER)
    review.cancel(post=cancelled, reason="中止", by=cast.sato, now=LATER)
    assert rows_of(cast, sent) == ()
    assert rows_of(cast, cancelled) == ()


# --- the panel and the refusal are the same

TEXT = "山田太郎さんが町並みを歩きます。"
Change = Callable[[Cast, SocialAccount], object]


def _limit(cast: Cast, account: SocialAccount) -> None:
    set_up_hq(cast, now=NOW + timedelta(minutes=1))
    limit(cast, now=NOW + timedelta(minutes=1))


def _flame_and_stop(cast: Cast, account: SocialAccount) -> None:
    flame(cast, now=NOW + timedelta(minutes=1))
    suspend(cast, now=NOW + timedelta(minutes=1), cause=Cause.SCANDAL)


def _over(cast: Cast, account: SocialAccount) -> None:
    end(cast, suspend(cast, now=NOW + timedelta(minutes=1)), now=NOW + timedelta(minutes=2))


WORLDS: dict[str, Change] = {
    "calm": lambda cast, account: None,
    "disaster": lambda cast, account: suspend(cast, now=NOW + timedelta(minutes=1)),
    "scandal": lambda cast, account: suspend(cast, now=NOW + timedelta(minutes=1), cause=Cause.SCANDAL),
    "limited": _limit,
    "flaming": lambda cast, account: flame(cast, now=NOW + timedelta(minutes=1)),
    "flaming and scandal": _flame_and_stop,
    "resumed": _over,
    "out of hours": lambda cast, account: None,
    "election": lambda cast, account: list_election(cast, name="市長選挙", announced_on=day_of(NOW), now=NOW),
    "out of operation": lambda cast, account: operation.suspend(
        account=account, reason="点検", by=cast.suzuki, now=NOW
    ),
}


def _posts(cast: Cast, account: SocialAccount) -> list[Post]:
    """Plain, related, information, a statement; in every state that goes on, on every road that there is."""
    plain = {"text": TEXT, "due_at": SUNDAY}
    kinds = [plain, plain | RELATED, plain | INFORMATION, plain | {"kind": PostKind.STATEMENT}]
    roads = [drafted, submitted, approved]
    with_chief = [make(cast, account, **content) for make in roads for content in kinds]
    claimed_ones = [drafted, claimed, checked]
    grounds = [plain | {"claim": claim} for claim in claims().values()]
    return with_chief + [make(cast, account, **content) for make in claimed_ones for content in grounds]


def _acts(post: Post, cast: Cast) -> list[tuple[Verb, SubjectFacts, Actor]]:
    """The next act, by somebody who may do it; of a cleared post its sending."""
    post.refresh_from_db()
    version, on = current_version(post), day_of(LATER)
    if post.state == PostState.CLEARED:
        return [(Verb.SEND, delivery_facts(row, on=on), SYSTEM) for row in post.deliveries.all()]
    asked = Asked(seen_digest=version.digest, ticks=frozenset(CHECKLIST))
    known = replace(post_facts(post, version, on=on), asked=asked)
    verb, person = {
        (PostState.DRAFTING, False): (Verb.SUBMIT, cast.sato),
        (PostState.DRAFTING, True): (Verb.CLAIM, cast.sato),
        (PostState.AWAITING_APPROVAL, False): (Verb.APPROVE, cast.suzuki),
        (PostState.AWAITING_CHECK, True): (Verb.SECOND_CHECK, cast.tanaka),
    }[PostState(post.state), known.claim is not None]
    return [(verb, known, actor_facts(person))]


@pytest.mark.parametrize("world", WORLDS)
def test_panel_stops_for_exactly_what_the_act_would_be_refused_for(
    cast: Cast, account: SocialAccount, settings: Settings, world: str
) -> None:
    posts = _posts(cast, account)
    WORLDS[world](cast, account)
    settings.CITY_ALWAYS_OPEN = world != "out of hours"
    stopped = 0
    for post in posts:
        for verb, subject, actor in _acts(post, cast):
            decision = decide(verb, subject, actor, city_facts(LATER), LATER)
            refused = decision.reasons if isinstance(decision, Refused) else ()
            rows = panel(post, current_version(post), actor, LATER)
            said = {(reason.code, reason.sentence) for row in rows for reason in row.reasons}
            assert said == {(reason.code, reason.sentence) for reason in refused}, (world, verb, post.kind)
            assert all((row.look == Look.STOP) == bool(row.reasons) for row in rows)
            assert all(row.release for row in rows if row.look == Look.STOP), "somebody is named"
            stopped += bool(refused)
    assert bool(stopped) == (world != "calm")


@pytest.mark.clause("mima:8-1-停止")
def test_panel_says_what_a_real_refusal_says(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    suspend(cast, now=LATER)
    rows = panel(post, current_version(post), actor_facts(cast.suzuki), LATER)
    with pytest.raises(ActRefused) as caught:
        review.approve(post=post, seen_digest=seen(post), by=cast.suzuki, now=LATER)
    assert stopping(rows) == caught.value.refusal.codes == {"suspended_disaster"}


def test_panel_keeps_the_order_of_the_decision_table(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    flame(cast, now=LATER)
    suspend(cast, now=LATER)
    operation.suspend(account=account, reason="点検", by=cast.suzuki, now=LATER)
    deputy = panel(post, current_version(post), actor_facts(cast.fujimoto), LATER)
    stops = [row.label for row in deputy if row.look == Look.STOP]
    assert stops == ["投稿停止", "炎上対応", "公式アカウントの運用"]
    assert [row.label for row in deputy if row.look == Look.WAIT] == ["所属長の承認"]


# --- who releases it, by name


def stop_of(rows: tuple[Row, ...], label: str) -> Row:
    row = by_label(rows)[label]
    assert row.look == Look.STOP
    return row


@pytest.mark.clause("mima:8-1-再開")
def test_panel_names_the_section_responsible_for_the_restriction(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account, due_at=SUNDAY)
    suspend(cast, now=LATER)
    row = stop_of(rows_of(cast, post), "投稿停止")
    assert row.release == f"{SUZUKI}、{FUJIMOTO}"
    assert row.cite == "要領 第8条(1)"
    assert "佐藤 美咲" in row.reasons[0].sentence, "who started it"
    assert "11月20日(金) 10:05 から" in row.reasons[0].sentence, "since when"


def test_panel_names_the_other_section_when_that_one_stopped_the_whole_city(
    cast: Cast, account: SocialAccount
) -> None:
    post = drafted(cast, account)
    suspend(cast, now=LATER, where=Place(Scope.CITY, cast.moving))
    row = stop_of(rows_of(cast, post), "投稿停止")
    assert row.release == "森 恵子（移住定住推進課長）"


@pytest.mark.clause("mima:7-4-反論禁止")
def test_panel_names_the_chief_alone_when_it_is_flaming(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    flame(cast, now=LATER)
    row = stop_of(rows_of(cast, post), "炎上対応")
    assert (row.release, row.cite) == (SUZUKI, "要領 第7条(4)")
    for_chief = panel(post, current_version(post), actor_facts(cast.suzuki), LATER)
    opened = by_label(for_chief)["炎上対応"]
    assert (opened.look, opened.is_quiet) == (Look.OK, False)
    RoleAssignment.objects.filter(staff=cast.suzuki).delete()
    assert stop_of(rows_of(cast, post), "炎上対応").release == "伊藤 正（企画総務部長）"


@pytest.mark.clause("mima:8-1-再開")
def test_panel_leads_to_the_decision_by_name_when_the_restriction_is_over(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account, due_at=SUNDAY)
    row = suspend(cast, now=LATER)
    held.freeze(now=LATER, restriction=row)
    end(cast, row, now=LATER)
    stopped = stop_of(rows_of(cast, post), "止めたものの再開")
    assert stopped.held == [post.deliveries.get().pk]
    assert stopped.release == f"{SUZUKI}、{FUJIMOTO}"


@pytest.mark.clause("mima:9-1")
def test_panel_names_the_chief_and_the_word_given_beforehand_when_it_is_out_of_hours(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    plain = claimed(cast, account, due_at=SUNDAY)
    information = claimed(cast, account, claim=disaster_claim(), due_at=SUNDAY)
    hours = "勤務時間外の確認"
    assert stop_of(rows_of(cast, plain), hours).release == SUZUKI
    assert stop_of(rows_of(cast, information), hours).release == f"{SUZUKI}、または包括確認"


@pytest.mark.clause("mima:9-1")
def test_panel_shows_the_standing_confirmation_that_opens_the_hours(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = claimed(cast, account, claim=disaster_claim(), due_at=SUNDAY)
    standing = give_standing(cast, now=NOW)
    row = by_label(rows_of(cast, post))["勤務時間外の確認"]
    assert row.look == Look.OK
    (opener,) = row.openers
    assert (opener.words, opener.who, opener.until_on) == ("包括確認あり", SUZUKI, standing.until_on)


@pytest.mark.clause("mima:9-1")
def test_panel_shows_the_chiefs_word_until_it_is_denied(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = claimed(cast, account, due_at=SUNDAY)
    word = Word(cast.suzuki.pk, NOW, How.PHONE, "出してよい")
    confirming.record(post=post, seen_digest=seen(post), word=word, by=cast.tanaka, now=NOW)
    (opener,) = by_label(rows_of(cast, post))["勤務時間外の確認"].openers
    assert (opener.words, opener.who, opener.how, opener.at) == ("所属長の確認あり", SUZUKI, "電話", NOW)
    said = post.confirmations.get()
    confirming.deny(confirmation=said, words="聞いていない", by=cast.suzuki, now=LATER)
    assert stop_of(rows_of(cast, post), "勤務時間外の確認").openers == ()


@pytest.mark.clause("mima:9-1")
def test_panel_of_a_cleared_post_shows_whose_tick_opens_the_hours(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = submitted(cast, account, due_at=SUNDAY)
    ticks = [Tick.OUT_OF_HOURS]
    review.approve(post=post, seen_digest=seen(post), ticks=ticks, by=cast.suzuki, now=NOW)
    (opener,) = by_label(rows_of(cast, post))["勤務時間外の確認"].openers
    assert (opener.words, opener.who, opener.at) == ("時間外の確認あり", SUZUKI, NOW)


@pytest.mark.clause("mima:8-2")
def test_panel_says_that_the_limit_lets_it_pass(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account, **RELATED)
    _limit(cast, account)
    row = by_label(rows_of(cast, post))["防災情報限定"]
    assert row.look == Look.OK
    assert [opener.words for opener in row.openers] == [
        "防災情報限定の間ですが、防災に関連する情報なので出せます"
    ]
    assert by_label(rows_of(cast, post))["投稿停止"].is_quiet, "the limit is the special rule"


@pytest.mark.clause("mima:4-4")
def test_panel_names_the_chief_when_somebody_stands_for_election(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account, text=TEXT)
    list_election(cast, name="市長選挙", announced_on=day_of(NOW), now=NOW)
    row = stop_of(rows_of(cast, post), "選挙の期間")
    assert (row.release, row.cite) == (SUZUKI, "要領 第4条(4)")


@pytest.mark.clause("mima:9-2")
def test_panel_says_that_nobody_lifts_the_device(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    cast.suzuki.on_registered_device = False
    rows = panel(post, current_version(post), actor_facts(cast.suzuki), LATER)
    assert (rows[0].label, rows[0].release) == ("登録端末", NO_RELEASE)


@pytest.mark.clause("mima:8-1-停止")
def test_panel_tells_which_statement_passes_a_scandal(cast: Cast, account: SocialAccount) -> None:
    row = suspend(cast, now=NOW, cause=Cause.SCANDAL)
    post = submitted(cast, account, kind=PostKind.STATEMENT, now=LATER)
    assert stopping(rows_of(cast, post)) == {"suspended_scandal", "statement_without_consultation"}
    review.approve(
        post=post,
        seen_digest=seen(post),
        named=[row.pk],
        consulted=[cast.ito.pk],
        by=cast.suzuki,
        now=LATER,
    )
    (opener,) = by_label(rows_of(cast, post))["投稿停止"].openers
    assert (opener.words, opener.who) == (
        "投稿停止の間ですが、市の声明なので、名指しの承認で出せます",
        SUZUKI,
    )


def test_panel_is_the_same_for_staff_deputy_and_contractor(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    suspend(cast, now=LATER)
    people: list[StaffMember] = [cast.sato, cast.fujimoto, cast.suzuki, cast.hayashi]
    first, *others = (panel(post, current_version(post), actor_facts(person), LATER) for person in people)
    assert all(rows == first for rows in others)
