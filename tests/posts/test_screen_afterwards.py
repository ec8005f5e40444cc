"""あとの確認: the list, one review, and the report; who sees what, and that nothing typed is ever lost."""

import csv
import html as entities
import io
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import RoleAssignment, SocialAccount, StaffMember
from posts.actions import afterwards, emergency
from posts.models import AfterwardsReview
from posts.views.afterwards import DONE, KEPT, REPORT_READERS
from rules.states import Role
from tests.posts.acts import edit
from tests.support import cast as people
from tests.support.cast import LONG_AGO, NOW, Cast, approved, let_draft, make_account, seen
from tests.support.emergencies import information, review_of, reviewed, urgency, waived
from tests.support.restricting import INFORMATION, disaster_claim

pytestmark = [pytest.mark.django_db, pytest.mark.clause("mima:5-ただし書-緊急")]
DUE = NOW + timedelta(days=1)
RIGHT = {"verdict": "right", "words": "本文と発表元を見た。"}


class Clock:
    now = NOW + timedelta(hours=1)


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


@pytest.fixture
def review(cast: Cast, account: SocialAccount) -> AfterwardsReview:
    return review_of(waived(cast, account))


@pytest.fixture
def nagai(cast: Cast) -> StaffMember:
    """The auditor."""
    person = StaffMember.objects.create(
        username="nagai", display_name="永井 誠", section=cast.planning, title="監査担当"
    )
    RoleAssignment.objects.create(staff=person, role=Role.AUDITOR, from_on=LONG_AGO)
    return person


def sign_in(person: StaffMember, **options: str) -> Client:
    client = Client(**options)  # type: ignore[arg-type]
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def html(response: HttpResponse) -> str:
    return entities.unescape(response.content.decode())


def get(person: StaffMember, path: str) -> HttpResponse:
    return sign_in(person).get(path)  # type: ignore[return-value]


def press(person: StaffMember, review: AfterwardsReview, typed: dict[str, str]) -> HttpResponse:
    return sign_in(person).post(f"/afterwards/{review.pk}/", typed)  # type: ignore[return-value]


def rows(page: str) -> list[str]:
    """The addresses of what waits, in the order of the page."""
    found = re.search(r'aria-labelledby="waiting".*?</section>', page, re.S)
    assert found is not None
    return re.findall(r'task__title"><a href="([^"]+)"', found[0])


def written_by_chief(cast: Cast, account: SocialAccount, *names: str) -> AfterwardsReview:
    """Sent by Sato; the chief (and whoever else) has a part in it."""
    post = information(cast, account)
    for name in names:
        person = getattr(cast, name)
        let_draft(account, person)
        edit(post, account, person, text=f"{name}が直した。", claim=disaster_claim(), **INFORMATION)
    emergency.send(
        post=post,
        seen_digest=seen(post),
        urgency=urgency(cast).pk,
        reason="命に関わるため",
        by=cast.sato,
        now=NOW,
    )
    return review_of(post)


# --- the list


def test_list_shows_approvers_what_waits_the_oldest_due_first(
    cast: Cast, account: SocialAccount, review: AfterwardsReview, clock: Clock
) -> None:
    later = review_of(waived(cast, account, now=NOW + timedelta(days=1)))
    clock.now = DUE + timedelta(hours=2)
    page = html(get(cast.suzuki, "/afterwards/"))
    assert rows(page) == [f"/afterwards/{review.pk}/", f"/afterwards/{later.pk}/"]
    assert page.count("期限を2時間過ぎています") == 1
    assert "見て記録する" in page


def test_list_is_empty_for_people_who_make_no_reviews(cast: Cast, review: AfterwardsReview) -> None:
    for person in (cast.sato, cast.mori, cast.ito):
        page = html(get(person, "/afterwards/"))
        assert rows(page) == []
        assert "待っているものはありません" in page


def test_escalated_review_appears_for_the_chief_above_who_may_make_it(
    cast: Cast, review: AfterwardsReview, clock: Clock
) -> None:
    clock.now = DUE + timedelta(hours=2)
    afterwards.look_after(now=clock.now)
    page = html(get(cast.ito, "/afterwards/"))
    assert rows(page) == [f"/afterwards/{review.pk}/"]
    assert "見て記録する" in page
    whole = html(get(cast.ito, f"/afterwards/{review.pk}/"))
    assert "上の所属にも知らせました" in whole
    assert "あとの確認を記録する" in whole


def test_auditor_reads_all_of_it(cast: Cast, review: AfterwardsReview, nagai: StaffMember) -> None:
    assert rows(html(get(nagai, "/afterwards/"))) == [f"/afterwards/{review.pk}/"]


def test_list_keeps_what_was_made(cast: Cast, review: AfterwardsReview) -> None:
    reviewed(cast, review.clearance.post)
    page = html(get(cast.suzuki, "/afterwards/"))
    assert rows(page) == []
    assert "さいきん見たもの" in page
    assert "出してよかった" in page


# --- one review


def test_page_shows_exactly_what_went_out_and_on_what(cast: Cast, account: SocialAccount) -> None:
    review = review_of(waived(cast, account, text="今すぐ避難。\n避難所: 小学校"))
    page = html(get(cast.suzuki, f"/afterwards/{review.pk}/"))
    for words in (
        "今すぐ避難。\n避難所: 小学校",
        "(4) 防災の情報",
        "行方不明者の捜索（急ぎ）",
        "命に関わるため",
        cast.sato.with_title,
        "11月21日(土) 10:00",
    ):
        assert words in page
    assert "あとの確認を記録する" in page


def test_review_is_recorded_and_then_only_read(cast: Cast, review: AfterwardsReview) -> None:
    answer = sign_in(cast.suzuki).post(f"/afterwards/{review.pk}/", RIGHT, follow=True)
    page = html(answer)  # type: ignore[arg-type]
    assert DONE in page
    assert RIGHT["words"] in page
    assert "あとの確認を記録する" not in page
    review.refresh_from_db()
    assert (review.was_right, review.done_by) == (True, cast.suzuki)


def test_what_went_wrong_stands_on_the_posts_page(cast: Cast, review: AfterwardsReview) -> None:
    press(cast.suzuki, review, {"verdict": "wrong", "words": "地名が違う。"})
    page = html(get(cast.sato, f"/posts/{review.clearance.post_id}/"))
    assert "問題があった" in page
    assert "地名が違う。" in page


def test_review_without_a_verdict_comes_back_with_its_words(cast: Cast, review: AfterwardsReview) -> None:
    answer = press(cast.suzuki, review, {"words": "本文を見た。"})
    assert answer.status_code == 422
    assert "どちらかを選んでください。" in html(answer)
    assert "本文を見た。</textarea>" in html(answer)


def test_review_without_words_is_refused_with_its_verdict_kept(cast: Cast, review: AfterwardsReview) -> None:
    answer = press(cast.suzuki, review, {"verdict": "wrong", "words": " "})
    page = html(answer)
    assert answer.status_code == 409
    assert 'data-code="reason_missing"' in page
    assert KEPT in page
    assert re.search(r'value="wrong"[^>]*checked', page)


def test_contributor_is_told_why_not_and_who_instead(cast: Cast, account: SocialAccount) -> None:
    review = written_by_chief(cast, account, "suzuki")
    page = html(get(cast.suzuki, f"/afterwards/{review.pk}/"))
    assert "手を入れた人は、あとの確認を行えません" in page
    assert cast.fujimoto.with_title in page
    assert "あとの確認を記録する" not in page
    answer = press(cast.suzuki, review, RIGHT)
    assert answer.status_code == 409
    assert 'data-code="reviewer_contributed"' in html(answer)
    assert RIGHT["words"] in html(answer)


def test_chief_above_makes_it_when_every_approver_has_a_part_in_it(
    cast: Cast, account: SocialAccount
) -> None:
    review = written_by_chief(cast, account, "suzuki", "fujimoto")
    assert rows(html(get(cast.ito, "/afterwards/"))) == [f"/afterwards/{review.pk}/"]
    assert press(cast.ito, review, RIGHT).status_code == 302


def test_others_read_it_and_are_told_who_may(cast: Cast, review: AfterwardsReview) -> None:
    for person in (cast.sato, cast.tanaka):
        page = html(get(person, f"/afterwards/{review.pk}/"))
        assert (
            "あとの確認を行えるのは、手を入れていない所属長・代決者です" in page or "手を入れています" in page
        )
        assert cast.suzuki.with_title in page
    answer = press(cast.tanaka, review, RIGHT)
    assert answer.status_code == 403
    assert get(cast.mori, f"/afterwards/{review.pk}/").status_code == 403


def test_second_person_in_the_same_moment_sees_what_the_first_wrote(
    cast: Cast, review: AfterwardsReview
) -> None:
    reviewed(cast, review.clearance.post)
    answer = press(cast.fujimoto, review, {"verdict": "wrong", "words": "地名が違う。"})
    page = html(answer)
    assert answer.status_code == 409
    assert 'data-code="wrong_state"' in page
    assert "本文と発表元を見た。" in page


@pytest.mark.clause("mima:9-2")
def test_unregistered_device_reads_and_records_nothing(cast: Cast, review: AfterwardsReview) -> None:
    client = sign_in(cast.suzuki, REMOTE_ADDR="203.0.113.5")
    assert client.get(f"/afterwards/{review.pk}/").status_code == 200
    answer = client.post(f"/afterwards/{review.pk}/", RIGHT)
    assert answer.status_code == 409
    assert 'data-code="unregistered_device"' in html(answer)  # type: ignore[arg-type]
    assert RIGHT["words"] in html(answer)  # type: ignore[arg-type]


def test_list_asks_few_queries_however_much_waits(
    cast: Cast,
    account: SocialAccount,
    review: AfterwardsReview,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(4):
        waived(cast, account)
    client = sign_in(cast.suzuki)
    with django_assert_max_num_queries(32):
        client.get("/afterwards/")


# --- the report


def test_report_says_how_much_went_out_in_emergencies(
    cast: Cast, account: SocialAccount, review: AfterwardsReview, nagai: StaffMember
) -> None:
    approved(cast, account)
    for person in (cast.suzuki, cast.fujimoto, cast.ito, nagai):
        page = html(get(person, "/afterwards/report/"))
        assert "観光交流課" in page
        assert "2026年11月" in page
        assert "50.0%" in page
    assert "観光交流課</h2>" not in html(get(cast.mori, "/afterwards/report/"))


def test_report_is_a_file_too(cast: Cast, account: SocialAccount, review: AfterwardsReview) -> None:
    approved(cast, account)
    answer = get(cast.suzuki, "/afterwards/report.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="kinkyu-hasshin.csv"'
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[1] == ["観光交流課", "2026-11", "1", "2", "50.0", "0"]
    assert len(lines) == 13


def test_report_is_not_for_others(cast: Cast, review: AfterwardsReview) -> None:
    for path in ("/afterwards/report/", "/afterwards/report.csv"):
        answer = get(cast.sato, path)
        assert answer.status_code == 403
        assert REPORT_READERS in html(answer)
