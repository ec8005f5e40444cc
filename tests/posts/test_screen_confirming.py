"""所属長の確認 on a post's page: what the panel shows, who may write in it, and that nothing typed is ever lost."""

import html as entities
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import SocialAccount, StaffMember
from posts.actions import confirming
from posts.models import ChiefConfirmation, Post
from posts.views.confirming import CONFIRMED, DENIED, KEPT, RATIFIED, RECORDED
from tests.posts.acts import edit
from tests.posts.sent import reach
from tests.support import cast as people
from tests.support.cast import NOW, Cast, claimed, drafted, make_account, public_claim, seen, submitted
from tests.support.emergencies import confirmed, waived

pytestmark = [pytest.mark.django_db, pytest.mark.clause("mima:9-1")]
LATER = NOW + timedelta(minutes=5)


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
def post(cast: Cast, account: SocialAccount) -> Post:
    return claimed(cast, account)


def sign_in(person: StaffMember) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(response: HttpResponse) -> str:
    return entities.unescape(response.content.decode())


def panel(page: str) -> str:
    """The panel; "" where the page has none."""
    found = re.search(r'<section[^>]*id="confirm-panel".*?</ul>\s*</section>', page, re.S)
    return found[0] if found else ""


def page_of(person: StaffMember, post: Post) -> str:
    return html(sign_in(person).get(f"/posts/{post.pk}/"))  # type: ignore[arg-type]


def typed(cast: Cast, post: Post, **more: object) -> dict[str, object]:
    word = {"chief": cast.suzuki.pk, "how": "phone", "confirmed_on": "2026-11-20", "confirmed_time": "10:00"}
    return {**word, "said": "出してよい", "seen_digest": seen(post), **more}


def record(person: StaffMember, post: Post, word: dict[str, object], **options: bool) -> HttpResponse:
    return sign_in(person).post(f"/posts/{post.pk}/confirm/", word, **options)  # type: ignore[return-value,arg-type]


def settle(person: StaffMember, verb: str, word: ChiefConfirmation, **more: str) -> HttpResponse:
    return sign_in(person).post(f"/confirmations/{word.pk}/{verb}/", more, follow=True)  # type: ignore[return-value]


# --- what the panel shows


def test_panel_is_for_the_roads_that_do_not_lead_over_the_chief(cast: Cast, account: SocialAccount) -> None:
    assert "所属長の確認を記録する" in panel(page_of(cast.sato, claimed(cast, account)))
    assert panel(page_of(cast.sato, submitted(cast, account))) == ""


def test_panel_offers_the_record_to_those_whom_the_rules_let(cast: Cast, post: Post) -> None:
    for person in (cast.sato, cast.tanaka, cast.suzuki, cast.fujimoto):
        assert "所属長の確認を記録する" in panel(page_of(person, post))
    for person in (cast.hayashi, cast.ito, cast.onishi):
        assert panel(page_of(person, post)) == ""


def test_panel_says_whose_word_it_was_how_and_that_it_is_not_ratified(cast: Cast, post: Post) -> None:
    confirmed(cast, post)
    shown = panel(page_of(cast.sato, post))
    assert cast.suzuki.with_title in shown
    assert "電話・書いた人 田中 健一" in shown
    assert "出してよい。" in shown
    assert "まだ追認されていません" in shown
    assert "追認する" not in shown


def test_panel_lists_the_words_on_the_version_at_hand_only(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account, claim=public_claim())
    confirmed(cast, post)
    edit(post, account, cast.sato, claim=public_claim())
    assert "まだ追認されていません" not in panel(page_of(cast.sato, post))


def test_panel_asks_approvers_who_did_not_write_it_down_to_ratify(cast: Cast, post: Post) -> None:
    confirmed(cast, post)
    for person in (cast.suzuki, cast.fujimoto):
        shown = panel(page_of(person, post))
        assert "追認する" in shown
        assert "確認していないと記録する" in shown


def test_panel_offers_the_chief_to_confirm_on_the_page(cast: Cast, post: Post) -> None:
    assert "この画面で（本人）" in panel(page_of(cast.suzuki, post))
    assert "この画面で（本人）" not in panel(page_of(cast.tanaka, post))


def test_check_page_has_the_panel_and_comes_back_to_it(cast: Cast, post: Post) -> None:
    page = html(sign_in(cast.tanaka).get(f"/check/{post.pk}/"))  # type: ignore[arg-type]
    assert 'name="back" value="check_case"' in panel(page)
    answer = record(cast.tanaka, post, typed(cast, post, back="check_case"))
    assert answer["Location"] == f"/check/{post.pk}/"


def test_way_back_leads_nowhere_else(cast: Cast, post: Post) -> None:
    answer = record(cast.tanaka, post, typed(cast, post, back="https://elsewhere.example/"))
    assert answer["Location"] == f"/posts/{post.pk}/"


def test_panel_offers_no_record_when_nothing_can_go_out_any_more(cast: Cast, account: SocialAccount) -> None:
    post = waived(cast, account)
    assert "所属長の確認を記録する" in panel(page_of(cast.sato, post))
    reach(post, NOW)
    assert panel(page_of(cast.sato, post)) == ""


# --- writing it down


def test_word_is_recorded_and_the_next_step_said(cast: Cast, post: Post) -> None:
    answer = record(cast.sato, post, typed(cast, post), follow=True)
    assert RECORDED in html(answer)
    assert "所属長の確認（鈴木 洋子" in html(answer)  # in the timeline, too
    row = ChiefConfirmation.objects.get()
    assert (row.chief, row.how, row.words, row.confirmed_at) == (cast.suzuki, "phone", "出してよい", NOW)


def test_chiefs_own_word_on_the_page_needs_no_ratifying(cast: Cast, post: Post) -> None:
    answer = record(cast.suzuki, post, typed(cast, post, how="in_app"), follow=True)
    assert CONFIRMED in html(answer)
    assert "本人が確認" in panel(html(answer))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"chief": ""}, "確認した所属長・代決者が選ばれていません"),
        ({"how": ""}, "どう確認したかが選ばれていません"),
        ({"confirmed_time": "10:06"}, "確認の日時が、まだ来ていません"),
        ({"confirmed_on": "", "confirmed_time": ""}, "いつ確認したかが書かれていません"),
    ],
)
def test_what_is_missing_is_said_beside_what_was_typed(
    cast: Cast, post: Post, wrong: dict[str, str], said: str
) -> None:
    answer = record(cast.sato, post, typed(cast, post, **wrong))
    shown = panel(html(answer))
    assert answer.status_code == 409
    assert said in shown
    assert KEPT in shown
    assert "出してよい</textarea>" in shown
    assert not ChiefConfirmation.objects.exists()


@pytest.mark.parametrize(
    "unreadable",
    [
        {"confirmed_time": "朝"},
        {"confirmed_on": ""},
        {"how": "in_app"},
        {"chief": "999"},
        {"said": "あ" * 501},
    ],
)
def test_what_cannot_be_read_comes_back_with_its_error(
    cast: Cast, post: Post, unreadable: dict[str, str]
) -> None:
    answer = record(cast.tanaka, post, typed(cast, post, **unreadable))
    assert answer.status_code == 422
    assert "1か所を直してください" in panel(html(answer))
    assert not ChiefConfirmation.objects.exists()


def test_version_changed_meanwhile_is_said(cast: Cast, account: SocialAccount) -> None:
    post = drafted(cast, account, claim=public_claim())
    word = typed(cast, post)
    edit(post, account, cast.tanaka, claim=public_claim())
    answer = record(cast.sato, post, word)
    assert answer.status_code == 409
    assert 'data-code="version_changed"' in panel(html(answer))


def test_people_outside_are_told_who_may(cast: Cast, post: Post) -> None:
    answer = record(cast.hayashi, post, typed(cast, post))
    assert answer.status_code == 403
    assert "所属長の確認を記録できるのは市の職員だけです" in html(answer)


# --- ratifying and denying


def test_ratified_word_says_so(cast: Cast, post: Post) -> None:
    confirmed(cast, post)
    answer = settle(cast.suzuki, "ratify", ChiefConfirmation.objects.get())
    assert RATIFIED in html(answer)
    assert "追認済み" in panel(html(answer))


def test_denied_word_says_so_with_the_chiefs_words(cast: Cast, post: Post) -> None:
    confirmed(cast, post)
    answer = settle(cast.suzuki, "deny", ChiefConfirmation.objects.get(), reason="電話は受けていない")
    shown = panel(html(answer))
    assert DENIED in html(answer)
    assert "確認していない</span>" in shown
    assert "電話は受けていない" in shown


def test_denial_without_words_comes_back_open(cast: Cast, post: Post) -> None:
    confirmed(cast, post)
    answer = settle(cast.suzuki, "deny", ChiefConfirmation.objects.get(), reason=" ")
    shown = panel(html(answer))
    assert answer.status_code == 409
    assert 'data-code="reason_missing"' in shown
    assert '<details class="unfold" open>' in shown


def test_denial_that_is_too_long_comes_back_as_typed(cast: Cast, post: Post) -> None:
    confirmed(cast, post)
    answer = settle(cast.suzuki, "deny", ChiefConfirmation.objects.get(), reason="あ" * 501)
    assert answer.status_code == 422
    assert "あ" * 501 in panel(html(answer))


def test_whoever_wrote_it_down_is_told_who_else_may_ratify(cast: Cast, post: Post) -> None:
    word = typed(cast, post)
    record(cast.fujimoto, post, word)
    answer = settle(cast.fujimoto, "ratify", ChiefConfirmation.objects.get())
    assert answer.status_code == 409
    assert "ほかの所属長・代決者が追認してください" in html(answer)


def test_second_person_in_the_same_moment_is_told_that_it_is_settled(cast: Cast, post: Post) -> None:
    confirmed(cast, post)
    row = ChiefConfirmation.objects.get()
    confirming.deny(confirmation=row, words="聞いていない", by=cast.fujimoto, now=LATER)
    answer = settle(cast.suzuki, "ratify", row)
    assert answer.status_code == 409
    assert "追認できませんでした" in html(answer)


def test_ratifying_is_for_the_sections_approvers(cast: Cast, post: Post) -> None:
    confirmed(cast, post)
    row = ChiefConfirmation.objects.get()
    for person in (cast.sato, cast.ito):
        answer = settle(person, "ratify", row)
        assert answer.status_code == 403
        assert "行えるのは、担当の所属長と代決者だけです" in html(answer)
    assert settle(cast.mori, "ratify", row).status_code == 403
