"""いま止めているもの: the rows say what the rules say, first what stops, then what waits, and name who releases it."""

from datetime import timedelta

import pytest

from accounts.facts import actor_facts
from accounts.models import SocialAccount
from platforms.errors import AuthExpired, OutcomeUnknown
from policies.actions import operation
from posts.actions import drafting, review
from posts.models import Post
from posts.panel import CHECKERS, Look, Row, panel
from posts.queries import current_version
from tests.posts.sent import fail, reach
from tests.support.cast import (
    NOW,
    Cast,
    approved,
    claimed,
    content_for,
    drafted,
    let_draft,
    make_account,
    make_cast,
    public_claim,
    submitted,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


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
    assert [row.label for row in rows[1:]] == [
        "発信根拠",
        "公式アカウントの運用",
        "運用方針の公表",
        "運用方針の発信内容",
    ]
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
