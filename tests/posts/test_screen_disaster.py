"""防災の情報をすぐに出す and 緊急発信の確認: three fields, a confirmation, and nothing typed is ever lost."""

import html as entities
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import SocialAccount, StaffMember
from policies.actions import hours, lists, operation
from posts import canonical
from posts.models import ChiefConfirmation, Post
from posts.views.emergency import ALREADY, ASKED, NOT_SENT, SENT, STALE, STAYS
from rules.facts import Claim, DisasterReport
from rules.states import Basis, Cause, Ground, PostState
from tests.posts.acts import edit
from tests.support import cast as people
from tests.support.cast import NOW, Cast, drafted, let_draft, make_account, public_claim, seen
from tests.support.emergencies import information, urgency
from tests.support.restricting import suspend

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef0123456789abcdef"
TEXT = "今すぐ避難してください。\n避難所: 脇町小学校"
EVENING = NOW + timedelta(hours=10)


class Clock:
    now = NOW


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture
def account(cast: Cast) -> SocialAccount:
    return make_account(cast)


def sign_in(person: StaffMember, **options: str) -> Client:
    client = Client(**options)  # type: ignore[arg-type]
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(response: HttpResponse) -> str:
    return entities.unescape(response.content.decode())


def codes(page: str) -> set[str]:
    return set(re.findall(r'data-code="(\w+)"', page))


def fields(*accounts: SocialAccount, **more: object) -> dict[str, object]:
    typed = {
        "kind": "レベル4 避難指示",
        "text": TEXT,
        "announcer": "市災害対策本部",
        "announced_time": "09:50",
        "targets": [row.pk for row in accounts],
        "draft_key": KEY,
    }
    return typed | more


def first_press(client: Client, *accounts: SocialAccount, **more: object) -> Post:
    answer = client.post("/disaster/", fields(*accounts, **more))
    assert answer.status_code == 302, html(answer)  # type: ignore[arg-type]
    post = Post.objects.latest("pk")
    assert answer["Location"] == f"/posts/{post.pk}/emergency/"
    return post


def second_press(client: Client, post: Post, **typed: object) -> HttpResponse:
    press = {"do": "send", "seen_digest": seen(post), "declared": "on", **typed}
    return client.post(f"/posts/{post.pk}/emergency/", press)  # type: ignore[return-value]


def state_of(post: Post) -> str:
    post.refresh_from_db()
    return post.state


# --- the three fields


def test_form_has_three_fields_and_every_ready_account_of_one_section_ticked(
    cast: Cast, account: SocialAccount
) -> None:
    closed = make_account(
        cast, "準備中（note）", network="note", handle="j", url="https://n.example/j", opened=False
    )
    page = html(sign_in(cast.sato).get("/disaster/"))  # type: ignore[arg-type]
    assert re.search(r'<select[^>]*name="kind"[^>]*autofocus', page)
    assert [
        name for name in ("kind", "text", "announcer", "announced_time") if f'name="{name}"' not in page
    ] == []
    assert f'name="targets" value="{account.pk}" checked' in page
    assert f'name="targets" value="{closed.pk}" disabled' in page
    assert "「準備中（note）」は運用中ではありません" in page
    assert "js/disaster.js" in page


def test_form_says_what_now_means_before_anything_is_written(cast: Cast, account: SocialAccount) -> None:
    urgency(cast)
    page = html(sign_in(cast.sato).get("/disaster/"))  # type: ignore[arg-type]
    assert "確認を待たずに出ます" in page
    assert f"{cast.suzuki.with_title}か{cast.fujimoto.with_title}が" in page
    assert "11月21日(土) 10:00" in page  # the city is always open in this test
    assert "災害はまだ記録されていません。次の画面で、急ぐ事情を選びます" in page


def test_form_says_who_can_list_an_urgency_when_the_city_has_none(cast: Cast, account: SocialAccount) -> None:
    page = html(sign_in(cast.sato).get("/disaster/"))  # type: ignore[arg-type]
    assert "急ぐ事情を加えられるのは、所属長・代決者とシステム管理者です" in page
    assert 'href="/city/urgencies/"' in page


def test_form_offers_the_accounts_of_another_section_by_a_way_of_their_own(
    cast: Cast, account: SocialAccount
) -> None:
    let_draft(account, cast.mori)
    page = html(sign_in(cast.mori).get("/disaster/"))  # type: ignore[arg-type]
    assert "観光交流課の公式アカウントから出す" in page  # the only section that Mori may draft for
    assert f'value="{account.pk}" checked' in page


def test_form_says_whom_to_ask_when_there_is_nothing_to_draft_for(cast: Cast, account: SocialAccount) -> None:
    page = html(sign_in(cast.ito).get("/disaster/"))  # type: ignore[arg-type]
    assert "起案できる公式アカウントがありません" in page
    assert "システム管理者に、起案の権限を頼んでください" in page


def test_first_press_saves_a_draft_with_its_ground_title_and_category(
    cast: Cast, account: SocialAccount
) -> None:
    post = first_press(sign_in(cast.sato), account)
    content = canonical.parse(post.versions.get().canonical)
    at = datetime(2026, 11, 20, 0, 50, tzinfo=UTC)
    assert post.title == "レベル4 避難指示（市災害対策本部 9:50）"
    assert content.claim == Claim(Ground.DISASTER, DisasterReport("レベル4 避難指示", "市災害対策本部", at))
    assert (content.text, content.category, content.category_note) == (TEXT, "防災", "")
    assert (content.disaster_related, content.disaster_information) == (True, True)
    assert (post.state, post.declared_on, post.drafter) == (PostState.DRAFTING, None, cast.sato)


def test_time_of_the_evening_is_yesterdays_in_the_small_hours(
    cast: Cast, account: SocialAccount, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 20, 15, 10, tzinfo=UTC)  # ten past midnight on the 21st
    post = first_press(sign_in(cast.sato), account, announced_time="23:50")
    claim = canonical.parse(post.versions.get().canonical).claim
    assert claim is not None
    assert claim.evidence.announced_at == datetime(2026, 11, 20, 14, 50, tzinfo=UTC)  # type: ignore[union-attr]


def test_form_pressed_twice_is_one_draft(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.sato)
    first = first_press(client, account)
    assert first_press(client, account) == first
    assert Post.objects.count() == 1
    assert first.versions.count() == 1


def test_form_gone_back_to_and_changed_is_a_new_version_of_the_same_draft(
    cast: Cast, account: SocialAccount
) -> None:
    client = sign_in(cast.sato)
    post = first_press(client, account)
    first_press(client, account, text="避難所を開きました。")
    assert [row.number for row in post.versions.all()] == [1, 2]
    assert Post.objects.count() == 1


def test_form_gone_back_to_after_sending_makes_nothing_new(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    second_press(client, post)
    answer = client.post("/disaster/", fields(account, text="ほかの本文"), follow=True)
    assert ALREADY in html(answer)  # type: ignore[arg-type]
    assert Post.objects.get().versions.count() == 1


@pytest.mark.parametrize("missing", ["kind", "text", "announcer", "announced_time", "targets"])
def test_form_comes_back_filled_when_something_is_missing(
    cast: Cast, account: SocialAccount, missing: str
) -> None:
    typed = {name: value for name, value in fields(account).items() if name != missing}
    answer = sign_in(cast.sato).post("/disaster/", typed)
    page = html(answer)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "1か所を直してください" in page
    assert [str(value) for name, value in typed.items() if name != "targets" and str(value) not in page] == []
    assert KEY in page
    assert not Post.objects.exists()


def test_draft_is_mended_in_three_fields(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.sato)
    post = first_press(client, account)
    page = html(client.get(f"/disaster/{post.pk}/"))  # type: ignore[arg-type]
    assert TEXT in page
    assert '<option value="レベル4 避難指示" selected>' in page
    answer = client.post(f"/disaster/{post.pk}/", fields(account, draft_key="", form_no=1, text="直した。"))
    assert answer["Location"] == f"/posts/{post.pk}/emergency/"
    assert post.versions.count() == 2


def test_draft_with_more_to_it_is_mended_in_the_composer(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account, claim=public_claim())
    answer = sign_in(cast.sato).get(f"/disaster/{post.pk}/")
    assert answer["Location"] == f"/posts/{post.pk}/edit/"


def test_somebody_elses_words_stand_beside_ones_own(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.sato)
    post = first_press(client, account)
    edit(
        post,
        account,
        cast.tanaka,
        text="田中の本文",
        claim=canonical.parse(post.versions.get().canonical).claim,
    )
    answer = client.post(f"/disaster/{post.pk}/", fields(account, draft_key="", form_no=1, text="佐藤の本文"))
    page = html(answer)  # type: ignore[arg-type]
    assert answer.status_code == 409
    assert f"{cast.tanaka.with_title}が先に直しました" in page
    assert "田中の本文" in page
    assert "佐藤の本文" in page
    form_no = re.search(r'name="form_no" value="(\d+)"', page)
    assert form_no is not None
    again = client.post(
        f"/disaster/{post.pk}/", fields(account, draft_key="", form_no=form_no[1], text="佐藤の本文")
    )
    assert again.status_code == 302


def test_counters_follow_the_typing_and_save_nothing(cast: Cast, account: SocialAccount) -> None:
    answer = sign_in(cast.sato).post("/disaster/counters/", {"text": "あ" * 141, "targets": [account.pk]})
    assert "1字多い" in html(answer)  # type: ignore[arg-type]
    assert not Post.objects.exists()


# --- the confirmation


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_confirmation_shows_what_goes_out_and_who_looks_afterwards(
    cast: Cast, account: SocialAccount
) -> None:
    suspend(cast, now=NOW)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    page = html(client.get(f"/posts/{post.pk}/emergency/"))  # type: ignore[arg-type]
    assert TEXT in page
    assert "まだ発信していません" in page
    assert "災害の投稿停止か災害対策本部が記録されています" in page
    assert "までに見ます" in page
    assert 'name="urgency"' not in page
    assert 'name="chief"' not in page
    assert page.index('value="send"') < page.index('value="check"')  # Enter presses the first


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_second_press_sends_when_a_disaster_is_declared(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    answer = client.post(
        f"/posts/{post.pk}/emergency/",
        {"do": "send", "seen_digest": seen(post), "declared": "on"},
        follow=True,
    )
    assert SENT in html(answer)  # type: ignore[arg-type]
    clearance = post.clearances.get()
    assert (state_of(post), clearance.basis) == (PostState.CLEARED, Basis.WAIVER)
    assert post.declared_on is not None
    assert "あとの確認を開く" in html(answer)  # type: ignore[arg-type]
    assert "緊急発信（あとで確認）" in html(answer)  # type: ignore[arg-type]


def test_second_press_twice_sends_once_and_says_so(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    second_press(client, post)
    answer = second_press(client, post)
    assert answer["Location"] == f"/posts/{post.pk}/"
    assert post.clearances.count() == 1


@pytest.mark.clause("mima:4-柱")
def test_sending_without_the_tick_is_refused(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    answer = second_press(client, post, declared="")
    page = html(answer)
    assert (answer.status_code, codes(page)) == (409, {"not_declared"})
    assert "緊急発信できませんでした" in page
    assert NOT_SENT in page
    assert state_of(post) == PostState.DRAFTING


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_undeclared_emergency_asks_for_a_listed_urgency_and_a_reason(
    cast: Cast, account: SocialAccount
) -> None:
    listed = urgency(cast)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    page = html(client.get(f"/posts/{post.pk}/emergency/"))  # type: ignore[arg-type]
    assert f'<option value="{listed.pk}">行方不明者の捜索（急ぎ）</option>' in page
    assert "レベル4 避難指示（市災害対策本部の発表）を、確認を待たずに知らせるため" in page
    assert codes(html(second_press(client, post))) == {"no_urgency"}
    refused = html(second_press(client, post, urgency=listed.pk, reason=" "))
    assert codes(refused) == {"urgency_without_reason"}
    assert f'<option value="{listed.pk}" selected>' in refused
    assert second_press(client, post, urgency=listed.pk, reason="堤防が切れそう").status_code == 302
    waiver = post.clearances.get().waiver
    assert waiver is not None
    assert (waiver.urgency, waiver.reason) == (listed, "堤防が切れそう")


def test_urgency_that_was_taken_off_the_list_meanwhile_is_said(cast: Cast, account: SocialAccount) -> None:
    listed = urgency(cast)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    lists.retire_urgency(urgency=listed, by=cast.suzuki, now=NOW)
    answer = second_press(client, post, urgency=listed.pk, reason="堤防が切れそう")
    assert answer.status_code == 422
    assert state_of(post) == PostState.DRAFTING


def test_city_without_urgencies_can_still_have_it_checked(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.sato)
    post = first_press(client, account)
    page = html(client.get(f"/posts/{post.pk}/emergency/"))  # type: ignore[arg-type]
    assert "急ぐ事情を加えられるのは、所属長・代決者とシステム管理者です" in page
    answer = client.post(
        f"/posts/{post.pk}/emergency/",
        {"do": "check", "seen_digest": seen(post), "declared": "on"},
        follow=True,
    )
    assert ASKED.format(version=1) in html(answer)  # type: ignore[arg-type]
    assert state_of(post) == PostState.AWAITING_CHECK


@pytest.mark.clause("mima:9-1")
def test_out_of_hours_the_chiefs_word_is_recorded_before_it_goes(
    cast: Cast, account: SocialAccount, settings: Settings, clock: Clock
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    suspend(cast, now=NOW)
    clock.now = EVENING
    client = sign_in(cast.sato)
    post = first_press(client, account)
    page = html(client.get(f"/posts/{post.pk}/emergency/"))  # type: ignore[arg-type]
    assert "勤務時間外です。先に所属長・代決者に対面か電話で確認し" in page
    assert 'value="2026-11-20"' in page
    assert 'value="20:00"' in page
    assert codes(html(second_press(client, post))) == {"out_of_hours"}
    word = {"chief": cast.suzuki.pk, "how": "phone", "confirmed_on": "2026-11-20", "confirmed_time": "19:55"}
    assert second_press(client, post, **word, said="出してよい").status_code == 302
    row = ChiefConfirmation.objects.get()
    assert (row.chief, row.how, row.words, row.recorded_by) == (cast.suzuki, "phone", "出してよい", cast.sato)
    assert state_of(post) == PostState.CLEARED


@pytest.mark.clause("mima:9-1")
def test_word_of_the_future_comes_back_in_the_filled_form(
    cast: Cast, account: SocialAccount, settings: Settings, clock: Clock
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    suspend(cast, now=NOW)
    clock.now = EVENING
    client = sign_in(cast.sato)
    post = first_press(client, account)
    word = {"chief": cast.suzuki.pk, "how": "phone", "confirmed_on": "2026-11-20", "confirmed_time": "21:00"}
    page = html(second_press(client, post, **word, said="電話で聞いた"))
    assert codes(page) == {"confirmed_in_future"}
    assert "電話で聞いた" in page
    assert f'<option value="{cast.suzuki.pk}" selected>' in page
    assert not ChiefConfirmation.objects.exists()


@pytest.mark.clause("mima:9-1")
def test_standing_confirmation_spares_the_call(
    cast: Cast, account: SocialAccount, settings: Settings, clock: Clock
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    dates = {"from_on": date(2026, 4, 1), "until_on": date(2027, 3, 31)}
    hours.give_standing(section=cast.tourism, words="", by=cast.suzuki, now=NOW, **dates)
    suspend(cast, now=NOW)
    clock.now = EVENING
    client = sign_in(cast.sato)
    page = html(client.get("/disaster/"))  # type: ignore[arg-type]
    assert f"包括確認があります（{cast.suzuki.with_title}、防災の情報に限る" in page
    post = first_press(client, account)
    assert 'name="chief"' not in html(client.get(f"/posts/{post.pk}/emergency/"))  # type: ignore[arg-type]
    assert second_press(client, post).status_code == 302


@pytest.mark.clause("mima:8-1-停止")
def test_scandal_lets_disaster_information_go_on_the_chiefs_word(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW, cause=Cause.SCANDAL)
    listed, client = urgency(cast), sign_in(cast.sato)
    post = first_press(client, account)
    page = html(client.get(f"/posts/{post.pk}/emergency/"))  # type: ignore[arg-type]
    assert "不祥事の投稿停止の間です。先に所属長・代決者に" in page
    why = {"urgency": listed.pk, "reason": "命に関わるため"}
    assert codes(html(second_press(client, post, **why))) == {"suspended_scandal"}
    word = {"chief": cast.suzuki.pk, "how": "phone", "confirmed_on": "2026-11-20", "confirmed_time": "10:00"}
    assert second_press(client, post, **why, **word).status_code == 302
    assert state_of(post) == PostState.CLEARED


@pytest.mark.clause("mima:9-2")
def test_unregistered_device_is_told_at_once_and_can_still_read_and_save(
    cast: Cast, account: SocialAccount
) -> None:
    suspend(cast, now=NOW)
    client = sign_in(cast.sato, REMOTE_ADDR="203.0.113.5")
    page = html(client.get("/disaster/"))  # type: ignore[arg-type]
    assert "この端末からは発信できません" in page
    post = first_press(client, account)
    confirmation = html(client.get(f"/posts/{post.pk}/emergency/"))  # type: ignore[arg-type]
    assert codes(confirmation) == {"unregistered_device"}
    assert TEXT in confirmation
    answer = second_press(client, post)
    assert (answer.status_code, codes(html(answer))) == (409, {"unregistered_device"})
    assert state_of(post) == PostState.DRAFTING


def test_confirmation_says_what_stands_in_the_way_before_the_press(
    cast: Cast, account: SocialAccount
) -> None:
    suspend(cast, now=NOW)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    operation.suspend(account=account, reason="点検", by=cast.suzuki, now=NOW)
    page = html(client.get(f"/posts/{post.pk}/emergency/"))  # type: ignore[arg-type]
    assert "このままでは緊急発信できません" in page
    assert codes(page) == {"not_in_operation"}


def test_version_that_somebody_changed_meanwhile_is_not_sent_and_not_declared(
    cast: Cast, account: SocialAccount
) -> None:
    suspend(cast, now=NOW)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    old = seen(post)
    claim = canonical.parse(post.versions.get().canonical).claim
    edit(post, account, cast.tanaka, text="田中の本文", claim=claim, category="防災")
    Post.objects.filter(pk=post.pk).update(declared_on=None)
    answer = second_press(client, post, seen_digest=old)
    page = html(answer)
    assert answer.status_code == 409
    assert "version_changed" in codes(page)
    assert "田中の本文" in page
    assert (state_of(post), post.declared_on) == (PostState.DRAFTING, None)


def test_form_saved_by_somebody_in_the_same_moment_says_so(
    cast: Cast, account: SocialAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspend(cast, now=NOW)
    client = sign_in(cast.sato)
    post = first_press(client, account)
    saved = people.drafting.edit

    def meanwhile(**values: object) -> Post:
        """Between reading the page and saving, another request got in."""
        return saved(**{**values, "form_no": 0})  # type: ignore[arg-type]

    monkeypatch.setattr("posts.views.emergency.drafting.edit", meanwhile)
    answer = second_press(client, post)
    assert answer.status_code == 409
    assert STALE in html(answer)
    assert state_of(post) == PostState.DRAFTING


# --- from an ordinary draft


def test_page_of_a_draft_with_a_ground_offers_the_emergency(cast: Cast, account: SocialAccount) -> None:
    post, plain = drafted(cast, account, claim=public_claim()), drafted(cast, account)
    link = 'href="/posts/{}/emergency/"'
    for person, offered in ((cast.sato, True), (cast.tanaka, False), (cast.suzuki, False)):
        page = html(sign_in(person).get(f"/posts/{post.pk}/"))  # type: ignore[arg-type]
        assert (link.format(post.pk) in page) == offered
    assert link.format(plain.pk) not in html(sign_in(cast.sato).get(f"/posts/{plain.pk}/"))  # type: ignore[arg-type]


@pytest.mark.clause("mima:5-ただし書-緊急")
def test_ordinary_draft_goes_out_for_a_listed_urgency(cast: Cast, account: SocialAccount) -> None:
    listed = urgency(cast)
    post = drafted(cast, account, claim=public_claim())
    client = sign_in(cast.sato)
    page = html(client.get(f"/posts/{post.pk}/emergency/"))  # type: ignore[arg-type]
    assert "(1) もう公開されている" in page
    assert 'name="declared"' not in page  # it was made with the draft
    assert second_press(client, post, urgency=listed.pk, reason="断水が迫る").status_code == 302
    assert state_of(post) == PostState.CLEARED


@pytest.mark.clause("mima:2-対象者")
def test_page_says_who_may_to_people_without_a_part_in_it(cast: Cast, account: SocialAccount) -> None:
    post = information(cast, account)
    for person in (cast.tanaka, cast.suzuki, cast.hayashi):
        answer = sign_in(person).get(f"/posts/{post.pk}/emergency/")
        assert answer.status_code == 403
        assert "この投稿を起案した人、手を入れた人だけが行えます" in html(answer)  # type: ignore[arg-type]


def test_page_of_what_has_gone_on_says_that_it_has(cast: Cast, account: SocialAccount) -> None:
    post = people.claimed(cast, account)
    answer = sign_in(cast.sato).get(f"/posts/{post.pk}/emergency/")
    assert (answer.status_code, codes(html(answer))) == (409, {"wrong_state"})  # type: ignore[arg-type]


@pytest.mark.clause("mima:2-対象者")
def test_contractor_drafts_and_is_told_that_staff_send(cast: Cast, account: SocialAccount) -> None:
    client = sign_in(cast.hayashi)
    post = first_press(client, account)
    answer = client.get(f"/posts/{post.pk}/emergency/")
    assert answer.status_code == 403
    assert "市の職員だけです" in html(answer)  # type: ignore[arg-type]
    assert STAYS in html(answer)  # type: ignore[arg-type]
