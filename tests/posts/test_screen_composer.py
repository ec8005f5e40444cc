"""The composer as people meet it: with a plain browser, without a script."""

import re
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import SocialAccount, StaffMember
from policies.actions import operation
from posts.actions import drafting, review
from posts.canonical import Content, parse
from posts.models import Delivery, Post
from posts.restrained import next_time
from rules.calendar import WorkingCalendar
from rules.facts import Account, Claim, PastFact
from rules.states import AccountState, Cause, Ground, PostKind, PostState
from tests.posts.sent import reach
from tests.support import cast as people
from tests.support.cast import NOW, Cast, approved, drafted, let_draft, make_account, seen, submitted
from tests.support.restricting import INFORMATION, RELATED, flame, limit, place, set_up_hq, suspend

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)
TEXT = "うだつの町並みで、あかりの夕べを開催します。"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATER)


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def sign_in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(response: HttpResponse) -> str:
    return response.content.decode()


def codes(response: HttpResponse) -> set[str]:
    return set(re.findall(r'data-code="(\w+)"', html(response)))


def typed(*accounts: SocialAccount, **more: object) -> dict[str, Any]:
    """A complete form, as the browser sends it."""
    values = {
        "targets": [account.pk for account in accounts],
        "title": "あかりの夕べ",
        "category": "観光とイベント",
        "text": TEXT,
        "road": "approval",
        "declared": "on",
        "do": "ask",
    }
    return {**values, **more}


def hidden(response: HttpResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html(response))
    return found[1] if found else ""


def current(post: Post) -> Content:
    post.refresh_from_db()
    return parse(post.versions.get(number=post.version_no).canonical)


# --- before anything is typed


def test_composer_offers_accounts_roads_and_principles_when_it_is_opened(
    cast: Cast, account: SocialAccount
) -> None:
    page = html(sign_in(cast.sato).get("/posts/new/"))
    assert f'name="targets" value="{account.pk}"' in page
    assert "鈴木 洋子（観光交流課長）か藤本 剛（観光交流課 課長補佐）が承認します" in page
    assert [name for name in ("public", "fact", "law", "disaster") if f'value="{name}"' in page] == [
        "public",
        "fact",
        "law",
        "disaster",
    ]
    assert "公式アカウントとして発信します" in page
    assert "令和5年4月1日版" in page
    assert "うわさは、本当かどうかにかかわらず発信しません。" in page
    assert page.count("<h1") == 1


def test_composer_needs_no_script_and_no_inline_style(cast: Cast, account: SocialAccount) -> None:
    page = html(sign_in(cast.sato).get("/posts/new/"))
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page)
    assert 'form="composer-form" name="do" value="ask"' in page


def test_composer_asks_to_sign_in_when_nobody_is(account: SocialAccount) -> None:
    response = Client().get("/posts/new/")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")


@pytest.mark.clause("mima:3-1")
def test_account_cannot_be_chosen_when_it_is_not_in_operation_and_says_why(cast: Cast) -> None:
    closed = make_account(cast, opened=False)
    page = html(sign_in(cast.sato).get("/posts/new/"))
    card = re.search(
        rf'<input type="checkbox" name="targets" value="{closed.pk}".*?</label>', page, re.DOTALL
    )
    assert card
    assert " disabled" in card[0]
    assert "運用中ではありません" in card[0]
    assert "公表され適用中の運用方針がありません" in card[0]
    assert "要領 第3条(1)・第3条(2)" in card[0]


def test_account_stays_chosen_when_it_went_out_of_operation_since(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account)
    operation.suspend(account=account, reason="点検", by=cast.suzuki, now=LATER)
    page = html(sign_in(cast.sato).get(f"/posts/{post.pk}/edit/"))
    assert f'value="{account.pk}" checked' in page
    assert "このままでは頼めません。" in page


def test_composer_says_how_to_begin_when_a_person_may_draft_for_nothing(
    cast: Cast, account: SocialAccount
) -> None:
    page = html(sign_in(cast.mori).get("/posts/new/"))
    assert "起案できる公式アカウントがありません" in page
    assert account.name not in page


def test_composer_names_nothing_of_another_city_when_only_its_rulebook_holds(
    cast: Cast, settings: Settings
) -> None:
    settings.CITY = {**settings.CITY, "rulebooks": ["toyama"]}
    make_account(cast, "市の公式", rulebooks=("toyama",))
    page = html(sign_in(cast.sato).get("/posts/new/"))
    assert "ガイドライン 4" in page
    assert "要領" not in page
    assert "美馬" not in page.replace("美馬市観光", "").replace("mima_kanko", "")


def test_composer_asks_the_same_number_of_queries_when_there_are_many_accounts(
    cast: Cast, account: SocialAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    post = drafted(cast, account)
    for number in range(6):
        make_account(cast, f"公式{number}", handle=f"@a{number}", url=f"https://x.com/a{number}")
    client = sign_in(cast.sato)
    client.get("/posts/")  # the rulebooks in force are read once a day and process
    with django_assert_max_num_queries(23):
        client.get("/posts/new/")
    with django_assert_max_num_queries(36):
        client.get(f"/posts/{post.pk}/edit/")


# --- saving and asking


def test_saving_makes_a_draft_and_opens_it_when_nothing_else_is_typed(
    cast: Cast, account: SocialAccount
) -> None:
    response = sign_in(cast.sato).post("/posts/new/", {"do": "save", "targets": account.pk}, follow=True)
    post = Post.objects.get()
    assert post.state == PostState.DRAFTING
    assert response.redirect_chain == [(f"/posts/{post.pk}/edit/", 302)]
    assert "下書きを第1版として保存しました。" in html(response)


def test_saving_is_refused_with_everything_kept_when_no_account_is_chosen(
    cast: Cast, account: SocialAccount
) -> None:
    response = sign_in(cast.sato).post("/posts/new/", typed(do="save"))
    assert response.status_code == 409
    assert codes(response) == {"no_account"}
    assert TEXT in html(response)
    assert not Post.objects.exists()


@pytest.mark.clause("mima:5-本文")
def test_asking_sends_the_post_to_the_chief_when_the_road_is_approval(
    cast: Cast, account: SocialAccount
) -> None:
    response = sign_in(cast.sato).post("/posts/new/", typed(account), follow=True)
    post = Post.objects.get()
    assert post.state == PostState.AWAITING_APPROVAL
    assert "第1版を承認を頼みました。" not in html(response)
    assert "第1版の承認を頼みました。" in html(response)


@pytest.mark.clause("mima:5-2")
def test_asking_stores_the_claim_and_goes_to_a_colleague_when_the_road_is_exempt(
    cast: Cast, account: SocialAccount
) -> None:
    evidence = {"road": "exempt", "ground": "fact", "what": "清掃活動", "held_on": "2026-11-15"}
    response = sign_in(cast.sato).post("/posts/new/", typed(account, **evidence), follow=True)
    post = Post.objects.get()
    assert post.state == PostState.AWAITING_CHECK
    claim = current(post).claim
    assert claim is not None
    assert claim.ground == Ground.FACT
    assert "第1版を確認に回しました。" in html(response)


def test_contractor_may_draft_and_ask(cast: Cast, account: SocialAccount) -> None:
    sign_in(cast.hayashi).post("/posts/new/", typed(account))
    assert Post.objects.get().state == PostState.AWAITING_APPROVAL


@pytest.mark.clause("mima:2-対象者")
def test_contractor_keeps_the_draft_when_they_claim_to_go_without_the_chief(
    cast: Cast, account: SocialAccount
) -> None:
    evidence = {"road": "exempt", "ground": "fact", "what": "清掃活動", "held_on": "2026-11-15"}
    response = sign_in(cast.hayashi).post("/posts/new/", typed(account, **evidence))
    assert response.status_code == 403
    assert codes(response) == {"not_staff"}
    assert TEXT in html(response)
    assert Post.objects.get().state == PostState.DRAFTING


@pytest.mark.clause("mima:3-2-ウ")
def test_asking_is_refused_when_no_category_is_chosen(cast: Cast, account: SocialAccount) -> None:
    response = sign_in(cast.sato).post("/posts/new/", typed(account, category=""))
    assert response.status_code == 409
    assert codes(response) == {"category_missing"}
    assert "要領 第3条(2)ウ" in html(response)


@pytest.mark.clause("mima:4-柱")
def test_asking_is_refused_with_every_reason_and_keeps_the_draft_when_much_is_missing(
    cast: Cast, account: SocialAccount
) -> None:
    client = sign_in(cast.sato)
    much = typed(account, title="", text="あ" * 141, category="その他", due_on="2026-11-19", due_time="9:00")
    del much["declared"]
    response = client.post("/posts/new/", {**much, "draft_key": "k1"})
    assert response.status_code == 409
    assert codes(response) == {
        "title_missing",
        "text_too_long",
        "category_outside_policy",
        "due_in_past",
        "not_declared",
    }
    post = Post.objects.get()
    assert post.state == PostState.DRAFTING
    page = html(response)
    assert "承認を頼めませんでした" in page
    assert "第1版として下書きに保存しました" in page
    assert "の本文が1字多いです。" in page
    assert 'value="2026-11-19"' in page
    assert "あ" * 141 in page
    assert f'action="/posts/{post.pk}/edit/"' in page

    again = client.post(f"/posts/{post.pk}/edit/", typed(account, form_no=hidden(response, "form_no")))
    assert again.status_code == 302
    post.refresh_from_db()
    assert (post.state, post.version_no) == (PostState.AWAITING_APPROVAL, 2)


@pytest.mark.parametrize(
    ("evidence", "code", "clause"),
    [
        ({"ground": "public", "where": "", "published_on": "2026-11-01"}, "source_missing", "第5条(1)"),
        ({"ground": "fact", "what": "会議", "held_on": "2026-12-06"}, "held_in_future", "第5条(2)"),
        ({"ground": "law", "law": "水防法", "article": ""}, "article_missing", "第5条(3)"),
        ({"ground": "disaster", "announcer": "気象台"}, "kind_missing", "第5条(4)"),
        ({}, "claim_missing", "第5条"),
    ],
)
def test_claim_is_refused_with_its_clause_when_the_evidence_falls_short(
    cast: Cast, account: SocialAccount, evidence: dict[str, str], code: str, clause: str
) -> None:
    response = sign_in(cast.sato).post("/posts/new/", typed(account, road="exempt", **evidence))
    assert response.status_code == 409
    assert code in codes(response)
    assert clause in html(response)
    assert 'value="exempt" checked' in html(response)
    assert all(f'value="{value}"' in html(response) for value in evidence.values() if value)


def test_saving_says_so_when_no_ground_was_chosen(cast: Cast, account: SocialAccount) -> None:
    response = sign_in(cast.sato).post("/posts/new/", typed(account, road="exempt", do="save"), follow=True)
    assert "省略できる理由が選ばれていないので" in html(response)
    assert current(Post.objects.get()).claim is None


def test_asking_is_refused_for_the_person_when_they_may_not_draft(cast: Cast, account: SocialAccount) -> None:
    response = sign_in(cast.mori).post("/posts/new/", typed(account))
    assert response.status_code == 403
    assert codes(response) == {"may_not_draft_for_account"}
    assert "何も保存していません。" in html(response)
    assert TEXT in html(response)
    assert not Post.objects.exists()


def test_bad_date_comes_back_with_a_way_to_it_and_nothing_is_saved(
    cast: Cast, account: SocialAccount
) -> None:
    response = sign_in(cast.sato).post("/posts/new/", typed(account, due_on="22日ごろ", due_time="9:00"))
    assert response.status_code == 422
    assert not Post.objects.exists()
    assert '<a href="#id_due_on">発信する日</a>' in html(response)
    assert "日付として読めません" in html(response)
    assert TEXT in html(response)
    assert f'value="{account.pk}" checked' in html(response)


@pytest.mark.parametrize("target", ["999", "9" * 30, "x", "-1", "１"])
def test_unknown_target_is_an_error_of_the_form_and_nothing_worse(
    cast: Cast, account: SocialAccount, target: str
) -> None:
    response = sign_in(cast.sato).post("/posts/new/", typed(account, targets=[target]))
    assert response.status_code == 422
    assert "台帳にない公式アカウントです" in html(response)


def test_same_form_makes_one_post_when_it_is_pressed_twice(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.sato)
    key = hidden(client.get("/posts/new/"), "draft_key")
    assert key
    form = typed(account, do="save", draft_key=key, form_no="1")
    client.post("/posts/new/", form)
    response = client.post("/posts/new/", form)
    assert response["Location"] == f"/posts/{Post.objects.get().pk}/edit/"


def test_same_form_loses_nothing_when_the_draft_has_moved_on(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.sato)
    form = typed(account, draft_key="k", form_no="1")
    client.post("/posts/new/", form)
    response = client.post("/posts/new/", {**form, "text": "あとから書いた本文"})
    assert response.status_code == 409
    assert "あとから書いた本文" in html(response)
    assert Post.objects.get().version_no == 1


# --- editing


def test_edit_shows_what_is_stored(cast: Cast, account: SocialAccount) -> None:
    claim = Claim(Ground.FACT, PastFact("清掃活動", NOW.date()))
    post = drafted(
        cast, account, text="<本文>\n", due_at=datetime(2026, 11, 22, 0, 30, tzinfo=UTC), claim=claim
    )
    page = html(sign_in(cast.sato).get(f"/posts/{post.pk}/edit/"))
    assert "\n&lt;本文&gt;\n</textarea>" in page
    assert 'name="due_on" value="2026-11-22"' in page
    assert 'name="due_time" value="09:30"' in page
    assert "令和8年11月22日(日) 9:30" in page
    assert 'value="fact" checked' in page
    assert 'value="清掃活動"' in page


def test_stale_form_shows_both_texts_and_overwrites_knowingly_when_pressed_again(
    cast: Cast, account: SocialAccount
) -> None:
    post = drafted(cast, account, text="雨のときは未定です。")
    old = post.form_no
    drafting.edit(
        post=post,
        title="あかりの夕べ（雨天）",
        content=Content(text="雨のときは中止します。", targets=(account.pk,), category="防災"),
        declared=True,
        by=cast.tanaka,
        now=LATER,
        form_no=old,
    )
    client = sign_in(cast.sato)
    mine = typed(account, text="雨のときは延期します。", form_no=old, do="save")
    response = client.post(f"/posts/{post.pk}/edit/", mine)
    page = html(response)
    assert response.status_code == 409
    assert "田中 健一さんが保存した第2版" in page
    assert "雨のときは<ins>中止</ins>します。" in page
    assert "雨のときは<ins>延期</ins>します。" in page
    assert "いまの見出し: あかりの夕べ（雨天）" in page
    assert "いまの版: 防災" in page
    assert "雨のときは延期します。</textarea>" in page
    assert current(post).text == "雨のときは中止します。"

    assert "第2版に自分の入力を重ねる" in page
    again = client.post(f"/posts/{post.pk}/edit/", {**mine, "form_no": hidden(response, "form_no")})
    assert again.status_code == 302
    assert current(post).text == "雨のときは延期します。"
    assert post.version_no == 3


def test_stale_form_says_that_it_is_closed_when_somebody_has_asked_already(
    cast: Cast, account: SocialAccount
) -> None:
    post = drafted(cast, account)
    old = post.form_no
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    response = sign_in(cast.sato).post(f"/posts/{post.pk}/edit/", typed(account, text="別の文", form_no=old))
    assert response.status_code == 409
    assert "いまの状態では直せません。" in html(response)
    assert "別の文</textarea>" in html(response)


def test_bad_input_does_not_hide_that_the_form_is_stale(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account)
    response = sign_in(cast.sato).post(
        f"/posts/{post.pk}/edit/", typed(account, form_no=post.form_no - 1, due_on="?", due_time="9:00")
    )
    assert response.status_code == 422
    assert hidden(response, "form_no") == str(post.form_no - 1)


def test_edit_is_closed_with_the_way_back_when_the_post_waits(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    response = sign_in(cast.sato).get(f"/posts/{post.pk}/edit/")
    assert response.status_code == 409
    assert codes(response) == {"wrong_state"}
    assert f'action="/posts/{post.pk}/take-back/"' in html(response)


@pytest.mark.clause("mima:5-本文")
def test_cleared_post_says_what_editing_costs_and_loses_its_clearance_when_changed(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account, due_at=NOW + timedelta(days=1))
    client = sign_in(cast.sato)
    page = html(client.get(f"/posts/{post.pk}/edit/"))
    assert "直すと、承認（確認）は取り消され、もう一度受けることになります。" in page
    client.post(f"/posts/{post.pk}/edit/", typed(account, form_no=post.form_no, do="save"))
    post.refresh_from_db()
    assert post.state == PostState.DRAFTING
    assert not post.clearances.filter(voided_at__isnull=True).exists()


def test_cleared_post_keeps_its_title_and_its_clearance_when_the_title_is_emptied(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    form = typed(account, title=" ", text=current(post).text, form_no=post.form_no, do="save")
    response = sign_in(cast.sato).post(f"/posts/{post.pk}/edit/", form)
    assert response.status_code == 409
    assert codes(response) == {"title_missing"}
    post.refresh_from_db()
    assert (post.title, post.state) == ("あかりの夕べ", PostState.CLEARED)


def test_cleared_post_keeps_its_clearance_when_it_is_asked_for_unchanged(
    cast: Cast, account: SocialAccount
) -> None:
    post = approved(cast, account)
    text = current(post).text
    form = typed(account, text=text, form_no=post.form_no)
    response = sign_in(cast.sato).post(f"/posts/{post.pk}/edit/", form, follow=True)
    assert "発信根拠は、そのまま有効です。" in html(response)
    assert post.clearances.filter(voided_at__isnull=True).exists()


@pytest.mark.clause("mima:7-1")
def test_frozen_text_offers_a_correction_instead_of_the_form(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    reach(post, LATER)
    client = sign_in(cast.sato)
    response = client.get(f"/posts/{post.pk}/edit/")
    assert response.status_code == 409
    assert codes(response) == {"text_frozen"}
    assert "要領 第7条(1)" in html(response)
    assert f'action="/posts/{post.pk}/correct/"' in html(response)

    posted = client.post(f"/posts/{post.pk}/edit/", typed(account, text="直した文", form_no=post.form_no))
    assert posted.status_code == 409
    assert "直した文</textarea>" in html(posted)
    assert f'action="/posts/{post.pk}/correct/"' in html(posted)
    assert Delivery.objects.get().state == "accepted"


def test_edit_is_refused_when_the_person_has_decided_on_the_post(cast: Cast, account: SocialAccount) -> None:
    let_draft(account, cast.suzuki)
    post = submitted(cast, account)
    review.return_(post=post, seen_digest=seen(post), reason="直してください", by=cast.suzuki, now=NOW)
    response = sign_in(cast.suzuki).get(f"/posts/{post.pk}/edit/")
    assert response.status_code == 409
    assert codes(response) == {"decider_cannot_write"}


def test_edit_is_forbidden_and_names_who_may_read_when_the_post_is_anothers(
    cast: Cast, account: SocialAccount
) -> None:
    post = drafted(cast, account)
    response = sign_in(cast.mori).get(f"/posts/{post.pk}/edit/")
    assert response.status_code == 403
    assert "観光交流課の職員と、手を入れた人です。" in html(response)
    assert "鈴木 洋子（観光交流課長）" in html(response)
    assert post.title not in html(response)


def test_edit_of_a_correction_stays_a_correction(cast: Cast, account: SocialAccount) -> None:
    post = approved(cast, account)
    reach(post, LATER)
    new = drafting.correction_of(post=post, by=cast.sato, now=LATER)
    page = html(sign_in(cast.sato).get(f"/posts/{new.pk}/edit/"))
    assert f'<a href="/posts/{post.pk}/">' in page
    sign_in(cast.sato).post(f"/posts/{new.pk}/edit/", typed(account, form_no=new.form_no, do="save"))
    assert current(new).kind == "correction"


# --- while one types


def test_counters_count_each_account_by_its_own_measure(cast: Cast, account: SocialAccount) -> None:
    line = make_account(cast, "市（LINE）", network="line", handle="@line", url="https://line.example/a")
    form = typed(account, line, text="あ" * 146, **{f"variant_{line.pk}": "👨‍👩‍👧"})
    page = html(sign_in(cast.sato).post("/posts/counters/", form))
    numbers = re.findall(r"<b>(\d+)</b> / (\d+)", page)
    assert numbers == [("292", "280"), ("8", "5000")]
    assert "6字多い" in page
    assert "全角1字を2" in page


def test_counters_follow_with_previews_speakers_and_the_day(cast: Cast, account: SocialAccount) -> None:
    form = typed(account, text="一行目\r\n二行目", due_on="2026-11-22", due_time="9:00")
    page = html(sign_in(cast.sato).post("/posts/counters/", form))
    assert '<p class="pv__text">一行目\n二行目</p>' in page
    assert page.count('hx-swap-oob="true"') == 4
    assert "令和8年11月22日(日) 9:00" in page
    assert not Post.objects.exists()


def test_counters_say_that_the_time_is_past_also_when_something_else_is_wrong(
    cast: Cast, account: SocialAccount
) -> None:
    form = typed(account, title="あ" * 99, due_on="2026-11-20", due_time="9:00")
    page = html(sign_in(cast.sato).post("/posts/counters/", form))
    assert "もう過ぎています" in page


def test_counters_are_for_posting_only(cast: Cast) -> None:
    assert sign_in(cast.sato).get("/posts/counters/").status_code == 405


# --- what it has to do with a disaster


def is_ticked(response: HttpResponse, name: str) -> bool:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', html(response))
    assert found is not None
    return "checked" in found[0]


def ticks(post: Post) -> tuple[bool, bool]:
    content = current(post)
    return content.disaster_related, content.disaster_information


@pytest.mark.clause("mima:8-2")
@pytest.mark.parametrize(
    ("typed_ticks", "stored"),
    [
        ({}, (False, False)),
        ({"disaster_related": "on"}, (True, False)),
        ({"disaster_information": "on"}, (True, True)),
        ({"disaster_related": "on", "disaster_information": "on"}, (True, True)),
    ],
)
def test_ticks_are_two_facts_and_information_is_related_too(
    cast: Cast, account: SocialAccount, typed_ticks: dict[str, str], stored: tuple[bool, bool]
) -> None:
    sign_in(cast.sato).post("/posts/new/", typed(account, **typed_ticks))
    post = Post.objects.get()
    assert ticks(post) == stored
    review.take_back(post=post, by=cast.sato, now=LATER)
    page = sign_in(cast.sato).get(f"/posts/{post.pk}/edit/")
    assert (is_ticked(page, "disaster_related"), is_ticked(page, "disaster_information")) == stored


@pytest.mark.clause("mima:5-4")
def test_information_follows_from_the_ground_when_the_road_is_exempt(
    cast: Cast, account: SocialAccount
) -> None:
    claim = {"road": "exempt", "ground": "disaster", "disaster_kind": "気象", "announcer": "気象台"}
    claim |= {"announced_on": "2026-11-20", "announced_time": "9:00"}
    sign_in(cast.sato).post("/posts/new/", typed(account, **claim, do="save"))
    assert ticks(Post.objects.get()) == (True, True)


def test_ticks_stand_folded_in_quiet_times_and_open_under_a_restriction(
    cast: Cast, account: SocialAccount
) -> None:
    post = drafted(cast, account)
    client, url = sign_in(cast.sato), f"/posts/{post.pk}/edit/"
    folded = "<summary><span>防災との関わりを書く</span>"
    assert folded in html(client.get(url))
    set_up_hq(cast, now=LATER, stop=False)
    assert folded not in html(client.get(url)), "a headquarters stands"
    assert folded in html(client.get("/posts/new/")), "nothing is chosen yet"


def test_ticks_unfold_while_typing_when_a_restricted_account_is_chosen(
    cast: Cast, account: SocialAccount
) -> None:
    quiet = html(sign_in(cast.sato).post("/posts/counters/", typed(account)))
    assert 'id="disaster"' not in quiet, "what one has opened oneself stays as it is"
    suspend(cast, now=LATER)
    page = html(sign_in(cast.sato).post("/posts/counters/", typed(account, disaster_information="on")))
    assert '<div id="disaster" hx-swap-oob="true">' in page
    assert re.search(r'name="disaster_information"[^>]*checked', page)


def test_change_of_the_ticks_is_shown_beside_somebody_elses_edit(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account)
    old = post.form_no
    content = people.content_for(account, **RELATED)
    drafting.edit(
        post=post, title="題", content=content, declared=True, by=cast.tanaka, now=LATER, form_no=old
    )
    response = sign_in(cast.sato).post(f"/posts/{post.pk}/edit/", typed(account, form_no=old, do="save"))
    assert response.status_code == 409
    assert "防災との関わり" in html(response)
    assert "防災に関連する情報" in html(response)


# --- the city's statement


@pytest.mark.clause("mima:8-1-停止")
def test_statement_is_drafted_on_the_approval_road_only(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.sato)
    assert 'href="/posts/new/?kind=statement"' in html(client.get("/posts/new/"))
    page = html(client.get("/posts/new/?kind=statement"))
    assert "<h1>市の声明を起案する</h1>" in page
    assert 'action="/posts/new/?kind=statement"' in page
    assert 'value="exempt"' not in page
    response = client.post("/posts/new/?kind=statement", typed(account))
    post = Post.objects.get()
    assert response["Location"] == f"/posts/{post.pk}/"
    assert (post.kind, post.state) == (PostKind.STATEMENT, PostState.AWAITING_APPROVAL)
    assert "・声明" in html(client.get(f"/posts/{post.pk}/"))


def test_statement_stays_one_whatever_the_address_says(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.sato)
    client.post("/posts/new/?kind=statement", typed(account, do="save"))
    post = Post.objects.get()
    assert "<h1>市の声明を直す</h1>" in html(client.get(f"/posts/{post.pk}/edit/?kind=post"))
    client.post(f"/posts/{post.pk}/edit/?kind=post", typed(account, form_no=post.form_no, do="save"))
    assert current(post).kind == PostKind.STATEMENT
    plain = drafted(cast, account)
    client.post(f"/posts/{plain.pk}/edit/?kind=statement", typed(account, form_no=plain.form_no, do="save"))
    assert current(plain).kind == PostKind.POST


@pytest.mark.parametrize("kind", ["correction", "reply", "x", ""])
def test_new_post_is_a_plain_one_whatever_else_the_address_says(
    cast: Cast, account: SocialAccount, kind: str
) -> None:
    sign_in(cast.sato).post(f"/posts/new/?kind={kind}", typed(account, do="save"))
    assert Post.objects.get().kind == PostKind.POST


@pytest.mark.clause("mima:8-1-停止")
def test_statement_is_refused_on_the_exempt_road_and_kept(cast: Cast, account: SocialAccount) -> None:
    claim = {"road": "exempt", "ground": "fact", "what": "会見", "held_on": "2026-11-19"}
    response = sign_in(cast.sato).post("/posts/new/?kind=statement", typed(account, **claim))
    assert response.status_code == 409
    assert "statement_needs_chief" in codes(response)
    assert 'value="exempt"' not in html(response)


# --- out of hours

SUNDAY = {"due_on": "2026-11-22", "due_time": "20:00"}
BUTTON = 'value="next_hours"'


@pytest.fixture
def office_hours(settings: Settings) -> None:
    settings.CITY_ALWAYS_OPEN = False


@pytest.mark.clause("mima:9-1")
@pytest.mark.usefixtures("office_hours")
def test_composer_says_that_the_time_is_out_of_hours_before_anybody_is_asked(
    cast: Cast, account: SocialAccount
) -> None:
    page = html(sign_in(cast.sato).post("/posts/counters/", typed(account, **SUNDAY)))
    assert "勤務時間外です。所属長の確認が要ります</b>（美馬市観光（X））" in page
    assert "要領 第9条(1)" in page
    assert "次の勤務時間（11月24日(火) 8:30）にする" in page, "Monday is a holiday"
    stored = drafted(cast, account, due_at=datetime(2026, 11, 22, 11, 0, tzinfo=UTC))
    assert BUTTON in html(sign_in(cast.sato).get(f"/posts/{stored.pk}/edit/"))


@pytest.mark.usefixtures("office_hours")
def test_composer_says_nothing_of_hours_when_it_goes_in_them(cast: Cast, account: SocialAccount) -> None:
    for due in ({"due_on": "2026-11-24", "due_time": "9:00"}, {}):
        assert BUTTON not in html(sign_in(cast.sato).post("/posts/counters/", typed(account, **due)))


@pytest.mark.clause("mima:9-1")
@pytest.mark.usefixtures("office_hours")
def test_composer_says_that_now_is_out_of_hours_when_no_time_is_typed(
    cast: Cast, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=9))
    page = html(sign_in(cast.sato).post("/posts/counters/", typed(account)))
    assert "いまは勤務時間外です" in page
    assert "いまは勤務時間外です" not in html(sign_in(cast.sato).get("/posts/new/")), "nobody is chosen yet"


@pytest.mark.usefixtures("office_hours")
def test_next_working_time_is_filled_in_by_one_press_and_nothing_is_saved(
    cast: Cast, account: SocialAccount
) -> None:
    form = typed(account, **SUNDAY, title="まだ途中", declared="", do="next_hours")
    response = sign_in(cast.sato).post("/posts/new/", form)
    assert response.status_code == 200
    page = html(response)
    assert 'name="due_on" value="2026-11-24"' in page
    assert 'name="due_time" value="08:30"' in page
    assert 'value="まだ途中"' in page
    assert TEXT in page
    assert BUTTON not in page
    assert not Post.objects.exists()


def test_next_working_time_is_one_for_all_accounts() -> None:
    known = partial(Account, section=1, state=AccountState.IN_OPERATION, rulebooks=(), policy_in_force=True)
    early = known(1, "朝から", calendar=WorkingCalendar())
    late = known(2, "昼から", calendar=WorkingCalendar(opens=time(13)))
    friday_evening = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert str(next_time([early, late], friday_evening)) == "2026-11-23 13:00:00+09:00"
    assert next_time([], friday_evening) is None


@pytest.mark.usefixtures("office_hours")
def test_composer_offers_no_time_beyond_the_known_holidays(cast: Cast, account: SocialAccount) -> None:
    far = {"due_on": "2190-01-11", "due_time": "10:00"}
    page = html(sign_in(cast.sato).post("/posts/counters/", typed(account, **far)))
    assert "祝日がまだ分からない先の日です。所属長の確認が要ります" in page
    assert BUTTON not in page
    response = sign_in(cast.sato).post("/posts/new/", typed(account, **far, do="next_hours"))
    assert "次の勤務時間が分かりませんでした" in html(response)
    assert 'name="due_on" value="2190-01-11"' in html(response)


def test_enter_saves_and_does_not_fill_in_a_time(cast: Cast, account: SocialAccount) -> None:
    page = html(sign_in(cast.sato).get("/posts/new/"))
    form = page[page.index('<form id="composer-form"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert 'value="save"' in first[0]


# --- restrictions


@pytest.mark.clause("mima:8-1-停止")
def test_account_under_a_restriction_says_so_and_may_still_be_chosen(
    cast: Cast, account: SocialAccount
) -> None:
    suspend(cast, now=LATER)
    page = html(sign_in(cast.sato).get("/posts/new/"))
    card = page[page.index('id="id_targets"') : page.index('id="s2"')]
    assert "投稿停止（自然災害）" in card
    assert "11月20日(金) 10:05 から、佐藤 美咲（観光交流課 主事）" in card
    assert "要領 第8条(1)" in card
    assert "disabled" not in card
    response = sign_in(cast.sato).post("/posts/new/", typed(account, disaster_information="on"))
    assert response.status_code == 302


@pytest.mark.clause("mima:8-1-停止")
def test_asking_is_refused_with_the_draft_kept_when_posting_was_stopped_meanwhile(
    cast: Cast, account: SocialAccount
) -> None:
    sign_in(cast.sato).get("/posts/new/")
    suspend(cast, now=LATER)
    response = sign_in(cast.sato).post("/posts/new/", typed(account))
    assert response.status_code == 409
    assert "suspended_disaster" in codes(response)
    assert "10:05 から、佐藤 美咲" in html(response)
    assert TEXT in html(response)
    assert Post.objects.get().state == PostState.DRAFTING


def _limit(cast: Cast) -> None:
    set_up_hq(cast, now=LATER, stop=False)
    limit(cast, now=LATER)


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (lambda cast: suspend(cast, now=LATER), "出せるのは、防災情報とその訂正だけです"),
        (
            lambda cast: suspend(cast, now=LATER, cause=Cause.SCANDAL),
            "出せるのは、所属長がこの投稿停止を名指しして承認する市の声明と",
        ),
        (_limit, "出せるのは、防災に関連する情報だけです"),
        (lambda cast: flame(cast, now=LATER), "出せるのは、所属長本人が承認したものだけです"),
    ],
)
def test_step_three_names_what_still_passes(
    cast: Cast, account: SocialAccount, start: Any, says: str
) -> None:
    start(cast)
    post = drafted(cast, account)
    assert says in html(sign_in(cast.sato).get(f"/posts/{post.pk}/edit/"))
    assert says in html(sign_in(cast.sato).post("/posts/counters/", typed(account)))
    assert says not in html(sign_in(cast.sato).get("/posts/new/")), "nobody is chosen yet"


def test_step_three_leads_to_the_statement_under_a_scandal(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=LATER, cause=Cause.SCANDAL, where=place(cast, account))
    client = sign_in(cast.sato)
    link = 'href="/posts/new/?kind=statement"'
    assert link in html(client.post("/posts/counters/", typed(account)))
    assert link not in html(client.post("/posts/counters/?kind=statement", typed(account)))


def test_emergency_is_another_page_that_a_saved_draft_leads_to(cast: Cast, account: SocialAccount) -> None:
    assert "緊急発信に進めます" in html(sign_in(cast.sato).get("/posts/new/"))
    post = drafted(cast, account, **INFORMATION)
    page = html(sign_in(cast.sato).get(f"/posts/{post.pk}/edit/"))
    road = page[page.index('id="s3"') : page.index('id="s4"')]
    assert f'href="/posts/{post.pk}/emergency/"' in road
    assert re.findall(r'name="road" value="(\w+)"', road) == ["approval", "exempt"]


def test_contractor_has_the_same_ticks_and_is_told_the_same(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=LATER)
    page = html(sign_in(cast.hayashi).get("/posts/new/"))
    assert "投稿停止（自然災害）" in page
    assert 'name="disaster_information"' in page
