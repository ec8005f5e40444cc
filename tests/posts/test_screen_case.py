"""A post's page and the list: who sees what, what is open, and the ways on."""

import re
from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.acts import ActRefused
from accounts.connections import adapter_for
from accounts.models import RoleAssignment, SocialAccount, StaffMember
from platforms.errors import OutcomeUnknown, Refused
from policies.actions import operation
from posts.actions import drafting, review
from posts.actions.arming import arm
from posts.models import Post
from posts.queries import PAGE
from rules.states import PostKind, PostState, Role
from tests.posts.sent import expire, fail, reach
from tests.sending.stubs import way
from tests.support import cast as people
from tests.support.cast import (
    LONG_AGO,
    NOW,
    Cast,
    approved,
    checked,
    claimed,
    content_for,
    drafted,
    make_account,
    seen,
    submitted,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
DUE = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


@pytest.fixture
def other(cast: Cast) -> SocialAccount:
    return make_account(cast, "市のくらし", network="line", handle="kurashi", url="https://line.example/k")


def sign_in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(response: HttpResponse) -> str:
    return response.content.decode()


def page_of(person: StaffMember, post: Post) -> str:
    response = sign_in(person).get(f"/posts/{post.pk}/")
    assert response.status_code == 200
    return html(response)


def offered(page: str) -> set[str]:
    """The ways on that a page offers."""
    section = re.search(r'aria-labelledby="ways".*?</section>', page, re.DOTALL)
    assert section
    names = re.findall(r'(?:href|action)="(?:/posts/\d+)?/([a-z-]+)/', section[0])
    return set(names) - {"clauses", "posts"}


# --- who sees it


@pytest.mark.parametrize("name", ["sato", "tanaka", "suzuki", "hayashi", "ito", "onishi", "kondo"])
def test_post_is_shown_to_its_section_to_those_above_and_to_those_who_see_all(
    cast: Cast, account: SocialAccount, name: str
) -> None:
    page = page_of(getattr(cast, name), drafted(cast, account))
    assert page.count("<h1") == 1
    assert "うだつの町並み" in page


def test_post_is_shown_to_an_auditor_without_any_way_to_change_it(cast: Cast, account: SocialAccount) -> None:
    RoleAssignment.objects.create(staff=cast.mori, role=Role.AUDITOR, from_on=LONG_AGO)
    page = page_of(cast.mori, submitted(cast, account))
    assert offered(page) == set()
    assert "いま、あなたにできることはありません。" in page


def test_post_is_kept_from_another_section_and_the_page_says_who_may(
    cast: Cast, account: SocialAccount
) -> None:
    post = drafted(cast, account)
    for method, url in [
        ("get", ""),
        ("get", "edit/"),
        ("post", "correct/"),
        ("post", "rest/"),
        ("post", "take-back/"),
        ("post", "cancel/"),
    ]:
        response = getattr(sign_in(cast.mori), method)(f"/posts/{post.pk}/{url}")
        assert response.status_code == 403, url
        assert "鈴木 洋子（観光交流課長）" in html(response)
        assert post.title not in html(response)


@pytest.mark.parametrize(("until", "status"), [(NOW.date(), 200), (NOW.date() - timedelta(days=1), 403)])
def test_post_is_shown_to_a_deputy_only_until_the_last_day_of_the_office(
    cast: Cast, account: SocialAccount, until: date, status: int
) -> None:
    post = drafted(cast, account)
    office = {"section": cast.tourism, "role": Role.DEPUTY, "from_on": LONG_AGO}
    RoleAssignment.objects.create(staff=cast.mori, until_on=until, **office)
    client = sign_in(cast.mori)
    assert client.get(f"/posts/{post.pk}/").status_code == status
    assert (post.title in html(client.get("/posts/"))) == (status == 200)


def test_post_is_not_found_when_there_is_none(cast: Cast) -> None:
    assert sign_in(cast.sato).get("/posts/99/").status_code == 404


@pytest.mark.parametrize("way", ["correct", "rest", "take-back", "cancel"])
def test_way_changes_nothing_when_it_is_only_looked_at(cast: Cast, account: SocialAccount, way: str) -> None:
    post = submitted(cast, account)
    assert sign_in(cast.sato).get(f"/posts/{post.pk}/{way}/").status_code == 405


# --- what it says


def test_page_tells_the_whole_story_when_it_was_returned_and_mended(
    cast: Cast, account: SocialAccount
) -> None:
    post = submitted(cast, account, text="11月28日(金)に集まります。")
    review.return_(
        post=post,
        seen_digest=seen(post),
        reason="曜日が違います。\n直してください。",
        by=cast.suzuki,
        now=NOW,
    )
    page = page_of(cast.sato, post)
    assert 'data-question="returned"' in page
    assert "鈴木 洋子（観光交流課長）が第1版を差し戻しました" in page
    assert "曜日が違います。\n直してください。</blockquote>" in page

    post.refresh_from_db()
    mended = content_for(account, text="11月28日(土)に集まります。", due_at=DUE)
    drafting.edit(
        post=post,
        title=post.title,
        content=mended,
        declared=True,
        by=cast.tanaka,
        now=LATER,
        form_no=post.form_no,
    )
    page = page_of(cast.sato, post)
    assert (
        '<del><span class="vh">［削除］</span>金</del><ins><span class="vh">［追加］</span>土</ins>' in page
    )
    assert "発信する日時" in page
    sentences = re.findall(r"<p><b>([^<]*)</b></p>", page)
    assert sentences == [
        "田中 健一（観光交流課 主任）が直し、第2版にしました",
        "鈴木 洋子（観光交流課長）が第1版を差し戻しました",
        "佐藤 美咲（観光交流課 主事）が第1版の承認を頼みました",
        "佐藤 美咲（観光交流課 主事）が起案しました",
    ]
    digest = seen(post)
    assert f"{digest[:4]} {digest[4:8]}" in page
    assert re.search(r"田中 健一（観光交流課 主任）</b>　第2版", page)


@pytest.mark.clause("mima:5-本文")
def test_page_names_authority_and_version_when_it_is_cleared(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account, due_at=DUE)
    page = page_of(cast.sato, post)
    clearance = re.search(r'aria-labelledby="clearance".*?</section>', page, re.DOTALL)
    assert clearance
    assert "所属長の承認" in clearance[0]
    assert "鈴木 洋子（観光交流課長）" in clearance[0]
    assert "第1版" in clearance[0]
    assert "要領 第5条" in clearance[0]
    assert "有効" in clearance[0]


@pytest.mark.clause("mima:5-ただし書")
def test_page_names_the_checker_when_it_went_without_approval(cast: Cast, account: SocialAccount) -> None:
    page = page_of(cast.sato, checked(cast, account, due_at=DUE))
    assert "田中 健一（観光交流課 主任）が 11月20日(金) 10:00 に第1版を確認しました。" in " ".join(
        re.sub(r"<[^>]+>", "", page).split()
    )
    assert "要領 第5条ただし書" in page
    assert "(1) もう公開されている" in page
    assert "https://www.city.mima.example/event/akari.html" in page


def test_page_tells_of_refusals_too(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    with pytest.raises(ActRefused):
        review.approve(post=post, seen_digest=seen(post), by=cast.tanaka, now=NOW)
    page = page_of(cast.sato, post)
    assert "田中 健一（観光交流課 主任）は承認できませんでした" in page
    assert "理由: 所属長・代決者ではない" in page


def test_page_shows_where_it_went_and_the_receipt(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account, text="出た本文\nそのまま")
    reach(post, LATER)
    page = page_of(cast.sato, post)
    delivery = post.deliveries.get()
    assert f'{reverse("training_timeline")}#training-{delivery.pk}"' in page
    assert '<p class="sunk exact">出た本文\nそのまま</p>' in page
    assert "発信済み" in page


@pytest.mark.parametrize(
    ("look", "words"),
    [
        ("unknown", "二重には出ません。"),
        ("failed", "受け付けられません"),
        ("expired", "時刻を過ぎたので発信しませんでした"),
        ("held", "は運用中ではありません"),
    ],
)
def test_page_puts_the_open_question_first(cast: Cast, account: SocialAccount, look: str, words: str) -> None:
    post = approved(cast, account)
    if look == "unknown":
        fail(post, LATER, OutcomeUnknown("返事なし"))
    elif look == "failed":
        fail(post, LATER, Refused("受け付けられません"))
    elif look == "expired":
        expire(post)
    else:
        operation.suspend(account=account, reason="点検", by=cast.suzuki, now=LATER)
        come_and_be_held(post)
    page = page_of(cast.sato, post)
    question = re.search(r"data-question=.*?</section>", page, re.DOTALL)
    assert question
    assert words in question[0]
    assert "次にすること" in question[0]
    assert page.index("data-question") < page.index('id="versions"')


def come_and_be_held(post: Post) -> None:
    """The worker came, and the gates held it back."""
    delivery = post.deliveries.select_related("social_account").get()
    assert arm(delivery.pk, way(adapter_for(delivery.social_account, now=LATER), delivery), now=LATER) is None


def test_page_counts_what_was_reached_when_it_went_out_in_part(
    cast: Cast, account: SocialAccount, other: SocialAccount
) -> None:
    post = approved(cast, account, other)
    reach(post, LATER, only=account.pk)
    fail(post, LATER, OutcomeUnknown("返事なし"), only=other.pk)
    head = page_of(cast.sato, post).partition("<h1>")[0]
    assert re.findall(r"要照合 <span>(.*?)</span>", head) == ["1件"]
    assert re.findall(r"発信済み <span>(.*?)</span>", head) == ["1件"]


def test_page_asks_the_same_number_of_queries_when_the_case_is_long(
    cast: Cast,
    account: SocialAccount,
    other: SocialAccount,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    post = drafted(cast, account, other)
    for number in range(8):
        post.refresh_from_db()
        text = content_for(account, other, text=f"{number}つ目")
        drafting.edit(
            post=post, title="題", content=text, declared=True, by=cast.tanaka, now=NOW, form_no=post.form_no
        )
    post.refresh_from_db()
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    review.approve(post=post, seen_digest=seen(post), by=cast.suzuki, now=NOW)
    client = sign_in(cast.sato)
    client.get("/posts/")  # the rulebooks in force are read once a day and process
    with django_assert_max_num_queries(43):
        client.get(f"/posts/{post.pk}/")


# --- the ways on


@pytest.mark.parametrize(
    ("make", "name", "ways"),
    [
        (drafted, "sato", {"edit", "cancel"}),
        (drafted, "tanaka", {"edit"}),
        (drafted, "suzuki", {"cancel"}),
        (drafted, "onishi", set()),
        (submitted, "sato", {"take-back", "cancel"}),
        (submitted, "suzuki", {"review", "cancel"}),
        (submitted, "tanaka", set()),
        (claimed, "sato", {"take-back", "cancel", "check"}),
        (claimed, "tanaka", {"check"}),
        (claimed, "hayashi", set()),
        (approved, "sato", {"edit", "cancel"}),
        (approved, "onishi", set()),
    ],
)
def test_ways_are_those_that_the_rules_leave_this_person(
    cast: Cast, account: SocialAccount, make: object, name: str, ways: set[str]
) -> None:
    post = make(cast, account)  # type: ignore[operator]
    assert offered(page_of(getattr(cast, name), post)) == ways


def test_taking_back_opens_the_composer(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    response = sign_in(cast.sato).post(f"/posts/{post.pk}/take-back/", follow=True)
    assert response.redirect_chain == [(f"/posts/{post.pk}/edit/", 302)]
    post.refresh_from_db()
    assert post.state == PostState.DRAFTING


def test_taking_back_is_forbidden_when_one_wrote_nothing_in_it(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    response = sign_in(cast.tanaka).post(f"/posts/{post.pk}/take-back/")
    assert response.status_code == 403
    assert 'data-code="not_contributor"' in html(response)
    assert f'href="/posts/{post.pk}/"' in html(response)


def test_cancelling_asks_for_the_reason_and_keeps_it(cast: Cast, account: SocialAccount) -> None:
    post, client = approved(cast, account, due_at=DUE), sign_in(cast.sato)
    empty = client.post(f"/posts/{post.pk}/cancel/", {"reason": " "})
    assert empty.status_code == 422
    assert "取り下げる理由を書いてください。" in html(empty)
    assert '<a href="#id_reason">' in html(empty)
    page = html(client.post(f"/posts/{post.pk}/cancel/", {"reason": "大雨で中止"}, follow=True))
    assert "取り下げました。もう発信されません。" in page
    assert "「大雨で中止」" in page
    post.refresh_from_db()
    assert post.state == PostState.CANCELLED


@pytest.mark.clause("mima:4-8")
def test_cancelling_is_refused_and_points_to_the_correction_when_all_went_out(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    reach(post, LATER)
    response = sign_in(cast.sato).post(f"/posts/{post.pk}/cancel/", {"reason": "誤り"})
    assert response.status_code == 409
    assert 'data-code="all_published"' in html(response)
    assert "訂正する投稿を起案する" in html(response)
    assert "cancel" not in offered(page_of(cast.sato, post))


@pytest.mark.clause("mima:7-1")
def test_correction_is_a_new_linked_post_when_something_went_out(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    reach(post, LATER)
    assert offered(page_of(cast.sato, post)) == {"correct"}
    response = sign_in(cast.sato).post(f"/posts/{post.pk}/correct/")
    new = Post.objects.exclude(pk=post.pk).get()
    assert response["Location"] == f"/posts/{new.pk}/edit/"
    assert (new.kind, new.corrects_id) == (PostKind.CORRECTION, post.pk)
    assert "この投稿の訂正" in page_of(cast.sato, post)
    assert "この投稿が訂正する投稿" in page_of(cast.sato, new)


def test_correction_is_not_begun_when_nothing_went_out(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account, due_at=DUE)
    response = sign_in(cast.sato).post(f"/posts/{post.pk}/correct/", follow=True)
    assert "まだどこにも発信していません。" in html(response)
    assert Post.objects.count() == 1


def test_correction_is_forbidden_when_one_may_not_draft_for_the_account(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    reach(post, LATER)
    assert offered(page_of(cast.suzuki, post)) == {"withdraw"}
    response = sign_in(cast.suzuki).post(f"/posts/{post.pk}/correct/")
    assert response.status_code == 403
    assert 'data-code="may_not_draft_for_account"' in html(response)


@pytest.mark.parametrize("end", ["expired", "rejected"])
def test_rest_becomes_a_new_post_for_the_accounts_that_were_not_reached(
    cast: Cast, account: SocialAccount, other: SocialAccount, end: str
) -> None:
    post = approved(cast, account, other)
    reach(post, LATER, only=account.pk)
    if end == "expired":
        expire(post, only=other.pk)
    else:
        fail(post, LATER, Refused("受け付けられません"), only=other.pk)
    assert offered(page_of(cast.sato, post)) >= {"rest", "correct"}
    sign_in(cast.sato).post(f"/posts/{post.pk}/rest/")
    new = Post.objects.exclude(pk=post.pk).get()
    page = html(sign_in(cast.sato).get(f"/posts/{new.pk}/edit/"))
    assert f'value="{other.pk}" checked' in page
    assert f'value="{account.pk}" checked' not in page
    assert new.continues_id == post.pk


@pytest.mark.parametrize("moving", ["waiting", "unknown"])
def test_rest_is_not_begun_when_something_may_still_go_out(
    cast: Cast, account: SocialAccount, other: SocialAccount, moving: str
) -> None:
    post = approved(cast, account, other)
    fail(post, LATER, Refused("受け付けられません"), only=account.pk)
    if moving == "unknown":
        fail(post, LATER, OutcomeUnknown("返事なし"), only=other.pk)
    assert "rest" not in offered(page_of(cast.sato, post))
    response = sign_in(cast.sato).post(f"/posts/{post.pk}/rest/")
    assert response.status_code == 409
    assert 'data-code="nothing_left_behind"' in html(response)
    assert Post.objects.count() == 1


def test_rest_is_begun_once_and_the_post_itself_is_not_mended_any_more(
    cast: Cast, account: SocialAccount
) -> None:
    post, client = approved(cast, account), sign_in(cast.sato)
    fail(post, LATER, Refused("受け付けられません"))
    assert offered(page_of(cast.sato, post)) == {"edit", "cancel", "rest"}
    client.post(f"/posts/{post.pk}/rest/")
    assert offered(page_of(cast.sato, post)) == {"cancel"}
    again = client.post(f"/posts/{post.pk}/rest/")
    assert again.status_code == 409
    assert 'data-code="nothing_left_behind"' in html(again)
    form = client.get(f"/posts/{post.pk}/edit/")
    assert form.status_code == 409
    assert 'data-code="continued_elsewhere"' in html(form)
    assert Post.objects.count() == 2


def test_rest_is_not_offered_while_the_post_is_being_mended(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    fail(post, LATER, Refused("受け付けられません"))
    post.refresh_from_db()
    values = {"title": "題", "content": content_for(account, text="短く"), "form_no": post.form_no}
    drafting.edit(post=post, declared=True, by=cast.sato, now=LATER, **values)
    assert "rest" not in offered(page_of(cast.sato, post))


@pytest.mark.clause("mima:2-対象者")
def test_contractor_is_offered_what_is_a_drafters_and_nothing_of_what_was_cleared(
    cast: Cast, account: SocialAccount
) -> None:
    values = {"title": "委託", "content": content_for(account), "declared": True}
    post = drafting.draft(by=cast.hayashi, now=NOW, **values)
    assert offered(page_of(cast.hayashi, post)) == {"edit", "cancel"}
    review.submit(post=post, seen_digest=seen(post), by=cast.hayashi, now=NOW)
    assert offered(page_of(cast.hayashi, post)) == {"take-back", "cancel"}
    review.approve(post=post, seen_digest=seen(post), by=cast.suzuki, now=NOW)
    assert offered(page_of(cast.hayashi, post)) == set()
    response = sign_in(cast.hayashi).post(f"/posts/{post.pk}/cancel/", {"reason": "中止"})
    assert response.status_code == 403
    assert 'data-code="not_staff"' in html(response)
    reach(post, LATER)
    assert offered(page_of(cast.hayashi, post)) == {"correct"}


# --- the list


def test_list_shows_what_this_person_may_read_newest_first(cast: Cast, account: SocialAccount) -> None:
    first, second = drafted(cast, account), submitted(cast, account)
    page = html(sign_in(cast.sato).get("/posts/"))
    assert re.findall(r'<p><a href="/posts/(\d+)/">', page) == [str(second.pk), str(first.pk)]
    assert "承認待ち" in page
    assert account.name in page
    assert 'href="/posts/1/"' not in html(sign_in(cast.mori).get("/posts/"))


def test_list_says_what_fills_it_when_it_is_empty(cast: Cast, account: SocialAccount) -> None:
    assert "だれかが起案すると、ここに出ます。" in html(sign_in(cast.mori).get("/posts/"))
    assert "この状態の投稿はありません" in html(sign_in(cast.sato).get("/posts/?state=cancelled"))


def test_list_is_narrowed_to_one_state_and_to_what_is_stuck(cast: Cast, account: SocialAccount) -> None:
    draft, stuck = drafted(cast, account), approved(cast, account)
    expire(stuck)
    client = sign_in(cast.sato)
    for state, post in [("drafting", draft), ("troubled", stuck), ("cleared", stuck)]:
        page = html(client.get(f"/posts/?state={state}"))
        assert re.findall(r'<p><a href="/posts/(\d+)/">', page) == [str(post.pk)]
        assert f'<option value="{state}" selected>' in page
    assert html(client.get("/posts/?state=nonsense")).count('<li class="listed">') == 2


def test_list_pages_by_key_and_keeps_the_state(
    cast: Cast, account: SocialAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    made = [drafted(cast, account) for _ in range(PAGE + 2)]
    client = sign_in(cast.sato)
    with django_assert_max_num_queries(16):
        page = html(client.get("/posts/?state=drafting"))
    link = re.search(r'href="(/posts/\?[^"]*)"[^>]*rel="next"', page)
    assert link
    rest = html(client.get(link[1].replace("&amp;", "&")))
    assert re.findall(r'<p><a href="/posts/(\d+)/">', rest) == [str(made[1].pk), str(made[0].pk)]
    assert 'rel="next"' not in rest
    assert "これより前の投稿はありません" in html(client.get(f"/posts/?before={made[0].pk}"))


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "１"])
def test_list_starts_anew_when_the_key_is_nonsense(cast: Cast, account: SocialAccount, before: str) -> None:
    post = drafted(cast, account)
    assert f'href="/posts/{post.pk}/"' in html(sign_in(cast.sato).get("/posts/", {"before": before}))
