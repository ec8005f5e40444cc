"""The review screens: two queues, one case, and what each person sees of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import RoleAssignment, SocialAccount, StaffMember
from posts.actions import confirming, drafting, held, review
from posts.actions.confirming import Word
from posts.forms_review import CHECKLIST_JA
from posts.models import Post
from posts.queues import QUEUE_PAGE
from rules.calendar import day_of
from rules.gates import CHECKLIST
from rules.states import Cause, How, PostKind, PostState
from tests.policies.lists import give_standing, list_election
from tests.support import cast as people
from tests.support.cast import NOW, Cast, claimed, content_for, let_draft, make_account, seen, submitted
from tests.support.restricting import INFORMATION, disaster_claim, end, flame, suspend

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=2, hours=-1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=5))


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


def press(person: StaffMember, url: str, post: Post, do: str, **data: object) -> HttpResponse:
    """One button of the case's page, with the version that the page would show."""
    return sign_in(person).post(url, {"do": do, "seen_digest": seen(post), **data})


def written_on_by(post: Post, account: SocialAccount, cast: Cast, person: StaffMember) -> Post:
    """Called back, changed by that person, and submitted again."""
    post = review.take_back(post=post, by=cast.sato, now=NOW)
    content = content_for(account, text=f"{person.display_name}が直した。")
    post = drafting.edit(
        post=post, title="あかり", content=content, declared=True, by=person, now=NOW, form_no=post.form_no
    )
    return review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)


# --- the queue


def test_review_queue_opens_the_oldest_due_case_first(cast: Cast, account: SocialAccount) -> None:
    later = submitted(cast, account, due_at=DUE + timedelta(hours=1))
    first = submitted(cast, account, due_at=DUE)
    response = sign_in(cast.suzuki).get("/review/")
    assert response.status_code == 302
    assert response["Location"] == f"/review/{first.pk}/"
    page = html(sign_in(cast.suzuki).get(response["Location"]))
    rows = re.findall(r'href="/review/(\d+)/"( aria-current="true")?', page)
    assert rows == [(str(first.pk), ' aria-current="true"'), (str(later.pk), "")]


@pytest.mark.parametrize("url", ["/review/", "/check/"])
def test_review_queue_says_what_fills_it_when_it_is_empty(cast: Cast, url: str) -> None:
    page = html(sign_in(cast.suzuki).get(url))
    assert "ここに出ます" in page
    assert page.count("<h1") == 1


def test_review_queue_pages_by_key_when_it_is_long(cast: Cast, account: SocialAccount) -> None:
    made = [submitted(cast, account) for _ in range(QUEUE_PAGE + 1)]
    client = sign_in(cast.suzuki)
    page = html(client.get(f"/review/{made[0].pk}/"))
    assert f"{QUEUE_PAGE}件以上" in page
    assert f'href="?after={made[QUEUE_PAGE - 1].pk}"' in page
    rest = html(client.get(f"/review/{made[0].pk}/?after={made[QUEUE_PAGE - 1].pk}"))
    assert re.findall(r'href="/review/(\d+)/\?after', rest) == [str(made[-1].pk)]


def test_review_queue_takes_a_nonsense_key_for_none(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    for key in ("x", "-1", "9" * 30, "１"):
        response = sign_in(cast.suzuki).get(f"/review/{post.pk}/", {"after": key})
        assert response.status_code == 200


def test_check_queue_lists_others_work_only(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    assert sign_in(cast.tanaka).get("/check/")["Location"] == f"/check/{post.pk}/"
    assert sign_in(cast.sato).get("/check/").status_code == 200  # nothing waits for the author
    assert sign_in(cast.mori).get("/check/").status_code == 200  # nor for another section


@pytest.mark.clause("mima:2-対象者")
def test_check_queue_is_empty_for_contractors(cast: Cast, account: SocialAccount) -> None:
    claimed(cast, account)
    assert sign_in(cast.hayashi).get("/check/").status_code == 200


def test_check_queue_shows_a_post_once_when_its_section_has_several_accounts(cast: Cast) -> None:
    first = make_account(cast)
    second = make_account(
        cast, "美馬市観光（note）", network="note", handle="@n", url="https://note.example/n"
    )
    let_draft(second, cast.mori)
    let_draft(first, cast.mori)
    post = claimed(cast, first, second)
    page = html(sign_in(cast.mori).get(f"/check/{post.pk}/"))
    assert page.count(f'href="/check/{post.pk}/"') == 1


def test_review_queue_leaves_to_the_section_what_its_chief_can_decide(cast: Cast) -> None:
    account = make_account(cast)
    let_draft(account, cast.suzuki)
    post = submitted(cast, account)
    assert sign_in(cast.ito).get("/review/").status_code == 200  # nothing to decide at the section above
    post = written_on_by(post, account, cast, cast.suzuki)
    assert sign_in(cast.suzuki).get("/review/").status_code == 200  # nor for a chief who wrote in it
    assert sign_in(cast.fujimoto).get("/review/")["Location"] == f"/review/{post.pk}/"
    RoleAssignment.objects.filter(staff=cast.fujimoto).delete()
    assert sign_in(cast.ito).get("/review/")["Location"] == f"/review/{post.pk}/"


# --- the case


def test_review_case_shows_the_text_of_each_account_to_the_letter(cast: Cast, account: SocialAccount) -> None:
    note = make_account(cast, "美馬市観光（note）", network="note", handle="@n", url="https://note.example/n")
    text = "\n　一行目<b>\n\n二行目  &amp;"
    post = submitted(cast, account, note, text=text, variants={note.pk: "noteだけの文"})
    page = html(sign_in(cast.suzuki).get(f"/review/{post.pk}/"))
    assert '<p class="pv__text">\n　一行目&lt;b&gt;\n\n二行目  &amp;amp;</p>' in page
    assert '<p class="pv__text">noteだけの文</p>' in page


def test_review_case_shows_what_the_decision_rests_on(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account, due_at=DUE, category="そのほか", category_note="恒例の催しです")
    page = html(sign_in(cast.tanaka).get(f"/check/{post.pk}/"))
    for words in (
        "(1) もう公開されている",
        "https://www.city.mima.example/event/akari.html",
        "令和8年11月19日",
        "恒例の催しです",
        "令和8年11月22日(日) 9:00",
        "令和5年4月1日の版を読み",
        "美馬市観光（X）",
        "佐藤 美咲",
        "要領 第5条ただし書",
        "いま止めているもの",
    ):
        assert words in page


@pytest.mark.clause("mima:5-ただし書")
def test_check_case_asks_each_point_of_the_list(cast: Cast, account: SocialAccount) -> None:
    assert CHECKLIST_JA.keys() == set(CHECKLIST)
    page = html(sign_in(cast.tanaka).get(f"/check/{claimed(cast, account).pk}/"))
    for key, words in CHECKLIST_JA.items():
        assert f'value="{key}"' in page
        assert words in page
    assert "checked" not in page  # never ticked beforehand


def test_review_case_shows_what_changed_since_this_chief_looked(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account, text="12月6日(土)に開催します。")
    review.return_(post=post, seen_digest=seen(post), reason="曜日を直してください", by=cast.suzuki, now=NOW)
    post.refresh_from_db()
    better = content_for(account, text="12月6日(日)に開催します。", due_at=DUE)
    drafting.edit(
        post=post,
        title=post.title,
        content=better,
        declared=True,
        by=cast.sato,
        now=NOW,
        form_no=post.form_no,
    )
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    client = sign_in(cast.suzuki)
    page = html(client.get(f"/review/{post.pk}/"))
    assert re.search(r"<del>.*?土</del><ins>.*?日</ins>", page)
    assert "第1版 → 第2版" in page
    assert "発信する日時" in page
    assert "変わっていないもの: 送り先、種類" in page
    assert "曜日を直してください" in page  # the history keeps the reason
    whole = html(client.get(f"/review/{post.pk}/?view=whole"))
    assert '<p class="diff">12月6日(日)に開催します。</p>' in whole
    assert "前に見た版からの変更" not in html(sign_in(cast.fujimoto).get(f"/review/{post.pk}/"))


def test_review_case_is_closed_to_people_of_other_sections(cast: Cast, account: SocialAccount) -> None:
    response = sign_in(cast.mori).get(f"/review/{submitted(cast, account).pk}/")
    assert response.status_code == 403
    assert "鈴木 洋子（観光交流課長）" in html(response)
    assert sign_in(cast.mori).get("/review/999999/").status_code == 404


def test_review_case_offers_nothing_and_names_who_may_for_readers(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    page = html(sign_in(cast.tanaka).get(f"/review/{post.pk}/"))
    assert "決められる人" in page
    assert "鈴木 洋子（観光交流課長）" in page
    assert 'value="approve"' not in page


def test_review_case_names_the_section_above_when_the_chief_wrote_in_it(cast: Cast) -> None:
    account = make_account(cast)
    let_draft(account, cast.suzuki, cast.fujimoto)
    post = submitted(cast, account)
    for person in (cast.suzuki, cast.fujimoto):
        post = written_on_by(post, account, cast, person)
    page = html(sign_in(cast.sato).get(f"/review/{post.pk}/"))
    assert "伊藤 正（企画総務部長）" in page
    assert "第1版" in page
    assert press(cast.ito, f"/review/{post.pk}/", post, "approve").status_code == 302


# --- deciding


@pytest.mark.clause("mima:5-本文")
def test_approving_opens_the_next_case(cast: Cast, account: SocialAccount) -> None:
    first, second, third = (
        submitted(cast, account, due_at=DUE + timedelta(hours=hours)) for hours in range(3)
    )
    client = sign_in(cast.suzuki)
    response = client.post(f"/review/{second.pk}/", {"do": "approve", "seen_digest": seen(second)})
    assert response["Location"] == f"/review/{third.pk}/"
    assert "第1版を承認しました" in html(client.get(response["Location"]))
    response = client.post(f"/review/{third.pk}/", {"do": "approve", "seen_digest": seen(third)})
    assert response["Location"] == f"/review/{first.pk}/"
    response = client.post(f"/review/{first.pk}/", {"do": "approve", "seen_digest": seen(first)})
    assert response["Location"] == "/review/"
    assert "承認待ちの投稿はありません" in html(client.get("/review/"))


def test_approving_is_refused_for_a_version_that_nobody_saw(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account, text="前の文")
    old = seen(post)
    post = review.take_back(post=post, by=cast.sato, now=NOW)
    drafting.edit(
        post=post,
        title="あかり",
        content=content_for(account, text="後の文"),
        declared=True,
        by=cast.sato,
        now=NOW,
        form_no=post.form_no,
    )
    review.submit(post=post, seen_digest=seen(post), by=cast.sato, now=NOW)
    response = sign_in(cast.suzuki).post(f"/review/{post.pk}/", {"do": "approve", "seen_digest": old})
    assert response.status_code == 409
    page = html(response)
    assert 'data-code="version_changed"' in page
    assert "第1版 → 第2版" in page  # what is new since the form was opened
    assert f'name="seen_digest" value="{seen(post)}"' in page


def test_approving_says_who_was_first_when_somebody_was(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    assert press(cast.fujimoto, f"/review/{post.pk}/", post, "approve").status_code == 302
    response = press(cast.suzuki, f"/review/{post.pk}/", post, "approve")
    assert response.status_code == 409
    page = html(response)
    assert 'data-code="wrong_state"' in page
    assert re.search(r"藤本 剛（観光交流課 課長補佐）が .*?11月20日\(金\) 10:05.*?承認しました", page)
    assert post.decisions.count() == 1


@pytest.mark.parametrize(
    ("leave", "words"),
    [
        (lambda post, cast: review.take_back(post=post, by=cast.sato, now=NOW), "引き戻し"),
        (
            lambda post, cast: review.cancel(post=post, reason="中止", by=cast.sato, now=NOW),
            "取り下げられました",
        ),
        (
            lambda post, cast: review.return_(
                post=post, seen_digest=seen(post), reason="誤字", by=cast.fujimoto, now=NOW
            ),
            "差し戻しました",
        ),
    ],
)
def test_review_case_says_why_it_waits_no_longer(
    cast: Cast, account: SocialAccount, leave: object, words: str
) -> None:
    post = submitted(cast, account)
    leave(post, cast)  # type: ignore[operator]
    page = html(sign_in(cast.suzuki).get(f"/review/{post.pk}/"))
    assert words in page
    assert "いまは承認も差戻しもできません" in page


def test_returning_needs_words_and_keeps_what_was_typed(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    response = press(cast.suzuki, f"/review/{post.pk}/", post, "return", reason=" \n ")
    assert response.status_code == 409
    assert 'data-code="reason_missing"' in html(response)
    assert '<details class="bar__more" id="return" open>' in html(response)
    response = press(cast.fujimoto, f"/review/{post.pk}/", post, "return", reason="曜日が\r\n違います")
    assert response.status_code == 302
    assert post.decisions.get().reason == "曜日が\n違います"
    late = press(cast.suzuki, f"/review/{post.pk}/", post, "return", reason="わたしの理由")
    assert late.status_code == 409
    assert "藤本 剛" in html(late)


@pytest.mark.parametrize(("queue", "do"), [("review", "return"), ("check", "return"), ("check", "escalate")])
def test_case_is_not_handed_on_when_another_version_was_read(
    cast: Cast, account: SocialAccount, queue: str, do: str
) -> None:
    post = submitted(cast, account) if queue == "review" else claimed(cast, account)
    person = cast.suzuki if queue == "review" else cast.tanaka
    for old in ("0" * 64, ""):
        data = {"do": do, "seen_digest": old, "reason": "曜日が違います"}
        response = sign_in(person).post(f"/{queue}/{post.pk}/", data)
        assert response.status_code == 409
        assert 'data-code="version_changed"' in html(response)
        assert "曜日が違います</textarea>" in html(response), "what was typed is kept"
    assert post.decisions.count() == 0
    assert press(person, f"/{queue}/{post.pk}/", post, do, reason="曜日が違います").status_code == 302


@pytest.mark.parametrize("queue", ["review", "check"])
def test_every_button_of_a_case_carries_the_version_that_was_read(
    cast: Cast, account: SocialAccount, queue: str
) -> None:
    post = submitted(cast, account) if queue == "review" else claimed(cast, account)
    page = html(sign_in(cast.suzuki).get(f"/{queue}/{post.pk}/"))
    forms = [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="seen_digest"' in form]
    assert (
        len([form for form in forms if 'id="decision"' in form or 'name="do"' in form])
        == ({"review": 1, "check": 2}[queue])
    )
    assert all(f'name="seen_digest" value="{seen(post)}"' in form for form in forms)
    pressed = re.findall(r'<button[^>]*form="decision"[^>]*value="(\w+)"', page)
    assert pressed == ["return", {"review": "approve", "check": "second_check"}[queue]]


@pytest.mark.parametrize("queue", ["review", "check"])
def test_enter_alone_decides_nothing_and_keeps_everything(
    cast: Cast, account: SocialAccount, queue: str
) -> None:
    post = submitted(cast, account) if queue == "review" else claimed(cast, account)
    url = f"/{queue}/{post.pk}/"
    page = html(sign_in(cast.tanaka if queue == "check" else cast.suzuki).get(url))
    first = re.search(r"<button[^>]*>", page[page.index('<form id="decision"') :])
    assert first is not None
    assert 'value="look"' in first[0], "a browser presses the first button of a form"
    person = cast.tanaka if queue == "check" else cast.suzuki
    response = press(person, url, post, "look", reason="まだ途中", ticks=[CHECKLIST[0]])
    assert response.status_code == 200
    assert "まだ何も決めていません" in html(response)
    assert "まだ途中</textarea>" in html(response)
    assert 'role="alert"' not in main_of(response)
    assert post.decisions.count() == 0


@pytest.mark.parametrize("data", [{"do": "sing"}, {}, {"do": "return", "reason": "a\0b"}, {"do": "send"}])
def test_review_case_answers_422_to_what_it_cannot_read(
    cast: Cast, account: SocialAccount, data: dict[str, str]
) -> None:
    post = submitted(cast, account)
    response = sign_in(cast.suzuki).post(f"/review/{post.pk}/", data)
    assert response.status_code == 422
    assert 'role="alert"' in html(response)
    post.refresh_from_db()
    assert post.state == PostState.AWAITING_APPROVAL


def test_approving_by_somebody_without_office_is_refused(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    response = press(cast.tanaka, f"/review/{post.pk}/", post, "approve")
    assert response.status_code == 403
    assert 'data-code="not_approver"' in html(response)
    assert "鈴木 洋子（観光交流課長）" in html(response)


def test_approving_by_a_deputy_after_the_period_is_refused(cast: Cast, account: SocialAccount) -> None:
    RoleAssignment.objects.filter(staff=cast.fujimoto).update(until_on=(NOW - timedelta(days=2)).date())
    post = submitted(cast, account)
    response = press(cast.fujimoto, f"/review/{post.pk}/", post, "approve")
    assert response.status_code == 403
    assert 'data-code="office_not_in_period"' in html(response)


# --- the second check


@pytest.mark.clause("mima:5-ただし書")
def test_checking_with_every_tick_lets_the_post_out(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    response = press(cast.tanaka, f"/check/{post.pk}/", post, "second_check", ticks=list(CHECKLIST))
    assert response["Location"] == "/check/"
    post.refresh_from_db()
    assert post.state == PostState.CLEARED


def test_checking_keeps_the_ticks_when_one_is_missing(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    response = press(cast.tanaka, f"/check/{post.pk}/", post, "second_check", ticks=list(CHECKLIST[:3]))
    assert response.status_code == 409
    page = html(response)
    assert 'data-code="checklist_incomplete"' in page
    assert len(re.findall(r'name="ticks"[^>]*checked', page)) == 3


@pytest.mark.clause("mima:5-ただし書")
def test_checking_ones_own_post_is_refused_with_two_ways_on(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    assert "確認した" in html(sign_in(cast.sato).get(f"/check/{post.pk}/"))
    response = press(cast.sato, f"/check/{post.pk}/", post, "second_check", ticks=list(CHECKLIST))
    assert response.status_code == 409
    page = html(response)
    assert 'data-code="checker_contributed"' in page
    assert "要領 第5条ただし書" in page
    ways = page[page.index('id="ways"') : page.index("case-cols")]
    assert "田中 健一（観光交流課 主任）" in ways
    assert "佐藤" not in ways
    assert "林 大輔" not in ways  # a contractor is no staff
    assert f'action="{reverse("post_take_back", args=[post.pk])}"' in ways
    assert post.decisions.count() == 0


def test_escalating_hands_the_case_to_the_chief_with_the_reason(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    response = press(cast.tanaka, f"/check/{post.pk}/", post, "escalate", reason="数字の根拠が要ります")
    assert response["Location"] == "/check/"
    page = html(sign_in(cast.suzuki).get(f"/review/{post.pk}/"))
    assert "数字の根拠が要ります" in page
    assert "(1) もう公開されている" in page
    assert "いまは「承認待ち」です" in html(sign_in(cast.tanaka).get(f"/check/{post.pk}/"))


# --- on a Toyama page nothing is Mima's


def test_review_case_cites_the_city_where_the_rulebook_is_silent(
    cast: Cast, installation: dict[str, object]
) -> None:
    installation["rulebooks"] = ["toyama"]
    account = make_account(cast, "富山の観光", rulebooks=("toyama",))
    page = html(sign_in(cast.tanaka).get(f"/check/{claimed(cast, account).pk}/"))
    assert "要領" not in page
    assert "市の設定" in page


# --- around the case


def test_review_case_says_for_which_social_accounts_one_decides(cast: Cast, account: SocialAccount) -> None:
    page = html(sign_in(cast.suzuki).get(f"/review/{submitted(cast, account).pk}/"))
    banner = page[: page.index("<main")]
    assert "公式アカウントとして発信します" in banner
    assert "美馬市観光（X）" in banner


def test_menu_counts_what_waits_for_this_person(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    claimed(cast, account)
    claimed(cast, account)
    page = html(sign_in(cast.suzuki).get(f"/review/{post.pk}/"))
    counts = re.findall(r'>(承認待ち|確認待ち) <span class="count[^"]*">(\d+)<', page)
    assert counts == [("承認待ち", "1"), ("確認待ち", "2")]
    assert re.findall(r'>(確認待ち) <span class="count[^"]*">(\d+)<', html(sign_in(cast.sato).get("/"))) == [
        ("確認待ち", "0")
    ]


# --- few questions


def test_review_case_asks_the_database_a_fixed_number_of_questions(
    cast: Cast, account: SocialAccount, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    posts = [submitted(cast, account) for _ in range(12)]
    client = sign_in(cast.suzuki)
    client.get("/posts/")  # the rulebooks in force are read once a day and process
    with django_assert_max_num_queries(30):
        client.get(f"/review/{posts[0].pk}/")


@pytest.mark.parametrize("url", ["/review/", "/check/"])
def test_review_queue_works_by_get_only(cast: Cast, url: str) -> None:
    assert sign_in(cast.suzuki).post(url).status_code == 405


# --- out of hours

LATE = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # a Sunday
HOURS = "<b>勤務時間外の発信を確認した</b>"
ELECTION = "<b>公職選挙法に触れないことを確かめた</b>"
NAMES = "山田太郎さんが町並みを歩きます。"


def main_of(response: HttpResponse) -> str:
    """The page without what stands around every page."""
    return html(response)[html(response).index("<main") :]


def bar_of(response: HttpResponse) -> str:
    page = html(response)
    return page[page.index('<section class="bar"') :]


def is_ticked(response: HttpResponse, name: str, value: object) -> bool:
    found = re.findall(rf'<input[^>]*name="{name}" value="{value}"[^>]*>', html(response))
    assert len(found) == 1
    return "checked" in found[0]


@pytest.mark.clause("mima:9-1")
def test_approving_asks_for_the_tick_exactly_when_it_goes_out_of_hours(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    client = sign_in(cast.suzuki)
    at_noon, on_sunday, at_once = (
        submitted(cast, account, due_at=due_at) for due_at in (NOW + timedelta(hours=2), LATE, None)
    )
    shown = [HOURS in html(client.get(f"/review/{post.pk}/")) for post in (at_noon, on_sunday, at_once)]
    assert shown == [False, True, False]
    response = client.get(f"/review/{on_sunday.pk}/")
    assert not is_ticked(response, "ticks", "out_of_hours"), "never ticked beforehand"
    assert "美馬市観光（X）" in bar_of(response)
    assert "11月22日(日) 12:00" in bar_of(response)
    assert "要領 第9条(1)" in bar_of(response)


@pytest.mark.clause("mima:9-1")
def test_approving_at_once_asks_for_the_tick_when_it_is_evening(
    cast: Cast, account: SocialAccount, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = submitted(cast, account)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=10))
    assert HOURS in html(sign_in(cast.suzuki).get(f"/review/{post.pk}/"))


@pytest.mark.clause("mima:9-1")
def test_approving_out_of_hours_is_refused_without_the_tick_and_done_with_it(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = submitted(cast, account, due_at=LATE)
    url = f"/review/{post.pk}/"
    refused = press(cast.suzuki, url, post, "approve", reason="まだ迷っています")
    assert refused.status_code == 409
    assert 'data-code="out_of_hours"' in html(refused)
    assert not is_ticked(refused, "ticks", "out_of_hours"), "nobody ticks it but the chief"
    assert "まだ迷っています</textarea>" in html(refused), "what was typed is kept"
    assert press(cast.suzuki, url, post, "approve", ticks="out_of_hours").status_code == 302
    assert post.decisions.get().ticks == ["out_of_hours"]


@pytest.mark.clause("mima:9-1")
def test_tick_is_asked_for_beyond_the_known_holidays(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = submitted(cast, account, due_at=datetime(2190, 1, 11, 3, 0, tzinfo=UTC))
    bar = bar_of(sign_in(cast.suzuki).get(f"/review/{post.pk}/"))
    assert HOURS in bar
    assert "祝日がまだ分からない日です" in bar


def test_ticks_are_kept_when_the_approval_is_refused_for_something_else(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = submitted(cast, account, due_at=LATE)
    old = {"do": "approve", "seen_digest": "0" * 64, "ticks": "out_of_hours"}
    response = sign_in(cast.suzuki).post(f"/review/{post.pk}/", old)
    assert response.status_code == 409
    assert is_ticked(response, "ticks", "out_of_hours")


def test_ticks_of_the_checker_and_of_the_chief_are_not_mixed(cast: Cast, account: SocialAccount) -> None:
    post = claimed(cast, account)
    ticks = [*CHECKLIST, "out_of_hours"]
    assert press(cast.tanaka, f"/check/{post.pk}/", post, "second_check", ticks=ticks).status_code == 302
    assert sorted(post.decisions.get().ticks) == sorted(CHECKLIST)
    other = submitted(cast, account)
    assert press(cast.suzuki, f"/review/{other.pk}/", other, "approve", ticks=ticks).status_code == 302
    assert other.decisions.get().ticks == ["out_of_hours"]


# --- elections


@pytest.mark.clause("mima:4-4")
def test_approving_asks_for_the_tick_exactly_when_somebody_who_stands_is_named_in_the_period(
    cast: Cast, account: SocialAccount
) -> None:
    client, today = sign_in(cast.suzuki), day_of(NOW)
    named, silent = submitted(cast, account, text=NAMES), submitted(cast, account)
    assert ELECTION not in html(client.get(f"/review/{named.pk}/")), "no election yet"
    list_election(cast, name="知事選挙", announced_on=today + timedelta(days=30), now=NOW)
    assert ELECTION not in html(client.get(f"/review/{named.pk}/")), "not its period"
    list_election(cast, name="市長選挙", announced_on=today, now=NOW)
    assert ELECTION not in html(client.get(f"/review/{silent.pk}/")), "nobody is named"
    bar = bar_of(client.get(f"/review/{named.pk}/"))
    assert ELECTION in bar
    assert "「市長選挙」" in bar
    assert "山田 太郎" in bar
    assert "知事選挙" not in bar
    assert "川田 花子" not in bar


@pytest.mark.clause("mima:4-4")
def test_approving_what_names_a_candidate_needs_the_tick(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account, text=NAMES)
    list_election(cast, name="市長選挙", announced_on=day_of(NOW), now=NOW)
    refused = press(cast.suzuki, f"/review/{post.pk}/", post, "approve")
    assert refused.status_code == 409
    assert 'data-code="election_unconfirmed"' in html(refused)
    assert press(cast.suzuki, f"/review/{post.pk}/", post, "approve", ticks="election").status_code == 302


# --- the city's statement


def statement(cast: Cast, account: SocialAccount) -> Post:
    return submitted(cast, account, kind=PostKind.STATEMENT, text="事実を確かめ、あらためてお知らせします。")


@pytest.mark.clause("mima:8-1-停止")
def test_statement_names_the_suspension_and_who_was_consulted(cast: Cast, account: SocialAccount) -> None:
    row = suspend(cast, now=NOW, cause=Cause.SCANDAL)
    post = statement(cast, account)
    response = sign_in(cast.suzuki).get(f"/review/{post.pk}/")
    page = main_of(response)
    assert "この投稿停止を名指しして承認する" in page
    assert "投稿停止（不祥事）" in page
    assert "佐藤 美咲（観光交流課 主事）" in page
    assert not is_ticked(response, "named", row.pk)
    offered = re.findall(r'name="consulted" value="(\d+)"', page)
    assert {str(cast.ito.pk), str(cast.mori.pk), str(cast.tanaka.pk)} <= set(offered)
    assert str(cast.suzuki.pk) not in offered, "oneself is nobody to consult"
    assert str(cast.hayashi.pk) not in offered, "a contractor is no staff"
    said = {"named": [row.pk], "consulted": [cast.ito.pk, cast.mori.pk]}
    assert press(cast.suzuki, f"/review/{post.pk}/", post, "approve", **said).status_code == 302
    decision = post.decisions.get()
    assert (decision.named, decision.consulted) == ([row.pk], sorted([cast.ito.pk, cast.mori.pk]))


@pytest.mark.clause("mima:8-1-停止")
def test_statement_is_refused_filled_in_when_nobody_was_consulted_or_nothing_is_named(
    cast: Cast, account: SocialAccount
) -> None:
    row = suspend(cast, now=NOW, cause=Cause.SCANDAL)
    post = statement(cast, account)
    alone = press(cast.suzuki, f"/review/{post.pk}/", post, "approve", named=[row.pk])
    assert alone.status_code == 409
    assert 'data-code="statement_without_consultation"' in html(alone)
    assert is_ticked(alone, "named", row.pk)
    nameless = press(cast.suzuki, f"/review/{post.pk}/", post, "approve", consulted=[cast.ito.pk])
    assert 'data-code="suspended_scandal"' in html(nameless)
    assert is_ticked(nameless, "consulted", cast.ito.pk)


def test_naming_is_asked_for_a_statement_under_a_scandal_only(cast: Cast, account: SocialAccount) -> None:
    post = statement(cast, account)
    assert 'name="named"' not in html(sign_in(cast.suzuki).get(f"/review/{post.pk}/"))
    suspend(cast, now=NOW)
    assert 'name="named"' not in html(sign_in(cast.suzuki).get(f"/review/{post.pk}/")), "a disaster"
    plain = submitted(cast, account, **INFORMATION)
    suspend(cast, now=NOW, cause=Cause.SCANDAL)
    assert 'name="named"' not in html(sign_in(cast.suzuki).get(f"/review/{plain.pk}/")), "no statement"


@pytest.mark.parametrize(
    "typed", [{"named": "999"}, {"named": "x"}, {"consulted": "999"}, {"consulted": "9" * 30}, {"ticks": "x"}]
)
def test_decision_that_names_what_is_not_there_is_an_error_of_the_form(
    cast: Cast, account: SocialAccount, typed: dict[str, str]
) -> None:
    post = submitted(cast, account)
    response = press(cast.suzuki, f"/review/{post.pk}/", post, "approve", **typed)
    assert response.status_code == 422
    assert post.decisions.count() == 0


@pytest.mark.clause("mima:8-1-停止")
def test_statement_that_names_what_has_ended_is_to_be_looked_at_again(
    cast: Cast, account: SocialAccount
) -> None:
    row = suspend(cast, now=NOW, cause=Cause.SCANDAL)
    post = statement(cast, account)
    end(cast, row, now=NOW + timedelta(minutes=1))
    said = {"named": [row.pk], "consulted": [cast.ito.pk]}
    response = press(cast.suzuki, f"/review/{post.pk}/", post, "approve", **said)
    assert response.status_code == 422
    assert "もう終わっています" in html(response)
    assert press(cast.suzuki, f"/review/{post.pk}/", post, "approve").status_code == 302


# --- restrictions, and two people at once


@pytest.mark.clause("mima:8-1-停止")
def test_approving_is_refused_when_posting_was_stopped_meanwhile(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    url = f"/review/{post.pk}/"
    assert 'data-code="suspended_disaster"' not in html(sign_in(cast.suzuki).get(url))
    suspend(cast, now=NOW + timedelta(minutes=3))
    typed = {"reason": "雨がやむまで待ってください"}
    response = press(cast.suzuki, url, post, "approve", **typed)
    assert response.status_code == 409
    page = html(response)
    assert 'data-code="suspended_disaster"' in page
    assert "11月20日(金) 10:03 から、佐藤 美咲（観光交流課 主事）" in page
    assert "雨がやむまで待ってください</textarea>" in page
    assert post.decisions.count() == 0
    assert press(cast.suzuki, url, post, "return", **typed).status_code == 302, "going back stays open"


@pytest.mark.clause("mima:8-1-停止")
def test_panel_of_a_case_shows_the_restriction_and_who_ends_it(cast: Cast, account: SocialAccount) -> None:
    post = submitted(cast, account)
    suspend(cast, now=NOW)
    page = main_of(sign_in(cast.suzuki).get(f"/review/{post.pk}/"))
    gates = page[page.index('id="gates"') :]
    row = gates[gates.index('data-gate="stop"') :]
    assert "投稿停止" in row
    assert "解けるのは: 鈴木 洋子（観光交流課長）、藤本 剛（観光交流課 課長補佐）" in row
    assert "要領 第8条(1)" in row


@pytest.mark.clause("mima:7-4-反論禁止")
def test_deputy_sees_that_only_the_chiefs_own_approval_passes_when_it_is_flaming(
    cast: Cast, account: SocialAccount
) -> None:
    post = submitted(cast, account)
    flame(cast, now=NOW)
    url = f"/review/{post.pk}/"
    bar = bar_of(sign_in(cast.fujimoto).get(url))
    assert "承認が通るのは、所属長本人だけです" in bar
    assert "鈴木 洋子（観光交流課長）" in bar
    assert press(cast.fujimoto, url, post, "approve").status_code == 409
    assert "所属長本人だけです" not in bar_of(sign_in(cast.suzuki).get(url))
    assert press(cast.suzuki, url, post, "approve").status_code == 302


@pytest.mark.parametrize("who", ["sato", "hayashi", "mori"])
def test_ticks_and_buttons_are_for_those_who_decide(
    cast: Cast, account: SocialAccount, settings: Settings, who: str
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = submitted(cast, account, due_at=LATE)
    response = sign_in(getattr(cast, who)).get(f"/review/{post.pk}/")
    if response.status_code == 200:
        assert HOURS not in html(response)
        assert 'value="approve"' not in html(response)
    else:
        assert response.status_code == 403


@pytest.mark.clause("mima:9-2")
def test_approving_from_a_personal_device_is_refused_and_keeps_what_was_typed(
    cast: Cast, account: SocialAccount
) -> None:
    post = submitted(cast, account)
    data = {"do": "approve", "seen_digest": seen(post), "reason": "あとで"}
    response = sign_in(cast.suzuki).post(f"/review/{post.pk}/", data, REMOTE_ADDR="203.0.113.5")
    assert response.status_code == 409
    assert 'data-code="unregistered_device"' in html(response)
    assert "あとで</textarea>" in html(response)


# --- the checker and the chief's word


@pytest.mark.clause("mima:9-1")
def test_checker_sees_that_the_chiefs_word_is_missing_until_it_is_written_down(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = claimed(cast, account, due_at=LATE)
    url = f"/check/{post.pk}/"
    page = html(sign_in(cast.tanaka).get(url))
    assert "所属長の確認が、まだ記録されていません" in page
    assert f'action="{reverse("post_confirm", args=[post.pk])}"' in page
    assert press(cast.tanaka, url, post, "second_check", ticks=list(CHECKLIST)).status_code == 409
    word = Word(cast.suzuki.pk, NOW, How.PHONE, "出してよい")
    confirming.record(post=post, seen_digest=seen(post), word=word, by=cast.tanaka, now=NOW)
    page = html(sign_in(cast.tanaka).get(url))
    assert "まだ記録されていません" not in page
    assert "所属長の確認あり（鈴木 洋子（観光交流課長）、電話" in page
    assert press(cast.tanaka, url, post, "second_check", ticks=list(CHECKLIST)).status_code == 302


@pytest.mark.clause("mima:9-1")
def test_checker_sees_the_confirmation_given_beforehand(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    post = claimed(cast, account, claim=disaster_claim(), due_at=LATE)
    give_standing(cast, now=NOW)
    page = html(sign_in(cast.tanaka).get(f"/check/{post.pk}/"))
    assert "まだ記録されていません" not in page
    assert "包括確認あり（鈴木 洋子（観光交流課長）、3月31日まで）" in page


@pytest.mark.clause("mima:8-1-停止")
def test_checker_sees_that_a_scandal_needs_the_chiefs_word(cast: Cast, account: SocialAccount) -> None:
    suspend(cast, now=NOW, cause=Cause.SCANDAL)
    post = claimed(cast, account, claim=disaster_claim())
    page = html(sign_in(cast.tanaka).get(f"/check/{post.pk}/"))
    assert "所属長の確認が、まだ記録されていません" in page
    assert "不祥事による投稿停止の間です" in page


def test_check_keeps_ticks_and_the_reason_when_posting_was_stopped_meanwhile(
    cast: Cast, account: SocialAccount
) -> None:
    post = claimed(cast, account)
    flame(cast, now=NOW + timedelta(minutes=2))
    typed = {"ticks": list(CHECKLIST), "reason": "数字を見直してください"}
    response = press(cast.tanaka, f"/check/{post.pk}/", post, "second_check", **typed)
    assert response.status_code == 409
    assert 'data-code="flaming_exemption"' in html(response)
    assert len(re.findall(r'name="ticks"[^>]*checked', html(response))) == len(CHECKLIST)
    assert "数字を見直してください</textarea>" in html(response)


# --- nothing but what a plain browser can do


def test_case_needs_no_script_and_no_inline_style(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    suspend(cast, now=NOW, cause=Cause.SCANDAL)
    post = submitted(cast, account, kind=PostKind.STATEMENT, due_at=LATE, text=NAMES)
    list_election(cast, name="市長選挙", announced_on=day_of(NOW), now=NOW)
    page = html(sign_in(cast.suzuki).get(f"/review/{post.pk}/"))
    assert "style=" not in page
    assert "onclick" not in page
    names = set(re.findall(r'<(?:input|textarea|button)[^>]*name="(\w+)"[^>]*form="decision"', page))
    assert names == {"named", "consulted", "ticks", "reason"}


# --- what stays of it on the post's own page


@pytest.mark.clause("mima:9-1")
def test_page_of_the_post_shows_what_the_chief_confirmed_and_named(
    cast: Cast, account: SocialAccount, settings: Settings
) -> None:
    settings.CITY_ALWAYS_OPEN = False
    row = suspend(cast, now=NOW, cause=Cause.SCANDAL)
    post = submitted(cast, account, kind=PostKind.STATEMENT, due_at=LATE)
    said = {"named": [row.pk], "consulted": [cast.ito.pk], "ticks": "out_of_hours"}
    assert press(cast.fujimoto, f"/review/{post.pk}/", post, "approve", **said).status_code == 302
    page = main_of(sign_in(cast.sato).get(f"/posts/{post.pk}/"))
    clearance = page[page.index('id="clearance"') :]
    assert "勤務時間外の発信を確認した" in clearance
    assert "投稿停止を名指しして承認した。協議した人 1人" in clearance
    assert "代決です" in clearance
    assert "時間外の確認あり（藤本 剛（観光交流課 課長補佐）" in page
    assert "・声明" in page


@pytest.mark.clause("mima:8-1-再開")
@pytest.mark.parametrize("who", ["sato", "fujimoto", "suzuki", "hayashi"])
def test_page_of_a_held_post_leads_to_the_decision_by_name(
    cast: Cast, account: SocialAccount, who: str
) -> None:
    post = submitted(cast, account, due_at=DUE)
    review.approve(post=post, seen_digest=seen(post), by=cast.suzuki, now=NOW)
    row = suspend(cast, now=NOW + timedelta(minutes=1))
    held.freeze(now=NOW + timedelta(minutes=1), restriction=row)
    end(cast, row, now=NOW + timedelta(minutes=2))
    page = main_of(sign_in(getattr(cast, who)).get(f"/posts/{post.pk}/"))
    gates = page[page.index('id="gates"') :]
    assert 'data-code="awaiting_release"' in gates
    assert "解けるのは: 鈴木 洋子（観光交流課長）、藤本 剛（観光交流課 課長補佐）" in gates
    assert f'href="{reverse("held_decide", args=[post.deliveries.get().pk])}"' in gates


def test_cost_of_a_post_on_x_is_shown_before_the_approval_where_the_program_sends_it(cast: Cast) -> None:
    api = make_account(cast, "自動のX", connection="api", handle="@auto", url="https://x.com/auto")
    post = submitted(cast, api, text="詳しくはcity.mihon.lg.jpへ")
    page = sign_in(cast.suzuki).get(f"/review/{post.pk}/").content.decode()
    assert "費用の目安 0.20米ドル（URLを含むため）" in page
    by_hand = make_account(cast, "手のX", connection="manual", handle="@te", url="https://x.com/te")
    post = submitted(cast, by_hand)
    assert "費用の目安" not in sign_in(cast.suzuki).get(f"/review/{post.pk}/").content.decode()
