"""起案: drafting, editing with and without a change, corrections, and the rest as a new post."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

import pytest

from accounts.acts import ActStale
from accounts.models import SocialAccount
from platforms.errors import Refused
from posts.actions import drafting, review, sending
from posts.canonical import parse
from posts.models import Post, Version
from rules.states import PostKind
from tests.posts.acts import approve, edit, last_entry, refused
from tests.sending.stubs import Stub, connected, taken
from tests.support.cast import (
    NOW,
    Cast,
    approved,
    content_for,
    drafted,
    let_draft,
    make_account,
    make_cast,
    public_claim,
    seen,
    submitted,
)
from tests.support.restricting import INFORMATION, RELATED, limit, set_up_hq, suspend

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


@pytest.fixture
def other(cast: Cast) -> SocialAccount:
    return make_account(cast, "町並み", handle="@machi", url="https://x.com/machi")


def current(post: Post) -> Version:
    post.refresh_from_db()
    return post.versions.get(number=post.version_no)


def send(post: Post, stub: Stub) -> None:
    with connected(stub):
        for delivery in post.deliveries.order_by("pk"):
            sending.send(delivery.pk, clock=lambda: NOW)


def test_draft_has_a_version_a_contributor_and_a_record(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account)
    version = current(post)
    assert (post.state, post.drafter, version.number) == ("drafting", cast.sato, 1)
    assert [row.staff for row in post.contributions.all()] == [cast.sato]
    assert parse(version.canonical).text == "うだつの町並みであかりの夕べを開催します。"
    assert (last_entry(post).event, last_entry(post).seq) == ("post.drafted", 1)


def test_draft_belongs_to_the_section_of_its_accounts_whoever_writes(
    cast: Cast, account: SocialAccount
) -> None:
    let_draft(account, cast.mori)
    post = drafting.draft(
        title="移住フェア", content=content_for(account), declared=True, by=cast.mori, now=NOW
    )
    assert post.section == cast.tourism


def test_draft_is_forbidden_without_permission_for_the_account(cast: Cast, account: SocialAccount) -> None:
    with refused("may_not_draft_for_account") as refusal:
        drafting.draft(title="移住", content=content_for(account), declared=True, by=cast.mori, now=NOW)
    assert refusal.forbidden


@pytest.mark.clause("toyama:3-除外")
def test_draft_is_forbidden_to_elected_officials(cast: Cast, account: SocialAccount) -> None:
    cast.sato.is_elected = True
    cast.sato.save()
    with refused("elected"):
        drafted(cast, account)


def test_contractor_drafts_and_submits_but_decides_nothing(cast: Cast, account: SocialAccount) -> None:
    post = drafting.draft(title="委託", content=content_for(account), declared=True, by=cast.hayashi, now=NOW)
    review.submit(post=post, seen_digest=seen(post), by=cast.hayashi, now=NOW)
    with refused("not_approver"):
        approve(post, cast.hayashi)
    assert approve(post, cast.suzuki).state == "cleared"


# --- editing


def test_edit_makes_a_new_version_and_voids_the_clearance(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    edit(post, account, cast.tanaka)
    assert (current(post).number, post.state) == (2, "drafting")
    assert post.clearances.get().voided_at == NOW
    assert post.deliveries.get().state == "superseded"
    assert {row.staff for row in post.contributions.all()} == {cast.sato, cast.tanaka}
    with refused("wrong_state"):
        approve(post, cast.suzuki)


def test_edit_that_changes_nothing_leaves_clearance_and_version_as_they_are(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    stored = parse(current(post).canonical)
    form_no = post.form_no
    drafting.edit(
        post=post, title="別の見出し", content=stored, declared=False, by=cast.sato, now=NOW, form_no=form_no
    )
    post.refresh_from_db()
    assert (post.state, post.version_no, post.title) == ("cleared", 1, "別の見出し")
    assert post.form_no == form_no + 1
    assert post.clearances.get().voided_at is None
    assert post.declared_on is not None
    assert post.deliveries.get().state == "waiting"


@pytest.mark.parametrize(
    "change",
    [
        {"text": "うだつの町並みであかりの夕べを開催します。 "},
        {"category": "防災"},
        {"category_note": "なぜなら"},
        {"due_at": NOW + timedelta(days=1)},
        {"latest_at": NOW + timedelta(days=1)},
        {"kind": PostKind.POST, "variants": {1: "x"}, "text": "うだつの町並みであかりの夕べを開催します"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_edit_of_anything_that_was_cleared_voids_the_clearance(
    cast: Cast, account: SocialAccount, change: dict[str, object]
) -> None:
    post = approved(cast, account)
    stored = parse(current(post).canonical)
    drafting.edit(
        post=post,
        title=post.title,
        content=replace(stored, **change),  # type: ignore[arg-type]
        declared=True,
        by=cast.sato,
        now=NOW,
        form_no=post.form_no,
    )
    assert post.clearances.get().voided_at == NOW


def test_edit_is_refused_while_somebody_decides(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    with refused("wrong_state"):
        edit(post, account, cast.sato)


def test_edit_with_an_old_form_is_told_what_stands_now(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account)
    old = post.form_no
    edit(post, account, cast.tanaka, text="田中が先に直した。")
    with pytest.raises(ActStale) as caught:
        drafting.edit(
            post=post,
            title=post.title,
            content=content_for(account, text="佐藤の直し"),
            declared=True,
            by=cast.sato,
            now=NOW,
            form_no=old,
        )
    assert parse(caught.value.current.version.canonical).text == "田中が先に直した。"
    assert current(post).number == 2


@pytest.mark.clause("mima:7-1")
def test_edit_is_refused_when_the_text_has_gone_out(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    send(post, Stub())
    with refused("text_frozen") as refusal:
        edit(post, account, cast.sato)
    assert "訂正する投稿を起案する" in refusal.shown[0].next_step


def test_edit_after_a_rejection_is_a_new_version_that_goes_out(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    send(post, Stub([Refused("長すぎます")]))
    edit(post, account, cast.sato, text="短く")
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    approve(post, cast.suzuki)
    stub = Stub()
    send(post, stub)
    assert [message.text for message in stub.calls] == ["短く"]


def test_declaration_follows_the_tick_while_drafting(cast: Cast, account: SocialAccount) -> None:
    post = drafting.draft(title="見出し", content=content_for(account), declared=False, by=cast.sato, now=NOW)
    with refused("not_declared"):
        review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    drafting.edit(
        post=post,
        title="見出し",
        content=content_for(account),
        declared=True,
        by=cast.sato,
        now=NOW,
        form_no=post.form_no,
    )
    post.refresh_from_db()
    assert isinstance(post.declared_on, date)
    assert (
        review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW).state == "awaiting_approval"
    )


# --- who edits, and what a decision leaves to be kept


@pytest.mark.parametrize("cleared", [False, True], ids=["draft", "cleared"])
def test_edit_is_forbidden_when_it_takes_the_post_from_an_account_one_may_not_draft_for(
    cast: Cast, account: SocialAccount, other: SocialAccount, cleared: bool
) -> None:
    """Else whoever drafts for one account could void what was cleared for another."""
    post = approved(cast, account) if cleared else drafted(cast, account)
    let_draft(other, cast.mori)
    with refused("may_not_draft_for_account") as refusal:
        edit(post, other, cast.mori)
    assert refusal.forbidden
    edit(post, other, cast.tanaka)
    assert parse(current(post).canonical).targets == (other.pk,)


def test_edit_of_what_was_cleared_keeps_a_title(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    stored = parse(current(post).canonical)
    values = {"declared": True, "by": cast.sato, "now": NOW, "form_no": post.form_no}
    for content in (stored, content_for(account, text="書き直しました。")):
        with refused("title_missing"):
            drafting.edit(post=post, title=" 　", content=content, **values)
    assert post.clearances.get().voided_at is None
    draft = drafted(cast, account)
    values["form_no"] = draft.form_no
    assert drafting.edit(post=draft, title="", content=stored, **values).title == ""


@pytest.mark.clause("mima:2-対象者")
def test_contractor_does_not_touch_what_was_decided_on(cast: Cast, account: SocialAccount) -> None:
    post = drafting.draft(title="委託", content=content_for(account), declared=True, by=cast.hayashi, now=NOW)
    edit(post, account, cast.hayashi)
    review.submit(post=post, seen_digest=seen(post), by=cast.hayashi, now=NOW)
    approve(post, cast.suzuki)
    with refused("not_staff") as refusal:
        edit(post, account, cast.hayashi, text="もう一度")
    assert refusal.forbidden
    with refused("not_staff"):
        review.cancel(post=post, reason="中止", by=cast.hayashi, now=NOW)
    assert post.clearances.get().voided_at is None


@pytest.mark.clause("mima:2-対象者", "mima:5-ただし書")
def test_contractor_does_not_claim_to_go_without_the_chief(cast: Cast, account: SocialAccount) -> None:
    content = content_for(account, claim=public_claim())
    post = drafting.draft(title="委託", content=content, declared=True, by=cast.hayashi, now=NOW)
    with refused("not_staff") as refusal:
        review.claim_exemption(post=post, seen_digest=seen(post), by=cast.hayashi, now=NOW)
    assert refusal.forbidden
    edit(post, account, cast.sato, claim=public_claim())
    review.claim_exemption(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    post.refresh_from_db()
    assert post.state == "awaiting_check"


@pytest.mark.clause("mima:3-2-ウ")
@pytest.mark.parametrize("category", ["", " 　"])
def test_asking_is_refused_when_no_category_is_chosen(
    cast: Cast, account: SocialAccount, category: str
) -> None:
    post = drafted(cast, account, category=category, category_note="理由だけ")
    with refused("category_missing"):
        review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)


# --- going on from another post


def test_correction_is_a_linked_new_post_and_leaves_the_first_as_it_is(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    send(post, Stub())
    correction = drafting.correction_of(post=post, by=cast.tanaka, now=NOW)
    assert (correction.kind, correction.corrects, correction.drafter) == ("correction", post, cast.tanaka)
    assert (correction.state, correction.declared_on) == ("drafting", None)
    assert parse(current(correction).canonical).text == parse(current(post).canonical).text
    assert (post.deliveries.get().state, current(post).number) == ("accepted", 1)


def test_rest_goes_only_where_the_post_never_went(
    cast: Cast, account: SocialAccount, other: SocialAccount
) -> None:
    post = approved(cast, account, other)
    send(post, Stub([taken, Refused("長すぎます")]))
    rest = drafting.rest_of(post=post, by=cast.sato, now=NOW)
    assert (rest.continues, rest.state) == (post, "drafting")
    assert parse(current(rest).canonical).targets == (other.pk,)


@pytest.mark.clause("mima:8-1-停止")
def test_statement_is_a_kind_of_its_own_in_post_and_content(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account, kind=PostKind.STATEMENT)
    assert post.kind == parse(current(post).canonical).kind == PostKind.STATEMENT


@pytest.mark.clause("mima:8-1-停止")
def test_draft_is_written_but_not_asked_for_while_posting_is_stopped(
    cast: Cast, account: SocialAccount
) -> None:
    suspend(cast, now=NOW)
    post = drafted(cast, account)
    with refused("suspended_disaster"):
        review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    information = drafted(cast, account, **INFORMATION)
    review.submit(post=information, seen_digest=seen(information), by=cast.sato, now=NOW)


@pytest.mark.clause("mima:8-2")
def test_tick_makes_the_difference_while_only_disasters_are_spoken_of(
    cast: Cast, account: SocialAccount
) -> None:
    set_up_hq(cast, now=NOW)
    limit(cast, now=NOW)
    post = drafted(cast, account)
    with refused("disaster_only"):
        review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    edit(post, account, cast.sato, **RELATED)
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)


@pytest.mark.clause("mima:5-4")
def test_change_of_a_tick_is_a_new_version_and_voids_the_clearance(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account, due_at=NOW + timedelta(days=1))
    text = parse(current(post).canonical).text
    edit(post, account, cast.sato, text=text, due_at=NOW + timedelta(days=1), **RELATED)
    assert current(post).number == 2
    assert post.clearances.get().voided_at == NOW
